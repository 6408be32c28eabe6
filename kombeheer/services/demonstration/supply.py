"""Where every number is while the two years go by, and the acts that move them.

It mirrors what the ledger will be told, so that the plan knows which numbers are in whose hands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import microseconds
from kombeheer.rules.numbers import SeriesFormat
from kombeheer.rules.stickers import LEGAL_MOVES, Account, AccountKind, MoveKind, Movement
from kombeheer.services import journal
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.stickers import ledger
from kombeheer.services.stickers.documents import next_references
from models.journal import JournalEntry
from models.stickers import Document
from models.writing import Rows, write_together

ORIGIN = Account(AccountKind.ORIGIN)
PRINTER = Account(AccountKind.PRINTER)
STOCK = Account(AccountKind.STOCK)
SPOILED = Account(AccountKind.SPOILED)
LOST = Account(AccountKind.LOST)
STOLEN = Account(AccountKind.STOLEN)
RETURNED = Account(AccountKind.RETURNED)
DESTROYED = Account(AccountKind.DESTROYED)
_ACTIONS = {
    MoveKind.ORDER: "stickers.ordered",
    MoveKind.DELIVER: "stickers.received",
    MoveKind.ISSUE: "stickers.issued",
    MoveKind.CONFIRM: "stickers.confirmed",
}


@dataclass(eq=False, slots=True)
class Series:
    """The numbers of one year, or of the old stock."""

    format: SeriesFormat
    valid_from: date
    valid_until: date
    id: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """A movement of numbers on one document, and who did it."""

    kind: MoveKind
    series: Series
    serials: tuple[int, ...]
    source: Account
    target: Account
    dealer_id: int | None
    day: date
    actor: Actor
    document_id: str


class Supply:
    """The numbers in hand, by series and account."""

    def __init__(self, seed: int, stream: str = "documents") -> None:
        self.chance = Chance(seed, stream)
        self._held: dict[tuple[Series, Account], list[int]] = defaultdict(list)

    def held(self, series: Series, account: Account) -> list[int]:
        """Return the numbers in an account, the lowest first."""
        return sorted(self._held[(series, account)])

    def move(
        self,
        kind: MoveKind,
        series: Series,
        serials: Iterable[int],
        source: Account,
        target: Account,
        dealer_id: int | None,
        day: date,
        actor: Actor,
    ) -> Act:
        """Return the act that moves these numbers, as done."""
        moved = tuple(sorted(serials))
        if source != ORIGIN:
            gone = set(moved)
            there = self._held[(series, source)]
            assert gone <= set(there), (kind, source, moved)
            self._held[(series, source)] = [one for one in there if one not in gone]
        self._held[(series, target)].extend(moved)
        document_id = self.chance.public_id()
        return Act(kind, series, moved, source, target, dealer_id, day, actor, document_id)

    def take(self, series: Series, accounts: Sequence[Account]) -> tuple[int, Account] | None:
        """Take the next number to stick from the first of these accounts that has one."""
        for account in accounts:
            there = self._held[(series, account)]
            if there:
                serial = min(there)
                there.remove(serial)
                return serial, account
        return None

    def give_back(self, series: Series, serial: int, account: Account) -> None:
        """Return a number whose visit was withdrawn to where it came from."""
        self._held[(series, account)].append(serial)


def post_acts(session: Session, acts: Sequence[Act], moment: datetime) -> None:
    """Book acts as the pages do, each on its own document; those of one kind together."""
    for (kind, year), found in groupby(acts, key=lambda act: (act.kind, act.day.year)):
        same = list(found)
        document = LEGAL_MOVES[kind].document
        references = next_references(session, document, year, len(same))
        moves = [_moves(act, moment) for act in same]
        named = list(zip(same, references, moves, strict=True))
        rows: Rows = {Document: [_document(act, reference, moment) for act, reference, _ in named]}
        together = [move for own in moves for move in own]
        ledger.post(session, together, document, locked=True, rows=rows)
        told = [row for act, reference, own in named for row in _told(act, reference, own, moment)]
        write_together(session.connection(), {JournalEntry: told})  # apart, for their order


def _moves(act: Act, moment: datetime) -> list[Movement]:
    return [
        Movement(
            act.kind,
            act.series.id,
            first,
            last,
            act.source,
            act.target,
            act.dealer_id,
            act.day.isoformat(),
            microseconds(moment),
            act.actor.user_id,
            act.document_id,
        )
        for first, last in ledger.ranges_of(act.serials)
    ]


def _document(act: Act, reference: str, moment: datetime) -> dict[str, Any]:
    return {
        "id": act.document_id,
        "kind": LEGAL_MOVES[act.kind].document,
        "reference": reference,
        "version": 1,
        "dated_on": act.day,
        "recorded_at": moment,
        "actor_id": act.actor.user_id,
        "note": "",
        "content": "",
    }


def _told(
    act: Act, reference: str, moves: Sequence[Movement], moment: datetime
) -> list[dict[str, Any]]:
    """Return the entry of the journal about an act, as `book` writes it."""
    ranges = [
        [one.series_id, one.first, one.last, str(one.source), str(one.target)] for one in moves
    ]
    after = {"reference": reference, "effective_on": act.day, "ranges": ranges}
    action = _ACTIONS.get(act.kind, f"stickers.{act.kind}")
    return journal.rows(act.actor, moment, action, "document", [(act.document_id, {}, after)])
