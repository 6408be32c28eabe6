"""Visits as they were registered: the list and one report with its versions, within one's scope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ReportState
from kombeheer.rules.stickers import DocumentKind
from kombeheer.services import listing, search
from kombeheer.services.stickers.ledger import number_of
from models.accounts import User
from models.parties import Dealer, Farm, Mechanic
from models.reports import Report
from models.sites import Installation, Site
from models.stickers import Document, StickerSeries

ORDERS: Mapping[str, list[listing.Order]] = {
    "recorded": [Report.recorded_at],
    "day": [Report.service_date],
    "farm": [Farm.name],
    "mechanic": [Mechanic.name],
    "dealer": [Dealer.name],
}


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report with the names of what it is about."""

    report: Report
    farm: str
    place: str
    mechanic: Mechanic
    dealer: Dealer
    installation: Installation
    number: StickerNumber | None


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a report: who recorded it, why, and what it said."""

    version: Document
    name: str
    content: Mapping[str, Any]


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a report may be seen: one's dealer's, one's own, or all."""
    if actor.role in (Role.OFFICE, Role.INSPECTOR):
        return true()
    if actor.role is Role.DEALER:
        return Report.dealer_id == actor.dealer_id
    if actor.role is Role.MECHANIC:
        return Report.mechanic_id == actor.mechanic_id
    return false()


def _joined() -> Any:
    return (
        select(Report, Farm.name, Site.place, Mechanic, Dealer, Installation, StickerSeries)
        .join(Installation, Installation.id == Report.installation_id)
        .join(Site, Site.id == Installation.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .join(Mechanic, Mechanic.id == Report.mechanic_id)
        .join(Dealer, Dealer.id == Report.dealer_id)
        .outerjoin(StickerSeries, StickerSeries.id == Report.series_id)
    )


def view_of(row: Any) -> ReportView:
    """Return a row of the list as it is shown."""
    report, farm, place, mechanic, dealer, installation, series = row
    number = number_of(series, report.serial)
    return ReportView(report, farm, place, mechanic, dealer, installation, number)


def list_reports(
    session: Session,
    actor: Actor,
    wanted: listing.Wanted,
    *,
    query: str = "",
    ending: str = "",
    state: str = "",
) -> listing.Page:
    """Return one page of the reports in scope, the newest first unless sorted otherwise."""
    statement = _joined().where(in_scope(actor))
    found = search.matches(Farm.id, search.SubjectKind.FARM, query)
    if found is not None:
        statement = statement.where(found)
    if ending:
        statement = statement.where(Report.ending == ending)
    if state:
        statement = statement.where(Report.state == state)
    if wanted.sort is None:
        wanted = listing.Wanted(wanted.page, "recorded", True)
    return listing.read_page(session, statement, Report.id, ORDERS, wanted)


def report_of_number(session: Session, series_id: int, serial: int) -> ReportView | None:
    """Return the report on which a number stands now, whoever's it is; None when on none."""
    statement = _joined().where(
        Report.series_id == series_id,
        Report.serial == serial,
        Report.state != ReportState.WITHDRAWN,
    )
    row = session.execute(statement).first()
    return None if row is None else view_of(row)


def show_report(
    session: Session, actor: Actor, report_id: str
) -> tuple[ReportView, list[VersionView]]:
    """Return a report with every version of it, the newest first.

    Raises:
        Refusal: `reports.unknown`, also for one outside the scope.
    """
    row = session.execute(_joined().where(Report.id == report_id, in_scope(actor))).first()
    if row is None:
        raise Refusal("reports.unknown", number=report_id[:32])
    versions = session.execute(
        select(Document, User.name)
        .outerjoin(User, User.id == Document.actor_id)
        .where(Document.kind == DocumentKind.REPORT, Document.reference == report_id)
        .order_by(Document.version.desc())
    )
    return view_of(row), [
        VersionView(version, name or "", json.loads(version.content)) for version, name in versions
    ]
