"""Bar codes, seen as a scanner sees them: SVG to pixels by another program, pixels to digits."""

from __future__ import annotations

import io
import random

import pytest
import resvg_py
import zxingcpp
from PIL import Image

from kombeheer.printing import barcodes
from kombeheer.rules.numbers import SeriesFormat

CHANCE = random.Random(26)


def pixels(svg: str, width: int) -> Image.Image:
    drawn = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width))
    return Image.open(io.BytesIO(drawn)).convert("L")


def numbers(count: int) -> list[str]:
    drawn = [
        SeriesFormat(f"{CHANCE.randrange(100):02d}").number(CHANCE.randrange(1, 10**6)).digits
        for _ in range(count)
    ]
    return [*drawn, SeriesFormat("99").number(1).digits, SeriesFormat("00").number(999_999).digits]


@pytest.mark.parametrize("pixels_per_module", [2, 3])
def test_random_numbers_are_read_back(pixels_per_module: int) -> None:
    for digits in numbers(200):
        svg = barcodes.svg(digits, digits)
        [found] = zxingcpp.read_barcodes(pixels(svg, 110 * pixels_per_module))
        assert (found.format, found.text) == (zxingcpp.BarcodeFormat.Code128, digits)


@pytest.mark.parametrize("digits", ["123", "0000001", "99999", "999999999999"])
def test_old_numbers_of_any_width_are_read_back(digits: str) -> None:
    [found] = zxingcpp.read_barcodes(pixels(barcodes.svg(digits, digits), 400))
    assert found.text == digits


def test_ten_digits_take_ninety_modules() -> None:
    assert {len(barcodes.bars(digits)) for digits in numbers(50)} == {90}


def test_it_is_small_and_says_which_number_it_is() -> None:
    svg = barcodes.svg("2600123413", "26-001234-13")
    assert svg.count("<path") == 1
    assert "<title>26-001234-13</title>" in svg
    assert 'viewBox="0 0 110 40"' in svg
    assert "style" not in svg
    assert len(svg) < 900
