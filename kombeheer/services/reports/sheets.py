"""A line of paper before it is stored: what is found of it, what stands against it, what is asked.

Nothing is held or written here; `paper` does that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import day_of
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on, regulations
from kombeheer.rules.reports import (
    UNITS_MAX,
    UNITS_MIN,
    Details,
    Service,
    ServiceKind,
    missing,
    objections,
    require_one_mark,
)
from kombeheer.rules.scanning import (
    Ending,
    Event,
    EventKind,
    Outcome,
    Source,
    Visit,
    canonical_body,
    stop_id_for,
    visit_fields,
)
from kombeheer.services.reports.places import Place
from kombeheer.services.reports.receipts import STANDS
from kombeheer.services.reports.revision import DETAILS, present_revision
from kombeheer.services.scanning import judging
from kombeheer.services.scanning.judging import Judged, Known
from kombeheer.services.scanning.store import objections_text
from kombeheer.services.sites.history import before_the_last, last_service_on
from models.parties import Mechanic
from models.reports import PaperBatch, Report

ORIGIN = "paper"  # of the scan that a line is; a scanner's is its device
MARKS = {"geen KOM": Ending.GEEN_KOM, "kb": Ending.KB}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One line as far as it was typed; what is not known yet is None.

    Args:
        event_id: of the line, made once; storing it twice is storing it once.
        number: as it was scanned or typed.
        marks: those of MARKS that stand in its place.
        unit_count: None for what is on file.
        details: without a day of delivery, that on file is meant.
        is_repair: whether it was a repair after a visit of KKM.
    """

    event_id: str
    service_date: date | None
    mechanic: str
    place: Place | None
    number: str = ""
    marks: tuple[str, ...] = ()
    unit_count: int | None = None
    details: Details = field(default_factory=Details)
    is_repair: bool = False

    @property
    def ending(self) -> Ending:
        """Return how the visit ended, once it is known that one mark stands there."""
        return MARKS[self.marks[0]] if self.marks else Ending.STICKER


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known about a line before it is stored.

    Args:
        mechanic: his name; empty while he is not found.
        units_on_file: of the installation on the service date; None while it is not found.
        present: the report that the mechanic's own scan made, which the paper completes.
        against: what stands against it; nothing is stored.
        answered: those of `against` that a scan would be answered with, told to who holds it.
        may_lay: whether it can be laid before KOM all the same.
        asked: what is improbable or still lacking; stored once somebody confirms it.
    """

    mechanic: str = ""
    units_on_file: int | None = None
    present: str | None = None
    against: tuple[Refusal, ...] = ()
    answered: tuple[Refusal, ...] = ()
    may_lay: bool = False
    asked: tuple[Refusal, ...] = ()

    @property
    def question(self) -> str:
        """Return what tells this question from another one; empty when nothing is asked."""
        if not self.asked:
            return ""
        return sha256(objections_text(self.asked).encode()).hexdigest()[:16]


def look(session: Session, actor: Actor, batch: PaperBatch, sheet: Sheet, now: datetime) -> Looked:
    """Return what is found about a line and what stands against it; nothing is held or stored."""
    against: list[Refusal] = list(_impossible(batch, sheet, now))
    if sheet.service_date is None or sheet.place is None or not sheet.mechanic:
        return Looked(_name_of(session, sheet.mechanic), against=tuple(against))
    has_mark = bool(sheet.number or sheet.marks)
    judged_as = sheet
    if bool(sheet.number) + len(sheet.marks) != 1:  # then all but the number is judged
        judged_as = replace(sheet, number="", marks=tuple(MARKS)[:1])
    event = event_of(actor, judged_as, now)
    known = Known(actor, now)
    judging.load(session, known, [event], lock=False)
    judged = judging.judge_visit(known, event)
    other = _other_dealer(batch, judged, sheet.service_date)
    if other is not None:
        against.append(other)
    own, answered, may_lay = tuple(against), tuple[Refusal, ...](), False
    if judged.verdict.code != "scanning.already_recorded":
        against += judged.verdict.objections
        if judged.verdict.outcome is Outcome.QUEUED:
            answered, may_lay = judged.verdict.objections, has_mark and not own
    present = _present(session, sheet, judged)
    if present is not None and present.batch_id is not None:
        against.append(entered_already(session, present))
    units = _units_on_file(judged, sheet)
    return Looked(
        _name_of(session, sheet.mechanic),
        units,
        present.id if present is not None else None,
        tuple(against),
        answered,
        may_lay,
        tuple(_asked(session, sheet, judged, present, units)),
    )


def _impossible(batch: PaperBatch, sheet: Sheet, now: datetime) -> Iterable[Refusal]:
    """Give what cannot be, whatever is on file."""
    day = sheet.service_date or batch.received_on
    regulation = regulation_on(day)
    if sheet.number or sheet.marks:
        try:
            require_one_mark(sheet.number, sheet.marks, day, regulations()[0].valid_from)
        except Refusal as refusal:
            yield refusal
            return
    if sheet.service_date is not None and day > batch.received_on:
        yield Refusal(
            "reports.service_after_receipt",
            day=day.isoformat(),
            received_on=batch.received_on.isoformat(),
        )
    units = sheet.unit_count
    if units is not None and not UNITS_MIN <= units <= UNITS_MAX:
        yield Refusal("reports.units_impossible", value=units, least=UNITS_MIN, most=UNITS_MAX)
    yield from objections(_service(sheet, day), sheet.details, day_of(now), regulation)


def _service(sheet: Sheet, day: date) -> Service:
    kind = ServiceKind.LIMITED if sheet.ending is Ending.KB else ServiceKind.MAJOR
    if sheet.is_repair:  # with kb it is objected to, as anywhere else
        kind = ServiceKind.REPAIR
    return Service(kind, sheet.ending is Ending.STICKER, sheet.ending is Ending.KB, day)


def _name_of(session: Session, number: str) -> str:
    if not number:
        return ""
    return session.execute(select(Mechanic.name).where(Mechanic.number == number)).scalar() or ""


def _other_dealer(batch: PaperBatch, judged: Judged, day: date) -> Refusal | None:
    """Return why this sheet is not of this stack: another dealer employed the mechanic that day."""
    employer = judged.mechanic.dealer_on(day) if judged.mechanic is not None else None
    if employer is None or judged.mechanic is None or employer == batch.dealer_id:
        return None
    number = judged.mechanic.number
    return Refusal("reports.mechanic_of_other_dealer", mechanic=number, day=day.isoformat())


def _units_on_file(judged: Judged, sheet: Sheet) -> int | None:
    if judged.installation is None or sheet.service_date is None:
        return sheet.place.unit_count if sheet.place is not None else None
    return judged.installation.setup_on(sheet.service_date).unit_count


def _present(session: Session, sheet: Sheet, judged: Judged) -> Report | None:
    """Return the report of this visit, when the mechanic's scan has made one.

    By its number; with a mark by installation, day and ending, unless that one has its paper.
    """
    if judged.installation_id is None or not (sheet.number or sheet.marks):
        return None
    statement = select(Report).where(STANDS, Report.installation_id == judged.installation_id)
    if judged.verdict.code == "scanning.already_recorded" and judged.sticker is not None:
        statement = statement.where(
            Report.series_id == judged.sticker.series_id, Report.serial == judged.sticker.serial
        )
    elif sheet.marks:
        statement = statement.where(
            Report.ending == sheet.ending,
            Report.service_date == sheet.service_date,
            Report.dealer_id == judged.dealer_id,
            Report.batch_id.is_(None),
        )
    else:
        return None
    return session.execute(statement.order_by(Report.recorded_at, Report.id).limit(1)).scalar()


def entered_already(session: Session, report: Report) -> Refusal:
    """Return why a report that is in a batch takes no paper: in which one it is."""
    batch = session.get_one(PaperBatch, report.batch_id)
    return Refusal("reports.paper_entered_already", reference=batch.reference, number=report.id)


def _asked(
    session: Session, sheet: Sheet, judged: Judged, present: Report | None, units: int | None
) -> Iterable[Refusal]:
    """Give what is to be confirmed: an early day, what differs from what is on file, what lacks."""
    day, place = sheet.service_date, sheet.place
    assert day is not None and place is not None
    if present is None:
        yield from _other_services(session, judged, day)
        if sheet.unit_count is not None and units is not None and sheet.unit_count != units:
            yield Refusal("reports.units_differ", value=sheet.unit_count, known=units)
    else:
        yield from _differing(session, sheet, present)
    told, known = sheet.details.delivered_on, place.delivered_on
    if told is not None and known is not None and told != known:
        yield Refusal(
            "reports.delivery_differs", told_on=told.isoformat(), known_on=known.isoformat()
        )
    if sheet.number or sheet.marks:
        details = replace(sheet.details, delivered_on=told or known)
        service = _service(sheet, day)
        if present is not None:
            if not sheet.is_repair:  # then it is what the mechanic has said
                service = replace(service, kind=ServiceKind(present.kind))
            details = joined_details(present_revision(session, present).details, details)
        yield from missing(service, details, regulation_on(day))


def _other_services(session: Session, judged: Judged, day: date) -> Iterable[Refusal]:
    if judged.installation_id is None:
        return
    last_on = last_service_on(session, judged.installation_id)
    if last_on == day:
        yield Refusal("reports.serviced_that_day", day=day.isoformat())
    question = before_the_last(day, last_on)
    if question is not None:
        yield question


def _differing(session: Session, sheet: Sheet, present: Report) -> Iterable[Refusal]:
    """Give where the paper differs from what the mechanic has sent or filled in."""
    before = present_revision(session, present)
    if sheet.service_date is not None and sheet.service_date != before.service_date:
        yield Refusal(
            "reports.paper_day_differs",
            told_on=sheet.service_date.isoformat(),
            known_on=before.service_date.isoformat(),
        )
    pairs: list[tuple[Any, Any]] = [
        (sheet.mechanic, before.mechanic),
        (sheet.unit_count, before.unit_count),
        (sheet.details.wash_start, before.details.wash_start),
        (sheet.details.wash_end, before.details.wash_end),
    ]
    for told, known in pairs:
        if told is not None and known is not None and told != known:
            yield Refusal("reports.paper_differs", value=str(told), known=str(known))


def event_of(actor: Actor, sheet: Sheet, now: datetime) -> Event:
    """Return the scan that a line is; its installation and day must be known."""
    assert sheet.place is not None and sheet.service_date is not None
    visit = Visit(
        stop_id_for(sheet.mechanic, sheet.place.site, sheet.service_date),
        sheet.mechanic,
        sheet.service_date,
        sheet.ending,
        installation=sheet.place.public_id,
    )
    return event_for(actor, sheet.event_id, EventKind.VISIT, sheet.number, visit, None, now)


def event_for(
    actor: Actor,
    event_id: str,
    kind: EventKind,
    number: str,
    visit: Visit | None,
    corrects: str | None,
    now: datetime,
) -> Event:
    """Return a scan from the desk where paper is entered."""
    device = f"{ORIGIN}:{actor.user_id}"
    raw = number.encode("utf-8", "surrogatepass")
    told = None if visit is None else visit_fields(visit)
    known = {"id": event_id, "device": device, "kind": kind, "corrects": corrects, "visit": told}
    return Event(
        event_id,
        device,
        int(now.timestamp() * 1_000_000),
        now,
        Source.WEDGE,
        kind,
        raw,
        visit,
        corrects,
        canonical_body(known, raw, None),
    )


def joined_details(before: Details, told: Details) -> Details:
    """Return details with what the paper tells in place of what was there."""
    empty = Details()
    values = {
        name: getattr(told, name) for name in DETAILS if getattr(told, name) != getattr(empty, name)
    }
    return replace(before, **values)
