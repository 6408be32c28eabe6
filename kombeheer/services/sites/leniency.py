"""Periods of leniency as agreed with KKM: the list, the one that covers a day, add and shorten.

None is ever removed: one that was agreed too long ends earlier, and the journal keeps what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.sites import Leniency, leniency_objection, shortening_objection
from kombeheer.services import journal
from models.accounts import User
from models.sites import LeniencyPeriod

# Two that overlap could otherwise be added at the same moment; SQLite has one writer anyhow.
_LOCK = text("LOCK TABLE leniency_period IN SHARE ROW EXCLUSIVE MODE")


def as_rule(row: LeniencyPeriod) -> Leniency:
    """Return a period as the rules take it."""
    return Leniency(row.from_on, row.until_on, row.reason)


def leniencies(session: Session, from_on: date, until_on: date) -> tuple[Leniency, ...]:
    """Return the periods with a day from one day until another, the earliest first."""
    rows = session.scalars(
        select(LeniencyPeriod)
        .where(LeniencyPeriod.from_on <= until_on, LeniencyPeriod.until_on >= from_on)
        .order_by(LeniencyPeriod.from_on)
    )
    return tuple(as_rule(row) for row in rows)


def leniency_on(session: Session, day: date) -> Leniency | None:
    """Return the period that covers a day; None when there is none."""
    return next(iter(leniencies(session, day, day)), None)


def periods(session: Session) -> Sequence[tuple[LeniencyPeriod, str | None]]:
    """Return every period with who recorded it, the latest first."""
    statement = (
        select(LeniencyPeriod, User.name)
        .outerjoin(User, User.id == LeniencyPeriod.actor_id)
        .order_by(LeniencyPeriod.from_on.desc())
    )
    return [(row, name) for row, name in session.execute(statement)]


def find_period(session: Session, period_id: int) -> LeniencyPeriod | None:
    """Return a period; None when there is none of this number."""
    return session.get(LeniencyPeriod, period_id)


def add_period(
    session: Session, actor: Actor, wanted: Leniency, document: str, now: datetime
) -> LeniencyPeriod:
    """Record a period that was agreed with KKM.

    Args:
        document: where the agreement stands, so that somebody else can find it.

    Raises:
        Refusal: `sites.leniency_reversed`, `sites.leniency_overlaps`.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_LOCK)
    known = leniencies(session, wanted.from_on, wanted.until_on)
    objection = leniency_objection(wanted, known)
    if objection is not None:
        raise objection
    row = LeniencyPeriod(
        from_on=wanted.from_on,
        until_on=wanted.until_on,
        reason=wanted.reason,
        document=document,
        recorded_at=now,
        actor_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    told = {name: getattr(row, name) for name in ("from_on", "until_on", "reason", "document")}
    journal.record(session, actor, now, "sites.leniency_agreed", "leniency", row.id, after=told)
    return row


def shorten_period(
    session: Session, actor: Actor, period_id: int, until_on: date, reason: str, now: datetime
) -> None:
    """Have a period end on an earlier day; why is kept in the journal.

    Raises:
        Refusal: `sites.leniency_unknown`, `sites.leniency_reversed`, `sites.leniency_longer`.
    """
    row = session.get(LeniencyPeriod, period_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refusal("sites.leniency_unknown", number=period_id)
    objection = shortening_objection(as_rule(row), until_on)
    if objection is not None:
        raise objection
    before, row.until_on = row.until_on, until_on
    session.flush()
    journal.record(
        session,
        actor,
        now,
        "sites.leniency_shortened",
        "leniency",
        period_id,
        before={"until_on": before},
        after={"until_on": until_on, "reason": reason},
    )
