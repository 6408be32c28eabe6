"""The form that has a report say something else: every objection at its field, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from werkzeug.test import TestResponse

from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.rules.reports import ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services.reports.past import PastReport, store_past
from models.cases import Case
from models.journal import JournalEntry
from models.reports import Report
from models.sites import InstallationConfiguration
from tests.blueprints.reports.conftest import Desk, filled, told, wrong_at
from tests.clients import Browser, token_of_page
from tests.factories import NOW, number
from tests.field import Field


def send(desk: Desk, browser: Browser | None = None, **changed: str) -> TestResponse:
    """The form as it is shown, with some fields changed and a reason."""
    browser = browser or desk.browser()
    form = filled(browser.get(desk.correct)) | {"reason": "nagekeken"} | changed
    return browser.send(desk.correct, desk.correct, **form)


def test_it_opens_with_everything_the_report_says(desk: Desk) -> None:
    shown = filled(desk.browser().get(desk.correct))
    assert shown["service_date"] == "2026-03-05"
    assert shown["mechanic"] == desk.field.mechanic.number
    assert (shown["ending"], shown["number"]) == ("sticker", number(1).printed)
    assert shown["installation"] == desk.field.installation.public_id
    assert (shown["parlour_type"], shown["species"], shown["unit_count"]) == (
        "herringbone",
        "cows",
        "24",
    )
    assert shown["version"] == "1"


def test_sent_as_it_is_shown_it_changes_nothing(desk: Desk) -> None:
    answer = send(desk)
    assert answer.status_code == 422
    assert "Er is niets veranderd" in told(answer)
    assert desk.report().version == 1


def test_a_correction_of_what_is_not_complete_says_that_it_stands(desk: Desk) -> None:
    browser = desk.browser()
    assert send(desk, browser, unit_count="22").location == desk.page
    page = told(browser.get(desk.page))
    assert "De correctie staat: dit is nu versie 2." in page
    assert "Nog niet volledig. Dit ontbreekt:" in page


@pytest.mark.parametrize("scan", [number(7).digits, number(7).printed, f"]C0{number(7).digits}"])
def test_the_right_number_is_scanned_or_typed(desk: Desk, scan: str) -> None:
    assert send(desk, number=scan).location == desk.page
    page = told(desk.browser().get(desk.page))
    assert "nagekeken" in page
    assert desk.field.account(7) == f"applied:{desk.field.installation.id}"


def test_geen_kom_takes_the_number_that_still_stands_there_away(desk: Desk) -> None:
    assert send(desk, ending="geen_kom").status_code == 302
    assert (desk.report().ending, desk.report().serial) == ("geen_kom", None)


@pytest.mark.parametrize(
    ("ending", "typed"), [("geen_kom", number(7).printed), ("kb", number(7).digits)]
)
def test_two_marks_are_refused_and_both_are_kept(desk: Desk, ending: str, typed: str) -> None:
    answer = send(desk, ending=ending, number=typed)
    assert answer.status_code == 422
    assert "meer dan een ding" in wrong_at(answer, "number")
    assert typed in wrong_at(answer, "number")
    kept = filled(answer)
    assert (kept["ending"], kept["number"], kept["reason"]) == (ending, typed, "nagekeken")


def test_both_words_sent_at_once_are_two_marks(desk: Desk) -> None:
    browser = desk.browser()
    page = browser.get(desk.correct)
    form = filled(page) | {"reason": "x", "csrf_token": token_of_page(page), "number": ""}
    pairs = [(name, value) for name, value in form.items() if name != "ending"]
    pairs += [("ending", "geen_kom"), ("ending", "kb")]
    body = "&".join(f"{name}={value}" for name, value in pairs)
    answer = browser.client.post(
        desk.correct,
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers=browser.headers | {"Referer": f"http://localhost{desk.correct}"},
    )
    assert answer.status_code == 422
    assert "meer dan een ding" in wrong_at(answer, "number")


@pytest.mark.parametrize("ending", ["sticker", "", "koe"])
def test_no_mark_at_all_is_refused(desk: Desk, ending: str) -> None:
    answer = send(desk, ending=ending, number="")
    assert answer.status_code == 422
    assert "staat niets" in wrong_at(answer, "number")


# The field, what is typed, and what is said of it there.
WRONG = [
    ("service_date", "2026-03-06", "moet nog komen"),
    ("service_date", "", "Vul de datum"),
    ("service_date", "2026-02-30", "geen bestaande dag"),
    ("service_date", "2001-12-31", "kan niet de datum"),
    ("mechanic", "7777", "is niet bekend"),
    ("mechanic", "", "nummer van de monteur"),
    ("number", "koe", "geen"),
    ("number", "2600000111", "laatste twee cijfers"),
    ("number", number(99_999).digits, "niet bekend"),
    ("unit_count", "0", "van 1 tot en met 200"),
    ("unit_count", "201", "van 1 tot en met 200"),
    ("unit_count", "", "hoeveel standen"),
    ("parlour_type", "iglo", "Kies het staltype"),
    ("species", "koe", "Kies de diersoort"),
    ("installation", "nergens", "Kies een installatie"),
    ("installation", "a\x00b", "Kies een installatie"),
    ("look_for", "niemand", "is niet gevonden"),
    ("reason", "", "heeft een reden nodig"),
    ("reason", "x" * 501, "501 tekens"),
]


@pytest.mark.parametrize(("place", "typed", "why"), WRONG)
def test_what_is_wrong_is_told_at_its_field(desk: Desk, place: str, typed: str, why: str) -> None:
    answer = send(desk, **{"remark": "blijft staan", place: typed})
    assert answer.status_code == 422
    assert why in wrong_at(answer, place)
    kept = filled(answer)
    assert kept["remark"] == "blijft staan"
    if "\x00" not in typed and typed not in ("nergens", "iglo", "koe", "2026-02-30"):
        assert kept[place] == typed
    assert desk.report().version == 1


def test_all_objections_come_at_once(desk: Desk) -> None:
    answer = send(
        desk,
        mechanic="7777",
        number="koe",
        unit_count="12",
        service_date="2026-03-06",
        wash_start="65.05",
        delivered_on="2027-01-01",
        reason="",
    )
    fields = ("mechanic", "number", "service_date", "wash_start", "delivered_on", "reason")
    assert [name for name in fields if not wrong_at(answer, name)] == []


@pytest.mark.parametrize("name", ["norm", "dealer", "state", "amount", "template", "due_on"])
def test_a_value_that_follows_by_itself_is_not_typed(desk: Desk, name: str) -> None:
    answer = send(desk, unit_count="12", **{name: "iets"})
    assert answer.status_code == 422
    assert f"“{name}” (iets) kan hier niet worden ingevuld" in told(answer)
    assert filled(answer)["unit_count"] == "12"
    assert desk.report().version == 1


def test_a_mechanic_of_another_dealer_that_day_is_refused(desk: Desk) -> None:
    other = desk.field.foundation.dealer("Bakker Melktechniek")
    his = desk.field.foundation.mechanic(other, "Klaas Vaak")
    answer = send(desk, mechanic=his.number)
    assert f"Monteur {his.number} werkte op do 5 maart 2026 niet bij uw bedrijf" in wrong_at(
        answer, "mechanic"
    )
    assert "Bakker" not in told(answer)


def test_another_installation_is_found_by_the_number_on_its_wall(field: Field) -> None:
    desk = Desk(field)
    second = field.foundation.installation(dealer=field.dealer, units=10)
    Desk(field, serial=2, sequence=2, installation=second.public_id)
    assert send(desk, look_for=number(2).digits).status_code == 302
    assert (desk.report().installation_id, desk.report().unit_count) == (second.id, 10)


def test_another_installation_does_not_keep_the_delivery_date_of_the_old_one(
    field: Field,
) -> None:
    desk = Desk(field)
    second = field.foundation.installation(dealer=field.dealer, units=10)
    days = {field.installation.id: date(2011, 2, 1), second.id: date(2013, 4, 1)}
    for installation_id, day in days.items():
        with field.foundation.database.transaction() as session:
            of_it = session.query(InstallationConfiguration)
            of_it.filter_by(installation_id=installation_id).update(
                {"delivered_or_renovated_on": day}
            )
    page = desk.browser().get(desk.correct)
    assert "Kiest u een andere, dan komen haar staltype" in told(page)
    assert filled(page)["delivered_on"] == "2011-02-01"
    answer = send(desk, look_for="wilgen")
    form = filled(answer) | {"installation": second.public_id, "look_for": ""}
    assert desk.browser().send(desk.correct, desk.correct, **form).status_code == 302
    assert desk.revision().details.delivered_on == date(2013, 4, 1)


def test_more_than_one_farm_is_chosen_from(field: Field) -> None:
    desk = Desk(field)
    second = field.foundation.installation(dealer=field.dealer, units=10)
    answer = send(desk, look_for="wilgen")
    assert answer.status_code == 422
    assert "kan meer dan een installatie zijn" in wrong_at(answer, "look_for")
    form = filled(answer) | {"installation": second.public_id, "look_for": ""}
    assert second.public_id in answer.text
    assert desk.browser().send(desk.correct, desk.correct, **form).status_code == 302
    assert desk.report().installation_id == second.id


def test_a_day_before_the_last_service_is_asked_and_confirmed(field: Field) -> None:
    field.send(field.visit(None, ending="kb", day="2026-03-04", sequence=7))
    desk = Desk(field)
    answer = send(desk, service_date="2026-03-03")
    assert answer.status_code == 422
    assert "ligt voor de laatste beurt" in wrong_at(answer, "service_date")
    assert "do 4 maart" not in told(answer)
    assert "wo 4 maart 2026" in told(answer)
    assert "Ja, het klopt zo" in told(answer)
    form = filled(answer) | {"confirmed": "1"}
    assert desk.browser().send(desk.correct, desk.correct, **form).status_code == 302
    assert desk.report().service_date == date(2026, 3, 3)


def test_confirming_does_not_set_anything_else_aside(field: Field) -> None:
    desk = Desk(field)
    uncertified = field.foundation.mechanic(field.dealer, "Jan", certified=None)
    answer = send(desk, mechanic=uncertified.number, confirmed="1")
    assert answer.status_code == 422
    office = desk.browser(Role.OFFICE)
    asked = send(desk, office, mechanic=uncertified.number)
    assert "Ja, het klopt zo" in told(asked)
    assert send(desk, office, mechanic=uncertified.number, confirmed="1").status_code == 302


def test_a_correction_in_a_closed_period_is_laid_before_kom(desk: Desk) -> None:
    desk.close_period()
    browser = desk.browser()
    assert send(desk, browser, unit_count="12").status_code == 302
    assert "Voorgelegd aan KOM als zaak" in told(browser.get(desk.page))
    assert desk.report().unit_count == 24
    [case] = desk.field.rows(Case)
    assert case.kind == "correction_waiting"
    again = send(desk, browser, unit_count="10")
    assert "wacht al een correctie" in told(again)
    assert filled(again)["unit_count"] == "10"


def test_the_office_corrects_it_at_once(desk: Desk) -> None:
    desk.close_period()
    browser = desk.browser(Role.OFFICE)
    assert send(desk, browser, unit_count="12").status_code == 302
    assert "12 standen" in told(browser.get(desk.page))
    assert len(desk.field.rows(JournalEntry, action="reports.corrected")) == 1


def test_an_overtaken_correction_keeps_what_was_typed(desk: Desk) -> None:
    browser, office = desk.browser(), desk.browser(Role.OFFICE)
    stale = filled(browser.get(desk.correct))
    assert send(desk, office, unit_count="12").status_code == 302
    form = stale | {"reason": "mijn reden", "remark": "mijn tekst"}
    answer = browser.send(desk.correct, desk.correct, **form)
    assert answer.status_code == 422
    assert "Standen: 24 → 12" in told(answer)
    kept = filled(answer)
    assert (kept["reason"], kept["remark"], kept["version"]) == ("mijn reden", "mijn tekst", "2")


def test_a_withdrawn_visit_is_not_corrected(desk: Desk) -> None:
    browser = desk.browser()
    form = filled(browser.get(desk.correct)) | {"reason": "te laat", "unit_count": "12"}
    browser.send(f"{desk.page}/withdraw", desk.page, scan_token="a")
    answer = browser.send(desk.correct, desk.page, **form)
    assert answer.status_code == 409
    assert "is ongedaan gemaakt en verandert niet meer" in told(answer)


def test_kb_becomes_what_it_was(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(serial=None, ending="kb")
    assert send(desk, ending="sticker", number=number(1).digits).status_code == 302
    assert (desk.report().kind, desk.report().state) == ("major", "incomplete")


def test_nothing_of_another_origin_is_taken(desk: Desk) -> None:
    browser = desk.browser()
    answer = browser.client.post(desk.correct, data={"unit_count": "12"}, headers=browser.headers)
    assert answer.status_code == 400
    assert desk.report().version == 1


def test_r36_a_report_of_before_the_stickers_stays_without_a_mark(desk: Desk) -> None:
    field = desk.field
    mechanic = field.foundation.mechanic(
        field.dealer,
        certified=(date(2000, 1, 1), date(2010, 12, 31)),
        employed_from=date(2000, 1, 1),
    )
    there = field.installation
    old = PastReport(
        "past1",
        ServiceKind.MAJOR,
        Ending.UNMARKED,
        date(2001, 5, 7),
        there.site_id,
        there.id,
        ParlourType.HERRINGBONE,
        Species.COWS,
        24,
        mechanic.id,
        field.dealer.id,
        None,
        None,
        None,
        date(2001, 5, 14),
        None,
    )
    with field.foundation.database.transaction() as session:
        store_past(session, MACHINE, NOW, [old])
    browser = desk.browser(Role.OFFICE)
    assert "Van vóór de stickers" in told(browser.get(f"/reports/{old.id}"))
    correct = f"/reports/{old.id}/correct"
    form = filled(browser.get(correct)) | {"reason": "nageteld", "unit_count": "20"}
    answer = browser.send(correct, correct, **form, confirmed="1")
    assert answer.location == f"/reports/{old.id}", told(answer)
    corrected = field.row(Report, id=old.id)
    assert (corrected.ending, corrected.unit_count, corrected.state) == ("unmarked", 20, "complete")
