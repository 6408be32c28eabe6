"""Walk the chain of movements from its beginning to its head, and tell where it is broken.

Not here: writing it (ledger), and what the movements add up to (projection).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import (
    EMPTY_CHAIN,
    DocumentKind,
    Movement,
    canonical_text,
    chain_hash,
    may_counter,
    require_legal,
)
from kombeheer.services.stickers.findings import Findings
from kombeheer.services.stickers.replay import movement_of
from models.stickers import ChainHead, Document
from models.stickers import Movement as MovementRow

PAGE_ROWS = 2_000
BEFORE_ALL = -(2**62)


@dataclass(slots=True)
class Walk:
    """How far the walk came: the last number and hash, and where a witness's head was seen."""

    number: int = 0
    hash: str = EMPTY_CHAIN
    witnessed: int | None = None


def _page(session: Session, after: int, most: int) -> Sequence[Any]:
    return session.execute(
        select(*MovementRow.core().columns, Document.kind.label("document_kind"))
        .outerjoin(Document, Document.id == MovementRow.document_id)
        .where(MovementRow.chain_number > after)
        .order_by(MovementRow.chain_number)
        .limit(most)
    ).all()


def _rows(session: Session, findings: Findings) -> Iterator[tuple[Any, Any]]:
    """Yield every movement by chain number, a page at a time, with the movement it undoes.

    What SQLite keeps and nobody can read, such as a day that is none, is a finding and left out.
    """
    last, most = BEFORE_ALL, PAGE_ROWS
    while True:
        try:
            rows = _page(session, last, most)
        except ValueError as error:
            if most > 1:
                most = 1
                continue
            last = session.execute(
                select(func.min(MovementRow.chain_number)).where(MovementRow.chain_number > last)
            ).scalar_one()
            findings.add("stickers.check_words", "movement", last, error, "", order=(last,))
            continue
        undone = _undone(session, [row.counters for row in rows if row.counters is not None])
        for row in rows:
            yield row, undone.get(row.counters)
        if len(rows) < most:
            return
        last = rows[-1].chain_number


def _undone(session: Session, numbers: list[int]) -> dict[int, Any]:
    if not numbers:
        return {}
    rows = session.execute(
        select(*MovementRow.core().columns).where(
            MovementRow.chain_number.in_(sorted(set(numbers)))
        )
    )
    return {row.chain_number: row for row in rows}


def walk(session: Session, findings: Findings, witness: str | None = None) -> Walk:
    """Check every movement against its text, its place, its hash, its document and the rules.

    Returns where the chain ends; `witness` is a head that was kept elsewhere.
    """
    so_far = Walk()
    if witness == EMPTY_CHAIN:
        so_far.witnessed = 0
    for row, undone in _rows(session, findings):
        _check_link(findings, so_far, row)
        _check_content(findings, row, undone)
        so_far.number, so_far.hash = row.chain_number, row.hash
        if row.hash == witness:
            so_far.witnessed = row.chain_number
    _check_head(session, findings, so_far)
    return so_far


def _check_link(findings: Findings, so_far: Walk, row: Any) -> None:
    """Number follows number, and each hash is made of the one before it and the stored text."""
    number, order = row.chain_number, (row.chain_number,)
    if number != so_far.number + 1:
        findings.add(
            "stickers.check_gap", "movement", number, number, so_far.number + 1, order=order
        )
    expected = chain_hash(so_far.hash, row.canonical)
    if row.hash != expected:
        findings.add("stickers.check_hash", "movement", number, row.hash, expected, order=order)


def _check_content(findings: Findings, row: Any, undone: Any) -> None:
    """The text tells the columns, the document is there, the move is legal."""
    number, order = row.chain_number, (row.chain_number,)
    if row.document_kind is None:
        findings.add(
            "stickers.check_document", "movement", number, row.document_id, "document", order=order
        )
    try:
        move = movement_of(row)
        document = DocumentKind(row.document_kind) if row.document_kind else None
    except ValueError as error:
        findings.add("stickers.check_words", "movement", number, error, "", order=order)
        return
    text = canonical_text(number, move)
    if row.canonical != text:
        findings.add("stickers.check_text", "movement", number, row.canonical, text, order=order)
    if document is not None:
        try:
            require_legal(move, document)
        except Refusal:
            found = f"{move.kind}: {move.source} -> {move.target} ({document})"
            findings.add("stickers.check_legal", "movement", number, found, "", order=order)
    if move.counters is not None and not _undoes(number, move, undone):
        findings.add(
            "stickers.check_counters",
            "movement",
            number,
            f"{move.source} -> {move.target}, {move.first} t/m {move.last}",
            f"{move.counters}",
            order=order,
        )


def _undoes(number: int, move: Movement, undone: Any) -> bool:
    if undone is None or undone.chain_number >= number:
        return False
    try:
        return may_counter(move, movement_of(undone))
    except ValueError:
        return False


def _check_head(session: Session, findings: Findings, so_far: Walk) -> None:
    """The stored head is the last movement: what was cut off the end shows here."""
    head = session.execute(select(ChainHead.chain_number, ChainHead.hash)).first()
    found = ("", "") if head is None else (head.chain_number, head.hash)
    if found[0] != so_far.number:
        findings.add(
            "stickers.check_head_number", "chain_head", 1, found[0], so_far.number, order=(0,)
        )
    if found[1] != so_far.hash:
        findings.add("stickers.check_head_hash", "chain_head", 1, found[1], so_far.hash, order=(0,))
