"""Merge doubles: everything moves, nothing is deleted, the old address leads on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.parties import IdentifierKind
from kombeheer.rules.refusal import Refusal
from kombeheer.services import search
from kombeheer.services.parties import farms, identifiers, merging
from models.journal import JournalEntry
from models.parties import Customer, Dealer, Farm
from models.sites import Site
from tests.factories import NOW, TODAY, Foundation

OFFICE = Actor(1, Role.OFFICE)


def merge(foundation: Foundation, double: Farm, farm: Farm) -> None:
    with foundation.database.transaction() as session:
        merging.merge_farms(session, MACHINE, double.id, farm.id, TODAY, NOW)


def found(foundation: Foundation, query: str) -> set[int]:
    with foundation.database.reading() as session:
        condition = search.matches(Farm.id, search.SubjectKind.FARM, query)
        assert condition is not None
        return set(session.scalars(select(Farm.id).where(condition)))


def periods(foundation: Foundation, farm: Farm) -> list[tuple[int, date, date | None]]:
    with foundation.database.reading() as session:
        rows = session.scalars(
            select(Customer).where(Customer.farm_id == farm.id).order_by(Customer.from_on)
        )
        return [(row.dealer_id, row.from_on, row.until_on) for row in rows]


def serve(
    foundation: Foundation, dealer: Dealer, farm: Farm, first: date, last: date | None = None
) -> None:
    foundation.add(Customer(dealer_id=dealer.id, farm_id=farm.id, from_on=first, until_on=last))


def test_sites_numbers_dealers_and_words_move(foundation: Foundation) -> None:
    dealer = foundation.dealer()
    farm, _ = foundation.farm("De Wilgen", "Oudega", "8614 AA")
    double, site = foundation.farm("Wilgenhoeve", "Joure", "8501 AB")
    installation = foundation.installation(site)
    foundation.customer(dealer, double)
    with foundation.database.transaction() as session:
        identifiers.add_identifier(session, MACHINE, double.id, IdentifierKind.UBN, "1234567", NOW)
        session.get_one(Farm, double.id).phone = "0512 345678"
        told = merging.preview(session, session.get_one(Farm, double.id), farm)
        assert ([one.place for one in told.sites], told.installations, told.reports) == (
            ["Joure"],
            1,
            0,
        )
        assert ([one.id for one in told.dealers], told.contact) == (
            [dealer.id],
            {"phone": "0512 345678"},
        )
    merge(foundation, double, farm)
    with foundation.database.reading() as session:
        assert session.get_one(Site, site.id).farm_id == farm.id
        assert session.get_one(Farm, farm.id).phone == "0512 345678"
        gone = session.get_one(Farm, double.id)
        assert (gone.name, gone.merged_into_id) == ("Wilgenhoeve", farm.id)
        kept = farms.find_farm(session, OFFICE, TODAY, double.public_id)
        assert kept is not None
        assert kept.id == farm.id
        seen = Actor(1, Role.DEALER, dealer_id=dealer.id)
        assert farms.find_farm(session, seen, TODAY, double.public_id) is not None
        assert [one.id for one in farms.doubles_of(session, farm.id)] == [double.id]
        entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
        assert [(one.action, one.subject_id) for one in entries[-2:]] == [
            ("parties.farm_merged", double.public_id),
            ("parties.farm_taken_in", farm.public_id),
        ]
    for query in ("wilgen oudega", "wilgenhoeve", "joure", "8501ab", "1234567"):
        assert found(foundation, query) == {farm.id}, query
    assert periods(foundation, farm) == [(dealer.id, date(2024, 1, 1), None)]
    assert installation.site_id == site.id


def test_a_dealer_of_both_serves_the_farm_from_the_first_day_on(foundation: Foundation) -> None:
    dealer, other = foundation.dealer(), foundation.dealer()
    farm, double = foundation.farm()[0], foundation.farm()[0]
    serve(foundation, dealer, farm, date(2022, 1, 1))
    serve(foundation, dealer, double, date(2020, 1, 1))
    serve(foundation, dealer, double, date(2015, 1, 1), date(2015, 12, 31))
    serve(foundation, other, farm, date(2021, 1, 1), date(2021, 6, 30))
    serve(foundation, other, double, date(2021, 3, 1))
    merge(foundation, double, farm)
    assert periods(foundation, farm) == [
        (dealer.id, date(2015, 1, 1), date(2015, 12, 31)),
        (dealer.id, date(2020, 1, 1), None),
        (other.id, date(2021, 1, 1), None),
    ]
    assert periods(foundation, double) == [
        (dealer.id, date(2020, 1, 1), TODAY),
        (other.id, date(2021, 3, 1), TODAY),
    ]


def test_what_was_merged_before_leads_on_to_the_farm_that_stays(foundation: Foundation) -> None:
    first, second, third = (foundation.farm(name)[0] for name in ("Aa", "Bee", "Cee"))
    merge(foundation, first, second)
    merge(foundation, second, third)
    with foundation.database.reading() as session:
        for farm in (first, second, third):
            kept = farms.find_farm(session, OFFICE, TODAY, farm.public_id)
            assert kept is not None
            assert kept.id == third.id
    for query in ("aa", "bee", "cee"):
        assert found(foundation, query) == {third.id}


def test_a_farm_is_not_merged_with_itself_nor_twice(foundation: Foundation) -> None:
    farm, double = foundation.farm("De Wilgen")[0], foundation.farm("Wilgenhoeve")[0]
    with pytest.raises(Refusal, match=r"parties\.merge_with_itself"):
        merge(foundation, farm, farm)
    merge(foundation, double, farm)
    for one, other in ((double, farm), (farm, double)):
        with pytest.raises(Refusal) as refused:
            merge(foundation, one, other)
        assert refused.value == Refusal("parties.merged_already", farm="Wilgenhoeve")


def test_who_may_be_the_same_has_the_same_postcode_or_name(foundation: Foundation) -> None:
    farm, _ = foundation.farm("De Wilgen", "Oudega", "8614 AA")
    near, _ = foundation.farm("Wilgenhoeve", "Oudega", "8614 AA")
    same, _ = foundation.farm("De Wilgen", "Venray", "5801 AA")
    foundation.farm("De Terp", "Joure", "8501 AB")
    with foundation.database.reading() as session:
        alike = {one.id for one in merging.candidates(session, farm.id)}
    assert alike == {near.id, same.id}
    merge(foundation, near, farm)
    with foundation.database.reading() as session:
        assert {one.id for one in merging.candidates(session, farm.id)} == {same.id}
