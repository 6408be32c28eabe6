"""Amounts in euros, held as whole cents: how they are read and told. Not here: VAT, tariffs."""

from __future__ import annotations

import re

from kombeheer.rules.refusal import Refusal, shown_text

CENTS_MAX = 99_999_999
_AMOUNT = re.compile(r"([1-9]\d{0,2}(?:\.\d{3})+|\d{1,7})(?:,(\d{1,2}))?", re.ASCII)
_POINTED = re.compile(r"(\d{1,7})\.(\d{1,2})", re.ASCII)


def euros(cents: int) -> str:
    """Return an amount as it is written without a sign for the currency: `1.234,50`, `-0,45`.

    Source: decisions/0012
    """
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", ".") + f",{rest:02d}"


def cents_of(text: str) -> int:
    """Return the cents that somebody typed, as `26,05`, `26.05`, `1.234,50` or `26`.

    Raises:
        Refusal: `billing.amount_unreadable`, also for one below zero or with a tenth of a cent.

    Source: decisions/0012
    """
    typed = text.strip().removeprefix("€").strip()
    found = _AMOUNT.fullmatch(typed) or _POINTED.fullmatch(typed)
    if found is None:
        raise Refusal("billing.amount_unreadable", value=shown_text(typed))
    cents = int(found[1].replace(".", "")) * 100 + int((found[2] or "0").ljust(2, "0"))
    if cents > CENTS_MAX:
        raise Refusal("billing.amount_unreadable", value=shown_text(typed))
    return cents
