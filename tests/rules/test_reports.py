"""The states of a service report."""

from __future__ import annotations

from kombeheer.rules.reports import ReportState


def test_r69_the_words_that_are_stored_stay_what_they_are() -> None:
    assert [state.value for state in ReportState] == ["incomplete", "complete", "withdrawn"]
