"""What needs a person, and how far a person has come with it."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from kombeheer.rules.regulation import Regulation


class CaseKind(StrEnum):
    """Why a person is asked.

    Source: R55, decisions/0006
    """

    SCAN_WAITING = "scan_waiting"
    STICKER_CLAIMED_TWICE = "sticker_claimed_twice"
    INSTALLATION_UNCHECKED = "installation_unchecked"


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
