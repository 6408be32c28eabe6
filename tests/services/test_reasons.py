"""A reason is one line that can be read, or it is refused with the code of the page that asks."""

import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.services.reasons import REASON_LENGTH_MAX, reason_line, required_reason


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("", ""),
        (" \n\t ", ""),
        ("  twee\r\n woorden ", "twee woorden"),
        ("x" * REASON_LENGTH_MAX, "x" * REASON_LENGTH_MAX),
        ("x" + " " * REASON_LENGTH_MAX + "y", "x y"),
    ],
)
def test_reason_is_one_line(typed: str, line: str) -> None:
    assert reason_line(typed, "area.long") == line


@pytest.mark.parametrize("typed", ["x" * (REASON_LENGTH_MAX + 1), "a\x00b", "a\u202eb"])
def test_reason_that_cannot_be_kept_is_refused(typed: str) -> None:
    for asking in (
        lambda: reason_line(typed, "area.long"),
        lambda: required_reason(typed, "area.missing", "area.long"),
    ):
        with pytest.raises(Refusal, match=r"area\.long"):
            asking()


@pytest.mark.parametrize("typed", ["", "  \n"])
def test_reason_that_is_asked_is_given(typed: str) -> None:
    with pytest.raises(Refusal, match=r"area\.missing"):
        required_reason(typed, "area.missing", "area.long")
