"""Farms: listed within the scope in a fixed number of queries, found by all that is theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.parties import IdentifierKind
from kombeheer.rules.refusal import Refusal
from kombeheer.services.listing import PAGE_ROWS, Wanted
from kombeheer.services.parties import farms, identifiers
from kombeheer.services.sites import locations
from kombeheer.services.sites.locations import SiteDetails
from tests.factories import NOW, TODAY, Foundation
from tests.queries import asked

OFFICE = Actor(1, Role.OFFICE)


def names(foundation: Foundation, actor: Actor = OFFICE, **wanted: Any) -> list[str]:
    page = Wanted(**{key: wanted.pop(key) for key in ("sort", "descending") if key in wanted})
    with foundation.database.reading() as session:
        found = farms.list_farms(session, actor, TODAY, page, **wanted)
        return [line.farm.name for line in found.items]


def test_a_farm_is_found_by_name_numbers_places_and_postcodes(foundation: Foundation) -> None:
    with foundation.database.transaction() as session:
        farm = farms.register_farm(session, MACHINE, NOW, name="De Wilgen")
        locations.register_site(
            session, MACHINE, farm.id, SiteDetails("Oudega", postcode="8614 AA"), NOW
        )
        second = locations.register_site(
            session, MACHINE, farm.id, SiteDetails("Joure", postcode="8501 AB"), NOW
        )
        identifiers.add_identifier(session, MACHINE, farm.id, IdentifierKind.UBN, "1234567", NOW)
    for query in (
        "wilg",
        "1234567",
        "oudega",
        "8614",
        "8614aa",
        "joure",
        "8501 AB",
        "joure oudega",
    ):
        assert names(foundation, query=query) == ["De Wilgen"], query
    with foundation.database.transaction() as session:
        farms.change_farm(session, MACHINE, farm.id, NOW, name="De Elzen")
        locations.change_site(
            session, MACHINE, second.id, SiteDetails("Venray", postcode="5801 AA"), NOW
        )
    for query in ("wilgen", "joure", "8501"):
        assert names(foundation, query=query) == [], query
    for query in ("elzen", "1234567", "oudega", "venray", "5801aa"):
        assert names(foundation, query=query) == ["De Elzen"], query


def test_the_list_is_filtered_sorted_and_within_the_scope(foundation: Foundation) -> None:
    own, other = foundation.dealer("own"), foundation.dealer("other")
    for name, place, dealer in (("b", "Aa", own), ("A", "Zee", own), ("c", "Berg", other)):
        foundation.customer(dealer, foundation.farm(name, place)[0])
    assert names(foundation) == ["A", "b", "c"]
    assert names(foundation, sort="place") == ["b", "c", "A"]
    assert names(foundation, sort="place", descending=True) == ["A", "c", "b"]
    assert names(foundation, dealer=other.public_id) == ["c"]
    assert names(foundation, dealer="nobody") == []
    dealer = Actor(1, Role.DEALER, dealer_id=own.id)
    assert names(foundation, dealer) == ["A", "b"]
    assert names(foundation, dealer, query="c") == []
    assert names(foundation, dealer, dealer=other.public_id) == []
    with foundation.database.reading() as session:
        [line, *_] = farms.list_farms(session, OFFICE, TODAY, Wanted()).items
        assert (line.dealers, line.places) == (["own"], ["Zee"])
        [line, *_] = farms.list_farms(session, dealer, TODAY, Wanted()).items
        assert line.dealers == []


def test_farms_that_stopped_are_a_filter(foundation: Foundation) -> None:
    going, stopped = foundation.farm("going")[0], foundation.farm("stopped")[0]
    for farm, day in ((going, TODAY + timedelta(days=1)), (stopped, TODAY)):
        with foundation.database.transaction() as session:
            farms.change_farm(session, MACHINE, farm.id, NOW, name=farm.name, ceased_on=day)
    assert names(foundation, ceased=True) == ["stopped"]
    assert names(foundation, ceased=False) == ["going"]


def queries(foundation: Foundation) -> int:
    with foundation.database.reading() as session, asked(session) as statements:
        page = farms.list_farms(session, OFFICE, TODAY, Wanted())
        assert len(page.items) == min(page.total, PAGE_ROWS)
    return len(statements)


def test_the_number_of_queries_does_not_grow_with_the_rows(foundation: Foundation) -> None:
    dealer = foundation.dealer()
    foundation.customer(dealer, foundation.farm()[0])
    few = queries(foundation)
    for place in range(PAGE_ROWS + 5):
        foundation.customer(dealer, foundation.farm(f"farm {place}")[0])
    assert queries(foundation) == few <= 8


def test_foreign_and_unknown_are_the_same(foundation: Foundation) -> None:
    own, (farm, _), (foreign, _) = foundation.dealer(), foundation.farm(), foundation.farm()
    foundation.customer(own, farm)
    actor = Actor(1, Role.DEALER, dealer_id=own.id)
    with foundation.database.reading() as session:
        seen = [
            farms.find_farm(session, actor, TODAY, public_id)
            for public_id in (farm.public_id, foreign.public_id, "nobody")
        ]
    assert [row.id if row else None for row in seen] == [farm.id, None, None]


def test_an_address_that_is_none_is_refused(foundation: Foundation) -> None:
    with (
        foundation.database.transaction() as session,
        pytest.raises(Refusal, match=r"accounts\.email_invalid"),
    ):
        farms.register_farm(session, MACHINE, NOW, name="De Wilgen", email="wilgen")
    assert names(foundation) == []
