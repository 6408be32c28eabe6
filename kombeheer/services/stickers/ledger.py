"""Move ranges of numbers: guard, projection, movement and chain, in one transaction.

Not here: which move somebody may ask for (logistics, scanning) and the proof (check).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Date, bindparam, case, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kombeheer.rules.numbers import SeriesFormat, StickerNumber, range_text
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import (
    AccountKind,
    DocumentKind,
    MoveKind,
    Movement,
    answerable_dealer,
    canonical_text,
    chain_hash,
    require_legal,
)
from models.base import new_public_id
from models.stickers import ChainHead, Document, Sticker, StickerSeries
from models.stickers import Movement as MovementRow
from models.transaction import before_commit
from models.writing import Rows, write_together

NOT_NUMBERED_YET = 0  # counters a movement of this transaction, named by `Pending.counters`
_PENDING = "pending_movements"
_ISSUES = (MoveKind.TAKE_OVER, MoveKind.ISSUE, MoveKind.HAND_OVER)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_GUARD = (
    update(Sticker.core())
    .where(Sticker.series_id == bindparam("of_series"), Sticker.account == bindparam("source"))
    .values(
        account=bindparam("target"),
        dealer_id=bindparam("answers"),
        issued_on=case(
            (bindparam("keeps_issue") == 1, Sticker.issued_on), else_=bindparam("issued")
        ),
    )
)
_GUARD_RANGE = _GUARD.where(Sticker.serial.between(bindparam("first"), bindparam("last")))
_GUARD_NUMBER = _GUARD.where(
    Sticker.serial == bindparam("first")
)  # planned once, a range each time
_ORDERED = text(
    "INSERT INTO sticker (series_id, serial, account, dealer_id, issued_on) "
    "WITH RECURSIVE numbers(serial) AS (SELECT CAST(:first AS BIGINT) UNION ALL "
    "SELECT serial + 1 FROM numbers WHERE serial < :last) "
    "SELECT :of_series, serial, :target, CAST(:answers AS BIGINT), :issued FROM numbers"
).bindparams(bindparam("issued", type_=Date))
_LOCK_HEAD = select(ChainHead.chain_number, ChainHead.hash).with_for_update()
_SET_HEAD = update(ChainHead.core()).values(
    chain_number=bindparam("number"), hash=bindparam("head")
)


@dataclass(eq=False, slots=True)
class Pending:
    """A movement that has passed the guard and waits for its place in the chain."""

    move: Movement
    counters: Pending | None = None
    chain_number: int | None = None


def new_document(
    session: Session,
    actor_id: int | None,
    now: datetime,
    kind: DocumentKind,
    reference: str,
    dated_on: date,
    note: str = "",
    document_id: str | None = None,
) -> Document:
    """Store and return a document for a movement to cite."""
    document = Document(
        id=document_id or new_public_id(),
        kind=kind,
        reference=reference,
        dated_on=dated_on,
        recorded_at=now,
        actor_id=actor_id,
        note=note,
    )
    session.add(document)
    session.flush()
    return document


def issue_after(move: Movement) -> tuple[bool, date | None]:
    """Return whether a sticker keeps its day of issue in this move, and else which it gets.

    A number is issued to a dealer by ISSUE and HAND_OVER, or was when it is taken over; with the
    foundation it is not.
    """
    if answerable_dealer(move.target, 0) is None:
        return False, None
    if move.kind in _ISSUES:
        return False, date.fromisoformat(move.effective_on)
    return True, None


def _guard_values(move: Movement) -> dict[str, object]:
    keeps, issued = issue_after(move)
    return {
        "of_series": move.series_id,
        "first": move.first,
        "source": str(move.source),
        "target": str(move.target),
        "answers": answerable_dealer(move.target, move.dealer_id),
        "keeps_issue": int(keeps),
        "issued": issued,
    }


def post(
    session: Session,
    moves: Sequence[Movement],
    document: DocumentKind,
    *,
    locked: bool = False,
    rows: Rows | None = None,
) -> list[Pending]:
    """Move every range or none: the guard now, the chain as the last thing before the commit.

    Args:
        moves: each within one series. A number moves once, or when the caller holds the locks
            and moves single numbers, in the order of the moves: a visit and its withdrawal.
        document: the kind of the document that they all cite.
        locked: True when the caller holds the rows' locks and has seen their accounts.
        rows: the document itself and what else is written with the move, when not there yet.

    Raises:
        Refusal: a move that is not legal, or `stickers.not_in_account` naming the numbers
            that are not where they should come from, or `stickers.moved_meanwhile` when they
            left between the look and the move. Nothing has moved once the transaction is undone.
    """
    for move in moves:
        require_legal(move, document)
    ordered = [move for move in moves if move.source.kind is AccountKind.ORIGIN]
    carried = [move for move in moves if move.source.kind is not AccountKind.ORIGIN]
    for move in ordered:
        _create(session, move)
    for move in carried if not locked else ():
        _require_in_account(session, move)
    count = sum(move.size for move in carried)
    if _carry(session, carried, rows or {}) != count:
        raise Refusal("stickers.moved_meanwhile", count=count)
    pending = [Pending(move) for move in moves]
    session.info.setdefault(_PENDING, []).extend(pending)
    before_commit(session, append_to_chain)
    return pending


def _carry(session: Session, moves: Sequence[Movement], rows: Rows) -> int:
    """Bring numbers from account to account; return how many were where they should come from."""
    numbers = [_guard_values(move) for move in moves if move.size == 1]
    ranges = [{**_guard_values(move), "last": move.last} for move in moves if move.size > 1]
    connection = session.connection()
    carried = write_together(connection, rows, _GUARD_NUMBER, numbers)
    return carried + write_together(connection, {}, _GUARD_RANGE, ranges)


def forget_pending(session: Session) -> None:
    """Drop what was moved and not yet chained, inside a savepoint that has been undone."""
    session.info[_PENDING] = []


def _create(session: Session, move: Movement) -> None:
    try:
        with session.begin_nested():
            session.execute(_ORDERED, {**_guard_values(move), "last": move.last})
    except IntegrityError:
        raise _range_exists(session, move) from None


def _range_exists(session: Session, move: Movement) -> Refusal:
    """Return the refusal of an order, naming each number that was ordered before."""
    there = session.execute(
        select(Sticker.serial)
        .where(Sticker.series_id == move.series_id, Sticker.serial.between(move.first, move.last))
        .order_by(Sticker.serial)
    ).scalars()
    serials = list(there)
    series = series_format(session.get_one(StickerSeries, move.series_id))
    told = ranges_text(serials, series=series)
    return Refusal("stickers.range_exists", series=series.code, serials=told, count=len(serials))


def _require_in_account(session: Session, move: Movement) -> None:
    """Refuse, naming each number that is not where this move should take it from."""
    rows = session.execute(
        select(Sticker.serial, Sticker.account).where(
            Sticker.series_id == move.series_id, Sticker.serial.between(move.first, move.last)
        )
    )
    there = {serial for serial, account in rows if account == str(move.source)}
    wrong = [serial for serial in range(move.first, move.last + 1) if serial not in there]
    if wrong:
        series = series_format(session.get_one(StickerSeries, move.series_id))
        raise Refusal(
            "stickers.not_in_account",
            series=series.code,
            serials=ranges_text(wrong, series=series),
            count=len(wrong),
            account=move.source.kind,
        )


def series_format(row: StickerSeries) -> SeriesFormat:
    """Return how the numbers of a series are written."""
    return SeriesFormat(row.code, row.width, row.has_check_digits)


def number_of(series: StickerSeries | None, serial: int | None) -> StickerNumber | None:
    """Return the number that a row names by series and serial, None when it names none."""
    return None if series is None or serial is None else series_format(series).number(serial)


def ranges_text(
    serials: Sequence[int], most: int = 8, *, series: SeriesFormat | None = None
) -> str:
    """Return sorted serials as `1 t/m 4, 9`, at most `most` ranges and then an ellipsis.

    With a series as its numbers are printed: `26-000001 t/m 000004, 26-000009`.
    """
    ranges = ranges_of(serials)
    if series is not None:
        told = [range_text(series, first, last) for first, last in ranges[:most]]
    else:
        told = [f"{first}" if first == last else f"{first} t/m {last}" for first, last in ranges]
    return ", ".join(told[:most]) + (" …" if len(ranges) > most else "")


def range_texts(numbers: Iterable[tuple[StickerSeries, int]]) -> list[str]:
    """Return numbers, sorted within their series, as the ranges that people read."""
    serials: dict[StickerSeries, list[int]] = {}
    for series, serial in numbers:
        serials.setdefault(series, []).append(serial)
    return [
        range_text(series_format(series), first, last)
        for series, held in serials.items()
        for first, last in ranges_of(held)
    ]


def ranges_of(serials: Sequence[int]) -> list[tuple[int, int]]:
    """Return sorted serials as ranges (first, last), both included."""
    ranges: list[tuple[int, int]] = []
    for serial in serials:
        if ranges and ranges[-1][1] == serial - 1:
            ranges[-1] = (ranges[-1][0], serial)
        else:
            ranges.append((serial, serial))
    return ranges


def append_to_chain(session: Session) -> None:
    """Number and hash what was moved, and store the new head. Dealers wait here, and only here."""
    waiting: list[Pending] = session.info.pop(_PENDING, [])
    if not waiting:
        return
    connection = session.connection()
    number, head = connection.execute(_LOCK_HEAD).one()
    rows = []
    for pending in waiting:
        number += 1
        pending.chain_number = number
        move = pending.move
        if pending.counters is not None:
            move = replace(move, counters=pending.counters.chain_number)
        canonical = canonical_text(number, move)
        head = chain_hash(head, canonical)
        rows.append(_row(number, move, canonical, head))
    write_together(connection, {MovementRow: rows}, _SET_HEAD, [{"number": number, "head": head}])


def _row(number: int, move: Movement, canonical: str, head: str) -> dict[str, object]:
    return {
        "chain_number": number,
        "kind": move.kind,
        "series_id": move.series_id,
        "first_serial": move.first,
        "last_serial": move.last,
        "source_account": str(move.source),
        "target_account": str(move.target),
        "dealer_id": move.dealer_id,
        "effective_on": date.fromisoformat(move.effective_on),
        "recorded_at": _EPOCH + timedelta(microseconds=move.recorded_us),
        "actor_id": move.actor_id,
        "document_id": move.document_id,
        "counters": move.counters,
        "canonical": canonical,
        "hash": head,
    }
