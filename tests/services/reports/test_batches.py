"""Batches of paper: opened, counted, closed with their difference, opened again, and receipted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.services.listing import Wanted
from kombeheer.services.reports import batches, receipts
from models.journal import JournalEntry
from models.reports import PaperBatch
from models.stickers import Document
from tests.factories import NOW, TODAY
from tests.field import Field
from tests.services.reports.test_paper import Desk


def seen(field: Field, actor: Actor, **wanted: str) -> list[batches.BatchLine]:
    with field.foundation.database.reading() as session:
        _, lines = batches.list_batches(session, actor, Wanted(), **wanted)
        return lines


def close(desk: Desk, reason: str = "") -> None:
    with desk.database.transaction() as session:
        batches.close_batch(session, desk.office, desk.reference, reason, NOW)


def test_a_batch_has_a_number_and_a_paper(field: Field) -> None:
    first, second = Desk(field), Desk(field)
    assert (first.reference, second.reference) == ("W-2026-0001", "W-2026-0002")
    paper_of = field.row(Document, kind="paper_batch", reference="W-2026-0001")
    assert field.row(PaperBatch, document_id=paper_of.id).announced_count == 2
    assert {line.batch.state for line in seen(field, first.office)} == {"open"}


@pytest.mark.parametrize(
    ("received_on", "count", "code"),
    [
        (TODAY + timedelta(days=1), 1, "reports.batch_day_in_future"),
        (TODAY, 0, "reports.batch_count_impossible"),
        (TODAY, 501, "reports.batch_count_impossible"),
        (TODAY, 1, None),
        (TODAY, 500, None),
    ],
)
def test_a_batch_has_a_day_that_was_and_a_count(
    field: Field, received_on: date, count: int, code: str | None
) -> None:
    office = field.foundation.user(Role.OFFICE)
    told = None
    with field.foundation.database.transaction() as session:
        try:
            batches.open_batch(session, office, field.dealer.id, received_on, count, NOW)
        except Refusal as refusal:
            told = refusal.code
    assert told == code
    assert len(field.rows(PaperBatch)) == (1 if code is None else 0)


def test_an_equal_count_closes_at_once(field: Field) -> None:
    desk = Desk(field, count=1)
    desk.enter(desk.sheet())
    close(desk, "niet nodig")
    batch = field.row(PaperBatch)
    assert (batch.state, batch.closed_by_id, batch.difference_reason) == (
        "closed",
        desk.office.user_id,
        "",
    )


def test_a_difference_asks_a_reason_which_is_kept(field: Field) -> None:
    desk = Desk(field, count=2)
    desk.enter(desk.sheet())
    with pytest.raises(Refusal) as told:
        close(desk, "  ")
    assert told.value == Refusal("reports.batch_differs", count=1, announced=2)
    assert field.row(PaperBatch).state == "open"
    with pytest.raises(Refusal, match=r"reports\.reason_long"):
        close(desk, "x" * 501)
    close(desk, "een blad was dubbel geteld")
    assert field.row(PaperBatch).difference_reason == "een blad was dubbel geteld"


def test_a_batch_is_opened_again_with_an_entry_in_the_journal(field: Field) -> None:
    desk = Desk(field, count=1)
    with desk.database.transaction() as session, pytest.raises(Refusal) as told:
        batches.reopen_batch(session, desk.office, desk.reference, NOW)
    assert told.value.code == "reports.batch_open_already"
    close(desk, "leeg")
    with pytest.raises(Refusal, match=r"reports\.batch_closed"):
        close(desk)
    with desk.database.transaction() as session:
        batches.reopen_batch(session, desk.office, desk.reference, NOW)
    assert desk.enter(desk.sheet()).is_stored
    entries = field.rows(JournalEntry, subject_kind="paper_batch", subject_id=desk.reference)
    assert sorted(one.action for one in entries) == [
        "reports.batch_closed",
        "reports.batch_opened",
        "reports.batch_reopened",
    ]


def test_a_receipt_tells_the_days_from_service_to_receipt(field: Field) -> None:
    desk = Desk(field, count=4)
    for serial, days in ((1, 20), (2, 9), (3, 1)):
        sheet = desk.sheet(serial, service_date=TODAY - timedelta(days=days))
        assert desk.enter(sheet).is_stored
    desk.enter(desk.sheet(5000), lays=True)
    with desk.database.reading() as session:
        batch, dealer = batches.find_batch(session, desk.office, desk.reference)
        receipt = receipts.receipt_of(session, batch, dealer)
        averages = batches.average_days(session, desk.office, TODAY)
    assert [sheet.days for sheet in receipt.sheets] == [20, 9, 1]
    assert (receipt.median_days, receipt.longest_days) == (9, 20)
    assert (receipt.entered_by, len(receipt.laid)) == ([desk.office.name], 1)
    assert [(one.number, count, days) for one, count, days in averages] == [
        (field.dealer.number, 3, 10.0)
    ]
    [line] = seen(field, desk.office)
    assert (line.entered, line.days) == (3, 10.0)


def test_a_dealer_sees_his_own_receipts_and_nobody_else_s(field: Field) -> None:
    desk = Desk(field)
    other = field.foundation.user(Role.DEALER, dealer=field.foundation.dealer("Janssen"))
    mechanic = field.foundation.user(Role.MECHANIC, mechanic=field.mechanic)
    inspector = field.foundation.user(Role.INSPECTOR)
    for actor in (field.actor, desk.office, inspector):
        assert [line.batch.reference for line in seen(field, actor)] == [desk.reference]
    with desk.database.reading() as session:
        assert batches.find_batch(session, field.actor, desk.reference)[0].id == desk.batch_id
        for actor in (other, mechanic):
            assert seen(field, actor) == []
            with pytest.raises(Refusal, match=r"reports\.batch_unknown"):
                batches.find_batch(session, actor, desk.reference)
            assert batches.average_days(session, actor, TODAY) == []
        for reference in ("W-2026-9999", "W\x002026"):
            with pytest.raises(Refusal, match=r"reports\.batch_unknown"):
                batches.find_batch(session, desk.office, reference)


def test_the_list_is_searched_by_number_dealer_and_state(field: Field) -> None:
    desk = Desk(field, count=1)
    other = Desk(field, count=1)
    close(other, "leeg")

    def found(**wanted: str) -> list[str]:
        return [line.batch.reference for line in seen(field, desk.office, **wanted)]

    assert found(query="w-2026-0001") == ["W-2026-0001"]
    assert sorted(found(query="hoekstra")) == ["W-2026-0001", "W-2026-0002"]
    assert found(query="niemand") == []
    assert found(state="open") == ["W-2026-0001"]
    assert found(state="closed") == ["W-2026-0002"]


def test_a_full_batch_takes_more_and_then_differs(field: Field) -> None:
    desk = Desk(field, count=1)
    desk.enter(desk.sheet())
    second = desk.sheet(2, service_date=TODAY)
    assert desk.enter(second).is_stored
    assert (desk.total().done, desk.total().fits) == (2, False)
