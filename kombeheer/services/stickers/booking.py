"""Book ranges on one document: what every move of stickers by a person has in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import day_of, microseconds
from kombeheer.rules.numbers import range_text
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import Account, AccountKind, DocumentKind, MoveKind, Movement
from kombeheer.services import journal
from kombeheer.services.stickers import ledger
from kombeheer.services.stickers.replay import touches
from models.stickers import Document, StickerSeries
from models.stickers import Movement as MovementRow

BOOKED_NUMBERS_MAX = 50_000
DAY_FIRST = date(1980, 1, 1)  # long before the first numbered sticker
_NOT_THERE = {
    AccountKind.PRINTER: "stickers.not_at_printer",
    AccountKind.STOCK: "stickers.not_in_stock",
    AccountKind.TRANSIT: "stickers.not_on_the_way",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A range with where it goes; `counters` is the movement that it undoes."""

    series_id: int
    first: int
    last: int
    source: Account
    target: Account
    dealer_id: int | None = None
    counters: int | None = None

    @property
    def size(self) -> int:
        """Return how many numbers it holds."""
        return self.last - self.first + 1


def checked_day(day: date | None, now: datetime) -> date:
    """Return the day on which something happened, today when none is given.

    Raises:
        Refusal: `stickers.day_impossible`.
    """
    today = day_of(now)
    if day is not None and not DAY_FIRST <= day <= today:
        raise Refusal("stickers.day_impossible", day=day.isoformat())
    return day or today


def checked_range(session: Session, series_id: int, first: int, last: int) -> StickerSeries:
    """Return the series of a range that it can hold and that can be booked at once.

    Raises:
        Refusal: `stickers.serial_outside`, `stickers.range_reversed` or `stickers.range_large`.
    """
    row = session.get_one(StickerSeries, series_id)
    series = ledger.series_format(row)
    highest = 10**row.width - 1
    for serial in (first, last):
        if not 1 <= serial <= highest:
            raise Refusal(
                "stickers.serial_outside", value=str(serial)[:24], series=row.code, highest=highest
            )
    if first > last:
        raise Refusal(
            "stickers.range_reversed",
            first=range_text(series, first, first),
            last=range_text(series, last, last),
        )
    require_size(last - first + 1)
    return row


def require_size(count: int) -> None:
    """Refuse to book more at once than a moment's writing: `stickers.range_large`."""
    if count > BOOKED_NUMBERS_MAX:
        raise Refusal("stickers.range_large", count=count, most=BOOKED_NUMBERS_MAX)


def require_after_previous(session: Session, pieces: Sequence[Piece], day: date) -> None:
    """Refuse a day on which the numbers were not there yet: `stickers.before_previous`."""
    for piece in pieces:
        previous = session.execute(
            select(func.max(MovementRow.effective_on)).where(
                touches(piece.series_id, piece.first, piece.last)
            )
        ).scalar()
        if previous is not None and previous > day:
            raise Refusal(
                "stickers.before_previous", day=day.isoformat(), previous_on=previous.isoformat()
            )


def book(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: MoveKind,
    action: str,
    document: Document,
    day: date,
    pieces: Sequence[Piece],
) -> None:
    """Move every piece on this document or none, and write it in the journal.

    Raises:
        Refusal: `stickers.range_exists`, or which numbers are not where they should come from.
    """
    moves = [
        Movement(
            kind,
            piece.series_id,
            piece.first,
            piece.last,
            piece.source,
            piece.target,
            piece.dealer_id,
            day.isoformat(),
            microseconds(now),
            actor.user_id,
            document.id,
            piece.counters,
        )
        for piece in pieces
    ]
    try:
        ledger.post(session, moves, DocumentKind(document.kind))
    except Refusal as refusal:
        better = _NOT_THERE.get(AccountKind(str(refusal.facts.get("account", "origin"))))
        if refusal.code == "stickers.not_in_account" and better is not None:
            raise Refusal(better, **refusal.facts) from None
        raise
    journal.record(
        session,
        actor,
        now,
        action,
        "document",
        document.id,
        after={
            "reference": document.reference,
            "effective_on": day,
            "ranges": [
                [piece.series_id, piece.first, piece.last, str(piece.source), str(piece.target)]
                for piece in pieces
            ],
        },
    )
