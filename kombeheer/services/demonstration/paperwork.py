"""What is written down after the visits: reports are completed, most of them within a week.

Set-wise, for a foundation has a great many; the few that show something go the way of everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.regulation import Regulation, regulation_on
from kombeheer.rules.reports import (
    Details,
    LatenessCause,
    ReportState,
    Service,
    ServiceKind,
    may_use_earlier_norm,
    state_of,
    wash_deviates,
)
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import Interval, ParlourType, interval_on
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import Wish, instant
from kombeheer.services.demonstration.scene import Work
from kombeheer.services.reports.revision import detail_values
from kombeheer.services.reports.versions import ENTERED, said_by, version_row
from kombeheer.services.sites.configurations import is_present
from kombeheer.services.sites.terms import previous_service
from models.reports import Report, ReportDetail
from models.sites import InstallationConfiguration
from models.stickers import Document
from models.writing import insert_rows

REPORTS_AT_ONCE = 500
RECENT = timedelta(days=12)  # of these many are still to be completed
RECENT_OPEN_SHARE, FORGOTTEN_SHARE = 0.8, 0.004
WASH_COLD_SHARE, UNMEASURED_SHARE, COMING_NORM_SHARE = 0.06, 0.03, 0.02
EARLIER_NORM_SHARE = 0.15  # of the old installations, while their norm may still be tried
OVERDUE, FORGOTTEN_MIN = timedelta(days=16), 3
CAUSE_TOLD_SHARE = 0.7
COMPLETED_HOUR, COMPLETED_DAYS_MAX = 20, 6

_COMPLETE = (
    update(Report.core())
    .where(Report.id == bindparam("report"))
    .values(version=bindparam("new_version"), state=bindparam("new_state"))
)
_FLAWS = (
    "Vacuümpomp haalt de reservecapaciteit niet.",
    "Regelbereik onvoldoende; regelventiel vervangen.",
    "Te veel leklucht in de melkleiding.",
)
_JUDGEMENTS = (
    "Reiniging was al gestart; volgens de uitdraai 72 en 44 °C.",
    "Handreiniging, water uit de boiler voelde heet.",
)


def completions(wish: Wish, after: str = "") -> Iterator[Work]:
    """Yield the completing of the reports, some hundreds in a transaction; ends with none."""
    chance, place = Chance(wish.seed, "paperwork"), [after]
    forgotten: list[str] = []
    while place[0] is not None:
        yield partial(_complete, wish=wish, chance=chance, place=place, forgotten=forgotten)


def _complete(
    session: Session, *, wish: Wish, chance: Chance, place: list[Any], forgotten: list[str]
) -> None:
    """Complete the next reports; `place` is the id of the last one seen, None after the last."""
    rows = session.execute(
        select(
            Report,
            InstallationConfiguration.delivered_or_renovated_on,
            Document.actor_id,
            previous_service(),
        )
        .join(Document, Document.id == Report.id)
        .join(InstallationConfiguration, is_present(Report.installation_id))
        .where(Report.id > place[0], Report.state == ReportState.INCOMPLETE)
        .order_by(Report.id)
        .limit(REPORTS_AT_ONCE)
    ).all()
    place[0] = rows[-1][0].id if len(rows) == REPORTS_AT_ONCE else None
    details, versions, updates = [], [], []
    for report, on_file, actor_id, serviced_on in rows:
        if _stays_open(wish, chance, report, forgotten):
            continue
        day, approved = report.service_date, report.ending == Ending.STICKER
        delivered_on = min(on_file or day, day)
        told = details_told(chance, day, approved, delivered_on)
        told = replace(told, lateness_cause=_cause(chance, report, serviced_on))
        service = Service(ServiceKind(report.kind), approved, is_kb=False, service_date=day)
        changed = {
            "state": state_of(service, told, regulation_on(day)),
            "version": report.version + 1,
        }
        values = detail_values(told, report.parlour_type, day)
        moment = _completed_at(wish, chance, report)
        said = said_by(report, None) | values | changed
        versions.append(version_row(Actor(actor_id, Role.MECHANIC), moment, said, ENTERED))
        details.append({"report_id": report.id} | values)
        updates.append(
            {
                "report": report.id,
                "new_version": changed["version"],
                "new_state": changed["state"],
            }
        )
    if updates:
        insert_rows(session, Document, versions)
        insert_rows(session, ReportDetail, details)
        session.connection().execute(_COMPLETE, updates)
    session.expunge_all()


def _stays_open(wish: Wish, chance: Chance, report: Report, forgotten: list[str]) -> bool:
    """Tell whether a report was not completed yet; a few are forgotten, however small it is."""
    age = wish.last - report.received_on
    if age < RECENT:
        return chance.happens(RECENT_OPEN_SHARE)
    is_late = OVERDUE <= age < 2 * OVERDUE and len(forgotten) < FORGOTTEN_MIN
    if is_late or chance.happens(FORGOTTEN_SHARE):
        forgotten.append(report.id)
        return True
    return False


def _cause(chance: Chance, report: Report, serviced_on: date | None) -> LatenessCause | None:
    """Return why a service came late, as far as the mechanic tells."""
    if serviced_on is None or not chance.happens(CAUSE_TOLD_SHARE):
        return None
    day, regulation = report.service_date, regulation_on(report.service_date)
    interval = interval_on(serviced_on, day, ParlourType(report.parlour_type), regulation)
    if interval is Interval.IN_TIME:
        return None
    return chance.choice((*(LatenessCause.FARMER,) * 3, LatenessCause.BACKLOG, LatenessCause.OTHER))


def _completed_at(wish: Wish, chance: Chance, report: Report) -> datetime:
    day = report.received_on + timedelta(days=chance.randint(0, COMPLETED_DAYS_MAX))
    return instant(min(day, wish.last), COMPLETED_HOUR)


def details_told(chance: Chance, day: date, approved: bool, delivered_on: date) -> Details:
    """Return what a mechanic fills in after a service of a day."""
    regulation = regulation_on(day)
    details = Details(
        delivered_on=delivered_on,
        **_wash(chance, regulation),
        is_dry=approved,
        is_visible=approved,
        is_near=approved,
        advises_coming_norm=chance.happens(COMING_NORM_SHARE),
    )
    remark = "" if approved else chance.choice(_FLAWS)
    advice = ""
    if wash_deviates(details, regulation):
        remark = remark or "Hoofdreiniging te koud."
        advice = "Boiler hoger zetten en de temperatuur na een week nameten."
    told = replace(details, remark=remark, advice=advice)
    if regulation.transition_norm is None:
        return told
    if approved and may_use_earlier_norm(told, regulation) and chance.happens(EARLIER_NORM_SHARE):
        return replace(told, rubrics_comply=False, rubrics_comply_earlier=True)
    return replace(told, rubrics_comply=approved)


def _wash(chance: Chance, regulation: Regulation) -> dict[str, Any]:
    if chance.happens(UNMEASURED_SHARE):
        return {"wash_judgement": chance.choice(_JUDGEMENTS)}
    cold = chance.happens(WASH_COLD_SHARE)
    start = regulation.wash_start_above_celsius + (-8 if cold else 2)
    end = regulation.wash_end_above_celsius + (-3 if cold else 1)
    return {
        "wash_start": Decimal(start) + Decimal(chance.randint(0, 120)) / 10,
        "wash_end": Decimal(end) + Decimal(chance.randint(0, 90)) / 10,
    }
