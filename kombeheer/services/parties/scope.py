"""Who sees which parties, as conditions that pages, search and API put into their statements.

Office and inspector see all; a dealer himself, the mechanics he employs today and the farms he
serves; a mechanic himself, his dealer and his dealer's farms; a reader none.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from kombeheer.rules.accounts import Actor, Role
from models.parties import Customer, Dealer, Employment, Farm, Mechanic

SEES_ALL = frozenset({Role.OFFICE, Role.INSPECTOR})


def employed_on(day: date) -> ColumnElement[bool]:
    """Return the condition that an employment covers a day."""
    return (Employment.from_on <= day) & or_(
        Employment.until_on.is_(None), Employment.until_on >= day
    )


def employers(mechanic_id: int | None, day: date) -> Select[int]:
    """Return a select of the dealers, by id, who employ a mechanic on a day."""
    return select(Employment.dealer_id).where(
        Employment.mechanic_id == mechanic_id, employed_on(day)
    )


def dealers(actor: Actor, today: date) -> ColumnElement[bool]:
    """Return the condition on `dealer` that an actor may see it."""
    if actor.role in SEES_ALL:
        return true()
    if actor.role is Role.DEALER:
        return Dealer.id == actor.dealer_id
    if actor.role is Role.MECHANIC:
        return Dealer.id.in_(employers(actor.mechanic_id, today))
    return false()


def mechanics(actor: Actor, today: date) -> ColumnElement[bool]:
    """Return the condition on `mechanic` that an actor may see him."""
    if actor.role in SEES_ALL:
        return true()
    if actor.role is Role.DEALER:
        return Mechanic.id.in_(
            select(Employment.mechanic_id).where(
                Employment.dealer_id == actor.dealer_id, employed_on(today)
            )
        )
    if actor.role is Role.MECHANIC:
        return Mechanic.id == actor.mechanic_id
    return false()


def farms(actor: Actor, today: date) -> ColumnElement[bool]:
    """Return the condition on `farm` that an actor may see it."""
    if actor.role in SEES_ALL:
        return true()
    served = select(Customer.farm_id).where(Customer.until_on.is_(None))
    if actor.role is Role.DEALER:
        return Farm.id.in_(served.where(Customer.dealer_id == actor.dealer_id))
    if actor.role is Role.MECHANIC:
        of_employers = Customer.dealer_id.in_(employers(actor.mechanic_id, today))
        return Farm.id.in_(served.where(of_employers))
    return false()
