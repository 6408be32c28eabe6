"""Lists for programs, `{"items": […], "next": cursor|null}`: read `limit` and `cursor`, answer.

A cursor is the key of the last item in base64, so that rows made meanwhile shift nothing. It gives
no right: what somebody may see is asked anew on every page.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import request
from flask_babel import gettext

from blueprints.problems import field_invalid

Row = TypeVar("Row")
LIMIT_DEFAULT = 100
LIMIT_MAX = 500
KEY_MAX = 2**63 - 1
QUERY = {
    "limit": "hoeveel er hoogstens komen, 1 t/m 500; zonder dit 100",
    "cursor": "`next` van de vorige bladzijde; zonder dit de eerste",
}


def _number(text: str) -> int | None:
    known = text.isascii() and text.isdecimal() and len(text) <= 19
    return int(text) if known and int(text) <= KEY_MAX else None


def read_limit() -> int:
    """Return how many items are asked for.

    Raises:
        Refusal: `api.field_invalid` when it is not a whole number of 1 to 500.
    """
    text = request.args.get("limit")
    if text is None:
        return LIMIT_DEFAULT
    limit = _number(text)
    if limit is None or not 1 <= limit <= LIMIT_MAX:
        expected = gettext("Geef een geheel getal van 1 t/m %(most)s.", most=LIMIT_MAX)
        raise field_invalid("limit", text, expected)
    return limit


def written(key: Sequence[int]) -> str:
    """Return the cursor that continues after the row with this key."""
    text = ".".join(str(part) for part in key)
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii").rstrip("=")


def read_cursor(parts: int = 1) -> tuple[int, ...] | None:
    """Return the key after which to continue, of so many parts; None from the beginning.

    Raises:
        Refusal: `api.field_invalid` when it is not a cursor of such a list.
    """
    text = request.args.get("cursor")
    if not text:
        return None
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        key = [_number(part) for part in plain.decode("ascii").split(".")]
    except (binascii.Error, ValueError):
        key = []
    found = tuple(part for part in key if part is not None)
    if len(key) != parts or len(found) != parts:
        raise field_invalid("cursor", text, gettext("Geef `next` van de vorige bladzijde."))
    return found


def answer(
    rows: Sequence[Row],
    limit: int,
    key: Callable[[Row], Sequence[int]],
    items: Callable[[Sequence[Row]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """Return the list, of rows read with one more than the limit, to know whether more follows."""
    shown = rows[:limit]
    following = written(key(shown[-1])) if len(rows) > limit else None
    return {"items": items(shown), "next": following}
