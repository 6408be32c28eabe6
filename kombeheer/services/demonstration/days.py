"""The days on which the demonstration works, and the instants that it records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kombeheer.rules.calendar import AMSTERDAM, add_months

PERIOD_MONTHS = 24
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: how large (1 is 25,300 farms), from which seed, and as of which day."""

    scale: float
    seed: int
    on: date

    @property
    def start(self) -> date:
        """Return the first day of the two years of visits."""
        return add_months(self.on, -PERIOD_MONTHS)

    @property
    def last(self) -> date:
        """Return the last day on which anything happened: the working day before."""
        return working_day_until(self.on - _DAY)

    @property
    def has_past(self) -> bool:
        """Tell whether the years 2001 and 2002 belong to it: only at full size."""
        return self.scale >= 1

    @property
    def founded(self) -> datetime:
        """Return the instant at which dealers, farms and users were entered."""
        return instant(date(self.start.year - 2, 9, 1), 9)


def works_on(day: date) -> bool:
    """Tell whether mechanics work: not at the weekend, on King's Day and around the new year."""
    around_new_year = (day.month, day.day) >= (12, 23) or (day.month, day.day) == (1, 1)
    return day.weekday() < 5 and not around_new_year and (day.month, day.day) != (4, 27)


def working_day_from(day: date) -> date:
    """Return the first working day on or after `day`."""
    while not works_on(day):
        day += _DAY
    return day


def working_day_until(day: date) -> date:
    """Return the last working day on or before `day`."""
    while not works_on(day):
        day -= _DAY
    return day


def working_days_later(day: date, count: int) -> date:
    """Return the working day that comes `count` working days after `day`; before it if negative."""
    step = _DAY if count > 0 else -_DAY
    for _ in range(abs(count)):
        day += step
        day = working_day_from(day) if count > 0 else working_day_until(day)
    return day


def instant(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant of a day in Europe/Amsterdam, in UTC."""
    return datetime.combine(day, time(hour, minute), AMSTERDAM).astimezone(UTC)
