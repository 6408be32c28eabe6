"""Post ranges of an old administration in the ledger: who had them, and what became of them.

Part of the import of stickers, which has judged them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import day_of, microseconds
from kombeheer.rules.stickers import Account, AccountKind, DocumentKind, MoveKind, Movement
from kombeheer.services import journal
from kombeheer.services.imports.sticker_ranges import FATES, Plan, Wanted
from kombeheer.services.stickers import ledger
from kombeheer.services.stickers.documents import named_document
from kombeheer.services.stickers.series import make_series

_ORIGIN = Account(AccountKind.ORIGIN)
_TARGETS = {
    MoveKind.USE: AccountKind.USED,
    MoveKind.SPOIL: AccountKind.SPOILED,
    MoveKind.LOSE: AccountKind.LOST,
    MoveKind.STEAL: AccountKind.STOLEN,
}


class Takeover:
    """The posting of ranges in one import; `series` is shared with who judged them, by code."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        now: datetime,
        file_name: str,
        series: dict[str, Wanted],
    ) -> None:
        self.session, self.actor, self.now, self.file_name = session, actor, now, file_name
        self.today = day_of(now)
        self._series = series

    def post(self, plans: Sequence[Plan]) -> None:
        """Make the series, take the ranges over, and move what was used, lost or sent back."""
        for plan in plans:
            plan.series = self._made(plan.series)
        held = [
            self._move(plan, MoveKind.TAKE_OVER, plan.first, plan.last, _ORIGIN)
            for plan in plans
            if plan.is_new
        ]
        self._post(DocumentKind.TAKEOVER, held)
        for name, (kind, document, _) in FATES.items():
            moves = [
                self._move(plan, kind, first, last)
                for plan in plans
                for first, last in plan.fates.get(name, ())
            ]
            self._post(document, moves)
            if kind is MoveKind.SEND_BACK:
                back = [
                    self._move(plan, MoveKind.TAKE_BACK, first, last)
                    for plan in plans
                    for first, last in plan.fates.get(name, ())
                ]
                self._post(DocumentKind.RETURN_RECEIPT, back)

    def _made(self, series: Wanted) -> Wanted:
        """Return a series with its id, made when it is not there yet."""
        code, form = series.format.code, series.format
        known = self._series.get(code)
        if known is None or known.id is None:  # what a try before made was undone
            row = make_series(
                self.session,
                self.actor,
                self.now,
                code,
                width=None if form.has_check_digits else form.width,
                valid_from=series.valid_from,
                valid_until=series.valid_until,
            )
            known = Wanted(form, row.valid_from, row.valid_until, row.id)
            self._series[code] = known
        return known

    def _move(
        self, plan: Plan, kind: MoveKind, first: int, last: int, source: Account | None = None
    ) -> Movement:
        at_dealer = Account(AccountKind.DEALER, plan.dealer_id)
        on_the_way = Account(AccountKind.RETURN, plan.dealer_id)
        target = at_dealer if source is not None else None
        if kind is MoveKind.SEND_BACK:
            target = on_the_way
        elif kind is MoveKind.TAKE_BACK:
            source, target = on_the_way, Account(AccountKind.RETURNED)
        elif target is None:
            target = Account(_TARGETS[kind])
        day = plan.issued_on
        if kind not in (MoveKind.TAKE_OVER, MoveKind.USE) and plan.series.valid_until is not None:
            day = max(day, min(plan.series.valid_until, self.today))
        assert plan.series.id is not None
        return Movement(
            kind,
            plan.series.id,
            first,
            last,
            source or at_dealer,
            target,
            plan.dealer_id,
            day.isoformat(),
            microseconds(self.now),
            self.actor.user_id,
            "",
        )

    def _post(self, kind: DocumentKind, moves: Sequence[Movement]) -> None:
        """Post moves on one document, and tell them in the journal."""
        if not moves:
            return
        note = f"Overgenomen uit {self.file_name}"
        document = named_document(self.session, self.actor, self.now, kind, self.today, note=note)
        cited = [replace(move, document_id=document.id) for move in moves]
        ledger.post(self.session, cited, kind)
        told = [[move.series_id, move.first, move.last, str(move.target)] for move in moves]
        journal.record(
            self.session,
            self.actor,
            self.now,
            "stickers.taken_over",
            "document",
            document.id,
            after={"reference": document.reference, "ranges": told},
        )
