"""Read a table from a file: CSV or XLSX, line by line, in memory that does not grow with it.

What cannot be read at all is refused with its line. Nothing is ever computed: a formula is told as
one. Not here: what the cells mean (services/imports).
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import BinaryIO

from kombeheer.rules.imports import (
    FILE_BYTES_MAX,
    LINE_CHARACTERS_MAX,
    LINES_MAX,
)
from kombeheer.rules.refusal import Refusal
from kombeheer.tables.sheets import XLSX_LINES_MAX, unguarded
from kombeheer.tables.workbooks import PIECE_BYTES, count_rows, opened_page, pieces, rows_of

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16
_NO_TABLES = (b"%pdf", b"\xff\xd8\xff", b"{\\rtf", b"<?xml", b"<!doc", b"<html")
_DELIMITERS = (";", "\t", ",")
_LINES_COMPARED = 50  # to see what stands between cells
_UTF_8, _WINDOWS = "utf-8-sig", "cp1252"
_ENCODINGS = {_UTF_8: "UTF-8", _WINDOWS: "Windows-1252"}
_UNDECODED = re.compile("[\udc80-\udcff]")
_WIDER = re.compile("[^\0-\x7f\udc80-\udcff]")  # what takes several bytes, and was decoded
_QUOTED = re.compile(r'"[^"]*(?:"|\Z)')


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
def opened(file: BinaryIO) -> Iterator[Table]:
    """Read a file of a table, from its beginning.

    Raises:
        Refusal: at once or while it is read: `imports.file_empty`, `imports.file_large`,
            `imports.file_old_excel`, `imports.file_wide`, `imports.file_no_table`,
            `imports.file_broken`, `imports.file_inflates`; and with its `line`:
            `imports.line_long`, `imports.line_unreadable`, `imports.line_undecodable`,
            `imports.row_unreadable`, `imports.rows_unordered`, `imports.lines_many`.
    """
    size = file.seek(0, io.SEEK_END)
    if size == 0:
        raise Refusal("imports.file_empty")
    if size > FILE_BYTES_MAX:
        raise Refusal("imports.file_large", most=FILE_BYTES_MAX // 1024**2)
    file.seek(0)
    head = file.read(5)
    if head.startswith(_OLD_EXCEL):
        raise Refusal("imports.file_old_excel")
    if head.startswith(_WIDE):
        raise Refusal("imports.file_wide")
    if head.lower().startswith(_NO_TABLES):
        raise Refusal("imports.file_no_table")
    if head.startswith(_ZIP):
        with opened_page(file, size) as (page, remarks):
            lines = _counted(Line(*row) for row in rows_of(page, remarks))
            yield Table(lines, is_ragged=True, line_count=count_rows(file), remarks=remarks)
        return
    line_count = _count_breaks(file)
    with _as_text(file, _encoding(file)) as text:
        yield Table(_counted(_of_text(text)), is_ragged=False, line_count=line_count)


@contextmanager
def _as_text(file: BinaryIO, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Yield a file as text; what cannot be decoded becomes a sign that no text has."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="surrogateescape", newline="")
    try:
        yield text
    finally:
        text.detach()  # else the file would be closed with it


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


def _encoding(file: BinaryIO) -> str:
    """Return how a text is written: UTF-8, or Windows-1252 when nothing in it is UTF-8.

    With a mark, or signs that are UTF-8 beside others that are not, it is UTF-8 that was damaged:
    as Windows-1252 all of it could be read, and would be wrong.
    """
    file.seek(0)
    piece = file.read(PIECE_BYTES)
    if b"\0" in piece:
        raise Refusal("imports.file_no_table")
    if piece.startswith(BOM_UTF8):
        return _UTF_8
    is_damaged = False
    with _as_text(file, "utf-8") as text:
        for told in iter(partial(text.read, PIECE_BYTES), ""):
            if not told.isascii():
                if _WIDER.search(told):
                    return _UTF_8
                is_damaged = True
    return _WINDOWS if is_damaged else _UTF_8


def _count_breaks(file: BinaryIO) -> int:
    """Return how many lines end in a text, however they end."""
    ends = {"\n": 0, "\r": 0}
    file.seek(0)
    for piece in pieces(file):
        for end in ends:
            ends[end] += piece.count(end.encode())
    return max(ends.values())


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
