"""Upgrading a large foundation of the first revision that was in use, while others read it.

The upgrade is the command of the terminal, in a process of its own; readers are here.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import inspect, text

from models import schema
from models.transaction import Database
from tests import postgres
from tests.bench import seeding
from tests.bench.plan import Plan
from tests.bench.telling import Figure, within
from tests.migrations import foundation_0004
from tests.migrations.loading import Size

READERS = 2
SECONDS_BEFORE = 3.0
SECONDS_MAX, WAIT_MAX = 60.0, 1.0  # a reader who waits longer than a second was stopped
ROOT = Path(__file__).resolve().parents[2]
SECRET = "only for measuring, on this machine, for some minutes"

# What pages of then asked, of every large table; each is answered from an index.
QUESTIONS = (
    "SELECT account, dealer_id FROM sticker WHERE series_id = :series AND serial = :serial",
    "SELECT kind, target_account FROM movement WHERE series_id = :series "
    "AND first_serial <= :serial AND last_serial >= :serial AND first_serial >= :serial - 10",
    "SELECT id, state, ending FROM report WHERE installation_id = :installation "
    "ORDER BY service_date DESC LIMIT 20",
    "SELECT version, content FROM document WHERE reference = :report",
    "SELECT number, valid_until FROM certificate WHERE mechanic_id = 1",
    "SELECT count(*) FROM office_case WHERE state = 'raised'",
)


@dataclass(slots=True)
class Waits:
    """How long readers waited for each answer, in seconds, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return the time within which this share of the questions was answered."""
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


def figures(plan: Plan) -> list[Figure]:
    """Return the figures on both databases."""
    with postgres.start(durable=True) as server:
        server.create_database("upgraded")
        found = figures_on(plan, server.url("upgraded"), "PostgreSQL")
    url = f"sqlite:///{plan.folder / 'upgraded.sqlite'}"
    return found + figures_on(plan, url, "SQLite")


def figures_on(plan: Plan, url: str, name: str) -> list[Figure]:
    """Make the foundation of then in an empty database, upgrade it, and tell what that took."""
    size = plan.foundation
    stickers = len(size.years) * size.share * size.dealers
    plan.say(f"{name}: a foundation of revision {foundation_0004.REVISION}, {stickers:,} stickers")
    database = Database(url)
    try:
        foundation_0004.make(database, size)
        seeding.settle(url)
        before = _counts(database)
        with _reading(database, size) as calm:
            time.sleep(SECONDS_BEFORE)
        plan.say(f"{name}: upgrading it to {schema.newest_revision()}")
        with _reading(database, size) as waits:
            begun = time.perf_counter()
            _upgrade(url)
            seconds = time.perf_counter() - begun
        after = _counts(database)
        del before["alembic_version"]
        lost = {table: count for table, count in before.items() if after[table] != count}
        assert not lost, f"not the same rows: {lost}"
        assert schema.present_revision(database) == schema.newest_revision()
    finally:
        database.dispose()
    what = f"{name}: upgrade of {stickers:,} stickers from revision {foundation_0004.REVISION}"
    slow = [one.percentile(0.99) * 1000 for one in (waits, calm)]
    return [
        within(what, seconds, SECONDS_MAX, "s"),
        within(
            f"{name}: the longest wait of {len(waits.seconds):,} questions meanwhile",
            max(waits.seconds),
            WAIT_MAX,
            "s",
        ),
        Figure(
            f"{name}: 99 in 100 of them answered within, ms (beside: before the upgrade)",
            *slow,
            slow[0] / slow[1],
        ),
    ]


def _upgrade(url: str) -> None:
    settings = {"KOMBEHEER_DATABASE_URL": url, "KOMBEHEER_SECRET_KEY": SECRET}
    made = subprocess.run(
        [sys.executable, "-m", "kombeheer", "upgrade"],
        env={**os.environ, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise RuntimeError(f"The upgrade failed:\n{made.stderr[-4000:]}")


@contextmanager
def _reading(database: Database, size: Size) -> Iterator[Waits]:
    """Have readers ask one question after another until the end; a refusal is an error."""
    waits, ended = Waits(), threading.Event()

    def work(seed: int) -> None:
        chance = random.Random(seed)
        try:
            while not ended.is_set():
                begun = time.perf_counter()
                _ask(database, size, chance)
                waits.seconds.append(time.perf_counter() - begun)
                time.sleep(0.002)  # as people do who read what they asked
        except BaseException as failure:  # noqa: BLE001  told by the main thread
            waits.failures.append(failure)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield waits
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    if waits.failures:
        raise RuntimeError("a reader was refused") from waits.failures[0]


def _ask(database: Database, size: Size, chance: random.Random) -> None:
    """Ask one of the questions in a transaction of its own, as a page does."""
    year = chance.choice(size.years)
    values = {
        "series": chance.randint(1, len(size.years)),
        "serial": chance.randint(1, size.share * size.dealers),
        "installation": chance.randint(1, size.farms),
        "report": f"r{year}x{chance.randrange(size.services)}",
    }
    question = chance.choice(QUESTIONS)
    named = {name: value for name, value in values.items() if f":{name}" in question}
    with database.reading() as session:
        session.execute(text(question), named).all()


def _counts(database: Database) -> dict[str, int]:
    with database.reader.connect() as connection:
        tables = inspect(connection).get_table_names()
        return {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in tables
        }
