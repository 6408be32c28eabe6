"""R43, R51, R54, R55, R56: where a number may go, and what stands against sticking it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import (
    EMPTY_CHAIN,
    FOUNDATION_KINDS,
    HOLDER_KINDS,
    LEGAL_MOVES,
    REFERENCE_LETTERS,
    Account,
    AccountKind,
    DocumentKind,
    MoveKind,
    Movement,
    StickerFacts,
    answerable_dealer,
    canonical_text,
    chain_hash,
    document_reference,
    may_counter,
    require_legal,
    sticker_objection,
)

OURS, THEIRS = 1, 2
DAY = date(2026, 3, 5)
# The legal moves, written out once more by hand: every (kind, from, to) not here is refused.
ALLOWED = {
    "take_over": {("origin", "dealer")},
    "order": {("origin", "printer")},
    "deliver": {("printer", "stock")},
    "issue": {("stock", "transit")},
    "confirm": {("transit", "dealer")},
    "hand_out": {("dealer", "mechanic")},
    "hand_in": {("mechanic", "dealer")},
    "hand_over": {("dealer", "dealer")},
    "use": {("dealer", "used"), ("mechanic", "used")},
    "apply": {("dealer", "applied"), ("mechanic", "applied"), ("used", "applied")},
    "spoil": {("stock", "spoiled"), ("dealer", "spoiled"), ("mechanic", "spoiled")},
    "lose": {(place, "lost") for place in ("stock", "transit", "dealer", "mechanic", "return")},
    "steal": {(place, "stolen") for place in ("stock", "transit", "dealer", "mechanic", "return")},
    "find": set(itertools.product(("lost", "stolen"), ("stock", "dealer"))),
    "send_back": {("dealer", "return")},
    "take_back": {("return", "returned")},
    "restock": {("returned", "stock")},
    "destroy": {(place, "destroyed") for place in ("printer", "stock", "returned", "spoiled")},
}


def account(kind: AccountKind, holder: int = OURS) -> Account:
    return Account(kind, holder if kind in HOLDER_KINDS else None)


def movement(kind: MoveKind, source: AccountKind, target: AccountKind) -> Movement:
    places = account(source), account(target, THEIRS)
    return Movement(kind, 1, 5, 9, *places, OURS, "2026-03-05", 0, None, "doc")


def is_legal(move: Movement, document: DocumentKind) -> bool:
    try:
        require_legal(move, document)
    except Refusal as refusal:
        return {"stickers.move_illegal": False}[refusal.code]
    return True


@pytest.mark.parametrize("kind", MoveKind)
def test_r51_every_move_of_the_table_and_no_other(kind: MoveKind) -> None:
    document = LEGAL_MOVES[kind].document
    for source, target in itertools.product(AccountKind, AccountKind):
        move = movement(kind, source, target)
        assert is_legal(move, document) == ((source, target) in ALLOWED[kind]), (source, target)
        back = replace(move, source=move.target, target=move.source, counters=1)
        undoable = source is not AccountKind.ORIGIN and (source, target) in ALLOWED[kind]
        assert is_legal(back, document) == undoable, (source, target)


@pytest.mark.parametrize(("kind", "document"), list(itertools.product(MoveKind, DocumentKind)))
def test_r51_a_move_needs_its_document(kind: MoveKind, document: DocumentKind) -> None:
    [source, target] = next(iter(ALLOWED[kind]))
    move = movement(kind, AccountKind(source), AccountKind(target))
    fits = document is LEGAL_MOVES[kind].document
    back = replace(move, source=move.target, target=move.source, counters=1)
    cases = [(move, fits)]
    if source != "origin":
        cases.append((back, fits or document is DocumentKind.DECISION))
    for one, fine in cases:
        if fine:
            require_legal(one, document)
        else:
            with pytest.raises(Refusal, match=r"stickers\.document_wrong"):
                require_legal(one, document)


@pytest.mark.parametrize(("first", "last", "fine"), [(1, 1, True), (0, 1, False), (2, 1, False)])
def test_r51_a_range_runs_forward_from_1(first: int, last: int, fine: bool) -> None:
    move = replace(
        movement(MoveKind.ORDER, AccountKind.ORIGIN, AccountKind.PRINTER), first=first, last=last
    )
    if fine:
        require_legal(move, DocumentKind.PRINT_ORDER)
    else:
        with pytest.raises(Refusal, match=r"stickers\.range_empty"):
            require_legal(move, DocumentKind.PRINT_ORDER)


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"first": 6, "last": 8}, True),
        ({"first": 4}, False),
        ({"last": 10}, False),
        ({"kind": MoveKind.SPOIL}, False),
        ({"series_id": 2}, False),
        ({"source": Account(AccountKind.APPLIED, 99)}, False),
        ({"target": Account(AccountKind.DEALER, OURS)}, True),
        ({"target": Account(AccountKind.DEALER, THEIRS)}, False),
        ({"target": Account(AccountKind.MECHANIC, 99)}, False),
    ],
)
def test_r51_a_counter_movement_goes_back_the_way_it_came(
    change: dict[str, object], fits: bool
) -> None:
    undone = movement(MoveKind.APPLY, AccountKind.MECHANIC, AccountKind.APPLIED)
    back = replace(undone, source=undone.target, target=undone.source, counters=1)
    assert may_counter(replace(back, **change), undone) is fits  # type: ignore[arg-type]
    assert not may_counter(back, replace(undone, counters=1))


@pytest.mark.parametrize("kind", AccountKind)
def test_r54_a_dealer_answers_until_the_foundation_has_it(kind: AccountKind) -> None:
    expected = None if kind in FOUNDATION_KINDS else OURS
    assert answerable_dealer(account(kind), OURS) == expected


def facts(kind: AccountKind, **more: object) -> StickerFacts:
    dealer_id = None if kind in FOUNDATION_KINDS else OURS
    known = StickerFacts(
        "26-000001-85", account(kind), dealer_id, date(2026, 1, 1), date(2026, 12, 31), DAY
    )
    return replace(known, **more)  # type: ignore[arg-type]


def objection(sticker: StickerFacts, dealer_id: int = OURS, day: date = DAY) -> str | None:
    found = sticker_objection(sticker, dealer_id, day)
    return None if found is None else found.code.removeprefix("stickers.")


@pytest.mark.parametrize(
    ("kind", "ours", "theirs"),
    [
        (AccountKind.PRINTER, "not_issued", "not_issued"),
        (AccountKind.STOCK, "not_issued", "not_issued"),
        (AccountKind.TRANSIT, "not_received", "not_yours"),
        (AccountKind.DEALER, None, "not_yours"),
        (AccountKind.MECHANIC, None, "not_yours"),
        (AccountKind.APPLIED, "already_applied", "already_applied"),
        (AccountKind.SPOILED, "declared_spoiled", "not_yours"),
        (AccountKind.LOST, "declared_lost", "not_yours"),
        (AccountKind.STOLEN, "declared_stolen", "not_yours"),
        (AccountKind.RETURN, "sent_back", "not_yours"),
        (AccountKind.RETURNED, "sent_back", "sent_back"),
        (AccountKind.DESTROYED, "destroyed", "destroyed"),
    ],
)
def test_r43_r55_what_stands_against_a_number_by_where_it_is(
    kind: AccountKind, ours: str | None, theirs: str
) -> None:
    assert objection(facts(kind)) == ours
    assert objection(facts(kind), THEIRS) == theirs


@pytest.mark.parametrize(
    ("issued_on", "expected"),
    [
        (DAY - timedelta(days=1), None),
        (DAY, None),
        (DAY + timedelta(days=1), "issued_after_service"),
        (None, None),
    ],
)
def test_r43_issued_on_the_very_day_is_in_time(
    issued_on: date | None, expected: str | None
) -> None:
    assert objection(facts(AccountKind.DEALER, issued_on=issued_on)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), "series_closed"),
        (date(2026, 1, 1), None),
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), "series_closed"),
    ],
)
def test_r56_the_first_and_the_last_day_of_a_series_both_count(
    day: date, expected: str | None
) -> None:
    assert objection(facts(AccountKind.DEALER, issued_on=date(2025, 12, 1)), day=day) == expected


@pytest.mark.parametrize("kind", AccountKind)
def test_r51_an_account_reads_back_as_it_was_written(kind: AccountKind) -> None:
    assert Account.parse(str(account(kind))) == account(kind)


def test_r51_every_kind_of_document_has_a_letter_of_its_own() -> None:
    assert set(REFERENCE_LETTERS) == set(DocumentKind)
    assert len(set(REFERENCE_LETTERS.values())) == len(DocumentKind)
    assert document_reference(DocumentKind.PACKING_LIST, 2026, 19) == "P-2026-0019"
    assert document_reference(DocumentKind.PACKING_LIST, 2026, 12345) == "P-2026-12345"


def test_the_text_of_a_movement_tells_everything_and_its_hash_depends_on_the_one_before() -> None:
    move = movement(MoveKind.ISSUE, AccountKind.STOCK, AccountKind.TRANSIT)
    text = canonical_text(7, move)
    assert text == "1|7|issue|1|5|9|stock|transit:2|1|2026-03-05|0||doc|"
    changes = (
        {"kind": MoveKind.LOSE},
        {"series_id": 2},
        {"first": 6},
        {"last": 10},
        {"source": Account(AccountKind.PRINTER)},
        {"target": Account(AccountKind.TRANSIT, 9)},
        {"dealer_id": None},
        {"effective_on": "2026-03-06"},
        {"recorded_us": 1},
        {"actor_id": 1},
        {"document_id": "other"},
        {"counters": 1},
    )
    texts = {text} | {canonical_text(7, replace(move, **change)) for change in changes}  # type: ignore[arg-type]
    assert len(texts) == len(changes) + 1
    assert chain_hash(EMPTY_CHAIN, text) != chain_hash("1" * 64, text)
