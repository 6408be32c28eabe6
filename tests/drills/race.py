"""Two devices of one dealer scan the same sticker at the same moment, for two installations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from sqlalchemy import select

from kombeheer.rules.cases import CaseKind
from models.cases import Case
from models.stickers import Sticker
from models.transaction import Database
from tests.drills import controls, evidence
from tests.drills.evidence import require
from tests.drills.ground import Ground, Reply, Way, at_once, lay_out

CONTROL_PAUSE_SECONDS = 0.05
Work = Callable[[Database, Way, int, int], str]


@dataclass(frozen=True, slots=True)
class Round:
    """Two visits with one number, sent at once, and the answer to each."""

    serial: int
    events: tuple[dict[str, Any], dict[str, Any]]
    replies: tuple[Reply, Reply]

    @property
    def outcomes(self) -> list[str]:
        """Return both outcomes, sorted."""
        return sorted(outcome for reply in self.replies for outcome in reply.outcomes)

    @property
    def overlapped(self) -> bool:
        """Tell whether the second was sent before the first was answered."""
        sent = max(reply.sent for reply in self.replies)
        return sent < min(reply.answered for reply in self.replies)


def ground_for(database: Database, rounds: int) -> Ground:
    """Lay out one dealer with two installations and a sticker for each round."""
    return lay_out(database, dealers=1, installations=2, stickers=rounds)


def race(ground: Ground, way: Way, rounds: int, seed: int) -> Iterator[Round]:
    """Yield round after round: the dealer's office and his mechanic, each for an installation."""
    rng, [dealer] = Random(seed), ground.dealers
    office, mechanic = way(), way()
    for position in range(rounds):
        serial = dealer.first + position
        places = rng.sample(dealer.installations, 2)
        one, other = (
            ground.visit(dealer, serial, place, rng, sequence=position) for place in places
        )
        replies = at_once(
            lambda event=one: office.send(dealer.office, [event]),
            lambda event=other: mechanic.send(dealer.mechanic, [event]),
        )
        yield Round(serial, (one, other), (replies[0], replies[1]))
    office.close()
    mechanic.close()


def race_for_one_sticker(database: Database, way: Way, rounds: int, seed: int) -> str:
    """Exactly one becomes the holder, the other waits for a person, and nobody sees an error."""
    ground = ground_for(database, rounds)
    begun = time.monotonic()
    raced = list(race(ground, way, rounds, seed))
    seconds = time.monotonic() - begun
    evidence.require_no_complaints(reply for one in raced for reply in one.replies)
    for one in raced:
        require(one.outcomes == ["accepted", "queued"], f"{one.serial}: {one.outcomes}")
        codes = {reply.answers[0]["code"] for reply in one.replies}
        require(codes == {None, "stickers.already_applied"}, f"{one.serial}: {codes}")
    evidence.require_stored(database, [event["id"] for one in raced for event in one.events])
    evidence.require_ledger_holds(database)
    evidence.require_decisions_agree(database)
    told = [answer for one in raced for reply in one.replies for answer in reply.answers]
    evidence.require_as_told(database, {answer["id"]: answer for answer in told})
    _require_claims(database, ground, raced)
    overlapped = sum(one.overlapped for one in raced)
    first = sum(one.replies[0].outcomes == ["accepted"] for one in raced)
    return (
        f"{rounds} rounds in {seconds:.1f} s, {overlapped} overlapped: one holder in each "
        f"(the office {first} times, the mechanic {rounds - first}), 0 errors, "
        f"{evidence.deadlocks(database)} deadlocks"
    )


def _require_claims(database: Database, ground: Ground, raced: list[Round]) -> None:
    """Each number is applied, and each second claim is a case of its own."""
    with database.reading() as session:
        claims = session.execute(
            select(Case.serial).where(Case.kind == CaseKind.STICKER_CLAIMED_TWICE)
        ).scalars()
        serials = sorted(serial for serial in claims if serial is not None)
        accounts = session.execute(
            select(Sticker.serial).where(Sticker.account.startswith("applied:"))
        ).scalars()
        applied = sorted(accounts)
    raced_for = sorted(one.serial for one in raced)
    require(serials == raced_for, f"{len(serials)} cases for {len(raced_for)} second claims")
    require(applied == raced_for, f"{len(applied)} of {len(raced_for)} numbers are applied")


def race_without_guard(database: Database, way: Way, rounds: int, seed: int) -> str:
    """Control: without the guard two holders show, in the answers and in the rows."""
    ground = ground_for(database, rounds)
    with controls.without_guard(database, CONTROL_PAUSE_SECONDS):
        raced = enumerate(race(ground, way, rounds, seed), 1)
        double = next((one for one in raced if one[1].outcomes == ["accepted", "accepted"]), None)
    if double is None:
        raise evidence.DrillFailed(f"no two holders in {rounds} rounds without a guard")
    position, one = double
    with database.reading() as session:
        codes = {finding.code for finding in evidence.check(session)}
    doubles = evidence.double_holders(database)
    require([serial for _, serial in doubles] == [one.serial], f"not in the rows: {doubles}")
    require(bool(evidence.double_reports(database)), "not in the reports")
    require("stickers.check_source" in codes, f"check does not see it: {codes}")
    return f"two holders in round {position}; check says {', '.join(sorted(codes))}"


def race_with_one_guard(database: Database, way: Way, rounds: int, seed: int) -> str:
    """Each guard that is left alone (index, lock, the ledger's condition) leaves one holder."""
    ground = ground_for(database, rounds * 3)
    left: list[dict[str, bool]] = [{"index": True}, {"lock": True}, {"guard": True}]
    [dealer] = ground.dealers
    for turn, kept in enumerate(left):
        part = replace(dealer, first=dealer.first + turn * rounds)
        with controls.without_guard(database, CONTROL_PAUSE_SECONDS, **kept):
            for one in race(replace(ground, dealers=[part]), way, rounds, seed + turn):
                require(one.outcomes == ["accepted", "queued"], f"only {kept}: {one.outcomes}")
        evidence.require_ledger_holds(database)
    return f"{rounds} rounds with each of 3 guards alone: one holder in each"


def race_with_deferred(database: Database, way: Way, rounds: int, seed: int) -> str:
    """Control, SQLite: with BEGIN DEFERRED and more than one writer somebody sees an error."""
    ground = ground_for(database, rounds)
    with controls.with_deferred_transactions(database):
        for position, one in enumerate(race(ground, way, rounds, seed), 1):
            complaints = evidence.complaints_about(one.replies)
            if complaints:
                return f"an error in round {position}: {one.outcomes}"
    raise evidence.DrillFailed(f"no error in {rounds} rounds with deferred transactions")
