"""Who sees which sites and installations: who sees their farm. What happened to them has its own
scope (services/reports).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, select, true

from kombeheer.rules.accounts import Actor
from kombeheer.services.parties import scope
from models.parties import Farm
from models.sites import Site


def sites(actor: Actor, today: date) -> ColumnElement[bool]:
    """Return the condition on `site` that an actor may see it and what stands on it."""
    if actor.role in scope.SEES_ALL:
        return true()
    return Site.farm_id.in_(select(Farm.id).where(scope.farms(actor, today)))
