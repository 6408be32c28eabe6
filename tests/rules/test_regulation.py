"""Norms and thresholds by the day on which they are asked."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from kombeheer.rules import regulation
from kombeheer.rules.regulation import Regulation, regulation_on, regulations

OF_2002 = regulation_on(date(2002, 1, 1))


def test_r79_the_regulation_of_2002_holds_the_printed_figures() -> None:
    found = regulation_on(date(2002, 1, 1))
    assert (found.services_per_year_min, found.grade_min) == (10, 7.0)
    assert (found.service_interval_months, found.service_interval_ams_months) == (12, 6)
    assert found.service_tolerated_months == 15
    assert (found.jar_term_months, found.meter_term_months) == (24, 12)
    assert found.meter_provisional_term_months == 6
    assert (found.spot_check_reports_percent, found.spot_check_meter_farms_percent) == (2.0, 5.0)
    assert found.ams_module_from == date(2002, 7, 1)
    assert (found.report_completion_days, found.service_date_age_max_days) == (14, 366)
    assert (found.case_due_days, found.transit_late_days) == (14, 14)
    assert (found.service_soon_months, found.certificate_expiring_months) == (2, 3)


def two_regulations() -> tuple[Regulation, Regulation]:
    return OF_2002, replace(OF_2002, valid_from=date(2030, 1, 1), services_per_year_min=12)


@pytest.mark.parametrize(
    ("day", "services"),
    [
        pytest.param("2001-12-31", 10, id="before all of them, the oldest"),
        pytest.param("2002-01-01", 10, id="the first day of the first"),
        pytest.param("2029-12-31", 10, id="the last day of the first"),
        pytest.param("2030-01-01", 12, id="the first day of the next"),
        pytest.param("2099-01-01", 12, id="long after"),
    ],
)
def test_r79_a_regulation_holds_from_its_first_day_until_the_next(
    day: str, services: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regulation, "regulations", two_regulations)
    assert regulation_on(date.fromisoformat(day)).services_per_year_min == services


def test_r79_the_files_are_complete_in_order_and_each_from_its_own_day() -> None:
    days = [one.valid_from for one in regulations()]
    assert days == sorted(set(days))
    for one in regulations():
        for field in fields(Regulation):
            assert type(getattr(one, field.name)).__name__ in field.type.replace("None", "NoneType")
