"""Installations: how many there are, when they are due, what asks the AMS module."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.sites import (
    Interval,
    Kept,
    Leniency,
    ParlourType,
    Term,
    ams_module_required,
    configuration_objection,
    first_day_in_time,
    first_day_tolerated,
    installation_objection,
    interval_on,
    is_about_to_stop,
    leniency_objection,
    limits_of,
    months_late,
    service_due_on,
    service_tolerated_until,
    share_percent,
    shortening_objection,
    stickers_required,
    term_on,
)

REGULATION = regulation_on(date(2026, 3, 5))
NOT_ROBOT = [kind for kind in ParlourType if kind is not ParlourType.ROBOT]


@pytest.mark.parametrize(
    ("boxes", "pumps", "facilities", "expected"),
    [
        pytest.param(1, 1, 1, 1, id="a single box"),
        pytest.param(1, 2, 2, 1, id="a single box with two of each"),
        pytest.param(0, 1, 1, 1, id="boxes not told"),
        pytest.param(2, 1, 1, 1, id="2 boxes, 1 pump, 1 cleaner"),
        pytest.param(3, 1, 1, 1, id="3 boxes, 1 pump, 1 cleaner"),
        pytest.param(3, 2, 1, 3, id="3 boxes, 2 pumps, 1 cleaner"),
        pytest.param(3, 1, 2, 3, id="3 boxes, 1 pump, 2 cleaners"),
        pytest.param(3, 2, 2, 3, id="3 boxes, 2 pumps, 2 cleaners"),
        pytest.param(3, 3, 3, 3, id="3 boxes with their own"),
        pytest.param(20, 2, 1, 20, id="Q8: no grouping in between"),
    ],
)
def test_r42_boxes_that_share_pump_and_cleaner_are_one_installation_else_each_is_one(
    boxes: int, pumps: int, facilities: int, expected: int
) -> None:
    assert stickers_required(ParlourType.ROBOT, boxes, pumps, facilities) == expected
    objection = configuration_objection(ParlourType.ROBOT, boxes, pumps, facilities)
    assert (objection is None) == (expected == 1)


def test_r42_the_objection_says_how_many_installations_it_is() -> None:
    objection = configuration_objection(ParlourType.ROBOT, 3, 2, 1)
    told = {"boxes": 3, "pumps": 2, "facilities": 1, "required": 3}
    assert objection == Refusal("sites.one_per_box", **told)


@pytest.mark.parametrize("kind", NOT_ROBOT)
@pytest.mark.parametrize(("pumps", "facilities"), [(1, 1), (2, 1), (1, 2), (20, 20)])
def test_r42_any_other_parlour_is_one_installation_whatever_its_pumps(
    kind: ParlourType, pumps: int, facilities: int
) -> None:
    assert stickers_required(kind, 0, pumps, facilities) == 1
    assert configuration_objection(kind, 0, pumps, facilities) is None


def test_r42_a_tie_stall_with_a_pasture_wagon_is_two() -> None:
    both = (ParlourType.TIE_STALL, ParlourType.PASTURE_WAGON)
    assert sum(stickers_required(kind, 0, 1, 1) for kind in both) == 2


@pytest.mark.parametrize("kind", NOT_ROBOT)
@pytest.mark.parametrize("boxes", [1, 3])
def test_r42_only_a_robot_has_boxes(kind: ParlourType, boxes: int) -> None:
    assert configuration_objection(kind, boxes, 1, 1) == Refusal(
        "sites.boxes_without_robot", boxes=boxes
    )


@pytest.mark.parametrize(
    ("serviced", "kind", "due"),
    [
        pytest.param("2025-03-15", ParlourType.HERRINGBONE, "2026-03-15", id="12 months"),
        pytest.param("2025-03-15", ParlourType.ROBOT, "2025-09-15", id="6 for a robot"),
        pytest.param("2025-08-31", ParlourType.ROBOT, "2026-02-28", id="robot, 31 August"),
        pytest.param("2023-08-31", ParlourType.ROBOT, "2024-02-29", id="robot, into a leap year"),
        pytest.param("2024-02-29", ParlourType.TANDEM, "2025-02-28", id="29 February"),
        pytest.param("2025-08-31", ParlourType.TIE_STALL, "2026-08-31", id="31 August"),
        pytest.param("2025-12-31", ParlourType.ROBOT, "2026-06-30", id="robot, 31 December"),
    ],
)
def test_r31_due_12_months_after_the_service_6_for_a_robot(
    serviced: str, kind: ParlourType, due: str
) -> None:
    found = service_due_on(date.fromisoformat(serviced), kind, REGULATION)
    assert found == date.fromisoformat(due)


@given(st.dates(date(2002, 1, 1), date(2100, 12, 31)), st.sampled_from(ParlourType))
def test_r31_a_service_before_the_first_day_in_time_is_late_and_none_after_it(
    day: date, kind: ParlourType
) -> None:
    first = first_day_in_time(day, kind, REGULATION)
    assert service_due_on(first, kind, REGULATION) >= day
    assert service_due_on(first - timedelta(days=1), kind, REGULATION) < day


@given(st.dates(date(2002, 1, 1), date(2100, 12, 31)), st.sampled_from(ParlourType))
def test_r32_a_service_before_the_first_day_tolerated_is_beyond_and_none_after_it(
    day: date, kind: ParlourType
) -> None:
    first = first_day_tolerated(day, kind, REGULATION)
    assert service_tolerated_until(first, kind, REGULATION) >= day
    assert service_tolerated_until(first - timedelta(days=1), kind, REGULATION) < day
    assert first <= first_day_in_time(day, kind, REGULATION)


@pytest.mark.parametrize(
    ("day", "kind", "first"),
    [
        pytest.param("2025-02-28", ParlourType.HERRINGBONE, "2024-02-28", id="leap year before"),
        pytest.param("2025-03-01", ParlourType.HERRINGBONE, "2024-03-01", id="after the leap day"),
        pytest.param("2026-02-28", ParlourType.ROBOT, "2025-08-28", id="clamped days all in time"),
        pytest.param("2026-03-01", ParlourType.ROBOT, "2025-09-01", id="the day after is late"),
    ],
)
def test_r31_the_first_service_that_is_still_in_time(
    day: str, kind: ParlourType, first: str
) -> None:
    found = first_day_in_time(date.fromisoformat(day), kind, REGULATION)
    assert found == date.fromisoformat(first)


MILKING, ROBOT = ParlourType.HERRINGBONE, ParlourType.ROBOT
IN_TIME, TOLERATED, BEYOND = Interval.IN_TIME, Interval.TOLERATED, Interval.BEYOND
D = date.fromisoformat


@pytest.mark.parametrize(
    ("serviced", "kind", "day", "expected"),
    [
        pytest.param("2025-03-15", MILKING, "2026-03-15", IN_TIME, id="12 months to the day"),
        pytest.param("2025-03-15", MILKING, "2026-03-16", TOLERATED, id="a day later"),
        pytest.param("2025-03-15", MILKING, "2026-06-15", TOLERATED, id="15 months to the day"),
        pytest.param("2025-03-15", MILKING, "2026-06-16", BEYOND, id="a day after 15 months"),
        pytest.param("2025-03-15", ROBOT, "2025-09-15", IN_TIME, id="robot, 6 months"),
        pytest.param("2025-03-15", ROBOT, "2025-09-16", BEYOND, id="Q7: a robot has no tolerance"),
        pytest.param("2025-08-31", ROBOT, "2026-02-28", IN_TIME, id="robot, 31 August"),
        pytest.param("2025-08-31", ROBOT, "2026-03-01", BEYOND, id="robot, a day after"),
        pytest.param("2024-02-29", MILKING, "2025-02-28", IN_TIME, id="29 February"),
        pytest.param("2024-02-29", MILKING, "2025-03-01", TOLERATED, id="29 February, a day after"),
        pytest.param("2024-02-29", MILKING, "2025-05-29", TOLERATED, id="29 February, 15 months"),
        pytest.param("2024-02-29", MILKING, "2025-05-30", BEYOND, id="and a day"),
        pytest.param("2024-11-30", MILKING, "2026-02-28", TOLERATED, id="15 months, clamped"),
        pytest.param("2024-11-30", MILKING, "2026-03-01", BEYOND, id="clamped, and a day"),
        pytest.param("2025-03-15", MILKING, "2025-03-15", IN_TIME, id="the day itself"),
    ],
)
def test_r32_in_time_then_tolerated_then_beyond(
    serviced: str, kind: ParlourType, day: str, expected: Interval
) -> None:
    assert interval_on(D(serviced), D(day), kind, REGULATION) is expected


EPIDEMIC = Leniency(date(2026, 6, 20), date(2026, 7, 20), "mond- en klauwzeer")


@pytest.mark.parametrize(
    ("day", "expected", "by_leniency"),
    [
        pytest.param("2026-06-15", TOLERATED, False, id="within 15 months"),
        pytest.param("2026-06-19", BEYOND, False, id="the day before the leniency"),
        pytest.param("2026-06-20", TOLERATED, True, id="its first day"),
        pytest.param("2026-07-20", TOLERATED, True, id="its last day"),
        pytest.param("2026-07-21", BEYOND, False, id="the day after"),
    ],
)
def test_r33_nobody_is_beyond_on_a_day_of_leniency(
    day: str, expected: Interval, by_leniency: bool
) -> None:
    term = term_on(date(2025, 3, 15), D(day), MILKING, REGULATION, [EPIDEMIC])
    leniency = EPIDEMIC if by_leniency else None
    assert term == Term(date(2026, 3, 15), date(2026, 6, 15), expected, leniency)


def test_r33_a_robot_gets_leniency_too_and_who_is_in_time_needs_none() -> None:
    robot = term_on(date(2025, 12, 1), date(2026, 7, 1), ROBOT, REGULATION, [EPIDEMIC])
    assert (robot.interval, robot.leniency) == (TOLERATED, EPIDEMIC)
    other = term_on(date(2025, 12, 1), date(2026, 7, 1), MILKING, REGULATION, [EPIDEMIC])
    assert (other.interval, other.leniency) == (IN_TIME, None)


@pytest.mark.parametrize(
    ("from_on", "until_on", "code"),
    [
        pytest.param("2026-06-10", "2026-06-19", None, id="ends the day before"),
        pytest.param("2026-06-10", "2026-06-20", "sites.leniency_overlaps", id="ends on its first"),
        pytest.param("2026-06-25", "2026-06-26", "sites.leniency_overlaps", id="within it"),
        pytest.param("2026-06-01", "2026-08-01", "sites.leniency_overlaps", id="around it"),
        pytest.param(
            "2026-07-20", "2026-08-01", "sites.leniency_overlaps", id="begins on its last"
        ),
        pytest.param("2026-07-21", "2026-08-01", None, id="begins the day after"),
        pytest.param("2026-07-21", "2026-07-21", None, id="one day"),
        pytest.param(
            "2026-07-22", "2026-07-21", "sites.leniency_reversed", id="ends before it begins"
        ),
    ],
)
def test_r33_periods_of_leniency_do_not_overlap(
    from_on: str, until_on: str, code: str | None
) -> None:
    found = leniency_objection(Leniency(D(from_on), D(until_on)), [EPIDEMIC])
    assert (found.code if found else None) == code
    if code == "sites.leniency_overlaps":
        assert found == Refusal(code, from_on="2026-06-20", until_on="2026-07-20")


@pytest.mark.parametrize(
    ("until_on", "code"),
    [
        pytest.param("2026-06-19", "sites.leniency_reversed", id="before its first day"),
        pytest.param("2026-06-20", None, id="its first day only"),
        pytest.param("2026-07-19", None, id="a day shorter"),
        pytest.param("2026-07-20", "sites.leniency_longer", id="as it is"),
        pytest.param("2026-07-21", "sites.leniency_longer", id="a day longer"),
    ],
)
def test_r33_a_leniency_can_only_end_earlier(until_on: str, code: str | None) -> None:
    found = shortening_objection(EPIDEMIC, D(until_on))
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("day", "kind", "expected"),
    [
        pytest.param("2026-03-15", MILKING, Kept.ABOUT, id="12 months"),
        pytest.param("2026-03-29", MILKING, Kept.ABOUT, id="14 days more are about in time"),
        pytest.param("2026-03-30", MILKING, Kept.TOLERATED, id="15 days more are not"),
        pytest.param("2026-06-15", MILKING, Kept.TOLERATED, id="15 months"),
        pytest.param("2026-06-16", MILKING, Kept.BEYOND, id="a day after 15 months"),
        pytest.param("2026-06-20", MILKING, Kept.LENIENT, id="on a day of leniency"),
        pytest.param("2026-07-21", MILKING, Kept.BEYOND, id="after the leniency"),
        pytest.param("2025-09-29", ROBOT, Kept.ABOUT, id="robot, 14 days more"),
        pytest.param("2025-09-30", ROBOT, Kept.BEYOND, id="robot, 15 days more"),
    ],
)
def test_r35_how_a_service_kept_its_term(day: str, kind: ParlourType, expected: Kept) -> None:
    serviced = date(2025, 3, 15)
    assert REGULATION.service_about_days == 14
    assert limits_of(serviced, kind, REGULATION).kept(D(day), [EPIDEMIC]) is expected
    limits = limits_of(serviced, kind, REGULATION)
    assert (D(day) <= limits.about_until) is (expected is Kept.ABOUT)
    assert limits.due_on <= min(limits.about_until, limits.tolerated_until)


@pytest.mark.parametrize(
    ("serviced", "day", "kind", "expected"),
    [
        pytest.param("2025-03-15", "2026-02-15", MILKING, -1, id="11 months"),
        pytest.param("2025-03-15", "2026-02-16", MILKING, 0, id="a day into the last month"),
        pytest.param("2025-03-15", "2026-03-15", MILKING, 0, id="12 months"),
        pytest.param("2025-03-15", "2026-03-16", MILKING, 1, id="a day later"),
        pytest.param("2025-03-15", "2026-06-15", MILKING, 3, id="15 months"),
        pytest.param("2025-03-15", "2026-06-16", MILKING, 4, id="and a day"),
        pytest.param("2025-08-31", "2026-02-28", ROBOT, 0, id="robot, clamped"),
        pytest.param("2025-08-31", "2026-03-01", ROBOT, 1, id="robot, a day later"),
        pytest.param("2025-03-15", "2025-03-16", MILKING, -11, id="the first day"),
    ],
)
def test_r35_the_month_in_which_a_service_came(
    serviced: str, day: str, kind: ParlourType, expected: int
) -> None:
    assert months_late(D(serviced), D(day), kind, REGULATION) == expected


@given(
    st.dates(date(2002, 1, 1), date(2050, 12, 31)),
    st.integers(1, 900),
    st.sampled_from([MILKING, ROBOT]),
)
def test_r35_the_months_tell_the_same_as_the_terms(
    serviced: date, days: int, kind: ParlourType
) -> None:
    day = serviced + timedelta(days=days)
    months = months_late(serviced, day, kind, REGULATION)
    assert (months <= 0) is (day <= service_due_on(serviced, kind, REGULATION))
    if kind is MILKING:
        assert (months <= 3) is (day <= service_tolerated_until(serviced, kind, REGULATION))


@pytest.mark.parametrize(
    ("ceased_on", "expected"),
    [
        pytest.param(None, False, id="no last day known"),
        pytest.param("2026-03-16", True, id="the day after the service"),
        pytest.param("2027-03-15", True, id="on the next due date"),
        pytest.param("2027-03-16", False, id="a day later: it needs another service"),
    ],
)
def test_r34_who_stops_before_the_next_service_is_about_to_stop(
    ceased_on: str | None, expected: bool
) -> None:
    ceased = D(ceased_on) if ceased_on is not None else None
    assert is_about_to_stop(ceased, date(2026, 3, 15), MILKING, REGULATION) is expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 7, "0.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (7, 7, "100.0"),
        pytest.param(1, 2000, "0.1", id="0.05 rounds up"),
        pytest.param(49, 100_000, "0.0", id="0.049 does not"),
        pytest.param(2999, 3000, "100.0", id="99.97"),
        pytest.param(209, 2000, "10.5", id="10.45 rounds up, not to even"),
    ],
)
def test_r35_shares_are_rounded_half_up_to_one_decimal(
    part: int, whole: int, expected: str
) -> None:
    assert share_percent(part, whole) == Decimal(expected)


def test_r35_nothing_has_no_share() -> None:
    assert share_percent(0, 0) is None


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_r35_a_share_is_never_further_off_than_half_a_tenth(counts: tuple[int, int]) -> None:
    part, whole = counts
    share = share_percent(part, whole)
    assert share is not None
    off = Fraction(share) - Fraction(100 * part, whole)
    assert Fraction(-1, 20) < off <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("kind", "day", "required"),
    [
        (ParlourType.ROBOT, "2002-06-30", False),
        (ParlourType.ROBOT, "2002-07-01", True),
        (ParlourType.ROBOT, "2026-03-05", True),
        *((kind, "2026-03-05", False) for kind in NOT_ROBOT),
    ],
)
def test_r12_a_robot_asks_the_module_from_1_july_2002(
    kind: ParlourType, day: str, required: bool
) -> None:
    on = date.fromisoformat(day)
    assert ams_module_required(kind, on, regulation_on(on)) is required


@pytest.mark.parametrize(
    ("ceased_on", "day", "objects"),
    [
        pytest.param(None, "2026-03-05", False, id="not ceased"),
        pytest.param("2026-03-05", "2026-03-04", False, id="the day before"),
        pytest.param("2026-03-05", "2026-03-05", True, id="on the day itself"),
        pytest.param("2026-03-05", "2026-03-06", True, id="the day after"),
    ],
)
def test_r34_no_service_from_the_day_on_which_an_installation_ceased(
    ceased_on: str | None, day: str, objects: bool
) -> None:
    ceased = None if ceased_on is None else date.fromisoformat(ceased_on)
    objection = installation_objection(ceased, date.fromisoformat(day))
    expected = Refusal("sites.installation_ceased", ceased_on=ceased_on) if objects else None
    assert objection == expected
