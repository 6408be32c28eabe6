"""Tests mirror the tree: a test file names the module it is about, and every module has one.

Rules, scanners, printing, tables and services each have their own, or stand below as part of
another's.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import tree

ROOMS = {
    "rules": "kombeheer/rules",
    "services": "kombeheer/services",
    "printing": "kombeheer/printing",
    "tables": "kombeheer/tables",
    "cli": "kombeheer/cli",
    "scanners": "scanners",
    "models": "models",
    "blueprints": "blueprints",
}

# A use case is tested as a whole, from outside, where its parts alone would say little: from the
# file that is about the whole to the modules of services that are its parts.
PARTS = {
    "services/demonstration/test_building.py": {
        *("demonstration/chance", "demonstration/fieldwork", "demonstration/logistics"),
        *("demonstration/names", "demonstration/newcomers", "demonstration/oddities"),
        *("demonstration/deskwork", "demonstration/paperwork"),
        *("demonstration/plan", "demonstration/rolls", "demonstration/scans"),
        *("demonstration/scene", "demonstration/storing", "demonstration/supply"),
        *("demonstration/users", "demonstration/years"),
    },
    "services/billing/test_checking.py": {"billing/streaming"},
    "services/billing/test_statements.py": {
        *("billing/closing", "billing/statement_changes", "billing/statement_lines"),
    },
    "services/imports/test_kinds.py": {
        *("imports/columns", "imports/judging", "imports/lines", "imports/references"),
    },
    "services/imports/test_mechanics.py": {"imports/careers"},
    "services/imports/test_reports.py": {"imports/known_reports", "imports/report_columns"},
    "services/imports/test_stickers.py": {"imports/sticker_ranges", "imports/sticker_takeover"},
    "cli/test_imports.py": {"imports/telling"},
    "services/parties/test_merging.py": {"parties/doubles", "parties/indexing"},
    "services/scanning/test_receive.py": {
        *("scanning/judging", "scanning/lookup", "scanning/posting", "scanning/store"),
    },
    "blueprints/scanning/test_api.py": {"scanning/devices"},
    "blueprints/scanning/test_api_installation.py": {"sites/registering"},
    "blueprints/scanning/test_routes_bad_input.py": {"scanning/visits"},
    "services/cases/test_deciding.py": {"cases/handlers", "scanning/deciding"},
    "services/cases/test_lists.py": {"cases/scope"},
    "services/cases/test_showing.py": {"cases/matters"},
    "services/reports/test_batches.py": {"reports/receipts"},
    "services/reports/test_paper.py": {"reports/places", "reports/sheets"},
    "services/reports/test_revising.py": {
        *("reports/contradictions", "reports/numbers", "reports/objecting", "reports/proposing"),
        *("reports/revision", "reports/scope", "reports/versions"),
    },
    "services/sites/test_lists.py": {
        *("sites/configurations", "sites/due", "sites/history", "sites/scope"),
    },
    "services/stickers/test_checking.py": {
        *("stickers/chain", "stickers/findings", "stickers/projection", "stickers/replay"),
    },
    "services/stickers/test_logistics.py": {
        *("stickers/booking", "stickers/documents", "stickers/places", "stickers/series"),
    },
    "blueprints/stickers/test_public.py": {"stickers/standing"},
    "blueprints/stickers/test_routes.py": {"stickers/holders"},
    "blueprints/stickers/test_api.py": {"stickers/scope"},
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


def untested(room: str) -> set[str]:
    """The modules of a room without a test file of their own, as `scanning/judging`."""
    folder = tree.ROOT / ROOMS[room]
    found = set()
    for path in tree.sources(folder.relative_to(tree.ROOT).parts[0]):
        if folder in path.parents and path.name != "__init__.py":
            place = path.relative_to(folder)
            if not list((tree.ROOT / "tests" / room / place.parent).glob(f"test_{path.stem}*.py")):
                found.add(place.with_suffix("").as_posix())
    return found


@pytest.mark.parametrize("room", ["rules", "scanners", "printing", "tables"])
def test_every_module_has_its_test(room: str) -> None:
    assert untested(room) == set()


def test_every_module_of_services_has_its_test_or_is_part_of_another_s() -> None:
    assert untested("services") == set().union(*PARTS.values())
    assert [name for name in PARTS if not (tree.ROOT / "tests" / name).is_file()] == []
