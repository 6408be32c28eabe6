"""Devices, what they scanned, and what was decided about it.

`scan_event` is what was sent and never changes; `scan_decision` is what became of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.scanning import EventState, Outcome
from models.base import Base, Instant, PublicId, one_of


class Device(Base):
    """A browser, phone or scanner station that sends scans for one user."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    registered_at: Mapped[datetime] = mapped_column(Instant)
    shut_out_at: Mapped[datetime | None] = mapped_column(Instant)


class ScanEvent(Base):
    """One scan as it was sent, stored before it is judged. Append-only."""

    __tablename__ = "scan_event"
    __table_args__ = (CheckConstraint("raw_length >= 0", name="length_positive"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    origin_device: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(BigInteger)
    captured_at: Mapped[datetime | None] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    raw: Mapped[bytes] = mapped_column(LargeBinary(512))
    raw_length: Mapped[int]
    raw_sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12))
    corrects: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    body_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class ScanDecision(Base):
    """What was answered to an event and what it is now."""

    __tablename__ = "scan_decision"
    __table_args__ = (one_of("outcome", Outcome), one_of("state", EventState))

    event_id: Mapped[str] = mapped_column(ForeignKey("scan_event.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    code: Mapped[str | None] = mapped_column(String(60))
    objections: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(String(20))
    series_id: Mapped[int | None]
    serial: Mapped[int | None] = mapped_column(BigInteger)
    installation_id: Mapped[int | None] = mapped_column(ForeignKey("installation.id"))
    dealer_id: Mapped[int | None] = mapped_column(ForeignKey("dealer.id"))
    report_id: Mapped[str | None] = mapped_column(PublicId, index=True)
    decided_at: Mapped[datetime] = mapped_column(Instant)


class ScanConflict(Base):
    """Another body that came under an id that was already used. Append-only."""

    __tablename__ = "scan_conflict"

    event_id: Mapped[str] = mapped_column(ForeignKey("scan_event.id"), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    received_at: Mapped[datetime] = mapped_column(Instant)
    raw: Mapped[bytes] = mapped_column(LargeBinary(512))
    body: Mapped[str] = mapped_column(Text)
