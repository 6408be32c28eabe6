"""Who sees which cases: the office all, a dealer those about his own company, nobody else any."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from kombeheer.rules.accounts import Actor, Role
from models.cases import Case


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `office_case` that an actor may see it."""
    if actor.role is Role.OFFICE:
        return true()
    if actor.role is Role.DEALER:
        return Case.dealer_id == actor.dealer_id
    return false()
