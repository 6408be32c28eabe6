"""Who sees which cases, in which order, and how many there are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.cases import CaseOwner
from kombeheer.services.cases import lists, moving
from kombeheer.services.cases.lists import CaseLine
from kombeheer.services.listing import Wanted
from models.cases import Case
from tests.factories import NOW
from tests.services.cases.desk import Desk

LATER = date(2027, 1, 1)


def listed(desk: Desk, actor: Actor | None = None, **wanted: Any) -> list[CaseLine]:
    today = wanted.pop("today", NOW.date())
    order = wanted.pop("order", Wanted())
    with desk.field.foundation.database.reading() as session:
        page = lists.list_cases(session, actor or desk.office, today, order, **wanted)
        return [lists.line_of(row) for row in page.items]


def kinds(desk: Desk, actor: Actor | None = None, **wanted: Any) -> list[str]:
    return [line.case.kind for line in listed(desk, actor, **wanted)]


@pytest.fixture
def several(desk: Desk) -> Desk:
    """One of four kinds, and one of another dealer."""
    desk.field.send(desk.field.visit(999))
    desk.contradicting()
    desk.report(2, day="2026-03-04")
    desk.raise_overdue()
    foundation = desk.field.foundation
    other = foundation.dealer("Janssen Stalservice")
    phone = desk.field.phone(dealer=other)
    mechanic = foundation.mechanic(other, "Anna Smit")
    installation = foundation.installation(dealer=other)
    event = desk.field.visit(998, mechanic=mechanic.number, installation=installation.public_id)
    phone.send(event)
    return desk


def test_the_office_sees_all_and_the_first_due_on_top(several: Desk) -> None:
    found = listed(several)
    assert len(found) == 5
    assert [line.case.due_on for line in found] == sorted(line.case.due_on for line in found)


def test_a_dealer_sees_his_own_and_first_what_waits_for_him(several: Desk) -> None:
    found = listed(several, several.field.actor)
    assert {line.case.dealer_id for line in found} == {several.field.dealer.id}
    owners = [line.case.owner for line in found]
    assert owners == ["dealer", "dealer", "office", "office"]


@pytest.mark.parametrize("role", [Role.MECHANIC, Role.INSPECTOR, Role.READER])
def test_nobody_else_sees_any(several: Desk, role: Role) -> None:
    mine = {"mechanic": several.field.mechanic} if role is Role.MECHANIC else {}
    assert listed(several, several.field.foundation.user(role, **mine)) == []


def test_the_filters_leave_out_what_is_not_asked(several: Desk) -> None:
    assert set(kinds(several, kind="report_incomplete")) == {"report_incomplete"}
    assert set(kinds(several, owner="dealer")) == {"report_incomplete"}
    assert "report_incomplete" not in kinds(several, owner="office")
    other = next(line.dealer for line in listed(several) if line.dealer != several.field.dealer)
    assert other is not None
    of_one = listed(several, dealer=several.field.dealer.public_id)
    assert {line.case.dealer_id for line in of_one} == {several.field.dealer.id}
    assert len(of_one) == 4


def test_late_is_after_the_last_day(several: Desk) -> None:
    first = min(line.case.due_on for line in listed(several))
    assert listed(several, late=True, today=first) == []
    assert len(listed(several, late=True, today=LATER)) == 5


def test_whose_it_is_in_hand(several: Desk) -> None:
    [case] = [line.case for line in listed(several, kind="report_contradicts")]
    colleague = several.field.foundation.user(Role.OFFICE)
    several.field.foundation.database.write(
        lambda session: moving.open_case(session, several.office, case.id, NOW)
    )
    assert kinds(several, taken="mine") == ["report_contradicts"]
    assert kinds(several, colleague, taken="mine") == []
    assert len(listed(several, taken="nobody")) == 4
    [line] = listed(several, taken="mine")
    assert line.taken_by == several.office.name


def test_decided_ones_stand_apart_with_who_decided(several: Desk) -> None:
    [case] = [line.case for line in listed(several, kind="report_contradicts")]
    several.decide(case)
    assert "report_contradicts" not in kinds(several)
    [line] = listed(several, decided=True)
    assert (line.case.id, line.decided_by) == (case.id, several.office.name)


def test_counts_tell_what_waits_and_what_is_late(desk: Desk) -> None:
    desk.field.send(desk.field.visit(day="2027-01-01"))
    case = desk.field.row(Case)
    with desk.field.foundation.database.reading() as session:
        assert lists.counts(session, case.due_on)["scan_waiting"] == (1, 0)
        assert lists.counts(session, date(2030, 1, 1))["scan_waiting"] == (1, 1)


def test_counts_are_those_of_the_lists_they_open(several: Desk) -> None:
    with several.field.foundation.database.reading() as session:
        found = {owner: lists.counts(session, LATER, owner) for owner in CaseOwner}
    for owner, counted in found.items():
        for kind, (number, late) in counted.items():
            assert number == len(listed(several, kind=kind, owner=owner))
            assert late == len(listed(several, kind=kind, owner=owner, late=True, today=LATER))
    assert found[CaseOwner.DEALER]["report_incomplete"] == (2, 2)


def test_dealers_and_colleagues_are_those_who_can_be_meant(several: Desk) -> None:
    colleague = several.field.foundation.user(Role.OFFICE)
    several.field.foundation.dealer("Zonder zaken")
    with several.field.foundation.database.reading() as session:
        names = [one.name for one in lists.dealers(session)]
        assert names == ["Hoekstra Melktechniek", "Janssen Stalservice"]
        others = lists.colleagues(session, several.office)
        assert [one.id for one in others] == [colleague.user_id]
