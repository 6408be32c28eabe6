"""Cases about reports on their pages, and the lists of the office and of the dealer."""

from __future__ import annotations

import re

import pytest

from kombeheer.rules.accounts import Role
from models.cases import Case
from models.reports import Report
from tests.clients import Browser
from tests.queries import asked
from tests.services.cases.desk import Desk
from tests.services.reports.desks import FULL


def decide(office: Browser, case: Case, decision: str, reason: str = "foto gezien") -> int:
    page = f"/cases/{case.id}"
    answer = office.send(f"{page}/decide", page, decision=decision, reason=reason)
    return answer.status_code


def test_an_incomplete_report_tells_the_dealer_what_to_do(
    desk: Desk, office: Browser, dealer: Browser
) -> None:
    case = desk.incomplete()
    page = dealer.get(f"/cases/{case.id}").text
    assert "Dit wacht op u" in page
    assert "de temperaturen van de hoofdreiniging" in page
    assert f"/reports/{case.report_id}/complete" in page
    assert 'value="accept"' not in page
    assert "Sluit zonder aanvulling" in office.get(f"/cases/{case.id}").text
    desk.revise(str(case.report_id), details=FULL)
    assert "Het verslag is aangevuld" in dealer.get(f"/cases/{case.id}").text
    assert "Het verslag is aangevuld" in dealer.get("/cases/?decided=1").text


def test_a_contradiction_shows_both_values_and_is_closed(desk: Desk, office: Browser) -> None:
    case = desk.contradicting()
    page = office.get(f"/cases/{case.id}").text
    assert re.search(r"Standen</th><td>12</td><td>24</td>", page)
    assert f"/reports/{case.report_id}/correct" in page
    assert f"/sites/installations/{desk.field.installation.public_id}" in page
    assert 'value="reject"' not in page
    assert decide(office, case, "reject") == 422
    assert decide(office, case, "accept") == 302
    after = office.get(f"/cases/{case.id}").text
    assert "<b>Het verslag klopt</b>" in after
    assert "foto gezien" in after


def test_a_correction_shows_before_and_after_and_is_made(
    desk: Desk, office: Browser, dealer: Browser
) -> None:
    case = desk.proposal()
    page = office.get(f"/cases/{case.id}").text
    assert re.search(r"Standen</th><td>24</td><td>12</td>", page)
    assert "twaalf geteld" in page
    assert "De periode tot en met di 31 maart 2026 is afgesloten." in page
    assert decide(office, case, "accept", reason="") == 422
    assert decide(office, case, "accept") == 302
    assert desk.field.row(Report).unit_count == 12
    told = dealer.get(f"/cases/{case.id}").text
    assert "De correctie is doorgevoerd" in told
    assert "foto gezien" in told


def test_a_correction_that_was_overtaken_says_what_to_do(desk: Desk, office: Browser) -> None:
    case = desk.proposal()
    desk.revise(str(case.report_id), actor=desk.office, details=FULL)
    assert "na dit verzoek gewijzigd" in office.get(f"/cases/{case.id}").text
    page = f"/cases/{case.id}"
    refused = office.send(f"{page}/decide", page, decision="accept", reason="foto gezien")
    assert refused.status_code == 422
    assert "nu versie 2" in refused.text
    assert "foto gezien" in refused.text
    assert decide(office, case, "reject") == 302


def test_a_waiting_withdrawal_says_what_the_buttons_do(desk: Desk, office: Browser) -> None:
    sent = desk.field.visit(1)
    desk.field.send(sent)
    desk.close_period()
    undo = {**desk.field.visit(None, sequence=2), "kind": "withdraw", "corrects": sent["id"]}
    [answer] = desk.field.send({**undo, "visit": None})
    case = desk.field.row(Case, event_id=answer["id"])
    page = office.get(f"/cases/{case.id}").text
    assert "Maak het bezoek ongedaan" in page
    assert "Laat het bezoek staan" in page
    assert f"/reports/{desk.field.row(Report).id}" in page
    assert decide(office, case, "accept") == 302
    assert desk.field.row(Report).state == "withdrawn"


def test_a_dealer_reads_his_own_cases_and_no_other_dealer_s_name(
    desk: Desk, dealer: Browser
) -> None:
    foundation = desk.field.foundation
    other = foundation.dealer("Janssen Stalservice")
    phone = desk.field.phone(dealer=other)
    mechanic = foundation.mechanic(other, "Anna Smit")
    foundation.stickers(desk.field.series, other, 201, 210)
    theirs = foundation.installation(dealer=other)
    place = {"mechanic": mechanic.number, "installation": theirs.public_id}
    phone.send(desk.field.visit(201, **place), desk.field.visit(997, sequence=2, **place))
    desk.field.send(desk.field.visit(201))
    [case] = desk.field.rows(Case, dealer_id=desk.field.dealer.id)
    assert case.kind == "sticker_claimed_twice"
    for address in ("/cases/", f"/cases/{case.id}", "/cases/?dealer=" + other.public_id):
        page = dealer.get(address).text
        assert "Janssen" not in page
        assert "Anna Smit" not in page
        assert 'value="withdraw"' not in page
    [unseen] = desk.field.rows(Case, dealer_id=other.id)
    assert f"/cases/{unseen.id}" not in dealer.get("/cases/").text


@pytest.mark.parametrize("role", [Role.MECHANIC, Role.INSPECTOR, Role.READER])
def test_nobody_else_has_cases(desk: Desk, role: Role) -> None:
    case = desk.incomplete()
    mine = {"mechanic": desk.field.mechanic} if role is Role.MECHANIC else {}
    browser = Browser(desk.field.app, desk.field.foundation.user(role, **mine))
    for address in ("/cases/", f"/cases/{case.id}", "/cases/today"):
        assert browser.get(address).status_code == 403
    assert "/cases/" not in browser.get("/accounts/mine").text


def test_the_list_of_the_office_is_filtered_by_its_address(desk: Desk, office: Browser) -> None:
    incomplete = desk.incomplete()
    desk.field.send(desk.field.visit(999, sequence=9))
    scan = desk.case("scan_waiting")

    def found(asked: str) -> set[int]:
        page = office.get(f"/cases/?{asked}").text
        return {
            int(one) for one in re.findall(r'<th scope="row"><div><a href="/cases/(\d+)"', page)
        }

    assert found("") == {incomplete.id, scan.id}
    assert found("owner=dealer") == {incomplete.id}
    assert found("kind=scan_waiting") == {scan.id}
    assert found("taken=nobody") == {incomplete.id, scan.id}
    assert found("taken=mine") == set()
    assert found("late=1") == set()
    assert found(f"dealer={desk.field.dealer.public_id}") == {incomplete.id, scan.id}
    assert found("kind=none&owner=x&taken=y&dealer=z") == {incomplete.id, scan.id}
    desk.decide(scan, accept=False)
    assert found("decided=1") == {scan.id}


def test_a_page_asks_as_much_for_many_cases_as_for_one(desk: Desk, office: Browser) -> None:
    counted = []
    for first, last in ((1, 2), (2, 40)):
        desk.field.send(*(desk.field.visit(one, sequence=one) for one in range(first, last)))
        desk.raise_overdue()
        with asked(desk.field.foundation.database.reader) as statements:
            assert office.get("/cases/").status_code == 200
        counted.append(len(statements))
    assert len(desk.field.rows(Case)) == 39
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("accept", "told"), [(True, "correctie doorgevoerd"), (False, "correctie afgewezen")]
)
def test_a_mechanic_who_asked_reads_the_decision_on_the_report(
    desk: Desk, accept: bool, told: str
) -> None:
    user = desk.field.foundation.user(Role.MECHANIC, mechanic=desk.field.mechanic)
    mechanic = Browser(desk.field.app, user)
    case = desk.proposal()
    page = f"/reports/{case.report_id}"
    assert "Een correctie wacht op KOM." in mechanic.get(page).text
    desk.decide(case, accept=accept, reason="foto gezien")
    after = mechanic.get(page).text
    assert f"KOM heeft de {told}." in after
    assert "foto gezien" in after
