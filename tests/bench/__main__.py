"""Measure kombeheer beside the bare floor, on PostgreSQL and on SQLite, and tell it as a table.

Ends with 0 when every figure that is asked for holds, with 1 when one falls short.
"""

from __future__ import annotations

import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from tests import postgres
from tests.bench import growth, imports, pages, scans, statements, telling, upgrading
from tests.bench.plan import Plan, quick
from tests.bench.telling import Figure

# What each part measures stands at its beginning; each starts what it needs, on both databases.
PARTS: dict[str, Callable[[Plan], list[Figure]]] = {
    "postgresql": scans.on_postgresql,
    "sqlite": scans.on_sqlite,
    "statements": statements.figures,
    "pages": pages.figures,
    "imports": imports.figures,
    "growth": growth.figures,
    "upgrade": upgrading.figures,
}
PLACE = "/var/tmp" if Path("/var/tmp").is_dir() else None  # on a disk, where /tmp may not be


def server_version() -> str:
    """Return which PostgreSQL it is, for the circumstances."""
    with postgres.start() as server, server.connect() as connection:
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
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    parser.add_argument(
        "--quick", action="store_true", help="all in small: tries the bench, measures nothing"
    )
    chosen = parser.parse_args(arguments)
    usual = chosen == parser.parse_args([])
    chosen.usual = usual
    return chosen


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table and, when all was measured as usual, write it down."""
    chosen = read_arguments(arguments)
    begun = time.monotonic()
    figures: list[Figure] = []
    for name, part in PARTS.items():
        if chosen.only in (None, name):
            # Each part in a folder of its own, so that no two large databases stand there.
            with tempfile.TemporaryDirectory(prefix="kombench-", dir=PLACE) as folder:
                figures += part(plan_of(chosen, Path(folder)))
    told = telling.circumstances(server_version(), chosen.rounds, chosen.sqlite_rounds)
    told += "\n\n" + telling.table(figures)
    print(told)
    if chosen.usual and telling.write_down(told):
        say(f"Written in {telling.DOCUMENT}.")
    say(f"Took {time.monotonic() - begun:.0f} seconds.")
    if chosen.quick:
        say("In small, so that whatever falls short says nothing.")
        return 0
    return 0 if all(one.holds for one in figures) else 1


def plan_of(chosen: Namespace, folder: Path) -> Plan:
    """Return how much is measured."""
    if chosen.quick:
        return quick(folder, say, chosen.server)
    return Plan(
        folder,
        say,
        rounds=chosen.rounds,
        sqlite_rounds=chosen.sqlite_rounds,
        server=chosen.server,
        processes=chosen.processes,
    )


if __name__ == "__main__":
    sys.exit(main())
