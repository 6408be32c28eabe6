"""A file stops at 400 lines, a function at 70, a template at 150; no drawer for odds and ends."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house import tree

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
TEMPLATE_LINES_MAX = 150
DRAWERS = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "tools"}


def length(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_no_file_is_longer_than_400_lines() -> None:
    rooms = ("kombeheer", "models", "blueprints", "scanners", "tests", "migrations")
    long = {str(path): length(path) for path in tree.sources(*rooms)}
    long |= {
        str(path): length(path)
        for path in tree.tracked()
        if path.suffix in (".js", ".css") and "vendor" not in path.parts
    }
    assert {path: lines for path, lines in long.items() if lines > FILE_LINES_MAX} == {}


def test_no_function_is_longer_than_70_lines() -> None:
    long = {}
    for path in tree.sources("kombeheer", "models", "blueprints", "scanners", "tests"):
        for node in ast.walk(tree.syntax(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    long[f"{path.name}:{node.name}"] = lines
    assert long == {}


def test_no_template_is_longer_than_150_lines() -> None:
    macros = tree.ROOT / "templates" / "_macros"
    long = {
        str(path): length(path)
        for path in tree.tracked()
        if path.suffix == ".html" and macros not in path.parents
    }
    assert {path: lines for path, lines in long.items() if lines > TEMPLATE_LINES_MAX} == {}


def test_no_file_is_a_drawer_for_odds_and_ends() -> None:
    assert [path for path in tree.tracked() if path.stem.lower() in DRAWERS] == []
