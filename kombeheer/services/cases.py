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
from kombeheer.rules.numbers import SeriesFormat, StickerNumber
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import Event
from kombeheer.services import journal, listing
from kombeheer.services.scanning import deciding
from kombeheer.services.scanning.store import objections_from
from kombeheer.services.sites import installations
from models.accounts import User
from models.cases import Case
from models.parties import Dealer, Farm
from models.scanning import Device, ScanDecision, ScanEvent
from models.sites import Installation, Site
from models.stickers import StickerSeries
from scanners.reading import shown

REASON_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything the system knows about it."""

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
    case, series, installation, farm, place, dealer, decided_by = row
    number = None
    if series is not None and case.serial is not None:
        number = SeriesFormat(series.code, series.width, series.has_check_digits).number(
            case.serial
        )
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


def show_case(session: Session, case_id: int) -> CaseView:
    """Return one case with the scan it came from.

    Raises:
        Refusal: `cases.unknown`.
    """
    row = session.execute(_joined().where(Case.id == case_id)).first()
    if row is None:
        raise Refusal("cases.unknown", number=case_id)
    if row[0].event_id is None:
        return view_of(row)
    received, device, sender, objections = session.execute(
        select(ScanEvent, Device.name, User.name, ScanDecision.objections)
        .join(Device, Device.id == ScanEvent.device_id)
        .join(User, User.id == ScanEvent.user_id)
        .join(ScanDecision, ScanDecision.event_id == ScanEvent.id)
        .where(ScanEvent.id == row[0].event_id)
    ).one()
    return view_of(
        row,
        event=deciding.stored_event(received),
        received=received,
        device=device,
        sender=sender,
        objections=objections_from(objections),
    )


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


def decide(
    session: Session, actor: Actor, case_id: int, *, accept: bool, reason: str, now: datetime
) -> None:
    """Decide a case: accept posts the scan or checks the installation, else nothing follows.

    Raises:
        Refusal: `cases.reason_missing`, `cases.reason_long`, `cases.decided_already`, or why a
            scan cannot be posted.
    """
    if not reason.strip():
        raise Refusal("cases.reason_missing")
    if len(reason) > REASON_LENGTH_MAX or not reason.strip().isprintable():
        raise Refusal("cases.reason_long", most=REASON_LENGTH_MAX)
    known = session.execute(
        select(Case.event_id, Case.installation_id, Case.state).where(Case.id == case_id)
    ).first()
    if known is not None and known.event_id is not None:
        deciding.lock(session, known.event_id)
    elif known is not None and known.state != CaseState.DECIDED:
        if not accept:
            raise Refusal("cases.nothing_to_reject")
        installations.check(session, actor, known.installation_id, reason.strip(), now)
        return
    case = _change(
        session,
        actor,
        case_id,
        CaseState.DECIDED,
        now,
        decision="accepted" if accept else "rejected",
        reason=reason.strip(),
        decided_at=now,
        decided_by_id=actor.user_id,
    )
    if case.event_id is not None:
        if accept:
            deciding.post_waiting(session, actor, case.event_id, now)
        else:
            deciding.reject(session, case.event_id)
