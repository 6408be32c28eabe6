"""Find the installation that a paper report is about: by a number on it, by UBN or by words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services import search
from kombeheer.services.scanning.visits import installation_of_number
from kombeheer.services.sites.configurations import is_present
from models.parties import Customer, Farm, FarmIdentifier
from models.sites import Installation, InstallationConfiguration, Site

PLACES_MAX = 9  # each has a key of its own
TYPED_LENGTH_MAX = 120


@dataclass(frozen=True, slots=True)
class Place:
    """An installation that may be meant, with what is on file of it now.

    Args:
        site: public id of where it stands.
    """

    public_id: str
    site: str
    farm: str
    place: str
    name: str
    parlour_type: ParlourType
    species: Species
    unit_count: int
    delivered_on: date | None


def find_places(session: Session, typed: str, dealer_id: int) -> list[Place]:
    """Return the installations that were meant, the dealer's customers first, at most nine.

    Args:
        typed: a number that is stuck there, as scanned or typed, a UBN, or words of the farm.

    Raises:
        Refusal: `reports.installation_not_found`, or what is wrong with a number.
    """
    typed = "".join(sign if sign.isprintable() else " " for sign in typed).strip()
    refusal = Refusal("reports.installation_not_found", value=shown_text(typed))
    meant = []
    if _looks_like_number(typed):
        try:
            public_id, _ = installation_of_number(session, typed.encode("utf-8", "replace"))
            meant.append(Installation.public_id == public_id)
        except Refusal as found:
            refusal = found
    identified = Farm.id.in_(
        select(FarmIdentifier.farm_id).where(FarmIdentifier.value == typed.upper())
    )
    places = _places(session, dealer_id, or_(*meant, identified & _in_use()))
    words = search.matches(Farm.id, search.SubjectKind.FARM, typed)
    if not places and words is not None:
        places = _places(session, dealer_id, words & _in_use())
    if not places:
        raise refusal
    return places


def place_of(session: Session, public_id: str, dealer_id: int) -> Place | None:
    """Return one installation by its public id; None when there is no such."""
    if not public_id.isprintable() or len(public_id) > TYPED_LENGTH_MAX:
        return None  # no database takes it
    found = _places(session, dealer_id, Installation.public_id == public_id)
    return found[0] if found else None


def _looks_like_number(typed: str) -> bool:
    has_letters = any(sign.isalpha() for sign in typed)
    is_scanned = "/s/" in typed.casefold() or typed.startswith("]")
    return any(sign.isdigit() for sign in typed) and (is_scanned or not has_letters)


def _in_use() -> ColumnElement[bool]:
    return Installation.ceased_on.is_(None)


def _places(session: Session, dealer_id: int, condition: ColumnElement[bool]) -> list[Place]:
    is_customer = exists().where(
        Customer.farm_id == Farm.id,
        Customer.dealer_id == dealer_id,
        Customer.until_on.is_(None),
    )
    rows = session.execute(
        select(
            Installation.public_id,
            Site.public_id,
            Farm.name,
            Site.place,
            Installation.name,
            InstallationConfiguration,
        )
        .join(Site, Site.id == Installation.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .join(InstallationConfiguration, is_present(Installation.id))
        .where(condition)
        .order_by(is_customer.desc(), Farm.name, Installation.name, Installation.id)
        .limit(PLACES_MAX)
    )
    return [
        Place(
            public_id,
            site,
            farm,
            place,
            name,
            ParlourType(present.parlour_type),
            Species(present.species),
            present.unit_count,
            present.delivered_or_renovated_on,
        )
        for public_id, site, farm, place, name, present in rows
    ]
