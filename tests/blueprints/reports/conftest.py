"""A report of the field, and the browsers of those who may change it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kombeheer.rules.accounts import Actor, Role
from kombeheer.services.reports.revision import Revision, present_revision
from models.billing import Statement
from models.reports import Report
from tests.clients import Browser
from tests.factories import NOW
from tests.field import Field


class Desk:
    """One report, as its dealer, its mechanic and the office see it in a browser."""

    def __init__(self, field: Field, **visit: Any) -> None:
        self.field = field
        [answer] = field.send(field.visit(**visit))
        assert answer["outcome"] == "accepted", answer
        self.report_id: str = answer["report"]
        self.page = f"/reports/{self.report_id}"
        self.complete, self.correct = f"{self.page}/complete", f"{self.page}/correct"

    def browser(self, role: Role = Role.DEALER) -> Browser:
        field = self.field
        if role is Role.DEALER:
            return Browser(field.app, field.actor)
        mechanic = field.mechanic if role is Role.MECHANIC else None
        return Browser(field.app, field.foundation.user(role, mechanic=mechanic))

    def stranger(self) -> Browser:
        field = self.field
        dealer = field.foundation.dealer("Bakker Melktechniek")
        actor: Actor = field.foundation.user(Role.DEALER, dealer=dealer)
        return Browser(field.app, actor)

    def report(self) -> Report:
        return self.field.row(Report, id=self.report_id)

    def revision(self) -> Revision:
        with self.field.foundation.database.reading() as session:
            return present_revision(session, session.get_one(Report, self.report_id))

    def close_period(self, until: date = date(2026, 3, 31)) -> None:
        """Make the statement that closes the period of the service."""
        self.field.foundation.add(
            Statement(
                dealer_id=self.field.dealer.id,
                from_on=date(2026, 1, 1),
                until_on=until,
                version=1,
                total_cents=0,
                charge_count=0,
                made_at=NOW,
            )
        )


@pytest.fixture
def desk(field: Field) -> Desk:
    return Desk(field)


@pytest.fixture
def desk_of(field: Field) -> Callable[..., Desk]:
    return lambda **visit: Desk(field, **visit)


def told(answer: TestResponse) -> str:
    """A page as people read it: its text, without tags and doubled spaces."""
    bare = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(bare).split())


def filled(answer: TestResponse) -> dict[str, str]:
    """What a form holds as it is shown, as a browser would send it back."""
    page = answer.text.partition('<main id="content">')[2]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        told_of = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        name, kind = told_of.get("name", ""), told_of.get("type", "text")
        if not name or (kind in ("checkbox", "radio") and " checked" not in tag):
            continue
        found[name] = html.unescape(told_of.get("value", ""))
    for name, text in re.findall(
        r'<textarea\b[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL
    ):
        found[name] = html.unescape(text).removeprefix("\r\n").removeprefix("\n")
    for name, options in re.findall(
        r'<select\b[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    found.pop("csrf_token", None)
    return found


def wrong_at(answer: TestResponse, field: str) -> str:
    """The sentence at a field that came back; empty without one."""
    found = re.search(rf'<div id="{field}-wrong">(.*?)</div>', answer.text, re.DOTALL)
    return "" if found is None else " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())
