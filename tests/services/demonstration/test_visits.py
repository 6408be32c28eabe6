"""The planned visits: who comes when, and how it ends."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import date
from statistics import median

import pytest

from kombeheer.rules.scanning import Ending
from kombeheer.services.demonstration.days import Wish, works_on
from kombeheer.services.demonstration.farms import plan_farms
from kombeheer.services.demonstration.people import plan_people
from kombeheer.services.demonstration.plan import Installation, ServiceTurn
from kombeheer.services.demonstration.visits import Stop, plan_visits

WISH = Wish(0.1, 1, date(2026, 11, 21))


@pytest.fixture(scope="module")
def stops() -> list[Stop]:
    dealers, mechanics = plan_people(WISH)
    return plan_visits(WISH, plan_farms(WISH, dealers), mechanics)


def majors(stops: list[Stop]) -> dict[Installation, list[date]]:
    found = defaultdict(list)
    for stop in stops:
        for installation, ending in stop.endings:
            if ending is Ending.STICKER:
                found[installation].append(stop.day)
    return found


def test_they_end_with_a_sticker_92_geen_kom_5_and_kb_3_percent(stops: list[Stop]) -> None:
    counts = Counter(ending for stop in stops for _, ending in stop.endings)
    percent = {ending: 100 * count / counts.total() for ending, count in counts.items()}
    assert percent[Ending.STICKER] == pytest.approx(92, abs=1)
    assert percent[Ending.GEEN_KOM] == pytest.approx(5, abs=1)
    assert percent[Ending.KB] == pytest.approx(3, abs=1)


def test_an_installation_is_serviced_about_yearly_and_a_robot_half_yearly(
    stops: list[Stop],
) -> None:
    gaps: dict[bool, list[int]] = {True: [], False: []}
    robotic = {one: stop.site.is_robotic for stop in stops for one, _ in stop.endings}
    for installation, days in majors(stops).items():
        gaps[robotic[installation]] += [
            (after - before).days for before, after in itertools.pairwise(days)
        ]
    assert 340 < median(gaps[False]) < 390
    assert 165 < median(gaps[True]) < 200


def test_they_come_on_working_days_in_the_two_years_before_the_farm_ceases(
    stops: list[Stop],
) -> None:
    assert stops == sorted(stops, key=lambda stop: stop.day)
    for stop in stops:
        assert WISH.start <= stop.day <= WISH.last
        assert works_on(stop.day)
        assert stop.farm.ceased_on is None or stop.day < stop.farm.ceased_on


def test_the_mechanic_works_for_the_dealer_and_may_do_the_robot(stops: list[Stop]) -> None:
    for stop in stops:
        assert stop.mechanic.works_for(stop.dealer, stop.day)
        assert stop.mechanic.has_ams or not stop.site.is_robotic
        assert stop.dealer is stop.farm.dealer_on(stop.day)


@pytest.mark.parametrize(
    "on", [date(2027, 1, 1), date(2027, 1, 2), date(2026, 6, 30), date(2026, 12, 31)]
)
def test_what_is_due_was_last_approved_in_the_year_before(on: date) -> None:
    wish = Wish(0.001, 1, on)
    dealers, mechanics = plan_people(wish)
    newest = {
        stop.farm: stop.day
        for stop in plan_visits(wish, plan_farms(wish, dealers), mechanics)
        if stop.farm.turn is ServiceTurn.DUE
    }
    assert len(newest) == 14
    assert {day.year for day in newest.values()} == {on.year - 1}
