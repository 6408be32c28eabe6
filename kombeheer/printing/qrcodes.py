"""The QR code of a sticker: the address that answers without log-in, as small as it can be."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import urlsplit

from qrcode import constants
from qrcode.main import QRCode

from kombeheer.printing.barcodes import drawing

QUIET_MODULES = 4


def address(public_url: str, digits: str) -> str:
    """Return the public address of a number in capitals, which takes fewer modules.

    Only scheme and host may change case; what stands behind them is kept as it is.
    """
    parts = urlsplit(public_url)
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}{parts.path.rstrip('/')}/S/{digits}"


def squares(text: str) -> list[list[bool]]:
    """Return the modules of a text row by row, True for black, without quiet zone."""
    code = QRCode(error_correction=constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def svg(text: str, title: str) -> str:
    """Return the QR code with its quiet zone of 4 modules on white, as one path."""
    rows = squares(text)
    path = []
    for down, row in enumerate(rows):
        at = QUIET_MODULES
        for black, group in groupby(row):
            width = len(list(group))
            if black:
                path.append(f"M{at} {down + QUIET_MODULES}h{width}v1h-{width}z")
            at += width
    side = len(rows) + 2 * QUIET_MODULES
    return drawing(side, side, "".join(path), title)
