"""What a made statement does not tell: entries, and reports that came or went at no cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.rules.statements import Period
from kombeheer.services.billing import closing, statement_lines, statements
from kombeheer.services.billing.statement_changes import count_gone
from kombeheer.services.billing.statements import Told
from kombeheer.services.listing import Wanted
from tests.field import Field
from tests.services.billing.made import QUARTER, Books

FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))


@pytest.fixture
def books(field: Field) -> Books:
    return Books(field)


def state(books: Books, period: Period = QUARTER) -> Told:
    """How far the list says that a period is; the filters on it say the same."""
    with books.database.reading() as session:
        everyone = (session, books.office, Wanted(), period)
        _, [line] = statements.list_dealers(*everyone)
        for told in Told:
            _, found = statements.list_dealers(*everyone, state=told)
            assert [one.dealer.id for one in found] == [line.dealer.id] * (told is line.state)
    return line.state


def moved(books: Books, version: int | None = None) -> list[tuple[str, int, int]]:
    """Each report that changed, with what it costs more and whether it came or went."""
    return [(one.report_id, one.total_cents, one.moved) for one in books.changes(version)]


@pytest.mark.parametrize("ending", ["kb", "geen_kom"])
def test_a_report_without_a_charge_is_news_and_the_next_version_tells_it(
    books: Books, ending: str
) -> None:
    first = books.visit(1)
    books.make()
    assert (books.view().has_news, state(books)) == (False, Told.MADE)
    late = books.visit(ending=ending, day="2026-01-05")
    view = books.view()
    assert (view.has_news, view.moved_count, view.since.entry_count) == (True, 1, 0)
    assert (moved(books), state(books)) == ([(late, 0, 1)], Told.CHANGED)
    assert books.make().version == 2
    assert [line.report_id for line in books.lines(2)] == [late, first]
    assert [line.report_id for line in books.lines(1)] == [first]
    assert (moved(books, 2), moved(books, 1)) == ([(late, 0, 1)], [(first, 3229, 1)])
    assert (moved(books), state(books)) == ([], Told.MADE)
    with pytest.raises(Refusal, match=r"billing\.nothing_new"):
        books.make()


def _withdrawn(books: Books, visit: str, report_id: str) -> None:
    books.withdraw(visit)


def _to_another_period(books: Books, visit: str, report_id: str) -> None:
    books.correct(report_id, service_date=date(2026, 3, 1))


def _of_another_dealer(books: Books, visit: str, report_id: str) -> None:
    other = books.field.foundation.dealer("Van der Wal Melkservice")
    mechanic = books.field.foundation.mechanic(other, "Anna van der Wal")
    books.correct(report_id, mechanic=mechanic.number)


@pytest.mark.parametrize("leave", [_withdrawn, _to_another_period, _of_another_dealer])
def test_a_report_that_is_gone_is_news_too(
    books: Books, leave: Callable[[Books, str, str], None]
) -> None:
    stays = books.visit(ending="kb", day="2026-02-01")
    visit = books.field.visit(None, ending="kb", day="2026-02-10", sequence=50)
    [answer] = books.field.send(visit)
    books.make(FEBRUARY)
    leave(books, visit["id"], answer["report"])
    view = books.view(period=FEBRUARY)
    assert (view.has_news, view.moved_count, view.report_count) == (True, 1, 1)
    changes = books.changes(period=FEBRUARY)
    assert [(one.report_id, one.moved) for one in changes] == [(answer["report"], -1)]
    assert books.make(FEBRUARY).version == 2
    assert [line.report_id for line in books.lines(2, FEBRUARY)] == [stays]
    assert [one.moved for one in books.changes(2, FEBRUARY)] == [-1]
    assert books.view(period=FEBRUARY).has_news is False


def test_a_report_that_another_dealer_was_told_is_new_to_this_one(books: Books) -> None:
    report_id = books.visit(ending="kb", day="2026-02-10")
    books.visit(ending="kb", day="2026-02-11")
    other = books.field.foundation.dealer("Van der Wal Melkservice")
    mechanic = books.field.foundation.mechanic(other, "Anna van der Wal")
    books.make()
    with books.database.reading() as session:
        empty = statements.show_statement(session, books.office, other.public_id, QUARTER)
    assert empty.moved_count == 0
    books.correct(report_id, mechanic=mechanic.number)
    with books.database.reading() as session:
        view = statements.show_statement(session, books.office, other.public_id, QUARTER)
        _, lines = statements.list_dealers(session, books.office, Wanted(), QUARTER)
    assert (view.moved_count, closing.figures_of(view).has_news) == (1, True)
    assert {one.dealer.id: one.state for one in lines} == {
        books.field.dealer.id: Told.CHANGED,
        other.id: Told.OPEN,
    }


def test_who_has_nothing_left_of_what_he_was_told_stays_in_the_list(books: Books) -> None:
    report_id = books.visit(ending="kb", day="2026-02-10")
    books.make()
    _of_another_dealer(books, "", report_id)
    with books.database.reading() as session:
        _, found = statements.list_dealers(
            session, books.office, Wanted(), QUARTER, state=Told.CHANGED
        )
    assert [one.dealer.id for one in found] == [books.field.dealer.id]


def test_one_that_came_beside_one_that_went_is_not_what_was_seen(books: Books) -> None:
    visit = books.field.visit(None, ending="kb", day="2026-02-10", sequence=50)
    books.field.send(visit)
    books.make()
    books.visit(ending="kb", day="2026-02-11")
    seen = closing.figures_of(books.view())
    books.withdraw(visit["id"])
    books.visit(ending="kb", day="2026-02-12")
    present = closing.figures_of(books.view())
    assert replace(present, moved_count=seen.moved_count) == seen
    with pytest.raises(Refusal, match=r"billing\.statement_changed"):
        books.make(seen=seen)


def changed(books: Books, version: int | None = None, period: Period = QUARTER) -> list[Any]:
    """The lines as a file has them: what each costs, and what the version before did not tell."""
    view = books.view(version, period)
    with books.database.reading() as session:
        lines = list(statement_lines.stream_lines(session, view))
        assert count_gone(session, view) == sum(line.is_gone for line in lines)
    assert sum(line.changed_cents or 0 for line in lines) == (view.changed_cents or 0)
    return [(line.report_id, line.total_cents, line.changed_cents, line.is_gone) for line in lines]


def test_each_line_of_a_file_tells_what_the_version_before_did_not(books: Books) -> None:
    visit = books.field.visit(1, sequence=50)
    [answer] = books.field.send(visit)
    gone, kb = answer["report"], books.visit(ending="kb", day="2026-01-05")
    assert {one[2] for one in changed(books)} == {None}
    books.make()
    assert changed(books, 1) == [(kb, 0, None, False), (gone, 3229, None, False)]
    books.withdraw(visit["id"])
    new = books.visit(2, day="2026-03-02")
    now = [(kb, 0, 0, False), (new, 3229, 3229, False), (gone, 0, -3229, True)]
    assert changed(books) == now
    books.make()
    assert changed(books, 2) == now
    assert changed(books, 1) == [(kb, 0, None, False), (gone, 3229, None, False)]
    assert changed(books) == [(kb, 0, 0, False), (new, 3229, 0, False)]
