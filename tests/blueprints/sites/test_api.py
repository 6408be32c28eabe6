"""GET /api/v1/installations: scope, shape, cursor."""

from __future__ import annotations

from typing import Any

from flask import Flask

from kombeheer.rules.accounts import Actor, Role
from tests.factories import Foundation, number
from tests.field import Field

LIST = "/api/v1/installations"


def ask(app: Flask, foundation: Foundation, actor: Actor, query: str = "") -> Any:
    headers = {"Authorization": f"Bearer {foundation.token(actor)}"}
    return app.test_client().get(LIST + query, headers=headers)


def test_an_installation_is_told_with_its_sticker_and_due_date(field: Field) -> None:
    other = field.foundation.installation(dealer=field.foundation.dealer(), parlour_type="robot")
    [answer] = field.send(field.visit(7))
    assert answer["outcome"] == "accepted"
    page = ask(field.app, field.foundation, field.foundation.user(Role.OFFICE)).json
    assert page["next"] is None
    by_id = {one["id"]: one for one in page["items"]}
    assert by_id[field.installation.public_id] == {
        "id": field.installation.public_id,
        "farm": "Veehouderij De Wilgen",
        "place": "Oudega",
        "postcode": "8614 AA",
        "parlour_type": "herringbone",
        "species": "cows",
        "units": 24,
        "boxes": 0,
        "state": "checked",
        "number": number(7).digits,
        "due_on": "2027-03-05",
    }
    assert (by_id[other.public_id]["number"], by_id[other.public_id]["due_on"]) == (None, None)


def test_each_role_reads_its_own(field: Field) -> None:
    foundation = field.foundation
    foundation.installation(dealer=foundation.dealer())
    users = {
        foundation.user(Role.OFFICE): 2,
        foundation.user(Role.INSPECTOR): 2,
        foundation.user(Role.DEALER, dealer=field.dealer): 1,
        foundation.user(Role.MECHANIC, mechanic=field.mechanic): 1,
    }
    for user, expected in users.items():
        items = ask(field.app, foundation, user).json["items"]
        assert len(items) == expected
        assert field.installation.public_id in {one["id"] for one in items}
    assert ask(field.app, foundation, foundation.user(Role.READER)).status_code == 403


def test_the_list_pages_and_finds(field: Field) -> None:
    foundation, seen = field.foundation, []
    for name in ("Aa", "Bee", "Cee"):
        foundation.installation(foundation.farm(name)[1])
    foundation.installation(ceased_on=field.clock.moment.date())
    office, query = foundation.user(Role.OFFICE), "?limit=3"
    for _ in range(2):
        page = ask(field.app, foundation, office, query).json
        seen += [one["farm"] for one in page["items"]]
        query = f"?limit=3&cursor={page['next']}"
    assert seen == ["Veehouderij De Wilgen", "Aa", "Bee", "Cee"]
    found = ask(field.app, foundation, office, "?q=bee").json["items"]
    assert [one["farm"] for one in found] == ["Bee"]
    refused = ask(field.app, foundation, office, "?limit=0")
    assert (refused.status_code, refused.json["code"]) == (400, "api.field_invalid")
