"""Imports go down: never up, in a function, relative, or sideways below floor 2."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import tree


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def complaints(path: Path, module: str, parsed: ast.Module) -> list[str]:
    found = []
    top = set(map(id, parsed.body)) | {
        id(inner)
        for node in parsed.body
        if isinstance(node, ast.If | ast.Try)
        for inner in ast.walk(node)
    }
    own = tree.floor(module)
    for node in ast.walk(parsed):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        where = f"{path.name}:{node.lineno}"
        if id(node) not in top:
            found.append(f"{where} imports inside a function")
        if isinstance(node, ast.ImportFrom) and node.level:
            found.append(f"{where} imports relatively")
        for target in imported(node):
            other = tree.floor(target)
            if other is None or own is None:
                continue
            if other > own:
                found.append(f"{where} goes up: {module} -> floor {other}")
            here, there = tree.area(module), tree.area(target)
            if other == own <= 1 and here and there and here != there:
                found.append(f"{where} goes sideways: {module} -> {there}")
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("path", tree.sources(), ids=tree.name)
def test_imports_keep_to_the_floors(path: Path) -> None:
    assert complaints(path, tree.name(path), tree.syntax(path)) == []


def test_every_module_has_a_floor() -> None:
    homeless = [
        tree.name(path)
        for path in tree.sources()
        if tree.floor(tree.name(path)) is None and tree.name(path) != "kombeheer"
    ]
    assert homeless == []


@pytest.mark.parametrize(
    ("module", "text", "complaint"),
    [
        ("kombeheer.rules.stickers", "from models.stickers import Sticker", "goes up"),
        ("kombeheer.services.parties", "import blueprints.parties", "goes up"),
        ("kombeheer.rules.stickers", "from kombeheer.rules.parties import x", "goes sideways"),
        ("models.stickers", "import models.parties", "goes sideways"),
        ("models.stickers", "from . import parties", "relatively"),
        ("kombeheer.services.parties", "def f():\n    import os", "inside a function"),
    ],
)
def test_the_guard_sees_what_is_wrong(module: str, text: str, complaint: str) -> None:
    [found] = complaints(Path("planted.py"), module, ast.parse(text))
    assert complaint in found


def test_the_package_itself_imports_nothing() -> None:
    parsed = tree.syntax(tree.ROOT / "kombeheer" / "__init__.py")
    assert not [node for node in ast.walk(parsed) if isinstance(node, ast.Import | ast.ImportFrom)]


def test_rules_use_the_standard_library_only() -> None:
    foreign = {"flask", "sqlalchemy", "wtforms", "pydantic", "models", "scanners", "blueprints"}
    for path in tree.sources("kombeheer"):
        if tree.floor(tree.name(path)) == 0:
            for node in ast.walk(tree.syntax(path)):
                assert not {one.partition(".")[0] for one in imported(node)} & foreign, path
