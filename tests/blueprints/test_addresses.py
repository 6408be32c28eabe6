"""Which addresses are ours, and which keys a row can have."""

from __future__ import annotations

import pytest
from flask import Flask, url_for

from blueprints.addresses import KEY_MAX, local_path
from kombeheer.rules.accounts import Role
from tests.clients import Browser
from tests.factories import Foundation


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/cases/?page=2", "/cases/?page=2"),
        ("https://elders.example/", None),
        ("//elders.example/", None),
        ("/\\elders.example", None),
        ("/\t/elders.example", None),
        ("/\x00", None),
        ("javascript:alert(1)", None),
        ("/api/v1/scans/1", None),
        ("", None),
        (None, None),
    ],
)
def test_we_lead_people_to_our_own_pages_only(wanted: str | None, path: str | None) -> None:
    assert local_path(wanted) == path


@pytest.mark.parametrize("number", [KEY_MAX, KEY_MAX + 1, 10**40])
def test_a_key_that_no_row_can_have_is_not_found(
    app: Flask, foundation: Foundation, number: int
) -> None:
    office = Browser(app, foundation.user(Role.OFFICE))
    assert office.get(f"/accounts/users/{number}").status_code == 404


def test_an_address_is_that_of_its_own_values(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("parties.farms_page", page=1) == "/parties/farms/?page=1"
        assert url_for("parties.farms_page", page=True) == "/parties/farms/?page=True"
        assert url_for("parties.farms_page", page="1") == "/parties/farms/?page=1"
        assert url_for("parties.farms_page", q=["a", "b"]) == "/parties/farms/?q=a&q=b"
        assert url_for("parties.farms_page", _anchor="x") == "/parties/farms/#x"
    with app.test_request_context(base_url="https://kom.example/beheer/"):
        assert url_for("parties.farms_page", page=1) == "/beheer/parties/farms/?page=1"
        assert url_for("parties.farms_page", _external=True) == (
            "https://kom.example/beheer/parties/farms/"
        )


def test_a_short_name_is_one_of_the_present_area(app: Flask) -> None:
    with app.test_request_context("/parties/farms/"):
        assert url_for(".dealers_page") == "/parties/dealers/"
    with app.test_request_context("/accounts/users/"):
        assert url_for(".list_page") == "/accounts/users/"
    with app.test_request_context("/journal/"):
        assert url_for(".list_page") == "/journal/"
