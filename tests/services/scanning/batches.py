"""Events as the services take them, and posting them in a transaction of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kombeheer.rules.scanning import (
    Ending,
    Event,
    EventKind,
    NewInstallation,
    Source,
    Visit,
    canonical_body,
    visit_fields,
)
from kombeheer.services.scanning import receive
from kombeheer.services.scanning.store import Answer
from models.parties import Mechanic
from models.sites import Installation
from tests.factories import NOW, TODAY, number
from tests.field import Field


def visit(
    field: Field,
    event_id: str,
    serial: int | None,
    *,
    installation: Installation | None = None,
    mechanic: Mechanic | None = None,
    new: NewInstallation | None = None,
    ending: Ending = Ending.STICKER,
    raw: bytes | None = None,
    sequence: int = 1,
) -> Event:
    """A visit today, by the field's mechanic unless another is given."""
    place = None if new is not None else (installation or field.installation).public_id
    number_of = (mechanic or field.mechanic).number
    told = Visit("stop", number_of, TODAY, ending, place, None, new)
    if raw is None:
        raw = b"" if serial is None else number(serial).digits.encode()
    return _event(field, event_id, sequence, EventKind.VISIT, raw, told, None)


def withdraw(field: Field, event_id: str, corrects: str, sequence: int) -> Event:
    """What undoes another event."""
    return _event(field, event_id, sequence, EventKind.WITHDRAW, b"", None, corrects)


def _event(
    field: Field,
    event_id: str,
    sequence: int,
    kind: EventKind,
    raw: bytes,
    told: Visit | None,
    corrects: str | None,
) -> Event:
    known = {"id": event_id, "visit": told and visit_fields(told), "corrects": corrects}
    body = canonical_body(known | {"sequence": sequence}, raw, NOW)
    return Event(
        event_id,
        field.device,
        sequence,
        NOW,
        Source.WEDGE,
        kind,
        raw,
        told,
        corrects,
        body,
    )


def post(
    field: Field,
    events: Sequence[Event],
    *,
    now: datetime = NOW,
    person_decides: bool = True,
) -> list[Answer]:
    """Receive a batch as the edge does: one transaction, tried again on a deadlock."""
    return receive.receive(
        field.foundation.database.write,
        field.actor,
        field.device,
        events,
        now,
        person_decides=person_decides,
    )
