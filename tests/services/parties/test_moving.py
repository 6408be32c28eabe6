"""Move farms from one dealer to another: dated, all or those chosen, never behind one's back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE
from kombeheer.rules.refusal import Refusal
from kombeheer.services.parties import moving
from kombeheer.services.parties.moving import Chosen
from models.journal import JournalEntry
from models.parties import Customer, Dealer, Farm
from tests.factories import NOW, TODAY, Foundation

EVERY = Chosen(every=True)


class Two:
    """A dealer with three farms, and one who takes over."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.source, self.target = foundation.dealer("source"), foundation.dealer("target")
        self.farms = {
            name: foundation.farm(name, place)[0]
            for name, place in (("Aa", "Joure"), ("Bee", "Joure"), ("Cee", "Venray"))
        }
        for farm in self.farms.values():
            foundation.customer(self.source, farm)

    def preview(self, chosen: Chosen, on: date = TODAY) -> moving.FarmMove:
        with self.foundation.database.reading() as session:
            return moving.preview(session, self.source, self.target, chosen, on, TODAY)

    def move(self, chosen: Chosen, expected: int, on: date = TODAY) -> int:
        with self.foundation.database.transaction() as session:
            return moving.move_farms(
                session, MACHINE, self.source, self.target, chosen, on, expected, TODAY, NOW
            )

    def served(self, dealer: Dealer) -> dict[str, tuple[date, date | None]]:
        with self.foundation.database.reading() as session:
            rows = session.execute(
                select(Farm.name, Customer.from_on, Customer.until_on)
                .join(Customer, Customer.farm_id == Farm.id)
                .where(Customer.dealer_id == dealer.id)
            )
            return {name: (first, last) for name, first, last in rows}


@pytest.fixture
def two(foundation: Foundation) -> Two:
    return Two(foundation)


BEGAN, BEFORE = date(2024, 1, 1), TODAY - timedelta(days=1)


def test_all_move_on_a_day_and_the_day_before_is_the_last(two: Two) -> None:
    told = two.preview(EVERY)
    assert (told.count, list(told.names), told.served_already) == (3, ["Aa", "Bee", "Cee"], 0)
    assert two.move(EVERY, 3) == 3
    assert two.served(two.source) == dict.fromkeys(two.farms, (BEGAN, BEFORE))
    assert two.served(two.target) == dict.fromkeys(two.farms, (TODAY, None))
    with two.foundation.database.reading() as session:
        entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [one.action for one in entries] == ["parties.farm_moved"] * 3 + ["parties.farms_moved"]
    assert {one.subject_id for one in entries[:3]} == {f.public_id for f in two.farms.values()}


@pytest.mark.parametrize(
    ("by", "moved"), [("query", {"Aa", "Bee"}), ("name", {"Cee"}), ("foreign", {"Cee"})]
)
def test_some_move(two: Two, by: str, moved: set[str]) -> None:
    foreign, _ = two.foundation.farm("Dee")
    chosen = {
        "query": Chosen(query="joure", every=True),
        "name": Chosen(farms=(two.farms["Cee"].public_id,)),
        "foreign": Chosen(farms=(two.farms["Cee"].public_id, foreign.public_id, "nobody")),
    }[by]
    assert two.preview(chosen).count == len(moved)
    two.move(chosen, len(moved))
    assert set(two.served(two.target)) == moved


def test_a_farm_of_both_stays_with_the_target(two: Two) -> None:
    two.foundation.customer(two.target, two.farms["Aa"])
    assert two.preview(EVERY).served_already == 1
    assert two.move(EVERY, 3) == 3
    assert two.served(two.target)["Aa"] == (BEGAN, None)
    assert two.served(two.source)["Aa"] == (BEGAN, BEFORE)


def test_other_farms_than_were_shown_are_not_moved(two: Two) -> None:
    two.foundation.customer(two.source, two.foundation.farm("Dee")[0])
    with pytest.raises(Refusal) as refused:
        two.move(EVERY, 3)
    assert refused.value == Refusal("parties.moved_meanwhile", expected=3, count=4)
    assert two.served(two.target) == {}


@pytest.mark.parametrize(
    ("chosen", "on", "code"),
    [
        (EVERY, TODAY + timedelta(days=1), "parties.day_in_future"),
        (EVERY, BEGAN, "parties.move_before_start"),
        (EVERY, date.min, "parties.move_before_start"),
        (Chosen(), TODAY, "parties.move_nothing"),
        (Chosen(query="nowhere", every=True), TODAY, "parties.move_nothing"),
    ],
)
def test_what_cannot_be_is_refused(two: Two, chosen: Chosen, on: date, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        two.preview(chosen, on)
    with pytest.raises(Refusal, match=code):
        two.move(chosen, 3, on)
    assert two.served(two.target) == {}


def test_not_to_himself_nor_to_who_stopped(two: Two) -> None:
    gone, source = two.foundation.dealer("gone", ceased_on=TODAY), two.source
    two.target = gone
    with pytest.raises(Refusal, match=r"parties\.dealer_ceased"):
        two.preview(EVERY)
    two.target = source
    with pytest.raises(Refusal, match=r"parties\.move_to_itself"):
        two.preview(EVERY)


def test_the_day_after_the_start_is_early_enough(two: Two) -> None:
    assert two.move(EVERY, 3, BEGAN + timedelta(days=1)) == 3
    assert set(two.served(two.source).values()) == {(BEGAN, BEGAN)}
