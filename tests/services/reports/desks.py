"""Somebody at a desk with one report of the field, who wants it otherwise."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.billing import Billable, charges_of
from kombeheer.rules.reports import Details
from kombeheer.services.billing.charging import charge_of, load_tariffs
from kombeheer.services.reports import revising
from kombeheer.services.reports.counting import services_in_year
from kombeheer.services.reports.revision import Revision, present_revision
from kombeheer.services.scanning.deciding import visit_of_report
from kombeheer.services.sites.history import latest_services
from models.billing import ChargeRow, Statement
from models.reports import Report, ReportDetail
from models.stickers import Document
from tests.factories import NOW
from tests.field import Field, withdrawal

FULL = Details(
    delivered_on=date(2015, 5, 1),
    wash_start=Decimal("70.0"),
    wash_end=Decimal("45.5"),
    is_dry=True,
    is_visible=True,
    is_near=True,
)


class Desk:
    """One report of the field, and all that follows from it."""

    def __init__(self, field: Field, serial: int | None = 1, **visit: Any) -> None:
        self.field = field
        [answer] = field.send(field.visit(serial, **visit))
        assert answer["outcome"] == "accepted", answer
        self.report_id: str = answer["report"]

    def actor(self, role: Role) -> Actor:
        if role is Role.DEALER:
            return self.field.actor
        mechanic = self.field.mechanic if role is Role.MECHANIC else None
        return self.field.foundation.user(role, mechanic=mechanic)

    def report(self) -> Report:
        return self.field.row(Report, id=self.report_id)

    def present(self) -> tuple[int, Revision]:
        with self.field.foundation.database.reading() as session:
            report = session.get_one(Report, self.report_id)
            return report.version, present_revision(session, report)

    def revise(
        self,
        actor: Actor | None = None,
        reason: str = "",
        *,
        version: int | None = None,
        asks: bool = False,
        **wanted: Any,
    ) -> revising.Revised:
        looked_at, present = self.present()
        with self.field.foundation.database.transaction() as session:
            return revising.revise(
                session,
                actor or self.field.actor,
                self.report_id,
                version or looked_at,
                replace(present, **wanted),
                reason,
                NOW,
                asks=asks,
            )

    def withdraw(self, sequence: int = 9) -> dict[str, Any]:
        with self.field.foundation.database.reading() as session:
            scan = visit_of_report(session, self.report_id)
        [answer] = self.field.send(withdrawal(scan, sequence))
        return answer

    def charges(self) -> list[tuple[str, int]]:
        """Standing amounts by item, in cents."""
        rows = self.field.rows(ChargeRow, state="standing")
        return sorted((row.item, row.amount_cents) for row in rows)

    def total(self) -> int:
        return sum(row.amount_cents for row in self.field.rows(ChargeRow))

    def services(self, year: int = 2026) -> int:
        """How many services of the mechanic count."""
        mechanic = self.field.mechanic.id
        with self.field.foundation.database.reading() as session:
            return services_in_year(session, [mechanic], year)[mechanic]

    def serviced_on(self, installation: int | None = None) -> date | None:
        """The day from which the next service of an installation is counted."""
        wanted = installation or self.field.installation.id
        with self.field.foundation.database.reading() as session:
            latest = latest_services(session, [wanted]).get(wanted)
            return None if latest is None or latest.major is None else latest.major.serviced_on

    def versions(self) -> list[dict[str, Any]]:
        """What every version said, the first one first."""
        rows = self.field.rows(Document, reference=self.report_id)
        return [json.loads(row.content) for row in sorted(rows, key=lambda one: one.version)]

    def close_period(self, until: date = date(2026, 3, 31), dealer: int | None = None) -> None:
        """Make the statement that closes the days up to one."""
        close_period(self.field, until, dealer or self.field.dealer.id)


def close_period(field: Field, until: date, dealer: int) -> None:
    field.foundation.add(
        Statement(
            dealer_id=dealer,
            from_on=date(until.year, 1, 1),
            until_on=until,
            version=1,
            total_cents=0,
            charge_count=0,
            made_at=NOW,
        )
    )


def assert_told(desk: Desk) -> None:
    """The last version tells what the report and its details say now."""
    report, said = desk.report(), desk.versions()[-1]
    details = desk.field.rows(ReportDetail, report_id=desk.report_id)
    rows: list[Any] = [report, *details]
    for row in rows:
        for column in type(row).__table__.columns:
            if column.name not in ("recorded_at", "report_id"):
                told, is_now = said[column.name], getattr(row, column.name)
                assert told == (str(is_now) if isinstance(is_now, date | Decimal) else is_now)


def assert_charged_right(field: Field) -> None:
    """Standing charges are those of the rules, for one tariff that charges once a year.

    Who was charged first keeps it, so of those who might be charged any one may be.
    """
    with field.foundation.database.reading() as session:
        tariffs = load_tariffs(session)
        details = {row.report_id: row for row in session.query(ReportDetail)}
        due: dict[Any, list[dict[str, Any]]] = {}
        reports = [row for row in session.query(Report) if row.state != "withdrawn"]
        for rank, row in enumerate(reports):
            for charge in charges_of(_billable(row, details.get(row.id), rank), tariffs):
                due.setdefault(charge.key, []).append(asdict(charge))
        standing = [charge_of(row) for row in session.query(ChargeRow).filter_by(state="standing")]
        assert {one.key for one in standing} == set(due)
        assert len(standing) == len(due)
        assert [one for one in standing if asdict(one) not in due[one.key]] == []
        every = [row.amount_cents for row in session.query(ChargeRow)]
        assert sum(every) == sum(one.amount_cents for one in standing)


def _billable(row: Report, detail: ReportDetail | None, rank: int) -> Billable:
    number = None if row.serial is None or row.series_id is None else (row.series_id, row.serial)
    return Billable(
        row.id,
        row.service_date,
        row.dealer_id,
        row.site_id,
        row.installation_id,
        row.species,
        row.unit_count,
        number,
        detail.jars_verified if detail is not None else 0,
        detail.meters_verified if detail is not None else 0,
        rank,
    )
