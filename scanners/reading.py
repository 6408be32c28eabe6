"""Turn what a scanner, a camera or a person typed into the digits of a sticker number.

Not here: layouts, memory files and cameras, which come with their own module each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kombeheer.rules.numbers import CHECKED_LENGTH, LEGACY_WIDTH_MAX, possible_keys
from kombeheer.rules.refusal import SHOWN_CHARACTERS, Refusal, shown_text

_AIM_PREFIX = re.compile(r"^\](?:C|Q|d|E|A)[0-9A-Fa-f]")
_ADDRESS = re.compile(r"/S/([0-9-]+)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f]+")  # STX, ETX and the like stand around the AIM prefix too
_SEPARATORS = re.compile(r"[\s.\-]+")


def shown(raw: bytes) -> str:
    """Return raw bytes as a short printable text for a sentence, never with control characters."""
    return shown_text(raw[: SHOWN_CHARACTERS * 4 + 1].decode("utf-8", "replace"))


def read_digits(raw: bytes) -> str:
    """Return the digits that `raw` holds, without address, AIM prefix, spaces and dashes.

    Raises:
        Refusal: `scanning.unreadable` when it is not a run of 1 to 12 digits.
    """
    try:
        text = raw[:256].decode("ascii")
    except UnicodeDecodeError:
        raise Refusal("scanning.unreadable", value=shown(raw)) from None
    text = _AIM_PREFIX.sub("", _CONTROLS.sub("", text).strip())
    addresses = _ADDRESS.findall(text)
    digits = _SEPARATORS.sub("", addresses[-1] if addresses else text)
    if len(raw) > 256 or not digits.isdecimal() or len(digits) > LEGACY_WIDTH_MAX:
        raise Refusal("scanning.unreadable", value=shown(raw))
    return digits


def read_keys(raw: bytes) -> tuple[str, list[tuple[str, int]]]:
    """Return the digits and every (shape, serial) that they may stand for.

    Raises:
        Refusal: `scanning.unreadable`, or `stickers.digits_wrong` when none looks like this.
    """
    digits = read_digits(raw)
    keys = possible_keys(digits)
    if not keys:
        raise Refusal("stickers.digits_wrong", value=digits)
    return digits, keys


def mistyped(digits: str, keys: Sequence[tuple[str, int]]) -> bool:
    """Tell whether digits are as many as a number with check digits has, and those do not fit.

    Args:
        keys: what `read_keys` gave for them.
    """
    return len(digits) == CHECKED_LENGTH and not any(shape.startswith("kom") for shape, _ in keys)
