"""Who sees which numbers, as conditions that pages and API put into their statements.

The office and the inspector see all, a dealer those he answers for, a mechanic those of the dealer
he works for today, a reader none: he asks the public page.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.stickers import Account, AccountKind
from kombeheer.services.parties.scope import SEES_ALL, employers
from models.stickers import Movement, Sticker


def sees_all(actor: Actor) -> bool:
    """Tell whether an actor sees every number, and the names of all who had it."""
    return actor.role in SEES_ALL


def _answered_by(
    column: InstrumentedAttribute[int | None], actor: Actor, today: date
) -> ColumnElement[bool]:
    if sees_all(actor):
        return true()
    if actor.role is Role.DEALER:
        return column == actor.dealer_id
    if actor.role is Role.MECHANIC:
        return column.in_(employers(actor.mechanic_id, today))
    return false()


def stickers(actor: Actor, today: date) -> ColumnElement[bool]:
    """Return the condition on `sticker` that an actor may see it."""
    return _answered_by(Sticker.dealer_id, actor, today)


def movements(actor: Actor, today: date) -> ColumnElement[bool]:
    """Return the condition on `movement` that an actor may see it by itself: given or taken."""
    condition = _answered_by(Movement.dealer_id, actor, today)
    if actor.role is Role.DEALER:
        given = Movement.source_account == str(Account(AccountKind.DEALER, actor.dealer_id))
        return condition | given
    return condition


def own_dealers(session: Session, actor: Actor, today: date) -> frozenset[int]:
    """Return the dealers whose names and people an actor may read in a number's life."""
    if actor.role is Role.DEALER and actor.dealer_id is not None:
        return frozenset({actor.dealer_id})
    if actor.role is not Role.MECHANIC:
        return frozenset()
    return frozenset(session.execute(employers(actor.mechanic_id, today)).scalars())
