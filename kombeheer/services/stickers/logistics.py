"""From the printer to the dealer: make a series, order, receive, issue, confirm, take back.

Each cites its document, counts from a day that may lie in the past, and moves all of it or nothing.
Not here: the other moves (moving), and what happens at a visit (scanning).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import Account, AccountKind, DocumentKind, MoveKind
from kombeheer.services.stickers import ledger
from kombeheer.services.stickers.booking import (
    Piece,
    book,
    checked_day,
    checked_range,
    require_after_previous,
    require_size,
)
from kombeheer.services.stickers.documents import named_document
from kombeheer.services.stickers.places import ParcelPiece, parcels
from models.parties import Dealer
from models.stickers import Document, Sticker, StickerSeries

_ORIGIN = Account(AccountKind.ORIGIN)
_PRINTER = Account(AccountKind.PRINTER)
_STOCK = Account(AccountKind.STOCK)


def next_free(session: Session, series_id: int) -> int:
    """Return the first serial after all that were ever ordered in a series."""
    last = session.execute(
        select(func.max(Sticker.serial)).where(Sticker.series_id == series_id)
    ).scalar()
    return 1 if last is None else last + 1


def order(
    session: Session,
    actor: Actor,
    now: datetime,
    series_id: int,
    first: int,
    last: int,
    *,
    day: date | None = None,
    reference: str = "",
    note: str = "",
) -> Document:
    """Order numbers that do not exist yet at the printer; return the print order.

    Raises:
        Refusal: `stickers.range_exists` with the numbers that were ordered before.
    """
    on = checked_day(day, now)
    checked_range(session, series_id, first, last)
    document = named_document(
        session, actor, now, DocumentKind.PRINT_ORDER, on, reference, note, shared=True
    )
    piece = Piece(series_id, first, last, _ORIGIN, _PRINTER)
    book(session, actor, now, MoveKind.ORDER, "stickers.ordered", document, on, [piece])
    return document


def receive(
    session: Session,
    actor: Actor,
    now: datetime,
    series_id: int,
    first: int,
    last: int,
    *,
    day: date | None = None,
    reference: str = "",
    note: str = "",
) -> Document:
    """Take numbers from the printer into stock; return the delivery note.

    Raises:
        Refusal: `stickers.not_at_printer` with the numbers that were not ordered, or came before.
    """
    on = checked_day(day, now)
    checked_range(session, series_id, first, last)
    piece = Piece(series_id, first, last, _PRINTER, _STOCK)
    require_after_previous(session, [piece], on)
    document = named_document(
        session, actor, now, DocumentKind.DELIVERY_NOTE, on, reference, note, shared=True
    )
    book(session, actor, now, MoveKind.DELIVER, "stickers.received", document, on, [piece])
    return document


def lowest_in_stock(session: Session, series_id: int, count: int) -> list[tuple[int, int]]:
    """Return the lowest `count` numbers in stock as ranges, locked; others take the next ones.

    Raises:
        Refusal: `stickers.stock_short` with how many there are.
    """
    require_size(count)
    series = session.get_one(StickerSeries, series_id)
    statement = (
        select(Sticker.serial)
        .where(Sticker.series_id == series_id, Sticker.account == str(_STOCK))
        .order_by(Sticker.serial)
        .limit(count)
        .with_for_update(skip_locked=True)
    )
    serials = session.execute(statement).scalars().all()
    if len(serials) < count:
        told = ledger.ranges_text(serials, series=ledger.series_format(series))
        raise Refusal(
            "stickers.stock_short",
            series=series.code,
            count=count,
            there=len(serials),
            serials=told or "geen",
        )
    return ledger.ranges_of(serials)


def issue(
    session: Session,
    actor: Actor,
    now: datetime,
    dealer_id: int,
    series_id: int,
    *,
    first: int | None = None,
    last: int | None = None,
    count: int | None = None,
    day: date | None = None,
    reference: str = "",
    note: str = "",
) -> Document:
    """Send numbers from stock to a dealer, a range or the lowest `count`; return the packing list.

    Raises:
        Refusal: `stickers.range_or_count`, `stickers.dealer_ceased`, `stickers.stock_short`, or
            `stickers.not_in_stock` with the numbers that are elsewhere.
    """
    on = checked_day(day, now)
    dealer = session.get_one(Dealer, dealer_id)
    if dealer.ceased_on is not None and dealer.ceased_on <= on:
        ceased_on = dealer.ceased_on.isoformat()
        raise Refusal("stickers.dealer_ceased", dealer=dealer.name, ceased_on=ceased_on)
    if count is not None and count > 0 and first is None and last is None:
        ranges = lowest_in_stock(session, series_id, count)
    elif count is None and first is not None and last is not None:
        checked_range(session, series_id, first, last)
        ranges = [(first, last)]
    else:
        raise Refusal("stickers.range_or_count")
    target = Account(AccountKind.TRANSIT, dealer_id)
    pieces = [Piece(series_id, *found, _STOCK, target, dealer_id) for found in ranges]
    require_after_previous(session, pieces, on)
    document = named_document(session, actor, now, DocumentKind.PACKING_LIST, on, reference, note)
    book(session, actor, now, MoveKind.ISSUE, "stickers.issued", document, on, pieces)
    return document


def _of_parcels(
    session: Session, dealer_id: int, document_id: str | None, wanted: tuple[int, int, int] | None
) -> Sequence[ParcelPiece]:
    """Return what is on its way to a dealer: of a packing list, of a range (series, first, last).

    Raises:
        Refusal: `stickers.nothing_on_the_way`, or `stickers.not_on_the_way` with the numbers.
    """
    found = [
        piece for parcel in parcels(session, dealer_id, document_id) for piece in parcel.pieces
    ]
    if wanted is not None:
        series_id, first, last = wanted
        row = checked_range(session, series_id, first, last)
        found = [
            ParcelPiece(series_id, max(one.first, first), min(one.last, last), one.chain_number)
            for one in found
            if one.series_id == series_id and one.first <= last and one.last >= first
        ]
        there = {serial for one in found for serial in range(one.first, one.last + 1)}
        wrong = [serial for serial in range(first, last + 1) if serial not in there]
        if wrong:
            told = ledger.ranges_text(wrong, series=ledger.series_format(row))
            raise Refusal(
                "stickers.not_on_the_way", series=row.code, serials=told, count=len(wrong)
            )
    if not found:
        raise Refusal("stickers.nothing_on_the_way")
    return found


def confirm(
    session: Session,
    actor: Actor,
    now: datetime,
    dealer_id: int,
    *,
    document_id: str | None = None,
    wanted: tuple[int, int, int] | None = None,
    day: date | None = None,
    reference: str = "",
    note: str = "",
) -> Document:
    """Have a dealer confirm that he received a packing list, or a range of what is on its way.

    Args:
        wanted: (series id, first, last); None for all that is still on its way of the packing list.

    Returns the receipt.

    Raises:
        Refusal: `stickers.nothing_on_the_way` or `stickers.not_on_the_way` with the numbers.
    """
    on = checked_day(day, now)
    transit, held = Account(AccountKind.TRANSIT, dealer_id), Account(AccountKind.DEALER, dealer_id)
    pieces = [
        Piece(one.series_id, one.first, one.last, transit, held, dealer_id)
        for one in _of_parcels(session, dealer_id, document_id, wanted)
    ]
    require_after_previous(session, pieces, on)
    document = named_document(
        session, actor, now, DocumentKind.RECEIPT, on, reference, note, shared=True
    )
    book(session, actor, now, MoveKind.CONFIRM, "stickers.confirmed", document, on, pieces)
    return document


def take_back_issue(
    session: Session,
    actor: Actor,
    now: datetime,
    dealer_id: int,
    document_id: str,
    reason: str,
    *,
    wanted: tuple[int, int, int] | None = None,
    day: date | None = None,
) -> Document:
    """Undo an issue that has not left, or not arrived: back into stock, by counter-movements.

    Returns the decision, whose note is the reason.

    Raises:
        Refusal: `stickers.reason_missing`, `stickers.nothing_on_the_way` or
            `stickers.not_on_the_way` with the numbers.
    """
    if not reason.strip():
        raise Refusal("stickers.reason_missing")
    on = checked_day(day, now)
    transit = Account(AccountKind.TRANSIT, dealer_id)
    pieces = [
        Piece(one.series_id, one.first, one.last, transit, _STOCK, dealer_id, one.chain_number)
        for one in _of_parcels(session, dealer_id, document_id, wanted)
    ]
    require_after_previous(session, pieces, on)
    document = named_document(session, actor, now, DocumentKind.DECISION, on, "", reason)
    book(session, actor, now, MoveKind.ISSUE, "stickers.issue_taken_back", document, on, pieces)
    return document
