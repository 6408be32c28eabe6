"""QR codes: what a phone reads is the public address of the number."""

from __future__ import annotations

import pytest
import zxingcpp

from kombeheer.printing import qrcodes
from tests.printing.test_barcodes import numbers, pixels

PUBLIC = "https://kom.example"


@pytest.mark.parametrize("pixels_per_module", [3, 5])
def test_random_numbers_are_read_back(pixels_per_module: int) -> None:
    for digits in numbers(120):
        svg = qrcodes.svg(qrcodes.address(PUBLIC, digits), digits)
        [found] = zxingcpp.read_barcodes(pixels(svg, 33 * pixels_per_module))
        assert found.format == zxingcpp.BarcodeFormat.QRCode
        assert found.text == f"HTTPS://KOM.EXAMPLE/S/{digits}"


@pytest.mark.parametrize(
    ("public_url", "address"),
    [
        ("https://kom.example", "HTTPS://KOM.EXAMPLE/S/1"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/S/1"),
        ("https://kom.example/beheer", "HTTPS://KOM.EXAMPLE/beheer/S/1"),
    ],
)
def test_only_what_may_is_written_in_capitals(public_url: str, address: str) -> None:
    assert qrcodes.address(public_url, "1") == address


def test_capitals_keep_it_at_25_modules_with_a_quiet_zone_of_4() -> None:
    assert len(qrcodes.squares(qrcodes.address(PUBLIC, "2600123413"))) == 25
    svg = qrcodes.svg(qrcodes.address(PUBLIC, "2600123413"), "26-001234-13")
    assert 'viewBox="0 0 33 33"' in svg
    assert svg.count("<path") == 1
    assert "<title>26-001234-13</title>" in svg
