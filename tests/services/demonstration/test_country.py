"""What milked in the country at the end of 2001 and of 2002."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from kombeheer.rules.sites import ParlourType
from kombeheer.services.demonstration.country import Country, plan_country
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.farms import parlour_counts, plan_farms
from kombeheer.services.demonstration.people import plan_people

ON = date(2026, 3, 5)
ENDS = {2001: date(2001, 12, 31), 2002: date(2002, 12, 31)}


def planned(scale: float, *, stays: bool = False, seed: int = 1, on: date = ON) -> Country:
    wish = Wish(scale, seed, on)
    dealers, _ = plan_people(wish)
    return plan_country(wish, dealers, plan_farms(wish, dealers), stays=stays)


def in_use(country: Country, day: date) -> Counter[ParlourType]:
    return Counter(
        one.installation.configuration_on(day).parlour_type
        for one in country.places
        if one.installation.from_on <= day
        and (one.installation.ceased_on is None or one.installation.ceased_on > day)
    )


def test_at_full_size_it_is_table_3_to_the_last_installation() -> None:
    country = planned(1)
    assert in_use(country, ENDS[2001]) == {
        ParlourType.ROTARY: 250,
        ParlourType.TIE_STALL: 5190,
        ParlourType.TANDEM: 1960,
        ParlourType.ROBOT: 417,
        ParlourType.ROTOPOL: 5,
        ParlourType.DIAMOND: 10,
        ParlourType.TRIGON: 65,
        ParlourType.HERRINGBONE: 17190,
        ParlourType.SIDE_BY_SIDE: 965,
    }
    assert in_use(country, ENDS[2002]) == {
        ParlourType.ROTARY: 280,
        ParlourType.TIE_STALL: 4650,
        ParlourType.TANDEM: 1860,
        ParlourType.ROBOT: 490,
        ParlourType.ROTOPOL: 5,
        ParlourType.DIAMOND: 10,
        ParlourType.TRIGON: 65,
        ParlourType.HERRINGBONE: 16875,
        ParlourType.SIDE_BY_SIDE: 1065,
    }


@pytest.mark.parametrize("scale", [0.001, 0.006, 0.02, 0.1])
@pytest.mark.parametrize("stays", [False, True])
def test_a_part_of_it_is_in_its_proportions(scale: float, stays: bool) -> None:
    country = planned(scale, stays=stays)
    assert in_use(country, ENDS[2001]) == parlour_counts(scale, of_2001=True)
    assert in_use(country, ENDS[2002]) == parlour_counts(scale)


def test_what_changed_in_2002_was_renovated_or_ceased_on_a_day() -> None:
    country = planned(0.1)
    changed = [one.installation for one in country.places if one.installation.changed_on]
    assert changed
    assert all(one.changed_on and one.changed_on.year == 2002 and one.earlier for one in changed)
    assert country.ceased
    assert all(farm.ceased_on and farm.ceased_on.year == 2002 for farm in country.ceased)
    known = [value for farm in country.ceased for _, value in farm.identifiers]
    assert len(set(known)) == len(known)


@pytest.mark.parametrize("on", [ON, date(2005, 1, 1)])
def test_what_the_farms_have_now_took_its_place_after_2002(on: date) -> None:
    for place in planned(0.02, on=on).places:
        if place.farm.ceased_on is not None and place.farm.ceased_on.year == 2002:
            continue
        then, kind = place.installation, place.installation.configuration.parlour_type
        present = [
            one
            for one in place.site.installations
            if one is not then and one.configuration.parlour_type is kind
        ]
        assert then.ceased_on == min(one.from_on for one in present)
        assert then.ceased_on >= date(2003, 1, 1)


def test_where_it_stays_nothing_else_milks() -> None:
    country = planned(0.02, stays=True)
    placed = [one.installation for one in country.places]
    there = [
        one
        for farm in {p.farm for p in country.places}
        for s in farm.sites
        for one in s.installations
    ]
    assert len(there) == len(placed)
    assert set(map(id, there)) == set(map(id, placed))
