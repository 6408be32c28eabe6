"""What belongs to a statement, and what the last one that was made of a period does not tell.

The conditions that statements, their lines and the making of one share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select
from sqlalchemy.orm import InstrumentedAttribute

from kombeheer.rules.reports import ReportState
from kombeheer.rules.statements import Period
from models.billing import ChargeRow, Statement, StatementReport
from models.reports import Report

# A dealer by his id, or the column of the dealer that is looked at.
SomeDealer = int | InstrumentedAttribute[int]
# A statement by its id, or a select of ids.
SomeStatement = int | Select[Any]


def of_period(
    dealer_id: SomeDealer, period: Period, told_ids: Sequence[int] | None = None
) -> ColumnElement[bool]:
    """Return the condition that an entry is of a dealer's period, and told by some statements."""
    within = and_(
        ChargeRow.dealer_id == dealer_id,
        ChargeRow.service_date.between(period.from_on, period.until_on),
    )
    return within if told_ids is None else and_(within, ChargeRow.statement_id.in_(told_ids))


def reported(dealer_id: SomeDealer, period: Period) -> ColumnElement[bool]:
    """Return the condition that a report stands on the running statement."""
    return and_(
        Report.dealer_id == dealer_id,
        Report.service_date.between(period.from_on, period.until_on),
        Report.state != ReportState.WITHDRAWN,
    )


def newest_of(period: Period) -> Select[Any]:
    """Return a select of the last statement made of a period, by id, of each dealer."""
    of_days = (Statement.from_on == period.from_on, Statement.until_on == period.until_on)
    return select(func.max(Statement.id)).where(*of_days).group_by(Statement.dealer_id)


def is_new(newest: SomeStatement) -> ColumnElement[bool]:
    """Return the condition that the last statement of its dealer does not tell a report."""
    return ~exists().where(
        StatementReport.report_id == Report.id,
        _one_of(newest),
        Statement.id == StatementReport.statement_id,
        Statement.dealer_id == Report.dealer_id,
    )


def gone_since(newest: SomeStatement, *columns: Any) -> Select[Any]:
    """Return a select of reports that the last statement tells, and that stand there no more."""
    still_there = and_(
        Report.dealer_id == Statement.dealer_id,
        Report.service_date.between(Statement.from_on, Statement.until_on),
        Report.state != ReportState.WITHDRAWN,
    )
    return (
        select(*columns)
        .select_from(StatementReport)
        .join(Statement, Statement.id == StatementReport.statement_id)
        .join(Report, Report.id == StatementReport.report_id)
        .where(_one_of(newest), not_(still_there))
    )


def _one_of(newest: SomeStatement) -> ColumnElement[bool]:
    if isinstance(newest, int):
        return StatementReport.statement_id == newest
    return StatementReport.statement_id.in_(newest)


def has_news(dealer_id: SomeDealer, period: Period) -> ColumnElement[bool]:
    """Return the condition that the last statement of a period does not tell all of it.

    An entry that was not told is news, and a report that came or went, whatever it costs.
    """
    newest = newest_of(period)
    untold = exists().where(of_period(dealer_id, period), ChargeRow.statement_id.is_(None))
    came = exists().where(reported(dealer_id, period), is_new(newest))
    there = select(func.count()).select_from(Report).where(reported(dealer_id, period))
    told = (
        select(func.count())
        .select_from(StatementReport)
        .join(Statement, Statement.id == StatementReport.statement_id)
        .where(_one_of(newest), Statement.dealer_id == dealer_id)
    )
    # When it tells all that are there, and only then is this looked at, more means that some went.
    gone = told.scalar_subquery() > there.scalar_subquery()
    return untold | came | gone


def moved_count(dealer_id: int, period: Period, newest: int | None) -> ColumnElement[int]:
    """Return how many reports came or went since the last statement; all when none was made."""
    came = select(func.count()).select_from(Report).where(reported(dealer_id, period))
    if newest is None:
        return came.scalar_subquery()
    gone = gone_since(newest, func.count()).scalar_subquery()
    return came.where(is_new(newest)).scalar_subquery() + gone
