"""The list, a report's page, its versions side by side, and undoing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import update

from kombeheer.rules.accounts import Role
from models.cases import Case
from models.parties import Employment
from tests.blueprints.reports.conftest import Desk, filled, told
from tests.field import Field
from tests.queries import asked


def test_an_incomplete_report_says_what_it_lacks(desk: Desk) -> None:
    page = desk.browser().get(desk.page)
    text = told(page)
    assert "Nog niet volledig" in text
    assert "de datum van oplevering of renovatie" in text
    assert "Vul het aan, uiterlijk do 19 maart 2026." in text
    desk.field.clock.pass_by(days=15)
    late = told(desk.browser().get(desk.page))
    assert "had uiterlijk do 19 maart 2026 volledig moeten zijn" in late


@pytest.mark.parametrize("role", [Role.DEALER, Role.MECHANIC, Role.OFFICE])
def test_everybody_whose_report_it_is_gets_the_forms(desk: Desk, role: Role) -> None:
    browser = desk.browser(role)
    for address in (desk.page, desk.complete, desk.correct, f"{desk.page}/versions"):
        assert browser.get(address).status_code == 200, address


def test_who_only_reads_gets_no_forms(desk: Desk) -> None:
    browser = desk.browser(Role.INSPECTOR)
    text = told(browser.get(desk.page))
    assert "Nog niet volledig" in text
    assert "Vul het verslag aan" not in text
    assert "Corrigeer" not in text
    for address in (desk.complete, desk.correct):
        assert browser.get(address).status_code == 403


def test_a_mechanic_reads_what_he_did_for_a_former_dealer(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(day="2026-03-04")
    with desk.field.foundation.database.transaction() as session:
        session.execute(update(Employment).values(until_on=date(2026, 3, 4)))
    browser = desk.browser(Role.MECHANIC)
    text = told(browser.get(desk.page))
    assert "Nog niet volledig" in text
    assert "Vul het verslag aan" not in text
    assert "Corrigeer" not in text
    assert "Was dit bezoek er niet?" not in text
    for address in (desk.complete, desk.correct):
        refused = browser.get(address)
        assert refused.status_code == 409
        assert "Laat dat bedrijf of KOM het wijzigen." in told(refused)
    for insist in ("", "1"):
        undone = browser.send(f"{desk.page}/withdraw", desk.page, insist=insist)
        assert undone.status_code == 409
    assert desk.report().state == "incomplete"


def test_r70_the_two_latest_reports_of_an_installation_are_there_eight_years_later(
    field: Field,
) -> None:
    desks = [Desk(field, serial=turn, sequence=turn, day=f"2026-03-0{turn}") for turn in (4, 5)]
    field.clock.pass_by(days=8 * 366)
    office = desks[0].browser(Role.OFFICE)
    page = office.get(f"/sites/installations/{field.installation.public_id}").text
    for desk in desks:
        assert desk.page in page
        for address in (desk.page, f"{desk.page}/versions"):
            assert office.get(address).status_code == 200


def test_it_is_not_there_for_a_stranger(desk: Desk) -> None:
    browser = desk.stranger()
    for address in (desk.page, desk.complete, desk.correct, f"{desk.page}/versions"):
        assert browser.get(address).status_code == 404, address
    assert browser.send(f"{desk.page}/withdraw").status_code == 404


def test_the_list_marks_what_is_not_complete(field: Field) -> None:
    desk = Desk(field)
    browser = desk.browser()
    assert "Onvolledig" in browser.get("/reports/").text.split("<tbody>")[1]
    good = {
        "version": "1",
        "kind": "major",
        "delivered_on": "2015-05-01",
        "wash_start": "70",
        "wash_end": "45",
        "is_dry": "y",
        "is_visible": "y",
        "is_near": "y",
    }
    browser.send(desk.complete, desk.complete, **good)
    assert "Onvolledig" not in browser.get("/reports/").text.split("<tbody>")[1]


def test_a_year_tells_both_counts_and_narrows_the_list(field: Field) -> None:
    Desk(field)
    Desk(field, serial=None, ending="kb", sequence=2)
    browser = Desk(field, serial=2, sequence=3).browser()
    page = browser.get("/reports/?year=2026")
    assert "In 2026: 3 verslagen, van 1 installatie." in told(page)
    assert page.text.count('<th scope="row">') == 3
    counted = browser.get(f"/reports/?year=2026&counts=1&mechanic={field.mechanic.number}")
    assert counted.text.count('<th scope="row">') == 2
    for empty in ("year=2025", "mechanic=9999", "kind=repair"):
        assert "Geen verslag gevonden" in told(browser.get(f"/reports/?{empty}"))
    assert browser.get("/reports/?year=1066&counts=x&kind=koe").status_code == 200


def test_r5_the_mechanic_s_page_counts_his_services(field: Field) -> None:
    desk = Desk(field)
    browser = desk.browser()
    address = f"/parties/mechanics/{field.mechanic.public_id}"
    page = browser.get(address)
    assert "Beurten in 2026: 1" in told(page)
    assert "Beurten in 2025: 0" in told(page)
    listed = f"/reports/?mechanic={field.mechanic.number}&amp;year=2026&amp;counts=1"
    assert listed in page.text
    form = filled(browser.get(desk.correct)) | {"ending": "kb", "reason": "tussenbeurt"}
    assert browser.send(desk.correct, desk.correct, **form).status_code == 302
    assert "Beurten in 2026: 0" in told(browser.get(address))


def test_versions_stand_side_by_side_with_what_changed_in_words(desk: Desk) -> None:
    browser = desk.browser()
    form = filled(browser.get(desk.correct)) | {"unit_count": "12", "reason": "12 standen"}
    assert browser.send(desk.correct, desk.correct, **form).status_code == 302
    page = browser.get(f"{desk.page}/versions")
    text = told(page)
    assert "12 standen" in text
    assert "Standen gewijzigd 12 24" in text
    assert "26-000001-26" in text
    assert page.text.count("gewijzigd</span>") == 1


def test_a_visit_is_undone_on_its_page(desk: Desk) -> None:
    browser = desk.browser()
    page = browser.get(desk.page)
    token = filled(page)["scan_token"]
    answer = browser.send(f"{desk.page}/withdraw", desk.page, scan_token=token)
    assert answer.location == desk.page
    text = told(browser.get(desk.page))
    assert "Het bezoek is ongedaan gemaakt" in text
    assert desk.report().state == "withdrawn"
    assert "Maak dit bezoek ongedaan" not in text
    assert browser.get(desk.correct).status_code == 409
    assert desk.field.account(1) == f"dealer:{desk.field.dealer.id}"


def test_in_a_closed_period_the_office_is_asked_to_undo_it(desk: Desk) -> None:
    desk.close_period()
    browser = desk.browser()
    assert "dus KOM beslist" in told(browser.get(desk.page))
    refused = browser.send(f"{desk.page}/withdraw", desk.page, scan_token="a")
    assert refused.status_code == 302
    assert "Vraag KOM dit bezoek ongedaan te maken" in told(browser.get(desk.page))
    assert desk.field.rows(Case) == []
    browser.send(f"{desk.page}/withdraw", desk.page, scan_token="a", insist="1")
    text = told(browser.get(desk.page))
    assert "Voorgelegd aan KOM" in text
    assert "Dat is al aan KOM gevraagd." in text
    assert (desk.report().state, len(desk.field.rows(Case))) == ("incomplete", 1)


def test_the_office_undoes_it_in_a_closed_period_too(desk: Desk) -> None:
    desk.close_period()
    browser = desk.browser(Role.OFFICE)
    browser.send(f"{desk.page}/withdraw", desk.page, scan_token="a")
    assert desk.report().state == "withdrawn"


def test_the_page_says_when_a_correction_will_wait(desk: Desk) -> None:
    for address in (desk.correct,):
        assert "KOM beslist" not in told(desk.browser().get(address))
    desk.close_period(date(2026, 3, 31))
    text = told(desk.browser().get(desk.correct))
    assert "KOM beslist over een correctie van dit verslag." in text
    assert "De afrekening tot en met di 31 maart 2026 is al gemaakt." in text
    assert "Leg de correctie voor aan KOM" in text
    office = told(desk.browser(Role.OFFICE).get(desk.correct))
    assert "Deze beurt ligt in een afgesloten periode." in office
    assert "Leg de correctie vast" in office


def test_queries_of_the_page_do_not_grow(desk: Desk) -> None:
    browser = desk.browser()

    def queries(address: str) -> int:
        with asked(desk.field.foundation.database.reader) as statements:
            assert browser.get(address).status_code == 200
        return len(statements)

    few = [queries(one) for one in (desk.page, f"{desk.page}/versions", "/reports/?year=2026")]
    for units in range(1, 5):
        form = filled(browser.get(desk.correct)) | {"unit_count": f"{units}", "reason": "standen"}
        assert browser.send(desk.correct, desk.correct, **form).status_code == 302
    for place in range(3):
        Desk(desk.field, serial=10 + place, sequence=10 + place)
    many = [queries(one) for one in (desk.page, f"{desk.page}/versions", "/reports/?year=2026")]
    assert many == few
