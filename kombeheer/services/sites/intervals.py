"""How the major services of a year kept their terms, and why those that were late came late.

Told of every major service that had one before it. The services are read as a stream, so that
memory does not grow with the year.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from kombeheer.rules.regulation import Regulation, regulation_on
from kombeheer.rules.reports import LatenessCause
from kombeheer.rules.sites import (
    Kept,
    Limits,
    ParlourType,
    is_about_to_stop,
    limits_of,
    months_late,
)
from kombeheer.services.sites.history import IS_MAJOR
from kombeheer.services.sites.leniency import leniencies
from kombeheer.services.sites.terms import MONTHS_EARLY_MAX, MONTHS_LATE_MAX, previous_service
from models.parties import Farm
from models.reports import Report, ReportDetail
from models.sites import Installation, Site

FETCH_ROWS = 1_000


@dataclass(slots=True)
class YearOfServices:
    """The major services of one year that had one before them, counted.

    Args:
        first: those that had none before, which are in no other figure.
        kept, stopping: by how they kept their term; `stopping` are those among them whose
            installation stops before the next one is due.
        months: by month counted from the due date, 0 being the last month of the term.
        late: those after their due date; `causes` why, None where nobody has told it.
    """

    year: int
    first: int = 0
    kept: Counter[Kept] = field(default_factory=Counter)
    stopping: Counter[Kept] = field(default_factory=Counter)
    months: Counter[int] = field(default_factory=Counter)
    late: int = 0
    causes: Counter[LatenessCause | None] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Return how many services had one before them."""
        return self.kept.total()

    @property
    def stopping_total(self) -> int:
        """Return how many of those are of installations about to stop."""
        return self.stopping.total()


@dataclass(frozen=True, slots=True)
class IntervalReport:
    """A year beside the one before."""

    present: YearOfServices
    past: YearOfServices


def first_year(session: Session) -> int | None:
    """Return the year of the first major service there is; None when there is none."""
    found = session.execute(select(func.min(Report.service_date)).where(IS_MAJOR)).scalar()
    return found.year if found is not None else None


def interval_report(session: Session, year: int) -> IntervalReport:
    """Return how the terms of a year and of the one before were kept, in three queries."""
    first, last = date(year - 1, 1, 1), date(year, 12, 31)
    known = leniencies(session, first, last)
    stopped = _stopped_farms(session)
    terms: dict[tuple[date, str], _Term] = {}
    alike: Counter[_Alike] = Counter()
    firsts: Counter[int] = Counter()
    rows = session.execute(_services(first, last).execution_options(yield_per=FETCH_ROWS))
    for day, parlour_type, before, ceased_on, site_id, cause in rows:
        if before is None:
            firsts[day.year] += 1
            continue
        term = terms.get((before, parlour_type))
        if term is None:
            term = terms[before, parlour_type] = _Term.begun(before, ParlourType(parlour_type))
        ends = [one for one in (ceased_on, stopped.get(site_id)) if one is not None]
        alike[
            day.year,
            term.limits.kept(day, known),
            term.month(day),
            bool(ends) and term.stops(min(ends), day),
            (cause or "") if day > term.limits.due_on else None,
        ] += 1
    years = {one: YearOfServices(one, firsts[one]) for one in (year - 1, year)}
    for those, count in alike.items():
        _count(years[those[0]], those, count)
    return IntervalReport(years[year], years[year - 1])


# Year, how the term was kept, in which month, whether it stops, and why it was late: "" when
# nobody told that, None when it was not.
_Alike = tuple[int, Kept, int, bool, str | None]


@dataclass(frozen=True, slots=True)
class _Term:
    """A term that began on a day for a kind of parlour; many services are asked of the same."""

    before: date
    parlour_type: ParlourType
    regulation: Regulation
    limits: Limits

    @classmethod
    def begun(cls, before: date, parlour_type: ParlourType) -> _Term:
        regulation = regulation_on(before)
        return cls(before, parlour_type, regulation, limits_of(before, parlour_type, regulation))

    def month(self, day: date) -> int:
        """Return the month in which the next service came, those far off in the outermost."""
        months = months_late(self.before, day, self.parlour_type, self.regulation)
        return min(max(months, MONTHS_EARLY_MAX), MONTHS_LATE_MAX)

    def stops(self, ceased_on: date, day: date) -> bool:
        """Tell whether what was serviced on a day stops before its next service."""
        return is_about_to_stop(ceased_on, day, self.parlour_type, regulation_on(day))


def _services(first: date, last: date) -> Select[Any, Any, Any, Any, Any, Any]:
    """Return the statement of the services, each with the day of the one before it.

    Each is of the kind that it was of that day, as its term is asked of it.
    """
    cause = and_(
        ReportDetail.report_id == Report.id,
        ReportDetail.lateness_cause.is_not(None),  # as few are, and as an index has them
    )
    return (
        select(
            Report.service_date,
            Report.parlour_type,
            previous_service().label("previous_on"),
            Installation.ceased_on,
            Installation.site_id,
            ReportDetail.lateness_cause,
        )
        .join(Installation, Installation.id == Report.installation_id)
        .outerjoin(ReportDetail, cause)
        .where(IS_MAJOR, Report.service_date.between(first, last))
    )


def _stopped_farms(session: Session) -> dict[int, date]:
    """Return by site the first day without its farm, of the farms of which that is known."""
    rows = session.execute(
        select(Site.id, Farm.ceased_on)
        .join(Farm, Farm.id == Site.farm_id)
        .where(Farm.ceased_on.is_not(None))
    )
    return {site_id: ceased_on for site_id, ceased_on in rows if ceased_on is not None}


def _count(counted: YearOfServices, alike: _Alike, count: int) -> None:
    """Add services that are alike to their year."""
    _, kept, month, is_stopping, cause = alike
    counted.kept[kept] += count
    counted.months[month] += count
    if is_stopping:
        counted.stopping[kept] += count
    if cause is not None:
        counted.late += count
        counted.causes[LatenessCause(cause) if cause else None] += count
