"""Who changes a report while a statement is made: he waits, and then finds the period closed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kombeheer.rules.statements import Period
from kombeheer.services.billing import closing
from kombeheer.services.reports import revising
from kombeheer.services.reports.revision import present_revision
from models.cases import Case
from models.reports import Report
from tests.factories import NOW
from tests.field import Field, assert_sound, withdrawal
from tests.services.billing.made import AFTER, Books

FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
LONG_ENOUGH = 0.4  # seconds, in which who does not wait is done


class Desk:
    """A dealer with one report in February, and the office that is about to bill him."""

    def __init__(self, field: Field) -> None:
        self.field, self.books = field, Books(field)
        self.database = field.foundation.database
        event = field.visit(1, day="2026-02-10")
        [answer] = field.send(event)
        self.event_id, self.report_id = event["id"], str(answer["report"])

    def correct(self, **wanted: Any) -> revising.Revised:
        with self.database.reading() as session:
            report = session.get_one(Report, self.report_id)
            wish = replace(present_revision(session, report), **wanted)
        return self.database.write(
            lambda session: revising.revise(
                session, self.field.actor, self.report_id, 1, wish, "nagekeken", NOW
            )
        )

    def withdraw(self) -> dict[str, Any]:
        [answer] = self.field.send(withdrawal(self.event_id, 5))
        return answer

    def while_made(self, period: Period, deed: Callable[[], Any]) -> tuple[bool, Any]:
        """Have somebody do something while a statement is made; whether he waited, what it gave."""
        seen = closing.figures_of(self.books.view(period=period))
        dealer = self.field.dealer.public_id
        with ThreadPoolExecutor(1) as pool:
            with self.database.transaction() as session:
                closing.make_statement(session, self.books.office, AFTER, dealer, period, seen)
                done: Future[Any] = pool.submit(deed)
                wait([done], LONG_ENOUGH)
                waited = not done.done()
            return waited, done.result(20)


@pytest.fixture
def desk(field: Field) -> Desk:
    return Desk(field)


def test_a_correction_waits_and_is_laid_before_the_office(desk: Desk) -> None:
    waited, done = desk.while_made(FEBRUARY, lambda: desk.correct(unit_count=12))
    assert (waited, done.version, done.case_id is not None) == (True, 1, True)
    assert desk.books.told(1, FEBRUARY)[0][2] == 3229
    assert_sound(desk.database)


def test_a_service_that_moves_into_the_period_waits_too(desk: Desk) -> None:
    desk.books.visit(2, day="2026-03-02")
    wish = {"service_date": date(2026, 3, 3)}
    waited, done = desk.while_made(MARCH, lambda: desk.correct(**wish))
    assert (waited, done.case_id is not None) == (True, True)
    assert_sound(desk.database)


def test_a_withdrawal_waits_and_is_laid_before_the_office(desk: Desk) -> None:
    waited, answer = desk.while_made(FEBRUARY, desk.withdraw)
    assert (waited, answer["outcome"]) == (True, "queued")
    assert [one.kind for one in desk.field.rows(Case, state="raised")] == ["scan_waiting"]
    assert desk.field.row(Report, id=desk.report_id).state == "incomplete"
    assert_sound(desk.database)


def test_who_was_earlier_is_waited_for_and_the_office_looks_again(desk: Desk) -> None:
    """The statement was shown before the correction; it is not made of other figures."""
    seen = closing.figures_of(desk.books.view(period=FEBRUARY))
    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as session:
            present = present_revision(session, session.get_one(Report, desk.report_id))
            wish = replace(present, unit_count=12)
            revising.revise(session, desk.field.actor, desk.report_id, 1, wish, "nagekeken", NOW)
            made = pool.submit(desk.books.make, FEBRUARY, seen)
            wait([made], LONG_ENOUGH)
            assert not made.done()
        error = made.exception(20)
    assert getattr(error, "code", None) == "billing.statement_changed"
    assert_sound(desk.database)
