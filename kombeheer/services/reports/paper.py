"""Store a line of a batch of paper: as a report, or as a case that keeps it; and take one back.

A line goes the way of a scan, and what the sheet tells beside it is filled in as anywhere else; all
in one transaction. What the mechanic scanned before is completed by its paper.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import day_of
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ReportState, ServiceKind
from kombeheer.rules.scanning import Ending, EventKind, Outcome
from kombeheer.services import journal
from kombeheer.services.reports import batches, revising
from kombeheer.services.reports.receipts import JOINED, paper_content
from kombeheer.services.reports.revision import (
    Revision,
    changed,
    details_from,
    present_revision,
)
from kombeheer.services.reports.sheets import (
    ORIGIN,
    Looked,
    Sheet,
    entered_already,
    event_for,
    event_of,
    joined_details,
    look,
)
from kombeheer.services.scanning.deciding import visit_of_report
from kombeheer.services.scanning.receive import receive_in
from kombeheer.services.scanning.store import Answer
from models.cases import Case
from models.parties import Farm
from models.reports import PaperBatch, Report
from models.scanning import ScanDecision, ScanEvent
from models.sites import Installation, Site


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a line: a report, or a case that keeps it; neither when it was not stored.

    Args:
        completes: whether the mechanic had scanned this visit already.
    """

    looked: Looked
    report_id: str | None = None
    state: ReportState | None = None
    completes: bool = False
    case_id: int | None = None

    @property
    def is_stored(self) -> bool:
        """Tell whether the line can be put away."""
        return self.report_id is not None or self.case_id is not None


def enter_line(
    session: Session,
    actor: Actor,
    device_id: str,
    batch_id: int,
    sheet: Sheet,
    now: datetime,
    *,
    confirmed: str = "",
    lays: bool = False,
) -> Entered:
    """Store a line as a report of its batch, or as a case that keeps all of it.

    Args:
        device_id: of the browser that sends it.
        confirmed: `Looked.question` of what somebody has said is so.
        lays: whether a person of KOM is to decide when something stands against it.

    Returns:
        nothing stored when something stands against it, or is asked and not confirmed.

    Raises:
        Refusal: `reports.batch_closed`, `reports.mark_missing`, `reports.paper_entered_already`, or
            what else has come between; nothing is stored.
    """
    batch = batches.hold_open(session, batch_id)
    if not sheet.number and not sheet.marks:
        raise Refusal("reports.mark_missing")
    _hold_farm(session, sheet)
    earlier = session.get(ScanDecision, sheet.event_id)
    if earlier is not None:
        return _entered(session, sheet.event_id, earlier)
    looked = look(session, actor, batch, sheet, now)
    lays = lays and looked.may_lay
    is_asked = looked.asked and confirmed != looked.question
    if not lays and (looked.against or is_asked):
        return Entered(looked)
    session.expire_all()  # what was looked at is read again once it is held
    report_id, completes = looked.present, looked.present is not None
    if sheet.number or report_id is None:
        event = event_of(actor, sheet, now)
        [answer] = receive_in(session, actor, device_id, [event], now, person_decides=lays)
        if answer.repeated:  # sent twice at once
            known = session.get_one(ScanDecision, sheet.event_id)
            return _entered(session, sheet.event_id, known)
        if answer.outcome == Outcome.QUEUED:
            return _lay(session, batch, sheet, looked, answer)
        if answer.outcome != Outcome.ACCEPTED or answer.report is None:
            raise answer.objections[0]
        report_id, completes = answer.report, answer.code is not None
    if completes:
        _require_no_paper(session, actor, report_id, day_of(now))
    else:
        _receive(session, batch, report_id)
    state = _fill_in(session, actor, batch, sheet, report_id, now)
    return Entered(looked, report_id, state, completes)


def _hold_farm(session: Session, sheet: Sheet) -> None:
    """Have two sheets of one farm take turns, so that the second sees what the first made.

    Nor do they wait for each other then to settle its charges. Scans do not wait for it.
    """
    if sheet.place is not None:
        there = Installation.public_id == sheet.place.public_id
        sites = select(Site.farm_id).join(Installation, Installation.site_id == Site.id)
        held = select(Farm.id).where(Farm.id.in_(sites.where(there)))
        session.execute(held.with_for_update(key_share=True))


def _receive(session: Session, batch: PaperBatch, report_id: str) -> None:
    """Note when a report came in that only its paper told; a scan was received before."""
    session.get_one(Report, report_id).received_on = batch.received_on


def _require_no_paper(session: Session, actor: Actor, report_id: str, today: date) -> None:
    """Refuse a report whose paper somebody else has entered since it was looked at."""
    report = revising.lock_report(session, actor, report_id, today)
    if report.batch_id is not None:
        raise entered_already(session, report)


def _entered(session: Session, event_id: str, earlier: ScanDecision) -> Entered:
    """Return what became of a line that was sent before."""
    case_id = session.execute(select(Case.id).where(Case.event_id == event_id)).scalar()
    if earlier.report_id is None:
        return Entered(Looked(), case_id=case_id)
    state = ReportState(session.get_one(Report, earlier.report_id).state)
    return Entered(Looked(), earlier.report_id, state)


def _lay(
    session: Session, batch: PaperBatch, sheet: Sheet, looked: Looked, answer: Answer
) -> Entered:
    """Have the case of a line keep what the sheet tells, and of which batch it is."""
    details = sheet.details
    if sheet.place is not None and details.delivered_on is None:
        details = replace(details, delivered_on=sheet.place.delivered_on)
    content = {
        "batch": batch.reference,
        "is_repair": sheet.is_repair,
        "units": sheet.unit_count,
        "wanted": asdict(details),
    }
    session.execute(
        update(Case)
        .where(Case.event_id == answer.id)
        .values(content=journal.as_text(content), dealer_id=batch.dealer_id)
    )
    session.execute(
        update(ScanDecision)
        .where(ScanDecision.event_id == answer.id, ScanDecision.dealer_id.is_(None))
        .values(dealer_id=batch.dealer_id)
    )
    case_id = session.execute(select(Case.id).where(Case.event_id == answer.id)).scalar_one()
    return Entered(looked, case_id=case_id)


def _fill_in(
    session: Session,
    actor: Actor,
    batch: PaperBatch,
    sheet: Sheet,
    report_id: str,
    now: datetime,
) -> ReportState:
    """Put a report into the batch and fill in what the sheet tells; the batch is the reason."""
    report = session.get_one(Report, report_id)
    report.batch_id = batch.id
    session.flush()
    journal.record(
        session, actor, now, JOINED, "report", report_id, after={"batch": batch.reference}
    )
    before = present_revision(session, report)
    wanted = _wanted(before, sheet)
    if not changed(before, wanted):
        return ReportState(report.state)
    reason = batch.reference
    return revising.revise(session, actor, report_id, report.version, wanted, reason, now).state


def _wanted(before: Revision, sheet: Sheet) -> Revision:
    told, place = sheet.details, sheet.place
    if place is not None and sheet.ending is not Ending.KB:
        known_on = before.details.delivered_on or place.delivered_on
        told = replace(told, delivered_on=told.delivered_on or known_on)
    return replace(
        before,
        kind=ServiceKind.REPAIR if sheet.is_repair else before.kind,
        service_date=sheet.service_date or before.service_date,
        mechanic=sheet.mechanic or before.mechanic,
        unit_count=sheet.unit_count or before.unit_count,
        details=joined_details(before.details, told),
    )


def complete_from_case(
    session: Session, actor: Actor, case: Case, report_id: str, now: datetime
) -> None:
    """Fill in a report that was laid before KOM with what its sheet told; it joins its batch.

    Nothing happens when the case is of no sheet.
    """
    if not case.content.startswith(paper_content("").removesuffix('"')):
        return
    told = json.loads(case.content)
    batch = session.execute(
        select(PaperBatch).where(PaperBatch.reference == told["batch"])
    ).scalar_one()
    details = details_from(told["wanted"])
    sheet = Sheet("", None, "", None, "", (), told["units"], details, told["is_repair"])
    _receive(session, batch, report_id)
    _fill_in(session, actor, batch, sheet, report_id, now)


def take_back(
    session: Session,
    actor: Actor,
    device_id: str,
    batch_id: int,
    report_id: str,
    withdrawal: str,
    now: datetime,
) -> bool:
    """Take a line back: its report is withdrawn, or leaves the batch when a scan had made it.

    Args:
        withdrawal: the id of the scan that undoes the line.

    Returns:
        whether the report was withdrawn.

    Raises:
        Refusal: `reports.batch_closed`, `reports.unknown`, or why it cannot be withdrawn.
    """
    batch = batches.hold_open(session, batch_id)
    report = revising.lock_report(session, actor, report_id, day_of(now))
    if report.batch_id != batch.id:
        raise Refusal("reports.unknown", number=report_id)
    event_id = visit_of_report(session, report_id)
    made_by = select(ScanEvent.origin_device).where(ScanEvent.id == event_id)
    if session.execute(made_by).scalar_one().startswith(f"{ORIGIN}:"):
        event = event_for(actor, withdrawal, EventKind.WITHDRAW, "", None, event_id, now)
        [answer] = receive_in(session, actor, device_id, [event], now, person_decides=False)
        if answer.outcome != Outcome.ACCEPTED:
            raise answer.objections[0]
        return True
    report.batch_id = None
    after = {"batch": batch.reference}
    journal.record(session, actor, now, "reports.left_batch", "report", report_id, before=after)
    return False
