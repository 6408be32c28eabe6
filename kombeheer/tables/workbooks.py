"""Read the rows of a spreadsheet (XLSX) as they stand there, in memory that does not grow with it.

Nothing is ever computed, and nothing that inflates is unpacked. Not here: other kinds of file
(tables/reading).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from functools import partial
from typing import IO, Any, BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser

from kombeheer.rules.imports import (
    LINE_CHARACTERS_MAX,
    UNPACKED_BYTES_MAX,
    UNPACKED_TIMES_MAX,
)
from kombeheer.rules.refusal import Refusal, shown_text

Row = tuple[int, list[str], dict[int, Refusal]]  # its number, and Line's cells and refusals
_WORKBOOK = "xl/workbook.xml"
PIECE_BYTES = 1024 * 1024
_COLUMNS_MAX = 200
_ROWS_LOOKED_AT = 1_000  # of a page that is not read
_PAGE = re.compile(r"xl/worksheets/[^/]+\.xml")
_TEXTS = "xl/sharedStrings.xml"
_ENDS = (b"row>", b"si>")  # of a row and of a text
_DIGITS = 15  # that a spreadsheet knows of a number
_EXACT_BELOW = 10.0**_DIGITS
_WHOLE_BYTES_MAX = 8 * 1024 * 1024  # of a row, or of a part that is read whole
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_BROKEN = (
    *(BadZipFile, InvalidFileException, LookupError, ValueError, OSError, SyntaxError),
    *(EOFError, RuntimeError, zlib.error),  # cut off, locked by a password, damaged
)
# How a spreadsheet writes a sign that XML has not, or a `_` before the like; halves of a sign are
# none.
_CODE = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what is left of a file, some at a time."""
    return iter(partial(file.read, PIECE_BYTES), b"")


def _require_lean(packed: ZipFile, part: ZipInfo) -> None:
    """Refuse a part of which the library would make far more than it is.

    It keeps a row, and all but the rows and the texts, as objects of many times their size. Who
    writes a spreadsheet never declares entities, each of which may stand for the next.
    """
    is_read_by_piece = part.filename == _TEXTS or _PAGE.fullmatch(part.filename)
    whole, before = 0, b""
    with packed.open(part) as content:
        for piece in pieces(content):
            if _DECLARED.search(before + piece):
                raise Refusal("imports.file_declares")
            end = max(piece.rfind(one) for one in _ENDS) if is_read_by_piece else -1
            whole = whole + len(piece) if end < 0 else len(piece) - end
            if whole > _WHOLE_BYTES_MAX:
                told = {"size": whole // 1024**2, "most": _WHOLE_BYTES_MAX // 1024**2}
                raise Refusal("imports.file_inflates", **told)
            before = piece[-16:]


@contextmanager
def opened_page(file: BinaryIO, size: int) -> Iterator[tuple[Any, list[Refusal]]]:
    """Open the first page of a spreadsheet that people see, once it is known not to inflate.

    Yields:
        The page, and what is to be remarked about the others.
    """
    with ExitStack() as stack:
        try:
            with ZipFile(file) as packed:
                if _WORKBOOK not in packed.namelist():
                    raise Refusal("imports.file_no_table")
                unpacked = sum(one.file_size for one in packed.infolist())
                most = min(UNPACKED_BYTES_MAX, UNPACKED_TIMES_MAX * size)
                if unpacked > most:
                    told = {"size": unpacked // 1024**2, "most": most // 1024**2}
                    raise Refusal("imports.file_inflates", **told)
                for part in packed.infolist():
                    if part.filename.endswith((".xml", ".rels")):
                        _require_lean(packed, part)
            # As a file, for by its name the library would judge what it is.
            book = load_workbook(file, read_only=True, keep_links=False)
            stack.callback(book.close)
            pages = book.worksheets
            for page in pages:
                page.reset_dimensions()  # what the file says of its own size need not be so
            seen = [page for page in pages if page.sheet_state == "visible"]
            read = next(iter(seen or pages), None)
            others = [page.title for page in pages if page is not read and _is_filled(page)]
        except _BROKEN:
            raise Refusal("imports.file_broken") from None
        if read is None:
            raise Refusal("imports.file_no_table")
        told = {"page": shown_text(read.title), "value": shown_text(", ".join(others))}
        yield read, [Refusal("imports.pages_beyond", **told)] if others else []


def _is_filled(page: Any) -> bool:
    """Tell whether something stands on a page, as far as people would look."""
    rows = page.iter_rows(max_row=_ROWS_LOOKED_AT, max_col=_COLUMNS_MAX, values_only=True)
    return any(value is not None for row in rows for value in row)


class _InOrder(WorkSheetParser):
    """The rows of a page; the library's own reading leaves out, unseen, what is not in order."""

    def parse_row(self, row: Any) -> tuple[int, list[dict[str, Any]]]:
        """Return the number of a row and its cells.

        Raises:
            Refusal: `imports.rows_unordered`.
        """
        before = self.row_counter
        number, cells = super().parse_row(row)
        places = [cell["column"] for cell in cells]
        is_elsewhere = any(cell["row"] != number for cell in cells)
        if number <= before or is_elsewhere or places != sorted(set(places)):
            raise Refusal("imports.rows_unordered", line=number)
        return number, cells


def _rows(page: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield the rows that a page has, each with its number."""
    book = page.parent
    with page._get_source() as source:
        yield from _InOrder(
            source,
            page._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        ).parse()


def rows_of(page: Any, remarks: list[Refusal]) -> Iterator[Row]:
    """Yield the rows that a page has; remark once on cells that are not read."""
    number, is_wider = 0, False
    try:
        for number, row in _rows(page):
            there = [cell for cell in row if cell["column"] <= _COLUMNS_MAX]
            beyond = row[len(there) :]
            if beyond and not is_wider and any(_text(cell["value"]) for cell in beyond):
                is_wider = True
                remarks.append(Refusal("imports.columns_beyond", line=number, most=_COLUMNS_MAX))
            cells = [""] * (there[-1]["column"] if there else 0)
            refusals = {}
            for cell in there:
                place, value = cell["column"] - 1, cell["value"]
                if value is not None:
                    refusal = _no_value(cell["data_type"], value)
                    if refusal is None:
                        cells[place] = _text(value)
                    else:
                        refusals[place] = refusal
            if sum(map(len, cells)) > LINE_CHARACTERS_MAX:
                raise Refusal("imports.line_long", line=number, most=LINE_CHARACTERS_MAX)
            yield number, cells, refusals
    except _BROKEN:
        raise Refusal("imports.row_unreadable", line=number + 1) from None


def _no_value(data_type: str, value: object) -> Refusal | None:
    """Return why a cell has no value.

    A formula is not computed, one that failed gave none, and of a number of more than fifteen
    digits a spreadsheet has forgotten the last.
    """
    if data_type == "f":
        return Refusal("imports.formula")
    if data_type == "e":
        return Refusal("imports.cell_failed", value=shown_text(str(value)))
    if isinstance(value, (int, float)) and abs(value) >= _EXACT_BELOW:
        return Refusal("imports.cell_rounded", value=shown_text(str(value)))
    return None


def _text(value: object) -> str:
    """Return a cell of a spreadsheet as it would stand in a CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return f"{value:.{_DIGITS}g}"  # 0.1 + 0.2 is 0.3 to a spreadsheet
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return _CODE.sub(lambda found: chr(int(found[1], 16)), str(value)).strip()


def count_rows(file: BinaryIO) -> int:
    """Return how many rows the longest page of a spreadsheet seems to have."""
    counts = [0]
    try:
        with ZipFile(file) as packed:
            for name in filter(_PAGE.fullmatch, packed.namelist()):
                with packed.open(name) as page:
                    counts.append(sum(piece.count(b"<row ") for piece in pieces(page)))
    except _BROKEN:
        return 0  # the reading itself will say so
    return max(counts)
