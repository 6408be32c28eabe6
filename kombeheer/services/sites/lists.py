"""Installations as lists show them: farm, site, what it is now, latest service and due date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    false,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import add_months
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.sites import (
    InstallationState,
    Interval,
    Leniency,
    ParlourType,
    Species,
    Term,
    term_on,
)
from kombeheer.services import search
from kombeheer.services.listing import Order, Page, Wanted, count_of, read_page
from kombeheer.services.parties.dealers import farms_served_by
from kombeheer.services.parties.farms import by_name
from kombeheer.services.parties.scope import SEES_ALL
from kombeheer.services.sites import scope
from kombeheer.services.sites.configurations import is_present
from kombeheer.services.sites.due import (
    IS_ROBOT,
    SERVICED_ON,
    Due,
    DueCount,
    due_condition,
    due_of,
    due_order,
    is_not_in_time,
)
from kombeheer.services.sites.history import Latest, MeasuredService, latest_services_told
from kombeheer.services.sites.leniency import leniency_on
from models.parties import Farm
from models.sites import Installation, InstallationConfiguration, Site


class Shown(StrEnum):
    """Which installations a list shows; those in use unless asked otherwise."""

    IN_USE = "in_use"
    UNCHECKED = "unchecked"
    STOPPING = "stopping"  # in use still, but its last day is known
    CEASED = "ceased"


@dataclass(frozen=True)
class InstallationLine:
    """An installation with where it stands, what it is now, and its latest major service."""

    installation: Installation
    farm: Farm
    site: Site
    configuration: InstallationConfiguration
    latest: Latest | None
    today: date
    leniency: Leniency | None = None

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

    @cached_property
    def ceased_on(self) -> date | None:
        """Return the first day on which it or its farm has stopped, None while in use."""
        ends = [day for day in (self.installation.ceased_on, self.farm.ceased_on) if day]
        return min(ends, default=None)

    @property
    def is_ceased(self) -> bool:
        """Tell whether it is out of use today."""
        return self.ceased_on is not None and self.ceased_on <= self.today

    @property
    def stops_on(self) -> date | None:
        """Return that day while it has yet to come."""
        return None if self.is_ceased else self.ceased_on

    @property
    def major(self) -> MeasuredService | None:
        """Return its latest major service."""
        return self.latest.major if self.latest is not None else None

    @property
    def number(self) -> StickerNumber | None:
        """Return the sticker that counts; None after `geen KOM`, or untold."""
        return self.latest.number if self.latest is not None else None

    @cached_property
    def term(self) -> Term | None:
        """Return how its term stands today; None without a major service, or once it ceased."""
        if self.major is None or self.is_ceased:
            return None
        day = self.major.serviced_on
        known = () if self.leniency is None else (self.leniency,)
        return term_on(day, self.today, self.parlour_type, regulation_on(day), known)

    @property
    def due_on(self) -> date | None:
        """Return the last day on which the next major service is in time, if there is a term."""
        return self.term.due_on if self.term is not None else None

    @property
    def is_late(self) -> bool:
        """Tell whether that day has passed."""
        return self.term is not None and self.term.interval is not Interval.IN_TIME


_JOINED = (
    select(Installation, Farm, Site, InstallationConfiguration)
    .join(Site, Site.id == Installation.site_id)
    .join(Farm, and_(Farm.id == Site.farm_id, Farm.merged_into_id.is_(None)))
    .join(InstallationConfiguration, is_present(Installation.id))
)


def _statement(actor: Actor, today: date) -> Select[Any, Any, Any, Any]:
    return _JOINED.where(scope.sites(actor, today))


def _in_use(today: date) -> ColumnElement[bool]:
    return and_(
        or_(Installation.ceased_on.is_(None), Installation.ceased_on > today),
        or_(Farm.ceased_on.is_(None), Farm.ceased_on > today),
    )


def _number_in_use(today: date) -> Select[Any]:
    """Return the count of all installations in use: of all, less what stopped or whose farm did."""
    ceased = count_of(Installation, Installation.ceased_on <= today)
    with_farm = (
        select(func.count(Installation.id))
        .join(Site, Site.id == Installation.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .where(
            Farm.ceased_on <= today,
            or_(Installation.ceased_on.is_(None), Installation.ceased_on > today),
        )
    )
    less = ceased.scalar_subquery() + with_farm.scalar_subquery()
    return select(count_of(Installation).scalar_subquery() - less)


def _stops(today: date) -> ColumnElement[bool]:
    """Return the condition that what is in use has a last day that is known."""
    return or_(Installation.ceased_on > today, Farm.ceased_on > today)


def _lines(
    session: Session,
    actor: Actor,
    today: date,
    rows: Sequence[Any],
    leniency: Leniency | None,
) -> list[InstallationLine]:
    if not rows:
        return []
    latest = latest_services_told(session, actor, today, [row[0].id for row in rows])
    return [
        InstallationLine(
            installation, farm, site, configuration, latest.get(installation.id), today, leniency
        )
        for installation, farm, site, configuration in rows
    ]


def due_counts(
    session: Session,
    actor: Actor,
    today: date,
    dealer: str = "",
    which: Collection[Due] = tuple(Due),
) -> dict[Due, DueCount]:
    """Return how many installations in use stand in each way, as `list_installations` lists them.

    Args:
        dealer: public id of a dealer, to count only those of the farms he serves.
        which: the ways that are counted; those that will be due soon take longer than the late.
    """
    statement = _statement(actor, today).where(_in_use(today))
    if dealer:
        statement = statement.where(Farm.id.in_(farms_served_by(dealer)))
    elif actor.role in SEES_ALL:
        soon = add_months(today, regulation_on(today).service_soon_months)
        statement = statement.where(is_not_in_time(today, soon if Due.SOON in which else today))
    grouped = (IS_ROBOT, SERVICED_ON, func.coalesce(_stops(today), false()))
    days = statement.with_only_columns(
        *(value.label(f"by_{place}") for place, value in enumerate(grouped)),
        func.count(),
        maintain_column_froms=True,
    ).group_by(*(literal_column(f"by_{place}") for place in range(len(grouped))))
    leniency = leniency_on(session, today)
    known = () if leniency is None else (leniency,)
    found = {due: DueCount() for due in Due if due in which}
    rows: Iterable[Any] = session.execute(days)
    for is_robot, serviced_on, stops, count in rows:
        due = due_of(bool(is_robot), serviced_on, today, known)
        if due in found:
            had = found[due]
            stopping = had.stopping + (count if stops else 0)
            found[due] = DueCount(had.count + count, stopping)
    return found


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
    """Return a page of `InstallationLine`, sorted by one of its columns.

    Args:
        query: words of the farm: its name, numbers, places and postcodes.
        dealer: public id of a dealer that serves the farm, for the office and the inspector.
    """
    asked = [] if actor.role in SEES_ALL else [scope.sites(actor, today)]
    if shown is Shown.CEASED:
        asked.append(~_in_use(today))
    elif shown is Shown.UNCHECKED:
        asked.append(Installation.state == InstallationState.UNCHECKED)
    elif shown is Shown.STOPPING:
        asked.append(_stops(today))
    found = search.matches(Farm.id, search.SubjectKind.FARM, query)
    if found is not None:
        asked.append(found)
    if dealer:
        asked.append(Farm.id.in_(farms_served_by(dealer)))
    if parlour_type is not None:
        asked.append(InstallationConfiguration.parlour_type == parlour_type)
    if species is not None:
        asked.append(InstallationConfiguration.species == species)
    leniency = leniency_on(session, today)
    if due is not None:
        asked.append(due_condition(due, today, leniency))
    counting = None if asked else _number_in_use(today)
    if shown is not Shown.CEASED:
        asked.append(_in_use(today))
    statement: Any = _JOINED.where(*asked)
    name = by_name(is_whole=counting is not None)
    orders: dict[str, Sequence[Order]] = {
        "farm": [name],
        "place": [func.lower(Site.place), name],
        "type": [InstallationConfiguration.parlour_type, name],
        "units": [InstallationConfiguration.unit_count, name],
        "serviced_on": [SERVICED_ON.is_(None), SERVICED_ON, name],
        "due_on": [SERVICED_ON.is_(None), due_order(today), name],
    }
    page = read_page(session, statement, Installation.id, orders, wanted, counting)
    return replace(page, items=_lines(session, actor, today, page.items, leniency))


def installations_after(
    session: Session, actor: Actor, today: date, after: int, limit: int, query: str = ""
) -> list[InstallationLine]:
    """Return installations in use with a larger id, in that order, for a program."""
    statement = _statement(actor, today).where(Installation.id > after, _in_use(today))
    found = search.matches(Farm.id, search.SubjectKind.FARM, query)
    if found is not None:
        statement = statement.where(found)
    rows = session.execute(statement.order_by(Installation.id).limit(limit)).all()
    return _lines(session, actor, today, rows, leniency_on(session, today))


def installations_of_farm(
    session: Session, actor: Actor, today: date, farm_id: int
) -> list[InstallationLine]:
    """Return every installation of a farm, those out of use last."""
    statement = _statement(actor, today).where(Farm.id == farm_id)
    rows = session.execute(
        statement.order_by(Installation.ceased_on.is_not(None), Installation.id)
    ).all()
    return _lines(session, actor, today, rows, leniency_on(session, today))


def find_installation(
    session: Session, actor: Actor, today: date, public_id: str
) -> InstallationLine | None:
    """Return the installation an actor may see; None alike for a foreign and an unknown one."""
    statement = _statement(actor, today).where(Installation.public_id == public_id)
    rows = session.execute(statement).all()
    lines = _lines(session, actor, today, rows, leniency_on(session, today))
    return lines[0] if lines else None
