"""Cases: what needs a person, what the system knows of it, and what is decided, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.cases import CASE_TRANSITIONS, CaseKind, CaseState
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import Event, Outcome
from kombeheer.services import journal, listing, reports
from kombeheer.services.reports import ReportView
from kombeheer.services.scanning import deciding
from kombeheer.services.scanning.receive import receive_in
from kombeheer.services.scanning.store import objections_from
from kombeheer.services.sites import installations
from kombeheer.services.stickers import lists
from kombeheer.services.stickers.ledger import number_of
from kombeheer.services.stickers.lists import NumberLine
from models.accounts import User
from models.cases import Case
from models.parties import Dealer, Farm
from models.scanning import Device, ScanDecision, ScanEvent
from models.sites import Installation, Site
from models.stickers import StickerSeries
from scanners.reading import read_keys, shown

REASON_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything the system knows about it.

    Args:
        candidates: the numbers that the digits may mean, when those are more than one.
        first_claim: the report on which the number of a waiting scan stands already.
    """

    case: Case
    number: StickerNumber | None
    farm: str | None
    place: str | None
    installation: Installation | None
    dealer: Dealer | None
    event: Event | None = None
    received: ScanEvent | None = None
    device: str = ""
    sender: str = ""
    objections: tuple[Refusal, ...] = ()
    decided_by: str = ""
    candidates: tuple[NumberLine, ...] = ()
    first_claim: ReportView | None = None

    @property
    def raw_shown(self) -> str:
        """Return what was scanned, printable and short."""
        return shown(bytes(self.received.raw)) if self.received is not None else ""


def _joined() -> Any:
    return (
        select(Case, StickerSeries, Installation, Farm.name, Site.place, Dealer, User.name)
        .outerjoin(StickerSeries, StickerSeries.id == Case.series_id)
        .outerjoin(Installation, Installation.id == Case.installation_id)
        .outerjoin(Site, Site.id == Installation.site_id)
        .outerjoin(Farm, Farm.id == Site.farm_id)
        .outerjoin(Dealer, Dealer.id == Case.dealer_id)
        .outerjoin(User, User.id == Case.decided_by_id)
    )


def view_of(row: Any, **more: Any) -> CaseView:
    """Return a row of `_joined` as a view; `more` is what only the page of one case tells."""
    case, series, installation, farm, place, dealer, decided_by = row
    number = number_of(series, case.serial)
    return CaseView(
        case, number, farm, place, installation, dealer, decided_by=decided_by or "", **more
    )


ORDERS: Mapping[str, list[listing.Order]] = {
    "due": [Case.due_on],
    "raised": [Case.raised_at],
    "dealer": [Dealer.name],
}


def list_cases(
    session: Session, wanted: listing.Wanted, *, kind: str = "", decided: bool = False
) -> listing.Page:
    """Return one page of the cases that wait or are decided, the first due on top."""
    done = Case.state == CaseState.DECIDED
    statement = _joined().where(done if decided else ~done)
    if kind:
        statement = statement.where(Case.kind == kind)
    return listing.read_page(session, statement, Case.id, ORDERS, wanted)


def counts(session: Session, today: date) -> dict[CaseKind, tuple[int, int]]:
    """Return per kind how many cases wait and how many of them are past their day."""
    rows = session.execute(
        select(
            Case.kind,
            func.count(),
            func.count(Case.id).filter(Case.due_on < today),
        )
        .where(Case.state != CaseState.DECIDED)
        .group_by(Case.kind)
    )
    found = {CaseKind(kind): (number, late) for kind, number, late in rows}
    return {kind: found.get(kind, (0, 0)) for kind in CaseKind}


def show_case(session: Session, actor: Actor, today: date, case_id: int) -> CaseView:
    """Return one case with the scan it came from, and what has to be chosen or withdrawn first.

    Raises:
        Refusal: `cases.unknown`.
    """
    row = session.execute(_joined().where(Case.id == case_id)).first()
    if row is None:
        raise Refusal("cases.unknown", number=case_id)
    case: Case = row[0]
    if case.event_id is None:
        return view_of(row)
    received, device, sender, objections = session.execute(
        select(ScanEvent, Device.name, User.name, ScanDecision.objections)
        .join(Device, Device.id == ScanEvent.device_id)
        .join(User, User.id == ScanEvent.user_id)
        .join(ScanDecision, ScanDecision.event_id == ScanEvent.id)
        .where(ScanEvent.id == case.event_id)
    ).one()
    waits = case.state != CaseState.DECIDED
    return view_of(
        row,
        event=deciding.stored_event(received),
        received=received,
        device=device,
        sender=sender,
        objections=objections_from(objections),
        candidates=_candidates(session, actor, today, received) if waits else (),
        first_claim=_first_claim(session, case) if waits else None,
    )


def _candidates(
    session: Session, actor: Actor, today: date, received: ScanEvent
) -> tuple[NumberLine, ...]:
    try:
        _, keys = read_keys(bytes(received.raw))
    except Refusal:
        return ()
    found = lists.matching(session, actor, today, keys)
    return tuple(lists.lines_of(session, found)) if len(found) > 1 else ()


def _first_claim(session: Session, case: Case) -> ReportView | None:
    if case.series_id is None or case.serial is None:
        return None
    return reports.report_of_number(session, case.series_id, case.serial)


def _change(
    session: Session, actor: Actor, case_id: int, state: CaseState, now: datetime, **fields: Any
) -> Case:
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise Refusal("cases.unknown", number=case_id)
    if state not in CASE_TRANSITIONS[CaseState(case.state)]:
        raise Refusal("cases.decided_already", number=case_id)
    changes = journal.changed_fields(case, {"state": state, **fields})
    journal.record_changes(session, actor, now, f"cases.{state}", "case", case_id, changes)
    return case


def open_case(session: Session, actor: Actor, case_id: int, now: datetime) -> None:
    """Take a case in hand; a sticker claimed twice is *disputed* in public from now on."""
    _change(session, actor, case_id, CaseState.OPENED, now)


def _required_reason(reason: str) -> str:
    """Return a reason as one line."""
    line = " ".join(reason.split())
    if not line:
        raise Refusal("cases.reason_missing")
    if len(reason) > REASON_LENGTH_MAX or not line.isprintable():
        raise Refusal("cases.reason_long", most=REASON_LENGTH_MAX)
    return line


def first_claim_visit(session: Session, case_id: int) -> str:
    """Return the id of the visit that holds the number which a waiting scan claims too.

    Raises:
        Refusal: `cases.unknown`, `cases.decided_already` or `cases.claimed_once`.
    """
    case = session.get(Case, case_id)
    if case is None:
        raise Refusal("cases.unknown", number=case_id)
    if case.state == CaseState.DECIDED:
        raise Refusal("cases.decided_already", number=case_id)
    first = _first_claim(session, case)
    if first is None:
        raise Refusal("cases.claimed_once", number=case_id)
    return deciding.visit_of_report(session, first.report.id)


def withdraw_first_claim(
    session: Session,
    actor: Actor,
    case_id: int,
    device_id: str,
    withdrawal: Event,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Withdraw the visit that holds a number, so that the scan that waits can be posted.

    It goes the way of every scan, by counter-movement and a new version of the report; the case
    stays open.

    Args:
        device_id: of the browser that sends it.
        withdrawal: the scan that undoes `first_claim_visit`.

    Raises:
        Refusal: `cases.reason_missing`, `cases.reason_long`, `cases.decided_already`,
            `cases.claimed_once` when the number stands on another visit by now, or why it cannot be
            withdrawn; nothing is stored then.
    """
    line = _required_reason(reason)
    event_id = session.execute(select(Case.event_id).where(Case.id == case_id)).scalar()
    if event_id is not None:
        deciding.lock(session, event_id)
    session.execute(select(Case.id).where(Case.id == case_id).with_for_update())
    if first_claim_visit(session, case_id) != withdrawal.corrects:
        raise Refusal("cases.claimed_once", number=case_id)
    [answer] = receive_in(session, actor, device_id, [withdrawal], now, person_decides=False)
    if answer.outcome != Outcome.ACCEPTED:
        raise answer.objections[0]
    journal.record(
        session,
        actor,
        now,
        "cases.first_claim_withdrawn",
        "case",
        case_id,
        after={"report": answer.report, "reason": line},
    )


def decide(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    accept: bool,
    reason: str,
    now: datetime,
    series_id: int | None = None,
) -> None:
    """Decide a case: accept posts the scan or checks the installation, else nothing follows.

    Args:
        series_id: which series is meant, when the digits of the scan fit more than one.

    Raises:
        Refusal: `cases.reason_missing`, `cases.reason_long`, `cases.decided_already`, or why a
            scan cannot be posted.
    """
    line = _required_reason(reason)
    known = session.execute(
        select(Case.event_id, Case.installation_id, Case.state).where(Case.id == case_id)
    ).first()
    if known is not None and known.event_id is not None:
        deciding.lock(session, known.event_id)
    elif known is not None and known.state != CaseState.DECIDED:
        if not accept:
            raise Refusal("cases.nothing_to_reject")
        installations.check(session, actor, known.installation_id, line, now)
        return
    case = _change(
        session,
        actor,
        case_id,
        CaseState.DECIDED,
        now,
        decision="accepted" if accept else "rejected",
        reason=line,
        decided_at=now,
        decided_by_id=actor.user_id,
    )
    if case.event_id is not None:
        if accept:
            deciding.post_waiting(session, actor, case.event_id, now, series_id=series_id)
        else:
            deciding.reject(session, case.event_id)
