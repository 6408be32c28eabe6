"""What a field is charged: visits by real scans, corrections, withdrawals, and what stands then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.stickers import MoveKind
from kombeheer.services.billing import checking
from kombeheer.services.reports import revising
from kombeheer.services.reports.revision import present_revision
from kombeheer.services.scanning.deciding import visit_of_report
from models.billing import ChargeRow
from models.parties import Dealer, Mechanic
from models.reports import Report
from models.sites import Installation, Site
from models.stickers import StickerSeries
from tests.factories import number
from tests.field import Field, Phone, withdrawal


class Till:
    """A field on a day of any year, with stickers of that year; what is charged there."""

    def __init__(self, field: Field, today: date) -> None:
        self.field = field
        self.office = field.foundation.user(Role.OFFICE)
        self.mechanic = field.foundation.mechanic(
            field.dealer,
            "Sjoerd de Vries",
            modules=("ams",),
            certified=(date(1999, 1, 1), date(2030, 12, 31)),
            employed_from=date(1999, 1, 1),
        )
        self.series: dict[int, StickerSeries] = {2026: field.series}
        self.used = 0
        self.go_to(today)

    def go_to(self, today: date) -> None:
        """The clock stands at noon of a day; there are stickers of that year."""
        self.today = today
        self.field.clock.moment = datetime(today.year, today.month, today.day, 11, tzinfo=UTC)
        if today.year not in self.series:
            made = self.field.foundation.series(f"{today.year % 100:02d}")
            self._issue(made, date(today.year, 1, 1))
            self.series[today.year] = made

    def _issue(self, series: StickerSeries, on: date) -> None:
        """Numbers 1 to 100, with the dealer from a day on."""
        dealer = self.field.dealer
        steps = ["origin", "printer", "stock", f"transit:{dealer.id}", f"dealer:{dealer.id}"]
        kinds = (MoveKind.ORDER, MoveKind.DELIVER, MoveKind.ISSUE, MoveKind.CONFIRM)
        for kind, source, target in zip(kinds, steps, steps[1:], strict=False):
            held = dealer if kind in (MoveKind.ISSUE, MoveKind.CONFIRM) else None
            self.field.foundation.move(kind, series, 1, 100, source, target, held, on)

    def installation(
        self, site: Site | None = None, units: int = 24, species: str = "cows", **more: Any
    ) -> Installation:
        """An installation of one's own customer."""
        return self.field.foundation.installation(
            site, units=units, species=species, dealer=self.field.dealer, **more
        )

    def next_number(self) -> str:
        self.used += 1
        return number(self.used, self.series[self.today.year].code).digits

    def event(self, installation: Installation | None = None, **more: Any) -> dict[str, Any]:
        """A visit of today that uses the next sticker, unless it ends otherwise."""
        values: dict[str, Any] = {"day": self.today.isoformat(), "mechanic": self.mechanic.number}
        if more.get("ending", "sticker") == "sticker" and "raw" not in more:
            values["raw"] = self.next_number()
        values["installation"] = (installation or self.field.installation).public_id
        return self.field.visit(None, **{**values, **more})

    def send(self, *events: dict[str, Any], phone: Phone | None = None) -> list[str]:
        """Events that are all accepted; the report of each."""
        answers = (phone or self.field).send(*events)
        assert [one["outcome"] for one in answers] == ["accepted"] * len(events), answers
        return [one["report"] for one in answers]

    def visit(self, installation: Installation | None = None, **more: Any) -> str:
        """One visit by itself; its report."""
        return self.send(self.event(installation, **more))[0]

    def withdraw(self, report_id: str) -> None:
        with self.field.foundation.database.reading() as session:
            scan = visit_of_report(session, report_id)
        self.send(withdrawal(scan))

    def revise(
        self,
        report_id: str,
        details: dict[str, Any] | None = None,
        actor: Actor | None = None,
        **wanted: Any,
    ) -> None:
        """The office, or somebody else, corrects a report."""
        with self.field.foundation.database.transaction() as session:
            report = session.get_one(Report, report_id)
            present = present_revision(session, report)
            if details is not None:
                wanted["details"] = replace(present.details, **details)
            revising.revise(
                session,
                actor or self.office,
                report_id,
                report.version,
                replace(present, **wanted),
                "verkeerd geteld",
                self.field.clock.moment,
            )

    def other(self) -> tuple[Dealer, Mechanic, Phone]:
        """Another dealer with stickers 501 to 600, a mechanic and a phone."""
        foundation = self.field.foundation
        dealer = foundation.dealer("Van der Wal Melkservice")
        mechanic = foundation.mechanic(dealer, "Anna van der Wal", modules=("ams",))
        foundation.stickers(self.series[self.today.year], dealer, 501, 600)
        return dealer, mechanic, self.field.phone(dealer=dealer)

    def standing(self) -> dict[str, int]:
        """What each report is charged in all, in cents."""
        found: dict[str, int] = {}
        for row in self.field.rows(ChargeRow, state="standing"):
            found[row.report_id] = found.get(row.report_id, 0) + row.amount_cents
        return found

    def total(self) -> int:
        """What is due: what stands, and the same as all entries add up to."""
        self.assert_proven()
        due = sum(self.standing().values())
        assert due == sum(row.amount_cents for row in self.field.rows(ChargeRow))
        return due

    def assert_proven(self) -> None:
        """The check of the charges finds nothing."""
        with self.field.foundation.database.reading() as session:
            assert checking.check(session) == []

    def charges(self, **wanted: Any) -> list[ChargeRow]:
        """Entries in the order in which they were made."""
        with self.field.foundation.database.reading() as session:
            statement = select(ChargeRow).filter_by(**wanted).order_by(ChargeRow.id)
            return list(session.scalars(statement))
