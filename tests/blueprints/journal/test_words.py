"""Whatever the services write into the journal has a Dutch word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from blueprints.journal.words import ACTIONS, SUBJECTS
from tests.house import tree

ACTION = re.compile(r"[a-z]+\.[a-z_]+")
RECORDING = {"record", "record_many", "record_changes"}


def recorded() -> Iterator[tuple[str, ast.Call]]:
    for path in tree.sources("kombeheer"):
        for node in ast.walk(tree.syntax(path)):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and isinstance(called, ast.Attribute):
                if called.attr in RECORDING and getattr(called.value, "id", "") == "journal":
                    yield tree.name(path), node


def literal(call: ast.Call, place: int) -> str | None:
    argument = call.args[place] if len(call.args) > place else None
    known = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return argument.value if known else None  # type: ignore[union-attr,return-value]


def test_services_record_something() -> None:
    assert len(list(recorded())) > 5


@pytest.mark.parametrize(("place", "words"), [(3, ACTIONS), (4, SUBJECTS)])
def test_every_action_and_subject_has_a_word(place: int, words: dict[str, object]) -> None:
    missing = {
        (module, found)
        for module, call in recorded()
        if (found := literal(call, place)) is not None and found not in words
    }
    assert missing == set(), "give it a word in blueprints/journal/words.py"


def test_an_action_is_an_area_and_what_happened() -> None:
    assert [action for action in ACTIONS if not ACTION.fullmatch(action)] == []
    assert list(ACTIONS) == sorted(ACTIONS)
    assert list(SUBJECTS) == sorted(SUBJECTS)
