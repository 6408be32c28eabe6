"""The ground of a drill: a fresh database with a few dealers, and the ways to send it scans."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Protocol, TypeVar

from flask import Flask

from kombeheer.clock import now_utc, today
from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.stickers import MoveKind
from kombeheer.services.scanning import devices
from models import schema
from models.transaction import Database
from tests import postgres
from tests.bench import load
from tests.bench.serving import served
from tests.factories import Foundation, number, visit_event

Given = TypeVar("Given")
Fresh = Callable[[], AbstractContextManager[str]]  # the address of a new database
BOTH = ("sqlite", "postgresql")
SECRET = "a secret key for the drills, of enough signs"
SECONDS_AT_THE_LINE = 60
_names = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody with a device, as the server knows him: his key and the device's id."""

    actor: Actor
    token: str
    device: str


@dataclass(frozen=True, slots=True)
class DealerGround:
    """A dealer: his office and his mechanic as senders, what he serves, which numbers he has."""

    office: Sender
    mechanic: Sender
    mechanic_number: str
    installations: list[str]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Ground:
    """A foundation of this year with its dealers."""

    code: str
    day: date
    office: Actor
    dealers: list[DealerGround]

    def visit(
        self, dealer: DealerGround, serial: int | None, installation: str, rng: Random, **more: Any
    ) -> dict[str, Any]:
        """Return a visit of today by the dealer's mechanic; a minor service without a serial."""
        raw = "" if serial is None else number(serial, self.code).digits
        more.setdefault("ending", "kb" if serial is None else "sticker")
        more.setdefault("day", self.day.isoformat())
        event = visit_event(raw, installation, dealer.mechanic_number, id=new_id(rng), **more)
        event["visit"]["id"] = new_id(rng)
        return event


def new_id(rng: Random) -> str:
    """Return the id of an event, as a device makes one, from the seed of the drill."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def withdrawal(event_id: str, sequence: int, rng: Random) -> dict[str, Any]:
    """Return the event that undoes another one."""
    return {
        "id": new_id(rng),
        "sequence": sequence,
        "captured_at": "2026-03-05T09:14:00+01:00",
        "source": "wedge",
        "kind": "withdraw",
        "raw": "",
        "corrects": event_id,
    }


def lay_out(database: Database, *, dealers: int, installations: int, stickers: int) -> Ground:
    """Make so many dealers, each with so many installations and so many stickers in hand."""
    foundation, day = Foundation(database), today()
    series = foundation.series(f"{day.year % 100:02d}")
    on, last = date(day.year, 1, 1), dealers * stickers
    foundation.move(MoveKind.ORDER, series, 1, last, "origin", "printer", on=on)
    foundation.move(MoveKind.DELIVER, series, 1, last, "printer", "stock", on=on)
    made = []
    for position in range(dealers):
        dealer = foundation.dealer(f"Dealer {position + 1}")
        mechanic = foundation.mechanic(dealer, certified=(date(2020, 1, 1), date(2099, 12, 31)))
        first, end = 1 + position * stickers, (position + 1) * stickers
        transit, held = f"transit:{dealer.id}", f"dealer:{dealer.id}"
        foundation.move(MoveKind.ISSUE, series, first, end, "stock", transit, dealer, on=on)
        foundation.move(MoveKind.CONFIRM, series, first, end, transit, held, dealer, on=on)
        served_here = [
            foundation.installation(dealer=dealer).public_id for _ in range(installations)
        ]
        senders = [
            _sender(foundation, foundation.user(Role.DEALER, dealer=dealer)),
            _sender(foundation, foundation.user(Role.MECHANIC, mechanic=mechanic)),
        ]
        made.append(DealerGround(*senders, mechanic.number, served_here, first, end))
    return Ground(series.code, day, foundation.user(Role.OFFICE), made)


def _sender(foundation: Foundation, actor: Actor) -> Sender:
    token = foundation.token(actor)
    with foundation.database.transaction() as session:
        device = devices.register(session, actor, "drill", now_utc())
        return Sender(actor, token, device.id)


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered to a batch, and when it was sent and answered (seconds of one clock)."""

    status: int
    answers: list[dict[str, Any]]
    sent: float
    answered: float

    @property
    def outcomes(self) -> list[str]:
        """Return the outcome of each event; the status when the answer is none."""
        if self.status != 200:
            return [f"status {self.status}"]
        return [str(answer["outcome"]) for answer in self.answers]


class Client(Protocol):
    """One connection of one device."""

    def send(self, sender: Sender, events: Sequence[Mapping[str, Any]]) -> Reply: ...

    def close(self) -> None: ...


Way = Callable[[], Client]  # makes a new connection


def _reply(status: int, body: bytes, sent: float) -> Reply:
    answers = json.loads(body).get("answers", []) if status == 200 else []
    return Reply(status, answers, sent, time.perf_counter())


class WireClient:
    """Sends over HTTP to a port of this machine."""

    def __init__(self, port: int) -> None:
        self._connection = load.Connection(port)

    def send(self, sender: Sender, events: Sequence[Mapping[str, Any]]) -> Reply:
        body = json.dumps({"device": sender.device, "events": events}).encode()
        request, sent = load.post("/api/v1/scans", body, sender.token), time.perf_counter()
        return _reply(*self._connection.send(request), sent)

    def close(self) -> None:
        self._connection.close()


class InnerClient:
    """Hands requests to an application of this very process, where a control can change it."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def send(self, sender: Sender, events: Sequence[Mapping[str, Any]]) -> Reply:
        body, sent = {"device": sender.device, "events": events}, time.perf_counter()
        headers = {"Authorization": f"Bearer {sender.token}"}
        answer = self._client.post("/api/v1/scans", json=body, headers=headers)
        return _reply(answer.status_code, answer.data, sent)

    def close(self) -> None:
        pass


def inner_way(app: Flask) -> Way:
    """Return the way to an application of this process."""
    return lambda: InnerClient(app)


@contextmanager
def served_way(url: str, folder: Path, factory: str = "kombeheer.app:create_app") -> Iterator[Way]:
    """Serve a database by waitress as is meant: one process on SQLite, two here on PostgreSQL."""
    with ExitStack() as running:
        ports = [
            running.enter_context(one_server(url, folder, factory))[0]
            for _ in range(1 if url.startswith("sqlite") else 2)
        ]
        turns = itertools.cycle(ports)
        yield lambda: WireClient(next(turns))


@contextmanager
def one_server(
    url: str, folder: Path, factory: str = "kombeheer.app:create_app"
) -> Iterator[tuple[int, int]]:
    """Serve a database by one process of waitress; yield its port and its process id."""
    environment = {"KOMBEHEER_DATABASE_URL": url, "KOMBEHEER_SECRET_KEY": SECRET}
    log = folder / f"server-{next(_names)}.log"
    with served("waitress", factory, environment, log) as found:
        yield found


def at_once(*works: Callable[[], Given]) -> list[Given]:
    """Start each work in a thread of its own at the same moment; return what they return."""
    line = threading.Barrier(len(works))

    def start(work: Callable[[], Given]) -> Given:
        line.wait(SECONDS_AT_THE_LINE)
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(start, works))


def fresh_databases(
    open_now: ExitStack, backends: Sequence[str], *, durable: bool
) -> dict[str, Fresh]:
    """Return for each kind of database what makes a new one; all are gone when the stack ends.

    Args:
        durable: whether what is written waits for the disk.
    """
    place = "/var/tmp" if durable and Path("/var/tmp").is_dir() else None
    made: dict[str, Fresh] = {}
    if "sqlite" in backends:
        folder = open_now.enter_context(TemporaryDirectory(prefix="komdrill-", dir=place))
        made["sqlite"] = fresh_sqlite(Path(folder))
    if "postgresql" in backends:
        server = open_now.enter_context(postgres.start(durable=durable))
        made["postgresql"] = fresh_postgresql(server)
    return made


def fresh_sqlite(folder: Path) -> Fresh:
    """Return what makes a new migrated SQLite file in a folder, and removes it."""
    template = folder / "template.sqlite"
    _migrate(f"sqlite:///{template}")

    @contextmanager
    def fresh() -> Iterator[str]:
        with TemporaryDirectory(dir=folder) as own:
            yield f"sqlite:///{shutil.copy(template, Path(own) / 'drill.sqlite')}"

    return fresh


def fresh_postgresql(server: postgres.Server) -> Fresh:
    """Return what makes a new migrated database on a server, and drops it."""
    template = f"template_drill_{next(_names)}"
    server.create_database(template)
    _migrate(server.url(template))

    @contextmanager
    def fresh() -> Iterator[str]:
        name = f"drill_{next(_names)}"
        server.create_database(name, template=template)
        try:
            yield server.url(name)
        finally:
            server.drop_database(name)

    return fresh


def _migrate(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.dispose()
