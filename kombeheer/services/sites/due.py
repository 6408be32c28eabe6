"""When the next major service is due, as the database decides it: conditions, order, and in words.

They stand in statements on `installation` with its present configuration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, union_all
from sqlalchemy.orm import aliased

from kombeheer.rules.calendar import add_months
from kombeheer.rules.regulation import regulation_on, regulations
from kombeheer.rules.sites import (
    Interval,
    Leniency,
    ParlourType,
    first_day_in_time,
    first_day_tolerated,
    term_on,
)
from kombeheer.services.listing import Order
from kombeheer.services.sites.history import IS_MAJOR
from kombeheer.services.sites.terms import MONTH, months_and_day
from models.reports import Report
from models.sites import Installation, InstallationConfiguration


def _of_latest_major(value: Order) -> ColumnElement[Any]:
    """Return the greatest value among the major services of an installation."""
    statement = select(func.max(value)).where(Report.installation_id == Installation.id, IS_MAJOR)
    return statement.correlate(Installation).scalar_subquery()


_day = Report.service_date
SERVICED_ON = _of_latest_major(_day)
# Months and day as one number, to which months can be added on any database.
_months_and_day = _of_latest_major(months_and_day(_day))
IS_ROBOT = InstallationConfiguration.parlour_type == ParlourType.ROBOT


class Due(StrEnum):
    """How the next major service stands, for the filter of the list."""

    BEYOND = "beyond"  # later than KKM accepts
    TOLERATED = "tolerated"  # late, but KKM accepts it
    SOON = "soon"  # in time still, but not for long
    NEVER = "never"  # no major service registered yet


@dataclass(frozen=True, slots=True)
class DueCount:
    """How many installations stand in one way, and how many of those will stop."""

    count: int = 0
    stopping: int = 0


def _by_kind(robot: Any, other: Any) -> ColumnElement[Any]:
    return case((IS_ROBOT, robot), else_=other)


def _first_in_time(day: date, today: date) -> ColumnElement[date]:
    """Return the service date from which an installation is due on a day or later, by its kind."""
    regulation = regulation_on(today)
    return _by_kind(
        first_day_in_time(day, ParlourType.ROBOT, regulation),
        first_day_in_time(day, ParlourType.HERRINGBONE, regulation),
    )


def _first_tolerated(today: date) -> ColumnElement[date]:
    """Return the service date from which KKM accepts today that the next is not there yet."""
    regulation = regulation_on(today)
    return _by_kind(
        first_day_tolerated(today, ParlourType.ROBOT, regulation),
        first_day_tolerated(today, ParlourType.HERRINGBONE, regulation),
    )


def due_condition(due: Due, today: date, leniency: Leniency | None) -> ColumnElement[bool]:
    """Return the condition that an installation stands in one way; the leniency covers today."""
    if due is Due.NEVER:
        return SERVICED_ON.is_(None)
    in_time = _first_in_time(today, today)
    if due is Due.SOON:
        later = add_months(today, regulation_on(today).service_soon_months)
        return and_(in_time <= SERVICED_ON, _first_in_time(later, today) > SERVICED_ON)
    late, beyond = in_time > SERVICED_ON, _first_tolerated(today) > SERVICED_ON
    if leniency is not None:  # nobody is beyond his term today
        return late if due is Due.TOLERATED else false()
    return beyond if due is Due.BEYOND else and_(late, ~beyond)


def is_not_in_time(today: date, day: date) -> ColumnElement[bool]:
    """Return a condition that holds of all that is in use today and not in time on a day.

    By whichever regulation is the hardest to keep, so that it may hold of others too. In the whole
    country that is found sooner than when each was last serviced: most were, since one day.
    """
    robots = select(InstallationConfiguration.installation_id).where(
        IS_ROBOT,
        InstallationConfiguration.until_on.is_(None),
        ~_is_served(InstallationConfiguration.installation_id, day, ParlourType.ROBOT),
    )
    one = aliased(Installation)
    others = select(one.id).where(
        or_(one.ceased_on.is_(None), one.ceased_on > today),
        ~_is_served(one.id, day, ParlourType.HERRINGBONE),
    )
    return Installation.id.in_(union_all(robots, others))


def _is_served(installation_id: Order, day: date, kind: ParlourType) -> ColumnElement[bool]:
    """Return the condition that a major service keeps an installation in time on a day."""
    since = max(first_day_in_time(day, kind, one) for one in regulations())
    served = select(_day).where(Report.installation_id == installation_id, IS_MAJOR, _day >= since)
    return exists(served)


def due_order(today: date) -> ColumnElement[int]:
    """Return what sorts by due date; days that a shorter month clamps are as good as equal."""
    regulation = regulation_on(today)
    months = _by_kind(regulation.service_interval_ams_months, regulation.service_interval_months)
    return _months_and_day + months * MONTH


def due_of(
    is_robot: bool, serviced_on: date | None, today: date, leniencies: Sequence[Leniency]
) -> Due | None:
    """Return how the next service stands; None when it is in time for long."""
    if serviced_on is None:
        return Due.NEVER
    parlour_type = ParlourType.ROBOT if is_robot else ParlourType.HERRINGBONE
    term = term_on(serviced_on, today, parlour_type, regulation_on(serviced_on), leniencies)
    if term.interval is Interval.IN_TIME:
        soon = add_months(today, regulation_on(today).service_soon_months)
        return Due.SOON if term.due_on < soon else None
    return Due.BEYOND if term.interval is Interval.BEYOND else Due.TOLERATED
