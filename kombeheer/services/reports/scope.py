"""Who sees which reports: the office and the inspector all, a dealer and a mechanic their own."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from kombeheer.rules.accounts import Actor, Role
from models.reports import Report


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a report may be seen: one's dealer's, one's own, or all."""
    if actor.role in (Role.OFFICE, Role.INSPECTOR):
        return true()
    if actor.role is Role.DEALER:
        return Report.dealer_id == actor.dealer_id
    if actor.role is Role.MECHANIC:
        return Report.mechanic_id == actor.mechanic_id
    return false()
