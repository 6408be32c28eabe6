"""Cases: whatever needs a person, with what the system knows and what was decided."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.cases import CaseKind, CaseState
from models.base import Base, BigId, Instant, one_of


class Case(Base):
    """A question for the office; a sticker is disputed in public while its case is opened."""

    __tablename__ = "office_case"
    __table_args__ = (
        one_of("kind", CaseKind),
        one_of("state", CaseState),
        ForeignKeyConstraint(["series_id", "serial"], ["sticker.series_id", "sticker.serial"]),
        Index("ix_office_case_state", "state", "due_on"),
        Index("ix_office_case_number", "series_id", "serial"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(12))
    event_id: Mapped[str | None] = mapped_column(ForeignKey("scan_event.id"), index=True)
    installation_id: Mapped[int | None] = mapped_column(ForeignKey("installation.id"), index=True)
    dealer_id: Mapped[int | None] = mapped_column(ForeignKey("dealer.id"), index=True)
    series_id: Mapped[int | None]
    serial: Mapped[int | None] = mapped_column(BigInteger)
    raised_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    decision: Mapped[str | None] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
