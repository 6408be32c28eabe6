"""Numbers: check digits catch every slip of one digit and every swap; old stock has none."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kombeheer.rules.numbers import (
    SeriesFormat,
    check_digits,
    check_digits_fit,
    possible_keys,
    range_text,
    read_serial,
)
from kombeheer.rules.refusal import Refusal

YEAR = SeriesFormat("26")
OLD = SeriesFormat("OUD", 7, has_check_digits=False)
SAMPLE = [
    SeriesFormat(f"{code:02d}").number(serial).digits
    for code in (0, 7, 26, 99)
    for serial in (1, 9, 10, 1234, 98765, 500000, 999999)
] + [SeriesFormat("26").number(random.Random(1).randrange(1, 10**6)).digits for _ in range(100)]


def test_a_number_is_the_year_the_serial_and_what_iso_7064_says() -> None:
    assert check_digits("26001234") == f"{98 - 26001234 * 100 % 97:02d}"
    number = YEAR.number(1234)
    assert number.digits == "26001234" + number.check_text
    assert number.printed == f"26-001234-{number.check_text}"
    assert int(number.digits) % 97 == 1


@pytest.mark.parametrize("digits", SAMPLE)
def test_every_single_wrong_digit_is_caught(digits: str) -> None:
    for place, digit in itertools.product(range(10), "0123456789"):
        wrong = digits[:place] + digit + digits[place + 1 :]
        assert check_digits_fit(wrong) == (wrong == digits), wrong


@pytest.mark.parametrize("digits", SAMPLE)
def test_every_swap_of_neighbours_is_caught(digits: str) -> None:
    for place in range(9):
        wrong = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        assert check_digits_fit(wrong) == (wrong == digits), wrong


@pytest.mark.parametrize(
    ("digits", "shapes"),
    [
        ("", []),
        ("12", []),
        ("123", ["plain3"]),
        ("000", []),
        ("1234567", ["plain7"]),
        (YEAR.number(1).digits, ["kom26", "plain10"]),
        ("2600000199", ["plain10"]),
        ("2600000000", ["plain10"]),
        ("123456789012", ["plain12"]),
        ("1234567890123", []),
    ],
)
def test_digits_stand_for_every_series_that_they_fit(digits: str, shapes: list[str]) -> None:
    assert [shape for shape, _ in possible_keys(digits)] == shapes


@given(
    st.integers(3, 12).flatmap(
        lambda width: st.tuples(st.just(width), st.integers(1, 10**width - 1))
    )
)
def test_an_old_number_is_its_serial_in_the_declared_width(drawn: tuple[int, int]) -> None:
    width, serial = drawn
    number = SeriesFormat("OUD", width, has_check_digits=False).number(serial)
    assert number.digits == number.printed == f"{serial:0{width}d}"
    assert (f"plain{width}", serial) in possible_keys(number.digits)


@given(st.integers(0, 99), st.integers(1, 10**6 - 1))
def test_what_is_printed_is_read_back(code: int, serial: int) -> None:
    series = SeriesFormat(f"{code:02d}")
    number = series.number(serial)
    assert possible_keys(number.digits)[0] == (f"kom{code:02d}", serial)
    for text in (
        str(serial),
        number.serial_text,
        number.printed,
        number.digits,
        number.printed[:9],
    ):
        assert read_serial(text, series) == serial


@pytest.mark.parametrize(
    ("text", "series", "code"),
    [
        ("", YEAR, "serial_unreadable"),
        ("twaalf", YEAR, "serial_unreadable"),
        ("12a", YEAR, "serial_unreadable"),
        ("1\x002", YEAR, "serial_unreadable"),
        ("١٢", YEAR, "serial_unreadable"),
        ("0", YEAR, "serial_outside"),
        ("1234567", YEAR, "serial_outside"),
        ("1000000000000", YEAR, "serial_outside"),
        ("9" * 5000, YEAR, "serial_outside"),
        ("25-000001", YEAR, "other_series"),
        (SeriesFormat("25").number(1).printed, YEAR, "other_series"),
        ("26-000001-00", YEAR, "check_digits_wrong"),
        ("26-000000", YEAR, "serial_outside"),
        ("12345678", OLD, "serial_outside"),
        ("0", OLD, "serial_outside"),
    ],
)
def test_what_is_no_number_of_the_series_is_refused(
    text: str, series: SeriesFormat, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        read_serial(text, series)
    assert refused.value.code == f"stickers.{code}"
    assert str(refused.value.facts["value"]).isprintable()


def test_old_numbers_are_read_as_they_are() -> None:
    assert read_serial("0000001", OLD) == 1
    assert read_serial("9999999", OLD) == 9_999_999


def test_a_range_reads_as_it_is_printed() -> None:
    assert range_text(YEAR, 1201, 1700) == "26-001201 t/m 001700"
    assert range_text(YEAR, 7, 7) == "26-000007"
    assert range_text(OLD, 1, 20) == "0000001 t/m 0000020"
