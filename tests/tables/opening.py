"""Read a file of a table whole, as tests look at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.tables.reading import Line, opened

Saved = Callable[[bytes], Path]


def lines(path: Path) -> list[Line]:
    with path.open("rb") as file, opened(file) as table:
        return list(table.lines)


def cells(path: Path) -> list[tuple[int, list[str]]]:
    return [(line.number, list(line.cells)) for line in lines(path)]


def refusal(path: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        lines(path)
    return caught.value
