"""The period a statement is about, and why a report on it costs nothing.

Not here: what is charged (rules/billing), and how a statement is made, stored or written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kombeheer.rules.billing import ChargePeriod, Tariff
from kombeheer.rules.calendar import add_months
from kombeheer.rules.refusal import Refusal


class Part(StrEnum):
    """A part of a calendar year that a statement is usually about, the longest first.

    Source: R50, decisions/0014
    """

    YEAR = "year"
    HALF_1 = "h1"
    HALF_2 = "h2"
    QUARTER_1 = "q1"
    QUARTER_2 = "q2"
    QUARTER_3 = "q3"
    QUARTER_4 = "q4"
    MONTH_1 = "m1"
    MONTH_2 = "m2"
    MONTH_3 = "m3"
    MONTH_4 = "m4"
    MONTH_5 = "m5"
    MONTH_6 = "m6"
    MONTH_7 = "m7"
    MONTH_8 = "m8"
    MONTH_9 = "m9"
    MONTH_10 = "m10"
    MONTH_11 = "m11"
    MONTH_12 = "m12"


MONTHS_OF_PART = {"y": 12, "h": 6, "q": 3, "m": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a statement, both included.

    Source: R50
    """

    from_on: date
    until_on: date

    def is_over(self, today: date) -> bool:
        """Tell whether its last day has passed."""
        return self.until_on < today

    def overlaps(self, other: Period) -> bool:
        """Tell whether some day is in both."""
        return self.from_on <= other.until_on and other.from_on <= self.until_on


def period_of(year: int, part: Part) -> Period:
    """Return the days of a part of a year.

    Source: R50, decisions/0014
    """
    months = MONTHS_OF_PART[part[0]]
    ordinal = 1 if part is Part.YEAR else int(part[1:])
    first = add_months(date(year, 1, 1), (ordinal - 1) * months)
    return Period(first, add_months(first, months) - timedelta(days=1))


def part_of(period: Period) -> Part | None:
    """Return which part of its year a period is; None for any other days.

    Source: R50, decisions/0014
    """
    year = period.from_on.year
    return next((part for part in Part if period_of(year, part) == period), None)


def latest_quarter(today: date) -> Period:
    """Return the last quarter that is over: what a statement is most often asked of.

    Source: R50, decisions/0014
    """
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    return Period(add_months(first, -3), first - timedelta(days=1))


def require_period(from_on: date, until_on: date) -> Period:
    """Return the period from a day until another.

    Raises:
        Refusal: `billing.period_reversed`.

    Source: decisions/0014
    """
    if until_on < from_on:
        raise Refusal(
            "billing.period_reversed", from_on=from_on.isoformat(), until_on=until_on.isoformat()
        )
    return Period(from_on, until_on)


def require_over(period: Period, today: date) -> None:
    """Refuse to close a period of which some day is still to come, or is today.

    Raises:
        Refusal: `billing.period_running`.

    Source: R50, decisions/0014
    """
    if not period.is_over(today):
        raise Refusal(
            "billing.period_running", until_on=period.until_on.isoformat(), today=today.isoformat()
        )


class NoCharge(StrEnum):
    """Why a report on a statement costs nothing.

    Source: R46, R48, R49
    """

    GEEN_KOM = "geen_kom"
    KB = "kb"
    PAID_THIS_YEAR = "paid_this_year"
    PAID_THIS_DAY = "paid_this_day"
    NO_TARIFF = "no_tariff"


def why_nothing(*, has_number: bool, is_minor: bool, tariff: Tariff | None) -> NoCharge:
    """Return why a report without a charge has none.

    Args:
        is_minor: it ended with `kb`.
        tariff: that of its service date.

    Source: R46, R48, R49
    """
    if is_minor:
        return NoCharge.KB
    if not has_number:
        return NoCharge.GEEN_KOM
    if tariff is None:
        return NoCharge.NO_TARIFF
    yearly = ChargePeriod.YEAR in (tariff.base_period, tariff.surcharge_period)
    return NoCharge.PAID_THIS_YEAR if yearly else NoCharge.PAID_THIS_DAY
