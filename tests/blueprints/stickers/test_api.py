"""GET /api/v1/stickers: every number once, one's own only, where it is in words of others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kombeheer.rules.accounts import Role
from kombeheer.rules.stickers import MoveKind
from tests.factories import number
from tests.field import Field, Phone

ADDRESS = "/api/v1/stickers"


def ask(phone: Phone | Any, **query: Any) -> dict[str, Any]:
    answer = phone.client.get(ADDRESS, query_string=query, headers=phone.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def everything(phone: Phone | Any, **query: Any) -> list[dict[str, Any]]:
    found, cursor = [], None
    while True:
        page = ask(phone, **query, **({"cursor": cursor} if cursor else {}))
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


@pytest.fixture
def office(field: Field) -> Any:
    """A program of the office; it has no device."""
    key = field.foundation.token(field.foundation.user(Role.OFFICE))
    headers = {"Authorization": f"Bearer {key}"}
    return SimpleNamespace(client=field.app.test_client(), headers=headers)


def test_an_item_says_where_a_number_is(field: Field) -> None:
    field.send(field.visit())
    first, second = ask(field, limit=2)["items"]
    assert first == {
        "id": "26-000001",
        "number": number(1).digits,
        "printed": number(1).printed,
        "series": "26",
        "serial": 1,
        "account": f"applied:{field.installation.public_id}",
        "dealer": field.dealer.number,
        "issued_on": "2026-01-02",
    }
    assert second["account"] == f"dealer:{field.dealer.number}"


def test_pages_hold_every_number_once(field: Field, office: Any) -> None:
    field.foundation.stickers(field.foundation.series("25"), field.dealer, 1, 20)
    found = everything(office, limit=7)
    assert len(found) == len({one["id"] for one in found}) == 120
    assert [one["serial"] for one in everything(office, limit=7, series="25")] == list(range(1, 21))


def test_accounts_are_asked_for_by_their_words(field: Field, office: Any) -> None:
    foundation, series = field.foundation, field.series
    held, own = f"dealer:{field.dealer.id}", f"mechanic:{field.mechanic.id}"
    foundation.move(MoveKind.HAND_OUT, series, 11, 15, held, own, field.dealer)
    foundation.stickers(series, None, 201, 203)
    foundation.stickers(series, foundation.dealer(), 301, 304, confirmed=False)
    counts = {
        "stock": 3,
        "transit": 4,
        "mechanic": 5,
        f"mechanic:{field.mechanic.number}": 5,
        f"dealer:{field.dealer.number}": 95,
        "dealer:nobody": 0,
        "applied": 0,
    }
    for account, count in counts.items():
        assert len(everything(office, account=account)) == count, account
    assert {one["account"] for one in everything(office, account="mechanic")} == {
        f"mechanic:{field.mechanic.number}"
    }


def test_a_dealer_and_his_mechanic_see_their_own_only(field: Field) -> None:
    other = field.foundation.dealer("Boersma")
    field.foundation.stickers(field.series, other, 201, 210)
    field.foundation.stickers(field.series, None, 301, 310)
    assert {one["serial"] for one in everything(field)} == set(range(1, 101))
    assert everything(field, account=f"dealer:{other.number}") == []
    mechanic = field.phone(mechanic=field.mechanic)
    assert len(everything(mechanic)) == 100
    assert len(everything(field.phone(dealer=other))) == 10


def test_a_reader_asks_by_number_only(field: Field) -> None:
    reader = field.foundation.user(Role.READER)
    headers = {"Authorization": f"Bearer {field.foundation.token(reader)}"}
    answer = field.client.get(ADDRESS, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "api.not_allowed")


@pytest.mark.parametrize(
    ("query", "field_name"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "MQ"}, "cursor"),
        ({"account": "wall"}, "account"),
        ({"account": "stock:1"}, "account"),
        ({"account": "dealer:\x00"}, "account"),
        ({"series": "\x00"}, "series"),
        ({"series": "x" * 13}, "series"),
    ],
)
def test_what_cannot_be_asked_is_told(field: Field, query: dict[str, str], field_name: str) -> None:
    answer = field.client.get(ADDRESS, query_string=query, headers=field.headers)
    assert (answer.status_code, answer.json["code"]) == (400, "api.field_invalid")
    assert field_name in answer.json["detail"]


def test_an_unknown_series_is_an_empty_list(field: Field) -> None:
    assert ask(field, series="99") == {"items": [], "next": None}
