"""Who sees which sites, installations and their reports, as conditions for every statement.

A site is seen by who sees its farm; of its history a dealer sees his own reports, a mechanic his.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, false, select, true

from kombeheer.rules.accounts import Actor, Role
from kombeheer.services.parties import scope
from models.parties import Farm
from models.reports import Report
from models.sites import Site


def sites(actor: Actor, today: date) -> ColumnElement[bool]:
    """Return the condition on `site` that an actor may see it and what stands on it."""
    if actor.role in scope.SEES_ALL:
        return true()
    return Site.farm_id.in_(select(Farm.id).where(scope.farms(actor, today)))


def reports(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `report` that it is among an actor's own."""
    if actor.role in scope.SEES_ALL:
        return true()
    if actor.role is Role.DEALER:
        return Report.dealer_id == actor.dealer_id
    if actor.role is Role.MECHANIC:
        return Report.mechanic_id == actor.mechanic_id
    return false()
