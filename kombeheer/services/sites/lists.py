"""Installations as lists show them: farm, site, what it is now, latest service and due date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import add_months
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.sites import (
    InstallationState,
    ParlourType,
    Species,
    first_day_in_time,
    service_due_on,
)
from kombeheer.services import search
from kombeheer.services.listing import Order, Page, Wanted, read_page
from kombeheer.services.parties.dealers import farms_served_by
from kombeheer.services.sites import scope
from kombeheer.services.sites.history import IS_MAJOR, MajorService, latest_services_told
from models.parties import Farm
from models.reports import Report
from models.sites import Installation, InstallationConfiguration, Site

_serviced_on = (
    select(func.max(Report.service_date))
    .where(Report.installation_id == Installation.id, IS_MAJOR)
    .correlate(Installation)
    .scalar_subquery()
)


class Due(StrEnum):
    """When the next major service is due, for the filter of the list."""

    LATE = "late"
    SOON = "soon"  # in time still, but not for long
    NEVER = "never"  # no service registered yet


class Shown(StrEnum):
    """Which installations a list shows; those in use unless asked otherwise."""

    IN_USE = "in_use"
    UNCHECKED = "unchecked"
    CEASED = "ceased"


@dataclass(frozen=True, slots=True)
class InstallationLine:
    """An installation with where it stands, what it is now, and its latest major service."""

    installation: Installation
    farm: Farm
    site: Site
    configuration: InstallationConfiguration
    latest: MajorService | None
    today: date

    @property
    def parlour_type(self) -> ParlourType:
        """Return its present parlour type."""
        return ParlourType(self.configuration.parlour_type)

    @property
    def species(self) -> Species:
        """Return whose milk it draws now."""
        return Species(self.configuration.species)

    @property
    def is_unchecked(self) -> bool:
        """Tell whether the office has yet to look at it."""
        return self.installation.state == InstallationState.UNCHECKED

    @property
    def ceased_on(self) -> date | None:
        """Return the first day on which it or its farm has stopped, None while in use."""
        ends = [day for day in (self.installation.ceased_on, self.farm.ceased_on) if day]
        return min(ends, default=None)

    @property
    def is_ceased(self) -> bool:
        """Tell whether it is out of use today."""
        return self.ceased_on is not None and self.ceased_on <= self.today

    @property
    def number(self) -> StickerNumber | None:
        """Return the sticker of its latest major service; None after `geen KOM`, or untold."""
        return self.latest.number if self.latest is not None else None

    @property
    def due_on(self) -> date | None:
        """Return the last day on which the next major service is in time, None for one ceased."""
        if self.latest is None or self.is_ceased:
            return None
        day = self.latest.serviced_on
        return service_due_on(day, self.parlour_type, regulation_on(day))

    @property
    def is_late(self) -> bool:
        """Tell whether that day has passed."""
        return self.due_on is not None and self.due_on < self.today


def _statement(actor: Actor, today: date) -> Select[Any, Any, Any, Any]:
    present = and_(
        InstallationConfiguration.installation_id == Installation.id,
        InstallationConfiguration.until_on.is_(None),
    )
    return (
        select(Installation, Farm, Site, InstallationConfiguration)
        .join(Site, Site.id == Installation.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .join(InstallationConfiguration, present)
        .where(scope.sites(actor, today))
    )


def _in_use(today: date) -> ColumnElement[bool]:
    return and_(
        or_(Installation.ceased_on.is_(None), Installation.ceased_on > today),
        or_(Farm.ceased_on.is_(None), Farm.ceased_on > today),
    )


def _first_in_time(day: date, today: date) -> ColumnElement[date]:
    """Return the service date from which an installation is due on a day or later, by its kind."""
    regulation = regulation_on(today)
    robot = InstallationConfiguration.parlour_type == ParlourType.ROBOT
    return case(
        (robot, first_day_in_time(day, ParlourType.ROBOT, regulation)),
        else_=first_day_in_time(day, ParlourType.HERRINGBONE, regulation),
    )


def _due(due: Due, today: date) -> ColumnElement[bool]:
    if due is Due.NEVER:
        return _serviced_on.is_(None)
    in_time = _first_in_time(today, today)
    if due is Due.LATE:
        return _serviced_on < in_time
    soon = add_months(today, regulation_on(today).service_soon_months)
    later = _first_in_time(soon, today)
    return and_(_serviced_on >= in_time, _serviced_on < later)


def _lines(
    session: Session, actor: Actor, today: date, rows: Sequence[Any]
) -> list[InstallationLine]:
    latest = latest_services_told(session, actor, today, [row[0].id for row in rows])
    return [
        InstallationLine(
            installation, farm, site, configuration, latest.get(installation.id), today
        )
        for installation, farm, site, configuration in rows
    ]


def list_installations(
    session: Session,
    actor: Actor,
    today: date,
    wanted: Wanted,
    *,
    query: str = "",
    dealer: str = "",
    shown: Shown = Shown.IN_USE,
    parlour_type: ParlourType | None = None,
    species: Species | None = None,
    due: Due | None = None,
) -> Page:
    """Return a page of `InstallationLine`, sorted by farm, place, type, units or serviced_on.

    Args:
        query: words of the farm: its name, numbers, places and postcodes.
        dealer: public id of a dealer that serves the farm, for the office and the inspector.
    """
    statement = _statement(actor, today)
    found = search.matches(Farm.id, search.SubjectKind.FARM, query)
    if found is not None:
        statement = statement.where(found)
    if dealer:
        statement = statement.where(Farm.id.in_(farms_served_by(dealer)))
    statement = statement.where(~_in_use(today) if shown is Shown.CEASED else _in_use(today))
    if shown is Shown.UNCHECKED:
        statement = statement.where(Installation.state == InstallationState.UNCHECKED)
    if parlour_type is not None:
        statement = statement.where(InstallationConfiguration.parlour_type == parlour_type)
    if species is not None:
        statement = statement.where(InstallationConfiguration.species == species)
    if due is not None:
        statement = statement.where(_due(due, today))
    name = func.lower(Farm.name)
    orders: dict[str, Sequence[Order]] = {
        "farm": [name],
        "place": [func.lower(Site.place), name],
        "type": [InstallationConfiguration.parlour_type, name],
        "units": [InstallationConfiguration.unit_count, name],
        "serviced_on": [_serviced_on.is_(None), _serviced_on, name],
    }
    page = read_page(session, statement, Installation.id, orders, wanted)
    return replace(page, items=_lines(session, actor, today, page.items))


def installations_after(
    session: Session, actor: Actor, today: date, after: int, limit: int, query: str = ""
) -> list[InstallationLine]:
    """Return installations in use with a larger id, in that order, for a program."""
    statement = _statement(actor, today).where(Installation.id > after, _in_use(today))
    found = search.matches(Farm.id, search.SubjectKind.FARM, query)
    if found is not None:
        statement = statement.where(found)
    rows = session.execute(statement.order_by(Installation.id).limit(limit)).all()
    return _lines(session, actor, today, rows)


def installations_of_farm(
    session: Session, actor: Actor, today: date, farm_id: int
) -> list[InstallationLine]:
    """Return every installation of a farm, those out of use last."""
    statement = _statement(actor, today).where(Farm.id == farm_id)
    rows = session.execute(
        statement.order_by(Installation.ceased_on.is_not(None), Installation.id)
    ).all()
    return _lines(session, actor, today, rows)


def find_installation(
    session: Session, actor: Actor, today: date, public_id: str
) -> InstallationLine | None:
    """Return the installation an actor may see; None alike for a foreign and an unknown one."""
    statement = _statement(actor, today).where(Installation.public_id == public_id)
    lines = _lines(session, actor, today, session.execute(statement).all())
    return lines[0] if lines else None
