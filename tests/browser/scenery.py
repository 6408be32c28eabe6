"""The demonstration as the one scene that every page is looked at in, and what it holds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.rules.numbers import SeriesFormat
from kombeheer.services.accounts import tokens, users
from kombeheer.services.demonstration.building import stages
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.telling import trials
from kombeheer.services.demonstration.users import DEALER, LOGINS, MECHANIC
from kombeheer.services.parties import mechanics
from kombeheer.services.stickers.series import make_series
from models.accounts import User
from models.cases import Case
from models.certification import Certificate
from models.parties import Customer, Dealer, Employment, Farm, Mechanic
from models.reports import Report
from models.sites import Installation, Site
from models.stickers import Movement, Sticker, StickerSeries
from models.transaction import Database
from tests.factories import number

MOMENT = datetime(2026, 11, 20, 9, 14, tzinfo=UTC)
WISH = Wish(0.002, 1, MOMENT.date())
Facts = dict[str, Any]


def build(database: Database) -> Facts:
    """Build the demonstration; return what the addresses of its pages are made of."""
    for stage in stages(WISH):
        database.write(stage.work)
    return database.write(_facts)


def _facts(session: Session) -> Facts:
    return {
        **_users(session),
        **_parties(session),
        **_visits(session),
        **_stickers(session),
        "replaced": _replaced(session),
        "ambiguous": _ambiguous(session),
    }


def _first(session: Session, wanted: InstrumentedAttribute[Any], *such: ColumnElement[bool]) -> Any:
    """Return the lowest value of a column among the rows that are such; None when there is none."""
    return session.execute(select(wanted).where(*such).order_by(wanted).limit(1)).scalar()


def _user(session: Session, email: str) -> User:
    return session.execute(select(User).where(User.email == email)).scalar_one()


def _users(session: Session) -> Facts:
    _, invitation = users.invite(
        session, MACHINE, MOMENT, email="nieuw@kom.example", name="Nel Nieuw", role=Role.READER
    )
    dealer = _user(session, DEALER).id
    tokens.create_token(session, MACHINE, dealer, "Melkprogramma", MOMENT)
    return {
        "users": {one.role: _user(session, one.email).id for one in LOGINS},
        "invitation": invitation,
        "user": dealer,
        "invited": _user(session, "nieuw@kom.example").id,
    }


def _parties(session: Session) -> Facts:
    first = partial(_first, session)
    own, dealer = _user(session, MECHANIC).mechanic_id, _user(session, DEALER).dealer_id
    stuck = {one.name: one.number for one in trials(session)}["last_years_sticker"]
    at = first(
        Report.installation_id,
        Report.serial == stuck.serial,
        Report.series_id == first(StickerSeries.id, StickerSeries.code == "25"),
    )
    site = first(Installation.site_id, Installation.id == at)
    farm = first(Site.farm_id, Site.id == site)
    name = first(Mechanic.name, Mechanic.id == own)
    double = mechanics.register_mechanic(session, MACHINE, MOMENT, number="9901", name=name)
    return {
        "dealer": first(Dealer.public_id, Dealer.id == dealer),
        "target": first(Dealer.public_id, Dealer.id != dealer, Dealer.ceased_on.is_(None)),
        "mechanic": first(Mechanic.public_id, Mechanic.id == own),
        "double_mechanic": double.public_id,
        "employment": first(Employment.id, Employment.mechanic_id == own),
        "certificate": first(Certificate.id, Certificate.mechanic_id == own),
        "farm": first(Farm.public_id, Farm.id == farm),
        "double": first(Farm.public_id, Farm.id != farm, Farm.merged_into_id.is_(None)),
        "customer": first(Customer.id, Customer.farm_id == farm),
        "site": first(Site.public_id, Site.id == site),
        "installation": first(Installation.public_id, Installation.id == at),
        "unchecked": first(Installation.public_id, Installation.state == "unchecked"),
        "ceased": first(Installation.public_id, Installation.ceased_on.is_not(None)),
    }


def _visits(session: Session) -> Facts:
    first = partial(_first, session)
    dealer = _user(session, DEALER).dealer_id

    def case(kind: str, state: str) -> Any:
        return first(Case.id, Case.kind == kind, Case.state == state)

    return {
        "report": first(Report.id, Report.ending == "sticker", Report.dealer_id == dealer),
        "geen_kom": first(Report.id, Report.ending == "geen_kom"),
        "withdrawn": first(Report.id, Report.state == "withdrawn"),
        "case_waiting": case("scan_waiting", "raised"),
        "case_decided": case("scan_waiting", "decided"),
        "case_twice": case("sticker_claimed_twice", "opened"),
        "case_unchecked": case("installation_unchecked", "raised"),
    }


def _stickers(session: Session) -> Facts:
    first = partial(_first, session)
    present = first(StickerSeries.id, StickerSeries.code == "26")
    dealer = _user(session, DEALER).dealer_id

    def lowest(account: str) -> str:
        at = Sticker.account.startswith(account)
        return number(first(Sticker.serial, at, Sticker.series_id == present)).digits

    sent = first(Sticker.serial, Sticker.account == f"transit:{dealer}")
    return {
        **{one.name: one.number.digits for one in trials(session)},
        "order_paper": first(Movement.document_id, Movement.kind == "order"),
        "parcel": first(
            Movement.document_id,
            Movement.target_account == f"transit:{dealer}",
            Movement.series_id == present,
            Movement.first_serial <= sent,
            Movement.last_serial >= sent,
        ),
        "applied": lowest("applied:"),
        "in_stock": lowest("stock"),
        "stolen": lowest("stolen"),
    }


def _replaced(session: Session) -> str:
    """A number of last year on an installation that got one of this year since."""
    later, series, of_later = aliased(Report), aliased(StickerSeries), aliased(StickerSeries)
    serial = session.execute(
        select(Report.serial)
        .join(series, series.id == Report.series_id)
        .join(later, later.installation_id == Report.installation_id)
        .join(of_later, of_later.id == later.series_id)
        .where(Report.state != "withdrawn", later.state != "withdrawn")
        .where(series.code == "25", of_later.code == "26")
        .order_by(Report.serial)
        .limit(1)
    ).scalar_one()
    return number(serial, "25").digits


def _ambiguous(session: Session) -> str:
    """A number of the old stock, made to stand in a second old series too."""
    stuck, old = session.execute(
        select(Sticker, StickerSeries)
        .join(StickerSeries, StickerSeries.id == Sticker.series_id)
        .where(StickerSeries.has_check_digits.is_(False), Sticker.account.startswith("applied:"))
        .order_by(Sticker.serial)
        .limit(1)
    ).one()
    days = {"valid_from": old.valid_from, "valid_until": old.valid_until}
    second = make_series(session, MACHINE, MOMENT, "ouder", width=old.width, **days)
    session.add(Sticker(series_id=second.id, serial=stuck.serial, account=stuck.account))
    session.flush()
    return SeriesFormat(old.code, old.width, has_check_digits=False).number(stuck.serial).digits
