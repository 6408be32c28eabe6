"""Read a table from a file: CSV or XLSX, line by line, in memory that does not grow with it.

What cannot be read at all is refused with its line. Nothing is ever computed: a formula is told as
one. Not here: what the cells mean (services/imports).
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kombeheer.rules.imports import (
    FILE_BYTES_MAX,
    LINE_CHARACTERS_MAX,
    LINES_MAX,
    UNPACKED_BYTES_MAX,
    UNPACKED_TIMES_MAX,
)
from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.tables.sheets import XLSX_LINES_MAX, unguarded

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16
_WORKBOOK = "xl/workbook.xml"
_DELIMITERS = (";", "\t", ",")
_PIECE_BYTES = 1024 * 1024
_COLUMNS_MAX = 200
_LINES_COMPARED = 50  # to see what stands between cells
_ROWS_LOOKED_AT = 1_000  # of a page that is not read
_PAGE = re.compile(r"xl/worksheets/[^/]+\.xml")
_TEXTS = "xl/sharedStrings.xml"
_ENDS = (b"row>", b"si>")  # of a row and of a text
_WHOLE_BYTES_MAX = 8 * 1024 * 1024  # of a row, or of a part that is read whole
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_BROKEN = (
    *(BadZipFile, InvalidFileException, LookupError, ValueError, OSError, SyntaxError),
    *(EOFError, RuntimeError, zlib.error),  # cut off, locked by a password, damaged
)
_UTF_8, _WINDOWS = "utf-8-sig", "cp1252"
_ENCODINGS = {_UTF_8: "UTF-8", _WINDOWS: "Windows-1252"}
_UNDECODED = re.compile("[\udc80-\udcff]")
_WIDER = re.compile("[^\0-\x7f\udc80-\udcff]")  # what takes several bytes, and was decoded
_QUOTED = re.compile(r'"[^"]*(?:"|\Z)')
# How a spreadsheet writes a sign that XML has not, or a `_` before the like; halves of a sign are
# none.
_CODE = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands in the file.

    Args:
        number: as an editor or a spreadsheet counts it, from 1: where it begins.
        cells: as text without space around it; days as ISO, decimals with a point.
        refusals: of the cells, counted from 0, that hold no value but a formula or its failure.
    """

    number: int
    cells: Sequence[str]
    refusals: Mapping[int, Refusal] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file, those that are empty left out; read once.

    Args:
        is_ragged: whether a line may leave out its last cells, as a spreadsheet does.
        line_count: how many lines it seems to have, to tell how far it was read; 0 when that is
            not known.
        remarks: what of the file is not read; complete when the lines are.
    """

    lines: Iterator[Line]
    is_ragged: bool
    line_count: int
    remarks: Sequence[Refusal] = ()


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """Open a file of a table.

    Raises:
        Refusal: at once or while it is read: `imports.file_empty`, `imports.file_large`,
            `imports.file_old_excel`, `imports.file_wide`, `imports.file_no_table`,
            `imports.file_broken`, `imports.file_inflates`; and with its `line`:
            `imports.line_long`, `imports.line_unreadable`, `imports.line_undecodable`,
            `imports.row_unreadable`, `imports.lines_many`.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refusal("imports.file_empty")
    if size > FILE_BYTES_MAX:
        raise Refusal("imports.file_large", most=FILE_BYTES_MAX // 1024**2)
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(_OLD_EXCEL):
        raise Refusal("imports.file_old_excel")
    if head.startswith(_WIDE):
        raise Refusal("imports.file_wide")
    if head.startswith(_ZIP):
        with _workbook(path) as (page, remarks):
            lines = _counted(_of_page(page, remarks))
            yield Table(lines, is_ragged=True, line_count=_count_rows(path), remarks=remarks)
        return
    # What cannot be decoded becomes a sign that no text has, so that its line can be named.
    with path.open(encoding=_encoding(path), errors="surrogateescape", newline="") as text:
        lines = _counted(_of_text(text))
        yield Table(lines, is_ragged=False, line_count=_count_breaks(path))


def _counted(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines that hold something, and refuse more than can be judged at once."""
    count = 0
    for line in lines:
        is_filled = any(line.cells) or bool(line.refusals)
        count += is_filled
        if count > LINES_MAX + 1:
            raise Refusal("imports.lines_many", line=line.number, most=LINES_MAX)
        if line.number > XLSX_LINES_MAX:  # also when nothing stands there: it could go on for ever
            raise Refusal("imports.lines_many", line=line.number, most=XLSX_LINES_MAX)
        if is_filled:
            yield line


def _encoding(path: Path) -> str:
    """Return how a text is written: UTF-8, or Windows-1252 when nothing in it is UTF-8.

    With a mark, or signs that are UTF-8 beside others that are not, it is UTF-8 that was damaged:
    as Windows-1252 all of it could be read, and would be wrong.
    """
    with path.open("rb") as file:
        piece = file.read(_PIECE_BYTES)
    if b"\0" in piece:
        raise Refusal("imports.file_no_table")
    if piece.startswith(BOM_UTF8):
        return _UTF_8
    is_damaged = False
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as text:
        for told in iter(partial(text.read, _PIECE_BYTES), ""):
            if not told.isascii():
                if _WIDER.search(told):
                    return _UTF_8
                is_damaged = True
    return _WINDOWS if is_damaged else _UTF_8


def _count_breaks(path: Path) -> int:
    """Return how many lines end in a text, however they end."""
    ends = {"\n": 0, "\r": 0}
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            for end in ends:
                ends[end] += piece.count(end.encode())
    return max(ends.values())


def _count_rows(path: Path) -> int:
    """Return how many rows the longest page of a spreadsheet seems to have."""
    counts = [0]
    try:
        with ZipFile(path) as packed:
            for name in filter(_PAGE.fullmatch, packed.namelist()):
                with packed.open(name) as page:
                    pieces = iter(partial(page.read, _PIECE_BYTES), b"")
                    counts.append(sum(piece.count(b"<row ") for piece in pieces))
    except _BROKEN:
        return 0  # the reading itself will say so
    return max(counts)


def _limited(text: io.TextIOBase) -> Iterator[str]:
    """Yield physical lines, none longer than a line may be."""
    number = 0
    while True:
        number += 1
        line = text.readline(LINE_CHARACTERS_MAX + 1)
        if len(line) > LINE_CHARACTERS_MAX:
            raise Refusal("imports.line_long", line=number, most=LINE_CHARACTERS_MAX)
        if not line:
            return
        if not line.isascii() and _UNDECODED.search(line):
            told = _ENCODINGS[text.encoding]
            raise Refusal("imports.line_undecodable", line=number, encoding=told)
        yield line


def _delimiter(lines: Iterable[str]) -> str:
    """Return what stands between the cells: the sign that most lines have equally often.

    What people write above the heads, or in a text, has others here and there.
    """
    bare = _QUOTED.sub("", "".join(lines)).splitlines()

    def agreement(delimiter: str) -> tuple[int, int, int]:
        counts = Counter(filter(None, (line.count(delimiter) for line in bare)))
        [(count, agreeing)] = counts.most_common(1) or [(0, 0)]
        return agreeing, counts.total(), count

    return max(_DELIMITERS, key=agreement)


def _of_text(text: io.TextIOBase) -> Iterator[Line]:
    lines = _limited(text)
    first = list(islice(lines, _LINES_COMPARED))
    rows = csv.reader(chain(first, lines), delimiter=_delimiter(first), strict=True)
    begins = 1
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            raise Refusal("imports.line_unreadable", line=begins) from None
        if row is None:
            return
        cells = list(map(str.strip, row))
        yield Line(begins, list(map(unguarded, cells)) if "'" in "".join(cells) else cells)
        begins = rows.line_num + 1


def _require_lean(packed: ZipFile, part: ZipInfo) -> None:
    """Refuse a part of which the library would make far more than it is.

    It keeps a row, and all but the rows and the texts, as objects of many times their size. Who
    writes a spreadsheet never declares entities, each of which may stand for the next.
    """
    is_read_by_piece = part.filename == _TEXTS or _PAGE.fullmatch(part.filename)
    whole, before = 0, b""
    with packed.open(part) as content:
        for piece in iter(partial(content.read, _PIECE_BYTES), b""):
            if _DECLARED.search(before + piece):
                raise Refusal("imports.file_declares")
            end = max(piece.rfind(one) for one in _ENDS) if is_read_by_piece else -1
            whole = whole + len(piece) if end < 0 else len(piece) - end
            if whole > _WHOLE_BYTES_MAX:
                told = {"size": whole // 1024**2, "most": _WHOLE_BYTES_MAX // 1024**2}
                raise Refusal("imports.file_inflates", **told)
            before = piece[-16:]


@contextmanager
def _workbook(path: Path) -> Iterator[tuple[Any, list[Refusal]]]:
    """Open the first page of a spreadsheet, once it is known that it does not inflate.

    Yields:
        The page, and what is to be remarked about the others.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            with ZipFile(file) as packed:
                if _WORKBOOK not in packed.namelist():
                    raise Refusal("imports.file_no_table")
                unpacked = sum(one.file_size for one in packed.infolist())
                most = min(UNPACKED_BYTES_MAX, UNPACKED_TIMES_MAX * path.stat().st_size)
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
            others = [page.title for page in pages[1:] if _is_filled(page)]
        except _BROKEN:
            raise Refusal("imports.file_broken") from None
        if not pages:
            raise Refusal("imports.file_no_table")
        told = shown_text(", ".join(others))
        yield pages[0], [Refusal("imports.pages_beyond", value=told)] if others else []


def _is_filled(page: Any) -> bool:
    """Tell whether something stands on a page, as far as people would look."""
    rows = page.iter_rows(max_row=_ROWS_LOOKED_AT, max_col=_COLUMNS_MAX, values_only=True)
    return any(value is not None for row in rows for value in row)


def _of_page(page: Any, remarks: list[Refusal]) -> Iterator[Line]:
    """Yield rows, also those that are empty; remark once on cells that are not read."""
    number, is_wider = 0, False
    try:
        for number, row in enumerate(page.iter_rows(), 1):
            there, beyond = row[:_COLUMNS_MAX], row[_COLUMNS_MAX:]
            if not is_wider and any(_text(cell.value) for cell in beyond):
                is_wider = True
                remarks.append(Refusal("imports.columns_beyond", line=number, most=_COLUMNS_MAX))
            refusals = {
                place: _no_value(cell)
                for place, cell in enumerate(there)
                if cell.data_type in ("f", "e") and cell.value is not None
            }
            cells = [
                "" if place in refusals else _text(cell.value) for place, cell in enumerate(there)
            ]
            if sum(map(len, cells)) > LINE_CHARACTERS_MAX:
                raise Refusal("imports.line_long", line=number, most=LINE_CHARACTERS_MAX)
            yield Line(number, cells, refusals)
    except _BROKEN:
        raise Refusal("imports.row_unreadable", line=number + 1) from None


def _no_value(cell: Any) -> Refusal:
    """Return why a cell has no value: a formula is not computed, and one that failed gave none."""
    if cell.data_type == "f":
        return Refusal("imports.formula")
    return Refusal("imports.cell_failed", value=shown_text(str(cell.value)))


def _text(value: object) -> str:
    """Return a cell of a spreadsheet as it would stand in a CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return _CODE.sub(lambda found: chr(int(found[1], 16)), str(value)).strip()
