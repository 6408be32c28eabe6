"""The bar code, rasterised by one library and read back by an independent one."""

from __future__ import annotations

import pytest

from kombeheer.printing import barcodes
from kombeheer.rules.numbers import SeriesFormat
from tests.printing.pictures import numbers, read


@pytest.mark.parametrize("dots", [2, 3, 4])
def test_a_bar_code_gives_its_number_back(dots: int) -> None:
    for number in numbers(100):
        drawing = barcodes.barcode_svg(number)
        width = (len(barcodes.modules(number)) + 2 * barcodes.QUIET_MODULES) * dots
        [(kind, text)] = read(drawing, width)
        assert "128" in kind.replace(" ", "")
        assert text == number.digits


def test_ten_digits_take_charset_c() -> None:
    """Start, five pairs, check and stop: 7 symbols of 11 modules and a stop of 13."""
    assert len(barcodes.modules(SeriesFormat("26").number(1234))) == 7 * 11 + 13


def test_a_legacy_number_has_a_code_too() -> None:
    number = SeriesFormat("oud", 7, has_check_digits=False).number(123)
    assert [text for _, text in read(barcodes.barcode_svg(number), 400)] == ["0000123"]


@pytest.mark.parametrize("code", ["99", "00", "10"])
def test_no_year_is_taken_for_a_change_of_charset(code: str) -> None:
    number = SeriesFormat(code).number(990_099)
    assert [text for _, text in read(barcodes.barcode_svg(number), 330)] == [number.digits]


@pytest.mark.parametrize("serial", [1, 99, 98_765])
@pytest.mark.parametrize("width", [5, 8, 12])
def test_a_legacy_number_of_any_width_gives_its_digits_back(width: int, serial: int) -> None:
    number = SeriesFormat("oud", width, has_check_digits=False).number(serial)
    assert [text for _, text in read(barcodes.barcode_svg(number), 500)] == [number.digits]
