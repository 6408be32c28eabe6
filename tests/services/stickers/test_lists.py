"""How many numbers are where: all of them for who sees all, else those that one answers for."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.stickers import Account, MoveKind
from kombeheer.services.listing import Wanted
from kombeheer.services.stickers import lists
from kombeheer.services.stickers.series import all_series
from models.stickers import Sticker
from tests.factories import TODAY, Foundation
from tests.queries import asked
from tests.services.stickers.test_logistics import Desk


class Shelves(Desk):
    """Numbers of two series in every kind of place, with two dealers."""

    def __init__(self, foundation: Foundation) -> None:
        super().__init__(foundation)
        self.mechanic = foundation.mechanic(self.dealer)
        self.old = foundation.series("25")
        row = foundation.installation(dealer=self.dealer)
        for series, at in ((self.series, 1), (self.old, 501)):
            held = f"dealer:{self.dealer.id}"
            foundation.stickers(series, self.dealer, at, at + 29)
            foundation.stickers(series, self.other, at + 30, at + 39)
            foundation.stickers(series, self.other, at + 40, at + 41, confirmed=False)
            foundation.stickers(series, None, at + 42, at + 50)
            for kind, first, last, target in (
                (MoveKind.HAND_OUT, 0, 4, f"mechanic:{self.mechanic.id}"),
                (MoveKind.APPLY, 5, 9, f"applied:{row.id}"),
                (MoveKind.SPOIL, 10, 10, "spoiled"),
                (MoveKind.LOSE, 11, 12, "lost"),
                (MoveKind.SEND_BACK, 13, 13, f"return:{self.dealer.id}"),
            ):
                foundation.move(kind, series, at + first, at + last, held, target, self.dealer)

    def counts(self, actor: Actor) -> dict[str, Counter[str]]:
        with self.database.reading() as session:
            found = lists.counts_by_series(session, actor, TODAY, all_series(session))
        return {
            one.series.code: Counter({str(kind): count for kind, count in one.counts.items()})
            for one in found
        }

    def one_by_one(self, *conditions: object) -> dict[str, Counter[str]]:
        with self.database.reading() as session:
            codes = {one.id: one.code for one in all_series(session)}
            found: dict[str, Counter[str]] = {code: Counter() for code in codes.values()}
            for one in session.scalars(select(Sticker).where(*conditions)):  # type: ignore[arg-type]
                found[codes[one.series_id]][str(Account.parse(one.account).kind)] += 1
        return found


def test_the_office_counts_every_number_where_it_is(foundation: Foundation) -> None:
    shelves = Shelves(foundation)
    counted = shelves.counts(shelves.office)
    assert counted == shelves.one_by_one()
    assert counted["25"]["applied"] == counted["26"]["applied"] == 5
    assert set(counted["26"]) >= {"stock", "transit", "dealer", "mechanic", "return", "lost"}


def test_others_count_what_their_dealer_answers_for(foundation: Foundation) -> None:
    shelves = Shelves(foundation)
    own = shelves.one_by_one(Sticker.dealer_id == shelves.dealer.id)
    mechanic = foundation.user(Role.MECHANIC, mechanic=shelves.mechanic)
    assert shelves.counts(foundation.user(Role.DEALER, dealer=shelves.dealer)) == own
    assert shelves.counts(mechanic) == own
    assert shelves.counts(foundation.user(Role.READER)) == {"25": Counter(), "26": Counter()}


def test_it_asks_two_queries_however_many_numbers_and_series(foundation: Foundation) -> None:
    shelves = Shelves(foundation)
    with shelves.database.reading() as session:
        every = all_series(session)
        with asked(session) as statements:
            lists.counts_by_series(session, shelves.office, TODAY, every)
    assert len(statements) == 2


def test_all_numbers_there_are_cannot_be_sorted_by_the_day_of_issue(foundation: Foundation) -> None:
    shelves = Shelves(foundation)
    dealer = Actor(None, Role.DEALER, dealer_id=shelves.dealer.id)
    for actor, filters, can in (
        (Actor(None, Role.OFFICE), {}, False),
        (Actor(None, Role.OFFICE), {"series_code": "25"}, True),
        (dealer, {}, True),
    ):
        with shelves.database.reading() as session:
            page = lists.list_numbers(session, actor, TODAY, Wanted(1, "issued"), **filters)
        assert ("issued" in page.sorts, page.sort) == (can, "issued" if can else "number")


def test_a_scan_means_the_numbers_of_its_keys_alone(foundation: Foundation) -> None:
    shelves = Shelves(foundation)
    keys = [("kom26", 501), ("kom25", 501), ("kom26", 2), ("plain10", 1)]
    with shelves.database.reading() as session:
        found = lists.matching(session, shelves.office, TODAY, keys)
        assert {(series.code, one.serial) for one, series in found} == {("25", 501), ("26", 2)}
