"""Installations: how many there are, when they are due, what asks the AMS module."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.sites import (
    ParlourType,
    ams_module_required,
    configuration_objection,
    first_day_in_time,
    installation_objection,
    service_due_on,
    stickers_required,
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
