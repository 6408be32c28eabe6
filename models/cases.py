"""Cases: whatever needs a person, with what the system knows and what was decided."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.cases import CaseKind, CaseOwner, CaseState
from models.base import Base, BigId, Instant, PublicId, one_of

_OPEN_ABOUT_REPORT = "report_id IS NOT NULL AND state <> 'decided'"


class Case(Base):
    """A question for a person; a sticker is disputed in public while its case is opened.

    `content` is what the system knows beside the rows it names, as JSON; `taken_by` has it in hand.
    """

    __tablename__ = "office_case"
    __table_args__ = (
        one_of("kind", CaseKind),
        one_of("state", CaseState),
        one_of("owner", CaseOwner),
        ForeignKeyConstraint(["series_id", "serial"], ["sticker.series_id", "sticker.serial"]),
        Index("ix_office_case_state", "state", "due_on"),
        Index("ix_office_case_number", "series_id", "serial"),
        Index(
            "uq_office_case_report",
            "report_id",
            "kind",
            unique=True,
            sqlite_where=text(_OPEN_ABOUT_REPORT),
            postgresql_where=text(_OPEN_ABOUT_REPORT),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(12))
    owner: Mapped[str] = mapped_column(String(8))
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    event_id: Mapped[str | None] = mapped_column(ForeignKey("scan_event.id"), index=True)
    report_id: Mapped[str | None] = mapped_column(PublicId)
    content: Mapped[str] = mapped_column(Text, default="")
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
