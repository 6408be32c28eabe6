"""The paper behind a movement: named by somebody, or by a counter of its kind and year."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.rules.stickers import DocumentKind, document_reference
from kombeheer.services.stickers.ledger import new_document
from models.accounts import User
from models.stickers import Document, DocumentNumber

REFERENCE_LENGTH_MAX = 60
NOTE_LENGTH_MAX = 2_000
_ANY = true()
_NUMBERS = DocumentNumber.core()
_SQLITE, _POSTGRESQL = sqlite.insert(_NUMBERS), postgresql.insert(_NUMBERS)
_COUNT = {
    "sqlite": _SQLITE.on_conflict_do_update(
        index_elements=["kind", "year"],
        set_={"last": DocumentNumber.last + _SQLITE.excluded.last},
    ),
    "postgresql": _POSTGRESQL.on_conflict_do_update(
        index_elements=["kind", "year"],
        set_={"last": DocumentNumber.last + _POSTGRESQL.excluded.last},
    ),
}


def next_reference(session: Session, kind: DocumentKind, year: int) -> str:
    """Return the next name of this kind and year; who asks next waits until this one is stored.

    Nothing is skipped: a transaction that is undone gives its number back.
    """
    while True:
        [reference] = next_references(session, kind, year, 1)
        if _present(session, kind, reference) is None:
            return reference


def next_references(session: Session, kind: DocumentKind, year: int, count: int) -> list[str]:
    """Return the next names of this kind and year, where nobody has named a document himself."""
    counted = _COUNT[session.get_bind().dialect.name].returning(_NUMBERS.c.last)
    values = {"kind": kind, "year": year, "last": count}
    last = session.execute(counted, values).scalar_one()
    numbers = range(last - count + 1, last + 1)
    return [document_reference(kind, year, number) for number in numbers]


def _present(
    session: Session, kind: DocumentKind, reference: str, of_company: ColumnElement[bool] = _ANY
) -> Document | None:
    statement = (
        select(Document)
        .outerjoin(User, User.id == Document.actor_id)
        .where(Document.kind == kind, Document.reference == reference, of_company)
    )
    return session.execute(statement.limit(1)).scalar()


def _of_company(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a document was made by a dealer's own people, or by KOM's."""
    if actor.dealer_id is None:
        return User.dealer_id.is_(None)
    return User.dealer_id == actor.dealer_id


def named_document(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: DocumentKind,
    dated_on: date,
    reference: str = "",
    note: str = "",
    *,
    shared: bool = False,
) -> Document:
    """Return the document to cite: a new one, named by the counter when `reference` is empty.

    Args:
        shared: whether a paper of that name and day may stand behind more than one booking.

    Raises:
        Refusal: `stickers.reference_unusable`, `stickers.note_unusable` or
            `stickers.reference_taken`, or `stickers.note_taken` for a shared paper that has another
            note. What another dealer made is neither shared nor in the way.
    """
    wanted, remark = reference.strip(), note.strip()
    if not wanted.isprintable() or len(wanted) > REFERENCE_LENGTH_MAX:
        shown = shown_text(wanted)
        raise Refusal("stickers.reference_unusable", value=shown, most=REFERENCE_LENGTH_MAX)
    if "\0" in remark or len(remark) > NOTE_LENGTH_MAX:
        raise Refusal("stickers.note_unusable", most=NOTE_LENGTH_MAX)
    if not wanted:
        wanted = next_reference(session, kind, dated_on.year)
    else:
        present = _present(session, kind, wanted, _of_company(actor))
        if present is not None and shared and present.dated_on == dated_on:
            if remark and remark != present.note:
                raise Refusal("stickers.note_taken", reference=wanted)
            return present
        if present is not None:
            day = present.dated_on.isoformat()
            raise Refusal("stickers.reference_taken", reference=wanted, day=day)
    return new_document(session, actor.user_id, now, kind, wanted, dated_on, remark)
