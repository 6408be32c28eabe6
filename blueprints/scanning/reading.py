"""Turn the JSON of one event into an event, or into a defect that names field, value and way out.

Every event gets a value: what cannot be read is stored all the same, and refused.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import reprlib
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask_babel import gettext
from pydantic import ValidationError

from blueprints.scanning.schemas import IDENTIFIER, EventBody, VisitBody
from kombeheer.rules.calendar import AMSTERDAM
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import (
    Event,
    EventKind,
    NewInstallation,
    Visit,
    canonical_body,
    visit_fields,
)
from kombeheer.rules.sites import configuration_objection
from scanners.reading import shown

KNOWN_FIELDS = (
    "id",
    "sequence",
    "source",
    "kind",
    "corrects",
    "visit",
)
BODY_STORED_MAX = 4_000  # characters of a body that could not be read
BODY_DEPTH_MAX = 8  # a body that can be read has three levels
MOMENT_YEARS = range(2, 9999)  # so that it is a moment in every zone


def _(text: str) -> str:
    """Mark a text for the catalogue without translating it."""
    return text


EXPECTED: dict[str, str] = {
    "boxes": _("Geef een geheel getal van 0 t/m 20."),
    "captured_at": _("Geef een tijdstip als 2026-03-05T09:14:00+01:00."),
    "cleaning_facilities": _("Geef een geheel getal van 1 t/m 20."),
    "corrects": _("Geef de id van de scan die ongedaan gemaakt wordt."),
    "device": _("Geef de id van een aangemeld toestel."),
    "ending": _("Kies sticker, geen_kom of kb."),
    "farm": _("Geef de naam van het bedrijf, 1 tot en met 120 tekens."),
    "id": _("Geef 1 tot en met 64 letters, cijfers of streepjes."),
    "installation": _("Geef de id van de installatie."),
    "kind": _("Kies visit of withdraw."),
    "mechanic": _("Geef het monteurnummer."),
    "new_installation": _("Geef de nieuwe installatie met farm, place, type en units."),
    "place": _("Geef de plaats, 1 tot en met 80 tekens."),
    "postcode": _("Geef de postcode in hoogstens 10 tekens."),
    "previous": _("Geef het nummer van de vorige sticker."),
    "raw": _("Geef wat de scanner las, als tekst."),
    "raw_base64": _("Geef wat de scanner las als base64, of als tekst in raw, niet beide."),
    "sequence": _("Geef een geheel getal vanaf 0 dat op dit toestel oploopt."),
    "service_date": _("Geef de datum van de beurt als 2026-03-05."),
    "source": _("Kies wedge, camera, serial, file, paste of keypad."),
    "species": _("Kies cows, goats of sheep."),
    "type": _("Kies een staltype, bijvoorbeeld herringbone of robot."),
    "units": _("Geef een geheel getal van 1 t/m 200."),
    "vacuum_pumps": _("Geef een geheel getal van 1 t/m 20."),
    "visit": _(
        "Geef het bezoek met mechanic, service_date, ending en een van installation, "
        "previous en new_installation."
    ),
}


def field_refusal(code: str, path: str, value: object) -> Refusal:
    """Return the refusal that names a field, what was in it, and what should be."""
    expected = EXPECTED.get(path.rpartition(".")[2], EXPECTED["visit"])
    told = "-" if value is None else _told(value)
    return Refusal(code, field=path, value=told, expected=gettext(expected))


def _told(value: object) -> str:
    """Return a value of a program's as a short printable text, however deep or long it is."""
    if isinstance(value, dict | list):
        return shown(reprlib.repr(value).encode("utf-8", "replace"))
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return shown(text[:100].encode("utf-8", "replace"))


def _shallow(value: object, depth: int = BODY_DEPTH_MAX) -> object:
    """Return a value of a program's without what lies too deep to be written as text."""
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        return "…"
    if isinstance(value, list):
        return [_shallow(one, depth - 1) for one in value]
    return {name: _shallow(one, depth - 1) for name, one in value.items()}


def _raw_told(given: Mapping[str, Any]) -> tuple[bytes, Refusal | None]:
    """Return what a scanner read, told as text or as base64, and what is wrong with it.

    An empty one beside the other counts as absent; two that both say something are one too many.
    """
    text, encoded = given.get("raw"), given.get("raw_base64")
    if text is not None and not isinstance(text, str):
        return b"", field_refusal("scanning.field_invalid", "raw", text)
    plain = (text or "").encode("utf-8", "surrogatepass")
    if encoded is None or encoded == "":
        return plain, None
    wrong = field_refusal("scanning.field_invalid", "raw_base64", encoded)
    if plain:
        return plain, wrong
    try:
        return base64.b64decode(encoded, validate=True), None
    except (binascii.Error, ValueError, TypeError):
        return b"", wrong


def _instant(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.year not in MOMENT_YEARS:
        raise field_refusal("scanning.field_invalid", "captured_at", moment.isoformat())
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=AMSTERDAM)
    return aware.astimezone(UTC)


def _captured(value: object) -> datetime | None:
    """Return the moment of an event that may be unreadable otherwise, for its canonical body."""
    if not isinstance(value, str):
        return None
    try:
        return _instant(datetime.fromisoformat(value))
    except (ValueError, Refusal):
        return None


def _new_installation(body: VisitBody) -> NewInstallation | None:
    new = body.new_installation
    if new is None:
        return None
    objection = configuration_objection(
        new.type, new.boxes, new.vacuum_pumps, new.cleaning_facilities
    )
    if objection is not None:
        raise objection
    return NewInstallation(
        new.farm,
        new.place,
        new.type,
        new.species,
        new.units,
        new.postcode,
        new.boxes,
        new.vacuum_pumps,
        new.cleaning_facilities,
    )


def _visit(body: EventBody) -> Visit | None:
    if body.kind is not EventKind.VISIT:
        return None
    if body.visit is None:
        raise field_refusal("scanning.field_invalid", "visit", None)
    where = [
        name
        for name in ("installation", "previous", "new_installation")
        if getattr(body.visit, name) is not None
    ]
    if len(where) != 1:
        raise field_refusal("scanning.field_invalid", "visit", ", ".join(where) or None)
    return Visit(
        body.visit.id,
        body.visit.mechanic,
        body.visit.service_date,
        body.visit.ending,
        body.visit.installation,
        body.visit.previous,
        _new_installation(body.visit),
    )


def _defect(error: ValidationError) -> Refusal:
    first = error.errors(include_url=False, include_context=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    value = None if first["type"] == "missing" else first["input"]
    return field_refusal("scanning.field_invalid", path or "id", value)


def _visit_told(read: EventBody, visit: Visit | None) -> dict[str, Any] | None:
    if visit is not None:
        return visit_fields(visit)
    return None if read.visit is None else read.visit.model_dump(mode="json")


def _stored(body: str) -> str:
    """Return the body of what could not be read, or of a long one its beginning and its hash."""
    if len(body) <= BODY_STORED_MAX:
        return body
    whole = sha256(body.encode()).hexdigest()
    return json.dumps({"beginning": body[:BODY_STORED_MAX], "sha256": whole})


def read_event(given: object, device_id: str) -> Event:
    """Return one event as it was sent; one without a usable id gets the hash of its body."""
    fields: Mapping[str, Any] = given if isinstance(given, dict) else {"visit": given}
    event_id, (raw, defect) = fields.get("id"), _raw_told(fields)
    if not isinstance(event_id, str) or not re.fullmatch(IDENTIFIER, event_id):
        defect = Refusal("scanning.id_unusable", value=_told(event_id))
    if defect is None:
        try:
            return _understood(EventBody.model_validate(given), raw, device_id)
        except ValidationError as error:
            defect = _defect(error)
        except Refusal as refusal:
            defect = refusal
    return _unreadable(fields, raw, device_id, defect)


def _understood(read: EventBody, raw: bytes, device_id: str) -> Event:
    """Return an event whose fields were all understood; its body holds them so."""
    visit, captured_at, origin = _visit(read), _instant(read.captured_at), read.device or device_id
    if read.kind is EventKind.WITHDRAW and read.corrects is None:
        raise field_refusal("scanning.field_invalid", "corrects", None)
    known = {
        "id": read.id,
        "device": origin,
        "sequence": read.sequence,
        "source": read.source,
        "kind": read.kind,
        "corrects": read.corrects,
        "visit": _visit_told(read, visit),
    }
    body = canonical_body(known, raw, captured_at)
    return Event(
        read.id,
        origin,
        read.sequence,
        captured_at,
        read.source,
        read.kind,
        raw,
        visit,
        read.corrects,
        body,
    )


def _unreadable(fields: Mapping[str, Any], raw: bytes, device_id: str, defect: Refusal) -> Event:
    """Return an event that is stored as it was sent, and refused."""
    origin, event_id = fields.get("device"), fields.get("id")
    if not (isinstance(origin, str) and re.fullmatch(IDENTIFIER, origin)):
        origin = device_id
    captured_at = _captured(fields.get("captured_at"))
    known = {name: _shallow(fields.get(name)) for name in KNOWN_FIELDS} | {"device": origin}
    body = canonical_body(known, raw, captured_at)
    if defect.code == "scanning.id_unusable":
        event_id = sha256(body.encode()).hexdigest()
    return Event(
        str(event_id), origin, 0, captured_at, "", "", raw, body=_stored(body), defect=defect
    )
