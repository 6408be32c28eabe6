"""What a scan event is, how it ends and how it may be judged. The table of outcomes is in
docs/architecture.md. Not here: the objections themselves, which each area gives for its own facts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from kombeheer.rules.calendar import day_of, microseconds
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import Regulation

RAW_STORED_BYTES = 512
BATCH_EVENTS_MAX = 500
EVENT_ID_LENGTH_MAX = 64


class Source(StrEnum):
    """How a code came in.

    Source: decisions/0008
    """

    WEDGE = "wedge"
    CAMERA = "camera"
    SERIAL = "serial"
    FILE = "file"
    PASTE = "paste"
    KEYPAD = "keypad"


class EventKind(StrEnum):
    """What a scan wants to record. Only `VISIT` and `WITHDRAW` are built.

    Source: decisions/0008
    """

    VISIT = "visit"
    WITHDRAW = "withdraw"
    IDENTIFY = "identify"
    RECEIVE = "receive"
    RETURN = "return"
    COUNT = "count"
    SPOIL = "spoil"


BUILT_KINDS = frozenset({EventKind.VISIT, EventKind.WITHDRAW})


class Ending(StrEnum):
    """How a visit ends: with a sticker, not approved, or as a minor service.

    What was reported before there were numbered stickers ends with none of these.

    Source: R36, R40
    """

    STICKER = "sticker"
    GEEN_KOM = "geen_kom"
    KB = "kb"
    UNMARKED = "unmarked"


VISIT_ENDINGS = (Ending.STICKER, Ending.GEEN_KOM, Ending.KB)  # those that a visit can have now


class Outcome(StrEnum):
    """The answer to an event. All but `FAILED` mean: stored for ever.

    Source: decisions/0008
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    QUEUED = "queued"
    CONFLICT = "conflict"
    FAILED = "failed"


class EventState(StrEnum):
    """What became of an event; it may change after the first answer.

    Source: decisions/0008
    """

    POSTED = "posted"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


STATE_AFTER = {
    Outcome.ACCEPTED: EventState.POSTED,
    Outcome.QUEUED: EventState.WAITING,
    Outcome.REFUSED: EventState.REJECTED,
}

EVENT_TRANSITIONS: dict[EventState, frozenset[EventState]] = {
    EventState.WAITING: frozenset({EventState.POSTED, EventState.REJECTED, EventState.WITHDRAWN}),
    EventState.POSTED: frozenset({EventState.WITHDRAWN}),
    EventState.WITHDRAWN: frozenset(),
    EventState.REJECTED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class NewInstallation:
    """An installation made on the spot: farm and place in words, the rest from the glossary.

    Source: decisions/0006
    """

    farm: str
    place: str
    parlour_type: str
    species: str
    unit_count: int
    postcode: str = ""
    box_count: int = 0
    vacuum_pump_count: int = 1
    cleaning_facility_count: int = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """What a device tells of a service visit.

    Exactly one of `installation` (public id), `previous` (last year's number) and
    `new_installation` names what was serviced.

    Source: R40, decisions/0008
    """

    stop: str
    mechanic: str
    service_date: date
    ending: Ending
    installation: str | None = None
    previous: str | None = None
    new_installation: NewInstallation | None = None


def visit_fields(visit: Visit) -> dict[str, Any]:
    """Return a visit as plain JSON values, to be compared and stored.

    Source: decisions/0008
    """
    new = visit.new_installation
    return {
        "stop": visit.stop,
        "mechanic": visit.mechanic,
        "service_date": visit.service_date.isoformat(),
        "ending": visit.ending,
        "installation": visit.installation,
        "previous": visit.previous,
        "new_installation": None if new is None else asdict(new),
    }


def visit_from_fields(fields: Mapping[str, Any]) -> Visit:
    """Return the visit that was stored as plain JSON values.

    Source: decisions/0008
    """
    new = fields["new_installation"]
    values = {
        **fields,
        "service_date": date.fromisoformat(fields["service_date"]),
        "ending": Ending(fields["ending"]),
        "new_installation": None if new is None else NewInstallation(**new),
    }
    return Visit(**values)


@dataclass(frozen=True, slots=True)
class Event:
    """One scan as a device sends it, before it is judged.

    Args:
        id: made on the device when it was scanned, at most 64 characters, kept for ever.
        origin_device: the device that scanned it, not always the one that sends it.
        sequence: rises on one device; with it the only order there is.
        captured_at: by the device's own clock; never an order.
        raw: what the scanner gave, as bytes, of any length.
        body: the known fields, as JSON text, for an event that could not be read as one.
        defect: why it could not be read; such an event is stored and refused.

    Source: decisions/0008
    """

    id: str
    origin_device: str
    sequence: int
    captured_at: datetime | None
    source: str
    kind: str
    raw: bytes
    visit: Visit | None = None
    corrects: str | None = None
    body: str = ""
    defect: Refusal | None = None
    body_hash: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "body_hash", sha256(self.body.encode()).hexdigest())


def canonical_body(known: Mapping[str, object], raw: bytes, captured_at: datetime | None) -> str:
    """Return the text by which two events of one id are told to be the same or not.

    The known fields in sorted order, ASCII only; `raw` as its length and SHA-256, the moment in
    UTC microseconds.

    Source: decisions/0008
    """
    body = dict(known)
    body["raw"] = [len(raw), sha256(raw).hexdigest()]
    body["captured_at"] = None if captured_at is None else microseconds(captured_at)
    return json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)


def report_id_for(event_id: str) -> str:
    """Return the public id of the report that an event makes, the same for ever.

    Source: decisions/0008
    """
    return "v" + sha256(f"report:{event_id}".encode()).hexdigest()[:19]


def stop_id_for(mechanic: str, site: str, day: date) -> str:
    """Return the id of the stop that a mechanic makes at a site on a day.

    All that he services there that day, such as several robots, is of one stop, however often he
    comes back to the page.

    Args:
        mechanic: his number.
        site: its public id.

    Source: R42, decisions/0008
    """
    return str(uuid5(NAMESPACE_URL, f"kombeheer:stop:{mechanic}:{site}:{day.isoformat()}"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one event: its outcome and, unless accepted, why.

    Source: decisions/0008
    """

    outcome: Outcome
    objections: tuple[Refusal, ...] = ()

    @property
    def code(self) -> str | None:
        """Return the code of the first objection."""
        return self.objections[0].code if self.objections else None


def refused(objection: Refusal) -> Verdict:
    """Return the verdict on an event from which no fact can follow.

    Source: decisions/0008
    """
    return Verdict(Outcome.REFUSED, (objection,))


def ending_objection(ending: Ending, raw: bytes) -> Refusal | None:
    """Return what is impossible about a visit's ending: it is a number, or a mark, never both.

    Source: R40
    """
    if ending is Ending.STICKER and not raw.strip():
        return Refusal("scanning.number_missing")
    if ending is not Ending.STICKER and raw.strip():
        return Refusal("scanning.ending_with_number", ending=ending)
    return None


def date_objection(
    service_date: date, received_at: datetime, regulation: Regulation
) -> Refusal | None:
    """Return `scanning.date_doubtful` for a service date in the future or improbably long ago.

    Today and the last day of the allowed age are fine.

    Source: decisions/0007
    """
    today = day_of(received_at)
    oldest = today - timedelta(days=regulation.service_date_age_max_days)
    if not oldest <= service_date <= today:
        return Refusal("scanning.date_doubtful", day=service_date.isoformat())
    return None


def judge(objections: Sequence[Refusal | None], *, person_decides: bool = True) -> Verdict:
    """Return the verdict on a visit that could be read, from each area's objection in order.

    Args:
        person_decides: True when the event comes from the field, where the sticker may be on the
            wall: an objection then waits for a person. False while the mechanic still holds the
            sticker: the objection is told at once and nothing is recorded.

    Source: R43, decisions/0008
    """
    found = tuple(objection for objection in objections if objection is not None)
    if not found:
        return Verdict(Outcome.ACCEPTED)
    return Verdict(Outcome.QUEUED if person_decides else Outcome.REFUSED, found)


def require_transition(present: EventState, wanted: EventState) -> None:
    """Refuse a change of an event's state that is not in the table.

    Source: decisions/0008
    """
    if wanted not in EVENT_TRANSITIONS[present]:
        raise Refusal("scanning.state_final", state=present, wanted=wanted)
