"""Have the ledger follow a report that is corrected: the old sticker comes back, the new is stuck.

Both are movements of the version that corrects; nothing that was recorded changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import day_of, microseconds
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import (
    Account,
    AccountKind,
    DocumentKind,
    MoveKind,
    Movement,
    sticker_objection,
)
from kombeheer.services.parties.scope import employed_on
from kombeheer.services.scanning.lookup import KnownSticker, load_stickers
from kombeheer.services.stickers import ledger
from models.parties import Employment
from models.reports import Report
from models.stickers import Document
from models.stickers import Movement as MovementRow
from models.writing import Rows
from scanners.reading import mistyped, read_keys

Place = tuple[int, int]  # series id, serial


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where a number is stuck, by which dealer and from which day."""

    place: Place
    installation_id: int
    dealer_id: int
    service_date: date


def stuck_by(report: Report) -> Stuck | None:
    """Return what a report says to be stuck; None without a number."""
    if report.series_id is None or report.serial is None:
        return None
    place = (report.series_id, report.serial)
    return Stuck(place, report.installation_id, report.dealer_id, report.service_date)


def find_sticker(
    session: Session, typed: str, present_digits: str, present: Place | None, *, lock: bool
) -> KnownSticker:
    """Return the sticker that somebody scanned or typed.

    Args:
        present_digits, present: the number that the report has now: it settles what digits of two
            series mean, and is locked together with the other, so that nobody deadlocks.

    Raises:
        Refusal: `scanning.number_missing`, or why it cannot be read, is unknown or `ambiguous`.
    """
    if not typed.strip():
        raise Refusal("scanning.number_missing")
    digits, keys = read_keys(typed.encode("utf-8", "replace"))
    more = read_keys(present_digits.encode())[1] if present_digits else []
    loaded = load_stickers(session, [*keys, *more], lock=lock)
    found = [one for key in keys for one in loaded.get(key, ())]
    same = [one for one in found if (one.series_id, one.serial) == present]
    if same:
        return same[0]
    if len(found) > 1:
        raise Refusal("stickers.ambiguous", value=digits)
    if not found:
        wrong = mistyped(digits, keys)
        raise Refusal("stickers.check_digits_wrong" if wrong else "stickers.unknown", value=digits)
    return found[0]


def restick(
    session: Session,
    actor: Actor,
    now: datetime,
    before: Stuck | None,
    after: Stuck | None,
    sticker: KnownSticker | None,
    report_id: str,
    document_id: str,
    rows: Rows,
) -> None:
    """Write rows, and with them take back what was stuck and stick what is.

    Args:
        sticker: that of `after`, as it is before anything moves.
        document_id: the version of the report that corrects.
        rows: what is stored with the movements, that version among them.

    Raises:
        Refusal: what stands against sticking the number, or `scanning.sticker_moved_on`.
    """
    moves: list[Movement] = []
    returned: Account | None = None
    if before is not None:
        undone = _movement_of(session, report_id)
        returned = _back_to(session, undone, day_of(now))
        moves.append(_take_back(actor, now, before, undone, returned, document_id))
    if after is not None:
        assert sticker is not None
        if before is not None and before.place == after.place:
            assert returned is not None
            applied = Account(AccountKind.APPLIED, before.installation_id)
            if sticker.account != applied:
                raise Refusal("scanning.sticker_moved_on", number=sticker.number.printed)
            sticker.account = returned
        objection = sticker_objection(sticker.facts(), after.dealer_id, after.service_date)
        if objection is not None:
            raise objection
        moves.append(sticking(actor, now, after, sticker.account, document_id))
    ledger.post(session, moves, DocumentKind.REPORT, locked=True, rows=rows)


def taken_back_to(session: Session, report_id: str, today: date) -> Account:
    """Return where the present number of a report goes when it is taken back."""
    return _back_to(session, _movement_of(session, report_id), today)


def _movement_of(session: Session, report_id: str) -> MovementRow:
    """Return the movement that stuck the present number of a report."""
    return session.execute(
        select(MovementRow)
        .join(Document, Document.id == MovementRow.document_id)
        .where(
            Document.reference == report_id,
            MovementRow.kind == MoveKind.APPLY,
            MovementRow.counters.is_(None),
        )
        .order_by(MovementRow.chain_number.desc())
        .limit(1)
    ).scalar_one()


def _back_to(session: Session, undone: MovementRow, today: date) -> Account:
    """Return where a sticker goes back to: a mechanic who has left gets none, his dealer does."""
    source = Account.parse(undone.source_account)
    if source.kind is not AccountKind.MECHANIC:
        return source
    employed = session.execute(
        select(Employment.id).where(
            Employment.mechanic_id == source.holder_id,
            Employment.dealer_id == undone.dealer_id,
            employed_on(today),
        )
    ).first()
    return source if employed else Account(AccountKind.DEALER, undone.dealer_id)


def _take_back(
    actor: Actor,
    now: datetime,
    before: Stuck,
    undone: MovementRow,
    returned: Account,
    document_id: str,
) -> Movement:
    series_id, serial = before.place
    return Movement(
        MoveKind.APPLY,
        series_id,
        serial,
        serial,
        Account(AccountKind.APPLIED, before.installation_id),
        returned,
        undone.dealer_id,
        undone.effective_on.isoformat(),  # as if it had never been stuck there
        microseconds(now),
        actor.user_id,
        document_id,
        counters=undone.chain_number,
    )


def sticking(
    actor: Actor, now: datetime, after: Stuck, source: Account, document_id: str
) -> Movement:
    """Return the movement that sticks a number, as of the service date."""
    series_id, serial = after.place
    return Movement(
        MoveKind.APPLY,
        series_id,
        serial,
        serial,
        source,
        Account(AccountKind.APPLIED, after.installation_id),
        after.dealer_id,
        after.service_date.isoformat(),
        microseconds(now),
        actor.user_id,
        document_id,
    )
