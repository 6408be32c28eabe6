"""A sticker number as Code 128; ten digits come out in charset C, one symbol per two digits."""

from __future__ import annotations

from barcode.codex import Code128

from kombeheer.printing.drawing import svg
from kombeheer.rules.numbers import StickerNumber

QUIET_MODULES = 10
HEIGHT_MODULES = 30


class _DigitsOnly(Code128):
    """Code 128 that begins in charset C and stays there as long as there are two digits.

    The library takes a first pair 99 for a change of charset and drops it, so that series 99 would
    lose its year. That shortening is for texts that begin with letters.
    """

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        return encoded


def modules(number: StickerNumber) -> list[bool]:
    """Return the modules of the bar code, True where it is dark, without quiet zone."""
    return [sign == "1" for sign in _DigitsOnly(number.digits).build()[0]]


def barcode_svg(number: StickerNumber) -> str:
    """Return the bar code of a number as SVG, quiet zone included."""
    return svg([modules(number)], HEIGHT_MODULES, QUIET_MODULES, number.printed)
