"""Write and read the journal: who, what, when, before, after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from models.accounts import User
from models.journal import JournalEntry
from models.writing import insert_rows

Change = tuple[object, Mapping[str, Any], Mapping[str, Any]]  # subject id, before, after
_ENCODER = json.JSONEncoder(ensure_ascii=True, sort_keys=True, default=str)


def as_text(fields: Mapping[str, Any]) -> str:
    """Return fields as one line of JSON in ASCII, days and instants as ISO text."""
    return _ENCODER.encode(fields)


def record(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    subject_kind: str,
    subject_id: object,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry; `action` is `area.past_tense`, secrets are never among the fields."""
    record_many(
        session, actor, now, action, subject_kind, [(subject_id, before or {}, after or {})]
    )


def record_many(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    subject_kind: str,
    changes: Sequence[Change],
) -> None:
    """Add an entry for each change, in one statement."""
    insert_rows(session, JournalEntry, rows(actor, now, action, subject_kind, changes))


def rows(
    actor: Actor, now: datetime, action: str, subject_kind: str, changes: Sequence[Change]
) -> list[dict[str, Any]]:
    """Return the row of an entry for each change."""
    return [
        {
            "at": now,
            "actor_id": actor.user_id,
            "action": action,
            "subject_kind": subject_kind,
            "subject_id": str(subject_id),
            "before": as_text(before),
            "after": as_text(after),
        }
        for subject_id, before, after in changes
    ]


def changed_fields(row: object, wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set the wanted attributes on a row; return {name: (before, after)} of those that differ."""
    changes = {}
    for name, value in wanted.items():
        present = getattr(row, name)
        if present != value:
            changes[name] = (present, value)
            setattr(row, name, value)
    return changes


def filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a new row that hold something, for its first entry."""
    return {name: value for name, value in fields.items() if value not in ("", None)}


def record_changes(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    subject_kind: str,
    subject_id: object,
    changes: Mapping[str, tuple[Any, Any]],
) -> None:
    """Add an entry for changed fields; nothing when none changed."""
    if changes:
        record(
            session,
            actor,
            now,
            action,
            subject_kind,
            subject_id,
            before={name: before for name, (before, _) in changes.items()},
            after={name: after for name, (_, after) in changes.items()},
        )


def count_entries(session: Session) -> int:
    """Return how many entries there are; whatever changes adds one.

    Their numbers would not tell: of two who write at once, the later may take the lower one.
    """
    return session.execute(select(func.count()).select_from(JournalEntry)).scalar_one()


def entries_about(
    session: Session, subject_kind: str, subject_id: object, limit: int = 50
) -> Sequence[Any]:
    """Return the newest entries about one subject, with the actor's name."""
    return entries(session, subject_kind=subject_kind, subject_id=str(subject_id), limit=limit)


def _with_names() -> Select[JournalEntry, str]:
    return select(JournalEntry, User.name).outerjoin(User, User.id == JournalEntry.actor_id)


def entries(
    session: Session,
    *,
    subject_kind: str = "",
    subject_id: str = "",
    actor_id: int | None = None,
    before: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> Sequence[Any]:
    """Return (entry, actor's name), the newest first: those before an id, or next after one.

    An empty filter lets all through.
    """
    statement = _with_names()
    if subject_kind:
        statement = statement.where(JournalEntry.subject_kind == subject_kind)
    if subject_id:
        statement = statement.where(JournalEntry.subject_id == subject_id)
    if actor_id is not None:
        statement = statement.where(JournalEntry.actor_id == actor_id)
    if after is not None:
        statement = statement.where(JournalEntry.id > after).order_by(JournalEntry.id)
        return session.execute(statement.limit(limit)).all()[::-1]
    if before is not None:
        statement = statement.where(JournalEntry.id < before)
    return session.execute(statement.order_by(JournalEntry.id.desc()).limit(limit)).all()


def entries_of_user(session: Session, user_id: int, limit: int) -> Sequence[Any]:
    """Return the newest entries about a user or by him, as `entries` does.

    Two look-ups, each by its own index: together in one statement they would read every entry.
    """
    about = entries(session, subject_kind="user", subject_id=str(user_id), limit=limit)
    by = entries(session, actor_id=user_id, limit=limit)
    rows = {row[0].id: row for row in (*about, *by)}
    return [rows[number] for number in sorted(rows, reverse=True)[:limit]]
