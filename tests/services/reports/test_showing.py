"""One report with what follows from it: what it lacks, its term, its period, what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ServiceKind
from kombeheer.rules.sites import Interval, ParlourType
from kombeheer.services.reports.showing import ReportPage, show_page
from models.reports import Report
from models.sites import LeniencyPeriod
from tests.factories import NOW, TODAY
from tests.field import Field
from tests.services.reports.desks import FULL, Desk


def shown(desk: Desk, role: Role = Role.DEALER) -> ReportPage:
    with desk.field.foundation.database.reading() as session:
        return show_page(session, desk.actor(role), desk.report_id)


def test_what_it_lacks_and_what_follows(field: Field) -> None:
    desk = Desk(field)
    page = shown(desk)
    assert len(page.lacking) == 3
    assert (page.template, page.limits_from) == ("MAR-2004", date(2004, 1, 1))
    assert (page.days_to_receipt, page.complete_by) == (0, date(2026, 3, 19))
    desk.revise(details=FULL)
    page = shown(desk)
    assert (page.lacking, page.details) == ((), FULL)
    assert (page.starts_too_cold, page.ends_too_cold) == (False, False)
    cold = replace(FULL, wash_end=Decimal(40), remark="koud", advice="boiler")
    desk.revise(reason="verlezen", details=cold)
    page = shown(desk)
    assert (page.starts_too_cold, page.ends_too_cold) == (False, True)


Served = Callable[..., Report]


@pytest.fixture
def served(field: Field) -> Iterator[Served]:
    """A service before that was never scanned; gone at the end, when the field must be sound."""
    made: list[Report] = []

    def serve(day: date, **more: object) -> Report:
        known = (field.installation, field.mechanic, field.dealer, day)
        made.append(field.foundation.report(*known, **{"id": "eerder", **more}))
        return made[-1]

    yield serve
    with field.foundation.database.transaction() as session:
        for report in made:
            session.delete(session.merge(report))


@pytest.mark.parametrize(
    ("before", "kept", "due_on"),
    [
        (date(2025, 3, 5), Interval.IN_TIME, date(2026, 3, 5)),
        (date(2025, 3, 4), Interval.TOLERATED, date(2026, 3, 4)),
        (date(2024, 12, 5), Interval.TOLERATED, date(2025, 12, 5)),
        (date(2024, 12, 4), Interval.BEYOND, date(2025, 12, 4)),
    ],
)
def test_how_the_service_kept_its_term(
    field: Field, served: Served, before: date, kept: Interval, due_on: date
) -> None:
    served(before)
    page = shown(Desk(field))
    assert page.previous is not None
    assert (page.previous.kept, page.previous.due_on) == (kept, due_on)
    assert (page.is_late, page.previous.report_id) == (kept is not Interval.IN_TIME, "eerder")


@pytest.mark.parametrize("was", [ParlourType.HERRINGBONE, ParlourType.ROBOT])
def test_r35_the_term_is_of_the_kind_it_was_on_the_day_of_the_report(
    field: Field, served: Served, was: ParlourType
) -> None:
    """As the figure of the year counts it, whatever the installation was before."""
    served(date(2025, 3, 4), parlour_type=was)
    page = shown(Desk(field))
    assert page.previous is not None
    assert (page.previous.kept, page.previous.due_on) == (Interval.TOLERATED, date(2026, 3, 4))


def test_leniency_is_no_longer_beyond(field: Field, served: Served) -> None:
    served(date(2024, 1, 1))
    period = LeniencyPeriod(
        from_on=TODAY, until_on=TODAY, reason="MKZ", document="brief", recorded_at=NOW
    )
    field.foundation.add(period)
    page = shown(Desk(field))
    assert page.previous is not None
    assert page.previous.kept is Interval.TOLERATED


@pytest.mark.parametrize("other", [{"ending": "kb"}, {"kind": "repair"}, {"state": "withdrawn"}])
def test_only_a_major_service_began_a_term(
    field: Field, served: Served, other: dict[str, str]
) -> None:
    served(date(2025, 3, 5), **other)
    assert shown(Desk(field)).previous is None


def test_a_repair_keeps_no_term_but_a_deadline(field: Field, served: Served) -> None:
    served(date(2024, 3, 5))
    desk = Desk(field)
    repaired = replace(FULL, kkm_visited_on=date(2026, 1, 1), repair_by=date(2026, 3, 4))
    desk.revise(kind=ServiceKind.REPAIR, details=repaired)
    page = shown(desk)
    assert (page.previous, page.is_repaired_late) == (None, True)


@pytest.mark.parametrize(
    ("role", "decides"), [(Role.DEALER, True), (Role.MECHANIC, True), (Role.OFFICE, False)]
)
def test_in_a_closed_period_the_office_decides(field: Field, role: Role, decides: bool) -> None:
    desk = Desk(field)
    assert not shown(desk, role).office_decides(desk.actor(role), TODAY)
    desk.close_period()
    page = shown(desk, role)
    assert page.locked_until == date(2026, 3, 31)
    assert page.office_decides(desk.actor(role), TODAY) is decides


def test_after_twelve_months_too(field: Field) -> None:
    desk = Desk(field)
    page = shown(desk)
    assert not page.office_decides(field.actor, date(2027, 3, 5))
    assert page.office_decides(field.actor, date(2027, 3, 6))


def test_a_withdrawal_that_waits_is_told(field: Field) -> None:
    desk = Desk(field)
    desk.close_period()
    assert not shown(desk).waiting_withdrawal
    desk.withdraw()
    assert shown(desk).waiting_withdrawal


def test_cases_about_it_are_told_while_they_wait(field: Field) -> None:
    desk = Desk(field)
    desk.revise(reason="12 standen", unit_count=12)
    assert [case.kind for case in shown(desk).cases] == ["report_contradicts"]
    desk.revise(reason="toch 24", unit_count=24)
    assert list(shown(desk).cases) == []


def test_what_is_not_one_s_own_is_unknown(field: Field) -> None:
    desk = Desk(field)
    other = field.foundation.user(Role.DEALER, dealer=field.foundation.dealer("Bakker"))
    with (
        field.foundation.database.reading() as session,
        pytest.raises(Refusal, match=r"reports\.unknown"),
    ):
        show_page(session, other, desk.report_id)
