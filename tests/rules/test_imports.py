"""What a cell of a file may hold, both sides of every boundary."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kombeheer.rules import imports
from kombeheer.rules.refusal import Refusal

WORDS = {"zij-aan-zij": 1, "visgraat": 2}


def refused(code: str, read: object, *given: object) -> None:
    with pytest.raises(Refusal, match=rf"imports\.{code}"):
        read(*given)  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    ["31-12-2025", "31/12/2025", "31.12.2025", "31 12 2025", "2025-12-31", "2025-12-31 00:00:00"],
)
def test_a_day_is_dutch_or_iso(text: str) -> None:
    assert imports.read_day(text) == date(2025, 12, 31)


@pytest.mark.parametrize("text", ["1-2-2025", "01-02-2025", "2025-2-1"])
def test_the_day_comes_before_the_month(text: str) -> None:
    assert imports.read_day(text) == date(2025, 2, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("30-02-2025", "29-02-2025", "2025-02-30", "00-01-2025", "32-01-2025", "12-31-2025"),
        *("31-12-25", "1899-12-31", "31-12-2200", "gisteren", "45123", "2025-12-31 09:14:00", "-"),
    ],
)
def test_no_day_is_refused_and_30_february_is_none(text: str) -> None:
    refused("day_unreadable", imports.read_day, text)


def test_a_leap_day_and_the_first_and_last_year() -> None:
    assert imports.read_day("29-02-2024") == date(2024, 2, 29)
    assert imports.read_day("01-01-1900") == date(1900, 1, 1)
    assert imports.read_day("31-12-2199") == date(2199, 12, 31)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("024", 24), ("999999999", 999_999_999)])
def test_a_count(text: str, value: int) -> None:
    assert imports.read_count(text) == value


@pytest.mark.parametrize("text", ["-1", "1,0", "1.000", "1000000000", "٣", "een", "1 "])
def test_no_count(text: str) -> None:
    refused("count_unreadable", imports.read_count, text)


@pytest.mark.parametrize(("text", "value"), [("67,5", "67.5"), ("67.5", "67.5"), ("-3", "-3.0")])
def test_a_decimal_has_a_comma_or_a_point(text: str, value: str) -> None:
    assert imports.read_decimal(text) == Decimal(value)


@pytest.mark.parametrize("text", ["67,55", "1.000,5", ",5", "NaN", "Infinity", "1e5", "٣,٥"])
def test_no_decimal(text: str) -> None:
    refused("decimal_unreadable", imports.read_decimal, text)


@pytest.mark.parametrize(
    ("text", "value"), [("Ja", True), ("x", True), ("NEE", False), ("0", False)]
)
def test_yes_and_no(text: str, value: bool) -> None:
    assert imports.read_yes_no(text) is value


def test_neither_yes_nor_no() -> None:
    refused("yes_no_unreadable", imports.read_yes_no, "misschien")


@pytest.mark.parametrize("text", ["Zij-aan-zij", "zij aan zij", "ZIJ_AAN_ZIJ"])
def test_a_word_in_other_letters(text: str) -> None:
    assert imports.read_word(text, WORDS) == 1


def test_a_word_that_is_none_names_those_that_are() -> None:
    with pytest.raises(Refusal) as caught:
        imports.read_word("carrousel", WORDS)
    assert caught.value.facts == {"value": "carrousel", "known": "zij-aan-zij, visgraat"}


@pytest.mark.parametrize(("text", "most"), [("a" * 300, 300), ("  twee \n woorden ", 12)])
def test_a_text_is_one_line(text: str, most: int) -> None:
    assert imports.read_text(text, most) == " ".join(text.split())


def test_a_text_that_does_not_fit_or_cannot_be_shown() -> None:
    refused("text_long", imports.read_text, "a" * 301, 300)
    refused("text_unreadable", imports.read_text, "a\x00b", 300)
    refused("text_unreadable", imports.read_text, "a\u202eb", 300)
