"""Which days are closed for a dealer: those of a statement that was made for him."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.billing import Statement
from models.parties import Dealer


def hold_dealers(session: Session, dealer_ids: Collection[int]) -> None:
    """Have no statement of these dealers made before the commit; wait for one that is being made.

    Asked before the two below by whoever may not change a closed period. Scans do not wait.
    """
    if dealer_ids:
        held = select(Dealer.id).where(Dealer.id.in_(sorted(set(dealer_ids)))).order_by(Dealer.id)
        session.execute(held.with_for_update(read=True))


def locked_until(session: Session, services: Collection[tuple[int, date]]) -> date | None:
    """Return the last day of a period that is closed for one of these services; None: all open.

    Args:
        services: each the dealer and the service date.
    """
    return next(iter(locked_services(session, services).values()), None)


def locked_services(
    session: Session, services: Collection[tuple[int, date]]
) -> dict[tuple[int, date], date]:
    """Return of each service in a closed period its last day, in one query.

    Args:
        services: each the dealer and the service date.
    """
    if not services:
        return {}
    dealers, days = {dealer_id for dealer_id, _ in services}, {day for _, day in services}
    periods = session.execute(
        select(Statement.dealer_id, Statement.from_on, Statement.until_on).where(
            Statement.dealer_id.in_(dealers),
            Statement.from_on <= max(days),
            Statement.until_on >= min(days),
        )
    ).all()
    return {
        (dealer_id, day): until_on
        for dealer_id, day in services
        for told, from_on, until_on in periods
        if told == dealer_id and from_on <= day <= until_on
    }
