"""A statement: running, made, changed since, and told again exactly as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import event

from kombeheer.rules.accounts import Role
from kombeheer.rules.billing import ChargeItem
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import Ending
from kombeheer.rules.statements import Period
from kombeheer.services.billing import closing, statement_changes, statement_lines, statements
from kombeheer.services.billing.statements import ItemTotal, Told, Totals
from kombeheer.services.listing import Wanted
from models.billing import ChargeRow, Statement, StatementReport
from models.journal import JournalEntry
from tests.factories import TODAY, number
from tests.field import Field
from tests.services.billing.made import AFTER, QUARTER, Books
from tests.together import at_once, codes

FIRST, SECOND, THIRD = (number(serial).printed for serial in (1, 2, 3))
MIXED = [
    ("2026-01-20", THIRD, 2605 + 12 * 26 + 4 * 25 + 2 * 78, None),
    ("2026-02-10", SECOND, 0, "paid_this_year"),
    ("2026-02-11", "geen_kom", 0, "geen_kom"),
    ("2026-02-12", "kb", 0, "kb"),
    ("2026-03-05", FIRST, 3229, None),
]


@pytest.fixture
def books(field: Field) -> Books:
    return Books(field)


def test_every_report_of_the_period_is_a_line_also_one_that_costs_nothing(books: Books) -> None:
    books.mixed()
    assert books.told() == MIXED
    view = books.view()
    assert {one.item: (one.count, one.quantity, one.cents) for one in view.totals.items} == {
        ChargeItem.BASE: (2, 2, 5210),
        ChargeItem.SURCHARGE: (2, 36, 936),
        ChargeItem.JAR: (1, 4, 100),
        ChargeItem.METER: (1, 2, 156),
    }
    assert (view.totals.cents, view.report_count) == (sum(line[2] for line in MIXED), 5)


def test_a_line_tells_what_the_installation_was_on_the_service_date(books: Books) -> None:
    [report_id] = [books.visit(1)]
    books.correct(report_id, unit_count=20)
    [line] = books.lines()
    assert (line.farm, line.place, line.parlour_type, line.unit_count, line.species) == (
        *("Veehouderij De Wilgen", "Oudega", "herringbone", 20, "cows"),
    )


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 3, 5), date(2026, 3, 5), 1),
        (date(2026, 3, 6), date(2026, 12, 31), 0),
        (date(2025, 1, 1), date(2026, 3, 4), 0),
    ],
)
def test_the_service_date_decides_and_both_days_of_a_period_count(
    books: Books, first: date, last: date, count: int
) -> None:
    books.visit(1)
    period = Period(first, last)
    assert len(books.lines(period=period)) == books.view(period=period).report_count == count
    assert books.view(period=period).totals.cents == 3229 * count


def test_counter_entries_are_net_in_the_line(books: Books) -> None:
    report_id = books.visit(1)
    books.correct(report_id, ending=Ending.GEEN_KOM, details={"remark": "pomp stuk"})
    assert books.told() == [("2026-03-05", "geen_kom", 0, "geen_kom")]
    view = books.view()
    assert (view.totals.cents, view.totals.entry_count, view.since.cents) == (0, 4, 0)
    assert {one.item: one.count for one in view.totals.items} == {"base": 0, "surcharge": 0}


def test_a_made_statement_tells_every_entry_once(books: Books) -> None:
    books.mixed()
    books.correct(books.visit(4, day="2026-02-20"), ending=Ending.KB)
    running = books.view()
    made = books.make()
    assert (made.version, made.total_cents) == (1, running.totals.cents)
    assert made.charge_count == running.totals.entry_count
    assert {row.statement_id for row in books.field.rows(ChargeRow)} == {made.id}
    assert len(books.field.rows(StatementReport, statement_id=made.id)) == 6
    assert (books.view().since.entry_count, books.changes()) == (0, [])
    [entry] = books.field.rows(JournalEntry, action="billing.statement_made")
    assert (entry.subject_kind, entry.subject_id) == ("dealer", books.field.dealer.public_id)


def test_what_changed_since_is_told_by_report_and_the_old_version_stays(books: Books) -> None:
    reports = books.mixed()
    books.make()
    told = books.told(1)
    books.correct(reports[0], unit_count=12)  # 24 were 12: 6.24 becomes 3.12
    books.correct(reports[4], ending=Ending.GEEN_KOM, details={"remark": "pomp stuk"})
    late = books.visit(ending="geen_kom", day="2026-01-05")
    assert [(one.report_id, one.cancelled_cents, one.added_cents) for one in books.changes()] == [
        (late, 0, 0),
        (reports[4], -2605 - 312, 0),
        (reports[0], -624, 312),
    ]
    assert books.view().since.cents == -2605 - 312 - 312
    assert books.told(1) == told == MIXED
    second = books.make()
    assert (second.version, second.total_cents) == (2, books.view().totals.cents)
    assert second.total_cents == 2605 + 312 + 256
    assert books.told(1) == MIXED
    assert books.told(2) == books.told()
    assert late in {line.report_id for line in books.lines(2)}
    assert [one.report_id for one in books.changes(2)] == [late, reports[4], reports[0]]
    assert [one.version for one in books.view(1).versions] == [2, 1]


def test_a_report_that_was_withdrawn_since_stands_where_it_was_told(books: Books) -> None:
    visit = books.field.visit(1)
    books.field.send(visit)
    books.make()
    books.withdraw(visit["id"])
    assert books.told() == []
    assert books.told(1) == [("2026-03-05", FIRST, 3229, None)]
    [change] = books.changes()
    assert (change.cancelled_cents, change.added_cents, change.farm) == (
        *(-3229, 0, "Veehouderij De Wilgen"),
    )
    assert books.make().total_cents == 0
    assert (books.told(2), books.told(1)) == ([], [("2026-03-05", FIRST, 3229, None)])


def test_a_report_that_went_to_another_period_leaves_no_cent_behind(books: Books) -> None:
    report_id = books.visit(1)
    january = Period(date(2026, 1, 1), date(2026, 1, 31))
    books.make()
    books.correct(report_id, service_date=date(2026, 4, 1))
    assert (books.told(), books.view().totals.cents) == ([], 0)
    assert books.told(1) == [("2026-03-05", FIRST, 3229, None)]
    assert books.view(period=january).totals.cents == 0
    april = Period(date(2026, 4, 1), date(2026, 4, 30))
    assert books.told(period=april) == [("2026-04-01", FIRST, 3229, None)]


def test_lines_that_do_not_come_to_the_charges_break_off(books: Books) -> None:
    books.visit(1)
    wrong = replace(books.view(), totals=Totals((ItemTotal(ChargeItem.BASE, 1, 1, 2605),), 1))
    with books.database.reading() as session:
        lines = statement_lines.stream_lines(session, wrong)
        assert next(lines).total_cents == 3229
        with pytest.raises(AssertionError, match="lines of 3229 cents, charges of 2605"):
            next(lines)


def test_a_period_is_closed_from_the_day_after_its_last(books: Books) -> None:
    books.visit(1)
    evening = AFTER - timedelta(days=2)
    with pytest.raises(Refusal, match=r"billing\.period_running"):
        books.make(now=evening)
    assert books.make(now=AFTER - timedelta(days=1)).version == 1


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        (date(2026, 3, 31), date(2026, 4, 1), True),
        (date(2026, 4, 1), date(2026, 4, 1), False),
        (date(2025, 12, 1), date(2026, 1, 1), True),
        (date(2025, 12, 1), date(2025, 12, 31), False),
        (date(2026, 1, 1), date(2026, 12, 31), True),
        (date(2026, 1, 1), date(2026, 3, 30), True),
    ],
)
def test_no_day_is_told_by_two_statements(
    books: Books, first: date, last: date, refused: bool
) -> None:
    books.visit(1)
    books.make()
    books.field.clock.pass_by(days=max(0, (first - TODAY).days))
    books.visit(ending="kb", day=first.isoformat())
    later = AFTER + timedelta(days=400)
    period = Period(first, last)
    if refused:
        with pytest.raises(Refusal, match=r"billing\.period_overlaps") as caught:
            books.make(period, now=later)
        assert caught.value.facts == {"from_on": "2026-01-01", "until_on": "2026-03-31"}
        assert books.view(period=period).other == QUARTER
    else:
        assert books.make(period, now=later).version == 1


def test_a_version_that_would_tell_nothing_new_is_refused(books: Books) -> None:
    with pytest.raises(Refusal, match=r"billing\.statement_empty"):
        books.make()
    books.visit(1)
    books.make()
    before = books.field.sizes()
    with pytest.raises(Refusal, match=r"billing\.nothing_new"):
        books.make()
    assert books.field.grown(before) == {}


def test_who_saw_other_figures_is_asked_again_and_nothing_is_made(books: Books) -> None:
    books.visit(1)
    seen = closing.figures_of(books.view())
    books.visit(ending="kb", day="2026-03-05")
    before = books.field.sizes()
    with pytest.raises(Refusal, match=r"billing\.statement_changed"):
        books.make(seen=seen)
    assert books.field.grown(before) == {}
    assert {row.statement_id for row in books.field.rows(ChargeRow)} == {None}


def test_of_two_who_make_it_at_once_one_does(books: Books) -> None:
    books.mixed()
    make = partial(books.make, seen=closing.figures_of(books.view()))
    assert sorted(codes(at_once(make, make))) == ["", "billing.nothing_new"]
    [statement] = books.field.rows(Statement)
    assert statement.version == 1
    assert {row.statement_id for row in books.field.rows(ChargeRow)} == {statement.id}


def test_a_dealer_sees_his_own_statements_only(books: Books) -> None:
    books.visit(1)
    books.make()
    other = books.field.foundation.dealer("Van der Meer Melktechniek")
    stranger = books.field.foundation.user(Role.DEALER, dealer=other)
    mine = books.field.dealer.public_id
    with books.database.reading() as session:
        view = statements.show_statement(session, books.field.actor, mine, QUARTER)
        assert view.totals.cents == 3229
        with pytest.raises(Refusal, match=r"parties\.dealer_unknown"):
            statements.show_statement(session, stranger, mine, QUARTER)
        assert len(statements.latest_made(session, books.field.actor)) == 1
        assert statements.latest_made(session, stranger) == []
        with pytest.raises(Refusal, match=r"billing\.version_unknown"):
            statements.show_statement(session, books.field.actor, mine, QUARTER, 2)


def test_the_list_of_a_period_tells_totals_and_how_far_each_is(books: Books) -> None:
    report_id = books.visit(1)
    books.field.foundation.dealer("Zonder werk")

    def listed(state: Told | None = None, query: str = "") -> list[tuple[str, int, Told]]:
        with books.database.reading() as session:
            _, lines = statements.list_dealers(
                session, books.office, Wanted(), QUARTER, query=query, state=state
            )
        return [(one.dealer.name, one.total_cents, one.state) for one in lines]

    name = books.field.dealer.name
    assert listed() == listed(Told.OPEN) == listed(query="hoekstra") == [(name, 3229, Told.OPEN)]
    assert listed(query="van der meer") == []
    books.make()
    assert listed() == listed(Told.MADE) == [(name, 3229, Told.MADE)]
    assert listed(Told.OPEN) == []
    books.correct(report_id, unit_count=12)
    assert listed() == listed(Told.CHANGED) == [(name, 2917, Told.CHANGED)]
    assert listed(Told.MADE) == []


def test_a_page_asks_as_many_queries_for_many_reports_as_for_one(books: Books) -> None:
    def queries() -> int:
        asked = []
        with books.database.reading() as session:
            engine = session.get_bind()
            count = lambda *_: asked.append(1)  # noqa: E731
            event.listen(engine, "before_cursor_execute", count)
            public_id = books.field.dealer.public_id
            view = statements.show_statement(session, books.office, public_id, QUARTER)
            statement_lines.list_lines(session, view, Wanted())
            statement_changes.list_changes(session, view, Wanted())
            event.remove(engine, "before_cursor_execute", count)
        return len(asked)

    books.visit(1)
    one = queries()
    days = [(date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(60)]
    kb = [
        books.field.visit(None, ending="kb", day=day, sequence=n) for n, day in enumerate(days, 9)
    ]
    assert {answer["outcome"] for answer in books.field.send(*kb)} == {"accepted"}
    assert queries() == one
