"""Measure contestants in turns, round after round, so that a busy moment hits them alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text

from kombeheer.rules.stickers import MoveKind
from models.stickers import ChainHead, Movement
from models.transaction import Database
from tests import postgres
from tests.bench import floor, load, seeding
from tests.bench.contestants import Contestant, Floor, Kombeheer, Stock
from tests.bench.serving import processor_seconds, served

HISTORY_UPLOADS = 20  # scans of earlier days, so that no table is empty and no plan is that of one
WARM_UP_SCANS = 160
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
    """The contestants on one database, ready to be measured.

    Args:
        sent: how many scans kombeheer was sent, to be found in its ledger at the end.
        database_processes: the roots of the database's own processes; none for SQLite.
    """

    kombeheer: Kombeheer
    full: Floor
    bare: Floor
    database_processes: Sequence[int]
    sent: int = 0

    def measure_scans(self, contestant: Contestant, count: int, clients: int) -> Cell:
        """Send scans of one request each and return what that took."""
        requests = contestant.scans(count)
        if contestant is self.kombeheer:
            self.sent += count
        answered, cell = self._measured(contestant, requests, clients)
        contestant.require_scans(answered)
        return cell

    def measure_upload(self, contestant: Contestant) -> Cell:
        """Send one upload of 500 scans and return what that took."""
        requests = [contestant.upload()]
        if contestant is self.kombeheer:
            self.sent += 500
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


def _require_durable(url: str) -> None:
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


def _require_recorded(url: str, sent: int) -> None:
    """Stop unless the ledger holds a movement for every scan that was sent, chained to its head."""
    database = Database(url)
    try:
        with database.reading() as session:
            applied = select(Movement.chain_number).where(Movement.kind == MoveKind.APPLY)
            numbers = session.execute(applied).scalars().all()
            head = session.execute(select(ChainHead.chain_number)).scalar_one()
        assert len(numbers) == sent, f"{sent} scans were sent and {len(numbers)} recorded"
        assert not numbers or max(numbers) == head, "the head is not the last movement"
    finally:
        database.dispose()


@contextmanager
def on_field(
    server: str,
    processes: int,
    urls: tuple[str, str],
    folder: Path,
    database_processes: Sequence[int] = (),
) -> Iterator[Field]:
    """Seed both databases, serve kombeheer and the floor alike, warm them up, yield them."""
    ours, theirs = urls
    dealers = seeding.seed_kombeheer(ours)
    seeding.seed_floor(theirs)
    _require_durable(ours)
    kind = ours.partition(":")[0].partition("+")[0]
    settings = {"KOMBEHEER_DATABASE_URL": ours, "KOMBEHEER_SECRET_KEY": SECRET}
    with ExitStack() as running:
        our_port, our_process = running.enter_context(
            served(
                server,
                "kombeheer.app:create_app",
                settings,
                folder / f"kombeheer-{kind}.log",
                processes,
            )
        )
        floor_port, floor_process = running.enter_context(
            served(
                server,
                "tests.bench.floor:from_environment",
                {floor.DATABASE: theirs},
                folder / f"floor-{kind}.log",
                processes,
            )
        )
        stock = Stock()
        field = Field(
            Kombeheer(our_port, our_process, dealers),
            Floor(floor_port, floor_process, "/scan-full", stock),
            Floor(floor_port, floor_process, "/scan", stock),
            database_processes,
        )
        for _ in range(HISTORY_UPLOADS):
            field.measure_upload(field.kombeheer)
            field.measure_upload(field.full)
        for url in urls:
            seeding.settle(url)
        for contestant in (field.kombeheer, field.full, field.bare):
            field.measure_scans(contestant, WARM_UP_SCANS, 16)
        yield field
    _require_recorded(ours, field.sent)
