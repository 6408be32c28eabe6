"""What needs a person, and how far a person has come with it."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from kombeheer.rules.calendar import add_months
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import Regulation

DUE_MONTHS_MAX = 12


class CaseKind(StrEnum):
    """Why a person is asked.

    Source: R55, decisions/0006
    """

    SCAN_WAITING = "scan_waiting"
    STICKER_CLAIMED_TWICE = "sticker_claimed_twice"
    INSTALLATION_UNCHECKED = "installation_unchecked"
    REPORT_INCOMPLETE = "report_incomplete"
    REPORT_CONTRADICTS = "report_contradicts"
    CORRECTION_WAITING = "correction_waiting"


class CaseOwner(StrEnum):
    """Whose move it is.

    Source: decisions/0013
    """

    OFFICE = "office"
    DEALER = "dealer"


# Whose move it is at first; the other side sees the case too.
OWNERS: dict[CaseKind, CaseOwner] = {
    kind: CaseOwner.DEALER if kind is CaseKind.REPORT_INCOMPLETE else CaseOwner.OFFICE
    for kind in CaseKind
}


class CaseState(StrEnum):
    """Raised by the system, opened by the office, decided with a reason.

    Source: decisions/0006
    """

    RAISED = "raised"
    OPENED = "opened"
    DECIDED = "decided"


CASE_TRANSITIONS: dict[CaseState, frozenset[CaseState]] = {
    CaseState.RAISED: frozenset({CaseState.OPENED, CaseState.DECIDED}),
    CaseState.OPENED: frozenset({CaseState.DECIDED}),
    CaseState.DECIDED: frozenset(),
}


def case_due_on(raised_on: date, regulation: Regulation) -> date:
    """Return the last day on which the office decides a case in time.

    Source: decisions/0006, decisions/0007
    """
    return raised_on + timedelta(days=regulation.case_due_days)


def require_due(due_on: date, today: date) -> None:
    """Refuse a new last day for a case that has passed, or is more than a year away.

    Today is still possible, and so is the same day a year from now.

    Raises:
        Refusal: `cases.due_passed`, `cases.due_far`.

    Source: decisions/0006
    """
    most = add_months(today, DUE_MONTHS_MAX)
    if due_on < today:
        raise Refusal("cases.due_passed", day=due_on.isoformat(), today=today.isoformat())
    if due_on > most:
        raise Refusal("cases.due_far", day=due_on.isoformat(), most_until=most.isoformat())
