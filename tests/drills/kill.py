"""The server is killed with kill -9 while devices upload: what was acknowledged is there, once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Self

from models.transaction import Database
from tests.drills import evidence
from tests.drills.evidence import DrillFailed, require
from tests.drills.ground import DealerGround, Ground, Reply, WireClient, lay_out

CLIENTS = 4
BATCH_EVENTS = 20
STICKERS = 10_000
LIVES_SECONDS = (0.05, 1.5)
SECONDS_TO_FINISH = 120
EARLY = "tests.drills.controls:create_app_answering_early"
Serve = Callable[[str], AbstractContextManager[tuple[int, int]]]  # factory to (port, process id)


class Over(Exception):
    """The drill ended before this device was done."""


class Entrance:
    """The port at which the server can be reached now; who wants it waits while there is none."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._port: int | None = None
        self.is_last = False
        self._is_over = False

    def open(self, port: int) -> None:
        """Let everybody in at a port."""
        with self._changed:
            self._port = port
            self._changed.notify_all()

    def close(self) -> None:
        """Have everybody wait."""
        with self._changed:
            self._port = None

    def end(self) -> None:
        """Send everybody home."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def port(self) -> int:
        """Return the port, as soon as there is one."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or self._port is not None)
            if self._is_over or self._port is None:
                raise Over
            return self._port


@dataclass(slots=True)
class Uploader:
    """A device that sends a batch until it is acknowledged, and only then begins the next."""

    ground: Ground
    dealer: DealerGround
    rng: Random
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    stored_unanswered: int = 0
    not_stored: int = 0
    mixed: int = 0
    failure: BaseException | None = None

    def work(self, entrance: Entrance) -> None:
        """Upload until the end; whatever goes wrong here is kept for the drill."""
        try:
            serial = self.dealer.first
            while not entrance.is_last:
                batch = []
                for _ in range(BATCH_EVENTS):
                    place = self.rng.choice(self.dealer.installations)
                    number = serial if serial <= self.dealer.last else None
                    batch.append(
                        self.ground.visit(self.dealer, number, place, self.rng, sequence=serial)
                    )
                    serial += 1
                self._upload(entrance, batch)
        except BaseException as failure:  # noqa: BLE001  told by the drill, in its own thread
            self.failure = failure

    def _upload(self, entrance: Entrance, batch: list[dict[str, Any]]) -> None:
        is_again = False
        while True:
            client = WireClient(entrance.port())
            try:
                reply = client.send(self.dealer.office, batch)
            except OSError:
                is_again = True
                time.sleep(0.01)
                continue
            finally:
                client.close()
            self.replies.append(reply)
            self.told |= {answer["id"]: answer for answer in reply.answers}
            repeated = sum(answer["repeated"] for answer in reply.answers)
            self.mixed += repeated not in (0, len(batch)) or (repeated > 0 and not is_again)
            if is_again:
                self.stored_unanswered += repeated > 0
                self.not_stored += repeated == 0
            return


class Uploads:
    """A device of each dealer that uploads, from the start of the block until `finish`."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.entrance = Entrance()
        self.uploaders = [
            Uploader(ground, dealer, Random(seed * 100 + n))
            for n, dealer in enumerate(ground.dealers)
        ]
        self._threads = [
            threading.Thread(target=one.work, args=(self.entrance,)) for one in self.uploaders
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.entrance.end()
        for thread in self._threads:
            thread.join()

    def finish(self) -> None:
        """Have each complete its last batch; fail with what went wrong in one of them."""
        self.entrance.is_last = True
        deadline = time.monotonic() + SECONDS_TO_FINISH
        for thread in self._threads:
            thread.join(max(0, deadline - time.monotonic()))
        for one in self.uploaders:
            if one.failure is not None:
                raise one.failure
        require(not any(thread.is_alive() for thread in self._threads), "a batch never got through")

    def told(self) -> dict[str, dict[str, Any]]:
        """Return every answer that was given, by the id of its event."""
        return {id_: answer for one in self.uploaders for id_, answer in dict(one.told).items()}


def _require_kept(database: Database, uploads: Uploads) -> None:
    """Everything that was acknowledged is there as it was told, and the ledger holds.

    Leaves no connection open, so that SQLite has to recover what the next killed server leaves.
    """
    told = uploads.told()
    try:
        evidence.require_as_told(database, told)
        evidence.require_ledger_holds(database)
        evidence.require_decisions_agree(database)
    finally:
        database.dispose()


def _survive(database: Database, serve: Serve, kills: int, seed: int, factory: str) -> Uploads:
    rng = Random(seed)
    ground = lay_out(database, dealers=CLIENTS, installations=5, stickers=STICKERS)
    database.dispose()
    with Uploads(ground, seed) as uploads:
        for _ in range(kills):
            with serve(factory) as (port, process):
                _require_kept(database, uploads)
                uploads.entrance.open(port)
                time.sleep(rng.uniform(*LIVES_SECONDS))
                os.kill(process, signal.SIGKILL)
                uploads.entrance.close()
        with serve(factory) as (port, _):
            _require_kept(database, uploads)
            uploads.entrance.open(port)
            uploads.finish()
    _require_kept(database, uploads)
    return uploads


def kill(database: Database, serve: Serve, rounds: int, seed: int) -> str:
    """After `rounds` kills no acknowledged event is lost or doubled, and what hung is completed."""
    begun = time.monotonic()
    uploads = _survive(database, serve, rounds, seed, "kombeheer.app:create_app")
    uploaders, told = uploads.uploaders, uploads.told()
    replies = [reply for one in uploaders for reply in one.replies]
    evidence.require_no_complaints(replies)
    evidence.require_stored(database, told)
    outcomes = {outcome for reply in replies for outcome in reply.outcomes}
    require(outcomes == {"accepted"}, f"outcomes {outcomes}")
    require(not sum(one.mixed for one in uploaders), "a batch was stored in part")
    stored = sum(one.stored_unanswered for one in uploaders)
    lost = sum(one.not_stored for one in uploaders)
    require(stored + lost > 0, "no kill came in the middle of a batch")
    return (
        f"{rounds} kills in {time.monotonic() - begun:.0f} s: {len(told)} events in {len(replies)} "
        f"batches acknowledged, 0 lost, 0 doubled; {stored + lost} batches sent again "
        f"({stored} were stored, {lost} were not)"
    )


def kill_answering_early(database: Database, serve: Serve, rounds: int, seed: int) -> str:
    """Control: a server that answers before it commits loses what it acknowledged."""
    try:
        _survive(database, serve, rounds, seed, EARLY)
    except DrillFailed as failure:
        require("acknowledged events lost" in str(failure), f"something else: {failure}")
        return f"seen: {failure}"
    raise DrillFailed(f"nothing was lost in {rounds} kills of a server that answers early")
