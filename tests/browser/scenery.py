"""The demonstration as the one scene that every page is looked at in, and what it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.numbers import SeriesFormat
from kombeheer.rules.sites import Leniency
from kombeheer.rules.statements import Period
from kombeheer.services.accounts import login, tokens, users
from kombeheer.services.billing import closing, statement_lines, statements
from kombeheer.services.cases import moving, raising
from kombeheer.services.demonstration.building import stages
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.telling import trials
from kombeheer.services.demonstration.users import DEALER, LOGINS, MECHANIC, OFFICE
from kombeheer.services.listing import Wanted
from kombeheer.services.parties import mechanics
from kombeheer.services.reports import batches, paper, revising
from kombeheer.services.reports.places import place_of
from kombeheer.services.reports.revision import present_revision
from kombeheer.services.reports.sheets import Sheet
from kombeheer.services.scanning import devices
from kombeheer.services.sites import leniency, lists
from kombeheer.services.sites.due import Due
from kombeheer.services.stickers.series import make_series
from models.accounts import User
from models.billing import Statement
from models.cases import Case
from models.certification import Certificate
from models.parties import Customer, Dealer, Employment, Farm, Mechanic
from models.reports import Report
from models.sites import Installation, InstallationConfiguration, Site
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
    database.write(_tell_a_quarter)
    return database.write(_facts)


def office(database: Database) -> Actor:
    """The secretariat, who logs in."""
    with database.reading() as session:
        return _actor(session, OFFICE)


def _facts(session: Session) -> Facts:
    return {
        **_users(session),
        **_parties(session),
        **_visits(session),
        **_stickers(session),
        "late": _late(session),
        "leniency": _leniency(session),
        "replaced": _replaced(session),
        "revised": _revised(session),
        "ambiguous": _ambiguous(session),
        **_paper(session),
    }


def _first(session: Session, wanted: InstrumentedAttribute[Any], *such: ColumnElement[bool]) -> Any:
    """Return the lowest value of a column among the rows that are such; None when there is none."""
    return session.execute(select(wanted).where(*such).order_by(wanted).limit(1)).scalar()


def _user(session: Session, email: str) -> User:
    return session.execute(select(User).where(User.email == email)).scalar_one()


def _actor(session: Session, email: str) -> Actor:
    return login.actor_of_user(_user(session, email))


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
        "incomplete": first(
            Report.id,
            Report.state == "incomplete",
            Report.mechanic_id == _user(session, MECHANIC).mechanic_id,
        ),
        "geen_kom": first(Report.id, Report.ending == "geen_kom"),
        "withdrawn": first(Report.id, Report.state == "withdrawn"),
        "case_waiting": case("scan_waiting", "raised"),
        "case_decided": case("scan_waiting", "decided"),
        "case_twice": case("sticker_claimed_twice", "opened"),
        "case_unchecked": case("installation_unchecked", "raised"),
        **_reports_to_decide(session),
    }


def _reports_to_decide(session: Session) -> Facts:
    """A case of each kind about reports of the dealer who logs in, and one that he is asked."""
    dealer, office = _actor(session, DEALER), _actor(session, OFFICE)
    waits = select(Case.id).where(Case.kind == "scan_waiting", Case.state == "raised")
    of_dealer = waits.where(Case.dealer_id == dealer.dealer_id).order_by(Case.id.desc())
    waiting = session.scalars(of_dealer).first()
    assert waiting is not None
    moving.ask_dealer(session, office, waiting, "Welk nummer staat op de sticker?", MOMENT)
    own = (Report.dealer_id == dealer.dealer_id, Report.state != "withdrawn")
    newest = select(Report).where(*own).order_by(Report.recorded_at.desc(), Report.id)
    contradicts, closed = session.scalars(newest.where(Report.ending == "sticker").limit(2))
    _revise(session, office, contradicts, "12 standen geteld", unit_count=12)
    on = closed.service_date
    statement = {"dealer_id": closed.dealer_id, "from_on": on, "until_on": on, "version": 1}
    session.add(Statement(**statement, total_cents=0, charge_count=0, made_at=MOMENT))
    session.flush()
    _revise(session, dealer, closed, "verkeerd geteld", unit_count=closed.unit_count + 2)
    incomplete = session.scalars(newest.where(Report.state == "incomplete").offset(2)).first()
    assert incomplete is not None
    incomplete.received_on -= timedelta(days=30)
    session.flush()
    raising.raise_overdue(session, MOMENT)

    def about(report: Report, kind: str) -> Any:
        return _first(session, Case.id, Case.report_id == report.id, Case.kind == kind)

    return {
        "case_asked": waiting,
        "case_contradicts": about(contradicts, "report_contradicts"),
        "case_correction": about(closed, "correction_waiting"),
        "case_incomplete": about(incomplete, "report_incomplete"),
    }


def _revise(
    session: Session, actor: Actor, report: Report, reason: str, **wanted: Any
) -> revising.Revised:
    version, present = report.version, present_revision(session, report)
    told = replace(present, **wanted)
    return revising.revise(session, actor, report.id, version, told, reason, MOMENT)


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


def _tell_a_quarter(session: Session) -> None:
    """Make a statement of a quarter of the dealer who logs in; then a report in it changes."""
    dealer = session.get_one(Dealer, _user(session, DEALER).dealer_id)
    told = Period(date(2025, 1, 1), date(2025, 3, 31))
    view = statements.show_statement(session, MACHINE, dealer.public_id, told)
    seen = closing.figures_of(view)
    closing.make_statement(session, MACHINE, MOMENT, dealer.public_id, told, seen)
    line = next(one for one in statement_lines.stream_lines(session, view) if one.total_cents)
    report = session.get_one(Report, line.report_id)
    _revise(session, MACHINE, report, "verkeerd geteld", unit_count=report.unit_count + 2)


def _late(session: Session) -> str:
    """An installation whose service is late, but tolerated still."""
    page = lists.list_installations(session, MACHINE, MOMENT.date(), Wanted(), due=Due.TOLERATED)
    return str(page.items[0].installation.public_id)


def _leniency(session: Session) -> int:
    """A period of leniency that is over."""
    agreed = Leniency(date(2026, 3, 1), date(2026, 4, 30), "Mond- en klauwzeer")
    return leniency.add_period(session, MACHINE, agreed, "Brief KKM 2026-114", MOMENT).id


def _paper(session: Session) -> Facts:
    """A stack that is being entered, with a line and one that waits for KOM; and a closed one."""
    office = _actor(session, OFFICE)
    dealer, own = _user(session, DEALER).dealer_id, _user(session, MECHANIC).mechanic_id
    assert dealer is not None
    device = devices.register(session, office, "balie", MOMENT).id
    mechanic = session.get_one(Mechanic, own).number
    served = select(Customer.farm_id).where(
        Customer.dealer_id == dealer, Customer.until_on.is_(None)
    )
    at = session.execute(
        select(Installation.public_id)
        .join(Site, Site.id == Installation.site_id)
        .join(InstallationConfiguration)
        .where(
            Site.farm_id.in_(served),
            Installation.ceased_on.is_(None),
            InstallationConfiguration.until_on.is_(None),
            InstallationConfiguration.parlour_type != "robot",
        )
        .order_by(Installation.id)
    ).scalars()
    facts: Facts = {"paper_mechanic": mechanic}
    for name, count, days in (("batch_closed", 3, 9), ("batch", 40, 0)):
        day = MOMENT.date() - timedelta(days=days)
        batch = batches.open_batch(session, office, dealer, day, count, MOMENT)
        facts[name] = batch.reference
        for event_id, mark, number_typed in (
            ("kb", ("kb",), ""),
            ("laid", (), number(999_999).digits),
        ):
            place = place_of(session, next(at), dealer)
            done_on = day - timedelta(days=6)
            sheet = Sheet(f"{name}-{event_id}", done_on, mechanic, place, number_typed, mark)
            for question in ("", paper.look(session, office, batch, sheet, MOMENT).question):
                paper.enter_line(
                    session, office, device, batch.id, sheet, MOMENT, confirmed=question, lays=True
                )
    reason = "Een blad bleek van een andere dealer."
    batches.close_batch(session, office, facts["batch_closed"], reason, MOMENT)
    return facts


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


def _revised(session: Session) -> str:
    """A late service of the dealer that was too cold, then corrected twice."""
    dealer = _user(session, DEALER)
    such = (Report.state == "incomplete", Report.ending == "sticker")
    report_id = _first(session, Report.id, *such, Report.dealer_id == dealer.dealer_id)
    actor = Actor(dealer.id, Role.DEALER, dealer.name, dealer.dealer_id)
    cold = {"wash_start": Decimal("64.5"), "wash_end": Decimal("40.0"), "remark": "Boiler defect"}
    placed = {"is_dry": True, "is_visible": True, "is_near": True, "advice": "Vervang de boiler"}
    wishes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("", {"delivered_on": date(2012, 5, 1), **cold, **placed}),
        ("De tweede meting stond er niet bij", {"wash_end": Decimal("39.5")}),
    )
    for reason, told in wishes:
        report = session.get_one(Report, report_id)
        present = present_revision(session, report)
        wanted = replace(present, details=replace(present.details, **told))
        revising.revise(session, actor, report_id, report.version, wanted, reason, MOMENT)
    return str(report_id)


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
