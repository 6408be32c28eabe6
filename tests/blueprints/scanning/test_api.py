"""Scans over HTTP, seen from outside."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kombeheer.rules.accounts import Role
from tests.factories import Foundation, number, visit_event


class Field:
    """A dealer with a mechanic, stickers, an installation and a device."""

    def __init__(self, app: Flask, foundation: Foundation) -> None:
        self.foundation = foundation
        self.dealer = foundation.dealer()
        self.mechanic = foundation.mechanic(self.dealer)
        self.series = foundation.series()
        foundation.stickers(self.series, self.dealer)
        self.installation = foundation.installation(dealer=self.dealer)
        actor = foundation.user(Role.DEALER, dealer=self.dealer)
        self.headers = {"Authorization": f"Bearer {foundation.token(actor)}"}
        self.client = app.test_client()
        answer = self.client.post("/api/v1/devices", json={"name": "bus 1"}, headers=self.headers)
        assert answer.status_code == 201
        self.device = answer.json["id"]

    def send(self, *events: Any) -> list[dict[str, Any]]:
        body = {"device": self.device, "events": list(events)}
        answer = self.client.post("/api/v1/scans", json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return list(answer.json["answers"])

    def visit(self, serial: int = 1, **more: Any) -> dict[str, Any]:
        more.setdefault("installation", self.installation.public_id)
        return visit_event(
            number(serial).digits, more.pop("installation"), self.mechanic.number, **more
        )


@pytest.fixture
def field(app: Flask, foundation: Foundation) -> Field:
    return Field(app, foundation)


def test_a_visit_is_accepted_and_repeats_its_answer(field: Field) -> None:
    event = field.visit()
    [first] = field.send(event)
    assert (first["outcome"], first["state"], first["number"]) == (
        "accepted",
        "posted",
        number(1).digits,
    )
    [again] = field.send(event)
    assert again == {**first, "repeated": True}
