"""All that happened to one number, and what a document moved; within what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from kombeheer.rules.accounts import Actor
from kombeheer.rules.cases import CaseState
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.reports import ReportState
from kombeheer.rules.stickers import (
    EMPTY_CHAIN,
    Account,
    AccountKind,
    MoveKind,
    canonical_text,
    chain_hash,
)
from kombeheer.services.reports.scope import in_scope
from kombeheer.services.stickers import holders, scope
from kombeheer.services.stickers.holders import Holder
from kombeheer.services.stickers.ledger import series_format
from kombeheer.services.stickers.lists import NumberLine, lines_of
from kombeheer.services.stickers.replay import movement_of, touches
from models.accounts import User
from models.cases import Case
from models.reports import Report
from models.stickers import Document, Movement, Sticker, StickerSeries

NEIGHBOURS_BEFORE, NEIGHBOURS_AFTER = 1, 2
RANGES_SHOWN_MAX = 500
_Before = aliased(Movement)


@dataclass(frozen=True, slots=True)
class LifeLine:
    """One movement as it is told; names the actor may not read are None or empty.

    Args:
        by: who booked it, empty for the machine and for people of others.
        is_undone: whether a later movement took it back, for a line of a number's life.
        is_own: whether the actor may open its document.
    """

    chain_number: int
    kind: MoveKind
    is_counter: bool
    is_undone: bool
    series: StickerSeries
    first: int
    last: int
    source: Account
    target: Account
    source_holder: Holder | None
    target_holder: Holder | None
    effective_on: date
    recorded_at: datetime
    by: str
    document: Document
    is_unbroken: bool
    is_own: bool

    @property
    def size(self) -> int:
        """Return how many numbers it moved."""
        return self.last - self.first + 1

    @property
    def first_number(self) -> StickerNumber:
        """Return the first number it moved."""
        return series_format(self.series).number(self.first)


def _rows(session: Session, condition: Any) -> Sequence[Any]:
    return session.execute(
        select(Movement, Document, StickerSeries, User, _Before.hash)
        .join(Document, Document.id == Movement.document_id)
        .join(StickerSeries, StickerSeries.id == Movement.series_id)
        .outerjoin(User, User.id == Movement.actor_id)
        .outerjoin(_Before, _Before.chain_number == Movement.chain_number - 1)
        .where(condition)
        .order_by(Movement.chain_number.desc())
        .limit(RANGES_SHOWN_MAX)
    ).all()


def _lines(session: Session, actor: Actor, today: date, rows: Sequence[Any]) -> list[LifeLine]:
    """Return movements with their names; of other dealers' people and places nothing is told."""
    moves = [movement_of(row[0]) for row in rows]
    accounts = [place for move in moves for place in (move.source, move.target)]
    found = holders.load(session, accounts)
    undone = {move.counters for move in moves if move.counters is not None}
    everything = scope.sees_all(actor)
    own = scope.own_dealers(session, actor, today)
    gave = {Account(AccountKind.DEALER, dealer_id) for dealer_id in own}
    told = []
    for (row, document, series, user, before), move in zip(rows, moves, strict=True):
        mine = everything or move.dealer_id in own
        text = canonical_text(row.chain_number, move)
        previous = before if row.chain_number > 1 else EMPTY_CHAIN
        told.append(
            LifeLine(
                row.chain_number,
                move.kind,
                move.counters is not None,
                row.chain_number in undone,
                series,
                move.first,
                move.last,
                move.source,
                move.target,
                found.of(move.source) if _may_name(mine, everything, own, move.source) else None,
                found.of(move.target) if _may_name(mine, everything, own, move.target) else None,
                row.effective_on,
                row.recorded_at,
                _by(user, everything, mine, own),
                document,
                row.canonical == text and row.hash == chain_hash(previous or "", text),
                mine or move.source in gave,
            )
        )
    return told


def _may_name(mine: bool, everything: bool, own: Iterable[int], place: Account) -> bool:
    """Tell whether a holder may be named: a dealer only to himself, others in one's own lines."""
    if everything:
        return True
    if place.holder_id is not None and place.kind in holders.WITH_DEALER:
        return place.holder_id in set(own)
    return mine


def _by(user: User | None, everything: bool, mine: bool, own: Iterable[int]) -> str:
    if user is None:
        return ""
    is_own = mine and (user.mechanic_id is not None or user.dealer_id in set(own))
    return user.name if everything or is_own else ""


def life_of(session: Session, actor: Actor, today: date, sticker: Sticker) -> list[LifeLine]:
    """Return what happened to a number, the last first, by the order of the chain."""
    series_id, serial = sticker.series_id, sticker.serial
    return _lines(session, actor, today, _rows(session, touches(series_id, serial, serial)))


def document_lines(
    session: Session, actor: Actor, today: date, document_id: str
) -> tuple[Document | None, list[LifeLine]]:
    """Return a document and what it moved; None when there is nothing the actor may see."""
    condition = and_(Movement.document_id == document_id, scope.movements(actor, today))
    lines = _lines(session, actor, today, _rows(session, condition))
    return (lines[0].document if lines else None), list(reversed(lines))


def neighbours(session: Session, actor: Actor, today: date, sticker: Sticker) -> list[NumberLine]:
    """Return the number before and the two after, as far as the actor may see them."""
    rows = session.execute(
        select(Sticker, StickerSeries)
        .join(StickerSeries, StickerSeries.id == Sticker.series_id)
        .where(
            scope.stickers(actor, today),
            Sticker.series_id == sticker.series_id,
            Sticker.serial.between(
                sticker.serial - NEIGHBOURS_BEFORE, sticker.serial + NEIGHBOURS_AFTER
            ),
            Sticker.serial != sticker.serial,
        )
        .order_by(Sticker.serial)
    ).all()
    return lines_of(session, rows)


def reports_of(session: Session, actor: Actor, sticker: Sticker) -> Sequence[Report]:
    """Return the reports that name a number, the newest first, as far as the actor may see them."""
    of_it = and_(Report.series_id == sticker.series_id, Report.serial == sticker.serial)
    # Each has an index of its own.
    standing = and_(of_it, Report.state != ReportState.WITHDRAWN)
    withdrawn = and_(of_it, Report.state == ReportState.WITHDRAWN)
    return (
        session.execute(
            select(Report)
            .where(or_(standing, withdrawn), in_scope(actor))
            .order_by(Report.recorded_at.desc())
        )
        .scalars()
        .all()
    )


def open_cases_of(session: Session, sticker: Sticker) -> Sequence[Case]:
    """Return the cases about a number that still wait, for the office."""
    return (
        session.execute(
            select(Case)
            .where(Case.series_id == sticker.series_id, Case.serial == sticker.serial)
            .where(Case.state != CaseState.DECIDED)
            .order_by(Case.raised_at)
        )
        .scalars()
        .all()
    )
