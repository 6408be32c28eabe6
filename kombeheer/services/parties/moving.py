"""Move farms from one dealer to another on a day, as when a dealer sells or stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from kombeheer.rules.accounts import Actor
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal, search
from kombeheer.services.parties.customers import require_not_future
from kombeheer.services.parties.dealers import require_going
from models.parties import Customer, Dealer, Farm

NAMES_SHOWN = 20
PIECE = 1000
_NEW = {
    "sqlite": sqlite.insert(Customer.core()).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Customer.core()).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which farms of a dealer: those named by public id, or all that have the words of a query."""

    farms: tuple[str, ...] = ()
    query: str = ""
    every: bool = False


@dataclass(frozen=True, slots=True)
class FarmMove:
    """What would move: how many farms, the first of them, and who is served by both already."""

    source: Dealer
    target: Dealer
    on: date
    count: int
    names: Sequence[str]
    served_already: int


def _chosen(source: Dealer, chosen: Chosen) -> Select[Any, Any, Any, Any, Any]:
    """Return the open customers that are meant."""
    statement = (
        select(Customer.id, Customer.farm_id, Customer.from_on, Farm.name, Farm.public_id)
        .join(Farm, Farm.id == Customer.farm_id)
        .where(Customer.dealer_id == source.id, Customer.until_on.is_(None))
    )
    if not chosen.every:
        return statement.where(Farm.public_id.in_(chosen.farms))
    found = search.matches(Farm.id, search.SubjectKind.FARM, chosen.query)
    return statement if found is None else statement.where(found)


def _served_by(dealer_id: int) -> ColumnElement[bool]:
    other = aliased(Customer)
    return (
        select(literal(1))
        .where(
            other.farm_id == Customer.farm_id,
            other.dealer_id == dealer_id,
            other.until_on.is_(None),
        )
        .exists()
    )


def preview(
    session: Session, source: Dealer, target: Dealer, chosen: Chosen, on: date, today: date
) -> FarmMove:
    """Return what `move_farms` would do now.

    Raises:
        Refusal: `parties.move_to_itself`, `parties.day_in_future`, `parties.dealer_ceased`,
            `parties.move_nothing`, or `parties.move_before_start` when the source began to serve a
            farm on that day or later.
    """
    if source.id == target.id:
        raise Refusal("parties.move_to_itself", dealer=source.name)
    require_not_future(on, today)
    require_going(target, on)
    meant = _chosen(source, chosen)
    rows = meant.subquery()
    count, latest = session.execute(select(func.count(), func.max(rows.c.from_on))).one()
    if not count:
        raise Refusal("parties.move_nothing", dealer=source.name)
    if latest >= on:
        farm = session.execute(
            select(rows.c.name).where(rows.c.from_on == latest).order_by(rows.c.name).limit(1)
        ).scalar_one()
        raise Refusal(
            "parties.move_before_start", farm=farm, dealer=source.name, from_on=latest.isoformat()
        )
    both = session.execute(
        select(func.count()).select_from(meant.where(_served_by(target.id)).subquery())
    ).scalar_one()
    names = session.execute(select(rows.c.name).order_by(rows.c.name).limit(NAMES_SHOWN)).scalars()
    return FarmMove(source, target, on, count, list(names), both)


def move_farms(
    session: Session,
    actor: Actor,
    source: Dealer,
    target: Dealer,
    chosen: Chosen,
    on: date,
    expected: int,
    today: date,
    now: datetime,
) -> int:
    """Have the target serve the chosen farms from a day on, the source until the day before.

    A farm that the target serves already keeps that period; return how many moved.

    Args:
        expected: how many the preview told.

    Raises:
        Refusal: as `preview`, or `parties.moved_meanwhile` when there are more or fewer now.
    """
    found = preview(session, source, target, chosen, on, today)
    meant = session.execute(
        _chosen(source, chosen).order_by(Customer.id).with_for_update(of=Customer)
    ).all()
    if len(meant) != expected:
        raise Refusal("parties.moved_meanwhile", expected=expected, count=found.count)
    for start in range(0, len(meant), PIECE):
        ids = [row.id for row in meant[start : start + PIECE]]
        session.execute(
            update(Customer)
            .where(Customer.id.in_(ids))
            .values(until_on=on - timedelta(days=1))
            .execution_options(synchronize_session=False)
        )
    session.execute(
        _NEW[session.get_bind().dialect.name],
        [{"dealer_id": target.id, "farm_id": row.farm_id, "from_on": on} for row in meant],
    )
    before, after = {"dealer": source.name}, {"dealer": target.name, "from_on": on}
    journal.record_many(
        session,
        actor,
        now,
        "parties.farm_moved",
        "farm",
        [(row.public_id, before, after) for row in meant],
    )
    journal.record(
        session,
        actor,
        now,
        "parties.farms_moved",
        "dealer",
        source.public_id,
        after={"dealer": target.name, "from_on": on, "count": len(meant)},
    )
    return len(meant)
