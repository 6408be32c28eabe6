"""The menu of each role, and the first page it is sent to."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from blueprints.navigation import MENUS, is_open, menu
from blueprints.start import first_page
from kombeheer.rules.accounts import Actor, Role
from tests.clients import Browser
from tests.factories import Foundation


def somebody(foundation: Foundation, role: Role) -> Actor:
    dealer = foundation.dealer()
    return foundation.user(
        role,
        dealer=dealer if role is Role.DEALER else None,
        mechanic=foundation.mechanic(dealer) if role is Role.MECHANIC else None,
    )


@pytest.mark.parametrize("role", list(Role))
def test_everything_in_the_menu_opens(app: Flask, foundation: Foundation, role: Role) -> None:
    browser = Browser(app, somebody(foundation, role))
    page = browser.get("/accounts/mine").text
    rail = page[page.index('<nav class="rail"') : page.index("</nav>", page.index("rail"))]
    addresses = set(re.findall(r'<a href="([^"]+)"', rail))
    assert addresses
    for address in addresses:
        shown = browser.client.get(address, follow_redirects=True)
        assert shown.status_code == 200, address
        assert 'aria-current="page"' in shown.text, address


@pytest.mark.parametrize("role", list(Role))
def test_the_first_page_opens(app: Flask, foundation: Foundation, role: Role) -> None:
    answer = Browser(app, somebody(foundation, role)).client.get("/", follow_redirects=True)
    assert (answer.status_code, len(answer.history) >= 1) == (200, True)


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.OFFICE, "cases.today_page"),
        (Role.INSPECTOR, "search.find"),
        (Role.DEALER, "scanning.visit_start"),
        (Role.MECHANIC, "scanning.visit_start"),
        (Role.READER, "search.find"),
    ],
)
def test_each_role_starts_at_its_own_page(app: Flask, role: Role, page: str) -> None:
    with app.test_request_context():
        assert first_page(role) == page


def test_a_first_page_that_is_not_there_is_ones_own_access(app: Flask) -> None:
    with app.test_request_context():
        del app.view_functions["search.find"]
        assert first_page(Role.READER) == "accounts.mine"
        assert not is_open("search.find", Role.READER)


@pytest.mark.parametrize(
    ("address", "endpoint"),
    [
        ("/accounts/mine", "accounts.mine"),
        ("/accounts/mine/password", "accounts.mine"),
        ("/accounts/users/", "users.list_page"),
        ("/accounts/users/12", "users.list_page"),
        ("/cases/today", "cases.today_page"),
        ("/cases/12", "cases.list_page"),
        ("/journal/", "journal.list_page"),
        ("/nowhere", None),
    ],
)
def test_the_nearest_line_is_the_present_one(
    app: Flask, address: str, endpoint: str | None
) -> None:
    with app.test_request_context(address):
        present = [line["endpoint"] for line in menu(Role.OFFICE) if line["current"]]
    assert present == ([endpoint] if endpoint else [])


def test_each_page_and_each_role_has_its_own_rail(app: Flask, foundation: Foundation) -> None:
    def present(role: Role, address: str) -> list[str]:
        page = Browser(app, somebody(foundation, role)).get(address).text
        rail = page[page.index('<nav class="rail"') : page.index("</nav>", page.index("rail"))]
        return re.findall(r'<a href="([^"]+)" aria-current="page"', rail)

    for role, address in (
        (Role.OFFICE, "/parties/farms/"),
        (Role.OFFICE, "/parties/dealers/"),
        (Role.DEALER, "/parties/farms/"),
        (Role.OFFICE, "/parties/farms/"),
    ):
        assert set(present(role, address)) == {address}, (role, address)


def test_the_rail_knows_where_the_application_stands(app: Flask) -> None:
    with app.test_request_context("/parties/farms/", base_url="https://kom.example/beheer/"):
        lines = {line["address"] for line in menu(Role.OFFICE) if line["current"]}
    assert lines == {"/beheer/parties/farms/"}


def test_what_a_role_may_not_is_not_in_its_menu(app: Flask) -> None:
    with app.test_request_context():
        for role, ways in MENUS.items():
            assert {way.endpoint for way in ways if not is_open(way.endpoint, role)} == set(), role
            assert [line["endpoint"] for line in menu(role)] == [way.endpoint for way in ways]


@pytest.mark.parametrize(
    ("role", "organisation"),
    [
        (Role.OFFICE, "Secretariaat KOM"),
        (Role.INSPECTOR, "Buitendienst KOM"),
        (Role.DEALER, "Hoekstra Melktechniek"),
        (Role.MECHANIC, "Monteur 0002"),
        (Role.READER, "Alleen lezen"),
    ],
)
def test_the_bar_tells_for_whom_one_works(
    app: Flask, foundation: Foundation, role: Role, organisation: str
) -> None:
    assert organisation in Browser(app, somebody(foundation, role)).get("/accounts/mine").text
