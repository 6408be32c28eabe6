"""Farms: list, look up, register and change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.services import journal, search
from kombeheer.services.accounts.users import checked_email
from kombeheer.services.listing import Order, Page, Wanted, count_of, read_page
from kombeheer.services.parties import indexing, scope
from kombeheer.services.parties.dealers import dealers_of_farms, farms_served_by
from kombeheer.services.parties.identifiers import identifiers_of
from models.base import new_public_id
from models.parties import Farm
from models.sites import Installation, Site

_PLACE = (
    select(func.min(func.lower(Site.place)))
    .where(Site.farm_id == Farm.id)
    .correlate(Farm)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class FarmLine:
    """A farm in a list, with its places, numbers and dealers."""

    farm: Farm
    places: Sequence[str]  # each once, in the order of the alphabet
    identifiers: Sequence[Any]
    dealers: Sequence[str]
    installations: int


def by_name(*, is_whole: bool) -> ColumnElement[str]:
    """Return what sorts farms by name.

    Args:
        is_whole: the list is not narrowed, so it is read in the order of an index; one that is
            narrowed is found first and then sorted, for which PostgreSQL has to be kept from it.
    """
    name = func.lower(Farm.name)
    return name if is_whole else name.concat("")


def _number_of_all() -> Select[Any]:
    """Return the count of all farms but merged doubles: of all, less those few."""
    merged = count_of(Farm, Farm.merged_into_id.is_not(None))
    return select(count_of(Farm).scalar_subquery() - merged.scalar_subquery())


def list_farms(
    session: Session,
    actor: Actor,
    today: date,
    wanted: Wanted,
    *,
    query: str = "",
    dealer: str = "",
    ceased: bool | None = None,
) -> Page:
    """Return a page of `FarmLine`, without merged doubles; sorted by name or place.

    Args:
        dealer: public id of a dealer that serves them, for the office and the inspector.
    """
    asked = [] if actor.role in scope.SEES_ALL else [scope.farms(actor, today)]
    found = search.matches(Farm.id, search.SubjectKind.FARM, query)
    if found is not None:
        asked.append(found)
    if dealer:
        asked.append(Farm.id.in_(farms_served_by(dealer)))
    if ceased is not None:
        stopped = Farm.ceased_on.is_not(None) & (Farm.ceased_on <= today)
        asked.append(stopped if ceased else ~stopped)
    statement = select(Farm).where(Farm.merged_into_id.is_(None), *asked)
    name = by_name(is_whole=not asked)
    orders: dict[str, Sequence[Order]] = {"name": [name], "place": [_PLACE, name]}
    counting = None if asked else _number_of_all()
    page = read_page(session, statement, Farm.id, orders, wanted, counting)
    farms = [row[0] for row in page.items]
    return replace(page, items=lines_of(session, actor, farms))


_SITES = (
    select(Site.farm_id, Site.place, func.count(Installation.id))
    .outerjoin(Installation, (Installation.site_id == Site.id) & Installation.ceased_on.is_(None))
    .where(Site.farm_id.in_(bindparam("farms", expanding=True)))
    .group_by(Site.id)
)


def lines_of(session: Session, actor: Actor, farms: Sequence[Farm]) -> list[FarmLine]:
    """Return farms as they stand in a list, in a fixed number of queries."""
    ids = [farm.id for farm in farms]
    places: dict[int, set[str]] = {}
    installations: Counter[int] = Counter()
    for farm_id, place, count in session.execute(_SITES, {"farms": ids}):
        places.setdefault(farm_id, set()).add(place)
        installations[farm_id] += count
    identifiers = identifiers_of(session, ids)
    dealers = dealers_of_farms(session, ids) if actor.role in scope.SEES_ALL else {}
    return [
        FarmLine(
            farm,
            sorted(places.get(farm.id, ())),
            identifiers.get(farm.id, []),
            dealers.get(farm.id, []),
            installations[farm.id],
        )
        for farm in farms
    ]


def find_farm(session: Session, actor: Actor, today: date, public_id: str) -> Farm | None:
    """Return the farm an actor may see, for a merged double the one that stays.

    None alike for a foreign and for an unknown one.
    """
    named = select(func.coalesce(Farm.merged_into_id, Farm.id)).where(Farm.public_id == public_id)
    return session.execute(
        select(Farm).where(Farm.id == named.scalar_subquery(), scope.farms(actor, today))
    ).scalar()


def doubles_of(session: Session, farm_id: int) -> Sequence[Farm]:
    """Return the farms that were merged into this one, by name."""
    return (
        session.execute(select(Farm).where(Farm.merged_into_id == farm_id).order_by(Farm.name))
        .scalars()
        .all()
    )


def _fields(name: str, email: str, phone: str, ceased_on: date | None) -> dict[str, Any]:
    address = checked_email(email) if email else ""
    return {"name": name, "email": address, "phone": phone, "ceased_on": ceased_on}


def register_farm(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    name: str,
    email: str = "",
    phone: str = "",
    ceased_on: date | None = None,
) -> Farm:
    """Register a farm, without sites, numbers and dealers yet.

    Raises:
        Refusal: `accounts.email_invalid`.
    """
    fields = _fields(name, email, phone, ceased_on)
    farm = Farm(public_id=new_public_id(), created_at=now, **fields)
    session.add(farm)
    session.flush()
    indexing.index_farms(session, [farm.id])
    journal.record(
        session,
        actor,
        now,
        "parties.registered",
        "farm",
        farm.public_id,
        after=journal.filled(fields),
    )
    return farm


def change_farm(
    session: Session,
    actor: Actor,
    farm_id: int,
    now: datetime,
    *,
    name: str,
    email: str = "",
    phone: str = "",
    ceased_on: date | None = None,
) -> None:
    """Change what is written down about a farm; refuses as `register_farm` does."""
    farm = session.get_one(Farm, farm_id, with_for_update=True)
    changes = journal.changed_fields(farm, _fields(name, email, phone, ceased_on))
    session.flush()
    indexing.index_farms(session, [farm_id])
    journal.record_changes(session, actor, now, "parties.changed", "farm", farm.public_id, changes)
