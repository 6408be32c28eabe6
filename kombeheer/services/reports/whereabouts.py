"""Find the installation that a report should be about: by a number on its wall, or by its farm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.sites import ParlourType
from kombeheer.services import search
from kombeheer.services.parties import scope
from kombeheer.services.scanning.visits import installation_of_number
from kombeheer.services.sites.configurations import is_present
from models.parties import Farm, FarmIdentifier
from models.sites import Installation, InstallationConfiguration, Site

CHOICES_MAX = 9


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """An installation with what tells it from others."""

    public_id: str
    farm: str
    place: str
    name: str
    parlour_type: ParlourType
    unit_count: int


def named(session: Session, public_ids: Sequence[str]) -> list[Whereabouts]:
    """Return installations by public id, in that order; unknown ones are left out."""
    found = {one.public_id: one for one in _read(session, Installation.public_id.in_(public_ids))}
    return [found[public_id] for public_id in public_ids if public_id in found]


def meant(session: Session, actor: Actor, typed: str, today: date) -> list[Whereabouts]:
    """Return the installations that somebody may mean, at most nine.

    A number that is stuck somewhere names its installation, whoever's customer it is, as at a
    visit; anything else is looked for among the farms that the actor serves or sees.
    """
    typed = "".join(sign for sign in typed if sign.isprintable()).strip()
    if any(sign.isdigit() for sign in typed):
        try:
            public_id, _ = installation_of_number(session, typed.encode("utf-8", "replace"))
        except Refusal:
            pass  # a UBN, a postcode
        else:
            return named(session, [public_id])
    found = search.matches(Farm.id, search.SubjectKind.FARM, typed)
    if found is None:
        return []
    identified = select(FarmIdentifier.farm_id).where(FarmIdentifier.value == typed.upper())
    return _read(session, scope.farms(actor, today) & or_(found, Farm.id.in_(identified)))


def _read(session: Session, such: ColumnElement[bool]) -> list[Whereabouts]:
    rows = session.execute(
        select(Installation, Farm.name, Site.place, InstallationConfiguration)
        .join(Site, Site.id == Installation.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .join(InstallationConfiguration, is_present(Installation.id))
        .where(such)
        .order_by(Farm.name, Installation.name, Installation.id)
        .limit(CHOICES_MAX)
    )
    return [
        Whereabouts(
            installation.public_id,
            farm,
            place,
            installation.name,
            ParlourType(configuration.parlour_type),
            configuration.unit_count,
        )
        for installation, farm, place, configuration in rows
    ]
