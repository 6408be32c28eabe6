"""The lines of a statement: a report each, by service date, with what it costs there.

A page reads fifty, a file reads all of them in pieces: memory does not grow with the statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
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
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from kombeheer.rules.billing import ChargeItem, Tariff, tariff_on
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.rules.statements import NoCharge, why_nothing
from kombeheer.services import listing, search
from kombeheer.services.billing.charging import load_tariffs
from kombeheer.services.billing.statements import StatementView
from kombeheer.services.billing.telling import gone_since, is_new, of_period, reported
from kombeheer.services.stickers.ledger import number_of
from models.billing import ChargeRow, StatementReport
from models.parties import Farm
from models.reports import Report
from models.sites import Site
from models.stickers import Document, StickerSeries

ROWS_AT_ONCE = 500
_SAID = ("site_id", "parlour_type", "species", "unit_count", "ending", "series_id", "serial")
_REPORT = tuple(getattr(Report, name) for name in _SAID)
_TOLD = (StatementReport.report_id, StatementReport.service_date, Report.site_id)
_RUNNING_ORDER: Mapping[str, list[listing.Order]] = {"day": [Report.service_date]}
_TOLD_ORDER: Mapping[str, list[listing.Order]] = {"day": [StatementReport.service_date]}


@dataclass(frozen=True, slots=True)
class Line:
    """A report on a statement: what it was on its service date, and what it costs, in cents.

    `why` tells why it costs nothing; None when it costs something.
    """

    report_id: str
    service_date: date
    farm: str
    place: str
    parlour_type: ParlourType
    species: Species
    unit_count: int
    ending: Ending
    number: StickerNumber | None
    cents: Mapping[ChargeItem, int]
    why: NoCharge | None

    @property
    def total_cents(self) -> int:
        """Return what it comes to."""
        return sum(self.cents.values())


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


@dataclass(frozen=True, slots=True)
class _Known:
    """What all lines of a statement share."""

    view: StatementView
    tariffs: Sequence[Tariff]
    series: Mapping[int, StickerSeries]


def list_lines(
    session: Session, view: StatementView, wanted: listing.Wanted, query: str = ""
) -> tuple[listing.Page, list[Line]]:
    """Return one page of the lines of a statement, of some farms only when a text is searched."""
    statement, key = _rows(view)
    found = search.matches(Farm.id, search.SubjectKind.FARM, query)
    if found is not None:
        sites = select(Site.id).join(Farm, Farm.id == Site.farm_id).where(found)
        statement = statement.where(Report.site_id.in_(sites))
    orders = _RUNNING_ORDER if view.told is None else _TOLD_ORDER
    page = listing.read_page(session, statement, key, orders, wanted)
    return page, _lines(session, _known(session, view), page.items)


def stream_lines(session: Session, view: StatementView) -> Iterator[Line]:
    """Yield every line of a statement, read in pieces from one reading transaction.

    A statement whose lines do not come to its charges breaks off: no file may tell a wrong total.
    """
    statement, key = _rows(view)
    day = Report.service_date if view.told is None else StatementReport.service_date
    rows = session.execute(
        statement.order_by(day, key), execution_options={"yield_per": ROWS_AT_ONCE}
    )
    known, total = _known(session, view), 0
    for piece in rows.partitions():
        for line in _lines(session, known, piece):
            total += line.total_cents
            yield line
    assert total == view.totals.cents, f"lines of {total} cents, charges of {view.totals.cents}"


def _rows(view: StatementView) -> tuple[Select[Any], Any]:
    """Return the reports of a statement, and the column that names one.

    A version of a report that is not the present one comes with what it said.
    """
    if view.told is None:
        statement = select(Report.id, Report.service_date, null(), *_REPORT)
        return statement.where(reported(view.dealer.id, view.period)), Report.id
    said = case((Document.version != Report.version, Document.content))
    told = (
        select(StatementReport.report_id, StatementReport.service_date, said, *_REPORT)
        .join(Report, Report.id == StatementReport.report_id)
        .join(Document, Document.id == StatementReport.document_id)
        .where(StatementReport.statement_id == view.told.id)
    )
    return told, StatementReport.report_id


def _known(session: Session, view: StatementView) -> _Known:
    every = session.execute(select(StickerSeries)).scalars()
    return _Known(view, load_tariffs(session), {one.id: one for one in every})


def _lines(session: Session, known: _Known, rows: Sequence[Any]) -> list[Line]:
    """Return rows as lines, with two more queries for all of them."""
    told = []
    for report_id, day, content, *present in rows:
        said = json.loads(content) if content else dict(zip(_SAID, present, strict=True))
        told.append((report_id, day, said))
    places = _places(session, {said["site_id"] for _, _, said in told})
    cents = _cents(session, known.view, [report_id for report_id, _, _ in told])
    return [
        _line(known, report_id, day, said, places[said["site_id"]], cents.get(report_id, {}))
        for report_id, day, said in told
    ]


def _line(
    known: _Known,
    report_id: str,
    day: date,
    said: Mapping[str, Any],
    place: tuple[str, str],
    cents: Mapping[ChargeItem, int],
) -> Line:
    ending, series_id = Ending(said["ending"]), said["series_id"]
    series = None if series_id is None else known.series[series_id]
    why = None
    if not sum(cents.values()):
        why = why_nothing(
            has_number=ending is Ending.STICKER,
            is_minor=ending is Ending.KB,
            tariff=tariff_on(day, known.tariffs),
        )
    return Line(
        report_id,
        day,
        *place,
        ParlourType(said["parlour_type"]),
        Species(said["species"]),
        said["unit_count"],
        ending,
        number_of(series, said["serial"]),
        cents,
        why,
    )


def _places(session: Session, site_ids: set[int]) -> dict[int, tuple[str, str]]:
    """Return farm and place of sites, by their names of today."""
    rows = session.execute(
        select(Site.id, Farm.name, Site.place)
        .join(Farm, Farm.id == Site.farm_id)
        .where(Site.id.in_(sorted(site_ids)))
    )
    return {site_id: (farm, place) for site_id, farm, place in rows}


def _cents(
    session: Session, view: StatementView, report_ids: Sequence[str]
) -> dict[str, dict[ChargeItem, int]]:
    """Return what reports cost on a statement, net by item."""
    rows = session.execute(
        select(ChargeRow.report_id, ChargeRow.item, func.sum(ChargeRow.amount_cents))
        .where(
            ChargeRow.report_id.in_(report_ids),
            of_period(view.dealer.id, view.period, view.told_ids),
        )
        .group_by(ChargeRow.report_id, ChargeRow.item)
    )
    found: dict[str, dict[ChargeItem, int]] = {}
    for report_id, item, cents in rows:
        found.setdefault(report_id, {})[ChargeItem(item)] = int(cents)
    return found


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
    page = listing.read_page(session, statement, found.report_id, {"day": [day]}, wanted)
    places = _places(session, {row[2] for row in page.items})
    return page, [
        Change(report_id, on, *places[site_id], int(cancelled), int(added), int(moved))
        for report_id, on, site_id, cancelled, added, moved in page.items
    ]


def _charged(view: StatementView) -> Select[Any]:
    """Return the entries that a statement told first; of the running one, that none told yet."""
    first_told: ColumnElement[bool] = ChargeRow.statement_id.is_(None)
    if view.told is not None:
        first_told = ChargeRow.statement_id == view.told.id
    cents = ChargeRow.amount_cents
    return select(
        ChargeRow.report_id,
        ChargeRow.service_date.label("day"),
        ChargeRow.site_id,
        case((cents < 0, cents), else_=0).label("below"),
        case((cents > 0, cents), else_=0).label("above"),
        literal(0).label("moved"),
    ).where(of_period(view.dealer.id, view.period), first_told)


def _moved(view: StatementView) -> list[Select[Any]]:
    """Return the reports that came since the version before, and those that went."""
    version = None if view.told is None else view.told.version
    earlier = [one.id for one in view.versions if version is None or one.version < version]
    if view.told is None:
        came = select(Report.id, Report.service_date, Report.site_id, *_free(1))
        came = came.where(reported(view.dealer.id, view.period))
        if not earlier:
            return [came]
        return [came.where(is_new(earlier[0])), gone_since(earlier[0], *_TOLD, *_free(-1))]
    if not earlier:
        return [_told(view.told.id, 1)]
    return [_told(view.told.id, 1, earlier[0]), _told(earlier[0], -1, view.told.id)]


def _told(statement_id: int, moved: int, without: int | None = None) -> Select[Any]:
    """Return the reports that a statement told, less those that another told."""
    found = (
        select(*_TOLD, *_free(moved))
        .join(Report, Report.id == StatementReport.report_id)
        .where(StatementReport.statement_id == statement_id)
    )
    if without is None:
        return found
    other = aliased(StatementReport)
    also = (other.report_id == StatementReport.report_id, other.statement_id == without)
    return found.where(~exists().where(*also))


def _free(moved: int) -> tuple[Any, Any, Any]:
    """Return that a report costs nothing by itself, and whether it came or went."""
    return literal(0), literal(0), literal(moved)
