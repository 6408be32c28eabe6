"""Documents and code say the same: sources of rules, sentences of refusals, settings."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from kombeheer.config import PREFIX, Settings
from kombeheer.wording import SENTENCES
from tests.house import tree

RULES = (tree.ROOT / "docs" / "rules.md").read_text("utf-8")
HEADINGS = set(re.findall(r"^### ([RQ]\d+[a-c]?)\b", RULES, re.MULTILINE))
DECISIONS = {path.name[:4] for path in (tree.ROOT / "docs" / "decisions").glob("[0-9]*.md")}
SOURCE = re.compile(r"Source: (.+)$", re.MULTILINE)


def public(path: Path) -> list[ast.FunctionDef | ast.ClassDef]:
    return [
        node
        for node in tree.syntax(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]


def rule_files() -> list[Path]:
    return [path for path in tree.sources("kombeheer") if tree.floor(tree.name(path)) == 0]


def test_rules_1_to_84_are_all_there() -> None:
    assert {f"R{number}" for number in range(1, 85)} <= HEADINGS
    assert {"R44a", "R44b", "R44c"} <= HEADINGS


@pytest.mark.parametrize("path", rule_files(), ids=tree.name)
def test_every_public_rule_names_its_source(path: Path) -> None:
    for node in public(path):
        found = SOURCE.findall(ast.get_docstring(node) or "")
        assert found, f"{path.name}: {node.name} has no Source"
        for source in re.split(r",\s*", found[-1]):
            decision = re.fullmatch(r"decisions/(\d{4})", source)
            assert (decision and decision[1] in DECISIONS) or source in HEADINGS, (
                f"{path.name}: {node.name} cites {source}, which is not there"
            )


def refused_in(parsed: ast.Module) -> set[str]:
    """The codes that are written where a refusal is made."""
    found = set()
    for node in ast.walk(parsed):
        if isinstance(node, ast.Call) and node.args:
            called = node.func
            label = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            first = node.args[0]
            if label == "Refusal" and isinstance(first, ast.Constant):
                found.add(first.value)
    return found


def given_in(parsed: ast.Module) -> set[str]:
    """Every text from which a refusal can be made, as an argument or the value of a table.

    Not what a code is only compared with: the keys of a table (such as at which field a code
    stands), the members of a set.
    """
    asked: set[int] = set()
    for node in ast.walk(parsed):
        if isinstance(node, ast.Dict):
            asked.update(map(id, node.keys))
        elif isinstance(node, ast.Set):
            asked.update(map(id, node.elts))
        elif isinstance(node, ast.Compare):
            asked.update(map(id, (node.left, *node.comparators)))
    return {
        node.value
        for node in ast.walk(parsed)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in asked
    }


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal() -> None:
    own = ("kombeheer.wording", "kombeheer.sentences")
    parsed = [tree.syntax(path) for path in tree.sources() if not tree.name(path).startswith(own)]
    assert set().union(*map(refused_in, parsed)) - set(SENTENCES) == set()
    assert set(SENTENCES) - set().union(*map(given_in, parsed)) == set()


def test_the_code_of_a_refusal_begins_with_an_area() -> None:
    areas = tree.AREAS | {"api", "cases", "journal", "imports", "demonstration"}
    assert {code for code in SENTENCES if code.partition(".")[0] not in areas} == set()


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    text = (tree.ROOT / "docs" / "settings.md").read_text("utf-8")
    documented = set(re.findall(rf"`{PREFIX}([A-Z_]+)`", text))
    known = {field.name.upper() for field in fields(Settings)}
    assert {name for name in documented if not name.startswith("TEST_")} == known


def test_no_document_or_code_names_a_machine_or_a_registry() -> None:
    forbidden = re.compile(r"(/root/|/home/[a-z]+/|/work/|https?://[a-z.]*(pypi|npmjs|registry)\.)")
    for path in tree.tracked():
        if path.suffix in (".py", ".md", ".txt", ".in", ".toml", ".html", ".js", ".css", ""):
            text = path.read_text("utf-8", errors="ignore")
            if path.name != "test_documents.py":
                assert not forbidden.search(text), path
