"""The sites of a farm, as the office registers and changes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.services import journal
from kombeheer.services.parties import indexing
from kombeheer.services.parties.addresses import checked_postcode
from kombeheer.services.sites import scope
from models.base import new_public_id
from models.parties import Farm
from models.sites import Site


@dataclass(frozen=True, slots=True)
class SiteDetails:
    """Where a site is, as it was typed."""

    place: str
    street: str = ""
    postcode: str = ""
    country: str = "NL"


def _checked(details: SiteDetails) -> dict[str, Any]:
    return asdict(details) | {"postcode": checked_postcode(details.country, details.postcode)}


def sites_of(session: Session, farm_id: int) -> Sequence[Site]:
    """Return a farm's sites, by place."""
    return (
        session.execute(select(Site).where(Site.farm_id == farm_id).order_by(Site.place, Site.id))
        .scalars()
        .all()
    )


def find_site(session: Session, actor: Actor, today: date, public_id: str) -> Any:
    """Return (site, farm) an actor may see; None alike for a foreign and for an unknown one."""
    return session.execute(
        select(Site, Farm)
        .join(Farm, Farm.id == Site.farm_id)
        .where(Site.public_id == public_id, scope.sites(actor, today))
    ).first()


def register_site(
    session: Session, actor: Actor, farm_id: int, details: SiteDetails, now: datetime
) -> Site:
    """Register a site of a farm.

    Raises:
        Refusal: `parties.postcode_invalid`.
    """
    fields = _checked(details)
    farm = session.get_one(Farm, farm_id, with_for_update=True)
    site = Site(public_id=new_public_id(), farm_id=farm_id, created_at=now, **fields)
    session.add(site)
    session.flush()
    indexing.index_farms(session, [farm_id])
    journal.record(
        session,
        actor,
        now,
        "sites.site_registered",
        "farm",
        farm.public_id,
        after={"site": site.public_id, **journal.filled(fields)},
    )
    return site


def change_site(
    session: Session, actor: Actor, site_id: int, details: SiteDetails, now: datetime
) -> None:
    """Change where a site is; refuses as `register_site` does."""
    fields = _checked(details)
    site = session.get_one(Site, site_id)
    farm = session.get_one(Farm, site.farm_id, with_for_update=True)
    changes = journal.changed_fields(site, fields)
    session.flush()
    indexing.index_farms(session, [farm.id])
    if changes:
        journal.record(
            session,
            actor,
            now,
            "sites.site_changed",
            "farm",
            farm.public_id,
            before={name: before for name, (before, _) in changes.items()},
            after={"site": site.public_id} | {name: new for name, (_, new) in changes.items()},
        )
