"""Read a table from a file: CSV or XLSX, line by line, in memory that does not grow with it.

What cannot be read at all is refused with its line. Nothing is ever computed: a formula is told as
one. Not here: what the cells mean (services/imports).
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

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
from kombeheer.tables.sheets import unguarded

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16
_WORKBOOK = "xl/workbook.xml"
_DELIMITERS = (";", "\t", ",")
_ESCAPED = "_x005F_"  # how a spreadsheet writes a `_` that might begin the code of a sign
_PIECE_BYTES = 1024 * 1024
_COLUMNS_MAX = 200
_PAGE = re.compile(r"xl/worksheets/[^/]+\.xml")
_BROKEN = (
    *(BadZipFile, InvalidFileException, LookupError, ValueError, OSError, SyntaxError),
    *(EOFError, RuntimeError, zlib.error),  # cut off, locked by a password, damaged
)
_UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands in the file.

    Args:
        number: as an editor or a spreadsheet counts it, from 1: where it begins.
        cells: as text without space around it; days as ISO, decimals with a point.
        formulas: which cells, counted from 0, hold a formula instead of a value.
    """

    number: int
    cells: Sequence[str]
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file, those that are empty left out; read once.

    Args:
        is_ragged: whether a line may leave out its last cells, as a spreadsheet does.
        line_count: how many lines it seems to have, to tell how far it was read; 0 when that is
            not known.
    """

    lines: Iterator[Line]
    is_ragged: bool
    line_count: int


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """Open a file of a table.

    Raises:
        Refusal: at once or while it is read: `imports.file_empty`, `imports.file_large`,
            `imports.file_old_excel`, `imports.file_wide`, `imports.file_no_table`,
            `imports.file_broken`, `imports.file_inflates`; and with its `line`:
            `imports.line_long`, `imports.line_unreadable`, `imports.line_undecodable`,
            `imports.lines_many`.
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
        with _workbook(path) as page:
            yield Table(_counted(_of_page(page)), is_ragged=True, line_count=_count_rows(path))
        return
    # What cannot be decoded becomes a sign that no text has, so that its line can be named.
    with path.open(encoding=_encoding(path), errors="surrogateescape", newline="") as text:
        lines = _counted(_of_text(text))
        yield Table(lines, is_ragged=False, line_count=_count_breaks(path))


def _counted(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines that hold something, and refuse more than can be judged at once."""
    for line in lines:
        if line.number > LINES_MAX + 1:
            raise Refusal("imports.lines_many", line=line.number, most=LINES_MAX)
        if any(line.cells) or line.formulas:
            yield line


def _encoding(path: Path) -> str:
    """Return how a text is written: UTF-8 when all of it can be read so, else Windows-1252."""
    with path.open("rb") as file:
        if b"\0" in file.read(_PIECE_BYTES):
            raise Refusal("imports.file_no_table")
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            while text.read(_PIECE_BYTES):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


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
            raise Refusal("imports.line_undecodable", line=number)
        yield line


def _of_text(text: io.TextIOBase) -> Iterator[Line]:
    lines = _limited(text)
    first = next(lines, "")
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
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


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """Open the first page of a spreadsheet, once it is known that it does not inflate."""
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
            # As a file, for by its name the library would judge what it is.
            book = load_workbook(file, read_only=True, keep_links=False)
        except _BROKEN:
            raise Refusal("imports.file_broken") from None
        stack.callback(book.close)
        if not book.worksheets:
            raise Refusal("imports.file_no_table")
        page = book.worksheets[0]
        page.reset_dimensions()  # what the file says of its own size need not be so
        yield page


def _of_page(page: Any) -> Iterator[Line]:
    number = 0
    try:
        for number, row in enumerate(page.iter_rows(), 1):
            there = row[:_COLUMNS_MAX]
            formulas = frozenset(place for place, cell in enumerate(there) if cell.data_type == "f")
            cells = [
                "" if place in formulas else _text(cell.value) for place, cell in enumerate(there)
            ]
            if sum(map(len, cells)) > LINE_CHARACTERS_MAX:
                raise Refusal("imports.line_long", line=number, most=LINE_CHARACTERS_MAX)
            yield Line(number, cells, formulas)
    except _BROKEN as error:
        told = shown_text(type(error).__name__)
        raise Refusal("imports.line_unreadable", line=number + 1, value=told) from None


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
    return str(value).replace(_ESCAPED, "_").strip()
