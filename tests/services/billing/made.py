"""A dealer's work to tell on statements: visits by real scans, corrections, and making one."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from kombeheer.rules.accounts import Role
from kombeheer.rules.statements import Period
from kombeheer.services.billing import closing, statement_changes, statement_lines, statements
from kombeheer.services.billing.statement_changes import Change
from kombeheer.services.billing.statement_lines import Line
from kombeheer.services.billing.statements import StatementView
from kombeheer.services.listing import Wanted
from kombeheer.services.reports import revising
from kombeheer.services.reports.revision import present_revision
from kombeheer.services.scanning import devices, receive
from models.billing import Statement
from models.reports import Report
from tests.factories import NOW
from tests.field import Field
from tests.services.scanning.batches import withdraw

QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
AFTER = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)  # the first morning on which it may be made


class Books:
    """A dealer of the field, and the office that bills him."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.office = field.foundation.user(Role.OFFICE)
        self.database = field.foundation.database
        self._sequence = 0

    def visit(self, serial: int | None = None, **more: Any) -> str:
        """A visit that is accepted; the id of its report."""
        self._sequence += 1
        [answer] = self.field.send(self.field.visit(serial, sequence=self._sequence, **more))
        assert answer["outcome"] == "accepted", answer
        return str(answer["report"])

    def mixed(self) -> list[str]:
        """A site paid once, a second number there, geen KOM, kb, a second parlour and levies."""
        parlour = self.field.foundation.installation(dealer=self.field.dealer, units=12)
        made = [
            self.visit(1),
            self.visit(2, day="2026-02-10"),  # paid already by the first that came
            self.visit(ending="geen_kom", day="2026-02-11"),
            self.visit(ending="kb", day="2026-02-12"),
            self.visit(3, installation=parlour.public_id, day="2026-01-20"),
        ]
        self.correct(made[4], details={"jars_verified": 4, "meters_verified": 2})
        return made

    def correct(
        self, report_id: str, *, details: dict[str, Any] | None = None, **wanted: Any
    ) -> None:
        """Have the office correct a report."""
        with self.database.transaction() as session:
            report = session.get_one(Report, report_id)
            present = present_revision(session, report)
            if details is not None:
                wanted["details"] = replace(present.details, **details)
            revising.revise(
                session,
                self.office,
                report_id,
                report.version,
                replace(present, **wanted),
                "zo was het",
                AFTER,
            )

    def withdraw(self, event_id: str) -> None:
        """Have the office undo a visit, as it may in a period that is closed."""
        with self.database.transaction() as session:
            device = devices.register(session, self.office, "balie", NOW)
            undoing = withdraw(self.field, str(uuid.uuid4()), event_id, 1)
            undoing = replace(undoing, origin_device=device.id)
            [answer] = receive.receive_in(session, self.office, device.id, [undoing], NOW)
            assert answer.outcome == "accepted", answer

    def view(self, version: int | None = None, period: Period = QUARTER) -> StatementView:
        with self.database.reading() as session:
            public_id = self.field.dealer.public_id
            return statements.show_statement(session, self.office, public_id, period, version)

    def lines(self, version: int | None = None, period: Period = QUARTER) -> list[Line]:
        """Its lines, without what only stood on the version before."""
        view = self.view(version, period)
        with self.database.reading() as session:
            every = statement_lines.stream_lines(session, view)
            return [line for line in every if not line.is_gone]

    def told(self, version: int | None = None, period: Period = QUARTER) -> list[tuple[Any, ...]]:
        """Day, mark, cents and why of every line."""
        return [
            (
                line.service_date.isoformat(),
                line.number.printed if line.number else line.ending.value,
                line.total_cents,
                line.why.value if line.why else None,
            )
            for line in self.lines(version, period)
        ]

    def changes(self, version: int | None = None, period: Period = QUARTER) -> list[Change]:
        view = self.view(version, period)
        with self.database.reading() as session:
            _, changes = statement_changes.list_changes(session, view, Wanted())
        return changes

    def make(
        self, period: Period = QUARTER, seen: closing.Figures | None = None, now: datetime = AFTER
    ) -> Statement:
        seen = seen or closing.figures_of(self.view(period=period))
        with self.database.transaction() as session:
            return closing.make_statement(
                session, self.office, now, self.field.dealer.public_id, period, seen
            )
