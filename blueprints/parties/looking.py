"""Load what an address names, within the scope of who asks; what is not there is a 404."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import abort

from blueprints.database import db
from blueprints.guard import actor, may
from blueprints.journal.telling import Told, told_all
from kombeheer.clock import today
from kombeheer.services import journal
from kombeheer.services.parties import dealers, farms, mechanics
from kombeheer.services.parties.scope import SEES_ALL
from models.parties import Dealer, Farm, Mechanic

Found = TypeVar("Found")
ENTRIES_SHOWN = 8


def found(row: Found | None) -> Found:
    """Return a row, or answer 404: the same for a foreign and for an unknown one."""
    if row is None:
        abort(404)
    return row


def dealer_of(public_id: str) -> Dealer:
    """Return the dealer an address names."""
    return found(dealers.find_dealer(db.session(), actor(), today(), public_id))


def mechanic_of(public_id: str) -> Mechanic:
    """Return the mechanic an address names."""
    return found(mechanics.find_mechanic(db.session(), actor(), today(), public_id))


def farm_of(public_id: str) -> Farm:
    """Return the farm an address names; for a merged double the one that stays."""
    return found(farms.find_farm(db.session(), actor(), today(), public_id))


def sees_all() -> bool:
    """Tell whether who asks sees every dealer's matters."""
    return actor().role in SEES_ALL


def active_dealers() -> Sequence[Dealer]:
    """Return the dealers to choose from."""
    return dealers.active_dealers(db.session(), today())


def names_of_dealers() -> dict[str, str]:
    """Return the dealers by which a list can be filtered, by public id; none for who sees one."""
    return {one.public_id: one.name for one in active_dealers()} if sees_all() else {}


def entries(kind: str, public_id: str) -> list[Told]:
    """Return the newest entries of the journal about something, for the office only."""
    if not may("parties:manage"):
        return []
    rows: Sequence[Any] = journal.entries_about(db.session(), kind, public_id, ENTRIES_SHOWN)
    return told_all(db.session(), rows)
