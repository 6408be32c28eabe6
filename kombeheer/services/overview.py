"""What the office sees first: what waits, what is late, what changed, stickers stuck per week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kombeheer.rules.cases import CaseOwner
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import ReportState
from kombeheer.rules.scanning import VISIT_ENDINGS, Ending
from kombeheer.rules.stickers import AccountKind
from kombeheer.services.cases import lists as cases
from kombeheer.services.cases.lists import Counts
from kombeheer.services.stickers.lists import in_account
from models.parties import Dealer
from models.reports import Report
from models.stickers import Sticker

WEEKS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Week:
    """Stickers stuck in one week, and in the same week a year (52 weeks) before."""

    monday: date
    count: int
    past: int
    is_present: bool

    @property
    def number(self) -> int:
        """Return the week's number in its year."""
        return self.monday.isocalendar().week


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of the office's first page.

    Args:
        cases, with_dealers: how many wait for the office, and for a dealer, and how many of
            those are past their day.
        is_begun: whether there is a dealer, without whom there is nothing else.
    """

    cases: Counts
    with_dealers: Counts
    in_transit_late: int
    transit_late_days: int
    visits: dict[Ending, int]
    weeks: list[Week]
    is_begun: bool


def overview(session: Session, today: date, since: datetime) -> Overview:
    """Return the office's figures of a day; `since` is where yesterday began."""
    late_days = regulation_on(today).transit_late_days
    late = session.execute(
        select(func.count()).where(
            in_account(AccountKind.TRANSIT),
            Sticker.issued_on < today - timedelta(days=late_days),
        )
    ).scalar_one()
    visits = session.execute(
        select(Report.ending, func.count())
        .where(Report.recorded_at >= since, Report.state != ReportState.WITHDRAWN)
        .group_by(Report.ending)
    )
    recorded = {Ending(ending): count for ending, count in visits}
    return Overview(
        cases.counts(session, today, CaseOwner.OFFICE),
        cases.counts(session, today, CaseOwner.DEALER),
        late,
        late_days,
        {ending: recorded.get(ending, 0) for ending in VISIT_ENDINGS},
        _weeks(session, today),
        session.execute(select(Dealer.id).limit(1)).first() is not None,
    )


def _weeks(session: Session, today: date) -> list[Week]:
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS_SHOWN - 1)
    year = timedelta(weeks=52)
    rows = session.execute(
        select(Report.service_date, func.count())
        .where(
            Report.ending == Ending.STICKER,
            Report.state != ReportState.WITHDRAWN,
            Report.service_date >= first - year,
            Report.service_date <= today,
        )
        .group_by(Report.service_date)
    )
    per_week: dict[date, int] = {}
    for day, count in rows:
        start = day - timedelta(days=day.weekday())
        per_week[start] = per_week.get(start, 0) + count
    mondays = [first + timedelta(weeks=index) for index in range(WEEKS_SHOWN)]
    return [
        Week(one, per_week.get(one, 0), per_week.get(one - year, 0), one == monday)
        for one in mondays
    ]
