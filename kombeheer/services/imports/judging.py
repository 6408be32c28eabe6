"""Judge a file line by line: what is wrong, what is new, what it would change.

The same judgement serves a trial, which only reads, and the import itself, which writes each chunk
behind it. Not here: what a kind of file means (one module each) and transactions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import day_of
from kombeheer.rules.imports import Outcome
from kombeheer.rules.refusal import Refusal, shown_text, type_of_fact
from kombeheer.services.imports.columns import Column
from kombeheer.services.imports.lines import (
    Finding,
    Record,
    chunked,
    find_heads,
    grouped,
    read_records,
)
from kombeheer.services.imports.references import Named
from kombeheer.tables.reading import Line

LINES_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """A value that a line changes, as people read it; `before` is None where it is only added."""

    line: int
    column: str
    before: str | None
    after: str


@dataclass(slots=True)
class Judged:
    """What is known of a subject and its lines.

    Args:
        subject: what it is called, for people.
        plan: what writing it needs, of its kind.
    """

    records: Sequence[Record]
    subject: str = ""
    outcome: Outcome = Outcome.NEW
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    plan: Any = None

    @property
    def line(self) -> int:
        """Return the number of the first of its lines."""
        return self.records[0].line

    @property
    def has_errors(self) -> bool:
        """Tell whether it cannot be taken over."""
        return any(not finding.is_remark for finding in self.findings)

    def refuse(
        self,
        code: str,
        record: Record | None = None,
        column: Column | None = None,
        cell: object = "",
        **facts: type_of_fact,
    ) -> None:
        """Add what is wrong with one of its lines, the first unless told."""
        self.object(Refusal(code, **facts), record, column, cell)

    def object(
        self,
        refusal: Refusal,
        record: Record | None = None,
        column: Column | None = None,
        cell: object = "",
        *,
        is_remark: bool = False,
    ) -> None:
        """Add a refusal as a finding about one of its lines, the first unless told."""
        line = (record or self.records[0]).line
        head, expected = (column.head, column.expected) if column else ("", "")
        told = f"{cell:%d-%m-%Y}" if isinstance(cell, date) else str(cell)
        shown = shown_text(told) if cell not in ("", None) else ""
        self.findings.append(Finding(line, head, shown, refusal, expected, is_remark))

    def compare(self, present: Mapping[str, Any], columns: Mapping[str, Column]) -> dict[str, Any]:
        """Note what its first line changes of `present`; return the new values by field."""
        record, wanted = self.records[0], {}
        for name, before in present.items():
            after = record.get(name, before)
            if is_other(before, after):
                column = columns[name]
                change = Change(record.line, column.head, column.told(before), column.told(after))
                self.changes.append(change)
                wanted[name] = after
        return wanted


def is_other(before: object, after: object) -> bool:
    """Tell whether a value changes; spaces that a cell does not keep are none."""
    if isinstance(before, str) and isinstance(after, str):
        return before.split() != after.split()
    return before != after


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines, judged; `line` is the last of them, `findings` are about none of them."""

    line: int
    judged: Sequence[Judged]
    findings: Sequence[Finding] = ()

    def plans(self, outcome: Outcome) -> list[Any]:
        """Return the plans of those that nothing is wrong with."""
        return [one.plan for one in self.judged if one.outcome is outcome and not one.has_errors]


class Importer(ABC):
    """One kind of file, judged against one state of the register.

    `judge` only reads; `write` stores the plans it made, in their order. What an earlier line of
    the file says, the importer remembers, for it is not stored yet.
    """

    kind: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    names: ClassVar[Mapping[str, Named]] = {}  # what a field names that must be known

    def __init__(self, session: Session, actor: Actor, now: datetime, file_name: str = "") -> None:
        self.session, self.actor, self.now = session, actor, now
        self.today: date = day_of(now)
        self.file_name = file_name
        self.of = {column.field: column for column in self.columns}
        self._lines: dict[Hashable, int] = {}
        self._unkeyed: dict[Hashable, tuple[int, str]] = {}

    @abstractmethod
    def key(self, record: Record) -> Any:
        """Return what names the subject of a line; None when it has no name of its own."""

    @abstractmethod
    def judge(self, groups: Sequence[Judged]) -> None:
        """Fill in what is known of each subject, in queries that do not grow with how many."""

    @abstractmethod
    def write(self, new: Sequence[Any], changed: Sequence[Any]) -> None:
        """Store subjects as their plans say.

        Raises:
            Refusal: with its `line`, what only the change itself could find out.
        """

    @classmethod
    @abstractmethod
    def lines_of(cls, session: Session, ids: Sequence[Any]) -> list[dict[str, Any]]:
        """Return subjects that are stored as the values of their lines, in the order of `ids`."""

    def refuse_unknown(self, one: Judged, record: Record, name: str, told: str) -> None:
        """Refuse what a field names that nobody knows."""
        named, column = self.names[name], self.of[name]
        shown = shown_text(told)
        one.refuse(named.code, record, column, shown, **{named.fact: shown})

    def check_names(self, groups: Sequence[Judged]) -> None:
        """Tell what lines name that nobody knows, of those that are not judged any further."""
        for name, named in self.names.items():
            told = [
                (one, record, text)
                for one in groups
                for record in one.records
                for text in _texts(record.get(name))
            ]
            known = set(named.known(self.session, {text for *_, text in told})) if told else set()
            for one, record, text in told:
                if text not in known:
                    self.refuse_unknown(one, record, name, text)

    def earlier(self, what: Hashable, line: int) -> int | None:
        """Return on which line this stood before; the first who asks has it."""
        first = self._lines.setdefault(what, line)
        return None if first == line else first

    def require_once(self, one: Judged, row: object, name: Hashable, reference: str | None) -> None:
        """Refuse what an earlier line is about under another name.

        Args:
            row: the one that is found; None when it is new.
            name: by which it is known without a key. Two new ones may share it under two keys.
        """
        if row is not None:
            first = self.earlier(("row", row), one.line)
        else:
            line, key = self._unkeyed.setdefault(name, (one.line, reference or ""))
            first = None if line == one.line or (key and reference) else line
        if first is not None:
            one.refuse("imports.line_twice", first=first)

    def remark_stays(self, one: Judged, name: str, present: Any) -> None:
        """Remark that the first line tells another value of what no file changes."""
        told, column = one.records[0].get(name), self.of[name]
        if told and is_other(present, told):
            refusal = Refusal("imports.stays", present=column.told(present))
            one.object(refusal, None, column, column.told(told), is_remark=True)


def _texts(told: str | Sequence[str] | None) -> Sequence[str]:
    """Return what a cell names, one or more."""
    return () if not told else (told,) if isinstance(told, str) else told


def judged_chunks(
    importer: Importer,
    lines: Iterator[Line],
    others: Mapping[str, tuple[Column, ...]],
    *,
    is_ragged: bool,
) -> Iterator[Chunk]:
    """Yield what is known of a file, some lines at a time.

    Raises:
        Refusal: what cannot be read at all, with its line.
    """
    heads = find_heads(lines, importer.columns, dict(others))
    yield Chunk(heads.line, [], list(heads.told()))
    for chunk in chunked(
        grouped(read_records(lines, heads, is_ragged=is_ragged), importer.key), LINES_AT_ONCE
    ):
        judged: list[Judged] = []
        readable: list[Judged] = []
        faulty: list[Judged] = []
        for own, records in chunk:
            one = Judged(records)
            judged.append(one)
            for record in records:
                one.findings += record.findings
            first = importer.earlier(("subject", own), one.line) if own is not None else None
            if first is not None:
                one.refuse("imports.line_twice", first=first)
            (faulty if one.has_errors else readable).append(one)
        importer.judge(readable)
        importer.check_names(faulty)
        yield Chunk(judged[-1].records[-1].line, judged)
