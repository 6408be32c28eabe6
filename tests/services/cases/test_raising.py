"""An incomplete report becomes a case when its term has passed: once, and for every report."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import complete_by
from kombeheer.services.cases import raising
from models.cases import Case
from models.reports import Report
from tests.factories import NOW, TODAY
from tests.field import withdrawal
from tests.queries import asked
from tests.services.cases.desk import Desk
from tests.services.reports.desks import FULL
from tests.together import at_once


@pytest.mark.parametrize(("days", "raised"), [(13, 0), (14, 0), (15, 1), (400, 1)])
def test_decisions_0007_day_14_is_in_time_and_day_15_is_not(
    desk: Desk, days: int, raised: int
) -> None:
    desk.report()
    last = complete_by(TODAY, regulation_on(TODAY))
    assert (last < TODAY + timedelta(days=days)) == bool(raised)
    assert desk.raise_overdue(NOW + timedelta(days=days)) == raised
    assert len(desk.field.rows(Case)) == raised


@pytest.mark.parametrize(
    ("moment", "raised"),
    [
        (datetime(2026, 3, 19, 22, 59, tzinfo=UTC), 0),
        (datetime(2026, 3, 19, 23, 1, tzinfo=UTC), 1),
    ],
)
def test_a_day_begins_in_amsterdam(desk: Desk, moment: datetime, raised: int) -> None:
    desk.report()
    assert desk.raise_overdue(moment) == raised


def test_the_term_runs_from_the_day_of_receipt(desk: Desk) -> None:
    received = {desk.report(1, day="2026-02-01"): TODAY, desk.report(2): date(2026, 3, 4)}
    with desk.field.foundation.database.transaction() as session:
        for report_id, day in received.items():
            session.get_one(Report, report_id).received_on = day
    assert desk.raise_overdue(NOW + timedelta(days=14)) == 1
    assert received[str(desk.field.row(Case).report_id)] == date(2026, 3, 4)


def test_it_is_the_dealer_s_move_and_names_all_it_is_about(desk: Desk) -> None:
    report_id = desk.report()
    desk.raise_overdue()
    case = desk.field.row(Case)
    assert (case.kind, case.owner, case.state) == ("report_incomplete", "dealer", "raised")
    assert (case.report_id, case.dealer_id) == (report_id, desk.field.dealer.id)
    assert (case.installation_id, case.serial) == (desk.field.installation.id, 1)
    assert (case.due_on, case.content) == (date(2026, 4, 3), '{"version": 1}')


def test_what_is_complete_or_withdrawn_is_left(desk: Desk) -> None:
    desk.revise(desk.report(1), details=FULL)
    undone = desk.field.visit(2, sequence=2)
    desk.field.send(undone, withdrawal(undone, 3))
    desk.field.send(desk.field.visit(None, sequence=4, ending="kb"))
    assert desk.raise_overdue() == 0


def test_it_is_raised_once(desk: Desk) -> None:
    desk.report()
    assert [desk.raise_overdue(), desk.raise_overdue()] == [1, 0]
    assert len(desk.field.rows(Case)) == 1


def test_what_the_office_has_closed_comes_back_for_another_version_only(desk: Desk) -> None:
    report_id = desk.report()
    desk.raise_overdue()
    desk.revise(report_id, details=FULL.__class__(remark="half"))
    desk.decide(desk.field.row(Case), reason="de installatie is weg")
    assert desk.raise_overdue() == 0
    desk.revise(report_id, details=FULL.__class__(remark="toch nog"))
    assert desk.raise_overdue() == 1
    assert sorted(case.state for case in desk.field.rows(Case)) == ["decided", "raised"]


def test_a_report_that_is_not_complete_any_more_comes_back(desk: Desk) -> None:
    report_id = desk.report()
    desk.raise_overdue()
    desk.revise(report_id, details=FULL)
    assert desk.field.row(Case).decision == "completed"
    desk.revise(report_id, reason="zat niet droog", details=FULL.__class__(remark="x"))
    assert desk.raise_overdue() == 1


def test_all_of_them_are_raised_in_one_statement(desk: Desk) -> None:
    desk.field.send(*(desk.field.visit(serial, sequence=serial) for serial in range(1, 41)))
    with asked(desk.field.foundation.database.writer) as statements:
        assert desk.raise_overdue() == 40
    assert len(statements) == 1


def test_of_two_at_once_one_raises_it(desk: Desk) -> None:
    database = desk.field.foundation.database
    desk.field.send(*(desk.field.visit(serial, sequence=serial) for serial in range(1, 6)))

    def run() -> int:
        return database.write(
            lambda session: raising.raise_overdue(session, NOW + timedelta(days=15))
        )

    assert sum(at_once(*[run] * 6)) == 5
    assert len(desk.field.rows(Case)) == 5
