"""Logging in and the pages of accounts, in a real browser; test_looks.py looks at each of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from kombeheer.rules.accounts import Actor, Role
from tests.browser.soundness import assert_sound, console
from tests.factories import PASSWORD, Foundation

pytestmark = pytest.mark.browser


@pytest.fixture
def office(foundation: Foundation) -> Actor:
    return foundation.user(Role.OFFICE, email="m.postma@kom.example")


def test_logging_in_by_keyboard_alone(context: BrowserContext, office: Actor) -> None:
    page = context.new_page()
    complaints = console(page)
    page.goto("/journal/")
    assert_sound(page)
    page.keyboard.type("m.postma@kom.example")
    page.keyboard.press("Tab")
    page.keyboard.type("niet dit wachtwoord")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "horen niet bij elkaar" in page.inner_text("[role=alert]")
    assert_sound(page)
    page.keyboard.type(PASSWORD)  # the address stays, the focus is where it has to be typed anew
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/journal/")
    assert complaints == []


def test_a_key_is_selected_so_that_it_is_copied_at_once(
    sign_in: Callable[[Actor], Page], office: Actor
) -> None:
    page = sign_in(office)
    page.goto("/accounts/mine")
    page.fill("#name", "Melkprogramma")
    page.click("text=Maak een sleutel")
    key = page.input_value("#made")
    assert key.startswith("kom_")
    page.wait_for_function("key => document.getSelection().toString() === key", arg=key)
    assert_sound(page)


def test_somebody_is_invited_chooses_a_password_and_is_in(
    sign_in: Callable[[Actor], Page], context: BrowserContext, office: Actor
) -> None:
    page = sign_in(office)
    page.goto("/accounts/users/invite")
    page.fill("#email", "nieuw@kom.example")
    page.fill("#name", "Nel Nieuw")
    page.select_option("#role", "reader")
    page.click("text=Maak de uitnodiging")
    link = page.input_value("#link")
    page.click("text=Uitloggen")
    page.wait_for_url("**/accounts/log-in")
    page.goto(link)
    assert_sound(page)
    page.fill("#password", "drie rode koeien in de wei")
    page.fill("#again", "drie rode koeien in de wei")
    page.click("text=Bewaar en ga naar binnen")
    page.wait_for_url("**/search")
    assert "Nel Nieuw" in page.inner_text(".who")


def test_a_page_of_an_earlier_log_in_shows_what_was_written(
    sign_in: Callable[[Actor], Page], context: BrowserContext, office: Actor
) -> None:
    page = sign_in(office)
    page.goto("/accounts/mine")
    context.clear_cookies()
    page.fill("#name", "een naam waarover is nagedacht")
    page.click("text=Maak een sleutel")
    assert page.inner_text("h1") == "U bent niet meer ingelogd"
    assert "een naam waarover is nagedacht" in page.inner_text("main")
    assert_sound(page)
    page.click("a.btn.main")
    page.wait_for_url("**/accounts/log-in?next=/accounts/mine")
