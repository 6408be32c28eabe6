"""The pages of stickers: who sees what, and how a number, a list and a document are told."""

from __future__ import annotations

import re

import pytest

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.stickers import MoveKind
from models.stickers import Document, Movement
from tests.clients import Browser
from tests.factories import number
from tests.field import Field
from tests.queries import asked

MINE, STOCK, THEIRS = number(1).digits, number(201).digits, number(301).digits


@pytest.fixture
def stocked(field: Field) -> Field:
    """1-100 with the dealer, 201-210 in stock, 301-310 with another dealer."""
    field.foundation.stickers(field.series, None, 201, 210)
    field.foundation.stickers(field.series, field.foundation.dealer("Boersma"), 301, 310)
    return field


def browser(field: Field, role: Role = Role.OFFICE) -> Browser:
    who: Actor = field.foundation.user(
        role,
        dealer=field.dealer if role is Role.DEALER else None,
        mechanic=field.mechanic if role is Role.MECHANIC else None,
    )
    return Browser(field.app, who)


def told(text: str) -> str:
    """A page without the number it was asked for."""
    return re.sub(r"\d{10}", "#", text[text.index("<main") :])


def numbers_in(text: str) -> list[str]:
    return re.findall(r'class="nr" href="[^"]*">(\d\d-\d{6}-\d\d)</a>', text)


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.OFFICE, {MINE, STOCK, THEIRS}),
        (Role.INSPECTOR, {MINE, STOCK, THEIRS}),
        (Role.DEALER, {MINE}),
        (Role.MECHANIC, {MINE}),
    ],
)
def test_each_sees_his_own_numbers_and_no_trace_of_others(
    stocked: Field, role: Role, sees: set[str]
) -> None:
    who = browser(stocked, role)
    unknown = who.get(f"/stickers/{number(999).digits}")
    assert unknown.status_code == 404
    for digits in (MINE, STOCK, THEIRS):
        answer = who.get(f"/stickers/{digits}")
        assert answer.status_code == (200 if digits in sees else 404), digits
        for drawing in ("code128.svg", "qr.svg"):
            drawn = who.get(f"/stickers/{digits}/{drawing}")
            assert drawn.status_code == answer.status_code
        if digits not in sees:
            assert told(answer.text) == told(unknown.text)
            assert "Boersma" not in answer.text


def test_a_reader_is_sent_to_the_public_page(stocked: Field) -> None:
    reader = browser(stocked, Role.READER)
    assert reader.get("/stickers/").location == "/s/"
    assert reader.get(f"/stickers/{MINE}").location == f"/s/{MINE}"
    assert numbers_in(reader.get("/stickers/numbers").text) == []


def test_a_number_tells_its_life_with_every_document(stocked: Field) -> None:
    field, held = stocked, f"dealer:{stocked.dealer.id}"
    mechanic = f"mechanic:{field.mechanic.id}"
    field.foundation.move(MoveKind.HAND_OUT, field.series, 1, 5, held, mechanic, field.dealer)
    field.send(field.visit())
    text = browser(field).get(f"/stickers/{number(1).printed}").text
    told = [
        "Geplakt op Veehouderij De Wilgen, Oudega",
        "Van Hoekstra Melktechniek naar Jelle de Boer",
        "Ontvangst bevestigd door Hoekstra Melktechniek",
        "Uitgegeven aan Hoekstra Melktechniek",
        "Ontvangen in voorraad",
        "Besteld bij de drukker",
    ]
    places = [text.index(f"<b>{line}</b>") for line in told]
    assert places == sorted(places)
    assert text.count("/stickers/documents/") == 5
    assert text.count("/reports/v") == 2
    assert "ongebroken, 6 regels" in text
    assert "Geldig" in text


def test_what_was_with_another_dealer_is_not_named(stocked: Field) -> None:
    field = stocked
    giver = field.foundation.dealer("Verzwegen BV")
    field.foundation.stickers(field.series, giver, 401, 405)
    source, target = f"dealer:{giver.id}", f"dealer:{field.dealer.id}"
    field.foundation.move(MoveKind.HAND_OVER, field.series, 401, 405, source, target, field.dealer)
    address = f"/stickers/{number(401).digits}"
    assert "Verzwegen" in browser(field).get(address).text
    own = browser(field, Role.DEALER).get(address)
    assert own.status_code == 200
    assert "Verzwegen" not in own.text
    assert "Van een ander bedrijf naar Hoekstra Melktechniek" in own.text


def test_a_document_shows_what_it_moved_to_those_it_concerns(stocked: Field) -> None:
    issued = stocked.rows(Movement, kind="issue")
    [ours, theirs] = [one.document_id for one in issued]
    order = stocked.rows(Document, kind="print_order")[0].id
    dealer, office = browser(stocked, Role.DEALER), browser(stocked)
    for document, status in ((ours, 200), (theirs, 404), (order, 404), ("zzz", 404), ("%00", 404)):
        assert dealer.get(f"/stickers/documents/{document}").status_code == status
    shown = office.get(f"/stickers/documents/{ours}").text
    assert "26-000001 t/m 000100" in shown
    assert "Samen 100 nummers" in shown


def test_the_list_is_filtered_sorted_and_paged_by_its_address(stocked: Field) -> None:
    office = browser(stocked)
    first = office.get("/stickers/numbers").text
    assert numbers_in(first) == [number(serial).printed for serial in range(1, 51)]
    assert "1 t/m 50 van 120" in first
    third = office.get("/stickers/numbers?page=3&sort=number&desc=1").text
    assert numbers_in(third) == [number(serial).printed for serial in range(20, 0, -1)]
    in_stock = office.get("/stickers/numbers?series=26&account=stock").text
    assert numbers_in(in_stock) == [number(serial).printed for serial in range(201, 211)]
    theirs = office.get(f"/stickers/numbers?dealer={stocked.dealer.number}&account=dealer").text
    assert "van 100" in theirs
    one = office.get(f"/stickers/numbers?q={number(205).printed}").text
    assert numbers_in(one) == [number(205).printed]
    for nonsense in ("q=abc", "q=9999999999999", "q=1%00x"):
        assert "Geen nummer gevonden" in office.get(f"/stickers/numbers?{nonsense}").text
    assert "van 100" in browser(stocked, Role.DEALER).get("/stickers/numbers").text


def test_the_overview_counts_and_every_count_opens_its_list(stocked: Field) -> None:
    text = browser(stocked).get("/stickers/").text
    for account, count in (("stock", 10), ("dealer", 110)):
        found = re.search(rf'series=26&amp;account={account}">\s*(\d+)</a>', text)
        assert found
        assert int(found[1]) == count
    own = browser(stocked, Role.DEALER).get("/stickers/").text
    assert "26-000001 t/m 000100" in own
    assert "26-000301" not in own


def test_the_number_of_queries_does_not_grow(stocked: Field) -> None:
    field = stocked
    who = browser(field)
    addresses = ("/stickers/", "/stickers/numbers", f"/stickers/{MINE}")

    def counted() -> list[int]:
        counts = []
        for address in addresses:
            with asked(field.app.extensions["database"].reader) as statements:
                assert who.get(address).status_code == 200
            counts.append(len(statements))
        return counts

    field.send(field.visit())
    before = counted()
    for serial in range(2, 8):
        mechanic = field.foundation.mechanic(field.dealer, f"M{serial}")
        places = f"dealer:{field.dealer.id}", f"mechanic:{mechanic.id}"
        field.foundation.move(
            MoveKind.HAND_OUT, field.series, serial * 10, serial * 10 + 3, *places, field.dealer
        )
    events = [field.visit(serial, sequence=serial) for serial in range(2, 8)]
    for event in events:
        installation = field.foundation.installation(dealer=field.dealer)
        event["visit"]["installation"] = installation.public_id
    field.send(*events)
    after = counted()
    assert all(late <= early + 1 for early, late in zip(before, after, strict=True))
    assert max(after) < 25
