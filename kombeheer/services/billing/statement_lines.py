"""The lines of a statement: a report each, by service date, with what it costs there.

A page reads fifty, a file reads all of them in pieces: memory does not grow with the statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    func,
    null,
    select,
)
from sqlalchemy.orm import Session

from kombeheer.rules.billing import ChargeItem, Tariff, tariff_on
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.rules.statements import NoCharge, why_nothing
from kombeheer.services import listing, search
from kombeheer.services.billing.charging import load_tariffs
from kombeheer.services.billing.statement_changes import farms_and_places, first_told, gone
from kombeheer.services.billing.statements import StatementView
from kombeheer.services.billing.telling import of_period, reported
from kombeheer.services.stickers.ledger import number_of
from models.billing import ChargeRow, StatementReport
from models.parties import Farm
from models.reports import Report
from models.sites import Site
from models.stickers import Document, StickerSeries

ROWS_AT_ONCE = 500
_SAID = ("site_id", "parlour_type", "species", "unit_count", "ending", "series_id", "serial")
_REPORT = tuple(getattr(Report, name) for name in _SAID)
_RUNNING_ORDER: Mapping[str, list[listing.Order]] = {"day": [Report.service_date]}
_TOLD_ORDER: Mapping[str, list[listing.Order]] = {"day": [StatementReport.service_date]}


@dataclass(frozen=True, slots=True)
class Line:
    """A report on a statement: what it was on its service date, and what it costs, in cents.

    Args:
        changed_cents: of it what the version before did not tell; None when there is none.
        is_gone: whether it only stood on the version before, and now costs nothing.
        why: why it costs nothing; None when it costs something, or is gone.
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
    changed_cents: int | None = None
    is_gone: bool = False

    @property
    def total_cents(self) -> int:
        """Return what it comes to."""
        return sum(self.cents.values())


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
    """Yield every line of a statement, then what is gone since the version before.

    They are read in pieces from one reading transaction. A statement whose lines do not come to
    its charges, or to what changed, breaks off: no file may tell a wrong total.
    """
    (present, key), known = _rows(view), _known(session, view)
    day = Report.service_date if view.told is None else StatementReport.service_date
    every = [(present.order_by(day, key), False)]
    if view.before is not None:
        days = StatementReport.service_date, StatementReport.report_id
        every.append((_told_rows(gone(view)).order_by(*days), True))
    total = changed = 0
    for statement, is_gone in every:
        rows = session.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE})
        for piece in rows.partitions():
            for line in _lines(session, known, piece, is_gone=is_gone):
                total += line.total_cents
                changed += line.changed_cents or 0
                yield line
    assert total == view.totals.cents, f"lines of {total} cents, charges of {view.totals.cents}"
    assert changed == (view.changed_cents or 0), f"{changed} cents of {view.changed_cents}"


def _rows(view: StatementView) -> tuple[Select[Any], Any]:
    """Return the reports of a statement, and the column that names one."""
    if view.told is None:
        statement = select(Report.id, Report.service_date, null(), *_REPORT)
        return statement.where(reported(view.dealer.id, view.period)), Report.id
    return _told_rows(StatementReport.statement_id == view.told.id), StatementReport.report_id


def _told_rows(such: ColumnElement[bool]) -> Select[Any]:
    """Return reports as versions told them.

    A version of a report that is not the present one comes with what it said.
    """
    said = case((Document.version != Report.version, Document.content))
    return (
        select(StatementReport.report_id, StatementReport.service_date, said, *_REPORT)
        .join(Report, Report.id == StatementReport.report_id)
        .join(Document, Document.id == StatementReport.document_id)
        .where(such)
    )


def _known(session: Session, view: StatementView) -> _Known:
    every = session.execute(select(StickerSeries)).scalars()
    return _Known(view, load_tariffs(session), {one.id: one for one in every})


def _lines(
    session: Session, known: _Known, rows: Sequence[Any], *, is_gone: bool = False
) -> list[Line]:
    """Return rows as lines, with three more queries for all of them."""
    told = []
    for report_id, day, content, *present in rows:
        said = json.loads(content) if content else dict(zip(_SAID, present, strict=True))
        told.append((report_id, day, said))
    places = farms_and_places(session, {said["site_id"] for _, _, said in told})
    cents = _cents(session, known.view, [report_id for report_id, _, _ in told])
    changed = _changed(session, known.view, [report_id for report_id, _, _ in told])
    lines = (
        _line(known, report_id, day, said, places[said["site_id"]], cents.get(report_id, {}))
        for report_id, day, said in told
    )
    if known.view.before is None:
        return list(lines)
    return [
        replace(
            line,
            changed_cents=changed.get(line.report_id, 0),
            is_gone=is_gone,
            why=None if is_gone else line.why,
        )
        for line in lines
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


def _changed(session: Session, view: StatementView, report_ids: Sequence[str]) -> dict[str, int]:
    """Return what the version before did not tell of reports, net in cents."""
    if view.before is None:
        return {}
    rows = session.execute(
        select(ChargeRow.report_id, func.sum(ChargeRow.amount_cents))
        .where(
            ChargeRow.report_id.in_(report_ids),
            of_period(view.dealer.id, view.period),
            first_told(view),
        )
        .group_by(ChargeRow.report_id)
    )
    return {report_id: int(cents) for report_id, cents in rows}
