"""How templates write days, times, numbers and refusals, and the words for values."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask
from flask_babel import gettext

from blueprints import words
from kombeheer.rules.calendar import AMSTERDAM, day_of
from kombeheer.rules.money import euros
from kombeheer.rules.numbers import CHECKED_LENGTH, SeriesFormat, StickerNumber, check_digits_fit
from kombeheer.rules.refusal import Refusal
from kombeheer.wording import MONTHS, day_text, sentence


def day(value: date | None) -> str:
    """Return a day as `do 5 maart 2026`; nothing for none."""
    return "" if value is None else day_text(value)


def short_day(value: date | None) -> str:
    """Return a day as `5 mrt 2026`, for a table."""
    if value is None:
        return ""
    month = "mrt" if value.month == 3 else MONTHS[value.month - 1][:3]
    return f"{value.day} {month} {value.year}"


def clock(value: datetime | None) -> str:
    """Return the time in Amsterdam as `10.42 uur`."""
    return "" if value is None else f"{value.astimezone(AMSTERDAM):%H.%M} uur"


def moment(value: datetime | None) -> str:
    """Return an instant as `do 5 maart 2026, 10.42 uur`."""
    if value is None:
        return ""
    return f"{day_text(value.astimezone(AMSTERDAM).date())}, {clock(value)}"


def short_moment(value: datetime | None) -> str:
    """Return an instant as `5 mrt 2026, 10.42 uur`, for a table."""
    return "" if value is None else f"{short_day(day_of(value))}, {clock(value)}"


def number(digits: str) -> StickerNumber:
    """Return digits as the number they are, for a plate."""
    if len(digits) == CHECKED_LENGTH and check_digits_fit(digits) and int(digits[2:8]) > 0:
        return SeriesFormat(digits[:2]).number(int(digits[2:8]))
    return SeriesFormat("", len(digits), has_check_digits=False).number(int(digits))


def euro(cents: int) -> str:
    """Return an amount as `€ 32,29`, below zero as `−€ 32,29`; it stays on one line."""
    return f"{'−' if cents < 0 else ''}€\N{NO-BREAK SPACE}{euros(abs(cents))}"


def amount(cents: int) -> str:
    """Return an amount without the sign of its currency, for a column: `32,29`, `−32,29`."""
    return f"{'−' if cents < 0 else ''}{euros(abs(cents))}"


def euro_change(cents: int) -> str:
    """Return how much an amount changes, always with its sign: `+€ 3,00`, `−€ 3,00`, `€ 0,00`."""
    return f"+{euro(cents)}" if cents > 0 else euro(cents)


def told(refusal: Refusal) -> str:
    """Return the sentence of a refusal in the reader's language."""
    return sentence(refusal, gettext)


def init_app(app: Flask) -> None:
    """Give templates the filters and the words."""
    app.jinja_env.filters.update(
        day=day,
        short_day=short_day,
        clock=clock,
        amount=amount,
        euro=euro,
        euro_change=euro_change,
        moment=moment,
        short_moment=short_moment,
        number=number,
        sentence=told,
    )
    app.jinja_env.globals["words"] = words
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
