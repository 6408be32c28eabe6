"""Certificates and their modules, as the office enters them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.certification import Country, Module
from models.base import Base, BigId, Instant, one_of


class Certificate(Base):
    """A mechanic's certificate: who issued it, its first and last valid day, both included."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="period_forward"),
        one_of("country", Country),
        Index("ix_certificate_mechanic", "mechanic_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mechanic_id: Mapped[int] = mapped_column(ForeignKey("mechanic.id"))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    country: Mapped[str] = mapped_column(String(2), default=Country.NL)
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(Instant)


class CertificateModule(Base):
    """A module that a certificate holds."""

    __tablename__ = "certificate_module"
    __table_args__ = (one_of("module", Module),)

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    module: Mapped[str] = mapped_column(String(12), primary_key=True)
