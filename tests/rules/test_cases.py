"""How far a person may have come with a case."""

from __future__ import annotations

from itertools import product

import pytest

from kombeheer.rules.cases import CASE_DUE_DAYS, CASE_TRANSITIONS, CaseKind, CaseState

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
    assert CASE_DUE_DAYS == 14


def test_r55_the_words_that_are_stored_stay_what_they_are() -> None:
    assert {"scan_waiting", "sticker_claimed_twice", "installation_unchecked"} <= set(CaseKind)
    assert [state.value for state in CaseState] == ["raised", "opened", "decided"]
