"""Tariffs: the list, and a new one. None is ever changed or removed; triggers see to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.billing import Tariff, holds_until, tariff_objection, tariff_on
from kombeheer.rules.money import euros
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ReportState
from kombeheer.services import journal
from kombeheer.services.billing.charging import load_tariffs
from models.accounts import User
from models.billing import TariffRow
from models.reports import Report, ReportDetail

REMARK_LENGTH_MAX = 200
PRICES = ("base_cents", "cow_cents", "goat_cents", "sheep_cents", "jar_cents", "meter_cents")
ONCE = ("base_scope", "base_period", "surcharge_scope", "surcharge_period")


class Holding(StrEnum):
    """Whether a tariff holds today."""

    PAST = "past"
    PRESENT = "present"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class TariffView:
    """A tariff with its last day (None: open), who added it, and whether it holds today."""

    tariff: Tariff
    until_on: date | None
    holding: Holding
    remark: str
    added_at: datetime
    added_by: str


def list_tariffs(session: Session, today: date) -> list[TariffView]:
    """Return every tariff, the newest first day on top."""
    tariffs = load_tariffs(session)
    told = {
        row.id: row
        for row in session.execute(
            select(TariffRow.id, TariffRow.remark, TariffRow.created_at, User.name).outerjoin(
                User, User.id == TariffRow.created_by_id
            )
        )
    }
    return [
        TariffView(
            one,
            holds_until(one.valid_from, tariffs),
            _holding(one, tariffs, today),
            told[one.id].remark,
            told[one.id].created_at,
            told[one.id].name or "",
        )
        for one in reversed(tariffs)
    ]


def _holding(one: Tariff, tariffs: Sequence[Tariff], today: date) -> Holding:
    if one.valid_from > today:
        return Holding.COMING
    return Holding.PRESENT if one == tariff_on(today, tariffs) else Holding.PAST


def present_tariff(session: Session, today: date) -> Tariff | None:
    """Return the tariff of today, None before all."""
    return tariff_on(today, load_tariffs(session))


def require_possible(session: Session, wanted: Tariff) -> None:
    """Refuse a tariff that could not be added now.

    Raises:
        Refusal: `billing.tariff_overlaps`, `billing.tariff_charged`, `billing.price_impossible` or
            `billing.tariff_day_impossible`.
    """
    tariffs = load_tariffs(session)
    until_on = holds_until(wanted.valid_from, tariffs)
    refused = tariff_objection(wanted, tariffs, _charged_on(session, wanted.valid_from, until_on))
    if refused is not None:
        raise refused


def _charged_on(session: Session, from_on: date, until_on: date | None) -> date | None:
    """Return the last day of a service that gave a reason for a charge, within some days.

    Also one that was paid already counts: under another tariff it might not be.
    """
    wanted = select(func.max(Report.service_date)).outerjoin(
        ReportDetail, ReportDetail.report_id == Report.id
    )
    wanted = wanted.where(
        Report.state != ReportState.WITHDRAWN,
        Report.service_date >= from_on,
        or_(
            Report.serial.is_not(None),
            ReportDetail.jars_verified > 0,
            ReportDetail.meters_verified > 0,
        ),
    )
    if until_on is not None:
        wanted = wanted.where(Report.service_date <= until_on)
    return session.execute(wanted).scalar()


def add_tariff(
    session: Session, actor: Actor, now: datetime, wanted: Tariff, remark: str
) -> TariffRow:
    """Store a new tariff; the one before it ends the day before.

    Who registers a report meanwhile waits, so that none is charged by a tariff that has just ended.

    Args:
        wanted: its `id` counts for nothing.
        remark: one line of at most 200 signs.

    Raises:
        Refusal: as `require_possible`, or `billing.remark_long`.
    """
    if len(remark) > REMARK_LENGTH_MAX or not remark.isprintable():
        raise Refusal("billing.remark_long", most=REMARK_LENGTH_MAX)
    _hold_registering(session)
    require_possible(session, wanted)
    row = TariffRow(
        valid_from=wanted.valid_from,
        remark=remark,
        created_at=now,
        created_by_id=actor.user_id,
        **{name: getattr(wanted, name) for name in (*PRICES, *ONCE)},
    )
    session.add(row)
    session.flush()
    told = {name: euros(getattr(wanted, name)) for name in PRICES}
    told |= {name: str(getattr(wanted, name)) for name in ONCE}
    told |= {"valid_from": wanted.valid_from.isoformat(), "remark": remark}
    journal.record(
        session,
        actor,
        now,
        "billing.tariff_added",
        "tariff",
        row.id,
        after=journal.filled(told),
    )
    return row


def _hold_registering(session: Session) -> None:
    """Wait for who registers a report, and have others wait: each of them holds a row of `site`."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE site IN EXCLUSIVE MODE"))
