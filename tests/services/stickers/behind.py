"""A book of movements, and a hand that changes its rows behind the application's back."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection, text

from kombeheer.rules.calendar import microseconds
from kombeheer.rules.stickers import (
    EMPTY_CHAIN,
    Account,
    DocumentKind,
    MoveKind,
    Movement,
    canonical_text,
    chain_hash,
)
from kombeheer.services.stickers import ledger
from tests.factories import NOW, Foundation

Work = Callable[["Behind"], None]
Tampering = Callable[[Work], None]


class Behind:
    """Writes past the application: without triggers, without foreign keys."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def run(self, statement: str, **values: object) -> None:
        self.connection.execute(text(statement), values)

    def move(self, number: int) -> Movement:
        """The movement as its text tells it."""
        canonical = self.connection.execute(
            text("SELECT canonical FROM movement WHERE chain_number = :number"), {"number": number}
        ).scalar_one()
        fields = iter(canonical.split("|")[2:])
        kind, series, first, last, source, target, dealer, day = itertools.islice(fields, 8)
        moment, actor, document, undone = fields
        return Movement(
            MoveKind(kind),
            int(series),
            int(first),
            int(last),
            Account.parse(source),
            Account.parse(target),
            int(dealer) if dealer else None,
            day,
            int(moment),
            int(actor) if actor else None,
            document,
            int(undone) if undone else None,
        )

    def rewrite(self, number: int, move: Movement) -> None:
        """Change a movement with its text, so that only the chain can tell."""
        self.run(
            "UPDATE movement SET kind = :kind, first_serial = :first, last_serial = :last, "
            "source_account = :source, target_account = :target, canonical = :canonical "
            "WHERE chain_number = :number",
            kind=move.kind,
            first=move.first,
            last=move.last,
            source=str(move.source),
            target=str(move.target),
            canonical=canonical_text(number, move),
            number=number,
        )

    def chain_again(self) -> None:
        """Hash every movement anew and set the head: a forger who can compute."""
        rows = self.connection.execute(
            text("SELECT chain_number, canonical FROM movement ORDER BY chain_number")
        ).all()
        head, number = EMPTY_CHAIN, 0
        for number, canonical in rows:
            head = chain_hash(head, canonical)
            self.run(
                "UPDATE movement SET hash = :hash WHERE chain_number = :number",
                hash=head,
                number=number,
            )
        self.run(
            "UPDATE chain_head SET chain_number = :number, hash = :hash", number=number, hash=head
        )

    def insert(self, number: int, move: Movement) -> None:
        self.run(
            "INSERT INTO movement (chain_number, kind, series_id, first_serial, last_serial, "
            "source_account, target_account, dealer_id, effective_on, recorded_at, document_id, "
            "canonical, hash) SELECT :number, :kind, series_id, :first, :last, :source, :target, "
            ":dealer, effective_on, recorded_at, document_id, :canonical, '-' "
            "FROM movement WHERE chain_number = :number - 1",
            number=number,
            kind=move.kind,
            first=move.first,
            last=move.last,
            source=str(move.source),
            target=str(move.target),
            dealer=move.dealer_id,
            canonical=canonical_text(number, move),
        )


class Ledger:
    """Ten movements in series 26: ordered, received, issued, confirmed, handed out, applied…"""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.dealer = foundation.dealer()
        self.mechanic = foundation.mechanic(self.dealer)
        self.installation = foundation.installation(dealer=self.dealer)
        self.series = foundation.series()
        foundation.stickers(self.series, self.dealer, 1, 50)
        held, own = f"dealer:{self.dealer.id}", f"mechanic:{self.mechanic.id}"
        applied = f"applied:{self.installation.id}"
        for kind, first, last, source, target in (
            (MoveKind.HAND_OUT, 1, 10, held, own),
            (MoveKind.APPLY, 1, 1, own, applied),
            (MoveKind.APPLY, 2, 2, own, applied),
            (MoveKind.SPOIL, 3, 3, own, "spoiled"),
            (MoveKind.LOSE, 40, 41, held, "lost"),
        ):
            foundation.move(kind, self.series, first, last, source, target, self.dealer)
        self._take_back_the_second()

    def _take_back_the_second(self) -> None:
        day = date(2026, 1, 10)
        with self.foundation.database.transaction() as session:
            document = ledger.new_document(session, None, NOW, DocumentKind.DECISION, "Z-1", day)
            move = Movement(
                MoveKind.APPLY,
                self.series.id,
                2,
                2,
                Account.parse(f"applied:{self.installation.id}"),
                Account.parse(f"dealer:{self.dealer.id}"),
                self.dealer.id,
                day.isoformat(),
                microseconds(NOW),
                None,
                document.id,
                counters=7,
            )
            ledger.post(session, [move], DocumentKind.DECISION)
