"""Every other legal move of a range: hand out, spoil, lose, find, send back, destroy and so on.

One function for all, so that a page, an import and the demonstration do the same. Not here: from
the printer to the dealer (logistics) and what is stuck at a visit (scanning).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import LEGAL_MOVES, Account, AccountKind, MoveKind
from kombeheer.services.parties.scope import employers
from kombeheer.services.stickers import ledger
from kombeheer.services.stickers.booking import (
    Piece,
    book,
    checked_day,
    checked_range,
    require_after_previous,
)
from kombeheer.services.stickers.documents import named_document
from kombeheer.services.stickers.lists import in_account
from kombeheer.services.stickers.places import islands
from models.parties import Mechanic
from models.stickers import Document, Sticker, StickerSeries

BY_THE_DEALER = frozenset(
    {
        MoveKind.HAND_OUT,
        MoveKind.HAND_IN,
        MoveKind.SPOIL,
        MoveKind.LOSE,
        MoveKind.STEAL,
        MoveKind.SEND_BACK,
    }
)
BY_THE_OFFICE = BY_THE_DEALER | {
    MoveKind.HAND_OVER,
    MoveKind.FIND,
    MoveKind.TAKE_BACK,
    MoveKind.RESTOCK,
    MoveKind.DESTROY,
}
_HOLDER_NEEDED = frozenset({MoveKind.HAND_OUT, MoveKind.HAND_OVER})
_WHEREVER = {
    MoveKind.SPOIL: AccountKind.SPOILED,
    MoveKind.LOSE: AccountKind.LOST,
    MoveKind.STEAL: AccountKind.STOLEN,
    MoveKind.TAKE_BACK: AccountKind.RETURNED,
    MoveKind.RESTOCK: AccountKind.STOCK,
    MoveKind.DESTROY: AccountKind.DESTROYED,
}


def move_range(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: MoveKind,
    series_id: int,
    first: int,
    last: int,
    holder_id: int | None = None,
    reference: str = "",
    note: str = "",
    *,
    day: date | None = None,
    dealer_id: int | None = None,
) -> Document:
    """Move a range, wherever its numbers are, all or none; return the document.

    Args:
        kind: any but the moves of logistics and the sticking itself.
        holder_id: the mechanic of a hand-out, the dealer of a hand-over, and of a find the dealer
            who gets it back (None: the foundation); of no meaning elsewhere.
        reference: of the paper behind it, which may serve more than one range of a day; empty for
            one that the counter names.
        dealer_id: whose numbers alone may move, when the office acts for one dealer; a dealer
            moves only his own.

    Raises:
        Refusal: `stickers.not_movable` with the numbers from whose place this move cannot go, or
            that are not this dealer's; `stickers.holder_wrong`; `stickers.before_previous`;
            `parties.not_employed` for a mechanic who does not work for the dealer that day.
    """
    assert kind in BY_THE_OFFICE, kind
    if actor.role is not Role.OFFICE and (
        actor.role is not Role.DEALER or kind not in BY_THE_DEALER
    ):
        raise Refusal("stickers.not_allowed")
    if (holder_id is not None) != (kind in _HOLDER_NEEDED) and kind is not MoveKind.FIND:
        raise Refusal("stickers.holder_wrong")
    on = checked_day(day, now)
    row = checked_range(session, series_id, first, last)
    own = actor.dealer_id if actor.role is Role.DEALER else dealer_id
    pieces = _pieces(session, own, kind, row, first, last, holder_id)
    require_after_previous(session, pieces, on)
    if kind is MoveKind.HAND_OUT and holder_id is not None:
        _require_employed(session, holder_id, {piece.dealer_id for piece in pieces}, on)
    document = named_document(
        session, actor, now, LEGAL_MOVES[kind].document, on, reference, note, shared=True
    )
    book(session, actor, now, kind, f"stickers.{kind}", document, on, pieces)
    return document


def hand_range(
    session: Session,
    actor: Actor,
    now: datetime,
    dealer_id: int,
    series_id: int,
    first: int,
    last: int,
    mechanic_id: int | None = None,
    reference: str = "",
    note: str = "",
    *,
    day: date | None = None,
) -> Document:
    """Have one of a dealer's mechanics hold a range, or the dealer himself; return the document.

    What another mechanic of his holds is taken in first, on the same document.

    Args:
        mechanic_id: who is to hold it; None for the dealer.

    Raises:
        Refusal: whatever `move_range` refuses.
    """
    paper: dict[str, Any] = {"note": note, "day": day, "dealer_id": dealer_id}
    if mechanic_id is None:
        kind = MoveKind.HAND_IN
        return move_range(
            session, actor, now, kind, series_id, first, last, reference=reference, **paper
        )
    checked_range(session, series_id, first, last)
    with_others = and_(
        Sticker.series_id == series_id,
        Sticker.serial.between(first, last),
        in_account(AccountKind.MECHANIC),
        Sticker.account != str(Account(AccountKind.MECHANIC, mechanic_id)),
    )
    for _, start, end in islands(session, with_others):
        taken = move_range(
            session,
            actor,
            now,
            MoveKind.HAND_IN,
            series_id,
            start,
            end,
            reference=reference,
            **paper,
        )
        reference = taken.reference
    kind = MoveKind.HAND_OUT
    return move_range(
        session, actor, now, kind, series_id, first, last, mechanic_id, reference, **paper
    )


def _pieces(
    session: Session,
    own: int | None,
    kind: MoveKind,
    series: StickerSeries,
    first: int,
    last: int,
    holder_id: int | None,
) -> Sequence[Piece]:
    condition = (Sticker.series_id == series.id) & Sticker.serial.between(first, last)
    found = islands(session, condition, Sticker.account, Sticker.dealer_id)
    pieces = []
    wrong = set(range(first, last + 1))
    for _, start, end, account, dealer_id in found:
        source = Account.parse(account)
        target = _target(kind, source, dealer_id, holder_id)
        foreign = own is not None and dealer_id != own
        if target is None or source.kind not in LEGAL_MOVES[kind].sources or foreign:
            continue
        wrong.difference_update(range(start, end + 1))
        answers = target.holder_id if target.kind is AccountKind.DEALER else dealer_id
        pieces.append(Piece(series.id, start, end, source, target, answers))
    if wrong:
        told = ledger.ranges_text(sorted(wrong), series=ledger.series_format(series))
        raise Refusal("stickers.not_movable", series=series.code, serials=told, count=len(wrong))
    return pieces


def _target(
    kind: MoveKind, source: Account, dealer_id: int | None, holder_id: int | None
) -> Account | None:
    """Return where this move takes a number; None when it cannot go from there."""
    if kind in _WHEREVER:
        return Account(_WHEREVER[kind])
    if kind is MoveKind.FIND and holder_id is None:
        return Account(AccountKind.STOCK)
    if dealer_id is None:
        return None
    if kind is MoveKind.HAND_OUT:
        return Account(AccountKind.MECHANIC, holder_id)
    if kind is MoveKind.HAND_IN:
        return Account(AccountKind.DEALER, dealer_id)
    if kind is MoveKind.SEND_BACK:
        return Account(AccountKind.RETURN, dealer_id)
    if kind is MoveKind.HAND_OVER:
        return None if holder_id == dealer_id else Account(AccountKind.DEALER, holder_id)
    assert kind is MoveKind.FIND, source
    return Account(AccountKind.DEALER, dealer_id) if holder_id == dealer_id else None


def _require_employed(
    session: Session, mechanic_id: int, dealers: set[int | None], day: date
) -> None:
    """Refuse a mechanic who does not work for the one dealer that day: `parties.not_employed`.

    He is locked by a statement of its own: only the next one sees what a merge, or the end of an
    employment, has changed while this one waited for it.
    """
    session.execute(
        select(Mechanic.id)
        .where(Mechanic.id == mechanic_id)
        .with_for_update(read=True, key_share=True)
    )
    if not dealers <= set(session.execute(employers(mechanic_id, day)).scalars()):
        number = session.get_one(Mechanic, mechanic_id).number
        raise Refusal("parties.not_employed", mechanic=number, day=day.isoformat())
