"""Whatever the services write into the journal has a Dutch word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from blueprints.journal.words import ACTIONS, SUBJECTS
from kombeheer.wording import SENTENCES
from tests.house import tree

CODE = re.compile(r"[a-z]+\.[a-z_]+")
AREAS = tree.AREAS | {"cases", "journal"}
RECORDING = {"record", "record_many", "record_changes"}


def of_services() -> Iterator[tuple[str, ast.AST]]:
    for path in tree.sources("kombeheer"):
        if tree.name(path).startswith("kombeheer.services."):
            for node in ast.walk(tree.syntax(path)):
                yield tree.name(path), node


def test_every_action_has_a_word() -> None:
    """What looks like a code and is no refusal, is an action."""
    refused = {
        node.args[0].value
        for _, node in of_services()
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Refusal"
        and isinstance(node.args[0], ast.Constant)
    }
    actions = {
        (node.value, module)
        for module, node in of_services()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
        and node.value.partition(".")[0] in AREAS
        and node.value not in SENTENCES
        and node.value not in refused
    }
    assert len(actions) > 10
    missing = {action for action in actions if action[0] not in ACTIONS}
    assert missing == set(), "give it a word in blueprints/journal/words.py"


def test_every_subject_has_a_word() -> None:
    subjects = {
        (node.args[4].value, module)
        for module, node in of_services()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in RECORDING
        and len(node.args) > 4
        and isinstance(node.args[4], ast.Constant)
    }
    assert len(subjects) > 5
    missing = {subject for subject in subjects if subject[0] not in SUBJECTS}
    assert missing == set(), "give it a word in blueprints/journal/words.py"


def test_an_action_is_an_area_and_what_happened() -> None:
    assert [action for action in ACTIONS if not CODE.fullmatch(action)] == []
