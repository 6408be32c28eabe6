"""Where every number is while the two years go by, and the acts that move them.

It mirrors what the ledger will be told, so that the plan knows which numbers are in whose hands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import microseconds
from kombeheer.rules.numbers import SeriesFormat
from kombeheer.rules.stickers import (
    LEGAL_MOVES,
    Account,
    AccountKind,
    DocumentKind,
    MoveKind,
    Movement,
    document_reference,
)
from kombeheer.services import journal
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.stickers import ledger

ORIGIN = Account(AccountKind.ORIGIN)
PRINTER = Account(AccountKind.PRINTER)
STOCK = Account(AccountKind.STOCK)
RETURNED = Account(AccountKind.RETURNED)
DESTROYED = Account(AccountKind.DESTROYED)


@dataclass(eq=False, slots=True)
class Series:
    """The numbers of one year, or of the old stock."""

    format: SeriesFormat
    valid_from: date
    valid_until: date
    id: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """A movement of numbers on one document; what it is called and who did it."""

    kind: MoveKind
    series: Series
    serials: tuple[int, ...]
    source: Account
    target: Account
    dealer_id: int | None
    day: date
    actor: Actor
    document_id: str
    reference: str

    @property
    def document(self) -> DocumentKind:
        """Return the kind of document that such a move cites."""
        return LEGAL_MOVES[self.kind].document


class Supply:
    """The numbers in hand, by series and account, and the counters of the documents."""

    def __init__(self, seed: int) -> None:
        self.chance = Chance(seed, "documents")
        self.counters: dict[tuple[DocumentKind, int], int] = defaultdict(int)
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
        document = LEGAL_MOVES[kind].document
        self.counters[(document, day.year)] += 1
        if source != ORIGIN:
            gone = set(moved)
            assert gone <= set(self._held[(series, source)]), (kind, source, moved)
            self._held[(series, source)] = [
                one for one in self._held[(series, source)] if one not in gone
            ]
        self._held[(series, target)].extend(moved)
        return Act(
            kind,
            series,
            moved,
            source,
            target,
            dealer_id,
            day,
            actor,
            self.chance.public_id(),
            document_reference(document, day.year, self.counters[(document, day.year)]),
        )

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
    """Post acts through the ledger, each on its own document, and tell the journal."""
    for act in acts:
        ledger.new_document(
            session, act.document, act.reference, act.day, document_id=act.document_id
        )
        moves = [
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
        ledger.post(session, moves, act.document)
        told = {
            "kind": act.kind,
            "series": act.series.format.code,
            "numbers": ledger.ranges_text(act.serials),
            "reference": act.reference,
        }
        journal.record(
            session, act.actor, moment, "stickers.moved", "document", act.document_id, after=told
        )
