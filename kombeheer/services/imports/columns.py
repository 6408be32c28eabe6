"""The columns of a kind of import: their heads, what their cells may hold, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from kombeheer.rules.imports import (
    folded,
    read_count,
    read_day,
    read_decimal,
    read_lines,
    read_text,
    read_word,
    read_yes_no,
)
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.tables import sheets

PARLOUR_TYPES: dict[str, ParlourType] = {
    "visgraat": ParlourType.HERRINGBONE,
    "zij-aan-zij": ParlourType.SIDE_BY_SIDE,
    "robot": ParlourType.ROBOT,
    "draaimelkstal": ParlourType.ROTARY,
    "grupstal": ParlourType.TIE_STALL,
    "tandem": ParlourType.TANDEM,
    "trigoon": ParlourType.TRIGON,
    "ruit": ParlourType.DIAMOND,
    "rotopol": ParlourType.ROTOPOL,
    "weidemelkwagen": ParlourType.PASTURE_WAGON,
}
SPECIES: dict[str, Species] = {
    "koeien": Species.COWS,
    "geiten": Species.GOATS,
    "schapen": Species.SHEEP,
}


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of a file.

    Args:
        head: as it stands in the template.
        field: the name of its value within the house.
        read: makes a value of a filled cell, or refuses it.
        expected: what should stand there, for people.
        example: of a filled cell, for the template.
        is_required: whether each line fills it.
        empty: the value of an empty cell.
        kind: as a spreadsheet shows it.
        words: what its values are called, for those that are words.
    """

    head: str
    field: str
    read: Callable[[str], Any]
    expected: str
    example: str = ""
    is_required: bool = False
    empty: Any = None
    kind: sheets.Kind = sheets.Kind.TEXT
    words: Mapping[Any, str] | None = None

    def shown(self, value: Any) -> sheets.Cell:
        """Return a value as its cell, which `read` reads back the same."""
        if value is None or value == "":
            return None
        if self.words is not None:
            return self.words[value]
        if isinstance(value, bool):
            return "ja" if value else "nee"
        if isinstance(value, Decimal):
            return str(value).replace(".", ",")
        return value if isinstance(value, (str, int, date)) else str(value)

    def told(self, value: Any) -> str:
        """Return a value as the report of a run tells it."""
        cell = self.shown(value)
        return f"{cell:%d-%m-%Y}" if isinstance(cell, date) else "" if cell is None else str(cell)


def text(
    head: str, field: str, most: int, expected: str, example: str = "", *, required: bool = False
) -> Column:
    """Return a column of texts of at most `most` signs."""
    return Column(
        head,
        field,
        lambda cell: read_text(cell, most),
        f"{expected}, hoogstens {most} tekens",
        example,
        required,
        "",
    )


def lines(head: str, field: str, most: int, expected: str) -> Column:
    """Return a column of texts of several lines, at most `most` signs."""
    told = f"{expected}, hoogstens {most} tekens"
    return Column(head, field, lambda cell: read_lines(cell, most), told, empty="")


def key(
    head: str, field: str, most: int, expected: str, example: str = "", *, required: bool = False
) -> Column:
    """Return a column of keys of at most `most` signs, that may be left out."""
    told = f"{expected} (hoogstens {most} tekens)"
    return Column(head, field, lambda cell: read_text(cell, most), told, example, required, None)


def day(head: str, field: str, expected: str, example: str, *, required: bool = False) -> Column:
    """Return a column of days."""
    told = f"{expected}: een dag als 31-12-2025 of 2025-12-31"
    return Column(head, field, read_day, told, example, required, kind=sheets.Kind.DAY)


def count(
    head: str,
    field: str,
    expected: str,
    least: int,
    most: int,
    example: str = "",
    *,
    required: bool = False,
    empty: int | None = None,
) -> Column:
    """Return a column of whole numbers from `least` to `most`."""

    def read(cell: str) -> int:
        found = read_count(cell)
        if not least <= found <= most:
            raise Refusal("imports.count_outside", value=found, least=least, most=most)
        return found

    told = f"{expected}: een heel getal van {least} t/m {most}"
    return Column(head, field, read, told, example, required, empty, sheets.Kind.COUNT)


def decimal(head: str, field: str, expected: str, example: str = "") -> Column:
    """Return a column of numbers with at most one digit behind the comma."""
    return Column(head, field, read_decimal, f"{expected}: een getal als 67,5", example)


def yes_no(
    head: str, field: str, expected: str, example: str = "", *, empty: bool | None = None
) -> Column:
    """Return a column of ja and nee."""
    return Column(head, field, read_yes_no, f"{expected}: ja of nee", example, empty=empty)


def word(
    head: str,
    field: str,
    expected: str,
    words: Mapping[str, Any],
    example: str | None = None,
    *,
    required: bool = False,
    empty: Any = None,
) -> Column:
    """Return a column of words, each with the value that it stands for."""
    told = f"{expected}: {', '.join(words)}"
    names = {value: name for name, value in words.items()}
    return Column(
        head,
        field,
        lru_cache(maxsize=256)(lambda cell: read_word(cell, words)),
        told,
        next(iter(words)) if example is None else example,
        required,
        empty,
        words=names,
    )


def many(
    head: str, field: str, read: Callable[[str], Any], expected: str, example: str = ""
) -> Column:
    """Return a column of several values with a comma between them."""

    def read_all(cell: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in cell.split(",")]
        return tuple(dict.fromkeys(read(part) for part in parts if part))

    return _Many(head, field, read_all, f"{expected}; meer dan een met een komma ertussen", example)


@dataclass(frozen=True, slots=True, eq=False)
class _Many(Column):
    """A column of several values; empty is none."""

    empty: Any = ()

    def shown(self, value: Any) -> sheets.Cell:
        """Return the values with a comma between them."""
        return ", ".join(str(one) for one in value or ()) or None


def by_head(columns: tuple[Column, ...]) -> dict[str, Column]:
    """Return columns by their heads, as people may write them."""
    return {folded(column.head): column for column in columns}
