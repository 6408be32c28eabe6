"""The other moves: from wherever the numbers are, by who may, or not at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import MoveKind
from kombeheer.services.stickers.moving import move_range
from tests.factories import NOW, Foundation
from tests.services.stickers.test_logistics import Desk


class Hands(Desk):
    """A hundred numbers: 1-60 with a dealer, 11-20 of them with his mechanic, 61-100 in stock."""

    def __init__(self, foundation: Foundation) -> None:
        super().__init__(foundation)
        self.mechanic = foundation.mechanic(self.dealer)
        foundation.stickers(self.series, None, 61, 100)
        foundation.stickers(self.series, self.dealer, 1, 60)
        self.own = foundation.user(Role.DEALER, dealer=self.dealer)
        self.move(MoveKind.HAND_OUT, 11, 20, self.mechanic.id)

    def move(self, kind: MoveKind, first: int, last: int, *values: Any, **more: Any) -> Any:
        return self.do(move_range, kind, self.series.id, first, last, *values, **more)

    def wrong(self, kind: MoveKind, first: int, last: int, *values: Any, **more: Any) -> Refusal:
        return self.refused(move_range, kind, self.series.id, first, last, *values, **more)

    @property
    def held(self) -> str:
        return f"dealer:{self.dealer.id}"


@pytest.fixture
def hands(foundation: Foundation) -> Hands:
    return Hands(foundation)


def test_a_range_is_spoiled_wherever_its_numbers_are(hands: Hands) -> None:
    hands.move(MoveKind.SPOIL, 9, 12)
    hands.move(MoveKind.SPOIL, 60, 61, reference="foto 3")
    assert hands.places()["spoiled"] == [(9, 12), (60, 61)]
    hands.holds()


@pytest.mark.parametrize(
    ("kind", "place", "holder"),
    [
        (MoveKind.LOSE, "lost", None),
        (MoveKind.STEAL, "stolen", None),
        (MoveKind.SEND_BACK, "return", "dealer"),
    ],
)
def test_a_dealer_tells_what_happened_to_his_own(
    hands: Hands, kind: MoveKind, place: str, holder: str | None
) -> None:
    hands.move(kind, 1, 5, actor=hands.own)
    assert hands.places()[f"{place}:{hands.dealer.id}" if holder else place] == [(1, 5)]
    hands.holds()


def test_lost_numbers_are_found_by_the_dealer_or_by_the_foundation(hands: Hands) -> None:
    hands.move(MoveKind.LOSE, 1, 6)
    hands.move(MoveKind.FIND, 1, 2, hands.dealer.id)
    hands.move(MoveKind.FIND, 3, 4)
    assert hands.wrong(MoveKind.FIND, 5, 6, hands.other.id).facts["serials"] == (
        "26-000005 t/m 000006"
    )
    places = hands.places()
    assert places["stock"] == [(3, 4), (61, 100)]
    assert places[hands.held][0] == (1, 2)
    assert places["lost"] == [(5, 6)]


def test_what_comes_back_is_used_again_or_destroyed(hands: Hands) -> None:
    hands.move(MoveKind.SEND_BACK, 1, 10)
    hands.move(MoveKind.TAKE_BACK, 1, 10)
    hands.move(MoveKind.RESTOCK, 1, 5)
    hands.move(MoveKind.DESTROY, 3, 7)
    assert hands.places()["destroyed"] == [(3, 7)]
    assert hands.places()["returned"] == [(8, 10)]
    hands.holds()


def test_a_dealer_helps_out_another(hands: Hands) -> None:
    hands.move(MoveKind.HAND_OVER, 1, 3, hands.other.id)
    assert hands.places()[f"dealer:{hands.other.id}"] == [(1, 3)]
    hands.move(MoveKind.HAND_IN, 11, 20)
    assert hands.places()[hands.held] == [(4, 60)]
    hands.holds()


@pytest.mark.parametrize(
    ("kind", "first", "last", "serials"),
    [
        (MoveKind.SPOIL, 99, 102, "26-000101 t/m 000102"),
        (MoveKind.SEND_BACK, 10, 12, "26-000011 t/m 000012"),
        (MoveKind.HAND_IN, 10, 21, "26-000010, 26-000021"),
        (MoveKind.TAKE_BACK, 1, 1, "26-000001"),
        (MoveKind.RESTOCK, 61, 61, "26-000061"),
        (MoveKind.DESTROY, 60, 61, "26-000060"),
    ],
)
def test_numbers_that_cannot_go_that_way_are_named(
    hands: Hands, kind: MoveKind, first: int, last: int, serials: str
) -> None:
    before = hands.places()
    refusal = hands.wrong(kind, first, last)
    assert (refusal.code, refusal.facts["serials"]) == ("stickers.not_movable", serials)
    assert hands.places() == before


def test_a_dealer_moves_only_his_own_and_only_what_he_may(hands: Hands) -> None:
    stranger = hands.foundation.user(Role.DEALER, dealer=hands.other)
    foreign = hands.wrong(MoveKind.LOSE, 1, 1, actor=stranger)
    unknown = hands.wrong(MoveKind.LOSE, 777, 777, actor=stranger)
    assert (foreign.code, unknown.code) == ("stickers.not_movable", "stickers.not_movable")
    assert hands.wrong(MoveKind.DESTROY, 1, 1, actor=hands.own).code == "stickers.not_allowed"
    mechanic = hands.foundation.user(Role.MECHANIC, mechanic=hands.mechanic)
    assert hands.wrong(MoveKind.LOSE, 11, 11, actor=mechanic).code == "stickers.not_allowed"


def test_a_mechanic_must_work_for_the_dealer_that_day(hands: Hands) -> None:
    left = hands.foundation.mechanic(hands.dealer, "Weg", employed_until=date(2026, 2, 1))
    stranger = hands.foundation.mechanic(hands.other, "Vreemd")
    for mechanic in (left, stranger):
        refusal = hands.wrong(MoveKind.HAND_OUT, 1, 2, mechanic.id)
        assert refusal.code == "parties.not_employed"
    hands.move(MoveKind.HAND_OUT, 1, 2, left.id, day=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("kind", "holder"),
    [(MoveKind.HAND_OUT, None), (MoveKind.HAND_OVER, None), (MoveKind.SPOIL, 1)],
)
def test_who_gets_it_is_told_where_it_matters(
    hands: Hands, kind: MoveKind, holder: int | None
) -> None:
    assert hands.wrong(kind, 1, 1, holder).code == "stickers.holder_wrong"


def test_one_paper_may_stand_behind_several_ranges_of_a_day(hands: Hands) -> None:
    first = hands.move(MoveKind.STEAL, 1, 2, reference="PL0300-2026-1")
    second = hands.move(MoveKind.STEAL, 5, 6, reference="PL0300-2026-1")
    assert first.id == second.id
    assert NOW.date() == first.dated_on
