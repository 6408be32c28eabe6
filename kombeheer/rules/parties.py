"""The numbers by which a farm is known, and periods: who works for whom, who serves whom.

Not here: the check digits of the Belgian company number (services/parties/identifiers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kombeheer.rules.refusal import Refusal, shown_text


class IdentifierKind(StrEnum):
    """By which number a farm is known elsewhere.

    Source: decisions/0006
    """

    UBN = "ubn"  # Dutch farm number, by location
    KVK = "kvk"  # Dutch chamber of commerce
    KBO = "kbo"  # Belgian company number
    PE = "pe"  # Belgian production unit
    HERD = "herd"  # Belgian herd number


_SEPARATORS = re.compile(r"[\s./-]+")
_WRITTEN: dict[IdentifierKind, re.Pattern[str]] = {
    IdentifierKind.UBN: re.compile(r"(?:UBN|NL)?0{0,7}([1-9][0-9]{0,6})"),
    IdentifierKind.KVK: re.compile(r"(?:KVK)?([0-9]{8})"),
    IdentifierKind.KBO: re.compile(r"(?:KBO)?(?:BE)?([01]?[0-9]{9})"),
    IdentifierKind.PE: re.compile(r"(?:PE)?((?:BE)?[0-9]{6,12})"),
    IdentifierKind.HERD: re.compile(r"(?:BE)?([0-9]{8}(?:[0-9]{4})?)"),
}
_INVALID: dict[IdentifierKind, str] = {
    IdentifierKind.UBN: "parties.ubn_invalid",
    IdentifierKind.KVK: "parties.kvk_invalid",
    IdentifierKind.KBO: "parties.kbo_invalid",
    IdentifierKind.PE: "parties.pe_invalid",
    IdentifierKind.HERD: "parties.herd_invalid",
}


def written_identifier(kind: IdentifierKind, text: str) -> str:
    """Return a farm's number as it is stored: without separators, UBN without leading zeros.

    A UBN has 1 to 7 digits, a KvK number 8, a KBO number 10 (the first may be left out), a PE
    number 6 to 12 after an optional BE, a herd number BE and 8 or 12 digits.

    Raises:
        Refusal: `parties.ubn_invalid`, and the same for each other kind.

    Source: decisions/0006
    """
    plain = _SEPARATORS.sub("", text).upper()
    found = _WRITTEN[kind].fullmatch(plain) if plain.isascii() else None
    if found is None:
        raise Refusal(_INVALID[kind], value=shown_text(text.strip()))
    value = found.group(1)
    if kind is IdentifierKind.KBO:
        return value.zfill(10)
    return f"BE{value}" if kind is IdentifierKind.HERD else value


def shown_identifier(kind: IdentifierKind, value: str) -> str:
    """Return a stored number as people write it: `0403.019.261`, `BE 12345678-0101`.

    Source: decisions/0006
    """
    if kind is IdentifierKind.KBO:
        return f"{value[:4]}.{value[4:7]}.{value[7:]}"
    if kind is IdentifierKind.HERD:
        return f"BE {value[2:10]}" + (f"-{value[10:]}" if value[10:] else "")
    return value


@dataclass(frozen=True, slots=True)
class Period:
    """Days from a first to a last one, both included; open while there is no last one.

    Source: R43
    """

    from_on: date
    until_on: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether `day` lies within the period."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def overlaps(self, other: Period) -> bool:
        """Tell whether the periods share a day."""
        begins_in_time = other.until_on is None or self.from_on <= other.until_on
        return begins_in_time and (self.until_on is None or other.from_on <= self.until_on)


def require_forward(period: Period) -> None:
    """Refuse a period that ends before it begins: `parties.period_backward`.

    Source: R43
    """
    if period.until_on is not None and period.until_on < period.from_on:
        raise Refusal(
            "parties.period_backward",
            from_on=period.from_on.isoformat(),
            until_on=period.until_on.isoformat(),
        )


def overlapping(wanted: Period, existing: Iterable[Period]) -> Period | None:
    """Return the first existing period that shares a day with the wanted one, or None.

    A mechanic works for one dealer at a time, for on a service date one dealer answers.

    Source: R43
    """
    clashes = [period for period in existing if period.overlaps(wanted)]
    return min(clashes, key=lambda period: period.from_on, default=None)


def merged_period(one: Period, other: Period) -> Period:
    """Return the period from the first day of either to the last day of either.

    Source: R43
    """
    ends = (one.until_on, other.until_on)
    last = None if one.until_on is None or other.until_on is None else max(filter(None, ends))
    return Period(min(one.from_on, other.from_on), last)


def united(periods: Iterable[Period]) -> list[Period]:
    """Return periods in order, those that share a day made one.

    Source: R43
    """
    found: list[Period] = []
    for period in sorted(periods, key=lambda one: one.from_on):
        if found and found[-1].overlaps(period):
            found[-1] = merged_period(found[-1], period)
        else:
            found.append(period)
    return found
