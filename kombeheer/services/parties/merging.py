"""Merge a double into the farm that stays: what it has moves, and nothing is deleted.

Sites with their installations, numbers and dealers go over; the double keeps its row and points
to the farm that stays, so that its old address still leads somewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.parties import Period, merged_period
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.parties import indexing
from kombeheer.services.parties.doubles import (
    contact_to_fill,
    locked_pair,
    move_rows,
    point_to,
    record_merge,
)
from kombeheer.services.parties.identifiers import identifiers_of
from models.parties import Customer, Dealer, Farm, FarmIdentifier
from models.reports import Report
from models.sites import Installation, Site

CANDIDATES_MAX = 20


@dataclass(frozen=True, slots=True)
class FarmMerge:
    """What moves from a double to the farm that stays."""

    double: Farm
    farm: Farm
    sites: Sequence[Site]
    installations: int
    reports: int
    identifiers: Sequence[FarmIdentifier]
    dealers: Sequence[Dealer]
    contact: dict[str, str]


def candidates(session: Session, farm_id: int) -> Sequence[Farm]:
    """Return farms that may be the same as this one: a site with its postcode, or its name."""
    postcodes = select(Site.postcode).where(Site.farm_id == farm_id, Site.postcode != "")
    same_postcode = select(Site.farm_id).where(Site.postcode.in_(postcodes))
    name = select(Farm.name).where(Farm.id == farm_id).scalar_subquery()
    return (
        session.execute(
            select(Farm)
            .where(
                Farm.id != farm_id,
                Farm.merged_into_id.is_(None),
                Farm.id.in_(same_postcode) | (Farm.name == name),
            )
            .order_by(Farm.name, Farm.id)
            .limit(CANDIDATES_MAX)
        )
        .scalars()
        .all()
    )


def _require_two(double: Farm, farm: Farm) -> None:
    if double.id == farm.id:
        raise Refusal("parties.merge_with_itself", farm=farm.name)
    for one in (double, farm):
        if one.merged_into_id is not None:
            raise Refusal("parties.merged_already", farm=one.name)


def preview(session: Session, double: Farm, farm: Farm) -> FarmMerge:
    """Return what `merge_farms` would do now.

    Raises:
        Refusal: `parties.merge_with_itself`, `parties.merged_already`.
    """
    _require_two(double, farm)
    sites = (
        session.execute(select(Site).where(Site.farm_id == double.id).order_by(Site.place))
        .scalars()
        .all()
    )
    moved = select(Installation.id).join(Site, Site.id == Installation.site_id)
    installations = moved.where(Site.farm_id == double.id)
    counted = select(func.count()).select_from(installations.subquery())
    reports = select(func.count()).where(Report.installation_id.in_(installations))
    dealers = (
        session.execute(
            select(Dealer)
            .join(Customer, Customer.dealer_id == Dealer.id)
            .where(Customer.farm_id == double.id)
            .distinct()
            .order_by(Dealer.name)
        )
        .scalars()
        .all()
    )
    return FarmMerge(
        double,
        farm,
        sites,
        session.execute(counted).scalar_one(),
        session.execute(reports).scalar_one(),
        identifiers_of(session, [double.id]).get(double.id, []),
        dealers,
        contact_to_fill(double, farm),
    )


def _customers(session: Session, farm_id: int) -> list[Customer]:
    rows = session.execute(
        select(Customer).where(Customer.farm_id == farm_id).order_by(Customer.from_on, Customer.id)
    )
    return list(rows.scalars())


def _partner(row: Customer, present: Sequence[Customer]) -> Customer | None:
    """Return the row of the same dealer that takes the double's period in, an open one first."""
    period = Period(row.from_on, row.until_on)
    same = [
        one
        for one in present
        if one.dealer_id == row.dealer_id and Period(one.from_on, one.until_on).overlaps(period)
    ]
    return min(same, key=lambda one: one.until_on is not None, default=None)


def _move_customers(session: Session, double: Farm, farm: Farm, today: date) -> None:
    """Move the double's dealers; where the farm has the same one, his period takes both in."""
    present = _customers(session, farm.id)
    for row in _customers(session, double.id):
        partner = _partner(row, present)
        if partner is None:
            row.farm_id = farm.id
            present.append(row)
            continue
        both = merged_period(
            Period(row.from_on, row.until_on), Period(partner.from_on, partner.until_on)
        )
        if row.until_on is None:
            row.until_on = max(row.from_on, today)
        session.flush()
        partner.from_on, partner.until_on = both.from_on, both.until_on
    session.flush()


def merge_farms(
    session: Session, actor: Actor, double_id: int, farm_id: int, today: date, now: datetime
) -> Farm:
    """Merge a double into the farm that stays; return that one.

    Raises:
        Refusal: `parties.merge_with_itself`, `parties.merged_already`.
    """
    double, farm = locked_pair(session, Farm, double_id, farm_id)
    moves = preview(session, double, farm)
    told: dict[str, Any] = {
        "sites": [site.place for site in moves.sites],
        "identifiers": [f"{one.kind} {one.value}" for one in moves.identifiers],
        "customers": [dealer.name for dealer in moves.dealers],
    }
    _move_customers(session, double, farm, today)
    move_rows(session, (Site, FarmIdentifier), "farm_id", double_id, farm_id)
    point_to(session, double, farm)
    filled = journal.changed_fields(farm, moves.contact)
    session.flush()
    indexing.index_farms(session, [double_id, farm_id])
    record_merge(session, actor, now, double, farm, told, filled)
    return farm
