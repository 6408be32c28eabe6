"""Devices that send scans, and what became of a scan."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.services import journal
from kombeheer.services.scanning.store import Answer, answer_from
from models.scanning import Device, ScanDecision, ScanEvent

_OWNER = select(Device.user_id).where(
    Device.id == bindparam("device"), Device.shut_out_at.is_(None)
)
_DEVICE = Device.core()
_REGISTER = {
    "sqlite": sqlite.insert(_DEVICE).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_DEVICE).on_conflict_do_nothing(),
}


def register(session: Session, actor: Actor, name: str, now: datetime) -> Device:
    """Register a device for this user and return it."""
    assert actor.user_id is not None
    device = Device(id=str(uuid.uuid4()), user_id=actor.user_id, name=name, registered_at=now)
    session.add(device)
    session.flush()
    journal.record(
        session, actor, now, "scanning.device_registered", "device", device.id, after={"name": name}
    )
    return device


def browser_id(session_id: int) -> str:
    """Return the id of the device that one log-in session of a browser is."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"kombeheer:session:{session_id}"))


def is_registered(session: Session, device_id: str) -> bool:
    """Tell whether a device is known."""
    return session.get(Device, device_id) is not None


def register_browser(session: Session, actor: Actor, device_id: str, now: datetime) -> None:
    """Register a browser at its first scan; two of its tabs may do so at once."""
    values = {"id": device_id, "user_id": actor.user_id, "name": "Bezoekpagina"}
    statement = _REGISTER[session.get_bind().dialect.name]
    session.execute(statement, {**values, "registered_at": now})


def require_own(session: Session, actor: Actor, device_id: str) -> None:
    """Refuse a device that is unknown, shut out or another user's: `accounts.device_not_yours`."""
    owner = None
    if device_id.isprintable():  # else no database takes it
        owner = session.execute(_OWNER, {"device": device_id}).scalar()
    if owner is None or owner != actor.user_id:
        raise Refusal("accounts.device_not_yours", device=shown_text(device_id))


def present_decision(session: Session, actor: Actor, event_id: str) -> Answer:
    """Return what is decided about an event of one's own, or of one's dealer; the office sees all.

    Raises:
        Refusal: `api.not_found` also for another dealer's event.
    """
    if not event_id.isprintable():  # no database takes it
        raise Refusal("api.not_found")
    statement = (
        select(
            ScanEvent.id,
            ScanDecision.outcome,
            ScanDecision.state,
            ScanDecision.objections,
            ScanDecision.number,
            ScanDecision.report_id,
        )
        .join(ScanDecision, ScanDecision.event_id == ScanEvent.id)
        .where(ScanEvent.id == event_id)
    )
    if actor.role is not Role.OFFICE:
        own = [ScanEvent.user_id == actor.user_id]
        if actor.role is Role.DEALER:
            own.append(ScanDecision.dealer_id == actor.dealer_id)
        statement = statement.where(or_(*own))
    row = session.execute(statement).first()
    if row is None:
        raise Refusal("api.not_found")
    return answer_from(row, repeated=False)
