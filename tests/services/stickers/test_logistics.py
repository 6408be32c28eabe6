"""From the printer to the dealer: everything or nothing, and each refusal names the numbers."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import MoveKind
from kombeheer.services.stickers import checking, logistics, moving
from kombeheer.services.stickers.places import islands, parcels
from models.journal import JournalEntry
from models.stickers import Document, Movement, Sticker
from models.transaction import Database
from tests.factories import NOW, TODAY, Foundation
from tests.together import at_once


class Desk:
    """The office at work in series 26, with two dealers."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation, self.database = foundation, foundation.database
        self.office = foundation.user(Role.OFFICE)
        self.series = foundation.series()
        self.dealer, self.other = foundation.dealer(), foundation.dealer("Boersma")

    def do(
        self, act: object, *values: object, actor: Actor | None = None, **more: object
    ) -> Document:
        with self.database.transaction() as session:
            return act(session, actor or self.office, NOW, *values, **more)  # type: ignore[operator]

    def refused(self, act: Any, *values: object, **more: Any) -> Refusal:
        with pytest.raises(Refusal) as refused:
            self.do(act, *values, **more)
        self.holds()
        return refused.value

    def stock(self, first: int, last: int) -> None:
        self.do(logistics.order, self.series.id, first, last)
        self.do(logistics.receive, self.series.id, first, last)

    def issue(self, **more: Any) -> Document:
        more.setdefault("dealer_id", self.dealer.id)
        dealer_id = more.pop("dealer_id")
        return self.do(logistics.issue, dealer_id, self.series.id, **more)

    def places(self) -> dict[str, list[tuple[int, int]]]:
        with self.database.reading() as session:
            found: dict[str, list[tuple[int, int]]] = {}
            rows = islands(session, Sticker.series_id == self.series.id, Sticker.account)
            for _, first, last, account in rows:
                found.setdefault(account, []).append((first, last))
            return found

    def holds(self) -> None:
        with self.database.reading() as session:
            assert checking.check(session) == []


@pytest.fixture
def desk(foundation: Foundation) -> Desk:
    return Desk(foundation)


def test_numbers_go_from_the_printer_to_the_dealer(desk: Desk) -> None:
    transit, held = f"transit:{desk.dealer.id}", f"dealer:{desk.dealer.id}"
    ordered = desk.do(logistics.order, desk.series.id, 1, 1000)
    assert desk.places() == {"printer": [(1, 1000)]}
    desk.do(logistics.receive, desk.series.id, 1, 600)
    assert desk.places() == {"printer": [(601, 1000)], "stock": [(1, 600)]}
    sent = desk.issue(first=101, last=150)
    assert desk.places()[transit] == [(101, 150)]
    receipt = desk.do(logistics.confirm, desk.dealer.id, document_id=sent.id)
    assert desk.places()[held] == [(101, 150)]
    references = [ordered.reference, sent.reference, receipt.reference]
    assert references == ["D-2026-0001", "P-2026-0001", "R-2026-0001"]
    desk.holds()


def test_every_step_is_in_the_journal(desk: Desk) -> None:
    desk.stock(1, 10)
    desk.issue(count=5)
    with desk.database.reading() as session:
        actions = session.execute(
            select(JournalEntry.action)
            .where(JournalEntry.subject_kind == "document")
            .order_by(JournalEntry.id)
        ).scalars()
        assert list(actions) == ["stickers.ordered", "stickers.received", "stickers.issued"]


def test_the_next_free_number_follows_the_last_that_was_ordered(desk: Desk) -> None:
    def proposed() -> int:
        with desk.database.reading() as session:
            return logistics.next_free(session, desk.series.id)

    assert proposed() == 1
    desk.do(logistics.order, desk.series.id, 1, 1000)
    assert proposed() == 1001


def test_what_was_ordered_before_is_named(desk: Desk) -> None:
    desk.do(logistics.order, desk.series.id, 11, 20)
    refusal = desk.refused(logistics.order, desk.series.id, 5, 12)
    assert refusal.code == "stickers.range_exists"
    assert (refusal.facts["serials"], refusal.facts["count"]) == ("26-000011 t/m 000012", 2)
    assert desk.places() == {"printer": [(11, 20)]}


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (0, 5, "serial_outside"),
        (1, 1_000_000, "serial_outside"),
        (10**12, 10**12, "serial_outside"),
        (9, 5, "range_reversed"),
        (1, 50_001, "range_large"),
    ],
)
def test_an_impossible_range_is_refused_before_anything_is_read(
    desk: Desk, first: int, last: int, code: str
) -> None:
    for act in (logistics.order, logistics.receive):
        assert desk.refused(act, desk.series.id, first, last).code == f"stickers.{code}"
    refusal = desk.refused(logistics.issue, desk.dealer.id, desk.series.id, first=first, last=last)
    assert refusal.code == f"stickers.{code}"


def test_what_is_not_at_the_printer_is_named(desk: Desk) -> None:
    desk.do(logistics.order, desk.series.id, 1, 10)
    desk.do(logistics.receive, desk.series.id, 4, 6)
    refusal = desk.refused(logistics.receive, desk.series.id, 1, 12)
    assert refusal.code == "stickers.not_at_printer"
    assert refusal.facts["serials"] == "26-000004 t/m 000006, 26-000011 t/m 000012"


def test_what_is_not_in_stock_is_named(desk: Desk) -> None:
    desk.stock(1, 20)
    desk.issue(first=5, last=6)
    refusal = desk.refused(logistics.issue, desk.other.id, desk.series.id, first=1, last=21)
    assert refusal.code == "stickers.not_in_stock"
    assert refusal.facts["serials"] == "26-000005 t/m 000006, 26-000021"


def test_a_count_takes_the_lowest_numbers_as_several_ranges_on_one_list(desk: Desk) -> None:
    desk.stock(1, 20)
    desk.issue(first=3, last=5)
    desk.issue(first=9, last=9)
    sent = desk.issue(dealer_id=desk.other.id, count=8)
    assert desk.places()[f"transit:{desk.other.id}"] == [(1, 2), (6, 8), (10, 12)]
    with desk.database.reading() as session:
        rows = session.execute(select(Movement).where(Movement.document_id == sent.id))
        assert len(rows.all()) == 3


def test_a_stock_that_is_too_small_is_told_with_what_there_is(desk: Desk) -> None:
    desk.stock(1, 4)
    refusal = desk.refused(logistics.issue, desk.dealer.id, desk.series.id, count=5)
    assert refusal.code == "stickers.stock_short"
    assert (refusal.facts["there"], refusal.facts["serials"]) == (4, "26-000001 t/m 000004")


@pytest.mark.parametrize(
    "wanted", [{}, {"count": 0}, {"count": -1}, {"first": 1}, {"first": 1, "last": 2, "count": 2}]
)
def test_either_a_range_or_a_count(desk: Desk, wanted: dict[str, int]) -> None:
    desk.stock(1, 10)
    refusal = desk.refused(logistics.issue, desk.dealer.id, desk.series.id, **wanted)
    assert refusal.code == "stickers.range_or_count"


def test_nothing_goes_to_a_dealer_who_has_stopped(desk: Desk) -> None:
    desk.stock(1, 10)
    gone = desk.foundation.dealer("Weg", ceased_on=TODAY)
    refusal = desk.refused(logistics.issue, gone.id, desk.series.id, count=1)
    assert refusal.code == "stickers.dealer_ceased"
    before = date(2026, 3, 4)
    desk.do(logistics.order, desk.series.id, 11, 12, day=before)
    desk.do(logistics.receive, desk.series.id, 11, 12, day=before)
    desk.issue(dealer_id=gone.id, first=11, last=12, day=before)


def test_a_dealer_confirms_a_part_and_then_the_rest(desk: Desk) -> None:
    desk.stock(1, 20)
    first, second = desk.issue(count=10), desk.issue(count=5)
    desk.do(logistics.confirm, desk.dealer.id, document_id=first.id, wanted=(desk.series.id, 1, 4))
    with desk.database.reading() as session:
        waiting = {one.reference: one.size for one in parcels(session, desk.dealer.id)}
        assert waiting == {first.reference: 6, second.reference: 5}
    wrong = desk.refused(
        logistics.confirm, desk.dealer.id, document_id=first.id, wanted=(desk.series.id, 4, 11)
    )
    assert wrong.facts["serials"] == "26-000004, 26-000011"
    desk.do(logistics.confirm, desk.dealer.id, document_id=first.id)
    again = desk.refused(logistics.confirm, desk.dealer.id, document_id=first.id)
    assert again.code == "stickers.nothing_on_the_way"
    stranger = desk.refused(logistics.confirm, desk.other.id, document_id=second.id)
    assert stranger.code == "stickers.nothing_on_the_way"


def test_an_issue_is_taken_back_by_a_counter_movement(desk: Desk) -> None:
    desk.stock(1, 20)
    sent = desk.issue(first=1, last=10)
    desk.do(logistics.confirm, desk.dealer.id, document_id=sent.id, wanted=(desk.series.id, 1, 3))
    decision = desk.do(logistics.take_back_issue, desk.dealer.id, sent.id, "verkeerde dealer")
    assert desk.places() == {
        "stock": [(4, 20)],
        f"dealer:{desk.dealer.id}": [(1, 3)],
    }
    assert decision.note == "verkeerde dealer"
    desk.holds()
    again = desk.issue(dealer_id=desk.dealer.id, first=4, last=5)
    with desk.database.reading() as session:
        [waiting] = parcels(session, desk.dealer.id)
        assert (waiting.reference, waiting.size) == (again.reference, 2)
    late = desk.refused(logistics.take_back_issue, desk.dealer.id, sent.id, "nog eens")
    assert late.code == "stickers.nothing_on_the_way"


def test_taking_back_needs_a_reason(desk: Desk) -> None:
    desk.stock(1, 10)
    sent = desk.issue(count=5)
    refusal = desk.refused(logistics.take_back_issue, desk.dealer.id, sent.id, "  ")
    assert refusal.code == "stickers.reason_missing"


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 3, 6), "day_impossible"),
        (date(1979, 12, 31), "day_impossible"),
        (date(2026, 3, 3), "before_previous"),
        (date(2026, 3, 4), None),
        (date(2026, 3, 5), None),
    ],
)
def test_a_day_counts_between_the_previous_booking_and_today(
    desk: Desk, day: date, code: str | None
) -> None:
    desk.do(logistics.order, desk.series.id, 1, 10, day=date(2026, 3, 4))
    if code is None:
        desk.do(logistics.receive, desk.series.id, 1, 10, day=day)
    else:
        refusal = desk.refused(logistics.receive, desk.series.id, 1, 10, day=day)
        assert refusal.code == f"stickers.{code}"


def test_a_name_is_given_once_and_the_counter_passes_over_it(desk: Desk) -> None:
    desk.stock(1, 30)
    named = desk.issue(count=1, reference="P-2026-0001")
    assert named.reference == "P-2026-0001"
    taken = desk.refused(
        logistics.issue, desk.dealer.id, desk.series.id, count=1, reference="P-2026-0001"
    )
    assert (taken.code, taken.facts["day"]) == ("stickers.reference_taken", "2026-03-05")
    assert desk.issue(count=1).reference == "P-2026-0002"
    unusable = desk.refused(
        logistics.issue, desk.dealer.id, desk.series.id, count=1, reference="P\x001"
    )
    assert unusable.code == "stickers.reference_unusable"


def test_two_deliveries_of_a_day_may_share_a_note_of_the_printer(desk: Desk) -> None:
    desk.do(logistics.order, desk.series.id, 1, 20)
    first = desk.do(logistics.receive, desk.series.id, 1, 10, reference="DRUK 77")
    second = desk.do(logistics.receive, desk.series.id, 11, 20, reference="DRUK 77")
    assert first.id == second.id


def test_two_at_the_same_time_get_other_numbers_and_other_names(desk: Desk) -> None:
    desk.stock(1, 100)

    def work(session: Session) -> str:
        return logistics.issue(
            session, desk.office, NOW, desk.dealer.id, desk.series.id, count=10
        ).reference

    found = at_once(*[partial(desk.database.write, work)] * 6)
    assert sorted(found) == [f"P-2026-{number:04d}" for number in range(1, 7)]
    assert desk.places()[f"transit:{desk.dealer.id}"] == [(1, 60)]
    desk.holds()


def test_what_fails_gives_its_name_back(desk: Desk, database: Database) -> None:
    desk.stock(1, 10)

    def fails(session: Session) -> None:
        logistics.issue(session, desk.office, NOW, desk.dealer.id, desk.series.id, count=1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write(fails)
    assert desk.issue(count=1).reference == "P-2026-0001"


def test_the_dealer_hands_out_and_the_office_takes_the_rest_back(desk: Desk) -> None:
    mechanic = desk.foundation.mechanic(desk.dealer)
    desk.foundation.stickers(desk.foundation.series("25"), desk.dealer, 1, 5)
    desk.stock(1, 10)
    desk.do(logistics.confirm, desk.dealer.id, document_id=desk.issue(count=10).id)
    own = desk.foundation.user(Role.DEALER, dealer=desk.dealer)
    desk.do(moving.move_range, MoveKind.HAND_OUT, desk.series.id, 1, 4, mechanic.id, actor=own)
    desk.do(moving.move_range, MoveKind.SEND_BACK, desk.series.id, 5, 10, actor=own)
    desk.do(moving.move_range, MoveKind.TAKE_BACK, desk.series.id, 5, 10)
    assert desk.places() == {f"mechanic:{mechanic.id}": [(1, 4)], "returned": [(5, 10)]}
