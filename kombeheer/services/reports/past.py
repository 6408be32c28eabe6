"""Store reports of before, which came in by no scan: a great many at once, set-wise.

Everything follows from such a report that follows from one of today: its version, the movement of
its number, its charges, the customer. Nothing was scanned, so there is no event and no decision,
and nobody has to decide. Whether it can be true is asked by who reads the old administration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import Details, Service, ServiceKind, state_of
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.rules.stickers import Account, DocumentKind
from kombeheer.services import journal
from kombeheer.services.billing import charging
from kombeheer.services.parties import customers
from kombeheer.services.reports.numbers import Stuck, sticking
from kombeheer.services.reports.revision import detail_values
from kombeheer.services.reports.versions import TAKEN_OVER, version_row
from kombeheer.services.stickers import ledger
from models.base import among
from models.billing import ChargeRow
from models.reports import Report, ReportDetail
from models.sites import Site
from models.stickers import Document

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PastReport:
    """A report as it was made then.

    Args:
        id: its public id, which nothing has yet.
        ending: `Ending.UNMARKED` before there were numbered stickers.
        site_id: where the installation stood that day; its farm is the customer.
        parlour_type, species, unit_count: of the installation that day.
        dealer_id: who employed the mechanic that day.
        series_id, serial: of its sticker, both None without one.
        source: the account that the number is in until it is stuck; None without a number.
        details: what was measured and told; None when nobody told it.
    """

    id: str
    kind: ServiceKind
    ending: Ending
    service_date: date
    site_id: int
    installation_id: int
    parlour_type: ParlourType
    species: Species
    unit_count: int
    mechanic_id: int
    dealer_id: int
    series_id: int | None
    serial: int | None
    source: Account | None
    received_on: date
    details: Details | None


def store_past(
    session: Session, actor: Actor, now: datetime, reports: Sequence[PastReport]
) -> None:
    """Store reports with all that follows from them; the journal tells it once for all of them.

    The number of statements does not grow with the reports. They are charged and stuck in their
    order: of two that would be charged the same thing, the first is.

    Raises:
        Refusal: `stickers.moved_meanwhile` when a number is not in the account it should come
            from. Nothing is stored once the transaction is undone.
    """
    if not reports:
        return
    farm_of = _hold_farms(session, {one.site_id for one in reports})
    rows = [_report_row(now, one) for one in reports]
    told = {
        one.id: detail_values(one.details, one.parlour_type, one.service_date)
        for one in reports
        if one.details is not None
    }
    said = [row | told.get(row["id"], {}) for row in rows]
    ledger.post(
        session,
        [
            sticking(actor, now, stuck, one.source, one.id)
            for one in reports
            if (stuck := _stuck(one)) is not None and one.source is not None
        ],
        DocumentKind.REPORT,
        locked=True,
        rows={
            Document: [version_row(actor, now, row, TAKEN_OVER) for row in said],
            Report: rows,
            ReportDetail: [{"report_id": id_} | of_one for id_, of_one in told.items()],
            ChargeRow: charging.charge_new(session, actor, now, said),
        },
    )
    customers.serve_earlier(
        session, {(one.dealer_id, farm_of[one.site_id], one.service_date) for one in reports}
    )
    _tell(session, actor, now, reports)


def _hold_farms(session: Session, site_ids: set[int]) -> dict[int, int]:
    """Return the farm of each site, held so that nobody settles its charges meanwhile."""
    rows = session.execute(
        select(Site.id, Site.farm_id)
        .where(among(Site.id, site_ids))
        .order_by(Site.id)
        .with_for_update(read=True, key_share=True)
    )
    return {row.id: row.farm_id for row in rows}


def _report_row(now: datetime, one: PastReport) -> Row:
    service = Service(
        one.kind, one.ending is Ending.STICKER, one.ending is Ending.KB, one.service_date
    )
    return {
        "id": one.id,
        "version": 1,
        "state": state_of(service, one.details, regulation_on(one.service_date)),
        "kind": one.kind,
        "ending": one.ending,
        "service_date": one.service_date,
        "stop": one.id,
        "site_id": one.site_id,
        "installation_id": one.installation_id,
        "parlour_type": one.parlour_type,
        "species": one.species,
        "unit_count": one.unit_count,
        "mechanic_id": one.mechanic_id,
        "dealer_id": one.dealer_id,
        "series_id": one.series_id,
        "serial": one.serial,
        "recorded_at": now,
        "received_on": one.received_on,
        "batch_id": None,
    }


def _stuck(one: PastReport) -> Stuck | None:
    if one.series_id is None or one.serial is None:
        return None
    return Stuck((one.series_id, one.serial), one.installation_id, one.dealer_id, one.service_date)


def _tell(session: Session, actor: Actor, now: datetime, reports: Sequence[PastReport]) -> None:
    days = [one.service_date for one in reports]
    after = {"count": len(reports), "from_on": min(days), "until_on": max(days)}
    journal.record(session, actor, now, "reports.taken_over", "report", reports[0].id, after=after)
