"""Devices and scans for programs: register a device, send scans, ask what became of one."""

from __future__ import annotations

import json
import logging
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext
from pydantic import ValidationError

from blueprints.database import db, write
from blueprints.guard import actor
from blueprints.openapi import describes
from blueprints.scanning.reading import field_refusal, read_event
from blueprints.scanning.schemas import (
    AnswerBody,
    DeviceAnswer,
    DeviceBody,
    ScansAnswer,
    ScansBody,
)
from kombeheer.clock import now_utc
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import BATCH_EVENTS_MAX, Event
from kombeheer.services.scanning import devices, receive
from kombeheer.services.scanning.store import Answer
from kombeheer.wording import sentence

_log = logging.getLogger(__name__)
INTEGER_DIGITS_MAX = 1_000  # more than any number means; Python reads 4,300 at most
blueprint = Blueprint("scanning_api", __name__, url_prefix="/api/v1")


def _whole(digits: str) -> int | Decimal:
    """Return a whole number of JSON; one too long to be an int is still a number, and objected to
    at its field alone.
    """
    return int(digits) if len(digits) <= INTEGER_DIGITS_MAX else Decimal(digits)


def read_json() -> dict[str, Any]:
    """Return the request's JSON object.

    Raises:
        Refusal: `api.not_json`.
    """
    try:
        body = json.loads(request.get_data(), parse_int=_whole)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refusal("api.not_json")
    return body


def _what_became_of_it(state: str) -> str:
    """Return what happens, or happened, with a scan that was laid before KOM."""
    if state == "posted":
        return gettext("KOM heeft de scan toch vastgelegd.")
    if state == "rejected":
        return gettext("KOM heeft de scan afgewezen.")
    if state == "withdrawn":
        return gettext("Ongedaan gemaakt.")
    return gettext("De scan is bewaard en voorgelegd aan KOM.")


def told(answer: Answer) -> dict[str, object]:
    """Return an answer as JSON, with its sentence in the user's language."""
    if answer.objections:
        message = " ".join(sentence(one, gettext) for one in answer.objections)
    elif answer.state == "withdrawn":
        message = gettext("Ongedaan gemaakt.")
    else:
        message = gettext("Vastgelegd.")
    if answer.outcome == "queued":
        message += " " + _what_became_of_it(answer.state)
    return {
        "id": answer.id,
        "outcome": answer.outcome,
        "repeated": answer.repeated,
        "state": answer.state or None,
        "code": answer.code,
        "message": message,
        "number": answer.number or None,
        "report": answer.report,
    }


@blueprint.post("/devices")
@describes("Meld een toestel aan", takes=DeviceBody, gives=DeviceAnswer, status=201)
def register_device() -> tuple[Response, int]:
    """Register the device that is going to send scans; a reinstalled one registers anew."""
    body = read_json()
    try:
        wanted = DeviceBody.model_validate(body)
    except ValidationError:
        refusal = field_refusal("api.field_invalid", "name", body.get("name"))
        refusal.facts["expected"] = gettext("Geef een naam van 1 tot en met 80 tekens.")
        raise refusal from None
    made = write(lambda session: devices.register(session, actor(), wanted.name, now_utc()))
    return jsonify(id=made.id, name=made.name), 201


@blueprint.post("/scans")
@describes("Stuur 1 tot en met 500 scans", takes=ScansBody, gives=ScansAnswer)
def receive_scans() -> Response:
    """Store and judge a batch; an answer for each event, in the same order."""
    body = read_json()
    events, device_id = body.get("events"), body.get("device")
    if not isinstance(device_id, str):
        raise field_refusal("api.field_invalid", "device", device_id)
    if not isinstance(events, list) or not events:
        refusal = field_refusal("api.field_invalid", "events", None)
        refusal.facts["expected"] = gettext("Geef een lijst van 1 tot en met 500 scans.")
        raise refusal
    if len(events) > BATCH_EVENTS_MAX:
        raise Refusal("api.batch_too_large", count=len(events), most=BATCH_EVENTS_MAX)
    read = [read_event(event, device_id) for event in events]
    return jsonify(answers=[told(answer) for answer in post(device_id, read)])


def post(device_id: str, events: list[Event]) -> list[Answer]:
    """Receive events in one transaction; when it cannot be stored, every answer says so."""
    try:
        return receive.receive(write, actor(), device_id, events, now_utc())
    except Refusal:
        raise  # the device may not send at all
    except Exception:  # noqa: BLE001  the device must know that it keeps what it sent
        _log.exception("a batch of %d events could not be stored", len(events))
        failed = (Refusal("scanning.not_stored"),)
        return [Answer(event.id, "failed", "", objections=failed) for event in events]


@blueprint.get("/scans/<event_id>")
@describes("Vraag wat er van een scan geworden is", gives=AnswerBody)
def show_scan(event_id: str) -> Response:
    """Return the present decision about one event of one's own; the office reads every one."""
    return jsonify(told(devices.present_decision(db.session(), actor(), event_id)))
