"""Whose move a case is, who has it in hand, and until when: everything but the decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role, UserState
from kombeheer.rules.calendar import day_of
from kombeheer.rules.cases import (
    CASE_TRANSITIONS,
    CaseOwner,
    CaseState,
    case_due_on,
    require_due,
)
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.services import journal
from kombeheer.services.cases.scope import in_scope
from kombeheer.services.reasons import required_reason
from models.accounts import User
from models.cases import Case

TEXT_CODES = ("cases.text_missing", "cases.reason_long")


def held_case(session: Session, actor: Actor, case_id: int) -> Case:
    """Return a case of the actor's that waits, held until the commit.

    Raises:
        Refusal: `cases.unknown`, also for one outside the scope, or `cases.decided_already`.
    """
    statement = select(Case).where(Case.id == case_id, in_scope(actor)).with_for_update()
    case = session.scalars(statement.execution_options(populate_existing=True)).first()
    if case is None:
        raise Refusal("cases.unknown", number=case_id)
    if case.state == CaseState.DECIDED:
        raise Refusal("cases.decided_already", number=case_id)
    return case


def change(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    case: Case,
    wanted: dict[str, Any],
    note: str = "",
) -> None:
    """Change a case that is held, and tell it in the journal; `note` is what was said with it."""
    state = CaseState(case.state)
    goes_to = wanted.get("state", state)
    if goes_to != state and goes_to not in CASE_TRANSITIONS[state]:
        raise Refusal("cases.decided_already", number=case.id)
    changes = journal.changed_fields(case, wanted)
    journal.record(
        session,
        actor,
        now,
        action,
        "case",
        case.id,
        before={name: before for name, (before, _) in changes.items()},
        after={name: after for name, (_, after) in changes.items()}
        | ({"note": note} if note else {}),
    )
    session.flush()


def open_case(session: Session, actor: Actor, case_id: int, now: datetime) -> None:
    """Take a case in hand, also from a colleague; one in hand already stays as it is.

    A sticker claimed twice is *disputed* in public from now on.

    Raises:
        Refusal: `cases.unknown`, `cases.decided_already`.
    """
    case = held_case(session, actor, case_id)
    wanted = {"state": CaseState.OPENED, "taken_by_id": actor.user_id}
    if any(getattr(case, name) != value for name, value in wanted.items()):
        change(session, actor, now, "cases.opened", case, wanted)


def put_back(session: Session, actor: Actor, case_id: int, now: datetime) -> None:
    """Leave a case to whoever takes it next; it stays opened, for somebody has looked at it.

    Raises:
        Refusal: `cases.unknown`, `cases.decided_already`.
    """
    case = held_case(session, actor, case_id)
    if case.taken_by_id is not None:
        change(session, actor, now, "cases.put_back", case, {"taken_by_id": None})


def hand_over(
    session: Session, actor: Actor, case_id: int, colleague_id: int | None, now: datetime
) -> None:
    """Give a case to a colleague of the office, who has it in hand from now on.

    Raises:
        Refusal: `cases.unknown`, `cases.decided_already`, or `cases.colleague_unknown` for
            somebody who is not of the office, or cannot log in.
    """
    case = held_case(session, actor, case_id)
    colleague = None if colleague_id is None else session.get(User, colleague_id)
    is_office = colleague is not None and colleague.role == Role.OFFICE
    if colleague is None or not is_office or colleague.state != UserState.ACTIVE:
        raise Refusal("cases.colleague_unknown")
    if case.taken_by_id != colleague.id:
        wanted = {"state": CaseState.OPENED, "taken_by_id": colleague.id}
        change(session, actor, now, "cases.handed_over", case, wanted, note=colleague.name)


def move_due(
    session: Session, actor: Actor, case_id: int, due_on: date, reason: str, now: datetime
) -> None:
    """Move the last day to decide a case, with a reason that stays within the office.

    Raises:
        Refusal: `cases.due_passed`, `cases.due_far`, `cases.due_same`, `cases.text_missing`,
            `cases.reason_long`, `cases.unknown` or `cases.decided_already`.
    """
    require_due(due_on, day_of(now))
    line = required_reason(reason, *TEXT_CODES)
    case = held_case(session, actor, case_id)
    if case.due_on == due_on:
        raise Refusal("cases.due_same", day=due_on.isoformat())
    change(session, actor, now, "cases.due_moved", case, {"due_on": due_on}, note=line)


def ask_dealer(session: Session, actor: Actor, case_id: int, question: str, now: datetime) -> None:
    """Make a case the dealer's move, with what is asked of him; his term begins today.

    Raises:
        Refusal: `cases.dealer_missing` when it is about none, `cases.with_dealer` when it is with
            him already, `cases.text_missing`, `cases.reason_long`, `cases.unknown` or
            `cases.decided_already`.
    """
    line = required_reason(question, *TEXT_CODES)
    case = held_case(session, actor, case_id)
    if case.dealer_id is None:
        raise Refusal("cases.dealer_missing", number=case_id)
    if case.owner == CaseOwner.DEALER:
        raise Refusal("cases.with_dealer", number=case_id)
    wanted = {
        "state": CaseState.OPENED,
        "owner": CaseOwner.DEALER,
        "due_on": max(case.due_on, _term(now)),
    }
    change(session, actor, now, "cases.dealer_asked", case, wanted, note=line)


def take_back(session: Session, actor: Actor, case_id: int, now: datetime) -> None:
    """Make a case the office's move again, without the dealer's answer.

    Raises:
        Refusal: `cases.with_office`, `cases.unknown` or `cases.decided_already`.
    """
    case = held_case(session, actor, case_id)
    if case.owner == CaseOwner.OFFICE:
        raise Refusal("cases.with_office", number=case_id)
    wanted = {"owner": CaseOwner.OFFICE, "due_on": max(case.due_on, _term(now))}
    change(session, actor, now, "cases.taken_back", case, wanted)


def answer(session: Session, actor: Actor, case_id: int, text: str, now: datetime) -> None:
    """Let the dealer say what he knows of a case; from then on it is the office's move.

    Raises:
        Refusal: `cases.with_office` when it is not his move, `cases.text_missing`,
            `cases.reason_long`, `cases.unknown` or `cases.decided_already`.
    """
    line = required_reason(text, *TEXT_CODES)
    case = held_case(session, actor, case_id)
    if case.owner == CaseOwner.OFFICE:
        raise Refusal("cases.with_office", number=case_id)
    wanted = {"owner": CaseOwner.OFFICE, "due_on": max(case.due_on, _term(now))}
    change(session, actor, now, "cases.answered", case, wanted, note=line)


def _term(now: datetime) -> date:
    """Return the last day of whose move it becomes today."""
    today = day_of(now)
    return case_due_on(today, regulation_on(today))
