"""Deciding on the page of a case: which series, whose claim; a refusal keeps what was typed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import Event
from kombeheer.services.cases import deciding
from models.cases import Case
from models.journal import JournalEntry
from models.reports import Report
from models.scanning import ScanDecision, ScanEvent
from models.sites import Installation
from models.stickers import StickerSeries
from tests.clients import Browser
from tests.factories import NOW
from tests.field import Field, assert_sound

REASON = "Gebeld met de dealer"


@pytest.fixture
def office(field: Field) -> Browser:
    return Browser(field.app, field.foundation.user(Role.OFFICE))


def decide(office: Browser, case: Case, decision: str, **fields: str) -> TestResponse:
    page = f"/cases/{case.id}"
    values = {"decision": decision, "reason": REASON, **fields}
    return office.send(f"{page}/decide", page, **values)


def waiting(field: Field, **event: Any) -> Case:
    [answer] = field.send(field.visit(**event))
    assert answer["outcome"] == "queued", answer
    return field.row(Case, event_id=answer["id"])


@pytest.fixture
def twice(field: Field) -> dict[str, StickerSeries]:
    """Two old series that share digits; the dealer has 1234 of the one, stock of the other."""
    found = {code: field.foundation.series(code, legacy_width=7) for code in ("oud-26", "oudst-26")}
    field.foundation.stickers(found["oud-26"], field.dealer, 1234, 1234)
    field.foundation.stickers(found["oudst-26"], None, 1234, 1234)
    return found


def test_the_office_chooses_which_series_was_scanned(
    field: Field, office: Browser, twice: dict[str, StickerSeries]
) -> None:
    case = waiting(field, raw="0001234")
    page = office.get(f"/cases/{case.id}").text
    assert "oud-26, bij dealer, Hoekstra Melktechniek" in page
    assert "oudst-26, in voorraad" in page
    chosen = twice["oud-26"]
    assert decide(office, case, "accept", series=str(chosen.id)).status_code == 302
    decision = field.row(ScanDecision, event_id=case.event_id)
    assert (decision.state, decision.number, decision.series_id, decision.serial) == (
        "posted",
        "0001234",
        chosen.id,
        1234,
    )
    assert field.account(1234, chosen) == f"applied:{field.installation.id}"
    assert field.account(1234, twice["oudst-26"]) == "stock"
    assert_sound(field.foundation.database)


@pytest.mark.parametrize(
    ("series", "sentence"),
    [
        ("", "Kies welke serie het is"),
        ("999", "Kies welke serie het is"),
        ("x", "Kies welke serie het is"),
        ("oudst-26", "ligt niet bij deze dealer"),
    ],
)
def test_a_series_that_cannot_be_meant_decides_nothing(
    field: Field,
    office: Browser,
    twice: dict[str, StickerSeries],
    series: str,
    sentence: str,
) -> None:
    case = waiting(field, raw="0001234")
    wanted = str(twice[series].id) if series in twice else series
    answer = decide(office, case, "accept", series=wanted)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert REASON in answer.text
    assert field.row(Case, id=case.id).state == "raised"
    assert field.rows(Report) == []


@pytest.fixture
def claimed(field: Field) -> tuple[Case, Installation]:
    """A number on one farm that the dealer says is on another too."""
    field.send(field.visit(1))
    other = field.foundation.installation(dealer=field.dealer)
    return waiting(field, serial=1, installation=other.public_id, sequence=2), other


def test_a_first_claim_is_withdrawn_and_the_second_posted(
    field: Field, office: Browser, claimed: tuple[Case, Installation]
) -> None:
    case, other = claimed
    page = office.get(f"/cases/{case.id}").text
    assert "De eerdere vermelding" in page
    assert f"/reports/{field.row(Report).id}" in page
    answer = decide(office, case, "withdraw")
    assert (answer.status_code, answer.location) == (302, f"/cases/{case.id}")
    assert field.account(1) == f"dealer:{field.dealer.id}"
    assert (field.row(Report).state, field.row(Report).version) == ("withdrawn", 2)
    undone = field.row(ScanEvent, kind="withdraw")
    assert field.row(ScanDecision, event_id=undone.corrects).state == "withdrawn"
    assert field.row(Case, id=case.id).state == "raised"
    [entry] = field.rows(JournalEntry, action="cases.first_claim_withdrawn")
    assert (entry.subject_id, REASON in entry.after) == (str(case.id), True)
    shown = office.get(f"/cases/{case.id}").text
    assert "De eerdere vermelding is ingetrokken" in shown
    assert 'value="withdraw"' not in shown
    assert decide(office, case, "accept").status_code == 302
    assert field.account(1) == f"applied:{other.id}"
    assert_sound(field.foundation.database)


def test_a_first_claim_that_was_repeated_is_withdrawn_all_the_same(
    field: Field, office: Browser, claimed: tuple[Case, Installation]
) -> None:
    case, _ = claimed
    [again] = field.send(field.visit(1, sequence=3))
    assert again["code"] == "scanning.already_recorded"
    assert decide(office, case, "withdraw").status_code == 302
    assert field.account(1) == f"dealer:{field.dealer.id}"
    assert_sound(field.foundation.database)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("  ", "Schrijf waarom"), ("x" * 501, "hoogstens 500"), ("a\u200bb", "hoogstens 500")],
)
def test_a_first_claim_is_not_withdrawn_without_a_reason(
    field: Field,
    office: Browser,
    claimed: tuple[Case, Installation],
    reason: str,
    sentence: str,
) -> None:
    case, _ = claimed
    answer = decide(office, case, "withdraw", reason=reason)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert field.account(1) == f"applied:{field.installation.id}"
    assert field.rows(ScanEvent, kind="withdraw") == []
    assert_sound(field.foundation.database)


def test_what_is_claimed_once_has_nothing_to_withdraw(field: Field, office: Browser) -> None:
    case = waiting(field, day="2027-01-01")
    assert 'value="withdraw"' not in office.get(f"/cases/{case.id}").text
    answer = decide(office, case, "withdraw")
    assert answer.status_code == 422
    assert "staat op geen ander verslag meer" in answer.text
    assert decide(office, case, "reject").status_code == 302
    late = decide(office, case, "withdraw")
    assert late.status_code == 422
    assert "is al beslist" in late.text


def test_a_page_that_is_sent_twice_withdraws_once(
    field: Field, office: Browser, claimed: tuple[Case, Installation]
) -> None:
    case, _ = claimed
    page = office.get(f"/cases/{case.id}").text
    [token] = re.findall(r'name="scan_token" value="([^"]+)"', page)
    assert decide(office, case, "withdraw", scan_token=token).status_code == 302
    assert decide(office, case, "withdraw", scan_token=token).status_code == 422
    assert len(field.rows(ScanEvent, kind="withdraw")) == 1


def test_a_case_that_is_not_there_is_absent(office: Browser) -> None:
    assert office.get("/cases/999").status_code == 404


def test_a_decision_that_is_none_decides_nothing(field: Field, office: Browser) -> None:
    case = waiting(field, day="2027-01-01")
    for decision in ("", "nonsense"):
        answer = decide(office, case, decision)
        assert answer.status_code == 422
        assert "Kies met een van de knoppen" in answer.text
    assert field.row(Case, id=case.id).state == "raised"


def test_a_reason_of_two_lines_is_kept_as_one(field: Field, office: Browser) -> None:
    case = waiting(field, day="2027-01-01")
    assert decide(office, case, "reject", reason="een\r\ntwee").status_code == 302
    assert field.row(Case, id=case.id).reason == "een twee"


def test_what_was_rejected_meanwhile_leaves_the_first_claim_alone(
    field: Field, office: Browser, claimed: tuple[Case, Installation]
) -> None:
    """The page was read before a colleague decided, its withdrawal comes after."""
    case, _ = claimed
    database = field.foundation.database
    with database.reading() as session:
        first = deciding.first_claim_visit(session, case.id)
    assert decide(office, case, "reject").status_code == 302
    event = Event("late", "d", 1, NOW, "wedge", "withdraw", b"", corrects=first)
    with pytest.raises(Refusal) as caught:
        database.write(
            lambda session: deciding.withdraw_first_claim(
                session, field.actor, case.id, "d", event, reason="te laat", now=NOW
            )
        )
    assert caught.value.code == "cases.decided_already"
    assert field.account(1) == f"applied:{field.installation.id}"


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (["reject"], "KOM heeft de scan afgewezen."),
        (["withdraw", "accept"], "KOM heeft de scan toch vastgelegd."),
    ],
)
def test_a_device_is_told_what_was_decided(
    field: Field,
    office: Browser,
    claimed: tuple[Case, Installation],
    steps: list[str],
    told: str,
) -> None:
    case, _ = claimed
    assert "voorgelegd aan KOM" in field.ask(str(case.event_id)).json["message"]
    for decision in steps:
        assert decide(office, case, decision).status_code == 302
    message = field.ask(str(case.event_id)).json["message"]
    assert told in message
    assert "voorgelegd aan KOM" not in message
