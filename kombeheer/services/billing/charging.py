"""Charge what reports give rise to, and set right what no longer fits them, by counter-entries.

Which charges ought to stand is said by rules/billing alone. A new report is charged at once, by
itself; whatever changes a report that was there asks to `settle` its site.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.billing import (
    Billable,
    Charge,
    ChargeItem,
    ChargePeriod,
    ChargeScope,
    ChargeState,
    Settlement,
    Tariff,
    charges_of,
    settle,
)
from kombeheer.rules.reports import ReportState
from kombeheer.services.reports.versions import document_of
from models.billing import ChargeRow, TariffRow
from models.reports import Report, ReportDetail
from models.sites import Installation, Site

Row = dict[str, Any]
SITES_AT_ONCE = 500

_TARIFFS = select(TariffRow.core()).order_by(TariffRow.valid_from)
_READ: WeakKeyDictionary[Any, Sequence[Tariff]] = WeakKeyDictionary()  # by database
_CANCEL = (
    update(ChargeRow.core())
    .where(ChargeRow.id == bindparam("charge"), ChargeRow.state == ChargeState.STANDING)
    .values(state=ChargeState.CANCELLED)
)


def load_tariffs(session: Session, newest: int | None = None) -> Sequence[Tariff]:
    """Return every tariff, the oldest first.

    Args:
        newest: the highest id of a tariff, when a query of this transaction has told it. Tariffs
            never change, so what was read up to that id need not be read again.
    """
    known = _READ.get(session.get_bind())
    if known is not None and known[-1].id == newest:
        return known
    found = [
        Tariff(
            row.id,
            row.valid_from,
            row.base_cents,
            row.cow_cents,
            row.goat_cents,
            row.sheep_cents,
            row.jar_cents,
            row.meter_cents,
            ChargeScope(row.base_scope),
            ChargePeriod(row.base_period),
            ChargeScope(row.surcharge_scope),
            ChargePeriod(row.surcharge_period),
        )
        for row in session.connection().execute(_TARIFFS)
    ]
    if newest is not None:
        _READ[session.get_bind()] = found
    return found


def charge_new(
    session: Session,
    actor: Actor,
    now: datetime,
    reports: Sequence[Mapping[str, Any]],
    newest_tariff: int | None = None,
) -> list[Row]:
    """Return what reports are charged by their first version, as rows to store with them.

    What was charged before is not charged again: the index of what is charged once decides, so
    that of two who come together one is first. Sites must be held `FOR KEY SHARE`, so that nobody
    settles one meanwhile without seeing these reports.

    Args:
        reports: the columns of each, in order, with `jars_verified` and `meters_verified` when it
            has details; one withdrawn costs nothing.
        newest_tariff: as `load_tariffs` takes it.
    """
    billables = [_new(one) for one in reports if one["state"] != ReportState.WITHDRAWN]
    found = [one for one in billables if one.number is not None or one.jars or one.meters]
    if not found:
        return []
    tariffs = load_tariffs(session, newest_tariff)
    return [
        _row(actor, now, charge, one.report_id)
        for one in found
        for charge in charges_of(one, tariffs)
    ]


def _new(report: Mapping[str, Any]) -> Billable:
    return Billable(
        report["id"],
        report["service_date"],
        report["dealer_id"],
        report["site_id"],
        report["installation_id"],
        report["species"],
        report["unit_count"],
        None if report["series_id"] is None else (report["series_id"], report["serial"]),
        report.get("jars_verified", 0),
        report.get("meters_verified", 0),
    )


def settle_sites(
    session: Session, actor: Actor, now: datetime, changed: Collection[tuple[int, date]]
) -> None:
    """Make the charges of farms fit their reports, within the calendar years of some days.

    Counter-entries first, then what takes their place. Whoever registers at one of these farms
    meanwhile waits.

    Args:
        changed: the site and service date of each report as it was, and as it is now.
    """
    years = sorted({(site_id, day.year) for site_id, day in changed})
    for start in range(0, len(years), SITES_AT_ONCE):
        _settle(session, actor, now, years[start : start + SITES_AT_ONCE])


def _settle(
    session: Session,
    actor: Actor,
    now: datetime,
    changed: Sequence[tuple[int, int]],
) -> None:
    reports, documents = _reports(session, _of_farms(_hold_farms(session, changed)))
    standing = _standing(session, documents)
    found = settle(standing.values(), reports, load_tariffs(session))
    _store(
        session, actor, now, found, {charge.key: id_ for id_, charge in standing.items()}, documents
    )


def _hold_farms(session: Session, changed: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    """Lock every site of the farms of these sites; return of each year the farms.

    An installation moves between the sites of its farm, and what is charged once for it may have
    been charged at the one before.
    """
    farms = select(Site.farm_id).where(Site.id.in_(sorted({site_id for site_id, _ in changed})))
    rows = session.execute(
        select(Site.id, Site.farm_id)
        .where(Site.farm_id.in_(farms))
        .order_by(Site.id)
        .with_for_update()
    )
    farm_of = {row.id: row.farm_id for row in rows}
    if any(site_id not in farm_of for site_id, _ in changed):
        return _hold_farms(session, changed)  # its farm was merged while this waited for it
    found: dict[int, list[int]] = {}
    for farm_id, year in sorted({(farm_of[site_id], year) for site_id, year in changed}):
        found.setdefault(year, []).append(farm_id)
    return found


def _of_farms(farms: Mapping[int, Sequence[int]]) -> ColumnElement[bool]:
    """Return the condition on `report` that it is of one of these farms, in its year."""
    return or_(
        *(
            Report.installation_id.in_(
                select(Installation.id)
                .join(Site, Site.id == Installation.site_id)
                .where(Site.farm_id.in_(of_year))
            )
            & Report.service_date.between(date(year, 1, 1), date(year, 12, 31))
            for year, of_year in farms.items()
        )
    )


def _reports(session: Session, here: ColumnElement[bool]) -> tuple[list[Billable], dict[str, str]]:
    """Return the reports that stand, and of all, withdrawn too, the document of their version."""
    rows = session.execute(  # rows, for a withdrawal does not change what the session has loaded
        select(Report.core(), ReportDetail.jars_verified, ReportDetail.meters_verified)
        .outerjoin(ReportDetail, ReportDetail.report_id == Report.id)
        .where(here)
        .order_by(Report.recorded_at, Report.id)
    )
    reports, documents = [], {}
    for rank, row in enumerate(rows):
        documents[row.id] = document_of(row.id, row.version)
        if row.state != ReportState.WITHDRAWN:
            jars, meters = row.jars_verified or 0, row.meters_verified or 0
            reports.append(billable_of(row, jars, meters, rank))
    return reports, documents


def billable_of(report: Any, jars: int, meters: int, registered: int = 0) -> Billable:
    """Return the row of a report as the rules of billing take it."""
    number = None
    if report.series_id is not None and report.serial is not None:
        number = (report.series_id, report.serial)
    return Billable(
        report.id,
        report.service_date,
        report.dealer_id,
        report.site_id,
        report.installation_id,
        report.species,
        report.unit_count,
        number,
        jars,
        meters,
        registered,
    )


def charge_of(row: Any) -> Charge:
    """Return a stored charge as the rules of billing take it."""
    number = None if row.series_id is None else (row.series_id, row.serial)
    return Charge(
        ChargeItem(row.item),
        row.scope,
        row.period,
        row.tariff_id,
        row.report_id,
        row.dealer_id,
        row.site_id,
        row.installation_id,
        row.service_date,
        number,
        row.quantity,
        row.unit_cents,
    )


def _standing(session: Session, report_ids: Iterable[str]) -> dict[int, Charge]:
    """Return what is charged for reports, those that were withdrawn too."""
    rows = session.execute(
        select(ChargeRow.core()).where(
            ChargeRow.report_id.in_(sorted(report_ids)), ChargeRow.state == ChargeState.STANDING
        )
    )
    return {row.id: charge_of(row) for row in rows}


def _store(
    session: Session,
    actor: Actor,
    now: datetime,
    found: Settlement,
    ids: dict[Any, int],
    documents: dict[str, str],
) -> None:
    """Cancel and add; an entry cites the version of its report that made it necessary."""
    connection = session.connection()
    if found.cancelled:
        cancelled = [ids[one.key] for one in found.cancelled]
        connection.execute(_CANCEL, [{"charge": charge_id} for charge_id in cancelled])
        rows = [
            _row(actor, now, one, documents[one.report_id], counters=charge_id)
            for charge_id, one in zip(cancelled, found.cancelled, strict=True)
        ]
        connection.execute(insert(ChargeRow.core()), rows)
    if found.added:
        rows = [_row(actor, now, one, documents[one.report_id]) for one in found.added]
        connection.execute(insert(ChargeRow.core()), rows)


def _row(
    actor: Actor, now: datetime, charge: Charge, document_id: str, *, counters: int | None = None
) -> Row:
    series_id, serial = charge.number or (None, None)
    return {
        "state": ChargeState.STANDING if counters is None else ChargeState.COUNTER,
        "item": charge.item,
        "scope": charge.scope,
        "period": charge.period,
        "tariff_id": charge.tariff_id,
        "report_id": charge.report_id,
        "document_id": document_id,
        "dealer_id": charge.dealer_id,
        "site_id": charge.site_id,
        "installation_id": charge.installation_id,
        "service_date": charge.service_date,
        "series_id": series_id,
        "serial": serial,
        "quantity": charge.quantity,
        "unit_cents": charge.unit_cents,
        "amount_cents": charge.amount_cents * (1 if counters is None else -1),
        "recorded_at": now,
        "actor_id": actor.user_id,
        "counters": counters,
    }
