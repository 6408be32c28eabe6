"""One batch is sent from two tabs of one browser at the same time, each in an order of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from models.transaction import Database
from tests.drills import controls, evidence
from tests.drills.evidence import require
from tests.drills.ground import Ground, Reply, Way, at_once, lay_out, withdrawal

EVENTS = 100
CONTROL_PAUSE_SECONDS = 0.05
Batch = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Round:
    """The batch as it was scanned, and the answers of both tabs by the id of the event."""

    batch: Batch
    replies: list[Reply]

    def told(self, tab: int) -> dict[str, dict[str, Any]]:
        """Return what one tab was told, by the id of the event."""
        return {answer["id"]: answer for answer in self.replies[tab].answers}


def batch_of(ground: Ground, position: int, rng: Random) -> Batch:
    """Return 80 visits with stickers, 10 without, and 10 withdrawals of some of them."""
    [dealer], batch = ground.dealers, []
    first = dealer.first + position * EVENTS
    for place in range(90):
        serial = first + place if place < 80 else None
        installation = rng.choice(dealer.installations)
        batch.append(ground.visit(dealer, serial, installation, rng, sequence=place))
    undone = rng.sample(batch, 10)
    return batch + [withdrawal(one["id"], 90 + n, rng) for n, one in enumerate(undone)]


def two_at_once(ground: Ground, way: Way, rounds: int, seed: int) -> Iterator[Round]:
    """Yield round after round: the one tab sends as scanned, the other shuffled or backwards."""
    rng, [dealer] = Random(seed), ground.dealers
    tabs = way(), way()
    for position in range(rounds):
        batch = batch_of(ground, position, rng)
        other = batch[::-1] if position % 2 else rng.sample(batch, len(batch))
        replies = at_once(
            lambda events=batch: tabs[0].send(dealer.office, events),
            lambda events=other: tabs[1].send(dealer.office, events),
        )
        yield Round(batch, replies)
    for tab in tabs:
        tab.close()


def ground_for(database: Database, rounds: int) -> Ground:
    """Lay out one dealer with five installations and stickers for all batches."""
    return lay_out(database, dealers=1, installations=5, stickers=rounds * EVENTS)


def two_tabs(database: Database, way: Way, rounds: int, seed: int) -> str:
    """Every event is recorded once and `repeated` for the other tab, with the same answer."""
    ground = ground_for(database, rounds)
    begun = time.monotonic()
    sent = list(two_at_once(ground, way, rounds, seed))
    seconds = time.monotonic() - begun
    evidence.require_no_complaints(reply for one in sent for reply in one.replies)
    first = 0
    for position, one in enumerate(sent, 1):
        first += _require_same(position, one)
    told = {id_: answer for one in sent for id_, answer in one.told(0).items()}
    evidence.require_stored(database, told)
    evidence.require_ledger_holds(database)
    evidence.require_decisions_agree(database)
    evidence.require_as_told(database, told)
    events = sum(len(one.batch) for one in sent)
    return (
        f"{rounds} rounds of {EVENTS} events in {seconds:.1f} s: {events} recorded once and "
        f"repeated once ({first} first by the one tab), 0 errors, "
        f"{evidence.deadlocks(database)} deadlocks"
    )


def _require_same(position: int, one: Round) -> int:
    """Compare both tabs' answers event by event; return how many the first tab recorded."""
    mine, other = one.told(0), one.told(1)
    first = 0
    for event in one.batch:
        pair = [dict(mine[event["id"]]), dict(other[event["id"]])]
        repeated = [answer.pop("repeated") for answer in pair]
        require(sorted(repeated) == [False, True], f"round {position}: repeated {repeated}")
        require(pair[0] == pair[1], f"round {position}: {pair[0]} and {pair[1]}")
        require(pair[0]["outcome"] == "accepted", f"round {position}: {pair[0]}")
        first += not repeated[0]
    return first


def tabs_without_key(database: Database, way: Way, rounds: int, seed: int) -> str:
    """Control: with read-then-insert instead of the unique key's answer somebody sees an error."""
    ground = ground_for(database, rounds)
    with controls.with_look_before_insert(database, CONTROL_PAUSE_SECONDS):
        return _first_complaint(ground, way, rounds, seed)


def tabs_unsorted(database: Database, way: Way, rounds: int, seed: int) -> str:
    """Control, PostgreSQL: inserted in the order sent, and not tried again, a deadlock shows."""
    ground = ground_for(database, rounds)
    with controls.with_unsorted_inserts():
        told = _first_complaint(ground, way, rounds, seed)
    require(evidence.deadlocks(database) > 0, f"an error, but no deadlock: {told}")
    return f"{told}, {evidence.deadlocks(database)} deadlocks"


def _first_complaint(ground: Ground, way: Way, rounds: int, seed: int) -> str:
    for position, one in enumerate(two_at_once(ground, way, rounds, seed), 1):
        complaints = evidence.complaints_about(one.replies)
        if complaints:
            return f"{len(complaints)} errors in round {position}, as {complaints[0][:60]}"
    raise evidence.DrillFailed(f"no error in {rounds} rounds")
