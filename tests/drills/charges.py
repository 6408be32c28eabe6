"""Two devices at one site in the same moment: what is charged once stays charged once, and by one.

Today's tariff charges a site once a year, and an installation once a year.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from random import Random
from threading import Event
from typing import Any
from unittest import mock

from sqlalchemy import func, select, text

from kombeheer.services.billing import charging
from kombeheer.services.scanning import lookup
from models.billing import ChargeRow
from models.parties import Customer
from models.reports import Report
from models.transaction import Database
from tests.drills import evidence
from tests.drills.evidence import require
from tests.drills.ground import DealerGround, Ground, Reply, Way, at_once, lay_out, withdrawal
from tests.factories import Foundation

CONTROL_WAIT_SECONDS = 0.5
Standing = Counter[tuple[str, str]]  # (item, scope)


def _site(database: Database, dealer: DealerGround, installations: int) -> list[str]:
    """Make a site with installations, a customer of the dealer; return their public ids."""
    foundation = Foundation(database)
    farm, site = foundation.farm()
    foundation.add(
        Customer(dealer_id=dealer.office.actor.dealer_id, farm_id=farm.id, from_on=date(2024, 1, 1))
    )
    return [foundation.installation(site).public_id for _ in range(installations)]


def _standing(database: Database) -> Standing:
    with database.reading() as session:
        rows = session.execute(
            select(ChargeRow.item, ChargeRow.scope).where(ChargeRow.state == "standing")
        )
        return Counter((item, scope) for item, scope in rows)


def _report_count(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(Report)).scalar_one()


def _meet_at_a_site(ground: Ground, database: Database, way: Way, rounds: int, seed: int) -> int:
    """Let two devices register at one site at once, round after round; return how many overlap."""
    rng, [dealer] = Random(seed), ground.dealers
    office, mechanic, overlapped = way(), way(), 0
    for position in range(rounds):
        places = _site(database, dealer, 2)
        one, other = (
            ground.visit(dealer, dealer.first + 2 * position + turn, place, rng, sequence=position)
            for turn, place in enumerate(places)
        )
        replies = at_once(
            lambda event=one: office.send(dealer.office, [event]),
            lambda event=other: mechanic.send(dealer.mechanic, [event]),
        )
        _require_accepted(replies)
        overlapped += _overlapped(replies)
    return overlapped


def _require_accepted(replies: list[Reply]) -> None:
    evidence.require_no_complaints(replies)
    for reply in replies:
        require(set(reply.outcomes) == {"accepted"}, f"{reply.outcomes}")


def _overlapped(replies: list[Reply]) -> bool:
    return max(one.sent for one in replies) < min(one.answered for one in replies)


def charged_once(database: Database, way: Way, rounds: int, seed: int) -> str:
    """Each site pays one base, each of its installations one surcharge; nobody sees an error."""
    ground = lay_out(database, dealers=1, installations=0, stickers=2 * rounds)
    overlapped = _meet_at_a_site(ground, database, way, rounds, seed)
    standing = _standing(database)
    items = Counter(item for item, _ in standing.elements())
    require(max(standing.values()) == 1, f"charged twice: {standing.most_common(1)}")
    require(items == {"base": rounds, "surcharge": 2 * rounds}, f"{items}")
    evidence.require_ledger_holds(database)
    return f"{rounds} rounds, {overlapped} overlapped: {rounds} bases, {2 * rounds} surcharges"


def charged_without_index(database: Database, way: Way, rounds: int, seed: int) -> str:
    """Control: without the index of what is charged once a site pays two bases."""
    ground = lay_out(database, dealers=1, installations=0, stickers=2 * rounds)
    with database.writer.begin() as connection:
        connection.execute(text("DROP INDEX uq_charge_once"))
    _meet_at_a_site(ground, database, way, rounds, seed)
    doubles = [scope for (item, scope), count in _standing(database).items() if count > 1]
    require(bool(doubles), f"no site paid twice in {rounds} rounds")
    return f"{len(doubles)} of {rounds} sites paid two bases"


def _meet_a_withdrawal(
    ground: Ground,
    database: Database,
    way: Way,
    rounds: int,
    seed: int,
    comes: Callable[[], object] = lambda: None,
) -> tuple[int, int]:
    """Withdraw a first report while a second `comes`; return (overlapped, not charged)."""
    rng, [dealer] = Random(seed), ground.dealers
    office, mechanic, overlapped, uncharged = way(), way(), 0, 0
    for position in range(rounds):
        [place] = _site(database, dealer, 1)
        serial = dealer.first + 2 * position
        first: dict[str, Any] = ground.visit(dealer, serial, place, rng, sequence=position)
        _require_accepted([office.send(dealer.office, [first])])
        before = _standing(database)
        second = ground.visit(dealer, serial + 1, place, rng, sequence=position)
        undo = withdrawal(first["id"], position, rng)
        replies = at_once(
            lambda event=undo: office.send(dealer.office, [event]),
            lambda event=second: (comes(), mechanic.send(dealer.mechanic, [event]))[1],
        )
        _require_accepted(replies)
        overlapped += _overlapped(replies)
        uncharged += _standing(database) != before
    return overlapped, uncharged


def withdrawal_meets_visit(database: Database, way: Way, rounds: int, seed: int) -> str:
    """What a withdrawal frees is charged to the report that comes at that moment."""
    ground = lay_out(database, dealers=1, installations=0, stickers=2 * rounds)
    overlapped, uncharged = _meet_a_withdrawal(ground, database, way, rounds, seed)
    require(uncharged == 0, f"{uncharged} of {rounds} sites are not charged as they should be")
    evidence.require_ledger_holds(database)
    return f"{rounds} rounds, {overlapped} overlapped: each second report charged"


def withdrawal_without_lock(database: Database, way: Way, rounds: int, seed: int) -> str:
    """Control: when nobody holds the site, a second report stays without a charge."""
    ground = lay_out(database, dealers=1, installations=0, stickers=2 * rounds)
    with _without_lock(database) as comes:
        _, uncharged = _meet_a_withdrawal(ground, database, way, rounds, seed, comes)
    require(uncharged > 0, f"every report was charged in {rounds} rounds without a lock")
    return f"{uncharged} of {rounds} reports without a charge"


@contextmanager
def _without_lock(database: Database) -> Iterator[Callable[[], object]]:
    """Do not hold the site; settle once a report came after the look, for which that one waits."""
    settle, looked = charging.settle, Event()

    def comes() -> None:
        looked.wait(CONTROL_WAIT_SECONDS)
        looked.clear()

    def slowly(*given: Any) -> Any:
        looked.set()
        seen, until = _report_count(database), time.monotonic() + CONTROL_WAIT_SECONDS
        while _report_count(database) == seen and time.monotonic() < until:
            time.sleep(0.005)
        return settle(*given)

    with (
        mock.patch.object(lookup, "_INSTALLATIONS_LOCKED", lookup._INSTALLATIONS),
        mock.patch.object(charging, "settle", slowly),
    ):
        yield comes
