"""How the major services of a year kept their terms, and why those that were late came late.

Told of every major service that had one before it. The services are read as a stream, so that
memory does not grow with the year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import LatenessCause
from kombeheer.rules.sites import (
    Kept,
    Leniency,
    ParlourType,
    is_about_to_stop,
    kept_by,
    months_late,
    service_due_on,
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
    """Return how the terms of a year and of the one before were kept, in two queries."""
    first, last = date(year - 1, 1, 1), date(year, 12, 31)
    known = leniencies(session, first, last)
    years = {one: YearOfServices(one) for one in (year - 1, year)}
    rows = session.execute(_services(first, last).execution_options(yield_per=FETCH_ROWS))
    for row in rows:
        _count(years[row.service_date.year], row, known)
    return IntervalReport(years[year], years[year - 1])


def _services(first: date, last: date) -> Select[Any, Any, Any, Any, Any, Any]:
    """Return the statement of the services, each with the day of the one before it."""
    return (
        select(
            Report.service_date,
            Report.parlour_type,
            previous_service().label("previous_on"),
            Installation.ceased_on,
            Farm.ceased_on.label("farm_ceased_on"),
            ReportDetail.lateness_cause,
        )
        .join(Installation, Installation.id == Report.installation_id)
        .join(Site, Site.id == Installation.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .outerjoin(ReportDetail, ReportDetail.report_id == Report.id)
        .where(IS_MAJOR, Report.service_date.between(first, last))
    )


def _count(counted: YearOfServices, row: Any, known: Iterable[Leniency]) -> None:
    """Add a service to its year: by the kind it was of that day, as its term is asked of it."""
    if row.previous_on is None:
        counted.first += 1
        return
    before, day, parlour_type = row.previous_on, row.service_date, ParlourType(row.parlour_type)
    regulation = regulation_on(before)
    kept = kept_by(before, day, parlour_type, regulation, known)
    counted.kept[kept] += 1
    ends = [one for one in (row.ceased_on, row.farm_ceased_on) if one is not None]
    if is_about_to_stop(min(ends, default=None), day, parlour_type, regulation_on(day)):
        counted.stopping[kept] += 1
    months = months_late(before, day, parlour_type, regulation)
    counted.months[min(max(months, MONTHS_EARLY_MAX), MONTHS_LATE_MAX)] += 1
    if day > service_due_on(before, parlour_type, regulation):
        counted.late += 1
        cause = row.lateness_cause
        counted.causes[LatenessCause(cause) if cause is not None else None] += 1
