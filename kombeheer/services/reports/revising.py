"""Complete a report, or correct it: always a new version, and what follows from it follows at once.

Whoever made a report fills in what it lacks. Anything else is a correction and has a reason; in a
period that is closed, or too long after, the office decides about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.calendar import day_of
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import (
    ReportState,
    ServiceKind,
    correctable_until,
    state_of,
)
from kombeheer.rules.scanning import Ending
from kombeheer.services import journal
from kombeheer.services.billing import charging, locking
from kombeheer.services.parties import customers
from kombeheer.services.reasons import required_reason
from kombeheer.services.reports import contradictions, proposing
from kombeheer.services.reports.numbers import restick, stuck_by
from kombeheer.services.reports.objecting import Found, Judgement, look_up
from kombeheer.services.reports.revision import (
    ABOUT,
    CHARGED,
    Revision,
    changed,
    detail_values,
    present_revision,
)
from kombeheer.services.reports.scope import in_scope, require_writable
from kombeheer.services.reports.versions import ENTERED, document_of, said_by, version_row
from models.cases import Case
from models.reports import Report, ReportDetail
from models.scanning import ScanDecision
from models.stickers import Document
from models.writing import Rows

REASON_CODES = ("reports.reason_missing", "reports.reason_long")


@dataclass(frozen=True, slots=True)
class Revised:
    """What became of a wish: a new version, or a case when the office has to decide first."""

    version: int
    state: ReportState
    case_id: int | None = None


def lock_report(session: Session, actor: Actor, report_id: str, today: date) -> Report:
    """Return a report of the actor's, held until the commit, as a withdrawal holds it too.

    Raises:
        Refusal: `reports.unknown`, also for one outside the scope, `reports.withdrawn`, or
            `reports.former_dealer`.
    """
    session.execute(
        select(ScanDecision.event_id)
        .where(ScanDecision.report_id == report_id)
        .order_by(ScanDecision.event_id)
        .with_for_update()
    )
    return report_of(session, actor, report_id, today, lock=True)


def report_of(
    session: Session, actor: Actor, report_id: str, today: date, *, lock: bool = False
) -> Report:
    """Return a report that may be changed by this actor; refuses as `lock_report` does."""
    statement = select(Report).where(Report.id == report_id, in_scope(actor))
    if lock:  # a statement that is being made may still name it
        statement = statement.with_for_update(key_share=True)
    report = session.execute(statement).scalar()
    if report is None:
        raise Refusal("reports.unknown", number=report_id[:32])
    require_writable(session, actor, report, today)
    return report


def is_correction(report: Report, differences: Mapping[str, Any]) -> bool:
    """Tell whether a change asks for a reason: it changes what was said, not what was missing."""
    return report.state == ReportState.COMPLETE or any(name in ABOUT for name in differences)


def revise(
    session: Session,
    actor: Actor,
    report_id: str,
    version: int,
    wanted: Revision,
    reason: str,
    now: datetime,
    *,
    asks: bool = False,
) -> Revised:
    """Have a report say something else from now on, as a new version.

    The sticker goes back and the right one is stuck, the charges of the site are settled, cases
    that this answers are decided, in the one transaction.

    Args:
        version: the version that was looked at.
        reason: why; only what an incomplete report lacks may be filled in without.
        asks: whether what may be so, but seldom is, is refused as a question (`judge` tells which);
            False once somebody has said that it is so.

    Raises:
        Refusal: `reports.unknown`, `reports.withdrawn`, `reports.former_dealer`,
            `reports.changed_meanwhile`, `reports.nothing_changed`, `reports.reason_missing`, or
            whatever stands against it.
    """
    report = lock_report(session, actor, report_id, day_of(now))
    if report.version != version:
        raise Refusal("reports.changed_meanwhile", number=report_id)
    before = present_revision(session, report)
    wanted = _consistent(before, wanted)
    judged = look_up(session, actor, report, before, wanted, day_of(now), lock=True)
    against = (*judged.objections, *(judged.questions if asks else ()))
    if against:
        raise against[0]
    found = judged.found
    assert found is not None
    differences = changed(before, found.wanted)
    if not differences:
        raise Refusal("reports.nothing_changed")
    corrects = is_correction(report, differences)
    note = required_reason(reason, *REASON_CODES) if corrects else ENTERED
    if _office_decides(session, actor, report, found, differences, corrects, day_of(now)):
        case_id = proposing.propose(
            session, actor, report, found.wanted, required_reason(reason, *REASON_CODES), now
        )
        return Revised(report.version, ReportState(report.state), case_id)
    return _store(session, actor, report, before, found, note, now)


def judge(
    session: Session, actor: Actor, report_id: str, wanted: Revision, today: date
) -> Judgement:
    """Return all that stands against a wish, and what would be asked; nothing is held or stored.

    Raises:
        Refusal: `reports.unknown`, `reports.withdrawn`, `reports.former_dealer`,
            `reports.two_marks`.
    """
    report = report_of(session, actor, report_id, today)
    before = present_revision(session, report)
    wanted = _consistent(before, wanted)
    return look_up(session, actor, report, before, wanted, today, lock=False)


def _consistent(before: Revision, wanted: Revision) -> Revision:
    """Return a wish with what follows from it: `kb` is a limited service, and nothing else is."""
    if wanted.ending is Ending.KB:
        wanted = replace(wanted, kind=ServiceKind.LIMITED)
    elif wanted.kind is ServiceKind.LIMITED and before.ending is Ending.KB:
        wanted = replace(wanted, kind=ServiceKind.MAJOR)
    if wanted.ending is not Ending.STICKER:
        if wanted.number.strip() and wanted.number != before.number:
            raise Refusal("reports.two_marks", value=wanted.number[:40])
        wanted = replace(wanted, number="")
    return wanted


def _office_decides(
    session: Session,
    actor: Actor,
    report: Report,
    found: Found,
    differences: Mapping[str, Any],
    corrects: bool,
    today: date,
) -> bool:
    """Tell whether somebody else than the office wants what only the office may decide."""
    if actor.role is Role.OFFICE:
        return False
    if not corrects and not CHARGED & set(differences):
        return False
    days = (report.service_date, found.wanted.service_date)
    locking.hold_dealers(session, {report.dealer_id, found.dealer_id})
    if locking.locked_until(
        session, set(zip((report.dealer_id, found.dealer_id), days, strict=True))
    ):
        return True
    return corrects and any(today > correctable_until(day, regulation_on(day)) for day in days)


def _store(
    session: Session,
    actor: Actor,
    report: Report,
    before: Revision,
    found: Found,
    note: str,
    now: datetime,
) -> Revised:
    """Write the new version and everything that follows from it."""
    wanted = found.wanted
    stuck, changed_sites = stuck_by(report), {(report.site_id, report.service_date)}
    regulation = regulation_on(wanted.service_date)
    setup = found.installation.setup_on(wanted.service_date)
    moved = before.installation != wanted.installation
    report.version += 1
    report.kind, report.ending = wanted.kind, wanted.ending
    report.service_date = wanted.service_date
    report.mechanic_id, report.dealer_id = found.mechanic.id, found.dealer_id
    if moved:
        report.site_id, report.installation_id = found.installation.site_id, found.installation.id
    report.parlour_type, report.species = wanted.parlour_type, wanted.species
    report.unit_count = wanted.unit_count
    sticker = found.sticker
    report.series_id = sticker.series_id if sticker is not None else None
    report.serial = sticker.serial if sticker is not None else None
    report.state = state_of(wanted.service(), wanted.details, regulation)
    document_id = document_of(report.id, report.version)
    with session.no_autoflush:
        detail = _write_details(session, report, wanted)
        rows: Rows = {Document: [version_row(actor, now, said_by(report, detail), note)]}
        after = stuck_by(report)
        if stuck == after:
            stuck = after = sticker = None
        restick(session, actor, now, stuck, after, sticker, report.id, document_id, rows)
    session.flush()
    customers.serve(session, [(found.dealer_id, found.installation.farm_id, wanted.service_date)])
    _tell(session, actor, report, before, wanted, note, now)
    changed_sites.add((report.site_id, report.service_date))
    charging.settle_sites(session, actor, now, changed_sites)
    _follow_cases(session, actor, report, now)
    contradictions.follow(session, actor, report, wanted, before, setup, now)
    return Revised(report.version, ReportState(report.state))


def _write_details(session: Session, report: Report, wanted: Revision) -> ReportDetail:
    """Return the stored details, with the norm and template that they were judged by."""
    detail = session.get(ReportDetail, report.id)
    if detail is None:
        detail = ReportDetail(report_id=report.id)
        session.add(detail)
    values = detail_values(wanted.details, report.parlour_type, wanted.service_date)
    for name, value in values.items():
        setattr(detail, name, value)
    return detail


def _tell(
    session: Session,
    actor: Actor,
    report: Report,
    before: Revision,
    wanted: Revision,
    note: str,
    now: datetime,
) -> None:
    """Write the journal: what was said before, what now, and why."""
    differences = changed(before, wanted)
    reason = {} if note == ENTERED else {"reason": note}
    journal.record(
        session,
        actor,
        now,
        "reports.completed" if note == ENTERED else "reports.corrected",
        "report",
        report.id,
        before={name: old for name, (old, _) in differences.items()},
        after={name: new for name, (_, new) in differences.items()} | reason,
    )


def _follow_cases(session: Session, actor: Actor, report: Report, now: datetime) -> None:
    """Have open cases name what the report names now; decide the one that it was incomplete."""
    session.execute(
        update(Case)
        .where(Case.report_id == report.id, Case.state != CaseState.DECIDED)
        .values(
            dealer_id=report.dealer_id,
            installation_id=report.installation_id,
            series_id=report.series_id,
            serial=report.serial,
        )
    )
    if report.state != ReportState.COMPLETE:
        return
    session.execute(
        update(Case)
        .where(
            Case.report_id == report.id,
            Case.kind == CaseKind.REPORT_INCOMPLETE,
            Case.state != CaseState.DECIDED,
        )
        .values(
            state=CaseState.DECIDED,
            decision="completed",
            decided_at=now,
            decided_by_id=actor.user_id,
        )
    )
