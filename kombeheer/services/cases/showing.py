"""One case with everything the system knows of it, as far as who looks may know it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import Event
from kombeheer.services import journal
from kombeheer.services.cases import matters
from kombeheer.services.cases.lists import JOINED, CaseLine, line_of
from kombeheer.services.cases.matters import Difference, SheetTold, Wish
from kombeheer.services.cases.scope import in_scope
from kombeheer.services.reports import lists as reports
from kombeheer.services.reports.lists import ReportView
from kombeheer.services.scanning import deciding
from kombeheer.services.scanning.store import objections_from
from kombeheer.services.sites import scope as sites
from kombeheer.services.stickers import lists as stickers
from kombeheer.services.stickers.lists import NumberLine
from models.accounts import User
from models.cases import Case
from models.parties import Mechanic
from models.reports import Report
from models.scanning import Device, ScanDecision, ScanEvent
from models.sites import Installation, Site
from scanners.reading import read_keys, shown

# What a dealer reads of the course of a case: what was asked of him and what he said.
FOR_DEALER = frozenset({"cases.dealer_asked", "cases.answered", "cases.taken_back"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the course of a case: what somebody did with it, when, and what he said."""

    action: str
    at: datetime
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class ScanTold:
    """The scan a case is about, as it was sent.

    Args:
        undone: the report it would undo, when it is a withdrawal that waits.
    """

    event: Event
    received: ScanEvent
    device: str
    sender: str
    undone: str | None

    @property
    def raw_shown(self) -> str:
        """Return what was scanned, printable and short."""
        return shown(bytes(self.received.raw))


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, and what there is to say of its kind.

    Args:
        lacking: what an incomplete report lacks.
        differences: between a report and what is on file, or before and after a correction.
        still_differs: False when what a case was raised for is no more.
        candidates: the numbers that the digits may mean, when those are more than one.
        first_claim: the report on which the number of a waiting scan stands already.
        sees_site: whether the pages of farm and installation are open to who looks.
    """

    line: CaseLine
    report: Report | None = None
    mechanic: Mechanic | None = None
    scan: ScanTold | None = None
    sheet: SheetTold | None = None
    objections: tuple[Refusal, ...] = ()
    lacking: tuple[Refusal, ...] = ()
    differences: tuple[Difference, ...] = ()
    still_differs: bool = True
    wish: Wish | None = None
    candidates: tuple[NumberLine, ...] = ()
    first_claim: ReportView | None = None
    steps: tuple[Step, ...] = ()
    sees_site: bool = True

    @property
    def case(self) -> Case:
        """Return the case itself."""
        return self.line.case


def show_case(session: Session, actor: Actor, today: date, case_id: int) -> CaseView:
    """Return one case with all that is known of it; a dealer sees nothing of another dealer.

    Raises:
        Refusal: `cases.unknown`, also for one outside the scope.
    """
    row = session.execute(JOINED.where(Case.id == case_id, in_scope(actor))).first()
    if row is None:
        raise Refusal("cases.unknown", number=case_id)
    line = line_of(row)
    case = line.case
    view = CaseView(line, steps=_steps(session, actor, case_id))
    if case.event_id is not None:
        view = _with_scan(session, actor, today, view, case.event_id)
    if case.report_id is not None:
        view = _with_report(session, view)
    view = replace(view, sees_site=_sees_site(session, actor, today, line.installation))
    if view.mechanic is None and view.scan is not None and view.scan.event.visit is not None:
        number = view.scan.event.visit.mechanic
        mechanic = session.scalars(select(Mechanic).where(Mechanic.number == number)).first()
        view = replace(view, mechanic=mechanic)
    return view


def _steps(session: Session, actor: Actor, case_id: int) -> tuple[Step, ...]:
    """Return the course of a case, the newest first; a dealer reads what is meant for him."""
    found = []
    for entry, name in journal.entries_about(session, "case", case_id):
        is_own = entry.actor_id == actor.user_id
        if actor.role is Role.OFFICE or entry.action in FOR_DEALER:
            who = name or "" if actor.role is Role.OFFICE or is_own else ""
            told = json.loads(entry.after)
            found.append(Step(entry.action, entry.at, who, str(told.get("note", ""))))
    return tuple(found)


def _sees_site(
    session: Session, actor: Actor, today: date, installation: Installation | None
) -> bool:
    if installation is None:
        return False
    wanted = select(Site.id).where(Site.id == installation.site_id, sites.sites(actor, today))
    return session.execute(wanted).first() is not None


def _with_scan(
    session: Session, actor: Actor, today: date, view: CaseView, event_id: str
) -> CaseView:
    received, device, sender, objections = session.execute(
        select(ScanEvent, Device.name, User.name, ScanDecision.objections)
        .join(Device, Device.id == ScanEvent.device_id)
        .join(User, User.id == ScanEvent.user_id)
        .join(ScanDecision, ScanDecision.event_id == ScanEvent.id)
        .where(ScanEvent.id == event_id)
    ).one()
    undone = None
    if received.corrects is not None:
        target = select(ScanDecision.report_id).where(ScanDecision.event_id == received.corrects)
        undone = session.execute(target).scalar()
    decides = view.case.state != CaseState.DECIDED and actor.role is Role.OFFICE
    return replace(
        view,
        scan=ScanTold(deciding.stored_event(received), received, device, sender, undone),
        sheet=matters.sheet_of(view.case),
        objections=objections_from(objections),
        candidates=_candidates(session, actor, today, received) if decides else (),
        first_claim=first_claim(session, view.case) if decides else None,
    )


def _candidates(
    session: Session, actor: Actor, today: date, received: ScanEvent
) -> tuple[NumberLine, ...]:
    try:
        _, keys = read_keys(bytes(received.raw))
    except Refusal:
        return ()
    found = stickers.matching(session, actor, today, keys)
    return tuple(stickers.lines_of(session, found)) if len(found) > 1 else ()


def first_claim(session: Session, case: Case) -> ReportView | None:
    """Return the report on which the number of a waiting scan stands already, if on one."""
    if case.series_id is None or case.serial is None:
        return None
    return reports.report_of_number(session, case.series_id, case.serial)


def _with_report(session: Session, view: CaseView) -> CaseView:
    """Return a case with its report, and what its kind is about."""
    report, mechanic = session.execute(
        select(Report, Mechanic)
        .join(Mechanic, Mechanic.id == Report.mechanic_id)
        .where(Report.id == view.case.report_id)
    ).one()
    view = replace(view, report=report, mechanic=mechanic)
    kind, waits = CaseKind(view.case.kind), view.case.state != CaseState.DECIDED
    if kind is CaseKind.REPORT_INCOMPLETE and waits:
        return replace(view, lacking=matters.lacking(session, report))
    if kind is CaseKind.REPORT_CONTRADICTS:
        told, still = matters.contradicting(session, view.case, report)
        return replace(view, differences=told, still_differs=still)
    if kind is CaseKind.CORRECTION_WAITING:
        return replace(
            view,
            wish=matters.wish_of(session, view.case, report),
            differences=matters.wished(session, view.case, report),
        )
    return view
