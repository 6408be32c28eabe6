"""Make a series of numbers: a year's, with check digits, or an old stock's as it was printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.numbers import (
    LEGACY_WIDTH_MAX,
    LEGACY_WIDTH_MIN,
    SERIAL_WIDTH,
    SeriesFormat,
)
from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.services import journal
from models.stickers import StickerSeries

_YEAR_CODE = re.compile(r"[0-9]{2}")
_OWN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,11}")
CENTURY = 2000


def all_series(session: Session) -> Sequence[StickerSeries]:
    """Return every series, the one that ends last first."""
    order = (StickerSeries.valid_until.desc(), StickerSeries.code)
    return session.execute(select(StickerSeries).order_by(*order)).scalars().all()


def is_year_code(code: str) -> bool:
    """Tell whether a code is that of a series of a year (`27`)."""
    return _YEAR_CODE.fullmatch(code) is not None


def described(
    code: str,
    width: int | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> tuple[SeriesFormat, date, date]:
    """Return the form of a series, and its first and last day.

    Args: as of `make_series`.

    Raises:
        Refusal: as `make_series`, but for `stickers.series_exists`.
    """
    of_year = width is None
    fits = is_year_code(code) if of_year else _OWN_CODE.fullmatch(code)
    if not fits or (not of_year and is_year_code(code)):
        raise Refusal("stickers.series_code_unusable", value=shown_text(code) or "leeg")
    if width is not None and not LEGACY_WIDTH_MIN <= width <= LEGACY_WIDTH_MAX:
        least, most = LEGACY_WIDTH_MIN, LEGACY_WIDTH_MAX
        raise Refusal("stickers.series_width_unusable", width=width, least=least, most=most)
    if of_year:
        year = CENTURY + int(code)
        valid_from = valid_from or date(year, 1, 1)
        valid_until = valid_until or date(year, 12, 31)
    if valid_from is None or valid_until is None:
        raise Refusal("stickers.series_period_missing")
    if valid_until < valid_from:
        raise Refusal(
            "stickers.series_period_reversed",
            valid_from=valid_from.isoformat(),
            valid_until=valid_until.isoformat(),
        )
    form = SeriesFormat(code, SERIAL_WIDTH if width is None else width, of_year)
    return form, valid_from, valid_until


def make_series(
    session: Session,
    actor: Actor,
    now: datetime,
    code: str,
    *,
    width: int | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> StickerSeries:
    """Make a series; one of a year (`27`) is valid in that calendar year unless days are given.

    Args:
        width: how many digits an old stock's numbers have, 3 to 12; None for a series of a year.

    Raises:
        Refusal: `stickers.series_code_unusable`, `stickers.series_width_unusable`,
            `stickers.series_period_missing`, `stickers.series_period_reversed` or
            `stickers.series_exists`.
    """
    form, first_day, last_day = described(code.strip(), width, valid_from, valid_until)
    if session.execute(select(StickerSeries.id).where(StickerSeries.code == form.code)).first():
        raise Refusal("stickers.series_exists", series=form.code)
    row = StickerSeries(
        code=form.code,
        width=form.width,
        has_check_digits=form.has_check_digits,
        shape=form.shape,
        valid_from=first_day,
        valid_until=last_day,
    )
    session.add(row)
    session.flush()
    after = {
        "code": row.code,
        "width": row.width,
        "valid_from": first_day,
        "valid_until": last_day,
    }
    journal.record(
        session, actor, now, "stickers.series_made", "sticker_series", row.id, after=after
    )
    return row
