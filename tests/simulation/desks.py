"""What is written down after visits: reports are completed and corrected, paper is entered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kombeheer.rules.accounts import Actor
from kombeheer.rules.reports import BatchState, Details, LatenessCause, ReportState, ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import Species
from kombeheer.services.reports import batches, paper, revising
from kombeheer.services.reports.places import place_of
from kombeheer.services.reports.revision import Revision, present_revision
from kombeheer.services.reports.sheets import MARKS, Sheet
from models.reports import PaperBatch, Report
from tests.simulation.ground import Dealer, Ground
from tests.simulation.network import Acts, Network
from tests.simulation.scans import Scanning, customers
from tests.simulation.world import World

WRONG_SHARE = 0.1
STANDS = Report.state != ReportState.WITHDRAWN


def _report(world: World, *conditions: Any) -> tuple[Report, Revision]:
    """Return a report that meets the conditions, and what it says."""
    found = world.rows(select(Report.id).where(*conditions).order_by(Report.id))
    report_id = world.pick(found).id
    with world.database.reading() as session:
        report = session.get_one(Report, report_id)
        return report, present_revision(session, report)


def _actor(world: World, ground: Ground, dealer_id: int) -> Actor:
    """Return who is at the desk: the dealer, one of his mechanics, the office, or a stranger."""
    dealer = next(one for one in ground.dealers if one.id == dealer_id)
    if world.chance.happens(WRONG_SHARE):
        dealer = world.chance.choice(ground.dealers)
    return world.chance.choice(
        [
            *(dealer.actor,) * 4,
            ground.office.actor,
            world.chance.choice(dealer.mechanics).phone.actor,
        ]
    )


def _details(world: World, before: Details, ending: Ending) -> Details:
    """Return what was measured; now and then something lacks or cannot be."""
    chance = world.chance
    placed = ending is Ending.STICKER
    details = replace(
        before,
        delivered_on=before.delivered_on or world.today.replace(year=2015, day=1),
        wash_start=Decimal(chance.randint(600, 790)) / 10,
        wash_end=Decimal(chance.randint(380, 480)) / 10,
        is_dry=placed,
        is_visible=placed,
        is_near=placed,
        remark=chance.choice(("", "Te veel leklucht.")) if placed else "Te veel leklucht.",
        advice=chance.choice(("", "Boiler hoger zetten.")),
        jars_verified=chance.choice((0, 0, 0, 4)),
        meters_verified=chance.choice((0, 0, 0, 6)),
        lateness_cause=chance.choice((None, None, LatenessCause.FARMER)),
    )
    if chance.happens(WRONG_SHARE):
        return replace(details, wash_start=Decimal(chance.choice((140, -1))))
    return details


def _revise(world: World, ground: Ground, report: Report, wanted: Revision, reason: str) -> None:
    actor = _actor(world, ground, report.dealer_id)
    stale = world.chance.happens(WRONG_SHARE / 2)
    version, asks = report.version - int(stale), world.chance.happens(0.2)
    revised = world.write(
        lambda session: revising.revise(
            session, actor, report.id, version, wanted, reason, world.now, asks=asks
        )
    )
    if revised.case_id is not None:
        world.tally.acts["reports.correction_asked"] += 1


def complete(world: World, ground: Ground, _network: Network) -> None:
    """Fill in what an incomplete report lacks."""
    report, present = _report(world, Report.state == ReportState.INCOMPLETE)
    wanted = replace(present, details=_details(world, present.details, present.ending))
    _revise(world, ground, report, wanted, "")


def correct(world: World, ground: Ground, _network: Network) -> None:
    """Have a report say something else, with a reason, mostly."""
    conditions = [STANDS] if world.chance.happens(0.95) else []
    report, present = _report(world, *conditions)
    dealer = next(one for one in ground.dealers if one.id == report.dealer_id)
    wanted = _corrected(world, ground, dealer, present)
    reason = "" if world.chance.happens(WRONG_SHARE) else "Verkeerd gescand"
    _revise(world, ground, report, wanted, reason)


def _corrected(world: World, ground: Ground, dealer: Dealer, present: Revision) -> Revision:
    """Return a report with one thing in it changed."""
    chance = world.chance
    field = chance.choice(
        ("units", "species", "number", "mark", "day", "mechanic", "installation", "repair", "wash")
    )
    world.tally.acts[f"reports.correct_{field}"] += 1
    if field == "units":
        return replace(present, unit_count=chance.choice((2, 12, 24, 60, 200, 999)))
    if field == "species":
        return replace(present, species=chance.choice(tuple(Species)))
    if field == "number":
        number = Scanning(world, ground, dealer, dealer.desk).in_hand().digits
        wanted = replace(present, ending=Ending.STICKER, number=number)
        return replace(wanted, kind=ServiceKind.MAJOR)
    if field == "mark":
        return replace(present, ending=chance.choice((Ending.GEEN_KOM, Ending.KB)), number="")
    if field == "day":
        days = chance.choice((-400, -14, -2, -1, 1))
        return replace(present, service_date=present.service_date + timedelta(days=days))
    if field == "mechanic":
        return replace(present, mechanic=chance.choice(dealer.mechanics).number)
    if field == "installation":
        return replace(present, installation=world.pick(customers(world, dealer)))
    if field == "repair":
        visited_on = present.service_date - timedelta(days=20)
        details = replace(
            present.details,
            kkm_visited_on=visited_on,
            repair_by=visited_on + timedelta(days=chance.choice((10, 28))),
            stamped_on=present.service_date,
            stamp_initials="JB",
        )
        return replace(present, kind=ServiceKind.REPAIR, details=details)
    return replace(present, details=_details(world, present.details, present.ending))


def _batch(world: World, state: BatchState) -> PaperBatch:
    found = select(PaperBatch).where(PaperBatch.state == state).order_by(PaperBatch.id)
    picked: PaperBatch = world.pick(world.rows(found))[0]
    return picked


def open_batch(world: World, ground: Ground, _network: Network) -> None:
    """Open a batch for a stack of paper that came in."""
    dealer = world.chance.choice(ground.dealers)
    day = world.today + timedelta(days=world.chance.choice((-3, -1, 0, 0, 0, 1)))
    count = world.chance.choice((1, 2, 3, 4, 0))
    world.write(
        lambda session: batches.open_batch(
            session, ground.office.actor, dealer.id, day, count, world.now
        )
    )


def close_batch(world: World, ground: Ground, _network: Network) -> None:
    """Close a batch, with or without a reason for what differs from the stack."""
    batch = _batch(world, BatchState.OPEN)
    reason = world.chance.choice(("", "", "Eén blad ontbreekt"))
    world.write(
        lambda session: batches.close_batch(
            session, ground.office.actor, batch.reference, reason, world.now
        )
    )


def reopen_batch(world: World, ground: Ground, _network: Network) -> None:
    """Have a batch take lines again."""
    batch = _batch(world, BatchState.CLOSED)
    world.write(
        lambda session: batches.reopen_batch(
            session, ground.office.actor, batch.reference, world.now
        )
    )


def _sheet(world: World, ground: Ground, dealer: Dealer, received_on: date) -> Sheet:
    """Return a sheet: of a visit that was scanned, or of one that only its paper tells."""
    in_time = Report.service_date <= received_on
    scanned = world.rows(
        select(Report.id)
        .where(Report.dealer_id == dealer.id, STANDS, Report.batch_id.is_(None), in_time)
        .order_by(Report.id)
    )
    if scanned and world.chance.happens(0.5):
        _, said = _report(world, Report.id == world.chance.choice(scanned).id)
        marks = tuple(mark for mark, ending in MARKS.items() if ending is said.ending)
        number, mechanic, day = said.number, said.mechanic, said.service_date
        installation, ending = said.installation, said.ending
    else:
        scan = Scanning(world, ground, dealer, dealer.desk)
        installation = world.pick(customers(world, dealer))
        mechanic = scan.mechanic()
        day = received_on - timedelta(days=world.chance.choice((0, 0, 1, 3, 20, -1)))
        marks = world.chance.choice(((), (), (), ("kb",), ("geen KOM",), ("kb", "geen KOM")))
        number = "" if marks else scan.in_hand().digits
        ending = MARKS[marks[0]] if marks else Ending.STICKER
    with world.database.reading() as session:
        place = place_of(session, installation, dealer.id)
    details = Details() if ending is Ending.KB else _details(world, Details(), ending)
    units = world.chance.choice((None, None, None, 12))
    event_id = world.chance.uuid()
    return Sheet(event_id, day, mechanic, place, number, marks, units, details)


def enter_line(world: World, ground: Ground, network: Network) -> None:
    """Enter a sheet; what is asked is confirmed, and what stands against it laid before KOM."""
    batch = _batch(world, BatchState.OPEN)
    dealer = next(one for one in ground.dealers if one.id == batch.dealer_id)
    sheet = _sheet(world, ground, dealer, batch.received_on)
    lays = world.chance.happens(0.6)
    entered = _enter(world, ground, network, batch, sheet)
    if not entered.is_stored:
        for refusal in (*entered.looked.against, *entered.looked.asked):
            world.tally.refusals[refusal.code] += 1
        question = entered.looked.question
        entered = _enter(world, ground, network, batch, sheet, confirmed=question, lays=lays)
    if entered.report_id is not None:
        world.tally.acts["paper.report"] += 1
    if entered.completes:
        world.tally.acts["paper.completes"] += 1
    if entered.case_id is not None:
        world.tally.acts["paper.laid"] += 1


def _enter(
    world: World, ground: Ground, network: Network, batch: PaperBatch, sheet: Sheet, **more: Any
) -> paper.Entered:
    office = ground.office
    entered = world.write(
        lambda session: paper.enter_line(
            session, office.actor, office.device, batch.id, sheet, world.now, **more
        )
    )
    if entered.is_stored and (sheet.number or entered.looked.present is None):
        network.at_desks.add(sheet.event_id)
    return entered


def take_back(world: World, ground: Ground, network: Network) -> None:
    """Take a line of paper back."""
    statement = (
        select(Report.batch_id, Report.id)
        .where(STANDS, Report.batch_id.is_not(None))
        .order_by(Report.id)
    )
    line = world.pick(world.rows(statement))
    office, withdrawal = ground.office, world.chance.uuid()
    withdrawn = world.write(
        lambda session: paper.take_back(
            session,
            office.actor,
            office.device,
            line.batch_id,
            line.id,
            withdrawal,
            world.now,
        )
    )
    if withdrawn:
        network.at_desks.add(withdrawal)


ACTS: Acts = {
    "reports.complete": (complete, 16),
    "reports.correct": (correct, 16),
    "paper.open_batch": (open_batch, 3),
    "paper.enter_line": (enter_line, 8),
    "paper.close_batch": (close_batch, 3),
    "paper.reopen_batch": (reopen_batch, 2),
    "paper.take_back": (take_back, 2),
}
