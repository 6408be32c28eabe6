"""Dealers, mechanics with their employment, farms with their identifiers and dealers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.parties import IdentifierKind
from models.base import Base, BigId, Instant, PublicId, one_of

# Few are: an index of all would be passed over for one of names.
_MERGED = "merged_into_id IS NOT NULL"


class Dealer(Base):
    """A milking-machine dealer: employs mechanics, buys stickers, answers for them."""

    __tablename__ = "dealer"
    __table_args__ = (Index("ix_dealer_name", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(PublicId, unique=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    street: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(10), default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(2), default="NL")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    ceased_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Instant)


class Mechanic(Base):
    """A service mechanic; which dealer employs him on a day is in `employment`.

    A double that was merged points to the one that stays.
    """

    __tablename__ = "mechanic"
    __table_args__ = (
        Index("ix_mechanic_name", "name"),
        Index(
            "ix_mechanic_merged",
            "merged_into_id",
            sqlite_where=text(_MERGED),
            postgresql_where=text(_MERGED),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(PublicId, unique=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("mechanic.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Employment(Base):
    """A mechanic with a dealer, from a day until an inclusive last day; open while None."""

    __tablename__ = "employment"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="period_forward"),
        Index("ix_employment_mechanic", "mechanic_id", "from_on"),
        Index("ix_employment_dealer", "dealer_id", "from_on"),
        Index(
            "uq_employment_open",
            "mechanic_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mechanic_id: Mapped[int] = mapped_column(ForeignKey("mechanic.id"))
    dealer_id: Mapped[int] = mapped_column(ForeignKey("dealer.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class Farm(Base):
    """A farm; a double that was merged points to the one that stays."""

    __tablename__ = "farm"
    __table_args__ = (
        Index("ix_farm_name", "name"),
        Index(
            "ix_farm_merged",
            "merged_into_id",
            sqlite_where=text(_MERGED),
            postgresql_where=text(_MERGED),
        ),
        Index(
            "ix_farm_ceased",
            "ceased_on",
            sqlite_where=text("ceased_on IS NOT NULL"),
            postgresql_where=text("ceased_on IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(PublicId, unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    ceased_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("farm.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


# How lists sort farms.
Index(
    "ix_farm_sorted",
    func.lower(Farm.name),
    Farm.id,
    sqlite_where=text("merged_into_id IS NULL"),
    postgresql_where=text("merged_into_id IS NULL"),
)


class FarmIdentifier(Base):
    """A number by which a farm is known elsewhere; no two farms share one."""

    __tablename__ = "farm_identifier"
    __table_args__ = (
        one_of("kind", IdentifierKind),
        Index("uq_farm_identifier_kind_value", "kind", "value", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    farm_id: Mapped[int] = mapped_column(ForeignKey("farm.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(String(20))


class Customer(Base):
    """A farm that a dealer serves, from a day until an inclusive last day; open while None."""

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="period_forward"),
        Index("ix_customer_farm", "farm_id"),
        Index(
            "uq_customer_open",
            "dealer_id",
            "farm_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dealer_id: Mapped[int] = mapped_column(ForeignKey("dealer.id"))
    farm_id: Mapped[int] = mapped_column(ForeignKey("farm.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
