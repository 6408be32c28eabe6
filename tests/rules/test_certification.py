"""Whether a mechanic may do a service on a day."""

from __future__ import annotations

from datetime import date

import pytest

from kombeheer.rules.certification import (
    CertificatePeriod,
    Country,
    Module,
    certificate_objection,
    expiring_until,
)
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on

NO_CERTIFICATE = "certification.not_certified"
NO_MODULE = "certification.module_missing"
ABROAD = "certification.certified_abroad"
AMS = frozenset({Module.AMS})


def period(
    first: str,
    last: str,
    modules: frozenset[Module] = frozenset(),
    country: Country = Country.NL,
) -> CertificatePeriod:
    return CertificatePeriod(date.fromisoformat(first), date.fromisoformat(last), modules, country)


OF_2025 = period("2025-01-01", "2025-12-31")
OF_2025_AMS = period("2025-01-01", "2025-12-31", AMS)
BELGIAN = period("2025-07-01", "2026-06-30", country=Country.BE)
BELGIAN_AMS = period("2025-07-01", "2026-06-30", AMS, Country.BE)


def code(objection: Refusal | None) -> str | None:
    return None if objection is None else objection.code


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2024-12-31", NO_CERTIFICATE, id="the day before the first"),
        pytest.param("2025-01-01", None, id="the first day"),
        pytest.param("2025-06-15", None, id="in between"),
        pytest.param("2025-12-31", None, id="the last valid day"),
        pytest.param("2026-01-01", NO_CERTIFICATE, id="the day after"),
    ],
)
def test_r1_a_certificate_covers_its_first_and_its_last_day(day: str, expected: str | None) -> None:
    assert code(certificate_objection([OF_2025], None, date.fromisoformat(day))) == expected


def test_r1_who_has_no_certificate_at_all_may_not() -> None:
    objection = certificate_objection([], None, date(2025, 6, 1))
    assert objection == Refusal(NO_CERTIFICATE, day="2025-06-01")


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2025-12-31", None), ("2026-01-01", NO_CERTIFICATE), ("2026-02-01", None)],
)
def test_r1_a_gap_between_two_certificates_is_a_gap(day: str, expected: str | None) -> None:
    held = [period("2026-02-01", "2026-12-31"), OF_2025]
    assert code(certificate_objection(held, None, date.fromisoformat(day))) == expected


def test_r1_a_certificate_of_one_day_covers_that_day() -> None:
    held = [period("2025-06-01", "2025-06-01")]
    assert certificate_objection(held, None, date(2025, 6, 1)) is None
    assert code(certificate_objection(held, None, date(2025, 6, 2))) == NO_CERTIFICATE


@pytest.mark.parametrize(
    ("held", "day", "expected"),
    [
        pytest.param([OF_2025], "2025-06-01", NO_MODULE, id="certificate without the module"),
        pytest.param(
            [period("2025-01-01", "2025-12-31", AMS)], "2025-06-01", None, id="with the module"
        ),
        pytest.param(
            [period("2025-01-01", "2025-12-31", AMS)],
            "2026-01-01",
            NO_CERTIFICATE,
            id="a module does not outlive its certificate",
        ),
        pytest.param(
            [OF_2025, period("2024-01-01", "2024-12-31", AMS)],
            "2025-06-01",
            NO_MODULE,
            id="a module of last year's certificate does not count",
        ),
        pytest.param(
            [OF_2025, period("2025-05-01", "2026-04-30", AMS)],
            "2025-06-01",
            None,
            id="one of two that cover the day has it",
        ),
        pytest.param(
            [OF_2025, period("2025-05-01", "2026-04-30", AMS)],
            "2025-04-30",
            NO_MODULE,
            id="the day before the one with the module begins",
        ),
        pytest.param([], "2025-06-01", NO_CERTIFICATE, id="nothing at all"),
    ],
)
def test_r12_a_robot_needs_the_module_on_a_certificate_of_that_day(
    held: list[CertificatePeriod], day: str, expected: str | None
) -> None:
    assert code(certificate_objection(held, Module.AMS, date.fromisoformat(day))) == expected


def test_r12_the_objection_names_the_day_and_the_module() -> None:
    objection = certificate_objection([OF_2025], Module.AMS, date(2025, 6, 1))
    assert objection == Refusal(NO_MODULE, day="2025-06-01", module="ams")


def test_r12_a_module_does_not_stand_in_the_way_of_a_conventional_installation() -> None:
    held = [period("2025-01-01", "2025-12-31", AMS)]
    assert certificate_objection(held, None, date(2025, 6, 1)) is None


@pytest.mark.parametrize(
    ("held", "day", "expected"),
    [
        pytest.param([OF_2025], "2025-12-31", None, id="a Dutch one"),
        pytest.param([BELGIAN], "2025-06-30", NO_CERTIFICATE, id="before the Belgian one"),
        pytest.param([BELGIAN], "2025-07-01", ABROAD, id="its first day"),
        pytest.param([BELGIAN], "2026-06-30", ABROAD, id="its last day"),
        pytest.param([BELGIAN], "2026-07-01", NO_CERTIFICATE, id="after it"),
        pytest.param([BELGIAN, OF_2025], "2025-12-31", None, id="both: the Dutch one wins"),
        pytest.param([OF_2025, BELGIAN], "2025-12-31", None, id="in either order"),
        pytest.param([OF_2025, BELGIAN], "2026-01-01", ABROAD, id="the Dutch one has ended"),
        pytest.param([BELGIAN_AMS], "2025-07-01", ABROAD, id="a module that is not asked"),
        pytest.param([], "2025-07-01", NO_CERTIFICATE, id="none"),
    ],
)
def test_r13_q17_who_is_certified_in_belgium_only_does_not_report_here(
    held: list[CertificatePeriod], day: str, expected: str | None
) -> None:
    assert code(certificate_objection(held, None, date.fromisoformat(day))) == expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param([BELGIAN], NO_MODULE, id="a Belgian one without the module"),
        pytest.param([BELGIAN_AMS], ABROAD, id="a Belgian one with it"),
        pytest.param([OF_2025, BELGIAN], NO_MODULE, id="neither has it"),
        pytest.param([OF_2025, BELGIAN_AMS], ABROAD, id="only the Belgian one has it"),
        pytest.param([OF_2025_AMS, BELGIAN], None, id="only the Dutch one has it"),
        pytest.param([BELGIAN_AMS, OF_2025_AMS], None, id="both have it"),
    ],
)
def test_r13_q17_for_a_robot_the_certificate_with_the_module_decides(
    held: list[CertificatePeriod], expected: str | None
) -> None:
    assert code(certificate_objection(held, Module.AMS, date(2025, 12, 31))) == expected


@pytest.mark.parametrize("module", [None, Module.AMS])
def test_q17_the_objection_names_the_day_and_the_country(module: Module | None) -> None:
    objection = certificate_objection([BELGIAN_AMS], module, date(2025, 7, 1))
    assert objection == Refusal(ABROAD, day="2025-07-01", country="be")


@pytest.mark.parametrize(
    ("today", "last"), [("2026-03-05", "2026-06-05"), ("2025-11-30", "2026-02-28")]
)
def test_decisions_0007_a_certificate_ends_soon_within_three_months(today: str, last: str) -> None:
    day = date.fromisoformat(today)
    assert expiring_until(day, regulation_on(day)) == date.fromisoformat(last)
