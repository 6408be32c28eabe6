"""A sticker number as Code 128; ten digits come out in charset C, one symbol per two digits."""

from __future__ import annotations

from barcode.codex import Code128

from kombeheer.printing.drawing import svg
from kombeheer.rules.numbers import StickerNumber

QUIET_MODULES = 10
HEIGHT_MODULES = 30


def modules(number: StickerNumber) -> list[bool]:
    """Return the modules of the bar code, True where it is dark, without quiet zone."""
    return [sign == "1" for sign in Code128(number.digits).build()[0]]


def barcode_svg(number: StickerNumber) -> str:
    """Return the bar code of a number as SVG, quiet zone included."""
    return svg([modules(number)], HEIGHT_MODULES, QUIET_MODULES, number.printed)
