"""A long table as papers (PDF): at most so many lines a file, numbered parts in a ZIP beyond it.

Data goes into the paper as JSON only, never as its source text. The look stands in paper.typ.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from threading import Lock

import typst

from kombeheer.rules.money import euros

LINES_AT_MOST = 2_000  # of one file
DOCUMENTS_REMEMBERED = 10
_SOURCE = Path(__file__).with_name("paper.typ")
_ONE_AT_A_TIME = Lock()  # each takes some hundreds of megabytes for a moment


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line of a paper: three cells of one or more lines of text, and five amounts.

    The last amount is what the line comes to; a paper adds them up as it goes.
    """

    texts: tuple[tuple[str, ...], ...]
    cents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A table to print: what stands above it, its heads, its lines, which are read once.

    Args:
        name: of the file, without its ending.
        line_count: how many lines there are.
        text_heads, cents_heads: the heads of three cells of text and five amounts.
        totals: of each column of amounts.
        made_at: told as the date of the document.
    """

    title: str
    name: str
    about: Sequence[tuple[str, str]]
    text_heads: Sequence[str]
    cents_heads: Sequence[str]
    lines: Iterable[PaperLine]
    line_count: int
    totals: Sequence[int]
    made_at: datetime

    @property
    def part_count(self) -> int:
        """Return of how many files it consists."""
        return max(1, -(-self.line_count // LINES_AT_MOST))


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that come with the compiler, so that a paper is the same everywhere."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def parts(paper: Paper) -> Iterator[tuple[str, bytes]]:
    """Yield each file of a paper with its name, made when it is asked for."""
    lines, carried, count = iter(paper.lines), 0, paper.part_count
    for number in range(1, count + 1):
        begun = carried
        rows = []
        for line in islice(lines, LINES_AT_MOST):
            carried += line.cents[-1]
            amounts = [euros(cents) if cents else "" for cents in line.cents[:-1]]
            rows.append(
                {
                    "texts": line.texts,
                    "amounts": [*amounts, euros(line.cents[-1]), euros(carried)],
                }
            )
        name = paper.name if count == 1 else f"{paper.name}-deel-{number:0{len(str(count))}d}"
        yield f"{name}.pdf", _compiled(paper, rows, number, euros(begun), euros(carried))


def _compiled(paper: Paper, rows: list[object], number: int, begun: str, carried: str) -> bytes:
    data = {
        "title": paper.title,
        "about": paper.about,
        "text_heads": paper.text_heads,
        "cents_heads": [*paper.cents_heads, "Opgeteld"],
        "rows": rows,
        "part": number,
        "parts": paper.part_count,
        "begun": begun,
        "carried": carried,
        "totals": [*(euros(cents) for cents in paper.totals), carried],
        "made": [paper.made_at.year, paper.made_at.month, paper.made_at.day],
    }
    given = {"data": json.dumps(data)}
    with _ONE_AT_A_TIME:
        try:
            made = typst.Compiler(
                str(_SOURCE), root=str(_SOURCE.parent), font_paths=_fonts()
            ).compile(format="pdf", sys_inputs=given, timestamp=int(paper.made_at.timestamp()))
        finally:
            _forget()
    assert isinstance(made, bytes), "one file"
    return made


def _forget() -> None:
    """Let go of what was laid out: the compiler keeps it for as many documents more."""
    for _ in range(DOCUMENTS_REMEMBERED + 1):
        typst.Compiler(b"", font_paths=_fonts()).compile(format="pdf")


class _Sink(io.RawIOBase):
    """Takes what a ZIP writes until somebody fetches it."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        written = bytes(piece)  # type: ignore[call-overload]
        self._pieces.append(written)
        return len(written)

    def fetch(self) -> bytes:
        fetched = b"".join(self._pieces)
        self._pieces.clear()
        return fetched


def zip_pieces(files: Iterable[tuple[str, bytes]], made_at: datetime) -> Iterator[bytes]:
    """Yield a ZIP of files, one after another as they are made; a PDF is packed already."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as packed:
        for name, content in files:
            packed.writestr(zipfile.ZipInfo(name, made_at.timetuple()[:6]), content)
            yield sink.fetch()
    yield sink.fetch()
