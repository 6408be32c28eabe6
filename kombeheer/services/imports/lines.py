"""From the lines of a file to records: heads found, cells read, lines of one subject together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kombeheer.rules.imports import folded
from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.services.imports.columns import Column, by_head
from kombeheer.tables.reading import Line

_TOTALS = frozenset({"totaal", "totaal:", "totalen", "subtotaal", "eindtotaal"})
HEAD_WITHIN = 20  # a spreadsheet may have a title and some lines above its heads


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a line, or only remarkable about it.

    Args:
        line: its number in the file; 0 for the file as a whole.
        column: the head of its column, empty for the line as a whole.
        value: what stands there.
        refusal: what is wrong, as a sentence for people.
        expected: what should stand there.
        is_remark: it is taken over as it is.
    """

    line: int
    column: str
    value: str
    refusal: Refusal
    expected: str = ""
    is_remark: bool = False


@dataclass(slots=True)
class Record:
    """A line as values by field; a field that the file has no column for is not there."""

    line: int
    values: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, or the default when the file has no such column."""
        return self.values.get(name, default)


Group = tuple[Hashable | None, list[Record]]  # its key, and its lines


@dataclass(slots=True)
class Heads:
    """Where each column stands in the file."""

    line: int
    places: dict[int, Column]
    width: int
    unknown: list[str]

    def told(self) -> Iterator[Finding]:
        """Yield a remark for each column that is not read."""
        for head in self.unknown:
            yield Finding(
                self.line, head, "", Refusal("imports.column_unknown", value=head), is_remark=True
            )


def find_heads(
    lines: Iterator[Line], columns: tuple[Column, ...], others: dict[str, tuple[Column, ...]]
) -> Heads:
    """Read up to the line of heads, and return where each column stands.

    Raises:
        Refusal: with its `line`, `imports.heads_missing`, `imports.kind_other` when they are those
            of another kind of file, `imports.column_missing`, `imports.column_twice`.
    """
    known = by_head(columns)
    first: Line | None = None
    for count, line in enumerate(lines, 1):
        first = first or line
        found = [head for head in map(folded, line.cells) if head in known]
        required = {folded(one.head) for one in columns if one.is_required}
        if len(found) >= 2 and (required <= set(found) or len(found) * 2 > _filled(line)):
            _require_own_kind(line, columns, others)
            return _heads(line, columns, known)
        if count == HEAD_WITHIN:
            break
    if first is None:
        raise Refusal("imports.file_empty")
    _require_own_kind(first, columns, others)
    shown = shown_text(", ".join(filter(None, first.cells)))
    expected = ", ".join(one.head for one in columns)
    raise Refusal("imports.heads_missing", line=first.number, value=shown, expected=expected)


def _filled(line: Line) -> int:
    return sum(1 for cell in line.cells if cell)


def _require_own_kind(
    line: Line, columns: tuple[Column, ...], others: dict[str, tuple[Column, ...]]
) -> None:
    """Refuse heads that fit another kind of file better."""
    heads = set(map(folded, line.cells))

    def fits(of_kind: tuple[Column, ...]) -> tuple[bool, int]:
        required = {folded(one.head) for one in of_kind if one.is_required}
        return required <= heads, len(heads & set(by_head(of_kind)))

    best = max(others, key=lambda kind: fits(others[kind]), default=None)
    if best is not None and fits(others[best])[0] and fits(others[best]) > fits(columns):
        raise Refusal("imports.kind_other", line=line.number, kind=best)


def _heads(line: Line, columns: tuple[Column, ...], known: dict[str, Column]) -> Heads:
    heads = Heads(line.number, {}, 0, [])
    for place, cell in enumerate(line.cells):
        column = known.get(folded(cell))
        if column is None:
            heads.unknown += [shown_text(cell)] if cell else []
        elif column in heads.places.values():
            raise Refusal("imports.column_twice", line=line.number, column=column.head)
        else:
            heads.places[place] = column
        heads.width = place + 1 if cell else heads.width
    there = set(heads.places.values())
    absent = [one.head for one in columns if one.is_required and one not in there]
    if absent:
        raise Refusal("imports.column_missing", line=line.number, columns=", ".join(absent))
    return heads


def read_records(lines: Iterable[Line], heads: Heads, *, is_ragged: bool) -> Iterator[Record]:
    """Yield each line as a record; what cannot be read is among its findings.

    Args:
        is_ragged: whether cells at the end may be left out, as a spreadsheet does.
    """
    places = list(heads.places.items())
    empty = {column.field: column.empty for _, column in places}
    for line in lines:
        record = Record(line.number, {})
        if len(line.cells) != heads.width:
            filled = max((place for place, cell in enumerate(line.cells, 1) if cell), default=0)
            if filled > heads.width or (len(line.cells) < heads.width and not is_ragged):
                count = filled if filled > heads.width else len(line.cells)
                refusal = Refusal("imports.cells_shifted", count=count, expected=heads.width)
                record.findings.append(Finding(line.number, "", "", refusal))
                yield record
                continue
        values, cells, count = empty.copy(), line.cells, len(line.cells)
        told = next(filter(None, cells), "")
        if told.casefold() in _TOTALS:
            record.findings.append(Finding(line.number, "", told, Refusal("imports.total_row")))
            yield record
            continue
        for place, column in places:
            cell = cells[place] if place < count else ""
            try:
                if cell:
                    values[column.field] = column.read(cell)
                elif column.is_required or line.refusals:
                    _require_value(line, place, column)
            except Refusal as refusal:
                shown = shown_text(cell)
                finding = Finding(line.number, column.head, shown, refusal, column.expected)
                record.findings.append(finding)
        record.values = values
        yield record


def _require_value(line: Line, place: int, column: Column) -> None:
    """Refuse an empty cell that holds what is no value, or that a line cannot leave out."""
    if line.refusals and place in line.refusals:
        raise line.refusals[place]
    if column.is_required:
        raise Refusal("imports.cell_empty")


def grouped(records: Iterable[Record], key: Callable[[Record], Hashable | None]) -> Iterator[Group]:
    """Yield lines that stand together and are about one subject; one without a key stands alone."""
    group: list[Record] = []
    present: Hashable | None = None
    for record in records:
        own = key(record)
        if group and (own is None or own != present):
            yield present, group
            group = []
        group.append(record)
        present = own
    if group:
        yield present, group


def chunked(groups: Iterable[Group], count: int) -> Iterator[Sequence[Group]]:
    """Yield groups, of about so many lines together."""
    chunk: list[Group] = []
    size = 0
    for group in groups:
        chunk.append(group)
        size += len(group[1])
        if size >= count:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
