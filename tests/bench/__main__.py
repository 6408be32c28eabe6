"""Measure kombeheer beside the bare floor, on PostgreSQL and on SQLite, and tell it as a table.

Ends with 0 when every figure that is asked for holds, with 1 when one falls short.
"""

from __future__ import annotations

import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path

from tests import postgres
from tests.bench import statements, telling
from tests.bench.measuring import Cells, Field, in_turns, median_of, on_field, ratio_of
from tests.bench.telling import Figure

SCANS = {1: 400, 4: 800, 16: 1_600}  # requests a round on PostgreSQL, by clients at a time
SQLITE_SCANS, SQLITE_CLIENTS = 5_000, 16
RATE_MIN, PROCESSOR_MAX, SLOWEST_MAX, UPLOAD_MAX = 0.35, 3.0, 0.5, 6.0


def figure(
    text: str,
    cells: Cells,
    value: str,
    *,
    beside: str = "/scan-full",
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """Return the line of the table that compares one value of the cells, by its name."""
    ours, theirs, read = cells["kombeheer"], cells[beside], attrgetter(value)
    medians = median_of(ours, read), median_of(theirs, read)
    return Figure(text, *medians, ratio_of(ours, theirs, read), at_least, at_most)


def uploads(field: Field, rounds: int, database: str) -> list[Figure]:
    """Compare uploads of 500 scans in one request."""
    cells = in_turns([field.kombeheer, field.full], rounds, field.measure_upload)
    text = f"{database}: an upload of 500 scans, ms (floor: `/scans`)"
    return [figure(text, cells, "median_ms", at_most=UPLOAD_MAX)]


def on_postgresql(chosen: Namespace, folder: Path) -> tuple[list[Figure], str]:
    """Return the figures on PostgreSQL and the version of its server."""
    figures: list[Figure] = []
    with postgres.start(durable=True) as server:
        for name in ("kombeheer", "floor"):
            server.create_database(name)
        version = version_of(server)
        postmaster = (server.folder / "data" / "postmaster.pid").read_text().split()[0]
        urls = server.url("kombeheer"), server.url("floor")
        with on_field(chosen.server, chosen.processes, urls, folder, [int(postmaster)]) as field:
            contestants = [field.kombeheer, field.full, field.bare]
            for clients, count in SCANS.items():
                say(f"PostgreSQL, {clients} clients: {chosen.rounds} rounds of {count} scans each")
                cells = in_turns(
                    contestants,
                    chosen.rounds,
                    lambda one, n=count, at_once=clients: field.measure_scans(one, n, at_once),
                )
                figures += _scan_figures(cells, f"PostgreSQL, {clients} at a time")
            say("PostgreSQL: uploads of 500 scans")
            figures += uploads(field, chosen.rounds, "PostgreSQL")
    return figures, version


def _scan_figures(cells: Cells, where: str) -> list[Figure]:
    return [
        figure(f"{where}: scans a second", cells, "per_second", at_least=RATE_MIN),
        figure(f"{where}: the same beside `/scan`", cells, "per_second", beside="/scan"),
        figure(f"{where}: server's processor, ms", cells, "server_ms", at_most=PROCESSOR_MAX),
        figure(f"{where}: PostgreSQL's processor, ms", cells, "database_ms"),
        figure(f"{where}: both processors, ms", cells, "both_ms", at_most=PROCESSOR_MAX),
        figure(f"{where}: median answer, ms", cells, "median_ms"),
        figure(f"{where}: 99 in 100 answered within, ms", cells, "slow_ms"),
    ]


def on_sqlite(chosen: Namespace, folder: Path) -> list[Figure]:
    """Return the figures on SQLite, each application in one process of waitress."""
    urls = f"sqlite:///{folder / 'kombeheer.sqlite'}", f"sqlite:///{folder / 'floor.sqlite'}"
    with on_field("waitress", 1, urls, folder) as field:
        rounds, count = chosen.sqlite_rounds, SQLITE_SCANS
        say(f"SQLite, {SQLITE_CLIENTS} clients: {rounds} rounds of {count} scans each")
        cells = in_turns(
            [field.kombeheer, field.full],
            rounds,
            lambda one: field.measure_scans(one, count, SQLITE_CLIENTS),
        )
        where = f"SQLite, {SQLITE_CLIENTS} at a time"
        figures = [
            figure(
                f"{where}: 99 in 100 answered within, ms", cells, "slow_ms", at_most=SLOWEST_MAX
            ),
            figure(f"{where}: median answer, ms", cells, "median_ms"),
            figure(f"{where}: scans a second", cells, "per_second"),
            figure(f"{where}: server's processor, ms", cells, "server_ms"),
        ]
        say("SQLite: uploads of 500 scans")
        return figures + uploads(field, chosen.rounds, "SQLite")


def on_statements(folder: Path) -> tuple[list[Figure], str]:
    """Return the figures of statements on both databases, and the version of PostgreSQL."""
    with postgres.start(durable=True) as server:
        server.create_database("statements")
        version = version_of(server)
        figures = statements.figures_on(server.url("statements"), "PostgreSQL", say)
    url = f"sqlite:///{folder / 'statements.sqlite'}"
    return figures + statements.figures_on(url, "SQLite", say), version


def version_of(server: postgres.Server) -> str:
    """Return the version of a server, for the circumstances."""
    with server.connect() as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {row[0] if row else 'of an unknown version'}"


def say(text: str) -> None:
    """Tell a person how far it is; the table is all that goes to standard output."""
    print(text, file=sys.stderr, flush=True)


def read_arguments(arguments: Sequence[str] | None) -> Namespace:
    """Return what was asked; `usual` when nothing was, which alone is written down."""
    parser = ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds on PostgreSQL (7)")
    parser.add_argument("--sqlite-rounds", type=int, default=3, help="rounds on SQLite (3)")
    parser.add_argument("--server", choices=("granian", "waitress"), default="granian")
    parser.add_argument("--processes", type=int, default=2, help="of the server on PostgreSQL (2)")
    parser.add_argument("--only", choices=("postgresql", "sqlite", "statements"))
    chosen = parser.parse_args(arguments)
    usual = chosen == parser.parse_args([])
    chosen.usual = usual
    return chosen


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table and, when all was measured as usual, write it down."""
    chosen = read_arguments(arguments)
    begun = time.monotonic()
    place = "/var/tmp" if Path("/var/tmp").is_dir() else None
    figures: list[Figure] = []
    version = "no PostgreSQL"
    with tempfile.TemporaryDirectory(prefix="kombench-", dir=place) as named:
        if chosen.only in (None, "postgresql"):
            figures, version = on_postgresql(chosen, Path(named))
        if chosen.only in (None, "sqlite"):
            figures += on_sqlite(chosen, Path(named))
        if chosen.only in (None, "statements"):
            of_statements, version = on_statements(Path(named))
            figures += of_statements
    told = telling.circumstances(version, chosen.rounds, chosen.sqlite_rounds)
    told += "\n\n" + telling.table(figures)
    print(told)
    if chosen.usual and telling.write_down(told):
        say(f"Written in {telling.DOCUMENT}.")
    say(f"Took {time.monotonic() - begun:.0f} seconds.")
    return 0 if all(one.holds for one in figures) else 1


sys.exit(main())
