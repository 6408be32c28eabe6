"""Taking a case in hand, handing it over, asking the dealer, his answer: on the page of a case."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from kombeheer.rules.accounts import Role
from models.cases import Case
from tests.clients import Browser
from tests.services.cases.desk import Desk


@pytest.fixture
def case(desk: Desk) -> Case:
    desk.field.send(desk.field.visit(999))
    return desk.case("scan_waiting")


def send(browser: Browser, case: Case, step: str, **fields: str) -> TestResponse:
    page = f"/cases/{case.id}"
    return browser.send(f"{page}/{step}", page, **fields)


def of(desk: Desk, case: Case) -> Case:
    return desk.field.row(Case, id=case.id)


def test_the_office_takes_a_case_and_lays_it_back(desk: Desk, office: Browser, case: Case) -> None:
    assert "nog bij niemand" in office.get(f"/cases/{case.id}").text
    answer = send(office, case, "open")
    assert (answer.status_code, answer.location) == (302, f"/cases/{case.id}")
    page = office.get(f"/cases/{case.id}").text
    assert "U hebt de zaak in behandeling." in page
    assert desk.office.name in page
    assert send(office, case, "put-back").status_code == 302
    assert of(desk, case).taken_by_id is None


def test_a_case_is_handed_to_a_colleague_from_the_list(
    desk: Desk, office: Browser, case: Case
) -> None:
    colleague = desk.field.foundation.user(Role.OFFICE)
    assert send(office, case, "hand-over", colleague=str(colleague.user_id)).status_code == 302
    assert of(desk, case).taken_by_id == colleague.user_id
    for wrong in ("", "x", "999999", str(desk.field.actor.user_id)):
        refused = send(office, case, "hand-over", colleague=wrong)
        assert refused.status_code == 422
        assert "Kies een collega uit de lijst." in refused.text
    assert of(desk, case).taken_by_id == colleague.user_id


@pytest.mark.parametrize(
    ("day", "reason", "sentence"),
    [
        ("", "vakantie", "Vul de nieuwe uiterste dag in."),
        ("31-02-2026", "vakantie", "is geen bestaande dag"),
        ("2026-03-04", "vakantie", "wo 4 maart 2026 is voorbij"),
        ("2027-03-06", "vakantie", "is te ver weg"),
        ("2026-03-19", "vakantie", "is al de uiterste dag"),
        ("2026-04-01", " ", "Vul dit eerst in."),
    ],
)
def test_a_day_that_cannot_be_is_told_at_its_field_and_kept(
    desk: Desk, office: Browser, case: Case, day: str, reason: str, sentence: str
) -> None:
    refused = send(office, case, "due", due_on=day, due_reason=reason)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert '<details class="fold-away" open>' in refused.text
    assert reason.strip() in refused.text
    assert of(desk, case).due_on == case.due_on


def test_the_last_day_is_moved(desk: Desk, office: Browser, case: Case) -> None:
    assert send(office, case, "due", due_on="2026-04-01", due_reason="op foto's").status_code == 302
    page = office.get(f"/cases/{case.id}").text
    assert "Uiterlijk wo 1 april 2026" in page
    assert "op foto&#39;s" in page


def test_the_dealer_is_asked_answers_and_reads_the_decision(
    desk: Desk, office: Browser, dealer: Browser, case: Case
) -> None:
    page = f"/cases/{case.id}"
    assert "Dit ligt bij KOM." in dealer.get(page).text
    assert send(office, case, "ask", question="Welk nummer is het?").status_code == 302
    asked = dealer.get(page).text
    assert "Dit wacht op u" in asked
    assert "KOM vraagt: Welk nummer is het?" in asked
    empty = send(dealer, case, "answer", answer=" ")
    assert empty.status_code == 422
    assert "Vul dit eerst in." in empty.text
    assert send(dealer, case, "answer", answer="26-000001").status_code == 302
    assert "26-000001" in office.get(page).text
    late = send(dealer, case, "answer", answer="nog iets")
    assert late.status_code == 422
    assert "ligt al bij KOM" in late.text
    desk.decide(case, accept=False, reason="het was een ander nummer")
    told = dealer.get(page).text
    assert "De scan is afgewezen" in told
    assert "het was een ander nummer" in told
    assert "Beslist door KOM." in told


def test_the_office_takes_back_what_the_dealer_has(desk: Desk, office: Browser, case: Case) -> None:
    send(office, case, "ask", question="Welk nummer is het?")
    again = send(office, case, "ask", question="En welke dag?")
    assert again.status_code == 422
    assert "ligt al bij de dealer" in again.text
    assert send(office, case, "take-back").status_code == 302
    assert of(desk, case).owner == "office"


@pytest.mark.parametrize("step", ["open", "put-back", "hand-over", "due", "ask", "take-back"])
def test_a_dealer_decides_nothing(desk: Desk, dealer: Browser, case: Case, step: str) -> None:
    before = desk.field.sizes()
    assert send(dealer, case, step).status_code == 403
    assert desk.field.grown(before) == {}


def test_another_dealer_finds_no_such_case(desk: Desk, case: Case) -> None:
    foundation = desk.field.foundation
    janssen = foundation.dealer("Janssen Stalservice")
    stranger = Browser(desk.field.app, foundation.user(Role.DEALER, dealer=janssen))
    assert stranger.get(f"/cases/{case.id}").status_code == 404
    answer = stranger.send(f"/cases/{case.id}/answer", answer="ik weet het")
    assert answer.status_code == 404
    assert of(desk, case).owner == "office"


def test_what_was_decided_meanwhile_is_said_on_top(desk: Desk, office: Browser, case: Case) -> None:
    desk.decide(case, accept=False)
    late = send(office, case, "ask", question="Welk nummer is het?")
    assert late.status_code == 422
    assert "is al beslist" in late.text
