"""The way of stickers with nothing but the keyboard: ordered, received, issued and confirmed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from kombeheer.clock import today
from kombeheer.rules.accounts import Actor, Role
from models.stickers import Sticker
from tests.browser.soundness import console
from tests.factories import Foundation

pytestmark = pytest.mark.browser
YEAR = f"{today():%y}"
TABS_MAX = 60  # no page has more stops before its form


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what people know by this name has the focus."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "() => { const on = document.activeElement; return (on.labels?.[0] ?? on).innerText }"
        )
        if told.replace("(mag leeg blijven)", "").strip() == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")


def fill(page: Page, **fields: str) -> None:
    """Type into the fields, each reached by its label; in a list, its first letters choose."""
    for label, text in fields.items():
        tab_to(page, label.replace("_", " "))
        page.keyboard.type(text)


def press(page: Page, name: str) -> None:
    """Reach a button or link, and press Enter; a page follows."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def places(foundation: Foundation) -> dict[str, int]:
    """How many numbers are where."""
    with foundation.database.reading() as session:
        rows = session.execute(select(Sticker.account, func.count()).group_by(Sticker.account))
        return {account.partition(":")[0]: count for account, count in rows}


def test_stickers_go_from_the_printer_to_a_dealer(
    foundation: Foundation, sign_in: Callable[[Actor], Page]
) -> None:
    dealer = foundation.dealer("Janssen Stalservice")
    foundation.dealer("Hoekstra Melktechniek")
    page = sign_in(foundation.user(Role.OFFICE))
    said = console(page)
    page.goto("/stickers/")
    press(page, "Nieuwe serie")
    fill(page, Code=YEAR)
    press(page, "Maak de serie")
    fill(page, Laatste_nummer="200")
    press(page, "Bestel")
    expect(page.get_by_role("status")).to_contain_text("Besteld op")
    press(page, "Ontvang deze reeks")
    press(page, "Neem in voorraad")
    expect(page.get_by_role("status")).to_contain_text("In voorraad genomen")
    assert places(foundation) == {"stock": 200}

    page.goto("/stickers/")
    press(page, "Geef uit")
    fill(page, Dealer="Janssen", Aantal="50")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("De dealer bevestigt de ontvangst.")
    assert places(foundation) == {"stock": 150, "transit": 50}

    page = sign_in(foundation.user(Role.DEALER, dealer=dealer))
    page.goto("/stickers/")
    press(page, "Niet alles gekregen")
    fill(page, Eerste_nummer="1", Laatste_nummer="20")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Ontvangst bevestigd")
    press(page, "Bevestig ontvangst")
    expect(page.get_by_role("status")).to_contain_text("Ontvangst bevestigd")
    assert places(foundation) == {"stock": 150, "dealer": 50}
    assert said == []
