"""Random moves, legal and not, against a dictionary of numbers that knows nothing of databases."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import (
    FOUNDATION_KINDS,
    HOLDER_KINDS,
    LEGAL_MOVES,
    Account,
    AccountKind,
    MoveKind,
    Movement,
    answerable_dealer,
)
from kombeheer.services.stickers import checking, ledger
from kombeheer.services.stickers.balance import Post, balances
from models.stickers import Movement as MovementRow
from models.stickers import Sticker, StickerSeries
from tests.factories import NOW, Foundation

SERIALS = 9
FIRST_DAY = date(2026, 1, 1)
Place = tuple[str, int | None, date | None]  # account, answerable dealer, issued on
_codes = itertools.count(1)


class World:
    """One foundation for all the runs; each run has a series of its own."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation, self.database = foundation, foundation.database
        self.dealers = [foundation.dealer().id, foundation.dealer().id]
        self.holders = [1, 2]  # mechanics and installations: the ledger asks nothing of them

    def holder(self, kind: AccountKind, choice: int) -> Account:
        if kind not in HOLDER_KINDS:
            return Account(kind)
        free = kind in (AccountKind.MECHANIC, AccountKind.APPLIED)
        return Account(kind, (self.holders if free else self.dealers)[choice])


class Ledger(RuleBasedStateMachine):
    """Each step is tried in the ledger and in the dictionary."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        code = f"P{next(_codes)}"
        self.series: StickerSeries = self.world.foundation.add(
            StickerSeries(
                code=code,
                width=3,
                has_check_digits=False,
                shape="plain3",
                valid_from=FIRST_DAY,
                valid_until=date(2026, 12, 31),
            )
        )
        self.known: dict[int, Place] = {}
        self.done: list[Movement] = []
        self.days = 0

        self._start()

    def _start(self) -> None:
        """Every number but the last is in stock, and each dealer has three."""
        stock, printer = Account(AccountKind.STOCK), Account(AccountKind.PRINTER)
        self._try(MoveKind.ORDER, 1, SERIALS - 1, Account(AccountKind.ORIGIN), printer, None)
        self._try(MoveKind.DELIVER, 1, SERIALS - 1, printer, stock, None)
        for first, dealer in zip((1, 4), self.world.dealers, strict=True):
            transit = Account(AccountKind.TRANSIT, dealer)
            held = Account(AccountKind.DEALER, dealer)
            self._try(MoveKind.ISSUE, first, first + 2, stock, transit, dealer)
            self._try(MoveKind.CONFIRM, first, first + 2, transit, held, dealer)

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        """From where a number is, the way the table allows; its neighbours may spoil it."""
        first = data.draw(st.integers(1, SERIALS))
        last = min(first + data.draw(st.integers(0, 2)), SERIALS)
        account, dealer_id, _ = self.known.get(first, ("origin", None, None))
        source = Account.parse(account)
        kinds = [kind for kind, row in LEGAL_MOVES.items() if source.kind in row.sources]
        if not kinds:
            return
        kind = data.draw(st.sampled_from(kinds))
        target = data.draw(st.sampled_from(sorted(LEGAL_MOVES[kind].targets)))
        holder = self.world.holder(target, data.draw(st.integers(0, 1)))
        self._try(kind, first, last, source, holder, dealer_id)

    @rule(
        kind=st.sampled_from(MoveKind),
        source=st.sampled_from(AccountKind),
        goal=st.sampled_from(AccountKind),
        first=st.integers(1, SERIALS),
    )
    def move_anyhow(
        self, kind: MoveKind, source: AccountKind, goal: AccountKind, first: int
    ) -> None:
        places = self.world.holder(source, 0), self.world.holder(goal, 0)
        self._try(kind, first, first, *places, self.world.dealers[0])

    @rule(data=st.data())
    def counter(self, data: st.DataObject) -> None:
        """Undo an earlier movement or the end of its range, whether it can still be or not."""
        at = data.draw(st.integers(1, len(self.done) - 1))
        undone = self.done[at]
        if undone.counters is not None:
            return
        first = data.draw(st.integers(undone.first, undone.last))
        with self.world.database.reading() as session:
            numbers = session.execute(
                select(MovementRow.chain_number)
                .where(MovementRow.series_id == self.series.id)
                .order_by(MovementRow.chain_number)
            ).scalars()
            chain_number = list(numbers)[at]
        self._try(
            undone.kind,
            first,
            undone.last,
            undone.target,
            undone.source,
            undone.dealer_id,
            counters=chain_number,
        )

    def _try(
        self,
        kind: MoveKind,
        first: int,
        last: int,
        source: Account,
        target: Account,
        dealer_id: int | None,
        counters: int | None = None,
    ) -> None:
        """Move in the ledger and in the dictionary; both must agree whether it could be."""
        self.days += 1
        day = FIRST_DAY + timedelta(days=self.days)
        if target.kind in (AccountKind.TRANSIT, AccountKind.DEALER, AccountKind.RETURN):
            dealer_id = target.holder_id
        move = Movement(
            kind,
            self.series.id,
            first,
            last,
            source,
            target,
            dealer_id,
            day.isoformat(),
            0,
            None,
            "",
            counters,
        )
        expected = self._expected(move, day)
        moved = self._post(move, day)
        assert moved == (expected is not None), move
        if expected is not None:
            self.known.update(expected)
            self.done.append(move)

    def _post(self, move: Movement, day: date) -> bool:
        document = LEGAL_MOVES[move.kind].document
        try:
            with self.world.database.transaction() as session:
                made = ledger.new_document(session, None, NOW, document, "proef", day)
                ledger.post(session, [replace(move, document_id=made.id)], document)
        except Refusal:
            return False
        return True

    def _expected(self, move: Movement, day: date) -> dict[int, Place] | None:
        """What the numbers become, or None when one of them cannot go."""
        kinds = move.source.kind, move.target.kind
        row = LEGAL_MOVES[move.kind]
        legal = kinds if move.counters is None else kinds[::-1]
        if legal[0] not in row.sources or legal[1] not in row.targets:
            return None
        if move.target.kind is AccountKind.ORIGIN:
            return None
        found: dict[int, Place] = {}
        for serial in range(move.first, move.last + 1):
            account, _, issued_on = self.known.get(serial, ("origin", None, None))
            if account != str(move.source):
                return None
            if move.target.kind in FOUNDATION_KINDS:
                issued_on = None
            elif move.kind in (MoveKind.TAKE_OVER, MoveKind.ISSUE, MoveKind.HAND_OVER):
                issued_on = day
            dealer_id = answerable_dealer(move.target, move.dealer_id)
            found[serial] = (str(move.target), dealer_id, issued_on)
        return found

    @invariant()
    def the_numbers_are_where_the_dictionary_says(self) -> None:
        with self.world.database.reading() as session:
            rows = session.execute(
                select(Sticker.serial, Sticker.account, Sticker.dealer_id, Sticker.issued_on)
                .where(Sticker.series_id == self.series.id)
                .order_by(Sticker.serial)
            )
            found = {serial: (account, dealer, on) for serial, account, dealer, on in rows}
        assert found == dict(sorted(self.known.items()))

    def teardown(self) -> None:
        """Everything holds, and each dealer's account adds up to what he has."""
        in_hand = Counter(
            dealer_id
            for account, dealer_id, _ in self.known.values()
            if account.startswith(("dealer:", "mechanic:"))
        )
        with self.world.database.reading() as session:
            assert checking.check(session) == []
            for balance in balances(session, series_id=self.series.id):
                closing = balance.count(Post.CLOSING)
                assert closing == balance.expected_closing == in_hand[balance.dealer_id]


def test_the_ledger_agrees_with_a_dictionary(foundation: Foundation) -> None:
    here = type("Here", (Ledger,), {"world": World(foundation)})
    run_state_machine_as_test(
        here,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
