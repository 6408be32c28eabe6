"""Many reports of one dealer, charged by the rules themselves, written in bulk: for size only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import MACHINE
from kombeheer.rules.calendar import day_of
from kombeheer.services.billing import charging
from models.base import Base, new_public_id
from models.billing import ChargeRow
from models.parties import Dealer, Farm, Mechanic
from models.reports import Report
from models.sites import Installation, Site
from models.stickers import Document, Sticker, StickerSeries
from tests.factories import NOW

AT_ONCE = 5_000
REPEATED = 10  # of so many reports one is a second one at the site of the one before: paid already


def _store(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        session.execute(insert(model.core()), rows[start : start + AT_ONCE])


def fill(
    session: Session, dealer: Dealer, mechanic: Mechanic, series: StickerSeries, count: int
) -> None:
    """Give a dealer so many reports with a number in 2026, each at a site of its own but some."""
    dated = {"created_at": NOW}
    keys = range(1, count + 1)
    named = [{"id": key, "public_id": new_public_id(), **dated} for key in keys]
    _store(session, Farm, [{**row, "name": f"Veehouderij {row['id']}"} for row in named])
    at = {"place": "Oudega", "postcode": "8614 AA"}
    _store(session, Site, [{**row, "farm_id": row["id"], **at} for row in named])
    checked = {"state": "checked"}
    _store(session, Installation, [{**row, "site_id": row["id"], **checked} for row in named])
    of_series = {"series_id": series.id, "account": "stock"}
    _store(session, Sticker, [{**of_series, "serial": key} for key in keys])
    reports = [_report(key, dealer, mechanic, series) for key in keys]
    paper = {"kind": "report", "dated_on": day_of(NOW), "recorded_at": NOW, "content": "{}"}
    _store(
        session,
        Document,
        [{**paper, "id": row["id"], "reference": row["id"], "version": 1} for row in reports],
    )
    _store(session, Report, reports)
    session.flush()
    seen, charges = set(), []
    for row in charging.charge_new(session, MACHINE, NOW, reports):
        key = (row["item"], row["scope"], row["period"])
        if key not in seen:
            seen.add(key)
            charges.append(row)
    _store(session, ChargeRow, charges)


def _report(key: int, dealer: Dealer, mechanic: Mechanic, series: StickerSeries) -> dict[str, Any]:
    place = key - 1 if key % REPEATED == 0 else key
    day = date(2026, 1, 1) + timedelta(days=key % 365)
    return {
        "id": f"r{key:013d}",
        "version": 1,
        "state": "incomplete",
        "kind": "major",
        "ending": "sticker",
        "service_date": day,
        "stop": "stop",
        "site_id": place,
        "installation_id": place,
        "parlour_type": "herringbone",
        "species": "cows",
        "unit_count": 12 + key % 12,
        "mechanic_id": mechanic.id,
        "dealer_id": dealer.id,
        "series_id": series.id,
        "serial": key,
        "recorded_at": NOW,
        "received_on": day_of(NOW),
        "batch_id": None,
    }
