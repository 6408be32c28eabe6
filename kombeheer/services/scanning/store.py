"""Keep every event for ever, under its id, before it is judged; keep what contradicts it too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import RAW_STORED_BYTES, Event
from models.scanning import Device, ScanConflict, ScanDecision, ScanEvent

_EVENT = ScanEvent.core()
# No device is found that is not this user's, and no event is stored without one.
_DEVICE = (
    select(Device.id)
    .where(
        Device.id == bindparam("of_device"),
        Device.user_id == bindparam("of_user"),
        Device.shut_out_at.is_(None),
    )
    .scalar_subquery()
)
_STORE = {
    name: dialect.insert(_EVENT).values(device_id=_DEVICE).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_DECIDED = select(ScanDecision.event_id).where(
    ScanDecision.event_id.in_(bindparam("ids", expanding=True))
)
_KNOWN = (
    select(
        _EVENT.c.id,
        _EVENT.c.body_hash,
        ScanDecision.outcome,
        ScanDecision.state,
        ScanDecision.code,
        ScanDecision.objections,
        ScanDecision.number,
        ScanDecision.report_id,
    )
    .join(ScanDecision, ScanDecision.event_id == _EVENT.c.id)
    .where(_EVENT.c.id.in_(bindparam("ids", expanding=True)))
)
_CONFLICT = ScanConflict.core()
_KEEP_CONFLICTS = {
    "sqlite": sqlite.insert(_CONFLICT).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_CONFLICT).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device is told about one event.

    Args:
        objections: why, in order; empty when accepted without remark.
        number: digits of the sticker, empty without one.
        report: public id of the report that the event made or changed.
    """

    id: str
    outcome: str
    state: str
    repeated: bool = False
    objections: tuple[Refusal, ...] = ()
    number: str = ""
    report: str | None = None

    @property
    def code(self) -> str | None:
        """Return the code of the first objection."""
        return self.objections[0].code if self.objections else None


def objections_text(objections: Sequence[Refusal]) -> str:
    """Return refusals as JSON text, to be stored."""
    return json.dumps([[one.code, one.facts] for one in objections], ensure_ascii=True)


def objections_from(text: str) -> tuple[Refusal, ...]:
    """Return the refusals that were stored as JSON text."""
    return tuple(Refusal(code, **facts) for code, facts in json.loads(text))


def answer_from(row: Any, *, repeated: bool) -> Answer:
    """Return the answer that a stored decision gives now."""
    return Answer(
        row.id,
        row.outcome,
        row.state,
        repeated,
        objections_from(row.objections),
        row.number,
        row.report_id,
    )


def store_new(
    session: Session, actor: Actor, device_id: str, events: Sequence[Event], now: datetime
) -> set[str]:
    """Insert the events whose id is not known, sorted by id; return the ids that are new.

    Two requests with the same events in another order wait for each other and never deadlock.

    Raises:
        IntegrityError: the device is unknown, shut out or another user's.
    """
    rows = [
        {
            "id": event.id,
            "of_device": device_id,
            "of_user": actor.user_id,
            "origin_device": event.origin_device,
            "sequence": event.sequence,
            "captured_at": event.captured_at,
            "received_at": now,
            "raw": event.raw[:RAW_STORED_BYTES],
            "raw_length": len(event.raw),
            "raw_sha256": sha256(event.raw).hexdigest(),
            "source": event.source,
            "kind": event.kind,
            "corrects": event.corrects,
            "body": event.body,
            "body_hash": event.body_hash,
            "user_id": actor.user_id,
        }
        for event in sorted(events, key=lambda event: event.id)
    ]
    ids = {event.id for event in events}
    connection = session.connection()
    stored = connection.execute(
        _STORE[connection.dialect.name], rows, execution_options={"preserve_rowcount": True}
    )
    if stored.rowcount == len(rows):
        return ids
    # What was stored before has a decision, and what this transaction has stored has none yet.
    return ids - set(connection.execute(_DECIDED, {"ids": sorted(ids)}).scalars())


def known_answers(
    session: Session, device_id: str, events: Sequence[Event], now: datetime
) -> dict[int, Answer]:
    """Return the answers to events whose id was known, by their position in `events`.

    The same body again gets the first answer with the present state; another body is a conflict
    and is kept beside the first.
    """
    if not events:
        return {}
    rows = session.execute(_KNOWN, {"ids": sorted({event.id for event in events})}).all()
    stored = {row.id: row for row in rows}
    answers: dict[int, Answer] = {}
    conflicts = []
    for position, event in enumerate(events):
        row = stored[event.id]
        if row.body_hash == event.body_hash:
            answers[position] = answer_from(row, repeated=True)
            continue
        objection = Refusal("scanning.id_used", id=event.id)
        answers[position] = Answer(event.id, "conflict", row.state, False, (objection,))
        conflicts.append(
            {
                "event_id": event.id,
                "device_id": device_id,
                "received_at": now,
                "raw": event.raw[:RAW_STORED_BYTES],
                "body": event.body,
                "body_hash": event.body_hash,
            }
        )
    if conflicts:
        session.execute(_KEEP_CONFLICTS[session.get_bind().dialect.name], conflicts)
    return answers
