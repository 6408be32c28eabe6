"""A page's scan: the event it makes, the device that its browser is, and the answer it gets."""

from __future__ import annotations

import uuid

from flask import request

from blueprints.database import db, write
from blueprints.guard import actor, signed_in
from kombeheer.clock import now_utc
from kombeheer.rules.scanning import (
    EVENT_ID_LENGTH_MAX,
    Event,
    EventKind,
    Source,
    Visit,
    canonical_body,
    visit_fields,
)
from kombeheer.services.scanning import devices, receive
from kombeheer.services.scanning.store import Answer

PAGE_NAMESPACE = uuid.UUID("6f8d9c1e-4f0a-5b7e-9c3d-2a1b0c9d8e7f")


def raw_bytes(text: str) -> bytes:
    """Return what was typed or scanned in a page as the bytes of a scan."""
    return text.encode("utf-8", "surrogatepass")


def sent(name: str) -> str:
    """Return an identifier that our own page has sent; empty when it cannot be one."""
    value = request.form.get(name, "")
    return value if value.isprintable() and len(value) <= EVENT_ID_LENGTH_MAX else ""


def page_event(
    kind: EventKind, raw: str, visit: Visit | None, corrects: str | None = None
) -> Event:
    """Return a page's scan; the same page sent twice makes the same event, another scan another."""
    now = now_utc()
    seed = f"{request.form.get('scan_token', '')[:64]}|{kind}|{raw}|{visit}|{corrects}"
    insists = request.form.get("insist", "")[:1]
    event_id = str(uuid.uuid5(PAGE_NAMESPACE, f"{seed}|{insists}"))
    device_id = f"page:{actor().user_id}"
    known = {
        "id": event_id,
        "device": device_id,
        "kind": kind,
        "corrects": corrects,
        "visit": None if visit is None else visit_fields(visit),
    }
    return Event(
        event_id,
        device_id,
        int(now.timestamp() * 1_000_000),
        now,
        Source.WEDGE,
        kind,
        raw_bytes(raw),
        visit,
        corrects,
        canonical_body(known, raw_bytes(raw), None),
    )


def page_device() -> str:
    """Return the id of the device that this browser is, registered at its first scan."""
    present, login, now = actor(), signed_in(), now_utc()
    assert login is not None
    device_id = devices.browser_id(login.session_id)
    if not devices.is_registered(db.session(), device_id):
        write(lambda writing: devices.register_browser(writing, present, device_id, now))
    return device_id


def send(event: Event, *, person_decides: bool) -> Answer:
    """Receive a page's scan as a batch of one."""
    [answer] = receive.receive(
        write, actor(), page_device(), [event], now_utc(), person_decides=person_decides
    )
    return answer
