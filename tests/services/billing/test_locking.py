"""A made statement closes its days for its dealer: both its edges, and nobody else's days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kombeheer.rules.accounts import Actor
from kombeheer.services.billing import locking
from kombeheer.services.reports import revising
from kombeheer.services.reports.revision import present_revision
from models.billing import ChargeRow
from models.cases import Case
from models.reports import Report
from tests.factories import NOW
from tests.field import Field
from tests.services.billing.made import QUARTER, Books

DAYS = [
    (date(2025, 12, 31), None),
    (date(2026, 1, 1), QUARTER.until_on),
    (date(2026, 3, 31), QUARTER.until_on),
    (date(2026, 4, 1), None),
]


@pytest.fixture
def books(field: Field) -> Books:
    made = Books(field)
    made.report = made.visit(1)
    return made


@pytest.mark.parametrize(("day", "until"), DAYS)
def test_the_first_and_the_last_day_are_closed(books: Books, day: date, until: date | None) -> None:
    mine, another = books.field.dealer.id, books.field.foundation.dealer("Van der Meer").id
    with books.database.reading() as session:
        assert locking.locked_until(session, {(mine, day)}) is None
    books.make()
    with books.database.reading() as session:
        assert locking.locked_until(session, {(mine, day)}) == until
        assert locking.locked_until(session, {(another, day)}) is None
        known = {} if until is None else {(mine, day): until}
        assert locking.locked_services(session, {(mine, day), (another, day)}) == known


def test_one_closed_day_among_more_closes_them(books: Books) -> None:
    books.make()
    mine = books.field.dealer.id
    with books.database.reading() as session:
        several = {(mine, day) for day, _ in DAYS}
        assert locking.locked_until(session, several) == QUARTER.until_on
        assert set(locking.locked_services(session, several)) == {
            (mine, day) for day, until in DAYS if until is not None
        }
        assert locking.locked_until(session, set()) is None
        assert locking.locked_services(session, set()) == {}


def revise(books: Books, actor: Actor) -> revising.Revised:
    with books.database.transaction() as session:
        report = session.get_one(Report, books.report)
        wanted = replace(present_revision(session, report), unit_count=12)
        return revising.revise(session, actor, report.id, report.version, wanted, "12 standen", NOW)


def test_in_a_closed_period_a_dealer_asks_and_the_office_corrects(books: Books) -> None:
    books.make()
    asked = revise(books, books.field.actor)
    assert (asked.version, asked.case_id) == (1, books.field.row(Case).id)
    assert books.view().since.entry_count == 0
    assert revise(books, books.office).version == 2
    assert books.view().since.cents == 312 - 624


def test_an_open_period_lets_a_dealer_correct(books: Books) -> None:
    assert revise(books, books.field.actor).version == 2
    assert sum(row.amount_cents for row in books.field.rows(ChargeRow)) == 2605 + 312
