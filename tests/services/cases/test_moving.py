"""Whose move a case is, who has it in hand, and until when."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.services.cases import moving
from models.accounts import User
from models.cases import Case
from models.journal import JournalEntry
from tests.factories import NOW, TODAY
from tests.field import Field
from tests.services.cases.desk import Desk


@pytest.fixture
def desk(field: Field) -> Desk:
    return Desk(field)


@pytest.fixture
def case(desk: Desk) -> Case:
    """A scan of a number nobody knows: the office's move."""
    desk.field.send(desk.field.visit(999))
    return desk.case("scan_waiting")


def do(desk: Desk, work: Callable[..., None], case: Case, *more: Any, by: Any = None) -> Case:
    """Do something with a case; return it as it is then."""
    actor = by or desk.office

    def done(session: Session) -> None:
        work(session, actor, case.id, *more, NOW)

    desk.field.foundation.database.write(done)
    return desk.field.row(Case, id=case.id)


def told(desk: Desk, case: Case) -> list[tuple[str, str]]:
    """What the journal tells of a case: action and note, the oldest first."""
    rows = desk.field.rows(JournalEntry, subject_kind="case", subject_id=str(case.id))
    return [(row.action, json.loads(row.after).get("note", "")) for row in rows]


def test_a_case_is_taken_handed_over_taken_over_and_put_back(desk: Desk, case: Case) -> None:
    colleague = desk.field.foundation.user(Role.OFFICE)
    taken = do(desk, moving.open_case, case)
    assert (taken.state, taken.taken_by_id) == ("opened", desk.office.user_id)
    assert do(desk, moving.hand_over, case, colleague.user_id).taken_by_id == colleague.user_id
    assert do(desk, moving.open_case, case).taken_by_id == desk.office.user_id
    back = do(desk, moving.put_back, case)
    assert (back.state, back.taken_by_id) == ("opened", None)
    actions = [action for action, _ in told(desk, case)]
    assert actions == ["cases.opened", "cases.handed_over", "cases.opened", "cases.put_back"]


def test_what_changes_nothing_is_not_told_again(desk: Desk, case: Case) -> None:
    do(desk, moving.put_back, case)
    do(desk, moving.open_case, case)
    do(desk, moving.open_case, case)
    assert [action for action, _ in told(desk, case)] == ["cases.opened"]


@pytest.mark.parametrize("who", ["dealer", "locked", "nobody", "none"])
def test_it_is_handed_to_somebody_of_the_office_only(desk: Desk, case: Case, who: str) -> None:
    locked = desk.field.foundation.user(Role.OFFICE)
    with desk.field.foundation.database.transaction() as session:
        session.get_one(User, locked.user_id).state = "locked"
    people = {"dealer": desk.field.actor.user_id, "locked": locked.user_id, "nobody": 10**6}
    with pytest.raises(Refusal, match=r"cases\.colleague_unknown"):
        do(desk, moving.hand_over, case, people.get(who))
    assert told(desk, case) == []


@pytest.mark.parametrize(
    ("due_on", "code"),
    [
        (TODAY - timedelta(days=1), "cases.due_passed"),
        (TODAY, None),
        (date(2026, 3, 19), "cases.due_same"),
        (date(2027, 3, 5), None),
        (date(2027, 3, 6), "cases.due_far"),
    ],
)
def test_the_last_day_is_moved_with_a_reason(
    desk: Desk, case: Case, due_on: date, code: str | None
) -> None:
    if code is not None:
        with pytest.raises(Refusal, match=code):
            do(desk, moving.move_due, case, due_on, "wacht op foto's")
        assert told(desk, case) == []
        return
    assert do(desk, moving.move_due, case, due_on, "wacht op\nfoto's").due_on == due_on
    assert told(desk, case) == [("cases.due_moved", "wacht op foto's")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" ", "cases.text_missing"),
        ("x" * 501, "cases.reason_long"),
        ("a\x00", "cases.reason_long"),
    ],
)
def test_a_text_is_asked_and_of_some_length(desk: Desk, case: Case, text: str, code: str) -> None:
    for work, more in ((moving.move_due, (TODAY, text)), (moving.ask_dealer, (text,))):
        with pytest.raises(Refusal, match=code):
            do(desk, work, case, *more)
    do(desk, moving.ask_dealer, case, "Welk nummer was het?")
    with pytest.raises(Refusal, match=code):
        do(desk, moving.answer, case, text, by=desk.field.actor)


def test_a_case_goes_to_the_dealer_and_comes_back_with_his_answer(desk: Desk, case: Case) -> None:
    asked = do(desk, moving.ask_dealer, case, "Welk nummer was het?")
    assert (asked.owner, asked.state) == ("dealer", "opened")
    with pytest.raises(Refusal, match=r"cases\.with_dealer"):
        do(desk, moving.ask_dealer, case, "Nog eens?")
    answered = do(desk, moving.answer, case, "26-000001", by=desk.field.actor)
    assert answered.owner == "office"
    with pytest.raises(Refusal, match=r"cases\.with_office"):
        do(desk, moving.answer, case, "26-000001", by=desk.field.actor)
    assert told(desk, case) == [
        ("cases.dealer_asked", "Welk nummer was het?"),
        ("cases.answered", "26-000001"),
    ]


def test_who_gets_the_move_has_his_term_and_none_is_made_shorter(desk: Desk, case: Case) -> None:
    do(desk, moving.move_due, case, TODAY, "haast")
    assert do(desk, moving.ask_dealer, case, "Welk nummer?").due_on == date(2026, 3, 19)
    do(desk, moving.move_due, case, date(2026, 5, 1), "vakantie")
    assert do(desk, moving.answer, case, "1", by=desk.field.actor).due_on == date(2026, 5, 1)


def test_the_office_can_take_it_back(desk: Desk, case: Case) -> None:
    with pytest.raises(Refusal, match=r"cases\.with_office"):
        do(desk, moving.take_back, case)
    do(desk, moving.ask_dealer, case, "Welk nummer?")
    assert do(desk, moving.take_back, case).owner == "office"


def test_another_dealer_cannot_answer(desk: Desk, case: Case) -> None:
    do(desk, moving.ask_dealer, case, "Welk nummer?")
    foundation = desk.field.foundation
    stranger = foundation.user(Role.DEALER, dealer=foundation.dealer("Janssen Stalservice"))
    with pytest.raises(Refusal, match=r"cases\.unknown"):
        do(desk, moving.answer, case, "ik weet het", by=stranger)


@pytest.mark.parametrize("role", [Role.MECHANIC, Role.INSPECTOR, Role.READER])
def test_nobody_else_has_cases(desk: Desk, case: Case, role: Role) -> None:
    mine = {"mechanic": desk.field.mechanic} if role is Role.MECHANIC else {}
    actor: Actor = desk.field.foundation.user(role, **mine)
    for work in (moving.open_case, moving.put_back, moving.take_back):
        with pytest.raises(Refusal, match=r"cases\.unknown"):
            do(desk, work, case, by=actor)


def test_a_case_about_no_dealer_is_nobody_else_s_move(desk: Desk) -> None:
    office = desk.field.foundation.add(
        Case(
            kind="scan_waiting",
            state="raised",
            owner="office",
            raised_at=NOW,
            due_on=TODAY,
            reason="",
        )
    )
    with pytest.raises(Refusal, match=r"cases\.dealer_missing"):
        do(desk, moving.ask_dealer, office, "Van wie is dit?")
    with desk.field.foundation.database.transaction() as session:
        session.delete(session.get_one(Case, office.id))


def test_what_is_decided_moves_no_more(desk: Desk, case: Case) -> None:
    desk.decide(case, accept=False)
    steps: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
        (moving.open_case, ()),
        (moving.put_back, ()),
        (moving.take_back, ()),
        (moving.hand_over, (desk.office.user_id,)),
        (moving.move_due, (TODAY, "x")),
        (moving.ask_dealer, ("x",)),
        (moving.answer, ("x",)),
    ]
    for work, more in steps:
        with pytest.raises(Refusal, match=r"cases\.decided_already"):
            do(desk, work, case, *more)
