"""Tariffs, what was charged for which report, and the statements that told dealers so.

A charge is never changed: it is cancelled by an entry of its own, and another one may take its
place. Triggers see to it. What is charged once is a unique index among the charges that stand.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.billing import ChargeItem, ChargePeriod, ChargeScope, ChargeState
from models.base import Base, BigId, Instant, PublicId, one_of

_STANDING = "state = 'standing'"


class TariffRow(Base):
    """What each item costs from a day on, in whole cents, and what is charged once."""

    __tablename__ = "tariff"
    __table_args__ = (
        one_of("base_scope", ChargeScope),
        one_of("base_period", ChargePeriod),
        one_of("surcharge_scope", ChargeScope),
        one_of("surcharge_period", ChargePeriod),
        CheckConstraint(
            "base_cents >= 0 AND cow_cents >= 0 AND goat_cents >= 0 AND sheep_cents >= 0 "
            "AND jar_cents >= 0 AND meter_cents >= 0",
            name="amounts_positive",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(unique=True)
    base_cents: Mapped[int]
    cow_cents: Mapped[int]
    goat_cents: Mapped[int]
    sheep_cents: Mapped[int]
    jar_cents: Mapped[int]
    meter_cents: Mapped[int]
    base_scope: Mapped[str] = mapped_column(String(12))
    base_period: Mapped[str] = mapped_column(String(8))
    surcharge_scope: Mapped[str] = mapped_column(String(12))
    surcharge_period: Mapped[str] = mapped_column(String(8))
    remark: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ChargeRow(Base):
    """One item charged for a report, or the entry that cancels one (`counters`, amount below 0).

    `document_id` is the version of the report that gave rise to it. Dealer, site, installation,
    series and documents are those of the report, which holds the foreign keys.
    """

    __tablename__ = "charge"
    skips_known = True  # what is charged once, is charged to who comes first
    __table_args__ = (
        one_of("item", ChargeItem),
        one_of("state", ChargeState),
        CheckConstraint("(state = 'counter') = (counters IS NOT NULL)", name="counter_names"),
        CheckConstraint("(state = 'counter') = (amount_cents < 0)", name="counter_negative"),
        CheckConstraint("abs(amount_cents) = quantity * unit_cents", name="amount_multiplied"),
        Index(
            "uq_charge_once",
            "item",
            "scope",
            "period",
            unique=True,
            sqlite_where=text(_STANDING),
            postgresql_where=text(_STANDING),
        ),
        Index("ix_charge_dealer", "dealer_id", "service_date"),
        Index("ix_charge_report", "report_id"),
        Index(
            "uq_charge_counters",
            "counters",
            unique=True,
            sqlite_where=text("counters IS NOT NULL"),
            postgresql_where=text("counters IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    item: Mapped[str] = mapped_column(String(10))
    scope: Mapped[str] = mapped_column(String(48))
    period: Mapped[str] = mapped_column(String(10))
    tariff_id: Mapped[int] = mapped_column(ForeignKey("tariff.id"))
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"))
    document_id: Mapped[str] = mapped_column(PublicId)
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    site_id: Mapped[int] = mapped_column(BigInteger)
    installation_id: Mapped[int] = mapped_column(BigInteger)
    service_date: Mapped[date]
    series_id: Mapped[int | None]
    serial: Mapped[int | None] = mapped_column(BigInteger)
    quantity: Mapped[int]
    unit_cents: Mapped[int]
    amount_cents: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    counters: Mapped[int | None] = mapped_column(ForeignKey("charge.id"))
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"))


class Statement(Base):
    """What a dealer was told of a period, once: its charges name it, a later version adds to it.

    Total and count are of the whole period, as this version told it.
    """

    __tablename__ = "statement"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="period_forward"),
        UniqueConstraint("dealer_id", "from_on", "version"),
        Index("ix_statement_dealer", "dealer_id", "from_on", "until_on"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dealer_id: Mapped[int] = mapped_column(ForeignKey("dealer.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    version: Mapped[int]
    total_cents: Mapped[int]
    charge_count: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class StatementReport(Base):
    """A report as a statement told it: which version, and the day by which it is sorted."""

    __tablename__ = "statement_report"
    __table_args__ = (Index("ix_statement_report_day", "statement_id", "service_date"),)

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    service_date: Mapped[date]
