"""What the office does: cases, statements, tariffs, and what the night does for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.cases import CaseKind, CaseOwner, CaseState
from kombeheer.rules.scanning import EventKind
from kombeheer.rules.sites import Leniency
from kombeheer.rules.statements import Part, Period, latest_quarter, period_of
from kombeheer.services.billing import closing, tariffs
from kombeheer.services.billing.statements import show_statement
from kombeheer.services.cases import deciding, moving, raising
from kombeheer.services.reports.sheets import event_for
from kombeheer.services.sites import leniency
from models.billing import Statement
from models.cases import Case
from models.sites import LeniencyPeriod
from models.stickers import StickerSeries
from tests.simulation.ground import Dealer, Ground
from tests.simulation.network import Acts, Network
from tests.simulation.world import World

ACCEPTED_SHARE = 0.75
REASONS = ("Gebeld met de dealer",) * 9 + ("",)
OPEN = Case.state != CaseState.DECIDED


def _case(world: World, *conditions: Any) -> Case:
    # Not by id: those that the night raises together are numbered in no order.
    about = (Case.event_id, Case.report_id, Case.installation_id)
    found = select(Case).where(*conditions).order_by(Case.raised_at, Case.kind, *about)
    picked: Case = world.pick(world.rows(found))[0]
    return picked


def decide(world: World, ground: Ground, _network: Network) -> None:
    """Decide a case of any kind, either way; where digits fit two series one of them is meant."""
    kinds = world.rows(select(Case.kind).where(OPEN).distinct().order_by(Case.kind))
    case, chance = _case(world, OPEN, Case.kind == world.pick(kinds).kind), world.chance
    every = world.rows(select(StickerSeries.id).order_by(StickerSeries.id))
    series_id = chance.choice([None, *(row.id for row in every)])
    accept, reason = chance.happens(ACCEPTED_SHARE), chance.choice(REASONS)
    world.write(
        lambda session: deciding.decide(
            session,
            ground.office.actor,
            case.id,
            accept=accept,
            reason=reason,
            now=world.now,
            series_id=series_id,
        )
    )
    world.tally.acts[f"cases.decide_{case.kind}"] += 1


def withdraw_first_claim(world: World, ground: Ground, network: Network) -> None:
    """Withdraw the visit that holds a number which another one claims."""
    case = _case(world, OPEN, Case.kind == CaseKind.STICKER_CLAIMED_TWICE)
    office, event_id, reason = ground.office, world.chance.uuid(), world.chance.choice(REASONS)
    with world.database.reading() as session:
        visit_id = deciding.first_claim_visit(session, case.id)
    kind = EventKind.WITHDRAW
    withdrawal = event_for(office.actor, event_id, kind, "", None, visit_id, world.now)
    world.write(
        lambda session: deciding.withdraw_first_claim(
            session,
            office.actor,
            case.id,
            office.device,
            withdrawal,
            reason=reason,
            now=world.now,
        )
    )
    network.at_desks.add(event_id)


def move_case(world: World, ground: Ground, _network: Network) -> None:
    """Have a case go from hand to hand, or be asked, answered or moved in time."""
    case, office, now = _case(world, OPEN), ground.office.actor, world.now
    text = world.chance.choice(REASONS)
    due_on = case.due_on + timedelta(days=world.chance.choice((-90, 0, 7, 14, 500)))
    # By the dealer himself when it is his move, and now and then when it is not.
    dealer = next((one.actor for one in ground.dealers if one.id == case.dealer_id), office)
    ways: dict[str, Callable[[Session], None]] = {
        "open": lambda session: moving.open_case(session, office, case.id, now),
        "put_back": lambda session: moving.put_back(session, office, case.id, now),
        "hand_over": lambda session: moving.hand_over(
            session, office, case.id, ground.colleague.user_id, now
        ),
        "move_due": lambda session: moving.move_due(session, office, case.id, due_on, text, now),
        "ask_dealer": lambda session: moving.ask_dealer(session, office, case.id, text, now),
        "take_back": lambda session: moving.take_back(session, office, case.id, now),
        "answer": lambda session: moving.answer(session, dealer, case.id, text, now),
    }
    way = world.chance.choice(list(ways))
    if case.owner == CaseOwner.DEALER and world.chance.happens(0.5):
        way = "answer"
    world.write(ways[way])
    world.tally.acts[f"cases.{way}"] += 1


def night(world: World, _ground: Ground, _network: Network) -> None:
    """Raise what was not completed in time."""
    raised = world.write(lambda session: raising.raise_overdue(session, world.now))
    world.tally.acts["night.raised"] += raised


def make_statement(world: World, ground: Ground, _network: Network) -> None:
    """Tell a dealer what a period costs, the first time or again after changes."""
    chance, dealer = world.chance, world.chance.choice(ground.dealers)
    period = latest_quarter(world.today)
    if chance.happens(0.3):
        period = period_of(world.today.year, chance.choice(tuple(Part)))
    _make(world, ground, dealer, period, stale=chance.happens(0.05))


def make_later_version(world: World, ground: Ground, _network: Network) -> None:
    """Tell what has changed since a statement was made."""
    statement = select(Statement.dealer_id, Statement.from_on, Statement.until_on).distinct()
    order = (Statement.dealer_id, Statement.from_on, Statement.until_on)
    told = world.rows(statement.order_by(*order))
    again = []
    with world.database.reading() as session:
        for row in told:
            dealer = next(one for one in ground.dealers if one.id == row.dealer_id)
            period = Period(row.from_on, row.until_on)
            seen = show_statement(session, ground.office.actor, dealer.public_id, period)
            if seen.has_news:
                again.append((dealer, period))
    dealer, period = world.pick(again)
    _make(world, ground, dealer, period, stale=False)


def _make(world: World, ground: Ground, dealer: Dealer, period: Period, *, stale: bool) -> None:
    office = ground.office.actor
    with world.database.reading() as session:
        seen = closing.figures_of(show_statement(session, office, dealer.public_id, period))
    if stale:
        seen = replace(seen, total_cents=seen.total_cents + 1)
    made = world.write(
        lambda session: closing.make_statement(
            session, office, world.now, dealer.public_id, period, seen
        )
    )
    world.tally.acts["billing.version_1" if made.version == 1 else "billing.later_version"] += 1


def add_tariff(world: World, ground: Ground, _network: Network) -> None:
    """Have other prices from a day on, mostly one that has still to come."""
    day = world.today + timedelta(days=world.chance.choice((-10, 1, 10, 40)))
    with world.database.reading() as session:
        present = tariffs.present_tariff(session, world.today)
    assert present is not None
    price = present.base_cents + world.chance.randint(1, 50)
    wanted = replace(present, id=0, valid_from=day, base_cents=price)
    world.write(
        lambda session: tariffs.add_tariff(session, ground.office.actor, world.now, wanted, "")
    )


def agree_leniency(world: World, ground: Ground, _network: Network) -> None:
    """Record a period of leniency, or have one end earlier."""
    office, chance = ground.office.actor, world.chance
    found = world.rows(select(LeniencyPeriod).order_by(LeniencyPeriod.id))
    if found and chance.happens(0.4):
        known = chance.choice(found)[0]
        until_on = known.until_on - timedelta(days=chance.randint(-2, 10))
        world.write(
            lambda session: leniency.shorten_period(
                session, office, known.id, until_on, "Eerder voorbij", world.now
            )
        )
        return
    from_on = world.today - timedelta(days=chance.randint(0, 60))
    wanted = Leniency(
        from_on, from_on + timedelta(days=chance.randint(-1, 30)), "Mond-en-klauwzeer"
    )
    world.write(
        lambda session: leniency.add_period(session, office, wanted, "Brief KKM", world.now)
    )


ACTS: Acts = {
    "cases.decide": (decide, 14),
    "cases.withdraw_first_claim": (withdraw_first_claim, 4),
    "cases.move": (move_case, 6),
    "night": (night, 4),
    "billing.make_statement": (make_statement, 8),
    "billing.make_later_version": (make_later_version, 3),
    "billing.add_tariff": (add_tariff, 1),
    "sites.leniency": (agree_leniency, 1),
}
