"""How far a person may have come with a case."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from kombeheer.rules.cases import (
    CASE_TRANSITIONS,
    OWNERS,
    CaseKind,
    CaseOwner,
    CaseState,
    case_due_on,
    require_due,
)
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on

ALLOWED = {
    (CaseState.RAISED, CaseState.OPENED),
    (CaseState.RAISED, CaseState.DECIDED),
    (CaseState.OPENED, CaseState.DECIDED),
}


@pytest.mark.parametrize(("present", "wanted"), list(product(CaseState, repeat=2)))
def test_decisions_0006_a_case_goes_forward_and_never_back(
    present: CaseState, wanted: CaseState
) -> None:
    assert (wanted in CASE_TRANSITIONS[present]) == ((present, wanted) in ALLOWED)


def test_decisions_0006_the_office_has_14_days() -> None:
    raised_on = date(2026, 2, 20)
    assert case_due_on(raised_on, regulation_on(raised_on)) == date(2026, 3, 6)


def test_r55_the_words_that_are_stored_stay_what_they_are() -> None:
    assert {"scan_waiting", "sticker_claimed_twice", "installation_unchecked"} <= set(CaseKind)
    assert [state.value for state in CaseState] == ["raised", "opened", "decided"]


@pytest.mark.parametrize(
    ("due_on", "code"),
    [
        (date(2026, 3, 4), "cases.due_passed"),
        (date(2026, 3, 5), None),
        (date(2027, 3, 5), None),
        (date(2027, 3, 6), "cases.due_far"),
    ],
)
def test_decisions_0006_a_last_day_is_moved_to_today_at_least_and_a_year_at_most(
    due_on: date, code: str | None
) -> None:
    today = date(2026, 3, 5)
    if code is None:
        require_due(due_on, today)
        return
    with pytest.raises(Refusal, match=code):
        require_due(due_on, today)


def test_decisions_0013_an_incomplete_report_is_the_dealer_s_move_and_the_rest_the_office_s() -> (
    None
):
    dealers = {kind for kind, owner in OWNERS.items() if owner is CaseOwner.DEALER}
    assert dealers == {CaseKind.REPORT_INCOMPLETE}
    assert set(OWNERS) == set(CaseKind)
