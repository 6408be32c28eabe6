"""The jobs of the timetable: what is done every night, once, by whichever process comes first.

A job asks the database what is due, so that one run makes up for every night that was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kombeheer.rules.calendar import AMSTERDAM
from kombeheer.services.cases import raising
from kombeheer.services.imports import runs
from models.jobs import JobRun
from models.transaction import Database

_COUNTED = {"preserve_rowcount": True}  # of an insert it is not told else
_CLAIM = {
    "sqlite": sqlite.insert(JobRun.core()).on_conflict_do_nothing().execution_options(**_COUNTED),
    "postgresql": postgresql.insert(JobRun.core())
    .on_conflict_do_nothing()
    .execution_options(**_COUNTED),
}


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done once a day.

    Args:
        name: of at most 40 signs; with the day it is the claim, so it never changes.
        at: from what time of the day in Amsterdam.
        work: does it, in a transaction that is not its own; returns how many it found.
    """

    name: str
    at: time
    work: Callable[[Session, datetime], int]


@dataclass(frozen=True, slots=True)
class Ran:
    """A job that was run now: for which day, and how many it found."""

    job: str
    day: date
    found_count: int


JOBS = (
    Job("reports_overdue", time(3, 30), raising.raise_overdue),
    Job("import_files", time(4, 0), runs.remove_old),
)


def due_day(job: Job, now: datetime) -> date:
    """Return the last day for which a job is due: today from its time on, else yesterday."""
    local = now.astimezone(AMSTERDAM)
    return local.date() if local.time() >= job.at else local.date() - timedelta(days=1)


def run_job(session: Session, job: Job, day: date, now: datetime) -> Ran | None:
    """Claim a job for a day and do it; None when it was done already.

    Claim and work are one transaction: who comes second waits for the first, and finds it done or,
    when that one failed, does it himself.
    """
    row = {"job": job.name, "day": day, "ran_at": now, "found_count": 0}
    claim = _CLAIM[session.get_bind().dialect.name]
    if session.connection().execute(claim, row).rowcount == 0:
        return None
    found_count = job.work(session, now)
    session.execute(
        update(JobRun)
        .where(JobRun.job == job.name, JobRun.day == day)
        .values(found_count=found_count)
    )
    return Ran(job.name, day, found_count)


def run_due(database: Database, now: datetime, jobs: Sequence[Job] = JOBS) -> Iterator[Ran]:
    """Run what is due and not done yet, each in a transaction of its own."""
    for job in jobs:
        day = due_day(job, now)
        with database.reading() as session:
            done = session.execute(
                select(JobRun.job).where(JobRun.job == job.name, JobRun.day == day)
            ).first()
        if done is None:
            ran = database.write(partial(run_job, job=job, day=day, now=now))
            if ran is not None:
                yield ran
