"""The checkout as the house tests see it: its files, their floors and their syntax trees."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
AREAS = frozenset(
    {
        "accounts",
        "parties",
        "sites",
        "certification",
        "stickers",
        "scanning",
        "reports",
        "spotchecks",
        "reverification",
        "billing",
        "annual",
        "exchange",
        "schemes",
    }
)
FLOORS: list[tuple[str, int]] = [
    ("wsgi", 5),
    ("kombeheer.app", 4),
    ("blueprints", 3),
    ("kombeheer.cli", 3),
    ("kombeheer.import_runs", 3),
    ("kombeheer.importing", 3),
    ("kombeheer.jobs", 3),
    ("kombeheer.__main__", 3),
    ("kombeheer.services", 2),
    ("models", 1),
    ("scanners", 1),
    ("kombeheer.printing", 1),
    ("kombeheer.tables", 1),
    ("kombeheer.config", 1),
    ("kombeheer.clock", 1),
    ("kombeheer.wording", 1),
    ("kombeheer.sentences", 1),
    ("kombeheer.rules", 0),
]


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git knows or would take, as it is in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(ROOT / line for line in listed.splitlines() if (ROOT / line).is_file())


def sources(*rooms: str) -> list[Path]:
    """Python files of the product, or of the named top folders."""
    wanted = rooms or ("kombeheer", "models", "blueprints", "scanners", "wsgi.py")
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in wanted
    ]


def name(path: Path) -> str:
    """The dotted name by which a file is imported."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def floor(module: str) -> int | None:
    """The floor a module is on; None for what is on none."""
    for prefix, number in FLOORS:
        if module == prefix or module.startswith(prefix + "."):
            return number
    return None


def area(module: str) -> str | None:
    """The area a module belongs to, None for words that belong to no area."""
    return next((part for part in module.split(".") if part in AREAS), None)


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))
