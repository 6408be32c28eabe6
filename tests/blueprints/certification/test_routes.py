"""Enter and correct certificates, seen from a browser."""

from __future__ import annotations

from sqlalchemy import select

from models.certification import Certificate
from tests.clients import Browser, wrongs
from tests.factories import Foundation

GOOD = {
    "number": "C-1",
    "country": "nl",
    "valid_from": "2026-01-01",
    "valid_until": "2028-12-31",
}


def test_a_certificate_is_entered_and_corrected(office: Browser, foundation: Foundation) -> None:
    mechanic = foundation.mechanic(None, certified=None)
    page = f"/parties/mechanics/{mechanic.public_id}"
    assert "Niet gecertificeerd" in office.get(page).text
    new = f"/certification/mechanics/{mechanic.public_id}/certificates/new"
    assert office.send(new, new, **GOOD).location == page
    assert "Tot en met zo 31 december 2028, niet voor robots." in office.get(page).text
    with foundation.database.reading() as session:
        number = session.scalars(select(Certificate.id)).one()
    edit = new.replace("new", str(number))
    assert 'value="C-1"' in office.get(edit).text
    assert office.send(edit, edit, **GOOD, modules="ams").location == page
    assert "met de module AMS." in office.get(page).text
    assert "checked" in office.get(edit).text
    assert office.send(edit, edit, **GOOD, modules="flying").location == page
    assert "niet voor robots." in office.get(page).text
    other = foundation.mechanic(None)
    for odd in (edit.replace(mechanic.public_id, other.public_id), f"{edit}9", f"{edit}{10**20}"):
        assert office.get(odd).status_code == 404


def test_r13_a_belgian_certificate_is_told_where_it_stands(
    office: Browser, foundation: Foundation
) -> None:
    mechanic = foundation.mechanic(None, certified=None)
    page = f"/parties/mechanics/{mechanic.public_id}"
    new = f"/certification/mechanics/{mechanic.public_id}/certificates/new"
    assert '<option selected value="nl">Nederland</option>' in office.get(new).text
    office.send(new, new, **GOOD | {"country": "be"})
    with foundation.database.reading() as session:
        row = session.scalars(select(Certificate)).one()
    assert row.country == "be"
    edit = new.replace("new", str(row.id))
    assert '<option selected value="be">België</option>' in office.get(edit).text
    told = office.get(page).text
    assert "Gecertificeerd in België" in told
    assert "een bezoek wacht op het besluit van KOM" in told
    assert '<div class="soft small">België</div>' in told
    assert "land: België" in told
    office.send(new, new, **GOOD | {"number": "C-2"})
    told = office.get(page).text
    assert "Gecertificeerd in België" not in told
    assert told.count('<div class="soft small">') == 1
    assert "Nederland</div>" not in told


WRONG = [
    ("number", "", "Vul het nummer in dat op het certificaat staat."),
    ("number", "x" * 21, "Dit zijn 21 tekens en er passen er 20. Maak het korter."),
    ("number", "TAKEN", "Certificaat TAKEN staat al bij Harm."),
    ("country", "", "Kies het land dat het certificaat afgaf."),
    ("country", "de", "Kies het land dat het certificaat afgaf."),
    ("valid_from", "", "Vul de eerste geldige dag in."),
    ("valid_until", "2026-02-30", "“2026-02-30” is geen bestaande dag."),
    ("valid_until", "2025-12-31", "De laatste dag (wo 31 december 2025) ligt voor de eerste"),
]


def test_what_is_wrong_stands_at_its_field(office: Browser, foundation: Foundation) -> None:
    other = foundation.mechanic(None, "Harm", certified=None)
    taken = f"/certification/mechanics/{other.public_id}/certificates/new"
    office.send(taken, taken, **{**GOOD, "number": "TAKEN"})
    mechanic = foundation.mechanic(None, certified=None)
    new = f"/certification/mechanics/{mechanic.public_id}/certificates/new"
    for field, typed, words in WRONG:
        answer = office.send(new, new, **{**GOOD, field: typed})
        assert answer.status_code == 422
        [wrong] = wrongs(answer.text)
        assert wrong.startswith(words)
