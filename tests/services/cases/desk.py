"""The office and a dealer at their desks: reports of the field, and the cases that come of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from kombeheer.rules.accounts import Actor, Role
from kombeheer.services.cases import deciding, raising, showing
from kombeheer.services.cases.showing import CaseView
from kombeheer.services.reports import revising
from kombeheer.services.reports.revision import Revision, present_revision
from models.billing import Statement
from models.cases import Case
from models.reports import Report
from tests.factories import NOW
from tests.field import Field

OVERDUE = NOW + timedelta(days=15)


class Desk:
    """What both sides do with the cases of a field."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.office = field.foundation.user(Role.OFFICE)

    def report(self, serial: int = 1, **visit: Any) -> str:
        """A report of a visit; its id."""
        [answer] = self.field.send(self.field.visit(serial, sequence=serial, **visit))
        assert answer["outcome"] == "accepted", answer
        return str(answer["report"])

    def present(self, report_id: str) -> tuple[int, Revision]:
        with self.field.foundation.database.reading() as session:
            report = session.get_one(Report, report_id)
            return report.version, present_revision(session, report)

    def revise(
        self, report_id: str, actor: Actor | None = None, reason: str = "", **wanted: Any
    ) -> revising.Revised:
        version, present = self.present(report_id)
        with self.field.foundation.database.transaction() as session:
            return revising.revise(
                session,
                actor or self.field.actor,
                report_id,
                version,
                replace(present, **wanted),
                reason,
                NOW,
            )

    def raise_overdue(self, now: datetime = OVERDUE) -> int:
        return self.field.foundation.database.write(
            lambda session: raising.raise_overdue(session, now)
        )

    def incomplete(self) -> Case:
        """A report that was not completed in time, as its case."""
        self.report()
        assert self.raise_overdue() == 1
        return self.case("report_incomplete")

    def contradicting(self) -> Case:
        """A report of 12 units where 24 are on file, as its case."""
        self.revise(self.report(), reason="12 standen", unit_count=12)
        return self.case("report_contradicts")

    def proposal(self, **wanted: Any) -> Case:
        """A correction that the dealer asks for in a closed period, as its case."""
        report_id = self.report()
        self.close_period()
        asked = wanted or {"unit_count": 12}
        revised = self.revise(report_id, reason="twaalf geteld", **asked)
        assert revised.case_id is not None
        return self.field.row(Case, id=revised.case_id)

    def close_period(self) -> None:
        """A statement of the month of the visits."""
        self.field.foundation.add(
            Statement(
                dealer_id=self.field.dealer.id,
                from_on=date(2026, 3, 1),
                until_on=date(2026, 3, 31),
                version=1,
                total_cents=0,
                charge_count=0,
                made_at=NOW,
            )
        )

    def case(self, kind: str) -> Case:
        return self.field.row(Case, kind=kind)

    def decide(
        self, case: Case, *, accept: bool = True, reason: str = "Gebeld met de dealer"
    ) -> None:
        self.field.foundation.database.write(
            lambda session: deciding.decide(
                session, self.office, case.id, accept=accept, reason=reason, now=NOW
            )
        )

    def show(self, case: Case, actor: Actor | None = None) -> CaseView:
        with self.field.foundation.database.reading() as session:
            return showing.show_case(session, actor or self.office, NOW.date(), case.id)
