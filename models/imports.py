"""Imports: what was asked, the file and the report of each, and the keys of an old administration.

A run is claimed with a lease, so that any process can do it, and goes on when another one ends.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kombeheer.rules.imports import RunState, Subject
from models.base import Base, BigId, Instant, PublicId, Symbol, one_of

_OPEN = "NOT is_trial AND state IN ('waiting', 'reading', 'writing')"


class ImportRun(Base):
    """A file that somebody wants tried, and then imported; one at a time is imported.

    `line_count` is how far it was read, `total_lines` how many lines it seems to have; `try_count`
    counts the claims, and so names the present one.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        one_of("state", RunState),
        Index(
            "uq_import_run_open",
            "is_trial",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(PublicId, unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    is_trial: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    file_name: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64))
    file_bytes: Mapped[int]
    total_lines: Mapped[int] = mapped_column(default=0)
    line_count: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)
    changed_count: Mapped[int] = mapped_column(default=0)
    same_count: Mapped[int] = mapped_column(default=0)
    error_count: Mapped[int] = mapped_column(default=0)
    remark_count: Mapped[int] = mapped_column(default=0)
    try_count: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class ImportPiece(Base):
    """A piece of a run's file or of its report, in order, of 1 MiB at most."""

    __tablename__ = "import_piece"

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Reference(Base):
    """By which key an old administration knew a subject, whose public id is `subject`."""

    __tablename__ = "reference"
    __table_args__ = (
        one_of("kind", Subject),
        Index("uq_reference_subject", "kind", "subject", unique=True),
    )

    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    reference: Mapped[str] = mapped_column(Symbol, primary_key=True)
    subject: Mapped[str] = mapped_column(PublicId)
