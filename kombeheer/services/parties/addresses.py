"""Postcodes and countries, written one way, so that they sort and are found."""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.nl import postcode as dutch

from kombeheer.rules.refusal import Refusal

COUNTRIES = ("NL", "BE", "DE", "FR", "LU")
_DIGITS = {"BE": 4, "DE": 5, "FR": 5, "LU": 4}


def checked_postcode(country: str, text: str) -> str:
    """Return a postcode as it is stored: `8501 AB`, `9000`; empty stays empty.

    Raises:
        Refusal: `parties.postcode_invalid`, with an example of that country.
    """
    plain = re.sub(r"[\s-]+", "", text).upper()
    if not plain:
        return ""
    if country == "NL":
        try:
            return str(dutch.validate(plain))
        except ValidationError:
            raise Refusal(
                "parties.postcode_invalid", value=text.strip()[:24], example="8501 AB"
            ) from None
    plain = plain.removeprefix(country)
    digits = _DIGITS[country]
    if not (plain.isascii() and plain.isdecimal() and len(plain) == digits):
        raise Refusal("parties.postcode_invalid", value=text.strip()[:24], example="12345"[:digits])
    return plain
