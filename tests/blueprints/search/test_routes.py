"""One field for everything: parties, and a sticker that leads to its page."""

from __future__ import annotations

from flask import Flask

from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.rules.parties import IdentifierKind
from kombeheer.services.parties import identifiers
from tests.clients import Browser, is_log_in
from tests.factories import NOW, Foundation, number
from tests.field import Clock


def test_words_find_parties_of_every_kind(app: Flask, foundation: Foundation, clock: Clock) -> None:
    dealer = foundation.dealer("De Boer Melktechniek")
    mechanic = foundation.mechanic(dealer, "Jelle de Boer")
    farms = [foundation.farm(f"Boerderij {place:02d}")[0] for place in range(11)]
    page = Browser(app, foundation.user(Role.OFFICE)).get("/search?q=boer").text
    for link in (
        f"/parties/dealers/{dealer.public_id}",
        f"/parties/mechanics/{mechanic.public_id}",
        f"/parties/farms/{farms[0].public_id}",
        "/parties/farms/?q=boer",
    ):
        assert f'href="{link}"' in page, link
    assert "Toon alle 11" in page


def test_a_farm_is_found_by_its_number_with_its_name_before_it(
    app: Flask, foundation: Foundation, clock: Clock
) -> None:
    farm, _ = foundation.farm("De Wilgen")
    with foundation.database.transaction() as session:
        identifiers.add_identifier(session, MACHINE, farm.id, IdentifierKind.UBN, "1482793", NOW)
    browser = Browser(app, foundation.user(Role.OFFICE))
    for query in ("1482793", "UBN 1482793", "UBN%3A 1482793"):
        page = browser.get(f"/search?q={query}").text
        assert f'href="/parties/farms/{farm.public_id}"' in page, query


def test_a_scanned_sticker_leads_to_its_page(
    app: Flask, foundation: Foundation, clock: Clock
) -> None:
    foundation.stickers(foundation.series(), None, 1, 10)
    made = number(3)
    browser = Browser(app, foundation.user(Role.OFFICE))
    for read in (made.digits, made.printed, f"HTTPS://KOM.EXAMPLE/S/{made.digits}"):
        answer = browser.get(f"/search?q={read}")
        assert answer.status_code == 302, read
        assert answer.location.endswith(made.digits)
    assert browser.get(f"/search?q={number(11).digits}").status_code == 200  # there is none


def test_nothing_found_says_what_to_do(app: Flask, foundation: Foundation) -> None:
    browser = Browser(app, foundation.user(Role.READER))
    for query in ("", "?q=", "?q=%00", "?q=zzz", "?q=%F0%9F", "?q=" + "x" * 5000):
        answer = browser.get(f"/search{query}")
        assert answer.status_code == 200
        assert "Scan een sticker of typ" in answer.text or "Niets gevonden" in answer.text


def test_who_is_not_logged_in_is_asked_to(app: Flask) -> None:
    assert is_log_in(Browser(app).get("/search?q=boer"))
