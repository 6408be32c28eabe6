"""Days, months and the foundation's own day. Not here: reading the clock."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2099, 12, 31)  # that anybody can mean


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, clamped to the last day of a shorter month.

    31 August + 6 months is 28 (or 29) February; 29 February + 12 months is 28 February. What
    would lie after the last day there is, is that day.

    Source: R31
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of(moment: datetime) -> date:
    """Return the day in Europe/Amsterdam on which an aware instant falls.

    Source: decisions/0004
    """
    assert moment.tzinfo is not None, "an instant is aware"
    return moment.astimezone(AMSTERDAM).date()


def microseconds(moment: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970 in UTC, equal on every database.

    Source: decisions/0004
    """
    assert moment.tzinfo is not None, "an instant is aware"
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
