"""What changed on a statement since the version before it, report by report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from kombeheer.services import listing
from kombeheer.services.billing.statements import StatementView
from kombeheer.services.billing.telling import gone_since, is_new, of_period, reported
from models.billing import ChargeRow, StatementReport
from models.parties import Farm
from models.reports import Report
from models.sites import Site

_TOLD = (StatementReport.report_id, StatementReport.service_date, Report.site_id)


@dataclass(frozen=True, slots=True)
class Change:
    """What changed for a report since it was told: cents cancelled (below 0) and added.

    `moved` is 1 for a report that was not told before, -1 for one that was and is gone, else 0.
    """

    report_id: str
    service_date: date
    farm: str
    place: str
    cancelled_cents: int
    added_cents: int
    moved: int

    @property
    def total_cents(self) -> int:
        """Return what it comes to."""
        return self.cancelled_cents + self.added_cents


def first_told(view: StatementView) -> ColumnElement[bool]:
    """Return the condition that a statement tells an entry as the first one.

    Of the running one that is what no version tells.
    """
    if view.told is None:
        return ChargeRow.statement_id.is_(None)
    return ChargeRow.statement_id == view.told.id


def gone(view: StatementView) -> ColumnElement[bool]:
    """Return the condition that the version before tells a report, and this statement does not."""
    if view.before is None:
        return literal(value=False)
    if view.told is not None:
        left = _not_told_by(view.told.id)
    else:
        left = StatementReport.report_id.in_(gone_since(view.before.id, Report.id))
    return (StatementReport.statement_id == view.before.id) & left


def count_gone(session: Session, view: StatementView) -> int:
    """Return how many reports the version before tells that are not on this statement."""
    return session.execute(
        select(func.count()).select_from(StatementReport).where(gone(view))
    ).scalar_one()


def farms_and_places(session: Session, site_ids: set[int]) -> dict[int, tuple[str, str]]:
    """Return farm and place of sites, by their names of today."""
    rows = session.execute(
        select(Site.id, Farm.name, Site.place)
        .join(Farm, Farm.id == Site.farm_id)
        .where(Site.id.in_(sorted(site_ids)))
    )
    return {site_id: (farm, place) for site_id, farm, place in rows}


def list_changes(
    session: Session, view: StatementView, wanted: listing.Wanted
) -> tuple[listing.Page, list[Change]]:
    """Return one page of the reports for which something changed.

    Of the running statement that is since its last version; of a version it is what it told first.
    A report that came or went is among them, also when it costs nothing.
    """
    found = union_all(_charged(view), *_moved(view)).subquery().c
    day = func.min(found.day)
    statement: Any = select(
        found.report_id,
        day,
        func.min(found.site_id),
        func.sum(found.below),
        func.sum(found.above),
        func.sum(found.moved),
    ).group_by(found.report_id)
    each = select(func.count(found.report_id.distinct()))
    page = listing.read_page(session, statement, found.report_id, {"day": [day]}, wanted, each)
    places = farms_and_places(session, {row[2] for row in page.items})
    return page, [
        Change(report_id, on, *places[site_id], int(cancelled), int(added), int(moved))
        for report_id, on, site_id, cancelled, added, moved in page.items
    ]


def _charged(view: StatementView) -> Select[Any]:
    """Return the entries that a statement told first; of the running one, that none told yet."""
    cents = ChargeRow.amount_cents
    return select(
        ChargeRow.report_id,
        ChargeRow.service_date.label("day"),
        ChargeRow.site_id,
        case((cents < 0, cents), else_=0).label("below"),
        case((cents > 0, cents), else_=0).label("above"),
        literal(0).label("moved"),
    ).where(of_period(view.dealer.id, view.period), first_told(view))


def _moved(view: StatementView) -> list[Select[Any]]:
    """Return the reports that came since the version before, and those that went."""
    before = view.before
    if view.told is not None:
        if before is None:
            return [_told(view.told.id, 1)]
        return [_told(view.told.id, 1, before.id), _told(before.id, -1, view.told.id)]
    came = select(Report.id, Report.service_date, Report.site_id, *_free(1))
    came = came.where(reported(view.dealer.id, view.period))
    if before is None:
        return [came]
    return [came.where(is_new(before.id)), gone_since(before.id, *_TOLD, *_free(-1))]


def _told(statement_id: int, moved: int, without: int | None = None) -> Select[Any]:
    """Return the reports that a statement told, less those that another told."""
    found = (
        select(*_TOLD, *_free(moved))
        .join(Report, Report.id == StatementReport.report_id)
        .where(StatementReport.statement_id == statement_id)
    )
    return found if without is None else found.where(_not_told_by(without))


def _not_told_by(statement_id: int) -> ColumnElement[bool]:
    other = aliased(StatementReport)
    also = (other.report_id == StatementReport.report_id, other.statement_id == statement_id)
    return ~exists().where(*also)


def _free(moved: int) -> tuple[Any, Any, Any]:
    """Return that a report costs nothing by itself, and whether it came or went."""
    return literal(0), literal(0), literal(moved)
