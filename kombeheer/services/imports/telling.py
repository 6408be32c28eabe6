"""What a run found, counted, and told line by line as a table."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from kombeheer.rules.imports import Outcome
from kombeheer.rules.refusal import Refusal
from kombeheer.services.imports.judging import Chunk, Judged
from kombeheer.services.imports.lines import Finding
from kombeheer.tables.sheets import Column, Kind, Row, Sheet
from kombeheer.wording import sentence

ERROR, REMARK, CHANGE, NEW = "fout", "let op", "wijziging", "nieuw"
COLUMNS = (
    Column("Regel", Kind.COUNT, 8),
    Column("Soort", width=10),
    Column("Kolom", width=18),
    Column("Waarde", width=26),
    Column("Melding", width=70),
    Column("Verwacht", width=60),
)


@dataclass(slots=True)
class Tally:
    """How many subjects are new, changed and the same, and how many findings there are.

    Args:
        line: how far the file was read.
        line_count: how many lines it seems to have; 0 when that is not known.
        codes: how often each refusal was found.
    """

    line: int = 0
    line_count: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    errors: int = 0
    remarks: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, chunk: Chunk) -> None:
        """Count a chunk."""
        self.line = chunk.line
        for finding in chunk.findings:
            self._count(finding)
        for one in chunk.judged:
            for finding in one.findings:
                self._count(finding)
            if not one.has_errors:
                self.new += one.outcome is Outcome.NEW
                self.changed += one.outcome is Outcome.CHANGED
                self.same += one.outcome is Outcome.SAME

    def find(self, refusal: Refusal, *, is_remark: bool = False) -> Finding:
        """Count what is true of the file as a whole, and return it as a finding."""
        line = refusal.facts.get("line")
        at = line if isinstance(line, int) else 0
        finding = Finding(at, "", "", refusal, is_remark=is_remark)
        self._count(finding)
        return finding

    def _count(self, finding: Finding) -> None:
        self.errors += not finding.is_remark
        self.remarks += finding.is_remark
        self.codes[finding.refusal.code] += 1


class Spool:
    """Rows of a report, kept in a file of its own until they are asked for."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115, closed by close

    def add(self, row: Row) -> None:
        """Keep a row."""
        self._file.write(json.dumps(row) + "\n")

    def rows(self) -> Iterator[Row]:
        """Yield every row that was kept, in order."""
        self._file.seek(0)
        for line in self._file:
            yield json.loads(line)

    def close(self) -> None:
        """Throw the rows away."""
        self._file.close()


class Report:
    """What a run found: every row, and of each sort those that come first.

    Args:
        shown_max: how many rows are shown beside the report itself.
    """

    def __init__(self, shown_max: int) -> None:
        self._shown_max = shown_max
        self._begin(Tally())

    def _begin(self, tally: Tally) -> None:
        self._tally, self._spool = tally, Spool()
        self.counts: Counter[str] = Counter()  # rows of each sort
        self._first: dict[str, list[Row]] = {ERROR: [], REMARK: [], CHANGE: [], NEW: []}

    def add(self, tally: Tally, told: Chunk | Finding) -> None:
        """Hear of a chunk, or of what ends the reading; another tally is a reading anew."""
        if tally is not self._tally:
            self.close()
            self._begin(tally)
        for row in rows_of(told):
            self._spool.add(row)
            sort = str(row[1])
            self.counts[sort] += 1
            if len(self._first[sort]) < self._shown_max:
                self._first[sort].append(row)

    def rows(self) -> Iterator[Row]:
        """Yield every row, by line."""
        return self._spool.rows()

    def shown(self) -> list[Row]:
        """Return the rows that people should see first: errors before all else."""
        return list(islice(chain.from_iterable(self._first.values()), self._shown_max))

    def close(self) -> None:
        """Throw the rows away."""
        self._spool.close()


def rows_of(told: Chunk | Finding) -> Iterator[Row]:
    """Yield what is to be told of a chunk, findings and changes by line; or of one finding."""
    if isinstance(told, Finding):
        yield _finding_row(told)
        return
    for finding in told.findings:
        yield _finding_row(finding)
    for one in told.judged:
        yield from _subject_rows(one)


def _subject_rows(one: Judged) -> Iterator[Row]:
    for finding in one.findings:
        yield _finding_row(finding)
    if one.has_errors:
        return
    if one.outcome is Outcome.NEW:
        yield (one.line, NEW, None, one.subject, None, None)
        return
    for change in one.changes:
        if change.before is None:
            told = f"erbij: {change.after}"
        else:
            told = f"was: {change.before or 'leeg'}; wordt: {change.after or 'leeg'}"
        yield (change.line, CHANGE, change.column, change.after, told, None)


def _finding_row(finding: Finding) -> Row:
    return (
        finding.line or None,
        REMARK if finding.is_remark else ERROR,
        finding.column or None,
        finding.value or None,
        sentence(finding.refusal, of_line=True),
        finding.expected or None,
    )


def report_sheet(file_name: str, rows: Iterable[Row]) -> Sheet:
    """Return the report of a run as a table."""
    return Sheet("Regels", f"Import van {file_name}", (), COLUMNS, rows)
