"""Who sees whom: own, foreign and unknown, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import Actor, Role
from kombeheer.services.parties import scope
from models.parties import Customer, Dealer, Employment, Farm, Mechanic
from tests.factories import TODAY, Foundation


class Two:
    """Two dealers, each with a mechanic and a farm; a farm of both, and one of nobody."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.dealers = {name: foundation.dealer(name) for name in ("own", "other")}
        self.mechanics = {
            name: foundation.mechanic(dealer, f"m {name}") for name, dealer in self.dealers.items()
        }
        self.farms = {name: foundation.farm(name)[0] for name in ("own", "other", "both", "none")}
        for name, dealer in self.dealers.items():
            foundation.customer(dealer, self.farms[name])
            foundation.customer(dealer, self.farms["both"])

    def seen(self, actor: Actor, today: date = TODAY) -> tuple[set[str], set[str], set[str]]:
        with self.foundation.database.reading() as session:
            return (
                set(session.scalars(select(Dealer.name).where(scope.dealers(actor, today)))),
                set(session.scalars(select(Mechanic.name).where(scope.mechanics(actor, today)))),
                set(session.scalars(select(Farm.name).where(scope.farms(actor, today)))),
            )

    def dealer(self) -> Actor:
        return Actor(1, Role.DEALER, dealer_id=self.dealers["own"].id)

    def mechanic(self) -> Actor:
        return Actor(1, Role.MECHANIC, mechanic_id=self.mechanics["own"].id)


@pytest.fixture
def two(foundation: Foundation) -> Two:
    return Two(foundation)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.INSPECTOR])
def test_the_foundation_sees_all(two: Two, role: Role) -> None:
    assert two.seen(Actor(1, role)) == (
        {"own", "other"},
        {"m own", "m other"},
        {"own", "other", "both", "none"},
    )


def test_a_dealer_sees_himself_his_mechanics_and_his_farms(two: Two) -> None:
    assert two.seen(two.dealer()) == ({"own"}, {"m own"}, {"own", "both"})


def test_a_mechanic_sees_himself_his_dealer_and_its_farms(two: Two) -> None:
    assert two.seen(two.mechanic()) == ({"own"}, {"m own"}, {"own", "both"})


def test_a_reader_sees_nobody(two: Two) -> None:
    assert two.seen(Actor(1, Role.READER)) == (set(), set(), set())


def test_a_mechanic_who_left_is_his_dealers_until_his_last_day(two: Two) -> None:
    with two.foundation.database.transaction() as session:
        row = session.scalars(
            select(Employment).where(Employment.mechanic_id == two.mechanics["own"].id)
        ).one()
        row.until_on = TODAY
    assert two.seen(two.dealer())[1] == {"m own"}
    after = TODAY + timedelta(days=1)
    assert two.seen(two.dealer(), after)[1] == set()
    assert two.seen(two.mechanic(), after) == (set(), {"m own"}, set())


def test_a_mechanic_who_still_has_to_come_is_not_seen_yet(two: Two) -> None:
    later = TODAY + timedelta(days=1)
    new = two.foundation.mechanic(two.dealers["own"], "new", employed_from=later)
    assert new.name not in two.seen(two.dealer())[1]
    assert new.name in two.seen(two.dealer(), later)[1]


def test_a_farm_that_went_to_another_dealer_is_not_seen_any_more(two: Two) -> None:
    with two.foundation.database.transaction() as session:
        for row in session.scalars(
            select(Customer).where(Customer.dealer_id == two.dealers["own"].id)
        ):
            row.until_on = TODAY
    assert two.seen(two.dealer())[2] == set()
