"""The days on which the demonstration works."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kombeheer.services.demonstration.days import (
    Wish,
    instant,
    working_day_from,
    working_day_until,
    working_days_later,
    works_on,
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 3, 6), True),  # a Friday
        (date(2026, 3, 7), False),
        (date(2026, 3, 8), False),
        (date(2026, 4, 27), False),  # King's Day, a Monday
        (date(2026, 12, 22), True),
        (date(2026, 12, 23), False),
        (date(2027, 1, 1), False),
    ],
)
def test_nobody_works_at_weekends_and_around_the_new_year(day: date, works: bool) -> None:
    assert works_on(day) is works


def test_the_working_days_around_the_new_year() -> None:
    assert working_day_from(date(2026, 12, 23)) == date(2027, 1, 4)
    assert working_day_until(date(2027, 1, 3)) == date(2026, 12, 22)
    assert working_days_later(date(2026, 12, 21), 2) == date(2027, 1, 4)
    assert working_days_later(date(2027, 1, 4), -2) == date(2026, 12, 21)
    assert working_days_later(date(2026, 3, 5), 0) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("on", "start", "last"),
    [
        (date(2026, 3, 5), date(2024, 3, 5), date(2026, 3, 4)),
        (date(2026, 3, 9), date(2024, 3, 9), date(2026, 3, 6)),
        (date(2028, 2, 29), date(2026, 2, 28), date(2028, 2, 28)),
        (date(2027, 1, 1), date(2025, 1, 1), date(2026, 12, 22)),
    ],
)
def test_a_wish_covers_two_years_up_to_the_working_day_before(
    on: date, start: date, last: date
) -> None:
    wish = Wish(0.02, 1, on)
    assert (wish.start, wish.last) == (start, last)
    assert wish.founded < instant(start, 0)


def test_an_instant_is_one_of_amsterdam() -> None:
    assert instant(date(2026, 7, 1), 17) == datetime(2026, 7, 1, 15, tzinfo=UTC)
    assert instant(date(2026, 1, 1), 17, 30) == datetime(2026, 1, 1, 16, 30, tzinfo=UTC)
