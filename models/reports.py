"""Service reports: `report` is the present version; every version there was is a `document`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.reports import ReportState
from kombeheer.rules.scanning import Ending
from models.base import Base, Instant, PublicId, one_of

_NUMBERED = "series_id IS NOT NULL AND state <> 'withdrawn'"


class Report(Base):
    """A measurement and advice report; the dealer is who employed the mechanic that day."""

    __tablename__ = "report"
    __table_args__ = (
        one_of("ending", Ending),
        one_of("state", ReportState),
        CheckConstraint(
            "(ending = 'sticker') = (series_id IS NOT NULL AND serial IS NOT NULL)",
            name="number_iff_approved",
        ),
        ForeignKeyConstraint(["series_id", "serial"], ["sticker.series_id", "sticker.serial"]),
        Index(
            "uq_report_number",
            "series_id",
            "serial",
            unique=True,
            sqlite_where=text(_NUMBERED),
            postgresql_where=text(_NUMBERED),
        ),
        Index("ix_report_installation", "installation_id", "service_date"),
        Index("ix_report_dealer", "dealer_id", "service_date"),
        Index("ix_report_mechanic", "mechanic_id", "service_date"),
        Index("ix_report_recorded", "recorded_at"),
        Index("ix_report_service_date", "service_date"),
    )

    id: Mapped[str] = mapped_column(PublicId, primary_key=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    ending: Mapped[str] = mapped_column(String(12))
    service_date: Mapped[date]
    stop: Mapped[str] = mapped_column(String(64))
    installation_id: Mapped[int] = mapped_column(ForeignKey("installation.id"))
    mechanic_id: Mapped[int] = mapped_column(ForeignKey("mechanic.id"))
    dealer_id: Mapped[int] = mapped_column(ForeignKey("dealer.id"))
    series_id: Mapped[int | None]
    serial: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
