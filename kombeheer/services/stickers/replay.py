"""Read the movements back and follow each number through them, in memory that does not grow.

A series is taken in windows of so many numbers; within a window the movements come in the order of
the chain. Not here: what is concluded (projection and balance).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.calendar import microseconds
from kombeheer.rules.stickers import (
    Account,
    MoveKind,
    Movement,
    answerable_dealer,
)
from kombeheer.services.stickers.ledger import issue_after
from kombeheer.services.stickers.spans import Spans
from models.stickers import Movement as MovementRow
from models.stickers import Sticker

_parse = lru_cache(maxsize=4_096)(Account.parse)
WINDOW_NUMBERS = 5_000
FETCH_ROWS = 1_000
SERIAL_MAX = 2**63 - 1


class State(NamedTuple):
    """Where a number is, who answers for it, and when it was issued to him."""

    account: Account
    dealer_id: int | None
    issued_on: date | None


class Step(NamedTuple):
    """What one movement did to a range that had one state before; None when it had none."""

    first: int
    last: int
    before: State | None
    after: State


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a series, the movements that touch it by chain number."""

    series_id: int
    first: int
    last: int
    moves: Iterator[tuple[int, Movement]]


def movement_of(row: Any) -> Movement:
    """Return a row as the movement it stores.

    Raises:
        ValueError: a word or an account in it is none of ours; somebody wrote past the ledger.
    """
    try:
        source, target = _parse(row.source_account), _parse(row.target_account)
    except AssertionError:
        raise ValueError(f"{row.source_account} -> {row.target_account}") from None
    return Movement(
        MoveKind(row.kind),
        row.series_id,
        row.first_serial,
        row.last_serial,
        source,
        target,
        row.dealer_id,
        row.effective_on.isoformat(),
        microseconds(row.recorded_at),
        row.actor_id,
        row.document_id,
        row.counters,
    )


def touches(series_id: int, first: int, last: int) -> ColumnElement[bool]:
    """Return the condition that a movement moves a number of this range; both parts use an index.

    Most move one number; those that move more are looked through apart.
    """
    row = MovementRow
    return and_(
        row.series_id == series_id,
        or_(
            row.first_serial.between(first, last),
            and_(
                row.last_serial > row.first_serial,
                row.first_serial < first,
                row.last_serial >= first,
            ),
        ),
    )


def moves_in(
    session: Session, series_id: int, first: int, last: int
) -> Iterator[tuple[int, Movement]]:
    """Yield (chain number, movement) of a range; the chain's walk tells what cannot be read."""
    statement = (
        select(*MovementRow.core().columns)
        .where(touches(series_id, first, last))
        .order_by(MovementRow.chain_number)
        .execution_options(yield_per=FETCH_ROWS)
    )
    for row in session.execute(statement):
        try:
            yield row.chain_number, movement_of(row)
        except ValueError:
            continue


def windows(
    session: Session, series_id: int, first: int = 1, last: int = SERIAL_MAX
) -> Iterator[Window]:
    """Yield a series from `first` to `last` in pieces of WINDOW_NUMBERS numbers at most."""
    start = first
    while start <= last:
        following = session.execute(
            select(Sticker.serial)
            .where(Sticker.series_id == series_id, Sticker.serial >= start)
            .order_by(Sticker.serial)
            .offset(WINDOW_NUMBERS)
            .limit(1)
        ).scalar()
        end = last if following is None else min(following - 1, last)
        yield Window(series_id, start, end, moves_in(session, series_id, start, end))
        start = end + 1


def take(spans: Spans[State], move: Movement, first: int, last: int) -> Sequence[Step]:
    """Follow one movement within a window; return its steps and remember where it left."""
    start, end = max(move.first, first), min(move.last, last)
    if start > end:
        return ()
    keeps, issued = issue_after(move)
    dealer_id = answerable_dealer(move.target, move.dealer_id)
    steps = []
    for piece_first, piece_last, before in spans.pieces(start, end):
        kept = before.issued_on if keeps and before is not None else issued
        steps.append(Step(piece_first, piece_last, before, State(move.target, dealer_id, kept)))
    for step in steps:
        spans.put(step.first, step.last, step.after)
    return steps
