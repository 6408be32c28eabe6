"""Tests mirror the tree: a test file names the module it is about, and every rule has one."""

from __future__ import annotations

from pathlib import Path

from tests.house import tree

ROOMS = {
    "rules": "kombeheer/rules",
    "services": "kombeheer/services",
    "printing": "kombeheer/printing",
    "cli": "kombeheer/cli",
    "scanners": "scanners",
    "models": "models",
    "blueprints": "blueprints",
}


def about(test: Path, room: str) -> bool:
    """Whether a module stands where the test says: `test_receive_queries` is about `receive`."""
    folder = tree.ROOT / ROOMS[room] / test.parent.relative_to(tree.ROOT / "tests" / room)
    words = test.stem.removeprefix("test_").split("_")
    names = {"_".join(words[: index + 1]) for index in range(len(words))}
    return any((folder / f"{name}.py").is_file() or (folder / name).is_dir() for name in names)


def test_every_test_file_is_about_a_module() -> None:
    strays = [
        str(path.relative_to(tree.ROOT))
        for path in tree.sources("tests")
        for room in [path.relative_to(tree.ROOT).parts[1]]
        if room in ROOMS and path.name.startswith("test_") and not about(path, room)
    ]
    assert strays == []


def test_every_module_of_rules_scanners_and_printing_has_its_test() -> None:
    missing = []
    for room in ("rules", "scanners", "printing"):
        folder = tree.ROOT / ROOMS[room]
        for path in tree.sources(folder.relative_to(tree.ROOT).parts[0]):
            if folder not in path.parents or path.name == "__init__.py":
                continue
            test = tree.ROOT / "tests" / room / path.relative_to(folder).parent
            if not list(test.glob(f"test_{path.stem}*.py")):
                missing.append(tree.name(path))
    assert missing == []
