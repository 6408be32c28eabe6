"""What needs a person, and how far a person has come with it."""

from __future__ import annotations

from enum import StrEnum


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

CASE_DUE_DAYS = 14
