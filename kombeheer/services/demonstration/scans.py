"""Visits as scans: the events that a device sends, and the numbers that they stick."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.scanning import (
    BATCH_EVENTS_MAX,
    Ending,
    Event,
    EventKind,
    Outcome,
    Source,
    Visit,
    canonical_body,
    visit_fields,
)
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import instant
from kombeheer.services.scanning import receive

ADDRESS = "HTTPS://KOM.EXAMPLE/S/"
_SOURCES = {Source.WEDGE: 60, Source.CAMERA: 32, Source.KEYPAD: 8}
FIRST_HOUR, LAST_MINUTE = 7, 9 * 60  # of a working day, the second after the first
MINUTES_PER_STOP, MINUTES_PER_INSTALLATION = (65, 100), 6


@dataclass(eq=False, slots=True)
class Sender:
    """A device with who uses it and how many events it has made."""

    actor: Actor
    device: str
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that one device sends at once; `expected` is what each must be answered."""

    sender: Sender
    events: tuple[Event, ...]
    expected: tuple[Outcome, ...]


class Clock:
    """The times of a mechanic's day: one stop after the other, until the afternoon."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self._minutes: dict[tuple[str, date], int] = {}

    def next_stop(self, mechanic: str, day: date) -> datetime:
        """Return when a mechanic is done at his next stop of a day."""
        key = (mechanic, day)
        minutes = self._minutes.get(key, 0) + self.chance.randint(*MINUTES_PER_STOP)
        self._minutes[key] = minutes
        return instant(day, FIRST_HOUR) + timedelta(minutes=min(minutes, LAST_MINUTE))


class Writer:
    """Make the events of devices, repeatably."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance

    def visit(
        self, sender: Sender, visit: Visit, captured_at: datetime, number: StickerNumber | None
    ) -> Event:
        """Return the event of one installation's service, read from the sticker that was stuck."""
        source = self.chance.choices(list(_SOURCES), weights=list(_SOURCES.values()))[0]
        raw = ""
        if visit.ending is Ending.STICKER:
            assert number is not None
            raw = number.digits
            if source is Source.CAMERA and number.format.has_check_digits:
                raw = ADDRESS + raw
        return self._event(sender, source, EventKind.VISIT, raw.encode(), captured_at, visit)

    def raw_visit(self, sender: Sender, visit: Visit, captured_at: datetime, raw: str) -> Event:
        """Return a visit whose sticker was typed as `raw`, whatever that is."""
        return self._event(sender, Source.KEYPAD, EventKind.VISIT, raw.encode(), captured_at, visit)

    def contradict(self, event: Event, raw: bytes) -> Event:
        """Return another event under the same id."""
        body = canonical_body(json.loads(event.body), raw, event.captured_at)
        return replace(event, raw=raw, body=body)

    def withdraw(self, sender: Sender, event_id: str, captured_at: datetime) -> Event:
        """Return the event that undoes another one."""
        return self._event(
            sender, Source.KEYPAD, EventKind.WITHDRAW, b"", captured_at, None, event_id
        )

    def _event(
        self,
        sender: Sender,
        source: Source,
        kind: EventKind,
        raw: bytes,
        captured_at: datetime,
        visit: Visit | None,
        corrects: str | None = None,
    ) -> Event:
        sender.sequence += 1
        event_id = self.chance.uuid()
        known = {
            "id": event_id,
            "sequence": sender.sequence,
            "source": source,
            "kind": kind,
            "corrects": corrects,
            "visit": None if visit is None else visit_fields(visit),
            "device": sender.device,
        }
        return Event(
            event_id,
            sender.device,
            sender.sequence,
            captured_at,
            source,
            kind,
            raw,
            visit,
            corrects,
            canonical_body(known, raw, captured_at),
        )


def send(session: Session, batches: Sequence[Batch], moment: datetime) -> None:
    """Have the scan service take the batches, and see that each event is answered as expected."""
    for batch in batches:
        for start in range(0, len(batch.events), BATCH_EVENTS_MAX):
            events = batch.events[start : start + BATCH_EVENTS_MAX]
            expected = batch.expected[start : start + BATCH_EVENTS_MAX]
            sender = batch.sender
            answers = receive.receive_in(session, sender.actor, sender.device, events, moment)
            for answer, outcome in zip(answers, expected, strict=True):
                assert answer.outcome == outcome, (outcome, answer)
