"""How far a person may have come with a case."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from kombeheer.rules.cases import CASE_TRANSITIONS, CaseKind, CaseState, case_due_on
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
