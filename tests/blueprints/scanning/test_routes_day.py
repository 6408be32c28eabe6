"""A visit of an earlier day: before the last service there the page asks before it stores."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from models.reports import Report
from models.scanning import ScanDecision, ScanEvent
from tests.clients import Browser
from tests.factories import number
from tests.field import Field, withdrawal

SETTINGS = "/scanning/settings"
ASKED = "Klopt dit?"
LAST = "2026-03-04"
BEFORE, AFTER = "2026-03-03", "2026-03-05"
STICKER = {"raw": number(1).digits, "scan_token": "een"}


@pytest.fixture
def browser(field: Field) -> Browser:
    return Browser(field.app, field.actor)


def choose(browser: Browser, field: Field, day: str) -> None:
    chosen = {"mechanic": field.mechanic.number, "service_date": day}
    assert browser.send(SETTINGS, SETTINGS, **chosen).status_code == 302


def scan(browser: Browser, field: Field, **fields: str) -> TestResponse:
    here = f"/scanning/visit/{field.installation.public_id}"
    return browser.send(f"{here}/sticker" if "raw" in fields else here, here, **fields)


def yes(answer: TestResponse) -> dict[str, str]:
    """What the button of a question sends."""
    forms = re.findall(r"<form.*?</form>", answer.text, re.DOTALL)
    [form] = [one for one in forms if "Ja, het klopt" in one]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found if name != "csrf_token"}


def served(field: Field, **more: Any) -> dict[str, Any]:
    """A minor service of the day that the others are before or after."""
    visit = field.visit(None, ending="kb", day=LAST, sequence=7, **more)
    [answer] = field.send(visit)
    assert answer["outcome"] == "accepted", answer
    return visit


@pytest.mark.parametrize(
    ("scanned", "ending"),
    [
        pytest.param(STICKER, "sticker", id="sticker"),
        pytest.param({"ending": "geen_kom", "scan_token": "een"}, "geen_kom", id="geen KOM"),
        pytest.param({"ending": "kb", "scan_token": "een"}, "kb", id="kb"),
    ],
)
def test_a_day_before_the_last_service_is_asked_and_stored_once(
    field: Field, browser: Browser, scanned: dict[str, str], ending: str
) -> None:
    served(field)
    choose(browser, field, BEFORE)
    before = field.sizes()
    asked = scan(browser, field, **scanned)
    assert asked.status_code == 422
    assert ASKED in asked.text
    told = "di 3 maart 2026 ligt voor de laatste beurt die hier geregistreerd is (wo 4 maart 2026)"
    assert told in asked.text
    assert field.grown(before) == {}
    answer = {name: value for name, value in yes(asked).items() if value}
    assert answer == {**scanned, "ending": ending, "confirmed": "1"}
    places = [scan(browser, field, **answer).location for _ in range(2)]
    assert places[0] == places[1]
    assert "Bezoek vastgelegd" in browser.get(places[0]).text
    [made] = [one for one in field.rows(Report) if one.service_date.isoformat() == BEFORE]
    assert made.ending == ending
    assert len(field.rows(ScanEvent)) == 2


@pytest.mark.parametrize("day", [LAST, AFTER])
def test_the_same_day_and_a_later_one_are_not_asked(
    field: Field, browser: Browser, day: str
) -> None:
    served(field)
    choose(browser, field, day)
    assert scan(browser, field, **STICKER).status_code == 302
    assert len(field.rows(Report)) == 2


def test_an_installation_without_services_is_not_asked(field: Field, browser: Browser) -> None:
    other = field.foundation.installation(dealer=field.dealer)
    served(field, installation=other.public_id)
    choose(browser, field, BEFORE)
    assert scan(browser, field, **STICKER).status_code == 302


def test_a_service_that_was_withdrawn_is_not_the_last(field: Field, browser: Browser) -> None:
    field.send(withdrawal(served(field), sequence=8))
    choose(browser, field, BEFORE)
    assert scan(browser, field, **STICKER).status_code == 302


def test_an_objection_after_yes_does_not_ask_again(field: Field, browser: Browser) -> None:
    served(field)
    choose(browser, field, BEFORE)
    other = field.foundation.dealer("Bakker Melktechniek")
    field.foundation.stickers(field.series, other, 20_001, 20_010)
    theirs = {"raw": number(20_001).digits, "scan_token": "een", "confirmed": "1"}
    refused = scan(browser, field, **theirs)
    assert "is niet aan uw bedrijf uitgegeven" in refused.text
    assert ASKED not in refused.text
    assert '<input type="hidden" name="confirmed" value="1">' in refused.text
    insisted = scan(browser, field, **theirs, insist="1")
    assert "Voorgelegd aan KOM" in browser.get(insisted.location).text
    assert {one.outcome for one in field.rows(ScanDecision)} == {"accepted", "refused", "queued"}


def test_what_is_laid_before_kom_is_asked_too(field: Field, browser: Browser) -> None:
    served(field)
    choose(browser, field, BEFORE)
    asked = scan(browser, field, **STICKER, insist="1")
    assert ASKED in asked.text
    assert yes(asked)["insist"] == "1"


def test_a_program_is_not_asked(field: Field) -> None:
    served(field)
    [answer] = field.send(field.visit(1, day=BEFORE, sequence=8))
    assert answer["outcome"] == "accepted"
