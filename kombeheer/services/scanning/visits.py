"""What the visit page shows: the installation, the mechanic, today's visits, stickers left."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.cases import CaseState
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import ReportState
from kombeheer.rules.scanning import Ending, EventState
from kombeheer.rules.sites import InstallationState, ParlourType, Term, term_on
from kombeheer.rules.stickers import AccountKind
from kombeheer.services import search
from kombeheer.services.parties.scope import employed_on, employers
from kombeheer.services.scanning.lookup import applied_installation, load_stickers
from kombeheer.services.sites.configurations import is_present
from kombeheer.services.sites.history import (
    before_the_last,
    last_service_on,
    latest_services_told,
)
from kombeheer.services.sites.leniency import leniencies
from kombeheer.services.stickers.ledger import number_of, range_texts
from models.cases import Case
from models.parties import Customer, Employment, Farm, FarmIdentifier, Mechanic
from models.reports import Report
from models.scanning import ScanDecision, ScanEvent
from models.sites import Installation, InstallationConfiguration, Site
from models.stickers import Document, Sticker, StickerSeries
from scanners.reading import mistyped, read_keys

CHOICES_MAX = 20
RANGES_SHOWN = 3
NUMBERS_READ_MAX = 1000  # enough for the first ranges of any hand


@dataclass(frozen=True, slots=True)
class InstallationView:
    """An installation as the visit page tells it; the history only for who serves the farm.

    Args:
        site: public id of where it stands.
        term: how the term stands that began with the latest major service.
        number: the sticker that counts, when it was stuck by one's own company.
    """

    id: int
    public_id: str
    site: str
    farm: str
    place: str
    name: str
    parlour_type: ParlourType
    species: str
    unit_count: int
    is_unchecked: bool
    serviced_on: date | None = None
    term: Term | None = None
    number: StickerNumber | None = None
    is_customer: bool = True


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit of today, newest first; `event_id` is the scan that made its report."""

    report_id: str
    farm: str
    ending: Ending
    recorded_at: datetime
    number: StickerNumber | None
    is_withdrawn: bool
    is_incomplete: bool
    event_id: str


@dataclass(frozen=True, slots=True)
class WaitingView:
    """One scan of today that a person of KOM decides about, or has rejected.

    Args:
        number: digits of the sticker; empty without one.
        farm: empty while the installation is not known.
    """

    raised_at: datetime
    number: str
    farm: str
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class StickersLeft:
    """What a dealer can still stick: how many, and the first ranges as text."""

    count: int
    ranges: tuple[str, ...]


def dealer_of(session: Session, actor: Actor, day: date) -> int | None:
    """Return the dealer an actor works for on a day: his own, or his employer."""
    if actor.role is not Role.MECHANIC:
        return actor.dealer_id
    return session.execute(employers(actor.mechanic_id, day)).scalar()


def mechanics_on(session: Session, actor: Actor, day: date) -> Sequence[Mechanic]:
    """Return the mechanics whose visits this actor may record on a day, by name."""
    own = Employment.dealer_id == actor.dealer_id
    if actor.role is Role.MECHANIC:
        own = Mechanic.id == actor.mechanic_id
    statement = (
        select(Mechanic)
        .join(Employment, Employment.mechanic_id == Mechanic.id)
        .where(own, employed_on(day))
        .order_by(Mechanic.name, Mechanic.number)
    )
    return session.execute(statement).scalars().all()


def installation_of_number(session: Session, raw: bytes) -> tuple[str, str]:
    """Return (public id of the installation, digits) of a number that is stuck on one.

    Raises:
        Refusal: `scanning.unreadable`, `stickers.digits_wrong`, `stickers.check_digits_wrong` or
            `scanning.previous_unknown`.
    """
    digits, keys = read_keys(raw)
    found = [
        one for stickers in load_stickers(session, keys, lock=False).values() for one in stickers
    ]
    if not found and mistyped(digits, keys):
        raise Refusal("stickers.check_digits_wrong", value=digits)
    installation_id = applied_installation(found)
    if installation_id is None:
        number = found[0].number.printed if found else digits
        raise Refusal("scanning.previous_unknown", number=number)
    return session.get_one(Installation, installation_id).public_id, digits


def _views(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[InstallationView]:
    rows = session.execute(
        select(Installation, Site.public_id, Farm.name, Site.place, InstallationConfiguration)
        .join(Site, Site.id == Installation.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .join(InstallationConfiguration, is_present(Installation.id))
        .where(*conditions)
        .order_by(Farm.name, Installation.name, Installation.id)
        .limit(CHOICES_MAX)
    ).all()
    return [
        InstallationView(
            installation.id,
            installation.public_id,
            site,
            farm,
            place,
            installation.name,
            ParlourType(configuration.parlour_type),
            configuration.species,
            configuration.unit_count,
            installation.state == InstallationState.UNCHECKED,
        )
        for installation, site, farm, place, configuration in rows
    ]


def _is_customer(dealer_id: int | None) -> ColumnElement[bool]:
    return exists().where(
        Customer.farm_id == Farm.id,
        Customer.dealer_id == dealer_id,
        Customer.until_on.is_(None),
    )


def search_installations(
    session: Session, actor: Actor, query: str, day: date
) -> list[InstallationView]:
    """Return the customers' installations whose farm has all words of the query, at most 20."""
    query = "".join(sign for sign in query if sign.isprintable())  # no database takes the rest
    found = search.matches(Farm.id, search.SubjectKind.FARM, query)
    identified = Farm.id.in_(
        select(FarmIdentifier.farm_id).where(FarmIdentifier.value == query.strip().upper())
    )
    conditions = [
        _is_customer(dealer_of(session, actor, day)),
        or_(Installation.ceased_on.is_(None), Installation.ceased_on > day),
    ]
    if found is not None:
        conditions.append(or_(found, identified))
    return _views(session, conditions)


def show_installation(
    session: Session, actor: Actor, public_id: str, via: str, day: date
) -> InstallationView:
    """Return an installation for a visit: of a customer, or one whose number was scanned (`via`).

    Raises:
        Refusal: `scanning.installation_unknown`, also for one that is neither.
    """
    dealer_id = dealer_of(session, actor, day)
    unknown = Refusal("scanning.installation_unknown", installation=public_id)
    if not public_id.isprintable():
        raise unknown
    own = _views(session, [Installation.public_id == public_id, _is_customer(dealer_id)])
    if own:
        return _with_history(session, actor, day, own[0])
    if not via:
        raise unknown
    try:
        scanned, _ = installation_of_number(session, via.encode("utf-8", "replace"))
    except Refusal:
        raise unknown from None
    if scanned != public_id:
        raise unknown
    view = _views(session, [Installation.public_id == public_id])[0]
    return replace(view, is_customer=False)


def early_day(session: Session, installation: InstallationView, day: date) -> Refusal | None:
    """Return the question whether a visit was before the last service registered there.

    Only a page asks it: programs send when they can, so the order of their scans says nothing.
    """
    return before_the_last(day, last_service_on(session, installation.id))


def _with_history(
    session: Session, actor: Actor, day: date, view: InstallationView
) -> InstallationView:
    latest = latest_services_told(session, actor, day, [view.id]).get(view.id)
    if latest is None:
        return view
    if latest.major is None:
        return replace(view, number=latest.number)
    on = latest.major.serviced_on
    known = leniencies(session, day, day)
    term = term_on(on, day, view.parlour_type, regulation_on(on), known)
    return replace(view, serviced_on=on, term=term, number=latest.number)


def visits_of_day(
    session: Session, actor: Actor, start: datetime, until: datetime, limit: int = 10
) -> tuple[int, list[VisitView]]:
    """Return how many visits were recorded between two instants, and the newest of them."""
    own: ColumnElement[bool] = Report.dealer_id == actor.dealer_id
    if actor.role is Role.MECHANIC:
        own = Report.mechanic_id == actor.mechanic_id
    # What the office keys from paper is no visit of today: nobody undoes it from here.
    scanned = Report.batch_id.is_(None)
    conditions = (own, scanned, Report.recorded_at >= start, Report.recorded_at < until)
    counted = session.execute(
        select(func.count())
        .select_from(Report)
        .where(*conditions, Report.state != ReportState.WITHDRAWN)
    ).scalar_one()
    series = aliased(StickerSeries)
    rows = session.execute(
        select(Report, Farm.name, series, Document.content)
        .join(Document, Document.id == Report.id)  # its first version, which names the scan
        .join(Installation, Installation.id == Report.installation_id)
        .join(Site, Site.id == Installation.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .outerjoin(series, series.id == Report.series_id)
        .where(*conditions)
        .order_by(Report.recorded_at.desc(), Report.id)
        .limit(limit)
    ).all()
    return counted, [
        VisitView(
            report.id,
            farm,
            Ending(report.ending),
            report.recorded_at,
            number_of(used, report.serial),
            report.state == ReportState.WITHDRAWN,
            report.state == ReportState.INCOMPLETE,
            json.loads(content)["event"],
        )
        for report, farm, used, content in rows
    ]


def waiting_since(session: Session, actor: Actor, start: datetime) -> list[WaitingView]:
    """Return what was sent since an instant and waits for KOM or was set aside, newest first."""
    own: ColumnElement[bool] = Case.dealer_id == actor.dealer_id
    if actor.role is Role.MECHANIC:
        own = ScanEvent.user_id == actor.user_id
    rows = session.execute(
        select(Case.raised_at, Case.state, ScanDecision.number, Farm.name)
        .join(ScanEvent, ScanEvent.id == Case.event_id)
        .join(ScanDecision, ScanDecision.event_id == Case.event_id)
        .outerjoin(Installation, Installation.id == Case.installation_id)
        .outerjoin(Site, Site.id == Installation.site_id)
        .outerjoin(Farm, Farm.id == Site.farm_id)
        .where(
            own,
            Case.raised_at >= start,
            ScanDecision.state.in_((EventState.WAITING, EventState.REJECTED)),
        )
        .order_by(Case.raised_at.desc(), Case.id)
        .limit(CHOICES_MAX)
    )
    return [
        WaitingView(raised_at, number, farm or "", state == CaseState.DECIDED)
        for raised_at, state, number, farm in rows
    ]


def stickers_left(session: Session, actor: Actor, day: date) -> StickersLeft:
    """Return what the actor's dealer can stick on a day, in his own hands or a mechanic's."""
    dealer_id = dealer_of(session, actor, day)
    if dealer_id is None:
        return StickersLeft(0, ())
    conditions = (
        Sticker.dealer_id == dealer_id,
        or_(
            Sticker.account == f"{AccountKind.DEALER}:{dealer_id}",
            Sticker.account.startswith(f"{AccountKind.MECHANIC}:"),
        ),
        StickerSeries.valid_from <= day,
        StickerSeries.valid_until >= day,
    )
    own = f"{AccountKind.MECHANIC}:{actor.mechanic_id}"  # what he has in his hand comes first
    count = session.execute(
        select(func.count())
        .select_from(Sticker)
        .join(StickerSeries, StickerSeries.id == Sticker.series_id)
        .where(*conditions)
    ).scalar_one()
    rows = session.execute(
        select(StickerSeries, Sticker.serial)
        .join(StickerSeries, StickerSeries.id == Sticker.series_id)
        .where(*conditions)
        .order_by(Sticker.account != own, Sticker.series_id, Sticker.serial)
        .limit(NUMBERS_READ_MAX)
    ).all()
    texts = range_texts((series, serial) for series, serial in rows)
    more = ["…"] if len(texts) > RANGES_SHOWN else []
    return StickersLeft(count, (*texts[:RANGES_SHOWN], *more))
