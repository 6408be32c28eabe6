"""Sites and the installations on them, with what kind they were on which day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.sites import InstallationState, ParlourType, Species
from models.base import Base, BigId, Instant, PublicId, one_of


class Site(Base):
    """A place of a farm where milk is drawn; the base fee is charged per site."""

    __tablename__ = "site"
    __table_args__ = (Index("ix_site_postcode", "postcode"), Index("ix_site_place", "place"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(PublicId, unique=True)
    farm_id: Mapped[int] = mapped_column(ForeignKey("farm.id"), index=True)
    street: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(10), default="")
    place: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(String(2), default="NL")
    created_at: Mapped[datetime] = mapped_column(Instant)


class Installation(Base):
    """A milking installation: the unit of one test, one report and one sticker."""

    __tablename__ = "installation"
    __table_args__ = (
        one_of("state", InstallationState),
        Index("ix_installation_state", "state"),
        Index(
            "ix_installation_ceased",
            "ceased_on",
            sqlite_where=text("ceased_on IS NOT NULL"),
            postgresql_where=text("ceased_on IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(PublicId, unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    name: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[str] = mapped_column(String(12))
    ceased_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Instant)


class InstallationConfiguration(Base):
    """What an installation was from a day until an inclusive last day; open while None."""

    __tablename__ = "installation_configuration"
    __table_args__ = (
        one_of("parlour_type", ParlourType),
        one_of("species", Species),
        CheckConstraint("unit_count BETWEEN 1 AND 200", name="units_in_range"),
        CheckConstraint("vacuum_pump_count BETWEEN 1 AND 20", name="pumps_in_range"),
        CheckConstraint("cleaning_facility_count BETWEEN 1 AND 20", name="facilities_in_range"),
        CheckConstraint("box_count BETWEEN 0 AND 20", name="boxes_in_range"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="period_forward"),
        Index("ix_installation_configuration_from", "installation_id", "from_on"),
        Index(
            "uq_installation_configuration_open",
            "installation_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    installation_id: Mapped[int] = mapped_column(ForeignKey("installation.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    parlour_type: Mapped[str] = mapped_column(String(16))
    species: Mapped[str] = mapped_column(String(8))
    unit_count: Mapped[int]
    vacuum_pump_count: Mapped[int] = mapped_column(default=1)
    cleaning_facility_count: Mapped[int] = mapped_column(default=1)
    box_count: Mapped[int] = mapped_column(default=0)
    delivered_or_renovated_on: Mapped[date | None]


class LeniencyPeriod(Base):
    """Days agreed with KKM on which no installation is beyond its last term; both included."""

    __tablename__ = "leniency_period"
    __table_args__ = (CheckConstraint("until_on >= from_on", name="period_forward"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
