"""Which dealer serves which farm, from when until when. A farm may have several dealers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.parties import Period, overlapping, require_forward
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.parties import scope
from kombeheer.services.parties.dealers import require_going
from models.base import among
from models.parties import Customer, Dealer, Farm
from models.writing import insert_missing


def customers_of(session: Session, actor: Actor, today: date, farm_id: int) -> Sequence[Any]:
    """Return (customer, dealer) of a farm, present ones first, of the dealers the actor may see."""
    return session.execute(
        select(Customer, Dealer)
        .join(Dealer, Dealer.id == Customer.dealer_id)
        .where(Customer.farm_id == farm_id, scope.dealers(actor, today))
        .order_by(Customer.until_on.is_not(None), Customer.from_on.desc(), Dealer.name)
    ).all()


def require_not_future(day: date, today: date) -> None:
    """Refuse a day that has not come yet, for what is open now is what holds now.

    Raises:
        Refusal: `parties.day_in_future`.
    """
    if day > today:
        raise Refusal("parties.day_in_future", day=day.isoformat(), today=today.isoformat())


def serve(session: Session, services: Collection[tuple[int, int, date]]) -> None:
    """Have farms be customers of the dealers that serviced them; those who are so stay so.

    Args:
        services: of each the dealer, the farm and the service date.
    """
    first: dict[tuple[int, int], date] = {}
    for dealer_id, farm_id, day in services:
        first.setdefault((dealer_id, farm_id), day)
    if first:
        rows = [  # in one order, so that nobody deadlocks
            {"dealer_id": dealer_id, "farm_id": farm_id, "from_on": day}
            for (dealer_id, farm_id), day in sorted(first.items())
        ]
        insert_missing(session, Customer, rows)


def serve_earlier(session: Session, services: Collection[tuple[int, int, date]]) -> None:
    """As `serve`, for services of before: who is or was a customer of the dealer stays as he is."""
    farm_ids = {farm_id for _, farm_id, _ in services}
    rows = session.execute(
        select(Customer.dealer_id, Customer.farm_id).where(among(Customer.farm_id, farm_ids))
    )
    known = {(dealer_id, farm_id) for dealer_id, farm_id in rows}
    new = [one for one in services if one[:2] not in known]
    serve(session, sorted(new, key=lambda one: one[2]))


def begin_customer(
    session: Session,
    actor: Actor,
    farm_id: int,
    dealer: Dealer,
    from_on: date,
    today: date,
    now: datetime,
) -> None:
    """Have a dealer serve a farm.

    Raises:
        Refusal: `parties.day_in_future`, `parties.dealer_ceased`, `parties.farm_ceased`, or
            `parties.customer_overlaps` when he serves it in that period already.
    """
    require_not_future(from_on, today)
    require_going(dealer, from_on)
    farm = session.get_one(Farm, farm_id, with_for_update=True)
    if farm.ceased_on is not None and farm.ceased_on <= from_on:
        raise Refusal("parties.farm_ceased", farm=farm.name, ceased_on=farm.ceased_on.isoformat())
    rows = session.execute(
        select(Customer).where(Customer.farm_id == farm_id, Customer.dealer_id == dealer.id)
    ).scalars()
    clash = overlapping(Period(from_on), [Period(row.from_on, row.until_on) for row in rows])
    if clash is not None:
        raise Refusal(
            "parties.customer_overlaps",
            farm=farm.name,
            dealer=dealer.name,
            from_on=clash.from_on.isoformat(),
        )
    session.add(Customer(dealer_id=dealer.id, farm_id=farm_id, from_on=from_on))
    session.flush()
    journal.record(
        session,
        actor,
        now,
        "parties.customer_begun",
        "farm",
        farm.public_id,
        after={"dealer": dealer.name, "from_on": from_on},
    )


def end_customer(
    session: Session,
    actor: Actor,
    farm_id: int,
    customer_id: int,
    until_on: date,
    today: date,
    now: datetime,
) -> None:
    """Have a dealer no longer serve a farm after a last day.

    Raises:
        Refusal: `parties.day_in_future`, `parties.period_backward`, or
            `parties.customer_unknown` when the farm has no such dealer now.
    """
    require_not_future(until_on, today)
    farm = session.get_one(Farm, farm_id, with_for_update=True)
    row = session.get(Customer, customer_id, with_for_update=True)
    if row is None or row.farm_id != farm_id or row.until_on is not None:
        raise Refusal("parties.customer_unknown")
    require_forward(Period(row.from_on, until_on))
    row.until_on = until_on
    session.flush()
    dealer = session.get_one(Dealer, row.dealer_id)
    journal.record(
        session,
        actor,
        now,
        "parties.customer_ended",
        "farm",
        farm.public_id,
        before={"until_on": None},
        after={"dealer": dealer.name, "until_on": until_on},
    )
