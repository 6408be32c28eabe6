"""Measure contestants in turns, round after round, so that a busy moment hits them alike."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter

from sqlalchemy import func, select, text

from kombeheer.rules.stickers import MoveKind
from models.stickers import ChainHead, Movement
from models.transaction import Database
from tests import postgres
from tests.bench import load
from tests.bench.contestants import UPLOAD_EVENTS, Contestant
from tests.bench.plan import Plan
from tests.bench.serving import processor_seconds, served
from tests.bench.telling import Figure

SECRET = "only for measuring, on this machine, for some minutes"


@dataclass(frozen=True, slots=True)
class Cell:
    """One contestant at one load in one round; milliseconds, and processor time a request."""

    per_second: float
    median_ms: float
    slow_ms: float
    server_ms: float | None
    database_ms: float | None

    @property
    def both_ms(self) -> float | None:
        """Return the processor time of server and database together."""
        if self.server_ms is None:
            return None
        return self.server_ms + (self.database_ms or 0.0)


@dataclass(slots=True)
class Field:
    """Contestants on one server of databases, measured alike.

    Args:
        database_processes: the roots of the database's own processes; none for SQLite.
        sent: how many scans each contestant was sent, by name, to be found in its ledger.
    """

    database_processes: Sequence[int] = ()
    sent: Counter[str] = field(default_factory=Counter)

    def measure_scans(self, contestant: Contestant, count: int, clients: int) -> Cell:
        """Send scans of one request each and return what that took."""
        requests = contestant.scans(count)
        self.sent[contestant.name] += count
        answered, cell = self._measured(contestant, requests, clients)
        contestant.require_scans(answered)
        return cell

    def measure_upload(self, contestant: Contestant) -> Cell:
        """Send one upload of 500 scans and return what that took."""
        requests = [contestant.upload()]
        self.sent[contestant.name] += UPLOAD_EVENTS
        answered, cell = self._measured(contestant, requests, 1)
        contestant.require_upload(answered)
        return cell

    def _measured(
        self, contestant: Contestant, requests: list[bytes], clients: int
    ) -> tuple[load.Answered, Cell]:
        before = self._used(contestant)
        answered = load.send(contestant.port, requests, clients)
        spent = [
            None if then is None or now is None else (now - then) * 1000 / len(requests)
            for then, now in zip(before, self._used(contestant), strict=True)
        ]
        median, slow = answered.percentile(0.5) * 1000, answered.percentile(0.99) * 1000
        return answered, Cell(answered.per_second, median, slow, *spent)

    def _used(self, contestant: Contestant) -> list[float | None]:
        database = self.database_processes
        return [
            processor_seconds([contestant.process]),
            processor_seconds(database) if database else None,
        ]


Cells = dict[str, list[Cell]]


def in_turns(
    contestants: Sequence[Contestant], rounds: int, measure: Callable[[Contestant], Cell]
) -> Cells:
    """Measure each contestant once a round, in the other order every second round."""
    cells: Cells = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in contestants if number % 2 == 0 else reversed(contestants):
            cells[contestant.name].append(measure(contestant))
    return cells


def median_of(cells: Sequence[Cell], value: Callable[[Cell], float | None]) -> float | None:
    """Return the median over the rounds; None when it was not measured."""
    found = [value(cell) for cell in cells]
    known = [one for one in found if one is not None]
    return statistics.median(known) if len(known) == len(found) else None


def ratio_of(
    ours: Sequence[Cell], theirs: Sequence[Cell], value: Callable[[Cell], float | None]
) -> float | None:
    """Return the median of the ratios of the rounds, ours to theirs."""
    ratios = []
    for one, other in zip(ours, theirs, strict=True):
        mine, his = value(one), value(other)
        if mine is None or not his:
            return None
        ratios.append(mine / his)
    return statistics.median(ratios)


def figure(
    text: str,
    ours: Sequence[Cell],
    theirs: Sequence[Cell],
    value: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """Return the line of the table that compares one value of the cells, by its name."""
    read = attrgetter(value)
    medians = median_of(ours, read), median_of(theirs, read)
    return Figure(text, *medians, ratio_of(ours, theirs, read), at_least, at_most)


def require_durable(url: str) -> None:
    """Stop when the database does not wait for the disk: figures without it flatter everyone."""
    database = Database(url)
    try:
        with database.writer.connect() as connection:
            if database.is_sqlite:
                full = connection.execute(text("PRAGMA synchronous")).scalar() == 2
                assert full, "SQLite does not write with synchronous=FULL"
                return
            for setting in postgres.WAITS_FOR_DISK:
                value = connection.execute(text(f"SHOW {setting}")).scalar()
                assert value == "on", f"PostgreSQL runs with {setting}={value}"
    finally:
        database.dispose()


def applied(url: str) -> int:
    """Return how many stickers the ledger says were applied."""
    database = Database(url)
    try:
        with database.reading() as session:
            counted = select(func.count()).where(Movement.kind == MoveKind.APPLY)
            return session.execute(counted).scalar_one()
    finally:
        database.dispose()


def require_recorded(url: str, sent: int, before: int = 0) -> None:
    """Stop unless the ledger holds a movement for every scan that was sent, chained to its head."""
    recorded = applied(url) - before
    assert recorded == sent, f"{sent} scans were sent and {recorded} recorded"
    database = Database(url)
    try:
        with database.reading() as session:
            last = session.execute(select(func.max(Movement.chain_number))).scalar_one()
            head = session.execute(select(ChainHead.chain_number)).scalar_one()
        assert last == head, "the head is not the last movement"
    finally:
        database.dispose()


@contextmanager
def kombeheer_served(url: str, name: str, plan: Plan) -> Iterator[tuple[int, int]]:
    """Serve kombeheer on a database, SQLite by one process of waitress; yield (port, process)."""
    settings = {"KOMBEHEER_DATABASE_URL": url, "KOMBEHEER_SECRET_KEY": SECRET}
    server, processes = server_for(url, plan)
    log = plan.folder / f"{name.replace(' ', '-')}-{server}.log"
    with served(server, "kombeheer.app:create_app", settings, log, processes) as running:
        yield running


def server_for(url: str, plan: Plan) -> tuple[str, int]:
    """Return the server that stands before a database, and in how many processes."""
    return ("waitress", 1) if url.startswith("sqlite") else (plan.server, plan.processes)
