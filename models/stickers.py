"""The sticker ledger: series, numbers, movements, their documents and the chain's head.

`movement` is the truth, `sticker` only its projection. Triggers refuse changes of a movement and
of a document.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.stickers import DocumentKind, MoveKind
from models.base import Base, BigId, Instant, PublicId, Symbol, one_of

_WIDE = "last_serial > first_serial"


class StickerSeries(Base):
    """The numbers of one year, or of an old stock; `shape` says what its digits look like."""

    __tablename__ = "sticker_series"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="period_forward"),
        CheckConstraint("width BETWEEN 3 AND 12", name="width_in_range"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    width: Mapped[int]
    has_check_digits: Mapped[bool]
    shape: Mapped[str] = mapped_column(String(16), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date]


class Sticker(Base):
    """Where one number is now, and which dealer answers for it."""

    __tablename__ = "sticker"
    __table_args__ = (
        Index("ix_sticker_account", "account", "series_id", "serial"),
        Index("ix_sticker_dealer", "dealer_id", "series_id", "serial"),
        CheckConstraint("serial > 0", name="serial_positive"),
    )

    series_id: Mapped[int] = mapped_column(ForeignKey("sticker_series.id"), primary_key=True)
    serial: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    account: Mapped[str] = mapped_column(Symbol)
    dealer_id: Mapped[int | None] = mapped_column(ForeignKey("dealer.id"))
    issued_on: Mapped[date | None]


class Document(Base):
    """The paper or page that a movement cites, and each version of a report. Append-only.

    The versions of one report share their reference: its id.
    """

    __tablename__ = "document"
    __table_args__ = (one_of("kind", DocumentKind),)

    id: Mapped[str] = mapped_column(PublicId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(60), index=True)
    version: Mapped[int] = mapped_column(default=1)
    dated_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str | None] = mapped_column(String(120))
    file_sha256: Mapped[str | None] = mapped_column(String(64))


class DocumentNumber(Base):
    """How far the counter behind the references of a kind of document has come in a year."""

    __tablename__ = "document_number"
    __table_args__ = (one_of("kind", DocumentKind),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Movement(Base):
    """A range of numbers that went from one account to another. Append-only."""

    __tablename__ = "movement"
    __table_args__ = (
        one_of("kind", MoveKind),
        CheckConstraint("first_serial > 0 AND last_serial >= first_serial", name="range_forward"),
        Index("ix_movement_range", "series_id", "first_serial", "last_serial"),
        # Few move more than one number: who asks after one number looks through these apart.
        Index(
            "ix_movement_wide",
            "series_id",
            "first_serial",
            "last_serial",
            sqlite_where=text(_WIDE),
            postgresql_where=text(_WIDE),
        ),
        Index("ix_movement_dealer", "dealer_id", "series_id", "effective_on"),
    )

    chain_number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12))
    series_id: Mapped[int] = mapped_column(ForeignKey("sticker_series.id"))
    first_serial: Mapped[int] = mapped_column(BigInteger)
    last_serial: Mapped[int] = mapped_column(BigInteger)
    source_account: Mapped[str] = mapped_column(String(32))
    target_account: Mapped[str] = mapped_column(String(32))
    dealer_id: Mapped[int | None] = mapped_column(ForeignKey("dealer.id"))
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), index=True)
    counters: Mapped[int | None] = mapped_column(ForeignKey("movement.chain_number"))
    canonical: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class ChainHead(Base):
    """The one row that says how long the chain is and what its last hash is."""

    __tablename__ = "chain_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chain_number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
