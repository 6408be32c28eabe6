"""Postcodes, one way per country."""

from __future__ import annotations

import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.services.parties.addresses import checked_postcode


@pytest.mark.parametrize(
    ("country", "typed", "stored"),
    [
        ("NL", "8501ab", "8501 AB"),
        ("NL", " 8501  AB ", "8501 AB"),
        ("NL", "", ""),
        ("BE", "B-9000".removeprefix("B"), "9000"),
        ("BE", "BE 9000", "9000"),
        ("DE", "48 431", "48431"),
        ("FR", "59000", "59000"),
        ("LU", "L-1009".removeprefix("L"), "1009"),
    ],
)
def test_a_postcode_is_stored_one_way(country: str, typed: str, stored: str) -> None:
    assert checked_postcode(country, typed) == stored


@pytest.mark.parametrize(
    ("country", "typed", "example"),
    [
        ("NL", "0501 AB", "8501 AB"),
        ("NL", "8501", "8501 AB"),
        ("NL", "8501 A\x00", "8501 AB"),
        ("BE", "8501 AB", "1234"),
        ("BE", "90000", "1234"),
        ("DE", "4843", "12345"),
        ("DE", "٤٨٤٣١", "12345"),
    ],
)
def test_what_is_none_is_refused_with_an_example(country: str, typed: str, example: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_postcode(country, typed)
    assert refused.value == Refusal("parties.postcode_invalid", value=typed, example=example)
