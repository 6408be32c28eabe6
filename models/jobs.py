"""What the timetable has run: one row per job and day, which is also the claim to run it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant


class JobRun(Base):
    """A job of a day in Amsterdam, stored in the transaction of its work: there or not at all."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime] = mapped_column(Instant)
    found_count: Mapped[int]
