"""Days, months and instants."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kombeheer.rules.calendar import AMSTERDAM, add_months, day_of, microseconds

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(days=-7000), timedelta(days=60_000)).map(EPOCH.__add__)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param("2025-03-15", 12, "2026-03-15", id="the same day number"),
        pytest.param("2025-08-31", 6, "2026-02-28", id="31 August to February"),
        pytest.param("2023-08-31", 6, "2024-02-29", id="31 August to a leap February"),
        pytest.param("2024-02-29", 12, "2025-02-28", id="leap day to an ordinary year"),
        pytest.param("2024-02-29", 48, "2028-02-29", id="leap day to the next one"),
        pytest.param("2025-02-28", 12, "2026-02-28", id="the last of February stays the 28th"),
        pytest.param("2023-02-28", 12, "2024-02-28", id="and does not become a leap day"),
        pytest.param("2025-12-31", 1, "2026-01-31", id="over New Year"),
        pytest.param("2025-12-31", 2, "2026-02-28", id="over New Year and clamped"),
        pytest.param("2025-10-31", 1, "2025-11-30", id="31 to 30"),
        pytest.param("2026-01-31", -1, "2025-12-31", id="back over New Year"),
        pytest.param("2026-03-31", -1, "2026-02-28", id="back and clamped"),
        pytest.param("2026-03-05", 0, "2026-03-05", id="nothing"),
    ],
)
def test_r31_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: str, months: int, expected: str
) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(DAYS, st.integers(-240, 240))
def test_r31_months_later_is_in_that_month_and_never_a_higher_day(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    last = monthrange(later.year, later.month)[1]
    assert later.day == day.day or (later.day == last and day.day > last)


@given(DAYS, DAYS, st.integers(0, 24))
def test_r31_a_later_service_is_never_due_earlier(one: date, other: date, months: int) -> None:
    first, last = sorted((one, other))
    assert add_months(first, months) <= add_months(last, months)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-04T22:59:59+00:00", "2026-03-04"),
        ("2026-03-04T23:00:00+00:00", "2026-03-05"),
        ("2026-03-04T23:30:00+00:00", "2026-03-05"),
        ("2026-07-04T21:59:59+00:00", "2026-07-04"),
        ("2026-07-04T22:00:00+00:00", "2026-07-05"),
        ("2026-03-05T00:30:00+14:00", "2026-03-04"),
        ("2025-12-31T23:00:00+00:00", "2026-01-01"),
    ],
)
def test_a_day_is_the_day_in_amsterdam_in_winter_and_in_summer(moment: str, expected: str) -> None:
    assert day_of(datetime.fromisoformat(moment)) == date.fromisoformat(expected)


@given(INSTANTS, OFFSETS)
def test_the_day_of_an_instant_does_not_depend_on_how_it_is_written(
    moment: datetime, zone: timezone
) -> None:
    assert day_of(moment.astimezone(zone)) == day_of(moment)
    assert abs((day_of(moment) - moment.date()).days) <= 1


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("1970-01-01T00:00:00+00:00", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:00.000001+00:00", 1),
        ("1969-12-31T23:59:59.999999+00:00", -1),
        ("2026-03-05T09:14:00+01:00", 1_772_698_440_000_000),
        ("9999-12-31T23:59:59.999999+00:00", 253_402_300_799_999_999),
    ],
)
def test_microseconds_are_whole_and_of_utc(moment: str, expected: int) -> None:
    assert microseconds(datetime.fromisoformat(moment)) == expected


@given(INSTANTS, OFFSETS)
def test_microseconds_tell_the_instant_exactly_and_nothing_else(
    moment: datetime, zone: timezone
) -> None:
    told = microseconds(moment)
    assert EPOCH + timedelta(microseconds=told) == moment
    assert microseconds(moment.astimezone(zone)) == told
    assert microseconds(moment + timedelta(microseconds=1)) == told + 1


@pytest.mark.parametrize("function", [day_of, microseconds])
def test_a_moment_without_a_zone_is_a_programmers_error(
    function: Callable[[datetime], object],
) -> None:
    with pytest.raises(AssertionError):
        function(datetime.fromisoformat("2026-03-05T09:14:00"))


def test_the_hour_that_comes_twice_in_autumn_is_two_instants_of_one_day() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM)
    again = first.replace(fold=1)
    assert microseconds(again) - microseconds(first) == 3_600_000_000
    assert day_of(first) == day_of(again) == date(2026, 10, 25)
