"""How many reports there are: the services of a mechanic in a year, and the two counts of R68."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, distinct, func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import ReportState, ServiceKind, counts_as_service
from kombeheer.services.reports.scope import in_scope
from models.reports import Report


@dataclass(frozen=True, slots=True)
class Totals:
    """The reports of a year: every one of them, and one for each installation."""

    every: int
    installations: int


def within(year: int) -> ColumnElement[bool]:
    """Return the condition that a service was done in a calendar year."""
    return Report.service_date.between(date(year, 1, 1), date(year, 12, 31))


def counting(year: int) -> ColumnElement[bool]:
    """Return the condition that a report counts as a service of a year, as the rule says it."""
    regulation = regulation_on(date(year, 12, 31))
    kinds = [
        kind for kind in ServiceKind if counts_as_service(kind, ReportState.COMPLETE, regulation)
    ]
    return and_(within(year), Report.state != ReportState.WITHDRAWN, Report.kind.in_(kinds))


def services_in_year(session: Session, mechanic_ids: Collection[int], year: int) -> dict[int, int]:
    """Return how many services each of these mechanics did in a year, by service date."""
    rows = session.execute(
        select(Report.mechanic_id, func.count())
        .where(Report.mechanic_id.in_(mechanic_ids), counting(year))
        .group_by(Report.mechanic_id)
    )
    found = {row[0]: row[1] for row in rows}
    return {mechanic_id: found.get(mechanic_id, 0) for mechanic_id in mechanic_ids}


def count_incomplete(session: Session, actor: Actor) -> int:
    """Return how many reports in scope still wait for what completes them."""
    waiting = (Report.state == ReportState.INCOMPLETE, in_scope(actor))
    return session.execute(select(func.count()).where(*waiting)).scalar_one()


def first_year(session: Session, actor: Actor) -> int | None:
    """Return the year of the oldest report in scope; None while there is none."""
    day = session.execute(select(func.min(Report.service_date)).where(in_scope(actor))).scalar()
    return None if day is None else day.year


def totals_of_year(session: Session, actor: Actor, year: int) -> Totals:
    """Return both counts of the reports in scope that stand; half-yearly ones count in `every`."""
    every, installations = session.execute(
        select(func.count(), func.count(distinct(Report.installation_id))).where(
            within(year), Report.state != ReportState.WITHDRAWN, in_scope(actor)
        )
    ).one()
    return Totals(every, installations)
