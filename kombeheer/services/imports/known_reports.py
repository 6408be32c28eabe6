"""Reports that are registered, as the import of reports finds them and tells them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from kombeheer.rules.imports import Subject
from kombeheer.rules.reports import ReportState, ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services.imports import references
from kombeheer.services.imports.report_columns import number_cell
from kombeheer.services.reports.revision import DETAILS, Revision, details_of
from kombeheer.services.stickers.ledger import number_of
from models.parties import Dealer, Mechanic
from models.reports import Report, ReportDetail
from models.sites import Installation
from models.stickers import StickerSeries

Number = tuple[int, int]  # series id, serial
Visit = tuple[int, date]  # installation id, service date
_STANDS = Report.state != ReportState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Stored:
    """A report that is registered; `by_key` when the file names it itself."""

    report_id: str
    version: int
    mechanic_id: int
    installation_id: int
    number: Number | None
    received_on: date
    dealer: str
    revision: Revision
    reference: str = ""
    by_key: bool = False


class StoredReports:
    """Those reports that a chunk of lines may be about."""

    def __init__(self, found: Iterable[Stored], keys: dict[str, str]) -> None:
        self._by_id = {one.report_id: one for one in found}
        self._keys = keys
        self._by_number = {one.number: one for one in self._by_id.values() if one.number}
        self._by_visit: dict[tuple[int, date, Ending], Stored] = {}
        for one in self._by_id.values():
            about = one.revision
            key = (one.installation_id, about.service_date, about.ending)
            self._by_visit.setdefault(key, one)

    def of(self, reference: str | None, named: Any) -> Stored | None:
        """Return the report that a line is about: by its key, else its number, else its visit.

        Args:
            named: with `sticker`, `installation` and `ending`.
        """
        if reference in self._keys:
            return replace(self._by_id[self._keys[reference]], by_key=True)
        if named.sticker is not None:
            return self._by_number.get((named.sticker.series_id, named.sticker.serial))
        return self._by_visit.get((named.installation.id, named.day, named.ending))


def stored_reports(
    session: Session,
    keys: Iterable[str | None],
    numbers: Sequence[Number],
    visits: Sequence[Visit],
) -> StoredReports:
    """Return the reports that stand with one of these keys, numbers or visits."""
    known = references.resolve(session, Subject.REPORT, [key for key in keys if key])
    ids = {*known.values(), *_stuck(session, set(numbers)), *_visited(session, set(visits))}
    rows = _rows(session, Report.id.in_(sorted(ids))) if ids else []
    named = references.references_of(session, Subject.REPORT, [row.Report.id for row in rows])
    found = [
        Stored(
            row.Report.id,
            row.Report.version,
            row.Report.mechanic_id,
            row.Report.installation_id,
            (row.Report.series_id, row.Report.serial) if row.Report.serial else None,
            row.Report.received_on,
            row.dealer,
            _revision(row),
            named.get(row.Report.id, ""),
        )
        for row in rows
    ]
    return StoredReports(found, known)


def _stuck(session: Session, numbers: set[Number]) -> Iterator[str]:
    """Yield the ids of reports with these numbers.

    Asked by its parts and sorted out here: to PostgreSQL a thousand pairs are as many conditions.
    """
    rows = session.execute(
        select(Report.id, Report.series_id, Report.serial).where(
            Report.series_id.in_({series_id for series_id, _ in numbers}),
            Report.serial.in_({serial for _, serial in numbers}),
            _STANDS,
        )
    )
    return (report_id for report_id, *number in rows if tuple(number) in numbers)


def _visited(session: Session, visits: set[Visit]) -> Iterator[str]:
    """Yield the ids of reports of these visits, asked in the same way."""
    days = {day for _, day in visits}
    rows = session.execute(
        select(Report.id, Report.installation_id, Report.service_date).where(
            Report.installation_id.in_({installation_id for installation_id, _ in visits}),
            Report.service_date.between(min(days), max(days)) if days else false(),
            _STANDS,
        )
    )
    return (report_id for report_id, *visit in rows if tuple(visit) in visits)


def _rows(session: Session, condition: ColumnElement[bool]) -> Sequence[Any]:
    return session.execute(
        select(
            Report,
            ReportDetail,
            StickerSeries,
            Mechanic.number.label("mechanic"),
            Installation.public_id.label("installation"),
            Dealer.number.label("dealer"),
        )
        .join(Mechanic, Mechanic.id == Report.mechanic_id)
        .join(Installation, Installation.id == Report.installation_id)
        .join(Dealer, Dealer.id == Report.dealer_id)
        .outerjoin(ReportDetail, ReportDetail.report_id == Report.id)
        .outerjoin(StickerSeries, StickerSeries.id == Report.series_id)
        .where(_STANDS, condition)
    ).all()


def _revision(row: Any) -> Revision:
    report: Report = row.Report
    number = number_of(row.StickerSeries, report.serial)
    return Revision(
        ServiceKind(report.kind),
        Ending(report.ending),
        number.digits if number is not None else "",
        report.service_date,
        row.mechanic,
        row.installation,
        ParlourType(report.parlour_type),
        Species(report.species),
        report.unit_count,
        details_of(row.ReportDetail),
    )


def lines_of(session: Session, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return reports as the values of their lines, in the order of their ids."""
    rows = {row.Report.id: row for row in _rows(session, Report.id.in_(ids))}
    named = references.references_of(session, Subject.REPORT, rows)
    installations = references.references_of(
        session, Subject.INSTALLATION, [row.installation for row in rows.values()]
    )
    lines = []
    for row in (rows[report_id] for report_id in ids if report_id in rows):
        about = _revision(row)
        number = number_of(row.StickerSeries, row.Report.serial)
        line = about.values()
        line |= {name: getattr(about.details, name) for name in DETAILS}
        line |= {
            "reference": named.get(row.Report.id, row.Report.id),
            "number": number_cell(about.ending, number.printed if number else None),
            "installation": installations.get(row.installation, row.installation),
            "dealer": row.dealer,
            "received_on": row.Report.received_on,
        }
        lines.append(line)
    return lines
