"""Leniency as the office records and shortens it, and what every page then tells."""

from __future__ import annotations

import re

from tests.clients import Browser, wrongs

PAGE = "/sites/leniency"
AGREED = {
    "from_on": "2026-03-01",
    "until_on": "2026-03-31",
    "reason": "Mond- en klauwzeer",
    "document": "KKM 2026-114",
}


def test_r33_what_was_agreed_is_recorded_listed_and_shortened(office: Browser) -> None:
    assert "Nog geen coulance" in office.get(PAGE).text
    assert office.send(PAGE, PAGE, **AGREED).location == PAGE
    text = office.get(PAGE).text
    for told in ("1 mrt 2026", "31 mrt 2026", "Mond- en klauwzeer", "KKM 2026-114", "geldt nu"):
        assert told in text
    [form] = set(re.findall(rf"{PAGE}/\d+/shorten", text))
    sent = office.send(form, form, until_on="2026-03-10", reason="Eerder vrij")
    assert sent.location == PAGE
    text = office.get(PAGE).text
    assert "De coulance eindigt op di 10 maart 2026." in text
    assert "31 mrt 2026" not in text
    journal = office.get("/journal/").text
    assert "Coulance ingekort" in journal
    assert "di 31 maart 2026 → di 10 maart 2026" in journal


WRONG = [
    ({"from_on": ""}, "Vul de eerste dag van de coulance in."),
    ({"until_on": ""}, "Vul de laatste dag van de coulance in."),
    ({"reason": " "}, "Vul in waarom er coulance is."),
    ({"document": ""}, "Vul in waar de afspraak met KKM staat."),
    ({"until_on": "2026-02-30"}, "“2026-02-30” is geen bestaande dag."),
    ({"until_on": "2026-02-28"}, "De coulance eindigt op za 28 februari 2026, voor haar begin"),
    ({}, "Van zo 1 maart 2026 tot en met di 31 maart 2026 geldt al een coulance."),
    ({"from_on": "2026-03-31", "until_on": "2026-05-01"}, "Van zo 1 maart 2026 tot en met"),
]


def test_r33_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(office: Browser) -> None:
    office.send(PAGE, PAGE, **AGREED)
    for changed, words in WRONG:
        answer = office.send(PAGE, PAGE, **{**AGREED, **changed})
        assert answer.status_code == 422, changed
        [wrong] = wrongs(answer.text)
        assert wrong.startswith(words)
        if "reason" not in changed:
            assert 'value="Mond- en klauwzeer"' in answer.text
    assert office.get(PAGE).text.count("KKM 2026-114") == 2  # a row, and folded for a phone


def test_r33_a_leniency_cannot_be_made_longer(office: Browser) -> None:
    office.send(PAGE, PAGE, **AGREED)
    [form] = set(re.findall(rf"{PAGE}/\d+/shorten", office.get(PAGE).text))
    for day, words in (
        ("2026-03-31", "di 31 maart 2026 ligt niet voor de huidige laatste dag"),
        ("2026-02-28", "De coulance eindigt op za 28 februari 2026, voor haar begin"),
    ):
        answer = office.send(form, form, until_on=day, reason="x")
        assert answer.status_code == 422
        assert wrongs(answer.text)[0].startswith(words)
    assert wrongs(office.send(form, form, until_on="2026-03-10").text) == [
        "Vul in waarom de coulance eerder eindigt."
    ]
    assert office.get(f"{PAGE}/999/shorten").status_code == 404
