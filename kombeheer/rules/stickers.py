"""Where a sticker number can be, and how it may get from one place to another.

The accounts and the legal moves are one table each; the ledger, its drawing in
docs/architecture.md and the tests read the same table. Not here: storing a movement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from kombeheer.rules.refusal import Refusal


class AccountKind(StrEnum):
    """Where a number is. `ORIGIN` is only ever the source of a number's first movement.

    Source: R51
    """

    ORIGIN = "origin"  # not ordered yet
    PRINTER = "printer"  # ordered at the printer
    STOCK = "stock"  # at the secretariat
    TRANSIT = "transit"  # on its way to a dealer
    DEALER = "dealer"  # with a dealer
    MECHANIC = "mechanic"  # with a mechanic of that dealer
    APPLIED = "applied"  # stuck on an installation
    USED = "used"  # stuck before this register began; nobody has told where
    SPOILED = "spoiled"  # unusable, the sticker or a photo is owed
    LOST = "lost"  # declared lost in a written statement
    STOLEN = "stolen"  # reported to the police
    RETURN = "return"  # on its way back to the secretariat
    RETURNED = "returned"  # received back
    DESTROYED = "destroyed"  # destroyed under record


HOLDER_KINDS = frozenset(
    {
        AccountKind.TRANSIT,
        AccountKind.DEALER,
        AccountKind.MECHANIC,
        AccountKind.APPLIED,
        AccountKind.RETURN,
    }
)
FOUNDATION_KINDS = frozenset(
    map(AccountKind, ("origin", "printer", "stock", "returned", "destroyed"))
)


@dataclass(frozen=True, slots=True)
class Account:
    """One place, written `stock` or `dealer:12`; the holder is an id and only some kinds have one.

    Source: R51
    """

    kind: AccountKind
    holder_id: int | None = None

    def __post_init__(self) -> None:
        assert (self.holder_id is not None) == (self.kind in HOLDER_KINDS), self

    def __str__(self) -> str:
        return self.kind if self.holder_id is None else f"{self.kind}:{self.holder_id}"

    @classmethod
    def parse(cls, text: str) -> Account:
        """Return the account that `text` names; anything else is a programmer's error."""
        kind, _, holder = text.partition(":")
        return cls(AccountKind(kind), int(holder) if holder else None)


class MoveKind(StrEnum):
    """What happens to a range of numbers.

    Source: R51
    """

    TAKE_OVER = "take_over"
    ORDER = "order"
    DELIVER = "deliver"
    ISSUE = "issue"
    CONFIRM = "confirm"
    HAND_OUT = "hand_out"
    HAND_IN = "hand_in"
    HAND_OVER = "hand_over"
    USE = "use"
    APPLY = "apply"
    SPOIL = "spoil"
    LOSE = "lose"
    STEAL = "steal"
    FIND = "find"
    SEND_BACK = "send_back"
    TAKE_BACK = "take_back"
    RESTOCK = "restock"
    DESTROY = "destroy"


class DocumentKind(StrEnum):
    """The paper or page behind a movement; every movement cites one.

    Source: R51
    """

    PRINT_ORDER = "print_order"
    DELIVERY_NOTE = "delivery_note"
    PACKING_LIST = "packing_list"
    RECEIPT = "receipt"
    HANDOVER = "handover"
    REPORT = "report"
    SPOIL_NOTE = "spoil_note"
    STATEMENT = "statement"
    POLICE_REPORT = "police_report"
    RETURN_NOTE = "return_note"
    RETURN_RECEIPT = "return_receipt"
    DESTRUCTION_RECORD = "destruction_record"
    DECISION = "decision"
    PAPER_BATCH = "paper_batch"
    TAKEOVER = "takeover"


REFERENCE_LETTERS: dict[DocumentKind, str] = {
    DocumentKind.PRINT_ORDER: "D",
    DocumentKind.DELIVERY_NOTE: "L",
    DocumentKind.PACKING_LIST: "P",
    DocumentKind.RECEIPT: "R",
    DocumentKind.HANDOVER: "O",
    DocumentKind.REPORT: "V",
    DocumentKind.SPOIL_NOTE: "B",
    DocumentKind.STATEMENT: "S",
    DocumentKind.POLICE_REPORT: "A",
    DocumentKind.RETURN_NOTE: "T",
    DocumentKind.RETURN_RECEIPT: "I",
    DocumentKind.DESTRUCTION_RECORD: "X",
    DocumentKind.DECISION: "Z",
    DocumentKind.PAPER_BATCH: "W",
    DocumentKind.TAKEOVER: "N",
}


def document_reference(kind: DocumentKind, year: int, number: int) -> str:
    """Return what a document is called that nobody named: `P-2026-0019`.

    Source: R51
    """
    return f"{REFERENCE_LETTERS[kind]}-{year}-{number:04d}"


@dataclass(frozen=True, slots=True)
class LegalMove:
    """One row of the table of legal moves: from where, to where, on which document.

    Source: R51
    """

    sources: frozenset[AccountKind]
    targets: frozenset[AccountKind]
    document: DocumentKind


def _row(sources: str, targets: str, document: DocumentKind) -> LegalMove:
    return LegalMove(
        frozenset(AccountKind(word) for word in sources.split()),
        frozenset(AccountKind(word) for word in targets.split()),
        document,
    )


LEGAL_MOVES: dict[MoveKind, LegalMove] = {
    MoveKind.TAKE_OVER: _row("origin", "dealer", DocumentKind.TAKEOVER),
    MoveKind.ORDER: _row("origin", "printer", DocumentKind.PRINT_ORDER),
    MoveKind.DELIVER: _row("printer", "stock", DocumentKind.DELIVERY_NOTE),
    MoveKind.ISSUE: _row("stock", "transit", DocumentKind.PACKING_LIST),
    MoveKind.CONFIRM: _row("transit", "dealer", DocumentKind.RECEIPT),
    MoveKind.HAND_OUT: _row("dealer", "mechanic", DocumentKind.HANDOVER),
    MoveKind.HAND_IN: _row("mechanic", "dealer", DocumentKind.HANDOVER),
    MoveKind.HAND_OVER: _row("dealer", "dealer", DocumentKind.HANDOVER),
    MoveKind.USE: _row("dealer mechanic", "used", DocumentKind.TAKEOVER),
    MoveKind.APPLY: _row("dealer mechanic used", "applied", DocumentKind.REPORT),
    MoveKind.SPOIL: _row("stock dealer mechanic", "spoiled", DocumentKind.SPOIL_NOTE),
    MoveKind.LOSE: _row("stock transit dealer mechanic return", "lost", DocumentKind.STATEMENT),
    MoveKind.STEAL: _row(
        "stock transit dealer mechanic return", "stolen", DocumentKind.POLICE_REPORT
    ),
    MoveKind.FIND: _row("lost stolen", "stock dealer", DocumentKind.DECISION),
    MoveKind.SEND_BACK: _row("dealer", "return", DocumentKind.RETURN_NOTE),
    MoveKind.TAKE_BACK: _row("return", "returned", DocumentKind.RETURN_RECEIPT),
    MoveKind.RESTOCK: _row("returned", "stock", DocumentKind.DECISION),
    MoveKind.DESTROY: _row(
        "printer stock returned spoiled", "destroyed", DocumentKind.DESTRUCTION_RECORD
    ),
}


@dataclass(frozen=True, slots=True)
class Movement:
    """A range of one series that goes from one account to another.

    Args:
        first, last: serials, both included, 1 <= first <= last.
        dealer_id: who answers after the move, or did before it when the foundation does after.
        counters: chain number of the movement that this one undoes, accounts reversed.
        effective_on: the service date, or the day it happened.

    Source: R51
    """

    kind: MoveKind
    series_id: int
    first: int
    last: int
    source: Account
    target: Account
    dealer_id: int | None
    effective_on: str
    recorded_us: int
    actor_id: int | None
    document_id: str
    counters: int | None = None

    @property
    def size(self) -> int:
        """Return how many numbers move."""
        return self.last - self.first + 1


def require_legal(move: Movement, document: DocumentKind) -> None:
    """Refuse a movement that the table of legal moves does not hold, or without its document.

    A counter-movement is legal when the move it undoes is, and may cite a decision instead; but
    what made a number known cannot be undone, for it is never unknown again.

    Raises:
        Refusal: `stickers.range_empty`, `stickers.move_illegal` or `stickers.document_wrong`.

    Source: R51
    """
    if not 1 <= move.first <= move.last:
        raise Refusal("stickers.range_empty", first=move.first, last=move.last)
    row = LEGAL_MOVES[move.kind]
    source, target = move.source, move.target
    if move.counters is not None:
        source, target = target, source
    unheard_of = move.target.kind is AccountKind.ORIGIN
    if unheard_of or source.kind not in row.sources or target.kind not in row.targets:
        raise Refusal(
            "stickers.move_illegal",
            kind=move.kind,
            source=move.source.kind,
            target=move.target.kind,
        )
    allowed = {row.document} | ({DocumentKind.DECISION} if move.counters is not None else set())
    if document not in allowed:
        raise Refusal(
            "stickers.document_wrong", kind=move.kind, document=document, expected=row.document
        )


def may_counter(move: Movement, undone: Movement) -> bool:
    """Tell whether `move` undoes `undone`, or a part of its range: back the way it came.

    What a mechanic had may go back to the dealer who answers, for he may have left.

    Source: R51
    """
    back = {undone.source}
    if undone.source.kind is AccountKind.MECHANIC and undone.dealer_id is not None:
        back.add(Account(AccountKind.DEALER, undone.dealer_id))
    return (
        (move.kind, move.series_id) == (undone.kind, undone.series_id)
        and undone.counters is None
        and undone.first <= move.first <= move.last <= undone.last
        and move.source == undone.target
        and move.target in back
    )


def answerable_dealer(target: Account, dealer_id: int | None) -> int | None:
    """Return the dealer who answers for a number in `target`; None while the foundation does.

    Source: R54
    """
    return None if target.kind in FOUNDATION_KINDS else dealer_id


@dataclass(frozen=True, slots=True)
class StickerFacts:
    """What the ledger knows of one number at the moment it is judged.

    Args:
        number: as printed, for the sentence.
        valid_from, valid_until: of its series, judged on the service date.
        issued_on: the day it was issued to the dealer, None when it never was.

    Source: R43
    """

    number: str
    account: Account
    dealer_id: int | None
    valid_from: date
    valid_until: date
    issued_on: date | None


_NOT_USABLE = {
    AccountKind.USED: "stickers.used_before",
    AccountKind.SPOILED: "stickers.declared_spoiled",
    AccountKind.LOST: "stickers.declared_lost",
    AccountKind.STOLEN: "stickers.declared_stolen",
    AccountKind.RETURN: "stickers.sent_back",
    AccountKind.RETURNED: "stickers.sent_back",
    AccountKind.DESTROYED: "stickers.destroyed",
}


def sticker_objection(sticker: StickerFacts, dealer_id: int | None, day: date) -> Refusal | None:
    """Return what stands against sticking this number for `dealer_id` on the service date `day`.

    A number of another dealer says no more than that it is not his. A number that a colleague of
    the same dealer holds is fine: the dealer answers for both.

    Returns:
        `stickers.not_yours`, `stickers.already_applied`, `stickers.not_received`, one of the
        states in which a number cannot be used, `stickers.series_closed`,
        `stickers.issued_after_service`, or None.

    Source: R43, R55, R56
    """
    number, kind = sticker.number, sticker.account.kind
    if kind is AccountKind.APPLIED:
        return Refusal("stickers.already_applied", number=number)
    if kind in (AccountKind.PRINTER, AccountKind.STOCK):
        return Refusal("stickers.not_issued", number=number)
    if sticker.dealer_id != dealer_id and kind not in FOUNDATION_KINDS:
        return Refusal("stickers.not_yours", number=number)
    if kind is AccountKind.TRANSIT:
        return Refusal("stickers.not_received", number=number)
    if kind in _NOT_USABLE:
        return Refusal(_NOT_USABLE[kind], number=number)
    if not sticker.valid_from <= day <= sticker.valid_until:
        return Refusal(
            "stickers.series_closed",
            number=number,
            valid_from=sticker.valid_from.isoformat(),
            valid_until=sticker.valid_until.isoformat(),
            day=day.isoformat(),
        )
    if sticker.issued_on is not None and sticker.issued_on > day:
        return Refusal(
            "stickers.issued_after_service",
            number=number,
            issued_on=sticker.issued_on.isoformat(),
            day=day.isoformat(),
        )
    return None


CANONICAL_FORMAT = 1
EMPTY_CHAIN = "0" * 64


def canonical_text(chain_number: int, move: Movement) -> str:
    """Return the text of a movement that its hash covers: ids only, equal on every database.

    Source: decisions/0005
    """
    fields: Sequence[object] = (
        CANONICAL_FORMAT,
        chain_number,
        move.kind,
        move.series_id,
        move.first,
        move.last,
        move.source,
        move.target,
        "" if move.dealer_id is None else move.dealer_id,
        move.effective_on,
        move.recorded_us,
        "" if move.actor_id is None else move.actor_id,
        move.document_id,
        "" if move.counters is None else move.counters,
    )
    return "|".join(str(field) for field in fields)


def chain_hash(previous: str, canonical: str) -> str:
    """Return the hash that ties a movement to the one before it, as 64 hexadecimal digits.

    Source: decisions/0005
    """
    return sha256(f"{previous}\n{canonical}".encode()).hexdigest()
