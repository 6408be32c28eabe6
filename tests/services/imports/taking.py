"""Take a file over as its users do, and tell what came of it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select

from kombeheer.importing import FileRefused, Source, take_over, try_file
from kombeheer.rules.accounts import MACHINE
from kombeheer.services.imports.judging import Chunk
from kombeheer.services.imports.kinds import KINDS
from kombeheer.services.imports.lines import Finding
from kombeheer.services.imports.telling import CHANGE, ERROR, REMARK, Tally, rows_of
from kombeheer.tables import sheets
from models import Base
from models.transaction import Database
from tests.factories import NOW

# One line of each kind, that fit together.
LINES = {
    "dealers": "nummer;naam;plaats\n118;Boersma Melktechniek;Joure",
    "mechanics": (
        "nummer;naam;dealer;in_dienst_vanaf;certificaat;geldig_vanaf;geldig_tot;modules\n"
        "1042;Jan de Vries;118;01-03-2019;C-1042;01-06-2019;31-12-2027;AMS"
    ),
    "farms": "kenmerk;naam;ubn;dealers\nR-1;Maatschap Hoekstra;1234567;118",
    "sites": "kenmerk;bedrijf;straat;postcode;plaats\nR-1-1;R-1;Hemdijk 4;8601 XA;Sneek",
    "installations": (
        "kenmerk;locatie;naam;staltype;diersoort;standen;vanaf\n"
        "R-1-1-A;R-1-1;;visgraat;koeien;24;14-05-2012"
    ),
    "stickers": (
        "serie;eerste;laatste;dealer;uitgegeven_op;gebruikt\n25;1;20;118;05-12-2024;1 t/m 5"
    ),
    "reports": (
        "kenmerk;datum;installatie;monteur;KOM-nummer\nM-1;12-03-2025;R-1-1-A;1042;25-000001-10"
    ),
}


def source_of(kind: str, content: str | bytes) -> Source:
    """A file to take over, of this content."""
    told = content.encode() if isinstance(content, str) else content
    return Source(kind, io.BytesIO(told), f"{kind}.csv", sha256(told).hexdigest())


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: counts, and (line, column, code) of each finding."""

    tally: Tally
    rows: list[sheets.Row]
    found: list[tuple[int, str, str]]

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.tally.new, self.tally.changed, self.tally.same

    @property
    def changes(self) -> list[tuple[object, ...]]:
        """Line, column and sentence of each change."""
        return [(row[0], row[2], row[4]) for row in self.rows if row[1] == CHANGE]

    @property
    def codes(self) -> list[str]:
        return [code for _, _, code in self.found]


class Register:
    """A register that files are taken over into."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder

    def take(
        self, kind: str, content: str | bytes, *, tries: bool = False, now: datetime = NOW
    ) -> Taken:
        rows: list[sheets.Row] = []
        found: list[tuple[int, str, str]] = []

        def tell(_: Tally, told: Chunk | Finding) -> None:
            rows.extend(rows_of(told))
            findings = (
                [told]
                if isinstance(told, Finding)
                else [
                    *told.findings,
                    *(one for judged in told.judged for one in judged.findings),
                ]
            )
            found.extend((one.line, one.column, one.refusal.code) for one in findings)

        source = source_of(kind, content)
        try:
            if tries:
                tally = try_file(self.database, MACHINE, now, source, tell).tally
            else:
                tally = take_over(self.database, MACHINE, now, source, tell)
        except FileRefused as refused:
            tally = refused.tally
        assert all(row[4] for row in rows if row[1] in (ERROR, REMARK))
        return Taken(tally, rows, found)

    def prepare(self, *until: str) -> Register:
        """Take over one of each kind that comes before these."""
        for kind, content in LINES.items():
            if kind in until:
                break
            assert self.take(kind, content).counts == (1, 0, 0), kind
        return self

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.database.reading() as session:
            return {
                table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in Base.metadata.sorted_tables
            }


def of_kind(kind: str, line: str) -> str:
    """The file of a kind with another line in place of its own."""
    head, _, _ = LINES[kind].partition("\n")
    return f"{head}\n{line}"


assert list(LINES) == list(KINDS)
