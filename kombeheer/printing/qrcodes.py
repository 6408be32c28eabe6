"""The QR code of a sticker: the public address in capitals, so that it stays small."""

from __future__ import annotations

from urllib.parse import urlsplit

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from kombeheer.printing.drawing import svg
from kombeheer.rules.numbers import StickerNumber

QUIET_MODULES = 4


def public_address(number: StickerNumber, public_url: str) -> str:
    """Return the address that the code holds, in capitals, which a QR code packs tighter.

    Only scheme and host may change case; a path behind them is kept as it is.
    """
    parts = urlsplit(public_url)
    host = f"{parts.scheme}://{parts.netloc}".upper()
    return f"{host}{parts.path.rstrip('/')}/S/{number.digits}"


def modules(address: str) -> list[list[bool]]:
    """Return the rows of the code, True where it is dark, without quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=4)
    code.add_data(address)
    code.make(fit=True)
    return [[bool(cell) for cell in row] for row in code.get_matrix()]


def qrcode_svg(number: StickerNumber, public_url: str) -> str:
    """Return the QR code of a number's public page as SVG, quiet zone included."""
    return svg(modules(public_address(number, public_url)), 1, QUIET_MODULES, number.printed)
