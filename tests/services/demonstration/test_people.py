"""The dealers and mechanics of the demonstration."""

from __future__ import annotations

from datetime import date

import pytest

from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.people import plan_people
from kombeheer.services.demonstration.plan import Career

ON = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("scale", "dealers", "mechanics"),
    [(0.001, 5, 13), (0.02, 5, 13), (0.5, 55, 185), (1, 110, 370)],
)
def test_how_many_there_are(scale: float, dealers: int, mechanics: int) -> None:
    found = plan_people(Wish(scale, 1, ON))
    assert (len(found[0]), len(found[1])) == (dealers, mechanics)


def test_numbers_are_unique_and_every_dealer_has_somebody_for_his_robots() -> None:
    dealers, mechanics = plan_people(Wish(1, 3, ON))
    assert len({one.number for one in dealers}) == len(dealers)
    assert len({one.number for one in mechanics}) == len(mechanics)
    steady = {
        one.employments[-1].dealer
        for one in mechanics
        if one.career is Career.STEADY and one.has_ams
    }
    assert steady == set(dealers)
    assert {one.career for one in mechanics} == set(Career)


def test_the_people_of_the_screens_are_always_there() -> None:
    dealers, mechanics = plan_people(Wish(0.02, 99, ON))
    assert (dealers[0].number, dealers[0].name) == ("118", "Hoekstra Melktechniek")
    jelle = mechanics[0]
    assert (jelle.number, jelle.name, jelle.has_ams) == ("0231", "Jelle de Boer", True)
    assert jelle.works_for(dealers[0], ON)


def test_what_a_career_means_for_his_right_to_work() -> None:
    _, mechanics = plan_people(Wish(0.02, 1, ON))
    by_career = {one.career: one for one in mechanics}
    left, lapsed = by_career[Career.LEFT], by_career[Career.LAPSED]
    moved, newcomer = by_career[Career.MOVED], by_career[Career.NEWCOMER]
    assert left.employment_on(ON) is None
    assert lapsed.employment_on(ON) is not None
    assert lapsed.certified_until == date(2025, 12, 31)
    before, after = moved.employments
    assert (before.until_on, after.from_on) == (date(2024, 12, 31), date(2025, 1, 1))
    assert before.dealer is not after.dealer
    dealer = newcomer.employments[0].dealer
    assert newcomer.works_for(dealer, date(2025, 6, 1))
    assert not newcomer.works_for(dealer, date(2025, 5, 31))
