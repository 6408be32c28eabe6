"""Dealers work at once: random visits and withdrawals, some sent twice, while KOM decides."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from kombeheer.clock import now_utc
from kombeheer.rules.cases import CaseState
from kombeheer.rules.refusal import Refusal
from kombeheer.services.cases import deciding
from models.cases import Case
from models.transaction import Database
from tests.drills import evidence
from tests.drills.evidence import require
from tests.drills.ground import (
    DealerGround,
    Ground,
    Reply,
    Sender,
    Way,
    at_once,
    lay_out,
    new_id,
    withdrawal,
)
from tests.factories import number

DEALERS = 4
STICKERS = 300
BATCH_SIZES = (1, 1, 3, 10, 40)
DOUBTFUL_DAYS = 400
OFFICE_PAUSE_SECONDS = 0.005
Batch = list[dict[str, Any]]


@dataclass(slots=True)
class Shared:
    """What the people of one dealer know of each other's scans; lists only grow."""

    sent: list[Batch] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Visitor:
    """One device that sends random batches until the time is over."""

    ground: Ground
    dealer: DealerGround
    sender: Sender
    shared: Shared
    rng: Random
    sequence: int = 0
    replies: list[Reply] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def work(self, way: Way, deadline: float) -> None:
        """Send batch after batch."""
        client = way()
        while time.monotonic() < deadline:
            batch = self._batch()
            self.shared.sent.append(batch)
            self.ids.update(event["id"] for event in batch)
            reply = client.send(self.sender, batch)
            self.replies.append(reply)
            self.shared.recorded.extend(
                answer["id"] for answer in reply.answers if answer["state"] in ("posted", "waiting")
            )
        client.close()

    def _batch(self) -> Batch:
        """Return new events, or now and then those that were, or are being, sent already."""
        if self.shared.sent and self.rng.random() < 0.1:
            again = self.rng.choice(self.shared.sent)
            return self.rng.sample(again, len(again))
        batch: Batch = []
        for _ in range(self.rng.choice(BATCH_SIZES)):
            self.sequence += 1
            # With its own device in it, an event is the same whoever sends it.
            batch.append({**self._event(batch), "device": self.sender.device})
        return batch

    def _event(self, batch: Batch) -> dict[str, Any]:
        chance = self.rng.random()
        if chance < 0.2 and self.shared.recorded:
            return withdrawal(self.rng.choice(self.shared.recorded), self.sequence, self.rng)
        if chance < 0.25 and batch:
            return withdrawal(self.rng.choice(batch)["id"], self.sequence, self.rng)
        return self._visit(chance)

    def _visit(self, chance: float) -> dict[str, Any]:
        whose = self.dealer
        if self.rng.random() < 0.1:
            whose = self.rng.choice(self.ground.dealers)  # his farm, or his number
        holder = whose if self.rng.random() < 0.3 else self.dealer
        serial = None if chance > 0.85 else self.rng.randint(holder.first, holder.last)
        more: dict[str, Any] = {"sequence": self.sequence}
        if chance > 0.95:
            more["ending"] = "geen_kom"
        if self.rng.random() < 0.05:
            more["day"] = (self.ground.day - timedelta(days=DOUBTFUL_DAYS)).isoformat()
        place = self.rng.choice(whose.installations)
        event = self.ground.visit(self.dealer, serial, place, self.rng, **more)
        where = self.rng.random()
        if where < 0.05:
            used = self.rng.randint(whose.first, whose.last)
            _replace(event, previous=number(used, self.ground.code).digits)
        elif where < 0.07:
            farm = {"farm": f"Hoeve {new_id(self.rng)[:8]}", "place": "Oudega"}
            _replace(event, new_installation={**farm, "type": "herringbone", "units": 12})
        return event


def _replace(event: dict[str, Any], **where: Any) -> None:
    del event["visit"]["installation"]
    event["visit"].update(where)


@dataclass(slots=True)
class Office:
    """KOM, who decides what waits while the dealers go on."""

    ground: Ground
    database: Database
    rng: Random
    decided: int = 0
    not_possible: int = 0
    longest_seconds: float = 0

    def work(self, deadline: float) -> None:
        """Decide case after case, either way; what cannot be posted is left."""
        waiting = select(Case.id).where(Case.state != CaseState.DECIDED).order_by(Case.id.desc())
        while time.monotonic() < deadline:
            time.sleep(OFFICE_PAUSE_SECONDS)
            with self.database.reading() as session:
                found = session.execute(waiting.limit(50)).scalars().all()
            if not found:
                continue
            begun = time.monotonic()
            case_id, accept = self.rng.choice(found), self.rng.random() < 0.8
            try:
                self.database.write(
                    lambda session, id_=case_id, yes=accept: deciding.decide(
                        session, self.ground.office, id_, accept=yes, reason="proef", now=now_utc()
                    )
                )
                self.decided += 1
            except Refusal:
                self.not_possible += 1
            self.longest_seconds = max(self.longest_seconds, time.monotonic() - begun)


def dealers_meet(database: Database, way: Way, rounds: int, seed: int) -> str:
    """For `rounds` seconds 8 devices of 4 dealers send; then all rows must agree."""
    ground = lay_out(database, dealers=DEALERS, installations=6, stickers=STICKERS)
    visitors = []
    for position, dealer in enumerate(ground.dealers):
        shared = Shared()
        for hand, sender in enumerate((dealer.office, dealer.mechanic)):
            rng = Random(seed * 100 + position * 10 + hand)
            visitors.append(Visitor(ground, dealer, sender, shared, rng))
    office = Office(ground, database, Random(seed * 100 + 99))
    deadline = time.monotonic() + rounds
    works: list[Callable[[], None]] = [
        lambda visitor=one: visitor.work(way, deadline) for one in visitors
    ]
    at_once(*works, lambda: office.work(deadline))
    replies = [reply for one in visitors for reply in one.replies]
    evidence.require_no_complaints(replies)
    evidence.require_stored(database, set().union(*(one.ids for one in visitors)))
    evidence.require_ledger_holds(database)
    evidence.require_decisions_agree(database)
    outcomes = Counter(outcome for reply in replies for outcome in reply.outcomes)
    repeated = sum(answer["repeated"] for reply in replies for answer in reply.answers)
    require(all(one.replies for one in visitors), "a device never got a turn")
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    return (
        f"{rounds} s, {len(replies)} batches: {told} ({repeated} of them repeated), KOM decided "
        f"{office.decided} and could not {office.not_possible}, waiting "
        f"{office.longest_seconds:.1f} s at most; 0 errors, "
        f"{evidence.deadlocks(database)} deadlocks"
    )
