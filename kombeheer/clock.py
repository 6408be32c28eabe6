"""The only place that reads the clock. Days are days in Europe/Amsterdam."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kombeheer.rules.calendar import day_of


def now_utc() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the foundation's present day."""
    return day_of(now_utc())
