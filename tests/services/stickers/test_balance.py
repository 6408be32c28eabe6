"""R54: opening + received - applied - spoiled - lost - stolen - returned = closing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kombeheer.rules.stickers import MoveKind
from kombeheer.services.stickers import logistics, replay
from kombeheer.services.stickers.balance import Balance, Line, Post, balances
from tests.factories import Foundation
from tests.services.stickers.test_logistics import Desk

JANUARY, FEBRUARY, MARCH = date(2026, 1, 2), date(2026, 2, 2), date(2026, 3, 2)


class Account(Desk):
    """Series 26: 1-100 with a dealer since January, who has a mechanic and an installation."""

    def __init__(self, foundation: Foundation) -> None:
        super().__init__(foundation)
        self.mechanic = foundation.mechanic(self.dealer)
        self.installation = foundation.installation(dealer=self.dealer)
        foundation.stickers(self.series, self.dealer, 1, 100)

    def move(
        self, kind: MoveKind, first: int, last: int, source: str, target: str, on: date = FEBRUARY
    ) -> None:
        names = {
            "dealer": f"dealer:{self.dealer.id}",
            "other": f"dealer:{self.other.id}",
            "mechanic": f"mechanic:{self.mechanic.id}",
            "applied": f"applied:{self.installation.id}",
            "return": f"return:{self.dealer.id}",
            "transit": f"transit:{self.dealer.id}",
        }
        answers = self.other if target == "other" else self.dealer
        places = names.get(source, source), names.get(target, target)
        self.foundation.move(kind, self.series, first, last, *places, answers, on=on)

    def balance(self, **more: Any) -> Balance:
        more.setdefault("dealer_id", self.dealer.id)
        with self.database.reading() as session:
            [found] = balances(session, more.pop("until", None), **more)
        assert found.count(Post.CLOSING) == found.expected_closing
        return found

    def counts(self, **more: Any) -> dict[str, int]:
        found = self.balance(**more)
        return {str(post): line.count for post, line in found.lines.items() if line.count}


@pytest.fixture
def account(foundation: Foundation) -> Account:
    return Account(foundation)


def test_every_number_is_on_one_line(account: Account) -> None:
    account.move(MoveKind.HAND_OUT, 1, 30, "dealer", "mechanic")
    account.move(MoveKind.APPLY, 1, 1, "mechanic", "applied")
    account.move(MoveKind.APPLY, 2, 2, "mechanic", "applied")
    account.move(MoveKind.APPLY, 90, 90, "dealer", "applied")
    account.move(MoveKind.SPOIL, 3, 4, "mechanic", "spoiled")
    account.move(MoveKind.LOSE, 50, 52, "dealer", "lost")
    account.move(MoveKind.STEAL, 60, 60, "dealer", "stolen")
    account.move(MoveKind.SEND_BACK, 91, 95, "dealer", "return")
    account.move(MoveKind.TAKE_BACK, 91, 93, "return", "returned")
    account.move(MoveKind.DESTROY, 3, 3, "spoiled", "destroyed")
    account.move(MoveKind.DESTROY, 91, 91, "returned", "destroyed")
    found = account.balance()
    assert found.lines[Post.RECEIVED] == Line(100, ((1, 100),))
    assert found.lines[Post.APPLIED] == Line(3, ((1, 2), (90, 90)))
    assert found.lines[Post.SPOILED] == Line(2, ((3, 4),))
    assert found.lines[Post.LOST] == Line(3, ((50, 52),))
    assert found.lines[Post.STOLEN] == Line(1, ((60, 60),))
    assert found.lines[Post.RETURNED] == Line(5, ((91, 95),))
    assert found.lines[Post.CLOSING] == Line(86, ((5, 49), (53, 59), (61, 89), (96, 100)))
    account.holds()


def test_a_period_opens_with_what_was_in_hand_the_day_before(account: Account) -> None:
    account.move(MoveKind.APPLY, 1, 1, "dealer", "applied", on=JANUARY)
    account.move(MoveKind.APPLY, 2, 2, "dealer", "applied", on=FEBRUARY)
    account.move(MoveKind.APPLY, 3, 3, "dealer", "applied", on=MARCH)
    assert account.counts(until=JANUARY) == {"received": 100, "applied": 1, "closing": 99}
    february = account.balance(since=FEBRUARY, until=date(2026, 2, 28))
    assert february.lines[Post.OPENING] == Line(99, ((2, 100),))
    assert february.lines[Post.APPLIED] == Line(1, ((2, 2),))
    assert february.lines[Post.CLOSING] == Line(98, ((3, 100),))
    on_the_day = account.counts(since=MARCH, until=MARCH)
    assert on_the_day == {"opening": 98, "applied": 1, "closing": 97}


def test_what_arrives_late_counts_on_its_own_day(account: Account) -> None:
    account.move(MoveKind.APPLY, 9, 9, "dealer", "applied", on=MARCH)
    assert account.counts(until=FEBRUARY)["closing"] == 100
    account.move(MoveKind.APPLY, 8, 8, "dealer", "applied", on=JANUARY)
    assert account.counts(until=FEBRUARY)["closing"] == 99


def test_hand_overs_are_within_received_and_stand_apart(account: Account) -> None:
    account.move(MoveKind.HAND_OVER, 11, 15, "dealer", "other")
    assert account.counts() == {"received": 95, "handed_to": 5, "closing": 95}
    assert account.counts(dealer_id=account.other.id) == {
        "received": 5,
        "handed_from": 5,
        "closing": 5,
    }
    assert account.balance().lines[Post.RECEIVED] == Line(95, ((1, 10), (16, 100)))
    march = account.balance(since=FEBRUARY)
    assert march.lines[Post.RECEIVED] == Line(-5, (), ((11, 15),))


def test_lost_and_found_again(account: Account) -> None:
    account.move(MoveKind.LOSE, 1, 4, "dealer", "lost", on=JANUARY)
    account.move(MoveKind.FIND, 1, 1, "lost", "dealer")
    account.move(MoveKind.FIND, 2, 2, "lost", "stock")
    counts = account.counts()
    assert (counts["lost"], counts["returned"], counts["closing"]) == (2, 1, 97)
    assert account.balance(since=FEBRUARY).lines[Post.LOST] == Line(-2, (), ((1, 2),))


def test_what_was_lost_on_its_way_back_was_not_returned(account: Account) -> None:
    account.move(MoveKind.SEND_BACK, 1, 10, "dealer", "return")
    account.move(MoveKind.LOSE, 10, 10, "return", "lost")
    counts = account.counts()
    assert (counts["returned"], counts["lost"], counts["closing"]) == (9, 1, 90)


def test_what_was_lost_on_its_way_out_was_received_and_lost(account: Account) -> None:
    account.foundation.stickers(account.series, account.dealer, 201, 210, confirmed=False)
    assert account.counts() == {"received": 100, "closing": 100}
    account.move(MoveKind.LOSE, 201, 202, "transit", "lost")
    assert account.counts() == {"received": 102, "lost": 2, "closing": 100}
    account.holds()


def test_a_number_that_came_back_and_went_out_again_counts_twice(account: Account) -> None:
    account.move(MoveKind.SEND_BACK, 1, 2, "dealer", "return")
    account.move(MoveKind.TAKE_BACK, 1, 2, "return", "returned")
    account.move(MoveKind.RESTOCK, 1, 2, "returned", "stock")
    account.move(MoveKind.ISSUE, 1, 2, "stock", "transit")
    account.move(MoveKind.CONFIRM, 1, 2, "transit", "dealer")
    assert account.counts() == {"received": 102, "returned": 2, "closing": 100}
    account.holds()


def test_a_counter_movement_takes_off_what_it_undoes(account: Account) -> None:
    account.stock(101, 110)
    sent = account.issue(first=101, last=110)
    account.do(logistics.take_back_issue, account.dealer.id, sent.id, "verkeerd")
    assert account.counts() == {"received": 100, "closing": 100}
    account.holds()


def test_it_is_the_same_however_small_the_windows_are(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.move(MoveKind.HAND_OUT, 1, 30, "dealer", "mechanic")
    account.move(MoveKind.APPLY, 7, 7, "mechanic", "applied")
    account.move(MoveKind.SPOIL, 31, 45, "dealer", "spoiled")
    whole = account.balance(since=FEBRUARY).lines
    monkeypatch.setattr(replay, "WINDOW_NUMBERS", 4)
    assert account.balance(since=FEBRUARY).lines == whole


def test_all_dealers_and_series_at_once(account: Account) -> None:
    older = account.foundation.series("25")
    account.foundation.stickers(older, account.other, 1, 10)
    with account.database.reading() as session:
        found = {(one.dealer_id, one.series_id): one for one in balances(session)}
    assert {key: one.count(Post.CLOSING) for key, one in found.items()} == {
        (account.dealer.id, account.series.id): 100,
        (account.other.id, older.id): 10,
    }
