"""Where numbers are now, as ranges: from the projection, made into ranges by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kombeheer.rules.stickers import Account, AccountKind, MoveKind
from kombeheer.services.stickers.spans import Spans
from models.stickers import Document, Movement, Sticker

By = InstrumentedAttribute[Any]


def islands(session: Session, condition: ColumnElement[bool], *by: By) -> Sequence[Any]:
    """Return rows (series_id, first, last, *by) of the numbers that meet a condition.

    Neighbours are one range while they agree in the columns `by`.
    """
    place = (Sticker.series_id, *by)
    row = func.row_number().over(partition_by=place, order_by=Sticker.serial)
    numbered = select(*place, Sticker.serial, (Sticker.serial - row).label("island"))
    inner = numbered.where(condition).subquery()
    columns = [inner.c[column.key] for column in place]
    first = func.min(inner.c.serial).label("first")
    return session.execute(
        select(columns[0], first, func.max(inner.c.serial).label("last"), *columns[1:])
        .group_by(*columns, inner.c.island)
        .order_by(columns[0], first)
    ).all()


@dataclass(frozen=True, slots=True)
class ParcelPiece:
    """A range that is on its way, and the movement that sent it."""

    series_id: int
    first: int
    last: int
    chain_number: int

    @property
    def size(self) -> int:
        """Return how many numbers it holds."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is still on its way of one packing list."""

    document_id: str
    reference: str
    dealer_id: int
    sent_on: date
    pieces: tuple[ParcelPiece, ...]

    @property
    def size(self) -> int:
        """Return how many numbers it holds."""
        return sum(piece.size for piece in self.pieces)


def parcels(session: Session, dealer_id: int, document_id: str | None = None) -> list[Parcel]:
    """Return what is on its way to a dealer, by packing list, the one sent first first."""
    account = str(Account(AccountKind.TRANSIT, dealer_id))
    waiting = islands(session, Sticker.account == account)
    if not waiting:
        return []
    sent = session.execute(
        select(
            Movement.series_id,
            Movement.first_serial,
            Movement.last_serial,
            Movement.chain_number,
            Movement.effective_on,
            Document.id,
            Document.reference,
        )
        .join(Document, Document.id == Movement.document_id)
        .where(
            Movement.dealer_id == dealer_id,
            Movement.series_id.in_({row.series_id for row in waiting}),
            Movement.kind == MoveKind.ISSUE,
            Movement.counters.is_(None),
        )
        .order_by(Movement.chain_number)
    ).all()
    latest: dict[int, Spans[Any]] = {}
    for row in sent:  # what was sent twice is on the later packing list
        latest.setdefault(row.series_id, Spans()).put(row.first_serial, row.last_serial, row)
    found: dict[str, tuple[Any, list[ParcelPiece]]] = {}
    for series_id, first, last in waiting:
        for start, end, by in latest.get(series_id, Spans[Any]()).pieces(first, last):
            if by is not None and document_id in (None, by.id):
                piece = ParcelPiece(series_id, start, end, by.chain_number)
                found.setdefault(by.id, (by, []))[1].append(piece)
    return [
        Parcel(row.id, row.reference, dealer_id, row.effective_on, tuple(pieces))
        for row, pieces in sorted(found.values(), key=lambda pair: pair[0].chain_number)
    ]
