"""A dealer in the field with a mechanic, stickers, an installation and a phone; what must hold."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from kombeheer.rules.accounts import Actor, Role
from kombeheer.services.billing import checking as charges
from kombeheer.services.stickers import checking
from models.base import Base
from models.cases import Case
from models.parties import Dealer, Mechanic
from models.reports import Report
from models.scanning import ScanDecision, ScanEvent
from models.stickers import Document, Sticker, StickerSeries
from models.transaction import Database
from tests.factories import NOW, Foundation, number, visit_event

Row = TypeVar("Row", bound=Base)


class Clock:
    """Stands still, in place of the `datetime` that kombeheer/clock.py asks."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self, _zone: object) -> datetime:
        return self.moment

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


class Phone:
    """A registered device of one user, with his key."""

    def __init__(self, app: Flask, foundation: Foundation, actor: Actor) -> None:
        self.actor = actor
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {foundation.token(actor)}"}
        self.device = self.register().json["id"]

    def register(self, body: Any = None) -> TestResponse:
        return self.client.post(
            "/api/v1/devices", json=body or {"name": "bus 1"}, headers=self.headers
        )

    def post(self, body: Any, **more: Any) -> TestResponse:
        """Any JSON to the scans, or with `data=` anything at all."""
        more = {"json": body} if body is not None else more
        return self.client.post("/api/v1/scans", headers=self.headers, **more)

    def send(self, *events: Any, **more: Any) -> list[dict[str, Any]]:
        """A batch; the answers, which come for every well-formed request."""
        answer = self.post({"device": self.device, "events": list(events), **more})
        assert answer.status_code == 200, answer.text
        assert [one["id"] for one in answer.json["answers"]] == [
            given["id"] if isinstance(given, dict) and "id" in given else told["id"]
            for given, told in zip(events, answer.json["answers"], strict=True)
        ]
        return list(answer.json["answers"])

    def ask(self, event_id: str) -> TestResponse:
        return self.client.get(f"/api/v1/scans/{event_id}", headers=self.headers)


class Field(Phone):
    """The dealer's own phone, and what he works with."""

    def __init__(self, app: Flask, foundation: Foundation, clock: Clock) -> None:
        self.app, self.foundation, self.clock = app, foundation, clock
        self.dealer = foundation.dealer()
        self.mechanic = foundation.mechanic(self.dealer)
        self.series = foundation.series()
        foundation.stickers(self.series, self.dealer)
        self.installation = foundation.installation(dealer=self.dealer)
        super().__init__(app, foundation, foundation.user(Role.DEALER, dealer=self.dealer))

    def copied_to(self, app: Flask, database: Database, clock: Clock) -> Field:
        """The same field in a copy of its database."""
        made = copy.copy(self)
        made.foundation = copy.copy(self.foundation)
        made.foundation.database = database
        made.app, made.clock, made.client = app, clock, app.test_client()
        return made

    def phone(self, *, dealer: Dealer | None = None, mechanic: Mechanic | None = None) -> Phone:
        """A phone of another user: of a dealer, or of a mechanic."""
        role = Role.DEALER if mechanic is None else Role.MECHANIC
        user = self.foundation.user(role, dealer=dealer, mechanic=mechanic)
        return Phone(self.app, self.foundation, user)

    def visit(self, serial: int | None = 1, **more: Any) -> dict[str, Any]:
        """A visit to the installation, with the sticker of this serial or without one."""
        raw = more.pop("raw", "" if serial is None else number(serial).digits)
        installation = more.pop("installation", self.installation.public_id)
        mechanic = more.pop("mechanic", self.mechanic.number)
        return visit_event(raw, installation, mechanic, **more)

    def rows(self, model: type[Row], **wanted: Any) -> list[Row]:
        with self.foundation.database.reading() as session:
            return list(session.scalars(select(model).filter_by(**wanted)))

    def row(self, model: type[Row], **wanted: Any) -> Row:
        [found] = self.rows(model, **wanted)
        return found

    def account(self, serial: int, series: StickerSeries | None = None) -> str:
        """Where a number is."""
        series_id = (series or self.series).id
        return self.row(Sticker, series_id=series_id, serial=serial).account

    def sizes(self) -> dict[str, int]:
        """How many rows each table has."""
        counts = [
            select(func.count()).select_from(table).scalar_subquery().label(table.name)
            for table in Base.metadata.sorted_tables
        ]
        with self.foundation.database.reading() as session:
            return dict(session.execute(select(*counts)).one()._mapping)

    def grown(self, before: dict[str, int]) -> dict[str, int]:
        """How many rows each table has more than before, without those that have not."""
        return {
            name: size - before[name] for name, size in self.sizes().items() if size != before[name]
        }


def withdrawal(event: dict[str, Any] | str, sequence: int = 2, **more: Any) -> dict[str, Any]:
    """The JSON that undoes an event."""
    undone = event if isinstance(event, str) else event["id"]
    made = visit_event("", "", "", sequence=sequence)
    return {**made, "kind": "withdraw", "corrects": undone, "visit": None, **more}


def assert_sound(database: Database) -> None:
    """What holds after whatever was sent: of ledger and charges, of events, reports and cases."""
    with database.reading() as session:
        assert checking.check(session) == []
        assert charges.check(session) == []
        events = set(session.scalars(select(ScanEvent.id)))
        decisions = {row.event_id: row for row in session.scalars(select(ScanDecision))}
        assert events == set(decisions)
        reports = {row.id: row for row in session.scalars(select(Report))}
        on_reports = {
            (row.series_id, row.serial, f"applied:{row.installation_id}", row.dealer_id)
            for row in reports.values()
            if row.serial is not None and row.state != "withdrawn"
        }
        on_walls = {
            (row.series_id, row.serial, row.account, row.dealer_id)
            for row in session.scalars(select(Sticker).where(Sticker.account.like("applied:%")))
        }
        assert on_reports == on_walls
        versions: dict[str, list[int]] = {}
        papers = select(Document).where(Document.reference.in_(reports)).order_by(Document.version)
        for row in session.scalars(papers):
            versions.setdefault(row.reference, []).append(row.version)
        assert versions == {one.id: list(range(1, one.version + 1)) for one in reports.values()}
        waiting = {one.event_id for one in decisions.values() if one.state == "waiting"}
        open_cases = select(Case.event_id).where(
            Case.state != "decided", Case.event_id.is_not(None)
        )
        assert sorted(waiting) == sorted(session.scalars(open_cases))
