"""Service reports: `report` is the present version; every version there was is a `document`.

What is measured and told stands in `report_detail`, which a report has once somebody filled it in.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.reports import BatchState, LatenessCause, Norm, ReportState, ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ParlourType, Species
from models.base import Base, BigId, Instant, PublicId, Tenths, one_of

_ON_PAPER = "batch_id IS NOT NULL"
_INCOMPLETE = "state = 'incomplete'"
_NUMBERED = "series_id IS NOT NULL AND state <> 'withdrawn'"
_WITHDRAWN = "state = 'withdrawn'"
_CAUSED = "lateness_cause IS NOT NULL"


class PaperBatch(Base):
    """The paper reports of one dealer that came in together; `announced_count` is of the stack."""

    __tablename__ = "paper_batch"
    __table_args__ = (
        one_of("state", BatchState),
        CheckConstraint("announced_count >= 1", name="announced_positive"),
        Index("ix_paper_batch_dealer", "dealer_id", "received_on"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), unique=True)
    reference: Mapped[str] = mapped_column(String(60), unique=True)
    dealer_id: Mapped[int] = mapped_column(ForeignKey("dealer.id"))
    received_on: Mapped[date]
    announced_count: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    difference_reason: Mapped[str] = mapped_column(Text, default="")


class Report(Base):
    """A measurement and advice report; the dealer is who employed the mechanic that day.

    Site, parlour type, species and units are those of the installation on the service date, and
    stay so when it moves or changes.
    """

    __tablename__ = "report"
    __table_args__ = (
        one_of("kind", ServiceKind),
        one_of("ending", Ending),
        one_of("state", ReportState),
        one_of("parlour_type", ParlourType),
        one_of("species", Species),
        CheckConstraint("(kind = 'limited') = (ending = 'kb')", name="kb_iff_limited"),
        CheckConstraint("unit_count BETWEEN 1 AND 200", name="units_in_range"),
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
        Index(
            "ix_report_withdrawn_number",
            "series_id",
            "serial",
            sqlite_where=text(_WITHDRAWN),
            postgresql_where=text(_WITHDRAWN),
        ),
        # It tells by itself which was the latest major service, of every installation at once.
        Index("ix_report_services", "installation_id", "service_date", "kind", "state"),
        Index("ix_report_dealer", "dealer_id", "service_date"),
        Index("ix_report_mechanic", "mechanic_id", "service_date"),
        Index("ix_report_recorded", "recorded_at"),
        # Those of a period are counted without looking at each.
        Index("ix_report_day", "service_date", "ending", "state", "kind", "installation_id"),
        Index(
            "ix_report_batch",
            "batch_id",
            sqlite_where=text(_ON_PAPER),
            postgresql_where=text(_ON_PAPER),
        ),
        Index(
            "ix_report_incomplete",
            "received_on",
            sqlite_where=text(_INCOMPLETE),
            postgresql_where=text(_INCOMPLETE),
        ),
    )

    id: Mapped[str] = mapped_column(PublicId, primary_key=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(8))
    ending: Mapped[str] = mapped_column(String(12))
    service_date: Mapped[date]
    stop: Mapped[str] = mapped_column(String(64))
    site_id: Mapped[int] = mapped_column(BigInteger)
    installation_id: Mapped[int] = mapped_column(ForeignKey("installation.id"))
    parlour_type: Mapped[str] = mapped_column(String(16))
    species: Mapped[str] = mapped_column(String(8))
    unit_count: Mapped[int]
    mechanic_id: Mapped[int] = mapped_column(ForeignKey("mechanic.id"))
    dealer_id: Mapped[int] = mapped_column(ForeignKey("dealer.id"))
    series_id: Mapped[int | None]
    serial: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    received_on: Mapped[date]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("paper_batch.id"))


class ReportDetail(Base):
    """What completes a report, and the norm and template it was judged by (R44b, R72)."""

    __tablename__ = "report_detail"
    __table_args__ = (
        one_of("norm", Norm),
        one_of("lateness_cause", LatenessCause),
        CheckConstraint("jars_verified >= 0 AND meters_verified >= 0", name="verified_positive"),
        Index(
            "ix_report_detail_cause",
            "report_id",
            "lateness_cause",
            sqlite_where=text(_CAUSED),
            postgresql_where=text(_CAUSED),
        ),
    )

    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"), primary_key=True)
    norm: Mapped[str] = mapped_column(String(12))
    limits_from: Mapped[date]
    template: Mapped[str] = mapped_column(String(20))
    delivered_on: Mapped[date | None]
    pump_made_on: Mapped[date | None]
    rubrics_comply: Mapped[bool | None]
    rubrics_comply_earlier: Mapped[bool | None]
    wash_start: Mapped[Decimal | None] = mapped_column(Tenths)
    wash_end: Mapped[Decimal | None] = mapped_column(Tenths)
    wash_judgement: Mapped[str] = mapped_column(Text, default="")
    is_dry: Mapped[bool] = mapped_column(default=False)
    is_visible: Mapped[bool] = mapped_column(default=False)
    is_near: Mapped[bool] = mapped_column(default=False)
    kkm_visited_on: Mapped[date | None]
    repair_by: Mapped[date | None]
    stamped_on: Mapped[date | None]
    stamp_initials: Mapped[str] = mapped_column(String(8), default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    advice: Mapped[str] = mapped_column(Text, default="")
    advises_coming_norm: Mapped[bool] = mapped_column(default=False)
    lateness_cause: Mapped[str | None] = mapped_column(String(12))
    jars_verified: Mapped[int] = mapped_column(default=0)
    meters_verified: Mapped[int] = mapped_column(default=0)
