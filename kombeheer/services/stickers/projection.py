"""Replay the movements and compare with what the `sticker` table says, number by number.

Also adds up each dealer's account on the way. Not here: the chain itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from kombeheer.rules.numbers import SeriesFormat
from kombeheer.rules.stickers import Account, AccountKind, Movement
from kombeheer.services.stickers.balance import Post, flows
from kombeheer.services.stickers.findings import Findings
from kombeheer.services.stickers.ledger import series_format
from kombeheer.services.stickers.replay import FETCH_ROWS, State, Window, take, windows
from kombeheer.services.stickers.spans import Spans
from models.stickers import Movement as MovementRow
from models.stickers import Sticker, StickerSeries

_ORIGIN = Account(AccountKind.ORIGIN)


def _all_series(session: Session) -> list[tuple[int, SeriesFormat]]:
    """Return every series that is named anywhere, one without its own row as `?`."""
    rows = session.execute(select(StickerSeries).order_by(StickerSeries.id)).scalars()
    known = {row.id: series_format(row) for row in rows}
    for column in (MovementRow.series_id, Sticker.series_id):
        for (series_id,) in session.execute(select(column).distinct()):
            known.setdefault(series_id, SeriesFormat("?", 12, has_check_digits=False))
    return sorted(known.items(), key=lambda pair: pair[0])


def compare(session: Session, findings: Findings) -> int:
    """Replay every series and compare; return how many numbers there are."""
    count = 0
    for series_id, series in _all_series(session):
        closing: dict[int, int] = defaultdict(int)
        for window in windows(session, series_id):
            spans = _replay(findings, window, series, closing)
            count += _compare_window(session, findings, window, spans, series)
        _compare_accounts(session, findings, series_id, series, closing)
    return count


def _replay(
    findings: Findings, window: Window, series: SeriesFormat, closing: dict[int, int]
) -> Spans[State]:
    """Follow the window's numbers; each movement must take them from where they were."""
    spans: Spans[State] = Spans()
    for number, move in window.moves:
        for step in take(spans, move, window.first, window.last):
            was = _ORIGIN if step.before is None else step.before.account
            if was != move.source:
                serial = _named(series, step.first)
                findings.add(
                    "stickers.check_source",
                    "movement",
                    number,
                    f"{serial}: {was}",
                    move.source,
                    order=(number, step.first),
                )
            _add_up(closing, move, step)
    return spans


def _add_up(closing: dict[int, int], move: Movement, step: Any) -> None:
    """Closing = opening + received - all that was spent, for each dealer."""
    size = step.last - step.first + 1
    for dealer_id, post, sign in flows(move, step):
        if post is Post.RECEIVED:
            closing[dealer_id] += sign * size
        elif post not in (Post.HANDED_TO, Post.HANDED_FROM):
            closing[dealer_id] -= sign * size


def _stickers(session: Session, window: Window) -> Iterator[Any]:
    yield from session.execute(
        select(
            Sticker.serial,
            Sticker.account,
            Sticker.dealer_id,
            # As text, for SQLite also keeps what is no day at all.
            type_coerce(Sticker.issued_on, String).label("issued_on"),
        )
        .where(Sticker.series_id == window.series_id)
        .where(Sticker.serial.between(window.first, window.last))
        .order_by(Sticker.serial)
        .execution_options(yield_per=FETCH_ROWS)
    )


def _compare_window(
    session: Session,
    findings: Findings,
    window: Window,
    spans: Spans[State],
    series: SeriesFormat,
) -> int:
    """Walk rows and replayed ranges side by side: each number in both, and the same in both."""
    count = 0
    replayed = iter(spans)
    first, last, state = next(replayed, (0, 0, None))
    for row in _stickers(session, window):
        count += 1
        while state is not None and last < row.serial:
            _missing(findings, window, series, first, last)
            first, last, state = next(replayed, (0, 0, None))
        order = (window.series_id, row.serial)
        if state is None or row.serial < first:
            key = _named(series, row.serial)
            findings.add("stickers.check_extra", "sticker", key, row.account, "", order=order)
            continue
        if first < row.serial:
            _missing(findings, window, series, first, row.serial - 1)
        found = _told(row.account, row.dealer_id, row.issued_on)
        expected = _told(str(state.account), state.dealer_id, state.issued_on)
        if found != expected:
            key = _named(series, row.serial)
            findings.add("stickers.check_sticker", "sticker", key, found, expected, order=order)
        first = row.serial + 1
        if first > last:
            first, last, state = next(replayed, (0, 0, None))
    while state is not None:
        _missing(findings, window, series, first, last)
        first, last, state = next(replayed, (0, 0, None))
    return count


def _missing(
    findings: Findings, window: Window, series: SeriesFormat, first: int, last: int
) -> None:
    findings.add(
        "stickers.check_missing",
        "sticker",
        _named(series, first),
        "",
        "",
        order=(window.series_id, first),
        rows=last - first + 1,
    )


def _compare_accounts(
    session: Session,
    findings: Findings,
    series_id: int,
    series: SeriesFormat,
    closing: dict[int, int],
) -> None:
    """What each dealer should still have, from the movements, is what the numbers say he has."""
    rows = session.execute(
        select(Sticker.dealer_id, func.count())
        .where(Sticker.series_id == series_id, Sticker.dealer_id.is_not(None))
        .where(or_(Sticker.account.startswith("dealer:"), Sticker.account.startswith("mechanic:")))
        .group_by(Sticker.dealer_id)
    ).all()
    present = {dealer_id: count for dealer_id, count in rows if dealer_id is not None}
    for dealer_id in sorted(set(present) | set(closing)):
        found, expected = present.get(dealer_id, 0), closing.get(dealer_id, 0)
        if found != expected:
            findings.add(
                "stickers.check_balance",
                "sticker",
                f"dealer {dealer_id}, serie {series.code}",
                found,
                expected,
                order=(series_id, dealer_id),
            )


def _named(series: SeriesFormat, serial: int) -> str:
    if 1 <= serial < 10**series.width:
        return series.number(serial).printed
    return f"{series.code}-{serial}"


def _told(account: str, dealer_id: int | None, issued_on: object) -> str:
    return f"{account}, dealer {dealer_id or '-'}, uitgegeven {issued_on or '-'}"
