"""Scans through HTTP, one a request and 500 in one, beside the floor under the same server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests import postgres
from tests.bench import floor, seeding
from tests.bench.contestants import Floor, Kombeheer, Stock
from tests.bench.measuring import (
    Cells,
    Field,
    figure,
    in_turns,
    kombeheer_served,
    require_durable,
    require_recorded,
    server_for,
)
from tests.bench.plan import Plan
from tests.bench.serving import postmaster, served
from tests.bench.telling import Figure

SQLITE_CLIENTS = 16
WARM_UP_SCANS = 160
RATE_MIN, PROCESSOR_MAX, SLOWEST_MAX, UPLOAD_MAX = 0.35, 3.0, 0.5, 6.0


@dataclass(frozen=True, slots=True)
class Contest:
    """kombeheer and the floor by two of its routes, each on a database of the same kind."""

    field: Field
    kombeheer: Kombeheer
    full: Floor
    bare: Floor


def on_postgresql(plan: Plan) -> list[Figure]:
    """Return the figures on PostgreSQL."""
    figures: list[Figure] = []
    with postgres.start(durable=True) as server:
        for name in ("kombeheer", "floor"):
            server.create_database(name)
        urls = server.url("kombeheer"), server.url("floor")
        with _contest(plan, urls, [postmaster(server)]) as contest:
            field, contestants = contest.field, [contest.kombeheer, contest.full, contest.bare]
            for clients, count in plan.scans.items():
                plan.say(f"PostgreSQL, {clients} clients: {plan.rounds} rounds of {count} scans")
                cells = in_turns(
                    contestants,
                    plan.rounds,
                    lambda one, n=count, at_once=clients: field.measure_scans(one, n, at_once),
                )
                figures += _scan_figures(cells, f"PostgreSQL, {clients} at a time")
            figures += _uploads(plan, contest, "PostgreSQL")
    return figures


def _scan_figures(cells: Cells, where: str) -> list[Figure]:
    ours, full = cells["kombeheer"], cells["/scan-full"]
    return [
        figure(f"{where}: scans a second", ours, full, "per_second", at_least=RATE_MIN),
        figure(f"{where}: the same beside `/scan`", ours, cells["/scan"], "per_second"),
        figure(f"{where}: server's processor, ms", ours, full, "server_ms", at_most=PROCESSOR_MAX),
        figure(f"{where}: PostgreSQL's processor, ms", ours, full, "database_ms"),
        figure(f"{where}: both processors, ms", ours, full, "both_ms", at_most=PROCESSOR_MAX),
        figure(f"{where}: median answer, ms", ours, full, "median_ms"),
        figure(f"{where}: 99 in 100 answered within, ms", ours, full, "slow_ms"),
    ]


def on_sqlite(plan: Plan) -> list[Figure]:
    """Return the figures on SQLite, each application in one process of waitress."""
    urls = (
        f"sqlite:///{plan.folder / 'kombeheer.sqlite'}",
        f"sqlite:///{plan.folder / 'floor.sqlite'}",
    )
    with _contest(plan, urls) as contest:
        rounds, count = plan.sqlite_rounds, plan.sqlite_scans
        plan.say(f"SQLite, {SQLITE_CLIENTS} clients: {rounds} rounds of {count} scans each")
        cells = in_turns(
            [contest.kombeheer, contest.full],
            rounds,
            lambda one: contest.field.measure_scans(one, count, SQLITE_CLIENTS),
        )
        where = f"SQLite, {SQLITE_CLIENTS} at a time"
        ours, full = cells["kombeheer"], cells["/scan-full"]
        figures = [
            figure(
                f"{where}: 99 in 100 answered within, ms",
                *(ours, full, "slow_ms"),
                at_most=SLOWEST_MAX,
            ),
            figure(f"{where}: median answer, ms", ours, full, "median_ms"),
            figure(f"{where}: scans a second", ours, full, "per_second"),
            figure(f"{where}: server's processor, ms", ours, full, "server_ms"),
        ]
        return figures + _uploads(plan, contest, "SQLite")


def _uploads(plan: Plan, contest: Contest, database: str) -> list[Figure]:
    """Compare uploads of 500 scans in one request."""
    plan.say(f"{database}: uploads of 500 scans")
    contestants = [contest.kombeheer, contest.full]
    cells = in_turns(contestants, plan.rounds, contest.field.measure_upload)
    text = f"{database}: an upload of 500 scans, ms (floor: `/scans`)"
    return [figure(text, cells["kombeheer"], cells["/scan-full"], "median_ms", at_most=UPLOAD_MAX)]


@contextmanager
def _contest(
    plan: Plan, urls: tuple[str, str], database_processes: Sequence[int] = ()
) -> Iterator[Contest]:
    """Seed both databases, serve kombeheer and the floor alike, warm them up, yield them."""
    ours, theirs = urls
    dealers = seeding.seed_kombeheer(ours)
    seeding.seed_floor(theirs)
    require_durable(ours)
    server, processes = server_for(ours, plan)
    with ExitStack() as running:
        port, process = running.enter_context(kombeheer_served(ours, "kombeheer", plan))
        kombeheer = Kombeheer(port, process, dealers)
        port, process = running.enter_context(
            served(
                server,
                "tests.bench.floor:from_environment",
                {floor.DATABASE: theirs},
                plan.folder / f"floor-{server}.log",
                processes,
            )
        )
        stock, field = Stock(), Field(database_processes)
        full = Floor(port, process, "/scan-full", stock)
        bare = Floor(port, process, "/scan", stock)
        for _ in range(plan.history_uploads):  # so that no table is empty, no plan that of one
            field.measure_upload(kombeheer)
            field.measure_upload(full)
        for url in urls:
            seeding.settle(url)
        for contestant in (kombeheer, full, bare):
            field.measure_scans(contestant, WARM_UP_SCANS, 16)
        yield Contest(field, kombeheer, full, bare)
    require_recorded(ours, field.sent["kombeheer"])
