"""Two who enter paper at once, and a batch that is closed meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import Details
from kombeheer.services.reports import batches, paper, revising
from kombeheer.services.reports.paper import Entered
from kombeheer.services.reports.revision import present_revision
from models.journal import JournalEntry
from models.reports import PaperBatch, Report, ReportDetail
from tests.factories import NOW
from tests.field import Field, assert_sound
from tests.services.reports.desks import FULL
from tests.services.reports.test_paper import Desk
from tests.together import at_once

LONG_ENOUGH = 0.4  # seconds, in which who does not wait is done


def test_a_line_that_is_sent_twice_at_once_is_stored_once(field: Field) -> None:
    desk = Desk(field, count=3)
    for serial in (1, 2, 3):
        sheet = desk.sheet(serial)
        confirmed = desk.enter(sheet).looked.question if serial > 1 else ""

        def enter(sheet: Any = sheet, confirmed: str = confirmed) -> Any:
            return desk.database.write(
                lambda session: paper.enter_line(
                    session,
                    desk.office,
                    desk.device,
                    desk.batch_id,
                    sheet,
                    NOW,
                    confirmed=confirmed,
                )
            )

        one, other = at_once(enter, enter)
        assert one.report_id == other.report_id is not None
    assert len(field.rows(JournalEntry, action="reports.joined_batch")) == 3
    assert [row.version for row in field.rows(Report)] == [2, 2, 2]
    assert_sound(desk.database)


def test_the_same_paper_in_two_batches_at_once_is_in_one(field: Field) -> None:
    """The mechanic had scanned it; both see a visit that has no paper yet."""
    field.send(field.visit(1, day="2026-03-04"))
    desk, other = Desk(field), Desk(field)
    mine, theirs = desk.sheet(), replace(other.sheet(), event_id="theirs")
    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as session:
            first = paper.enter_line(session, desk.office, desk.device, desk.batch_id, mine, NOW)
            done = pool.submit(other.enter, theirs)
            wait([done], LONG_ENOUGH)
            assert not done.done()
        error = done.exception(20)
        told = error.code if isinstance(error, Refusal) else done.result().looked.against[0].code
    assert told == "reports.paper_entered_already"
    assert first.report_id is not None
    assert field.row(Report).batch_id == desk.batch_id
    assert len(field.rows(JournalEntry, action="reports.joined_batch")) == 1
    assert_sound(desk.database)


def test_paper_comes_while_the_dealer_completes_the_report_and_takes_nothing_away(
    field: Field,
) -> None:
    [answer] = field.send(field.visit(1, day="2026-03-04"))
    desk = Desk(field)
    sheet = desk.sheet()
    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as session:
            report = session.get_one(Report, answer["report"])
            wish = replace(
                present_revision(session, report), details=Details(remark="slang vervangen")
            )
            revising.revise(session, field.actor, report.id, 1, wish, "", NOW)
            done = pool.submit(desk.enter, sheet)
            wait([done], LONG_ENOUGH)
            assert not done.done()
        assert done.result(20).report_id == answer["report"]
    detail = field.row(ReportDetail)
    assert (detail.remark, detail.wash_start) == ("slang vervangen", FULL.wash_start)
    assert (field.row(Report).version, field.row(Report).state) == (3, "complete")
    assert_sound(desk.database)


def marked_twice(field: Field) -> tuple[Entered, Entered]:
    """Two sheets of one installation and day without a number; the second comes midway."""
    desk, other = Desk(field), Desk(field)
    pump = {"marks": ("geen KOM",), "details": replace(FULL, remark="pomp versleten")}
    first, second = desk.sheet(None, **pump), other.sheet(None, **pump)
    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as session:
            mine = paper.enter_line(session, desk.office, desk.device, desk.batch_id, first, NOW)
            done = pool.submit(other.enter, replace(second, event_id="theirs"))
            wait([done], LONG_ENOUGH)
            assert not done.done()
        return mine, done.result(20)


def test_two_sheets_of_one_day_without_a_number_take_turns(field: Field) -> None:
    mine, theirs = marked_twice(field)
    assert not theirs.is_stored
    assert [one.code for one in theirs.looked.asked] == ["reports.serviced_that_day"]
    assert [row.id for row in field.rows(Report)] == [mine.report_id]
    assert_sound(field.foundation.database)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_looks_before_his_turn_does_not_see_the_other_sheet(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the turn it is the same day twice, and nobody is asked."""
    monkeypatch.setattr(paper, "_hold_farm", lambda *_: None)
    mine, theirs = marked_twice(field)
    assert theirs.is_stored
    assert mine.report_id != theirs.report_id
    assert len(field.rows(Report)) == 2


def test_a_batch_is_closed_while_a_line_is_stored(field: Field) -> None:
    """Who closes waits for the line, and then it fits."""
    desk = Desk(field, count=1)
    sheet = desk.sheet()

    def close() -> None:
        with desk.database.transaction() as session:
            batches.close_batch(session, desk.office, desk.reference, "", NOW)

    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as session:
            paper.enter_line(session, desk.office, desk.device, desk.batch_id, sheet, NOW)
            done = pool.submit(close)
            wait([done], LONG_ENOUGH)
            assert not done.done()
        done.result(20)
    batch = field.row(PaperBatch)
    assert (batch.state, batch.difference_reason, desk.total().entered) == ("closed", "", 1)


def test_a_line_comes_while_the_batch_is_closed(field: Field) -> None:
    desk = Desk(field, count=1)
    sheet = desk.sheet()
    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as session:
            batches.close_batch(session, desk.office, desk.reference, "kwijt", NOW)
            done = pool.submit(desk.enter, sheet)
            wait([done], LONG_ENOUGH)
            assert not done.done()
        error = done.exception(20)
    assert isinstance(error, Refusal)
    assert error.code == "reports.batch_closed"
    assert field.rows(Report) == []
