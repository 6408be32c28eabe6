"""Reports with what stands charged for them, farm by farm, in memory that does not grow.

What is charged once for an installation may stand at another site of its farm, for it moves
between them; never at another farm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.billing import Billable, Charge, ChargeItem, ChargeState
from kombeheer.rules.reports import ReportState
from models.billing import ChargeRow
from models.reports import Report, ReportDetail
from models.sites import Site

FETCH_ROWS = 1_000
_OF_CHARGE = (
    *("item", "scope", "period", "tariff_id", "dealer_id", "site_id", "installation_id"),
    *("service_date", "series_id", "serial", "quantity", "unit_cents"),
)
_STATEMENT = (
    select(
        Site.farm_id,
        Report.id,
        Report.service_date,
        Report.dealer_id,
        Report.site_id,
        Report.installation_id,
        Report.species,
        Report.unit_count,
        Report.series_id,
        Report.serial,
        ReportDetail.jars_verified,
        ReportDetail.meters_verified,
        ChargeRow.id,
        *(getattr(ChargeRow, name) for name in _OF_CHARGE),
    )
    .select_from(Report)
    .outerjoin(Site, Site.id == Report.site_id)
    .outerjoin(ReportDetail, ReportDetail.report_id == Report.id)
    .outerjoin(
        ChargeRow, (ChargeRow.report_id == Report.id) & (ChargeRow.state == ChargeState.STANDING)
    )
    .where(Report.state != ReportState.WITHDRAWN)
    .order_by(Site.farm_id, Report.recorded_at, Report.id, ChargeRow.id)
)


@dataclass(frozen=True, slots=True)
class FarmCharges:
    """The reports of one farm that stand, and the charges that stand for them, each by its id."""

    reports: Sequence[Billable]
    standing: dict[int, Charge]


def farms(
    session: Session, from_on: date | None = None, until_on: date | None = None
) -> Iterator[FarmCharges]:
    """Yield every farm that has reports, with those of the given service dates."""
    wanted = _STATEMENT.execution_options(yield_per=FETCH_ROWS)
    if from_on is not None:
        wanted = wanted.where(Report.service_date >= from_on)
    if until_on is not None:
        wanted = wanted.where(Report.service_date <= until_on)
    rows = session.connection().execute(wanted)
    for _, of_farm in groupby(rows, key=itemgetter(0)):
        yield _farm(of_farm)


def _farm(rows: Iterable[Any]) -> FarmCharges:
    reports: dict[str, Billable] = {}
    standing = {}
    for row in rows:
        report_id, charge_id = row[1], row[12]
        if report_id not in reports:
            reports[report_id] = _billable(row, len(reports))
        if charge_id is not None:
            standing[charge_id] = _charge(report_id, *row[13:])
    return FarmCharges(list(reports.values()), standing)


def _billable(row: Any, registered: int) -> Billable:
    _, report_id, day, dealer_id, site_id, installation_id, species, units, *more = row[:12]
    series_id, serial, jars, meters = more
    number = None if serial is None else (series_id, serial)
    return Billable(
        report_id,
        day,
        dealer_id,
        site_id,
        installation_id,
        species,
        units,
        number,
        jars or 0,
        meters or 0,
        registered,
    )


def _charge(
    report_id: str,
    item: str,
    scope: str,
    period: str,
    tariff_id: int,
    dealer_id: int,
    site_id: int,
    installation_id: int,
    day: date,
    series_id: int | None,
    serial: int | None,
    quantity: int,
    unit_cents: int,
) -> Charge:
    return Charge(
        ChargeItem(item),
        scope,
        period,
        tariff_id,
        report_id,
        dealer_id,
        site_id,
        installation_id,
        day,
        None if series_id is None or serial is None else (series_id, serial),
        quantity,
        unit_cents,
    )
