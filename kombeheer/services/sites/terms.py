"""How major services kept their terms, as the database decides it: conditions on `report`.

They say the same as kombeheer.rules.sites says of one service. A day is compared as its months
and its day in one number, to which months are added exactly: only in its own month can a day lie
after a due date that a shorter month has clamped, and that month has no such day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    and_,
    case,
    extract,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from kombeheer.rules.regulation import Regulation, regulations
from kombeheer.rules.reports import LatenessCause
from kombeheer.rules.sites import Kept, Leniency, ParlourType, term_months, tolerated_months
from kombeheer.services.listing import Order
from kombeheer.services.sites.history import IS_MAJOR, is_major
from kombeheer.services.sites.leniency import leniencies
from models.parties import Farm
from models.reports import Report, ReportDetail
from models.sites import Installation

MONTHS_EARLY_MAX, MONTHS_LATE_MAX = -2, 4  # what lies further out is counted with these
MONTH = 100  # one month, in the number that a day is


class Services(StrEnum):
    """Which major services a figure counts, when it is not by how they kept their term."""

    COUNTED = "counted"  # all that had one before them
    LATE = "late"  # those after their due date
    FIRST = "first"  # those that had none before them


@dataclass(frozen=True, slots=True)
class TermFilter:
    """What is asked of the term of a service; all of it must hold, nothing asked is all reports.

    Args:
        of: how it was kept, or another group.
        month: counted from the due date, as `rules.sites.months_late` does; the first and the
            last of the figure hold what lies further out.
        cause: why a late one came late; "" of those where nobody told it, None for all.
        is_stopping: only installations that stop before the next service is due.
    """

    of: Kept | Services | None = None
    month: int | None = None
    cause: LatenessCause | str | None = None
    is_stopping: bool = False


def months_and_day(day: Order) -> ColumnElement[Any]:
    """Return the months and the day of a column as one number, in which days keep their order."""
    return (extract("year", day) * 12 + extract("month", day)) * MONTH + extract("day", day)


def previous_service(value: Callable[[Order], ColumnElement[Any]] = func.max) -> ScalarSelect[Any]:
    """Return a value, such as the greatest, of the days of the major services before a report."""
    earlier = aliased(Report)
    return (
        select(value(earlier.service_date))
        .where(
            earlier.installation_id == Report.installation_id,
            earlier.service_date < Report.service_date,
            is_major(earlier),
        )
        .correlate(Report)
        .scalar_subquery()
    )


_PREVIOUS = previous_service(lambda day: func.max(months_and_day(day)))
_DAY = months_and_day(Report.service_date)


def asked_of_terms(session: Session, asked: TermFilter) -> list[ColumnElement[bool]]:
    """Return the conditions on reports, joined with installation and farm; none when all will do.

    Only what was agreed about leniency is read for it.
    """
    if asked == TermFilter():
        return []
    found: list[ColumnElement[bool]] = [IS_MAJOR]
    if asked.of is Services.FIRST:
        found.append(_PREVIOUS.is_(None))
    else:
        found.append(_PREVIOUS.is_not(None))
    if isinstance(asked.of, Kept):
        found.append(_kept(session, asked.of))
    if asked.of is Services.LATE or asked.cause is not None:
        found.append(_months_later(0) < _DAY)
    if asked.cause is not None:
        found.append(_caused_by(asked.cause))
    if asked.month is not None:
        found.append(_in_month(asked.month))
    if asked.is_stopping:
        found.append(_IS_STOPPING)
    return found


def _in_force(
    begun: ColumnElement[Any],
    of: Callable[[Regulation], int],
    then: Callable[[int], ColumnElement[Any]] = literal,
) -> ColumnElement[Any]:
    """Return what follows from a value of the regulation that was in force on a day."""
    known = regulations()
    if len({of(one) for one in known}) == 1:
        return then(of(known[0]))
    later = ((begun >= _number(one.valid_from), then(of(one))) for one in known[:0:-1])
    return case(*later, else_=then(of(known[0])))


def _of_kind(
    begun: ColumnElement[Any], of: Callable[[ParlourType, Regulation], int]
) -> ColumnElement[Any]:
    """Return months by the kind that an installation was on the day of the report."""
    robot, other = (
        _in_force(begun, partial(of, one)) for one in (ParlourType.ROBOT, ParlourType.HERRINGBONE)
    )
    return case((Report.parlour_type == ParlourType.ROBOT, robot), else_=other)


def _number(day: date) -> int:
    """Return what `months_and_day` is of a day."""
    return (day.year * 12 + day.month) * MONTH + day.day


def _months_later(
    months: int, of: Callable[[ParlourType, Regulation], int] = term_months
) -> ColumnElement[Any]:
    """Return the last day of the term, or of what is tolerated, and so many months after it."""
    return _PREVIOUS + (_of_kind(_PREVIOUS, of) + months) * MONTH


def _kept(session: Session, kept: Kept) -> ColumnElement[bool]:
    """Return the condition that a term was kept so; see `rules.sites.Limits`."""
    about = _is_about(session)
    if kept is Kept.ABOUT:
        return about
    tolerated = _months_later(0, tolerated_months) >= _DAY
    if kept is Kept.TOLERATED:
        return and_(not_(about), tolerated)
    covered = _is_covered(leniencies(session, date.min, date.max))
    beyond = and_(not_(about), not_(tolerated))
    return and_(beyond, covered if kept is Kept.LENIENT else not_(covered))


def _is_covered(periods: Iterable[Leniency]) -> ColumnElement[bool]:
    days = (Report.service_date.between(one.from_on, one.until_on) for one in periods)
    return or_(literal(value=False), *days)


def _is_about(session: Session) -> ColumnElement[bool]:
    """Return the condition that the days by which it was late are few enough not to count."""
    last = _months_later(0)
    return _in_force(
        _PREVIOUS,
        lambda one: one.service_about_days,
        lambda days: _days_before(session, days) <= last,
    )


def _days_before(session: Session, days: int) -> ColumnElement[Any]:
    """Return the day so many days before a service, as a number."""
    if session.get_bind().dialect.name == "sqlite":
        return months_and_day(func.date(Report.service_date, f"-{days} days", type_=Date))
    return months_and_day(Report.service_date - timedelta(days=days))


def _in_month(month: int) -> ColumnElement[bool]:
    last, after = _months_later(month) >= _DAY, _months_later(month - 1) < _DAY
    if month == MONTHS_EARLY_MAX:
        return last
    return after if month == MONTHS_LATE_MAX else and_(after, last)


def _caused_by(cause: LatenessCause | str) -> ColumnElement[bool]:
    told = select(ReportDetail.report_id).where(ReportDetail.report_id == Report.id)
    if not cause:
        return not_(told.where(ReportDetail.lateness_cause.is_not(None)).exists())
    return told.where(ReportDetail.lateness_cause == cause).exists()


def _stopping() -> ColumnElement[bool]:
    """Return the condition of `rules.sites.is_about_to_stop`, for farm or installation."""
    next_due = _DAY + _of_kind(_DAY, term_months) * MONTH
    ends = (Installation.ceased_on, Farm.ceased_on)
    return or_(*(months_and_day(end) <= next_due for end in ends))


_IS_STOPPING = _stopping()
