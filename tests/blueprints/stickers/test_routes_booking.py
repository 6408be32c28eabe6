"""The sticker desk: from order to receipt by forms; bad input gets a sentence, nothing moves."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from kombeheer.rules.accounts import Role
from models.stickers import Document, Movement, Sticker, StickerSeries
from tests.clients import Browser
from tests.factories import number
from tests.field import Field

DESK = "/stickers/"


@pytest.fixture
def office(field: Field) -> Browser:
    return Browser(field.app, field.foundation.user(Role.OFFICE))


@pytest.fixture
def dealer(field: Field) -> Browser:
    return Browser(field.app, field.foundation.user(Role.DEALER, dealer=field.dealer))


def send(browser: Browser, page: str, **fields: str) -> TestResponse:
    return browser.send(DESK + page, DESK + page, **fields)


def moved(answer: TestResponse, browser: Browser) -> str:
    """A form that was taken leads to its document; the page that is shown then."""
    assert answer.status_code == 302, answer.text
    shown = browser.get(answer.location)
    assert shown.status_code == 200
    return shown.text


def test_stickers_go_from_the_printer_to_the_dealer_by_forms(
    field: Field, office: Browser, dealer: Browser
) -> None:
    answer = send(office, "series/new", code="27")
    assert answer.location == "/stickers/order?series=27"
    proposed = office.get(answer.location).text
    assert 'name="first"' in proposed
    assert 'value="1"' in proposed
    text = moved(send(office, "order", series="27", first="1", last="27-001000"), office)
    assert "Besteld op D-2026-0001" in text
    assert "series=27&amp;first=1&amp;last=1000" in text
    moved(send(office, "receive", series="27", first="1", last="1000"), office)
    text = moved(
        send(office, "issue", dealer=field.dealer.number, series="27", count="120"), office
    )
    assert "27-000001 t/m 000120" in text
    own = dealer.get(DESK).text
    assert "120 stickers zijn onderweg naar u" in own
    document = field.row(Document, kind="packing_list", reference="P-2026-0001").id
    part = send_part(dealer, document, first="27-000001", last="27-000020")
    assert part.status_code == 302
    rest = dealer.send(f"{DESK}parcels/{document}/confirm", f"{DESK}parcels/{document}")
    assert rest.status_code == 302
    assert "Ontvangst bevestigd" in dealer.get(rest.location).text
    series = field.row(StickerSeries, code="27")
    assert field.account(120, series) == f"dealer:{field.dealer.id}"
    again = dealer.get(f"{DESK}parcels/{document}")
    assert again.status_code == 404


def send_part(browser: Browser, document: str, **fields: str) -> TestResponse:
    page = f"{DESK}parcels/{document}"
    return browser.send(f"{page}/part", page, series="27", **fields)


def test_an_issue_is_taken_back_with_a_reason(
    field: Field, office: Browser, dealer: Browser
) -> None:
    field.foundation.stickers(field.series, None, 201, 210)
    moved(send(office, "issue", dealer=field.dealer.number, series="26", count="4"), office)
    document = field.row(Document, kind="packing_list", reference="P-2026-0001").id
    page = f"documents/{document}/take-back"
    empty = send(office, page, reason=" ")
    assert empty.status_code == 422
    assert "Schrijf waarom" in empty.text
    assert field.account(201) == f"transit:{field.dealer.id}"
    text = moved(send(office, page, reason="verkeerde dealer"), office)
    assert "verkeerde dealer" in text
    assert field.account(201) == "stock"
    assert office.get(DESK + page).status_code == 404


def test_a_stranger_confirms_nothing(field: Field, office: Browser) -> None:
    field.foundation.stickers(field.series, None, 201, 210)
    moved(send(office, "issue", dealer=field.dealer.number, series="26", count="4"), office)
    document = field.row(Document, kind="packing_list", reference="P-2026-0001").id
    other = field.foundation.dealer("Boersma")
    stranger = Browser(field.app, field.foundation.user(Role.DEALER, dealer=other))
    assert stranger.get(f"{DESK}parcels/{document}").status_code == 404
    stranger.send(f"{DESK}parcels/{document}/confirm")
    assert field.account(201) == f"transit:{field.dealer.id}"
    assert office.get(f"{DESK}parcels/{document}").status_code == 403


BAD_RANGES: list[tuple[str, dict[str, str], str]] = [
    ("order", {"first": "abc", "last": "10"}, "abc is geen nummer"),
    ("order", {"first": "1", "last": ""}, "Vul het laatste nummer in"),
    ("order", {"first": "500", "last": "400"}, "26-000500 ligt na het laatste 26-000400"),
    ("order", {"first": "25-000001", "last": "9"}, "25-000001 hoort bij een andere serie dan 26"),
    ("order", {"first": "1", "last": "1000000000000"}, "1000000000000 past niet in serie 26"),
    ("order", {"first": "1\x002", "last": "9"}, "een teken dat niet te zien is"),
    ("order", {"first": "26-001234-22", "last": "9999"}, "26-001234-22 klopt niet"),
    ("order", {"first": "95", "last": "105"}, "6 nummers zijn al eerder besteld: 26-000095"),
    ("order", {"first": "1000", "last": "70000"}, "69001 nummers is te veel"),
    ("order", {"first": "500", "last": "501", "day": "06-03-2026"}, "kan dit niet gebeurd zijn"),
    ("order", {"first": "500", "last": "501", "day": "31-02-2026"}, "geen bestaande dag"),
    ("order", {"first": "500", "last": "501", "reference": "x" * 61}, "61 tekens"),
    ("order", {"first": "500", "last": "501", "note": "a\x00b"}, "niet te bewaren"),
    ("receive", {"first": "1", "last": "2"}, "26-000001 t/m 000002"),
    ("receive", {"first": "500", "last": "501"}, "niet besteld of al ontvangen: 26-000500"),
    ("issue", {"first": "99", "last": "101"}, "niet in de voorraad: 26-000099 t/m 000101"),
    ("issue", {"count": "5"}, "in de voorraad liggen er 0"),
    ("issue", {"count": "-5"}, "is geen aantal"),
    ("issue", {"count": "veel"}, "is geen aantal"),
    ("issue", {"count": "999999999999"}, "is te veel"),
    ("issue", {}, "Geef een eerste en een laatste nummer, of een aantal"),
    ("issue", {"count": "1", "first": "1", "last": "1"}, "of een aantal, niet beide"),
    ("issue", {"count": "1", "dealer": ""}, "Kies een dealer"),
    ("issue", {"count": "1", "dealer": "9999"}, "Kies een dealer"),
    ("issue", {"count": "1", "series": "99"}, "Kies een serie"),
]


@pytest.mark.parametrize(("page", "fields", "sentence"), BAD_RANGES)
def test_bad_input_gets_a_sentence_and_nothing_is_lost(
    field: Field, office: Browser, page: str, fields: dict[str, str], sentence: str
) -> None:
    before = field.sizes()
    wanted: dict[str, Any] = {"series": "26"}
    if page == "issue":
        wanted["dealer"] = field.dealer.number
    answer = send(office, page, **(wanted | fields))
    assert answer.status_code == 422
    assert sentence in answer.text, answer.text
    assert 'aria-invalid="true"' in answer.text
    for value in fields.values():
        if value.isprintable() and value and value not in ("99", "9999"):
            assert f'value="{value}"' in answer.text or f">{value}<" in answer.text, value
    assert {key: size for key, size in field.grown(before).items() if key != "login_session"} == {}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"code": "26"}, "Serie 26 is er al"),
        ({"code": "jaar"}, "De code jaar is niet te gebruiken"),
        ({"code": ""}, "Vul de code van de serie in"),
        ({"code": "oud", "width": "2", "valid_from": "01-01-2001"}, "Een nummer van 2 cijfers"),
        ({"code": "oud", "width": "x"}, "is geen aantal"),
        ({"code": "oud", "width": "7"}, "Geef de eerste en de laatste dag"),
        ({"code": "27", "valid_from": "02-01-2027", "valid_until": "01-01-2027"}, "ligt na"),
    ],
)
def test_a_series_that_cannot_be_is_told(
    field: Field, office: Browser, fields: dict[str, str], sentence: str
) -> None:
    answer = send(office, "series/new", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text, answer.text
    assert len(field.rows(StickerSeries)) == 1


def test_an_old_stock_gets_its_own_series(field: Field, office: Browser) -> None:
    days = {"valid_from": "01-01-2001", "valid_until": "31-12-2002"}
    assert send(office, "series/new", code="OUD-1", width="7", **days).status_code == 302
    moved(send(office, "order", series="OUD-1", first="0000100", last="0000199"), office)
    series = field.row(StickerSeries, code="OUD-1")
    assert (series.shape, field.account(150, series)) == ("plain7", "printer")
    assert office.get("/stickers/0000150").status_code == 200


def test_sending_an_order_twice_does_it_once(field: Field, office: Browser) -> None:
    fields = {"series": "26", "first": "500", "last": "509"}
    moved(send(office, "order", **fields), office)
    again = send(office, "order", **fields)
    assert again.status_code == 422
    assert "10 nummers zijn al eerder besteld" in again.text
    assert len(field.rows(Movement, kind="order")) == 2
    assert len(field.rows(Sticker, account="printer")) == 10


def test_a_dealer_neither_orders_nor_issues(field: Field, dealer: Browser) -> None:
    for page in ("order", "receive", "issue", "series/new"):
        assert dealer.get(DESK + page).status_code == 403
    assert number(1).printed in dealer.get(f"/stickers/{number(1).digits}").text
