"""A table as a file for a spreadsheet: CSV and XLSX, written row by row in constant memory.

Not here: what stands in the rows, and papers (printing/papers).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from xlsxwriter import Workbook

from kombeheer.rules.money import euros

Cell = str | int | date | None
Row = Sequence[Cell]
BYTE_ORDER_MARK = "\ufeff"
PIECE_CHARACTERS = 64 * 1024
# What makes a spreadsheet take a text for a formula, also in the wide signs of the Far East.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CENTS, _DAY = "#,##0.00", "dd-mm-yyyy"


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
        total: the last row.
    """

    tab: str
    title: str
    about: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Iterable[Row]
    total: Row


def plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, on one line."""
    line = " ".join(text.split())
    return "'" + line if line.startswith(_FORMULA) else line


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
    write(sheet.total)
    yield buffer.getvalue().encode()


def write_xlsx(sheet: Sheet, path: Path) -> None:
    """Write a table as XLSX: numbers as numbers, days as days, and no text ever a formula."""
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
            Kind.TEXT: book.add_format(),
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
            page.set_column(number, number, column.width)
        page.write_string(0, 0, sheet.title, strong)
        for number, (label, value) in enumerate(sheet.about, 1):
            page.write_string(number, 0, label)
            page.write_string(number, 1, value)
        head = len(sheet.about) + 2
        page.freeze_panes(head + 1, 0)
        for number, column in enumerate(sheet.columns):
            is_right = column.kind in (Kind.COUNT, Kind.CENTS)
            page.write_string(head, number, column.title, heads[is_right])

        def write(line: int, row: Row, looks: dict[Kind, object]) -> None:
            for number, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
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

        line = head
        for line, row in enumerate(sheet.rows, head + 1):
            write(line, row, formats)
        write(line + 1, sheet.total, totals)
        if line > head:
            page.autofilter(head, 0, line, len(sheet.columns) - 1)
