"""Why somebody does something, as one line that is kept."""

from __future__ import annotations

from kombeheer.rules.refusal import Refusal

REASON_LENGTH_MAX = 500


def reason_line(typed: str, too_long: str) -> str:
    """Return a reason as one line; empty when there is none.

    Raises:
        Refusal: `too_long`, of more than 500 signs or with one that cannot be shown.
    """
    line = " ".join(typed.split())
    if len(line) > REASON_LENGTH_MAX or not line.isprintable():
        raise Refusal(too_long, most=REASON_LENGTH_MAX)
    return line


def required_reason(typed: str, missing: str, too_long: str) -> str:
    """Return a reason, or another text that is asked, as one line.

    Raises:
        Refusal: `missing` when there is none, or as `reason_line` does.
    """
    line = reason_line(typed, too_long)
    if not line:
        raise Refusal(missing)
    return line
