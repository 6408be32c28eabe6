"""The import of a whole register, beside the database driver's own bulk insert of the same rows.

A country with two years of reports is exported, taken over into an empty database by a process of
its own, and the rows that this wrote are then inserted in another one by the driver alone.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kombeheer.cli.imports import SHOWN_MAX
from kombeheer.clock import now_utc, today
from kombeheer.importing import kept, take_over
from kombeheer.rules.accounts import MACHINE
from kombeheer.services import exports
from kombeheer.services.imports.kinds import KINDS
from kombeheer.services.imports.telling import Report
from kombeheer.tables import sheets
from kombeheer.tables.workbooks import pieces
from models import Base, schema
from models.transaction import Database
from tests import postgres
from tests.bench.country import build_country
from tests.bench.measuring import require_durable
from tests.bench.memory import peak_mebibytes
from tests.bench.plan import Plan
from tests.bench.telling import Figure, within

SECONDS_MAX, MEBIBYTES_MAX, TIMES_MAX = 60.0, 512.0, 4.0
YEARS = 2
ROOT = Path(__file__).resolve().parents[2]
ROWS_AT_ONCE = 5_000


def figures(plan: Plan) -> list[Figure]:
    """Return the figures on both databases."""
    files = plan.folder / "files"
    files.mkdir()
    plan.say(f"imports: building {YEARS} years of the country, to export it")
    export(f"sqlite:///{plan.folder / 'country.sqlite'}", plan.scale, files)
    found: list[Figure] = []
    with postgres.start(durable=True) as server:
        for name in ("taken", "bare"):
            server.create_database(name)
        found += _on(plan, "PostgreSQL", server.url("taken"), server.url("bare"), files)
    taken, bare = (f"sqlite:///{plan.folder / name}.sqlite" for name in ("taken", "bare"))
    return found + _on(plan, "SQLite", taken, bare, files)


def export(url: str, scale: float, files: Path) -> None:
    """Build a country and write a file of each kind."""
    build_country(url, YEARS, scale)
    database = Database(url)
    with database.reading() as session:
        for kind in KINDS:
            with (files / f"{kind}.csv").open("wb") as file:
                file.writelines(sheets.csv_pieces(exports.every(session, MACHINE, today(), kind)))
    database.dispose()


def _on(plan: Plan, name: str, taken: str, bare: str, files: Path) -> list[Figure]:
    for url in (taken, bare):
        database = Database(url)
        schema.upgrade(database)
        database.dispose()
    require_durable(taken)
    plan.say(f"{name}: taking the country over")
    seconds, peak = _taken_over(taken, files)
    rows = _rows(taken)
    count = sum(map(len, rows.values()))
    floor = _inserted(bare, rows)
    what = f"{name}: import of the register with reports of {YEARS} years"
    return [
        within(what, seconds, SECONDS_MAX, "s"),
        within(f"{what}, at its most", peak, MEBIBYTES_MAX, "MiB"),
        Figure(
            f"{what}, s (floor: the driver inserts the same {count:,} rows)",
            seconds,
            floor,
            seconds / floor,
            at_most=TIMES_MAX,
        ),
    ]


def _taken_over(url: str, files: Path) -> tuple[float, float]:
    """Return in how many seconds all files are taken over, and the memory at its most, in MiB."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.imports", url, str(files)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        told, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"the import ended with {process.returncode}")
    seconds, mebibytes = map(float, told.split())
    return seconds, mebibytes


def take_all(url: str, files: Path) -> None:
    """Take every file over, as the command of the terminal does, and tell what it took."""
    database = Database(url)
    begun = time.perf_counter()
    for kind in KINDS:
        path = files / f"{kind}.csv"
        with (
            path.open("rb") as file,
            kept(kind, path.name, pieces(file)) as source,
            closing(Report(SHOWN_MAX)) as report,
        ):
            tally = take_over(database, MACHINE, now_utc(), source, report.add)
        assert not tally.changed, tally
    seconds = time.perf_counter() - begun
    database.dispose()
    print(seconds, peak_mebibytes())


def _rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row that was written, by table, parents first."""
    database = Database(url)
    found: dict[str, list[tuple[Any, ...]]] = {}
    with database.writer.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for table in Base.metadata.sorted_tables:
            if table.name not in ("chain_head", "tariff"):
                read = driver.execute(f"SELECT * FROM {table.name}")
                found[table.name] = [tuple(row) for row in read.fetchall()]
    database.dispose()
    return {name: rows for name, rows in found.items() if rows}


def _inserted(url: str, rows: dict[str, list[tuple[Any, ...]]]) -> float:
    """Return in how many seconds the driver inserts rows in a migrated database, in one go."""
    database = Database(url)
    with database.writer.connect() as connection:
        driver: Any = connection.connection.driver_connection
        sign = "?" if isinstance(driver, sqlite3.Connection) else "%s"
        begun = time.perf_counter()
        cursor = driver.cursor()
        if sign == "?":
            cursor.execute("BEGIN IMMEDIATE")
        for name, of_table in rows.items():
            listed = ", ".join([sign] * len(of_table[0]))
            for piece in _pieces(of_table):
                cursor.executemany(f"INSERT INTO {name} VALUES ({listed})", piece)
        driver.commit()
        seconds = time.perf_counter() - begun
    database.dispose()
    return seconds


def _pieces(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]


if __name__ == "__main__":
    take_all(sys.argv[1], Path(sys.argv[2]))
