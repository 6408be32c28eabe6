"""Visits as they were registered: the list and one report with its versions, within one's scope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ReportState
from kombeheer.rules.stickers import DocumentKind
from kombeheer.services import listing, search
from kombeheer.services.reports import counting
from kombeheer.services.reports.scope import in_scope
from kombeheer.services.reports.versions import NOTES
from kombeheer.services.sites.terms import TermFilter, asked_of_terms
from kombeheer.services.stickers.ledger import number_of
from models.accounts import User
from models.parties import Dealer, Farm, Mechanic
from models.reports import Report
from models.sites import Installation, Site
from models.stickers import Document, StickerSeries

ALL_TERMS = TermFilter()
ORDERS: Mapping[str, list[listing.Order]] = {
    "day": [Report.service_date, Report.recorded_at],
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

    @property
    def reason(self) -> str:
        """Return why there is this version, as somebody said it; empty when nobody had to."""
        note = self.version.note
        return "" if note in NOTES else note


_JOINED: Any = (
    select(Report, Farm.name, Site.place, Mechanic, Dealer, Installation, StickerSeries)
    .join(Installation, Installation.id == Report.installation_id)
    .join(Site, Site.id == Report.site_id)  # where it stood that day
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
    kind: str = "",
    mechanic: str = "",
    year: int | None = None,
    counts: bool = False,
    term: TermFilter = ALL_TERMS,
) -> listing.Page:
    """Return one page of the reports in scope, the newest service first unless sorted otherwise.

    All of the whole country can only be sorted by day.

    Args:
        mechanic: his number.
        year: of the service date.
        counts: only those that count as a service of that year (R5).
        term: how they kept their term, for the lists behind the figures of R35.
    """
    of_reports = [in_scope(actor)]  # what a report itself tells
    if ending:
        of_reports.append(Report.ending == ending)
    if state:
        of_reports.append(Report.state == state)
    if kind:
        of_reports.append(Report.kind == kind)
    if year is not None:
        of_reports.append(counting.counting(year) if counts else counting.within(year))
    of_others = asked_of_terms(session, term)
    found = search.matches(Farm.id, search.SubjectKind.FARM, query)
    if found is not None:
        of_others.append(found)
    if mechanic:
        of_others.append(Mechanic.number == mechanic)
    if wanted.sort is None:
        wanted = replace(wanted, sort="day", descending=True)
    statement = _JOINED.where(*of_reports, *of_others)
    is_whole = not of_others and not listing.narrowing(*of_reports)
    orders = {"day": ORDERS["day"]} if is_whole else ORDERS
    most = listing.COUNTED_MAX
    number = None if of_others else listing.count_of(Report, *of_reports, most=most)
    return listing.read_page(session, statement, Report.id, orders, wanted, number, most)


def report_of_number(session: Session, series_id: int, serial: int) -> ReportView | None:
    """Return the report on which a number stands now, whoever's it is; None when on none."""
    statement = _JOINED.where(
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
    row = session.execute(_JOINED.where(Report.id == report_id, in_scope(actor))).first()
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
