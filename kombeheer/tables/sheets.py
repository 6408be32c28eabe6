"""A table as a file for a spreadsheet: CSV and XLSX, written row by row in constant memory.

What is written here, tables/reading reads back. Not here: what stands in the rows, and papers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from kombeheer.rules.money import euros
from kombeheer.rules.refusal import Refusal

Cell = str | int | date | None
Row = Sequence[Cell]
BYTE_ORDER_MARK = "\ufeff"
PIECE_CHARACTERS = 64 * 1024
XLSX_LINES_MAX = 1_048_576  # what a spreadsheet can hold; the rest would be left out unseen
# What makes a spreadsheet take a text for a formula, also in the wide signs of the Far East.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CENTS, _DAY = "#,##0.00", "dd-mm-yyyy"
_TEXT = "@"  # what is typed stays as it is typed: 0118 no number, 1-4 no day


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    CENTS = "cents"  # whole cents, written as euros


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its head; `width` in signs, for a spreadsheet."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: what stands above it, its columns, and its rows, which are read once.

    Args:
        tab: its name within a spreadsheet: at most 31 signs, none of []:*?/ or a backslash.
        about: lines of label and value above the heads, in a spreadsheet.
        rows: a cell for each column; None stays empty.
        total: the last row, of a table that has one.
    """

    tab: str
    title: str
    about: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Iterable[Row]
    total: Row | None = None


def _is_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take a text for a formula, or would once it is unguarded."""
    bare = text.lstrip("'")
    return bare.startswith(_FORMULA) or not bare[:1].isprintable()


def plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, without space around it.

    `unguarded` undoes it.
    """
    told = text.strip()
    return "'" + told if _is_formula(told) else told


def unguarded(text: str) -> str:
    """Return the text that `plain` has kept from being a formula; any other one as it is."""
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def _written(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return ""
    if kind is Kind.CENTS:
        assert isinstance(cell, int), "cents are whole"
        return euros(cell).replace(".", "")  # a point between thousands is taken for a comma
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if kind is Kind.COUNT else plain(str(cell))


def csv_pieces(sheet: Sheet) -> Iterator[bytes]:
    """Yield a table as CSV for a Dutch spreadsheet: UTF-8 with its mark, `;`, decimal comma."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    buffer.write(BYTE_ORDER_MARK)
    kinds = [column.kind for column in sheet.columns]

    def write(row: Row) -> None:
        writer.writerow([_written(cell, kind) for cell, kind in zip(row, kinds, strict=True)])

    writer.writerow([plain(column.title) for column in sheet.columns])
    for row in sheet.rows:
        write(row)
        if buffer.tell() >= PIECE_CHARACTERS:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    if sheet.total is not None:
        write(sheet.total)
    yield buffer.getvalue().encode()


def write_xlsx(sheet: Sheet, path: Path) -> None:
    """Write a table as XLSX: numbers as numbers, days as days, and no text ever a formula.

    Raises:
        Refusal: `imports.lines_beyond_sheet` when it has more lines than a spreadsheet.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    with Workbook(str(path), options) as book:
        page = book.add_worksheet(sheet.tab)
        strong = book.add_format({"bold": True})
        formats = {
            Kind.TEXT: book.add_format({"num_format": _TEXT}),
            Kind.COUNT: book.add_format({"num_format": "#,##0"}),
            Kind.CENTS: book.add_format({"num_format": _CENTS}),
            Kind.DAY: book.add_format({"num_format": _DAY, "align": "left"}),
        }
        above = {"bold": True, "top": 1}
        totals = {
            **dict.fromkeys(Kind, book.add_format(above)),
            Kind.COUNT: book.add_format({**above, "num_format": "#,##0"}),
            Kind.CENTS: book.add_format({**above, "num_format": _CENTS}),
        }
        heads = {
            True: book.add_format({"bold": True, "bottom": 1, "align": "right"}),
            False: book.add_format({"bold": True, "bottom": 1}),
        }
        for number, column in enumerate(sheet.columns):
            page.set_column(number, number, column.width, formats[column.kind])
        page.write_string(0, 0, sheet.title, strong)
        for number, (label, value) in enumerate(sheet.about, 1):
            page.write_string(number, 0, label)
            page.write_string(number, 1, value)
        head = len(sheet.about) + 2
        page.freeze_panes(head + 1, 0)
        for number, column in enumerate(sheet.columns):
            is_right = column.kind in (Kind.COUNT, Kind.CENTS)
            page.write_string(head, number, column.title, heads[is_right])

        line = head
        for line, row in enumerate(sheet.rows, head + 1):
            _write_row(page, sheet.columns, line, row, formats)
        if sheet.total is not None:
            _write_row(page, sheet.columns, line + 1, sheet.total, totals)
        if line > head:
            page.autofilter(head, 0, line, len(sheet.columns) - 1)


def _write_row(
    page: Any, columns: Sequence[Column], line: int, row: Row, looks: Mapping[Kind, object]
) -> None:
    if line >= XLSX_LINES_MAX:
        raise Refusal("imports.lines_beyond_sheet", most=XLSX_LINES_MAX)
    for number, (cell, column) in enumerate(zip(row, columns, strict=True)):
        look = looks[column.kind]
        if cell is None:
            page.write_blank(line, number, None, look)
        elif isinstance(cell, date):
            page.write_datetime(line, number, cell, look)
        elif isinstance(cell, str):
            page.write_string(line, number, cell, look)
        else:
            value = cell / 100 if column.kind is Kind.CENTS else cell
            page.write_number(line, number, value, look)
