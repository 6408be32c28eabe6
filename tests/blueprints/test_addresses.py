"""Which addresses are ours, and which keys a row can have."""

from __future__ import annotations

import pytest
from flask import Flask

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
