"""GET /api/v1/mechanics: scope, shape, cursor."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask

from kombeheer.rules.accounts import Actor, Role
from tests.factories import Foundation
from tests.field import Clock

LIST = "/api/v1/mechanics"


def ask(app: Flask, foundation: Foundation, actor: Actor, address: str = LIST) -> Any:
    headers = {"Authorization": f"Bearer {foundation.token(actor)}"}
    return app.test_client().get(address, headers=headers)


def test_a_mechanic_is_told_as_he_stands_today(
    app: Flask, foundation: Foundation, clock: Clock
) -> None:
    dealer = foundation.dealer()
    certified = foundation.mechanic(dealer, "Jelle", modules=("ams",))
    expired = (date(2020, 1, 1), date(2026, 3, 4))
    foundation.mechanic(dealer, "Harm", certified=expired, modules=("ams",))
    foundation.mechanic(None, "Ties", certified=None)
    answer = ask(app, foundation, foundation.user(Role.OFFICE))
    assert answer.json["next"] is None
    [first, *rest] = answer.json["items"]
    assert first == {
        "id": certified.public_id,
        "mechanic": certified.number,
        "name": "Jelle",
        "certified_until": "2030-12-31",
        "modules": ["ams"],
        "public_url": None,
    }
    assert [(one["certified_until"], one["modules"]) for one in rest] == [
        ("2026-03-04", []),
        (None, []),
    ]


def test_each_role_reads_its_own(app: Flask, foundation: Foundation) -> None:
    dealer = foundation.dealer()
    mechanic = foundation.mechanic(dealer, "own")
    foundation.mechanic(foundation.dealer(), "other")
    for user, expected in (
        (foundation.user(Role.OFFICE), ["own", "other"]),
        (foundation.user(Role.INSPECTOR), ["own", "other"]),
        (foundation.user(Role.DEALER, dealer=dealer), ["own"]),
        (foundation.user(Role.MECHANIC, mechanic=mechanic), ["own"]),
    ):
        items = ask(app, foundation, user).json["items"]
        assert [one["name"] for one in items] == expected, user.role
    answer = ask(app, foundation, foundation.user(Role.READER))
    assert (answer.status_code, answer.json["code"]) == (403, "api.not_allowed")


def test_the_cursor_reads_on_and_misses_nobody(app: Flask, foundation: Foundation) -> None:
    office = foundation.user(Role.OFFICE)
    for name in "abc":
        foundation.mechanic(None, name)
    page = ask(app, foundation, office, f"{LIST}?limit=2").json
    assert [one["name"] for one in page["items"]] == ["a", "b"]
    foundation.mechanic(None, "d")
    following = f"{LIST}?limit=2&cursor={page['next']}"
    page = ask(app, foundation, office, following).json
    assert [one["name"] for one in page["items"]] == ["c", "d"]
    assert page["next"] is None


WRONG = [
    *("limit=0", "limit=501", "limit=x", "limit=-1", "limit=1e2", f"limit={10**30}", "limit="),
    *("cursor=x", "cursor=%00", "cursor=é", "cursor=MQ.", "cursor=MS4y", "cursor=LTE"),
    f"cursor={'OTk5' * 20}",
]


def test_what_is_no_limit_or_cursor_is_refused(app: Flask, foundation: Foundation) -> None:
    office = foundation.user(Role.OFFICE)
    for query in WRONG:
        answer = ask(app, foundation, office, f"{LIST}?{query}")
        assert (answer.status_code, answer.json["code"]) == (400, "api.field_invalid"), query


def test_without_a_token_nothing_is_told(app: Flask, foundation: Foundation) -> None:
    assert app.test_client().get(LIST).status_code == 401
