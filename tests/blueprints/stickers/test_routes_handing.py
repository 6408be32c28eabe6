"""Stickers on a mechanic's name: handed out, moved to another, taken in; by dealer and office."""

from __future__ import annotations

import re
from datetime import date

import pytest
from werkzeug.test import TestResponse

from kombeheer.rules.accounts import Role
from kombeheer.services.stickers.documents import named_document
from models.journal import JournalEntry
from models.parties import Mechanic
from models.stickers import Document
from tests.clients import Browser
from tests.factories import NOW
from tests.field import Field

DAY = "05-03-2026"


@pytest.fixture
def colleague(field: Field) -> Mechanic:
    return field.foundation.mechanic(field.dealer, "Anna Visser")


@pytest.fixture(params=[Role.DEALER, Role.OFFICE])
def who(field: Field, request: pytest.FixtureRequest) -> Browser:
    dealer = field.dealer if request.param is Role.DEALER else None
    return Browser(field.app, field.foundation.user(request.param, dealer=dealer))


def page_of(field: Field) -> str:
    return f"/stickers/hand-out/{field.dealer.public_id}"


def send(field: Field, who: Browser, first: str, last: str, to: str, **more: str) -> TestResponse:
    page, fields = page_of(field), {"series": "26", "first": first, "last": last, "holder": to}
    return who.send(page, page, **(fields | more))


def hand(field: Field, who: Browser, first: str, last: str, to: str, **more: str) -> str:
    """A range that is taken; the page that is shown then."""
    answer = send(field, who, first, last, to, **more)
    assert (answer.status_code, answer.location) == (302, page_of(field)), answer.text
    return who.get(answer.location).text


def test_a_range_is_handed_out_moved_on_and_taken_in(
    field: Field, who: Browser, colleague: Mechanic
) -> None:
    first, second = f"mechanic:{field.mechanic.id}", f"mechanic:{colleague.id}"
    text = hand(field, who, "1", "26-000010", field.mechanic.public_id, note="voor de bus")
    assert "Verplaatst op overdracht O-2026-0001" in text
    assert [field.account(serial) for serial in (1, 10, 11)] == [
        first,
        first,
        f"dealer:{field.dealer.id}",
    ]
    hand(field, who, "6", "15", colleague.public_id, reference="tas 4", day=DAY)
    assert [field.account(serial) for serial in (5, 6, 15)] == [first, second, second]
    paper = field.row(Document, reference="tas 4")
    told = who.get(f"/stickers/documents/{paper.id}").text
    assert "Van Jelle de Boer naar Hoekstra Melktechniek" in told
    assert "Van Hoekstra Melktechniek naar Anna Visser" in told
    hand(field, who, "1", "5", field.dealer.public_id)
    assert field.account(1) == f"dealer:{field.dealer.id}"
    entries = field.rows(JournalEntry, subject_kind="document")
    actions = [one.action for one in sorted(entries, key=lambda one: one.id)]
    assert actions == [
        "stickers.hand_out",
        "stickers.hand_in",
        "stickers.hand_out",
        "stickers.hand_in",
    ]


def test_each_range_that_is_held_fills_in_the_form(field: Field, who: Browser) -> None:
    text = hand(field, who, "3", "4", field.mechanic.public_id)
    [taking] = re.findall(r'href="([^"]*first=3[^"]*)"', text)
    filled = who.get(taking.replace("&amp;", "&")).text
    for value in ("3", "4"):
        assert f'value="{value}"' in filled
    assert f'<option selected value="{field.dealer.public_id}">' in filled
    assert "Terug bij Hoekstra Melktechniek" in filled


BAD: list[tuple[dict[str, str], str]] = [
    ({"first": "abc"}, "abc is geen nummer"),
    ({"first": ""}, "Vul het eerste nummer in"),
    ({"first": "30", "last": "20"}, "26-000030 ligt na het laatste 26-000020"),
    ({"last": "1" * 30}, "past niet in serie 26"),
    ({"series": "99"}, "Kies een serie"),
    ({"holder": ""}, "Kies wie deze nummers krijgt"),
    ({"holder": "nobody"}, "Kies wie deze nummers krijgt"),
    ({"first": "99", "last": "102"}, "met 2 nummers kan dit niet: 26-000101 t/m 000102"),
    ({"first": "301", "last": "302"}, "met 2 nummers kan dit niet: 26-000301 t/m 000302"),
    ({"day": "06-03-2026"}, "kan dit niet gebeurd zijn"),
    ({"day": "31-02-2026"}, "geen bestaande dag"),
    ({"day": "01-01-2026"}, "lagen deze nummers daar nog niet"),
    ({"reference": "x" * 61}, "61 tekens"),
    ({"reference": "a\u200bb"}, "een teken dat niet te zien is"),
    ({"note": "a\x00b"}, "niet te bewaren"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_bad_input_gets_a_sentence_and_nothing_is_lost(
    field: Field, who: Browser, wrong: dict[str, str], sentence: str
) -> None:
    """301-310 are another dealer's, held by a mechanic of his."""
    other = field.foundation.dealer("Boersma")
    field.foundation.stickers(field.series, other, 301, 310)
    fields = {"first": "21", "last": "22", "holder": field.mechanic.public_id} | wrong
    before = field.sizes()
    answer = send(
        field, who, fields.pop("first"), fields.pop("last"), fields.pop("holder"), **fields
    )
    assert answer.status_code == 422
    assert sentence in answer.text, answer.text
    assert 'aria-invalid="true"' in answer.text
    for name, value in wrong.items():
        if value.isprintable() and value and name not in ("series", "holder"):
            assert f'value="{value}"' in answer.text, value
    if "holder" not in wrong:
        assert f'<option selected value="{field.mechanic.public_id}">' in answer.text
    grown = field.grown(before)
    assert {name: size for name, size in grown.items() if name != "login_session"} == {}


def test_what_a_foreign_mechanic_holds_is_not_taken_in(field: Field, who: Browser) -> None:
    other = field.foundation.dealer("Boersma")
    field.foundation.stickers(field.series, other, 301, 310)
    theirs = Browser(field.app, field.foundation.user(Role.DEALER, dealer=other))
    mechanic, page = field.foundation.mechanic(other), f"/stickers/hand-out/{other.public_id}"
    fields = {"series": "26", "first": "301", "last": "305", "holder": mechanic.public_id}
    assert theirs.send(page, page, **fields).status_code == 302
    for target in (field.dealer.public_id, field.mechanic.public_id):
        answer = send(field, who, "301", "302", target)
        assert answer.status_code == 422
        assert "26-000301 t/m 000302" in answer.text
    assert field.account(301) == f"mechanic:{mechanic.id}"


def test_a_mechanic_who_did_not_work_there_that_day_gets_none(field: Field, who: Browser) -> None:
    new = field.foundation.mechanic(field.dealer, "Nieuw", employed_from=date(2026, 3, 1))
    answer = send(field, who, "1", "2", new.public_id, day="28-02-2026")
    assert answer.status_code == 422
    assert f"Monteur {new.number} werkte op za 28 februari 2026 niet" in answer.text
    assert 'value="28-02-2026"' in answer.text or 'value="2026-02-28"' in answer.text


def test_a_dealer_comes_to_his_own_and_to_no_other(field: Field) -> None:
    dealer = Browser(field.app, field.foundation.user(Role.DEALER, dealer=field.dealer))
    other = field.foundation.dealer("Boersma")
    assert "/stickers/hand-out" in dealer.get("/stickers/").text
    assert dealer.get("/stickers/hand-out").location == page_of(field)
    assert dealer.get(f"/stickers/hand-out/{other.public_id}").status_code == 404
    office = Browser(field.app, field.foundation.user(Role.OFFICE))
    assert "/stickers/hand-out" in office.get("/stickers/").text
    chooser = office.get("/stickers/hand-out").text
    assert page_of(field) in chooser
    assert "Boersma" in chooser
    mechanic = Browser(field.app, field.foundation.user(Role.MECHANIC, mechanic=field.mechanic))
    assert mechanic.get(page_of(field)).status_code == 403
    assert "/stickers/hand-out" not in mechanic.get("/stickers/").text


def test_an_employment_ends_after_its_stickers_are_taken_in_where_the_page_says(
    field: Field,
) -> None:
    office = Browser(field.app, field.foundation.user(Role.OFFICE))
    page = f"/parties/mechanics/{field.mechanic.public_id}"
    assert page_of(field) in office.get(page).text
    hand(field, office, "1", "10", field.mechanic.public_id)
    [ending] = re.findall(rf'href="({page}/employments/\d+)"', office.get(page).text)
    fields = {"from_on": "01-01-2020", "until_on": DAY}
    refused = office.send(ending, ending, **fields)
    assert refused.status_code == 422
    assert "Verdeel over monteurs" in refused.text
    assert page_of(field) in refused.text
    hand(field, office, "1", "10", field.dealer.public_id)
    assert page_of(field) not in office.get(ending).text
    assert office.send(ending, ending, **fields).status_code == 302


def test_a_paper_of_another_dealer_is_neither_shared_nor_in_the_way(field: Field) -> None:
    other = field.foundation.dealer("Janssen")
    own = Browser(field.app, field.foundation.user(Role.DEALER, dealer=field.dealer))
    hand(field, own, "1", "2", field.mechanic.public_id, reference="Lijst 1", note="van ons")
    again = send(field, own, "3", "4", field.mechanic.public_id, reference="Lijst 1", note="anders")
    assert again.status_code == 422
    assert "heeft al een opmerking" in again.text
    database, theirs = field.foundation.database, field.foundation.user(Role.DEALER, dealer=other)
    actor = theirs
    with database.transaction() as session:
        [ours] = field.rows(Document, reference="Lijst 1")
        same = named_document(session, actor, NOW, ours.kind, ours.dated_on, "Lijst 1", "B")
        assert (same.id != ours.id, same.note) == (True, "B")
