"""Periods with both their edges, and why a report costs nothing."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from kombeheer.rules.billing import ChargePeriod, ChargeScope, Tariff
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.statements import (
    NoCharge,
    Part,
    Period,
    latest_quarter,
    part_of,
    period_of,
    require_over,
    require_period,
    why_nothing,
)

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("part", "first", "last"),
    [
        (Part.YEAR, date(2024, 1, 1), date(2024, 12, 31)),
        (Part.HALF_1, date(2024, 1, 1), date(2024, 6, 30)),
        (Part.HALF_2, date(2024, 7, 1), date(2024, 12, 31)),
        (Part.QUARTER_1, date(2024, 1, 1), date(2024, 3, 31)),
        (Part.QUARTER_3, date(2024, 7, 1), date(2024, 9, 30)),
        (Part.MONTH_2, date(2024, 2, 1), date(2024, 2, 29)),
        (Part.MONTH_12, date(2024, 12, 1), date(2024, 12, 31)),
    ],
)
def test_r50_a_part_of_a_year_has_these_days(part: Part, first: date, last: date) -> None:
    period = period_of(2024, part)
    assert period == Period(first, last)
    assert part_of(period) is part
    assert part_of(Period(first, last - DAY)) is None


@pytest.mark.parametrize("kind", ["h", "q", "m"])
def test_the_parts_of_a_kind_make_up_the_year(kind: str) -> None:
    periods = [period_of(2025, part) for part in Part if part[0] == kind]
    assert (periods[0].from_on, periods[-1].until_on) == (date(2025, 1, 1), date(2025, 12, 31))
    assert all(one.until_on + DAY == other.from_on for one, other in pairwise(periods))


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 3, 31), date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 4, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 1, 1), date(2025, 10, 1), date(2025, 12, 31)),
    ],
)
def test_the_latest_quarter_is_over(today: date, first: date, last: date) -> None:
    assert latest_quarter(today) == Period(first, last)
    assert latest_quarter(today).is_over(today)


def test_a_period_of_one_day_is_one_and_a_reversed_one_is_refused() -> None:
    day = date(2026, 3, 5)
    assert require_period(day, day) == Period(day, day)
    with pytest.raises(Refusal, match=r"billing\.period_reversed"):
        require_period(day, day - DAY)


def test_a_period_is_closed_from_the_day_after_its_last() -> None:
    period = Period(date(2026, 1, 1), date(2026, 3, 31))
    require_over(period, date(2026, 4, 1))
    with pytest.raises(Refusal, match=r"billing\.period_running"):
        require_over(period, date(2026, 3, 31))


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (Period(date(2025, 12, 1), date(2025, 12, 31)), False),
        (Period(date(2025, 12, 1), date(2026, 1, 1)), True),
        (Period(date(2026, 3, 31), date(2026, 4, 30)), True),
        (Period(date(2026, 4, 1), date(2026, 4, 30)), False),
        (Period(date(2026, 2, 1), date(2026, 2, 2)), True),
    ],
)
def test_periods_overlap_from_their_first_shared_day(other: Period, shared: bool) -> None:
    period = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert period.overlaps(other) is shared
    assert other.overlaps(period) is shared


def tariff(base: ChargePeriod, surcharge: ChargePeriod) -> Tariff:
    site, report = ChargeScope.SITE, ChargeScope.REPORT
    return Tariff(1, date(2002, 1, 1), 1000, 45, 20, 20, 20, 65, site, base, report, surcharge)


YEARLY, DAILY = (tariff(period, period) for period in (ChargePeriod.YEAR, ChargePeriod.DAY))
MIXED = tariff(ChargePeriod.YEAR, ChargePeriod.DAY)


@pytest.mark.parametrize(
    ("has_number", "is_minor", "of_day", "why"),
    [
        (False, True, YEARLY, NoCharge.KB),
        (False, False, YEARLY, NoCharge.GEEN_KOM),
        (False, False, None, NoCharge.GEEN_KOM),
        (True, False, None, NoCharge.NO_TARIFF),
        (True, False, YEARLY, NoCharge.PAID_THIS_YEAR),
        (True, False, MIXED, NoCharge.PAID_THIS_YEAR),
        (True, False, DAILY, NoCharge.PAID_THIS_DAY),
    ],
)
def test_r46_r49_why_a_report_costs_nothing(
    has_number: bool, is_minor: bool, of_day: Tariff | None, why: NoCharge
) -> None:
    assert why_nothing(has_number=has_number, is_minor=is_minor, tariff=of_day) is why
