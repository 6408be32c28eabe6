"""The QR code, rasterised by one library and read back by an independent one."""

from __future__ import annotations

import pytest

from kombeheer.printing import qrcodes
from kombeheer.rules.numbers import SeriesFormat
from tests.printing.pictures import numbers, read

ADDRESS = "https://kom.example"


@pytest.mark.parametrize("dots", [3, 5])
def test_a_qr_code_gives_the_public_address_back(dots: int) -> None:
    for number in numbers(40):
        size = len(qrcodes.modules(qrcodes.public_address(number, ADDRESS)))
        width = (size + 2 * qrcodes.QUIET_MODULES) * dots
        [(kind, text)] = read(qrcodes.qrcode_svg(number, ADDRESS), width)
        assert kind.replace(" ", "") == "QRCode"
        assert text == f"HTTPS://KOM.EXAMPLE/S/{number.digits}"


def test_the_address_stays_within_25_modules() -> None:
    number = SeriesFormat("26").number(1234)
    assert len(qrcodes.modules(qrcodes.public_address(number, ADDRESS))) == 25


@pytest.mark.parametrize(
    ("public_url", "address"),
    [
        ("https://kom.example", "HTTPS://KOM.EXAMPLE/S/"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/S/"),
        ("https://kom.example/beheer", "HTTPS://KOM.EXAMPLE/beheer/S/"),
    ],
)
def test_only_what_may_change_case_is_in_capitals(public_url: str, address: str) -> None:
    number = SeriesFormat("26").number(1234)
    assert qrcodes.public_address(number, public_url) == address + number.digits
