"""The mechanics of the years before."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from kombeheer.services.demonstration.crews import Crews, begin_later, plan_crews
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.people import plan_people
from kombeheer.services.demonstration.plan import Dealer

YEARS = range(2001, 2011)


def planned(scale: float, *, stays: bool = False) -> tuple[list[Dealer], Crews]:
    wish = Wish(scale, 1, date(2026, 3, 5))
    dealers, _ = plan_people(wish)
    work = Counter({dealer: round(1000 * dealer.share) for dealer in dealers})
    return dealers, plan_crews(wish, work, dealers, YEARS, stays=stays)


@pytest.mark.parametrize(("scale", "posts", "rare"), [(0.02, 7, 0), (0.2, 74, 4), (1, 370, 20)])
def test_there_are_as_many_as_then_and_some_hardly_work(
    scale: float, posts: int, rare: int
) -> None:
    _, crews = planned(scale)
    assert len(list(crews.rare())) == rare
    for year in YEARS:
        held = crews.in_year(year)
        assert len(held) == len(set(held)) == posts
        for day in (date(year, 1, 1), date(year, 12, 31)):
            assert sum(one.certified_from <= day <= one.certified_until for one in held) == posts
            certified = [
                one for one in crews.mechanics if one.certified_from <= day <= one.certified_until
            ]
            assert set(certified) == set(held)
            assert all(one.employment_on(day) is not None for one in held)


def test_a_tenth_leaves_in_a_year_and_numbers_are_unique() -> None:
    _, crews = planned(1)
    left = len(crews.mechanics) - 370
    assert 0.08 < left / (370 * (len(YEARS) - 1)) < 0.12
    assert len({one.number for one in crews.mechanics}) == len(crews.mechanics)


def test_every_dealer_has_somebody_for_his_robots_and_nobody_rare_among_them() -> None:
    dealers, crews = planned(1)
    for dealer in dealers:
        regular = crews.regular(dealer, robotic=True)
        assert regular
        assert all(post.has_ams and not post.is_rare for post in regular)


def test_who_stays_is_there_now_and_who_does_not_has_left_before_the_last_two_years() -> None:
    now = date(2026, 3, 5)
    _, gone = planned(0.2)
    assert all(one.certified_until < date(2024, 3, 5) for one in gone.mechanics)
    _, here = planned(0.2, stays=True)
    assert sum(one.certified_until > now for one in here.mechanics) == 74


def test_those_of_now_begin_after_the_years() -> None:
    _, mechanics = plan_people(Wish(0.02, 1, date(2012, 3, 5)))
    begin_later(mechanics, range(2001, 2003))
    for one in mechanics:
        assert one.certified_from >= date(2003, 1, 1)
        assert all(each.from_on >= date(2003, 1, 1) for each in one.employments)
