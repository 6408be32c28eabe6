"""Which dealer serves which farm: from a day that has come, once at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.services.parties import customers
from models.journal import JournalEntry
from models.parties import Customer, Dealer, Farm
from tests.factories import NOW, TODAY, Foundation

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def begin(foundation: Foundation, farm: Farm, dealer: Dealer, day=TODAY) -> None:  # type: ignore[no-untyped-def]
    with foundation.database.transaction() as session:
        customers.begin_customer(session, MACHINE, farm.id, dealer, day, TODAY, NOW)


def end(foundation: Foundation, farm: Farm, number: int, day=TODAY) -> None:  # type: ignore[no-untyped-def]
    with foundation.database.transaction() as session:
        customers.end_customer(session, MACHINE, farm.id, number, day, TODAY, NOW)


def test_a_dealer_serves_a_farm_once_at_a_time_and_may_come_back(foundation: Foundation) -> None:
    dealer, (farm, _) = foundation.dealer("Hoekstra"), foundation.farm("De Wilgen")
    begin(foundation, farm, dealer, YESTERDAY)
    with pytest.raises(Refusal) as refused:
        begin(foundation, farm, dealer)
    assert refused.value == Refusal(
        "parties.customer_overlaps",
        farm="De Wilgen",
        dealer="Hoekstra",
        from_on=YESTERDAY.isoformat(),
    )
    with foundation.database.reading() as session:
        number = session.scalars(select(Customer.id)).one()
    end(foundation, farm, number, YESTERDAY)
    begin(foundation, farm, dealer)
    with foundation.database.reading() as session:
        rows = session.execute(
            select(Customer.from_on, Customer.until_on).order_by(Customer.id)
        ).all()
        actions = session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert [tuple(row) for row in rows] == [(YESTERDAY, YESTERDAY), (TODAY, None)]
    assert actions == [
        "parties.customer_begun",
        "parties.customer_ended",
        "parties.customer_begun",
    ]


def test_days_to_come_and_days_backwards_are_refused(foundation: Foundation) -> None:
    dealer, (farm, _) = foundation.dealer(), foundation.farm()
    with pytest.raises(Refusal, match=r"parties\.day_in_future"):
        begin(foundation, farm, dealer, TOMORROW)
    begin(foundation, farm, dealer)
    with foundation.database.reading() as session:
        number = session.scalars(select(Customer.id)).one()
    with pytest.raises(Refusal, match=r"parties\.day_in_future"):
        end(foundation, farm, number, TOMORROW)
    with pytest.raises(Refusal, match=r"parties\.period_backward"):
        end(foundation, farm, number, YESTERDAY)
    end(foundation, farm, number)
    with pytest.raises(Refusal, match=r"parties\.customer_unknown"):
        end(foundation, farm, number)


def test_another_farms_dealer_cannot_be_ended_from_here(foundation: Foundation) -> None:
    dealer, (farm, _), (other, _) = foundation.dealer(), foundation.farm(), foundation.farm()
    number = foundation.customer(dealer, farm).id
    with pytest.raises(Refusal, match=r"parties\.customer_unknown"):
        end(foundation, other, number)


def test_who_or_what_stopped_begins_nothing_new(foundation: Foundation) -> None:
    gone, (farm, _) = foundation.dealer(ceased_on=TODAY), foundation.farm()
    with pytest.raises(Refusal, match=r"parties\.dealer_ceased"):
        begin(foundation, farm, gone)
    with foundation.database.transaction() as session:
        session.get_one(Farm, farm.id).ceased_on = TODAY
    with pytest.raises(Refusal, match=r"parties\.farm_ceased"):
        begin(foundation, farm, foundation.dealer())


def test_a_dealer_sees_only_himself_among_the_dealers_of_a_farm(foundation: Foundation) -> None:
    own, other, (farm, _) = foundation.dealer("own"), foundation.dealer("other"), foundation.farm()
    foundation.customer(own, farm)
    foundation.customer(other, farm)
    mechanic = foundation.mechanic(own)
    seen = []
    for actor in (
        Actor(1, Role.OFFICE),
        Actor(1, Role.DEALER, dealer_id=own.id),
        Actor(1, Role.MECHANIC, mechanic_id=mechanic.id),
        Actor(1, Role.READER),
    ):
        with foundation.database.reading() as session:
            rows = customers.customers_of(session, actor, TODAY, farm.id)
            seen.append([dealer.name for _, dealer in rows])
    assert seen == [["other", "own"], ["own"], ["own"], []]
