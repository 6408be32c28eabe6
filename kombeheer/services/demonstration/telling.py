"""What a database holds, and what a newcomer can try in a demonstration that stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, exists, inspect, or_, select
from sqlalchemy.orm import Session, aliased

from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.numbers import SeriesFormat, StickerNumber
from kombeheer.rules.reports import ReportState
from kombeheer.rules.stickers import AccountKind
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.users import DEALER, MECHANIC
from models.accounts import User
from models.cases import Case
from models.journal import JournalEntry
from models.parties import Dealer, Farm, Mechanic
from models.reports import Report
from models.sites import Installation
from models.stickers import Sticker, StickerSeries

BEGUN, BUILT, SUBJECT = "demonstration.begun", "demonstration.built", "demonstration"
_TOLD = (User, Dealer, Mechanic, Farm, StickerSeries)
_NUMBERED = (StickerSeries.code, StickerSeries.width, StickerSeries.has_check_digits)


class Content(StrEnum):
    """What a database holds."""

    NOTHING = "nothing"
    DEMONSTRATION = "demonstration"
    HALF = "half"  # the building of a demonstration was broken off
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Trial:
    """A number to type, by what it shows."""

    name: str
    number: StickerNumber


def content(session: Session) -> Content:
    """Return what a database holds; it may stand at any migration, or at none."""
    there = set(inspect(session.connection()).get_table_names())
    if JournalEntry.__tablename__ in there:
        actions = set(
            session.execute(
                select(JournalEntry.action).where(
                    JournalEntry.subject_kind == SUBJECT, JournalEntry.subject_id == SUBJECT
                )
            ).scalars()
        )
        if BUILT in actions:
            return Content.DEMONSTRATION
        if BEGUN in actions:
            return Content.HALF
    for model in _TOLD:
        if model.__tablename__ in there and session.execute(select(model.id).limit(1)).first():
            return Content.OTHER
    return Content.NOTHING


def built_from(session: Session) -> Wish:
    """Return what the demonstration was built from."""
    told = json.loads(
        session.execute(
            select(JournalEntry.after).where(
                JournalEntry.subject_kind == SUBJECT, JournalEntry.action == BUILT
            )
        ).scalar_one()
    )
    return Wish(told["scale"], told["seed"], date.fromisoformat(told["on"]))


def trials(session: Session) -> list[Trial]:
    """Return numbers that the demonstration's dealer and mechanic can scan, as they are now."""
    year = built_from(session).on.year
    dealer_id = session.execute(select(User.dealer_id).where(User.email == DEALER)).scalar_one()
    mechanic_id = session.execute(
        select(User.mechanic_id).where(User.email == MECHANIC)
    ).scalar_one()
    others = or_(Sticker.dealer_id != dealer_id, Sticker.dealer_id.is_(None))
    found = [
        ("last_years_sticker", _last_years(session, year - 1, dealer_id)),
        ("next_free_sticker", _in_account(session, year, f"{AccountKind.MECHANIC}:{mechanic_id}")),
        ("sticker_not_received", _in_account(session, year, f"{AccountKind.TRANSIT}:{dealer_id}")),
        (
            "sticker_of_another_dealer",
            _lowest(session, year, others & Sticker.account.startswith(f"{AccountKind.DEALER}:")),
        ),
        ("sticker_disputed", _disputed(session)),
    ]
    return [Trial(name, number) for name, number in found if number is not None]


def _number(row: Row[str, int, bool, int | None] | None) -> StickerNumber | None:
    if row is None:
        return None
    code, width, has_check_digits, serial = row
    assert serial is not None
    return SeriesFormat(code, width, has_check_digits).number(serial)


def _code(year: int) -> str:
    return f"{year % 100:02d}"


def _last_years(session: Session, year: int, dealer_id: int | None) -> StickerNumber | None:
    """Return the oldest sticker of a year that is still the newest of its installation."""
    later = aliased(Report)
    return _number(
        session.execute(
            select(*_NUMBERED, Report.serial)
            .join(StickerSeries, StickerSeries.id == Report.series_id)
            .join(Installation, Installation.id == Report.installation_id)
            .where(
                Report.dealer_id == dealer_id,
                Report.state != ReportState.WITHDRAWN,
                StickerSeries.code == _code(year),
                Installation.ceased_on.is_(None),
                ~exists().where(
                    later.installation_id == Report.installation_id,
                    later.service_date > Report.service_date,
                    later.state != ReportState.WITHDRAWN,
                ),
            )
            .order_by(Report.service_date, Report.serial)
            .limit(1)
        ).first()
    )


def _in_account(session: Session, year: int, account: str) -> StickerNumber | None:
    return _lowest(session, year, Sticker.account == account)


def _lowest(session: Session, year: int, condition: ColumnElement[bool]) -> StickerNumber | None:
    """Return the lowest number of a year of which something holds."""
    return _number(
        session.execute(
            select(*_NUMBERED, Sticker.serial)
            .join(StickerSeries, StickerSeries.id == Sticker.series_id)
            .where(StickerSeries.code == _code(year), condition)
            .order_by(Sticker.serial)
            .limit(1)
        ).first()
    )


def _disputed(session: Session) -> StickerNumber | None:
    """Return a number that two claim and that the office has taken in hand."""
    return _number(
        session.execute(
            select(*_NUMBERED, Case.serial)
            .join(StickerSeries, StickerSeries.id == Case.series_id)
            .where(Case.kind == CaseKind.STICKER_CLAIMED_TWICE, Case.state == CaseState.OPENED)
            .order_by(Case.id)
            .limit(1)
        ).first()
    )
