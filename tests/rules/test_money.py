"""Amounts are read as people type them, and told as they are written here."""

from __future__ import annotations

import pytest

from kombeheer.rules.money import CENTS_MAX, cents_of, euros
from kombeheer.rules.refusal import Refusal


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "0,00"),
        (5, "0,05"),
        (45, "0,45"),
        (2605, "26,05"),
        (99_999, "999,99"),
        (100_000, "1.000,00"),
        (123_456_789, "1.234.567,89"),
        (-1, "-0,01"),
        (-45, "-0,45"),
        (-123_450, "-1.234,50"),
    ],
)
def test_an_amount_is_told_with_a_comma_and_points(cents: int, text: str) -> None:
    assert euros(cents) == text


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("26,05", 2605),
        ("26.05", 2605),
        ("26,5", 2650),
        ("26.5", 2650),
        ("26", 2600),
        ("0,45", 45),
        ("0", 0),
        ("1.234", 123_400),
        ("1.234,5", 123_450),
        ("1234,50", 123_450),
        (" € 26,05 ", 2605),
        ("€26,05", 2605),
        ("999.999,99", CENTS_MAX),
    ],
)
def test_an_amount_is_read_as_it_is_typed(typed: str, cents: int) -> None:
    assert cents_of(typed) == cents


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "gratis",
        "-0,45",
        "+1",
        "26,055",
        "26,",
        ",45",
        "0.260",  # a tenth of a cent, or a thousand with nothing before it
        "1.23.456",
        "12.3456",
        "1,234.50",
        "26,05 EUR",
        "26 05",
        "1e3",
        "٢٦",
        "1000000",
        "1.000.000,00",
        "9" * 40,
    ],
)
def test_what_is_no_amount_is_refused_with_what_was_typed(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        cents_of(typed)
    assert refused.value.code == "billing.amount_unreadable"
    assert str(refused.value.facts["value"]).rstrip("…") in typed


@pytest.mark.parametrize("cents", [0, 1, 99, 100, 2605, 99_999, 100_000, CENTS_MAX])
def test_what_is_told_can_be_read_again(cents: int) -> None:
    assert cents_of(euros(cents)) == cents
