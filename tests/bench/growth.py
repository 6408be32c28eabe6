"""The rate of scans on a foundation of 25 years beside that on an empty one.

The same hundred dealers are added to both; each has its own server, and they are measured in turns.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import func, select

from models.stickers import Sticker
from models.transaction import Database
from tests import postgres
from tests.bench import seeding
from tests.bench.contestants import Kombeheer
from tests.bench.measuring import (
    SECRET,
    Field,
    applied,
    figure,
    in_turns,
    kombeheer_served,
    require_durable,
    require_recorded,
)
from tests.bench.plan import Plan
from tests.bench.serving import postmaster
from tests.bench.telling import Figure

CLIENTS = 16
RATE_MIN = 0.9
HISTORY_UPLOADS = 2
WARM_UP_SCANS = 400
ROOT = Path(__file__).resolve().parents[2]


def figures(plan: Plan) -> list[Figure]:
    """Return the figures on both databases."""
    found: list[Figure] = []
    with postgres.start(durable=True) as server:
        for name in ("empty", "full"):
            server.create_database(name)
        urls = server.url("empty"), server.url("full")
        fill(plan, urls[1], "PostgreSQL")
        found += beside_empty(plan, urls, "PostgreSQL", [postmaster(server)])
    urls = f"sqlite:///{plan.folder / 'empty.sqlite'}", f"sqlite:///{plan.folder / 'full.sqlite'}"
    fill(plan, urls[1], "SQLite")
    return found + beside_empty(plan, urls, "SQLite")


def fill(plan: Plan, url: str, name: str) -> None:
    """Fill an empty database with the years of the country, in a process of its own, and check it.

    Raises:
        CalledProcessError: it could not be filled, or `check` found something wrong.
    """
    plan.say(f"{name}: filling {plan.years} years of the country")
    options = [f"--years={plan.years}", f"--scale={plan.scale}", f"--database={url}"]
    subprocess.run(
        [sys.executable, "-m", "tests.bench.country", *options],
        check=True,
        cwd=ROOT,
        stdout=sys.stderr,
    )
    plan.say(f"{name}: `check` of it")
    settings = {"KOMBEHEER_DATABASE_URL": url, "KOMBEHEER_SECRET_KEY": SECRET}
    subprocess.run(
        [sys.executable, "-m", "kombeheer", "check"],
        check=True,
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=sys.stderr,
    )


def beside_empty(
    plan: Plan, urls: tuple[str, str], name: str, database_processes: Sequence[int] = ()
) -> list[Figure]:
    """Compare the scans on two databases: one without tables, and one that is filled."""
    empty, full = urls
    stickers = stickers_in(full)
    dealers = {url: seeding.seed_kombeheer(url) for url in urls}
    before = {url: applied(url) for url in urls}
    require_durable(full)
    field = Field(database_processes)
    with ExitStack() as running:
        contestants = []
        for kind, url in (("empty", empty), ("full", full)):
            port, process = running.enter_context(kombeheer_served(url, kind, plan))
            contestants.append(Kombeheer(port, process, dealers[url], kind))
        for contestant in contestants:
            for _ in range(HISTORY_UPLOADS):
                field.measure_upload(contestant)
        for url in urls:
            seeding.settle(url)
        for contestant in contestants:
            field.measure_scans(contestant, WARM_UP_SCANS, CLIENTS)
        rounds, count = plan.rounds, max(plan.scans.values())
        plan.say(f"{name}: {rounds} rounds of {count} scans, on {stickers:,} stickers and on none")
        cells = in_turns(contestants, rounds, lambda one: field.measure_scans(one, count, CLIENTS))
    for contestant, url in zip(contestants, urls, strict=True):
        require_recorded(url, field.sent[contestant.name], before[url])
    theirs, ours = (cells[one.name] for one in contestants)
    where = f"{name}, {plan.years} years and {stickers:,} stickers, {CLIENTS} at a time"
    beside = "(beside: on an empty foundation)"
    found = [
        figure(f"{where}: scans a second {beside}", ours, theirs, "per_second", at_least=RATE_MIN),
        figure(f"{where}: server's processor, ms {beside}", ours, theirs, "server_ms"),
        figure(f"{where}: 99 in 100 answered within, ms {beside}", ours, theirs, "slow_ms"),
    ]
    if database_processes:
        text = f"{where}: PostgreSQL's processor, ms {beside}"
        found.insert(2, figure(text, ours, theirs, "database_ms"))
    return found


def stickers_in(url: str) -> int:
    """Return how many stickers a database holds."""
    database = Database(url)
    try:
        with database.reading() as session:
            return session.execute(select(func.count()).select_from(Sticker)).scalar_one()
    finally:
        database.dispose()
