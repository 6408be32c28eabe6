"""The years of before as they are planned, without a database."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from kombeheer.rules.calendar import add_months
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ParlourType
from kombeheer.services.demonstration.country import COUNTED, plan_country
from kombeheer.services.demonstration.crews import Crews, plan_crews
from kombeheer.services.demonstration.days import Wish, works_on
from kombeheer.services.demonstration.farms import plan_farms
from kombeheer.services.demonstration.history import CRISIS, History, pieces
from kombeheer.services.demonstration.people import plan_people
from kombeheer.services.demonstration.visits import Stop

WISH = Wish(0.2, 1, date(2026, 3, 5))
ABOUT_A_YEAR_DAYS = 379


def planned(wish: Wish) -> tuple[History, Crews]:
    dealers, _ = plan_people(wish)
    country = plan_country(wish, dealers, plan_farms(wish, dealers), stays=False)
    work = Counter(place.farm.dealer for place in country.places)
    crews = plan_crews(wish, work, dealers, COUNTED, stays=False)
    return History(wish, dealers, country, crews, COUNTED), crews


@pytest.fixture(scope="module")
def made() -> tuple[History, Crews, dict[int, list[Stop]]]:
    history, crews = planned(WISH)
    return history, crews, {year: history.stops(year) for year in COUNTED}


Made = tuple[History, Crews, dict[int, list[Stop]]]


def test_nobody_was_let_in_during_the_crisis_and_it_was_caught_up(made: Made) -> None:
    days = Counter(stop.day for stop in made[2][2001])
    assert not any(CRISIS.covers(day) for day in days)
    assert all(works_on(day) for day in days)
    month_before = sum(n for day, n in days.items() if day.month == 2)
    assert sum(n for day, n in days.items() if day.month == 6) > 1.5 * month_before


def test_r36_nothing_has_a_number_or_a_mark_before_the_stickers(made: Made) -> None:
    endings = {
        year: {ending for stop in stops for _, ending in stop.endings}
        for year, stops in made[2].items()
    }
    assert endings[2001] == {Ending.UNMARKED, Ending.KB}
    assert endings[2002] == {Ending.STICKER, Ending.GEEN_KOM, Ending.KB}


def test_r5_as_many_as_the_annual_report_says_did_less_than_ten(made: Made) -> None:
    _, crews, stops = made
    done = Counter(stop.mechanic for stop in stops[2002] if stop.endings[0][1] is not Ending.KB)
    counted = [done[mechanic] for mechanic in crews.in_year(2002)]
    assert sum(count < 10 for count in counted) == round(20 * WISH.scale) == 4
    assert sum(counted) == done.total()


def test_a_mechanic_was_employed_certified_and_had_the_module_for_robots(made: Made) -> None:
    for stop in (stop for stops in made[2].values() for stop in stops):
        [(installation, _)] = stop.endings
        assert stop.mechanic.works_for(stop.dealer, stop.day)
        assert installation.from_on <= stop.day
        assert installation.ceased_on is None or stop.day < installation.ceased_on
        if installation.configuration_on(stop.day).parlour_type is ParlourType.ROBOT:
            assert stop.mechanic.has_ams


def test_half_kept_the_year_and_a_tenth_was_beyond_fifteen_months(made: Made) -> None:
    history, _, stops = made
    last: dict[int, date] = {}
    intervals: list[tuple[date, date]] = []
    for stop in (*stops[2001], *stops[2002]):
        [(installation, ending)] = stop.endings
        if ending is Ending.KB or installation.configuration.parlour_type is ParlourType.ROBOT:
            continue
        before = last.get(id(installation))
        if before is not None and (stop.day - before).days > 30:  # else it was repaired
            intervals.append((before, stop.day))
        last[id(installation)] = stop.day
    end = date(2002, 12, 31)
    waiting = [
        last[id(one.installation)]
        for one in (each.place for each in history.rounds)
        if one.installation.ceased_on and one.installation.ceased_on > end
        if id(one.installation) in last
    ]
    beyond = sum(add_months(day, 15) < until for day, until in intervals)
    beyond += sum(add_months(day, 15) < end for day in waiting)
    within = sum((until - day).days <= ABOUT_A_YEAR_DAYS for day, until in intervals)
    total = len(intervals) + sum(add_months(day, 15) < end for day in waiting)
    assert 0.45 < within / total < 0.65
    assert 0.07 < beyond / total < 0.13


def test_the_same_seed_plans_the_same_and_another_does_not() -> None:
    def told(seed: int) -> list[tuple[date, str, str]]:
        history, _ = planned(Wish(0.02, seed, WISH.on))
        return [
            (stop.day, stop.mechanic.number, stop.site.public_id) for stop in history.stops(2001)
        ]

    assert told(1) == told(1) != told(2)


def test_pieces_leave_nothing_out() -> None:
    assert list(pieces([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]
    assert list(pieces([], 2)) == []
