"""The form that fills in what a report lacks, on a phone in a barn and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from kombeheer.rules.accounts import Role
from models.cases import Case
from models.reports import ReportDetail
from models.sites import InstallationConfiguration
from tests.blueprints.reports.conftest import Desk, filled, told, wrong_at
from tests.factories import number
from tests.field import Field

GOOD = {
    "kind": "major",
    "delivered_on": "2015-05-01",
    "wash_start": "70,0",
    "wash_end": "45,5",
    "is_dry": "y",
    "is_visible": "y",
    "is_near": "y",
}


def test_it_is_filled_in_and_complete(desk: Desk) -> None:
    browser = desk.browser(Role.MECHANIC)
    answer = browser.send(desk.complete, desk.complete, version="1", **GOOD)
    assert answer.location == desk.page
    page = told(browser.get(desk.page))
    assert "Het verslag is volledig." in page
    assert "70,0 °C boven 65 °C" in page
    assert desk.report().state == "complete"
    assert browser.get(desk.complete).location == desk.correct


def test_half_is_kept_and_it_says_what_is_missing_still(desk: Desk) -> None:
    browser = desk.browser()
    form = {"version": "1", "wash_start": "70", "kind": "major"}
    browser.send(desk.complete, desk.complete, **form)
    page = told(browser.get(desk.page))
    assert "Bewaard. Het verslag is nog niet volledig." in page
    assert "of een beoordeling daarvan" in page
    assert filled(browser.get(desk.complete))["wash_start"] == "70,0"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("65,0", "65.0"),
        ("65.0", "65.0"),
        ("65", "65.0"),
        ("65,1", "65.1"),
        (" 65,10 ", "65.1"),
        ("0", "0.0"),
        ("100", "100.0"),
    ],
)
def test_a_temperature_has_a_comma_or_a_point(desk: Desk, typed: str, stored: str) -> None:
    form = {"version": "1", "wash_start": typed, "remark": "koud", "advice": "heter"}
    assert desk.browser().send(desk.complete, desk.complete, **form).status_code == 302
    assert desk.field.row(ReportDetail).wash_start == Decimal(stored)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("65.05", "te precies"),
        ("65,05", "te precies"),
        ("100,1", "kan niet"),
        ("-0,1", "kan niet"),
        ("heet", "geen temperatuur"),
        ("6,5,0", "geen temperatuur"),
        ("NaN", "geen temperatuur"),
        ("1e2", "geen temperatuur"),
        ("9" * 40, "geen temperatuur"),
    ],
)
def test_what_is_no_temperature_is_told_with_its_value(desk: Desk, typed: str, why: str) -> None:
    form = {"version": "1", "wash_end": typed, "remark": "een opmerking"}
    answer = desk.browser().send(desk.complete, desk.complete, **form)
    assert answer.status_code == 422
    assert why in wrong_at(answer, "wash_end")
    assert filled(answer)["wash_end"] == typed
    assert filled(answer)["remark"] == "een opmerking"
    assert (desk.report().version, desk.field.rows(ReportDetail)) == (1, [])


def test_everything_wrong_is_told_at_once(desk: Desk) -> None:
    form = GOOD | {
        "version": "1",
        "kind": "repair",
        "wash_start": "101",
        "wash_end": "65.05",
        "delivered_on": "2026-03-06",
        "kkm_visited_on": "2026-03-06",
        "repair_by": "2026-03-01",
        "stamped_on": "2026-03-04",
        "jars_verified": "401",
        "meters_verified": "-1",
    }
    answer = desk.browser().send(desk.complete, desk.complete, **form)
    assert answer.status_code == 422
    fields = ("wash_start", "wash_end", "delivered_on", "kkm_visited_on", "repair_by")
    more = ("stamped_on", "jars_verified", "meters_verified")
    assert [name for name in (*fields, *more) if not wrong_at(answer, name)] == []
    kept = filled(answer)
    assert {name: kept[name] for name in form if name.endswith("_on")} == {
        name: form[name] for name in form if name.endswith("_on")
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("norm", "iso_1984"),
        ("limits_from", "2002-01-01"),
        ("template", "MAR-1999"),
        ("state", "complete"),
        ("due_on", "2030-01-01"),
        ("dealer", "0001"),
        ("dealer_id", "1"),
        ("amount", "0"),
        ("content", "{}"),
        ("unit_count", "3"),
        ("rubrics_comply", "1"),
    ],
)
def test_a_value_that_follows_by_itself_is_not_typed(desk: Desk, name: str, value: str) -> None:
    form = GOOD | {"version": "1", name: value}
    answer = desk.browser().send(desk.complete, desk.complete, **form)
    assert answer.status_code == 422
    assert f"“{name}” ({value}) kan hier niet worden ingevuld" in told(answer)
    assert filled(answer)["wash_start"] == "70,0"
    assert (desk.report().version, desk.report().state) == (1, "incomplete")


def test_the_delivery_date_on_file_stands_there(desk: Desk) -> None:
    with desk.field.foundation.database.transaction() as session:
        session.query(InstallationConfiguration).update(
            {"delivered_or_renovated_on": date(2015, 5, 1)}
        )
    assert filled(desk.browser().get(desk.complete))["delivered_on"] == "2015-05-01"


def test_a_repair_asks_its_visit_and_stamp(desk: Desk) -> None:
    browser = desk.browser()
    browser.send(desk.complete, desk.complete, **GOOD | {"version": "1", "kind": "repair"})
    page = told(browser.get(desk.page))
    assert "de dag van het KKM-bezoek en de hersteltermijn" in page
    assert "de dag en de paraaf van het KOM-stempel" in page
    form = GOOD | {
        "version": "2",
        "kind": "repair",
        "kkm_visited_on": "2026-02-01",
        "repair_by": "2026-03-04",
        "stamped_on": "2026-03-05",
        "stamp_initials": "JdB",
    }
    browser.send(desk.complete, desk.complete, **form)
    page = told(browser.get(desk.page))
    assert desk.report().state == "complete"
    assert "na de termijn" in page
    assert "Herstel na bezoek van KKM" in page
    assert [case.kind for case in desk.field.rows(Case)] == ["report_contradicts"]


def test_what_was_folded_away_says_nothing(desk: Desk) -> None:
    form = GOOD | {"version": "1", "kind": "major", "kkm_visited_on": "2027-01-01"}
    assert desk.browser().send(desk.complete, desk.complete, **form).status_code == 302
    assert desk.field.row(ReportDetail).kkm_visited_on is None


def test_geen_kom_is_not_asked_where_its_sticker_is(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(serial=None, ending="geen_kom")
    page = desk.browser().get(desk.complete)
    assert "is_dry" not in filled(page)
    assert 'name="is_dry"' not in page.text
    assert "een opmerking: waarom de installatie niet voldoet" in told(page)


def test_kb_has_nothing_to_fill_in(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(serial=None, ending="kb")
    assert desk.browser().get(desk.complete).location == desk.correct
    assert "Meting en norm" not in told(desk.browser().get(desk.page))


def test_why_it_was_late_is_asked_only_when_it_was(field: Field) -> None:
    in_time = Desk(field)
    assert 'name="lateness_cause"' not in in_time.browser().get(in_time.complete).text
    field.clock.pass_by(days=400)
    series = field.foundation.series("27")
    field.foundation.stickers(series, field.dealer)
    late = Desk(field, serial=None, raw=number(1, "27").digits, day="2027-04-09")
    page = late.browser().get(late.complete)
    assert "De vorige grote beurt was op do 5 maart 2026." in told(page)
    form = {"version": "1", "lateness_cause": "farmer"}
    late.browser().send(late.complete, late.complete, **form)
    assert "Uitgesteld door de veehouder" in told(late.browser().get(late.page))
    bad = {"version": "2", "lateness_cause": "het regende"}
    assert late.browser().send(late.complete, late.complete, **bad).status_code == 422


def test_an_overtaken_form_keeps_what_was_typed_and_tells_what_changed(desk: Desk) -> None:
    browser, colleague = desk.browser(), desk.browser(Role.MECHANIC)
    colleague.send(desk.complete, desk.complete, version="1", wash_start="68")
    answer = browser.send(desk.complete, desk.complete, version="1", wash_start="70", remark="ik")
    text = told(answer)
    assert answer.status_code == 422
    assert "intussen door iemand anders gewijzigd" in text
    assert "Begin hoofdreiniging: leeg → 68,0 °C" in text
    kept = filled(answer)
    assert (kept["wash_start"], kept["remark"], kept["version"]) == ("70", "ik", "2")
    assert browser.send(desk.complete, desk.complete, **kept).status_code == 302
    assert desk.field.row(ReportDetail).wash_start == Decimal("70.0")


@pytest.mark.parametrize("version", ["", "0", "2", "-1", "koe", "9" * 30, "١"])
def test_another_version_than_there_is_stores_nothing(desk: Desk, version: str) -> None:
    answer = desk.browser().send(desk.complete, desk.complete, **GOOD | {"version": version})
    assert answer.status_code == 422
    assert desk.report().version == 1


def test_levies_in_a_closed_period_are_laid_before_kom(desk: Desk) -> None:
    desk.close_period()
    browser = desk.browser()
    form = GOOD | {"version": "1", "jars_verified": "4"}
    assert "reden nodig" in wrong_at(browser.send(desk.complete, desk.complete, **form), "reason")
    form |= {"reason": "glazen vergeten"}
    browser.send(desk.complete, desk.complete, **form)
    assert "Voorgelegd aan KOM als zaak" in told(browser.get(desk.page))
    assert desk.report().version == 1


@pytest.mark.parametrize(
    ("name", "text"), [("remark", "x" * 2001), ("advice", "a\x00b"), ("stamp_initials", "x" * 9)]
)
def test_texts_that_do_not_fit_are_kept_and_refused(desk: Desk, name: str, text: str) -> None:
    form = GOOD | {"version": "1", "kind": "repair", name: text}
    answer = desk.browser().send(desk.complete, desk.complete, **form)
    assert (answer.status_code, bool(wrong_at(answer, name))) == (422, True)
    assert desk.report().version == 1
