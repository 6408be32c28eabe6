"""Numbers at random from a seed, and drawings as dots, read by an independent decoder."""

from __future__ import annotations

import io
import random

import zxingcpp
from PIL import Image
from resvg_py import svg_to_bytes

from kombeheer.rules.numbers import SeriesFormat, StickerNumber


def numbers(count: int) -> list[StickerNumber]:
    chance = random.Random(2026)
    return [
        SeriesFormat(f"{chance.randrange(2, 100):02d}").number(chance.randrange(1, 10**6))
        for _ in range(count)
    ]


def picture(drawing: str, width: int) -> Image.Image:
    """The drawing as dots, this many wide."""
    data = bytes(svg_to_bytes(svg_string=drawing, width=width))
    return Image.open(io.BytesIO(data)).convert("L")


def read(drawing: str, width: int) -> list[tuple[str, str]]:
    return [
        (str(found.format), found.text) for found in zxingcpp.read_barcodes(picture(drawing, width))
    ]
