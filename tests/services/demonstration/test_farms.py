"""The farms of the demonstration: as many of each parlour type as table 3 says."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from stdnum.be import vat as belgian

from kombeheer.rules.parties import IdentifierKind, written_identifier
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.farms import DUE_FARMS, parlour_counts, plan_farms
from kombeheer.services.demonstration.names import names
from kombeheer.services.demonstration.people import plan_people
from kombeheer.services.demonstration.plan import Farm, ServiceTurn

WISH = Wish(0.02, 1, date(2026, 11, 21))


@pytest.fixture(scope="module")
def farms() -> list[Farm]:
    return plan_farms(WISH, plan_people(WISH)[0])


def test_the_whole_table_at_scale_1() -> None:
    counts = parlour_counts(1)
    assert counts == names().farms_by_parlour
    assert sum(counts.values()) == 25_300
    assert counts[ParlourType.HERRINGBONE] == 16_875


@pytest.mark.parametrize(("scale", "total"), [(0.02, 506), (0.5, 12_650)])
def test_a_part_of_the_table_in_proportion(scale: float, total: int) -> None:
    counts = parlour_counts(scale)
    rare = sum(1 for count in counts.values() if count == 1)
    assert total <= sum(counts.values()) <= total + rare
    for parlour_type, count in counts.items():
        assert abs(count - names().farms_by_parlour[parlour_type] * scale) <= 1


def test_no_parlour_type_is_left_out_of_the_smallest_scale() -> None:
    assert set(parlour_counts(0.0001)) == set(names().farms_by_parlour)
    assert min(parlour_counts(0.0001).values()) == 1


def test_farms_have_each_parlour_type_as_often_as_the_table_says(farms: list[Farm]) -> None:
    found: Counter[ParlourType] = Counter()
    for farm in farms:
        kinds = {
            one.configuration.parlour_type for site in farm.sites for one in site.installations
        }
        found.update(kinds - {ParlourType.PASTURE_WAGON})
    assert found == parlour_counts(WISH.scale)


def test_goats_sheep_belgians_and_sites_with_more_than_one_are_there(farms: list[Farm]) -> None:
    sites = [site for farm in farms for site in farm.sites]
    installations = [one for site in sites for one in site.installations]
    assert {one.configuration.species for one in installations} == set(Species)
    assert {site.country for site in sites} == {"NL", "BE"}
    assert any(len(site.installations) > 1 for site in sites)
    assert any(len(farm.sites) > 1 for farm in farms)
    assert any(one.configuration.box_count > 1 for one in installations)
    assert any(one.earlier for one in installations)
    assert any(farm.ceased_on for farm in farms)
    assert any(farm.next_dealer for farm in farms)


def test_numbers_are_written_as_the_rules_want_them_and_no_two_are_alike(
    farms: list[Farm],
) -> None:
    numbers = [number for farm in farms for number in farm.identifiers]
    assert len(set(numbers)) == len(numbers)
    for kind, value in numbers:
        assert written_identifier(kind, value) == value
        if kind is IdentifierKind.KBO:
            assert belgian.is_valid(value)


def test_the_first_dealer_has_customers_that_are_due(farms: list[Farm]) -> None:
    due = [farm for farm in farms if farm.turn is ServiceTurn.DUE]
    assert len(due) == DUE_FARMS
    assert {farm.dealer.name for farm in due} == {"Hoekstra Melktechniek"}
    assert (due[0].name, due[0].sites[0].place) == ("Veehouderij De Wilgen", "Oudega")


def test_the_same_seed_gives_the_same_farms_and_another_gives_others() -> None:
    def told(seed: int) -> list[tuple[str, str]]:
        wish = Wish(0.01, seed, WISH.on)
        return [(one.public_id, one.name) for one in plan_farms(wish, plan_people(wish)[0])]

    assert told(7) == told(7)
    assert set(told(7)).isdisjoint(told(8))
