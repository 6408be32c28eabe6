"""Do the runs of services/imports/runs: the thread of a page and `scheduler` both come here.

Nothing of a run stays in the memory of a process: when it ends halfway, another one begins anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from functools import partial
from threading import Thread

from sqlalchemy.orm import Session

from kombeheer.clock import now_utc
from kombeheer.importing import FileRefused, Source, kept, try_file, write_file
from kombeheer.rules.accounts import Actor
from kombeheer.rules.imports import Part, RunState
from kombeheer.services.imports import runs
from kombeheer.services.imports.judging import Chunk
from kombeheer.services.imports.lines import Finding
from kombeheer.services.imports.runs import Claim
from kombeheer.services.imports.telling import Report, Tally
from models.transaction import UNAVAILABLE, Database
from models.writing import count_rows

TELL_EVERY = timedelta(seconds=0.5)
SHOWN_MAX = 50  # rows of a report on its page

_log = logging.getLogger(__name__)


def start(database: Database) -> None:
    """Do what is to be done, beside the request that asks."""
    Thread(target=attend, args=(database,), name="imports", daemon=True).start()


def attend(database: Database) -> None:
    """Do what is to be done; a database that is away is tried again by whoever comes next."""
    try:
        do_free(database)
    except UNAVAILABLE as error:
        _log.error("the database did not answer: %s", getattr(error, "orig", error))


def do_free(database: Database) -> int:
    """Do every run that nobody does, one after another; return how many."""
    count = 0
    while True:
        with database.reading() as session:
            if not runs.is_any_free(session, now_utc()):
                return count
        claim = database.write(lambda session: runs.claim_next(session, now_utc()))
        if claim is None:
            return count
        _do(database, claim)
        count += 1


def _do(database: Database, claim: Claim) -> None:
    """Do a run; one that stops because the database is away, is taken up when its lease ends."""
    try:
        with (
            kept(claim.kind, claim.file_name, _pieces(database, claim)) as source,
            closing(Report(SHOWN_MAX)) as report,
        ):
            with database.reading() as session:
                actor = runs.actor_of(session, claim)
            _carry_out(database, actor, claim, source, report)
    except runs.Lost:
        _log.warning("import %s was taken up by another process", claim.run_id)
    except UNAVAILABLE as error:
        _log.error("the database did not answer: %s", getattr(error, "orig", error))
    except Exception:  # noqa: BLE001  it must not wait for somebody for ever
        _log.exception("import %s failed", claim.run_id)
        with suppress(runs.Lost, *UNAVAILABLE):
            database.write(
                lambda session: runs.end(session, claim, now_utc(), RunState.FAILED, Tally())
            )


def _pieces(database: Database, claim: Claim) -> Iterator[bytes]:
    with database.reading() as session:
        yield from runs.pieces(session, claim.run_id, Part.FILE)


def _carry_out(
    database: Database, actor: Actor, claim: Claim, source: Source, report: Report
) -> None:
    now = told_at = now_utc()

    def tell(tally: Tally, told: Chunk | Finding) -> None:
        nonlocal told_at
        report.add(tally, told)
        if now_utc() - told_at >= TELL_EVERY:
            told_at = now_utc()
            with suppress(*UNAVAILABLE):  # somebody writes for long; the next time then
                _go_on(database, claim, tally, RunState.READING)

    def end(session: Session, state: RunState, tally: Tally) -> None:
        found = (report.rows(), report.shown())
        runs.end(session, claim, now_utc(), state, tally, *found)

    judged = try_file(database, actor, now, source, tell)
    tally = judged.tally
    state = RunState.REFUSED if tally.errors else RunState.DONE
    if claim.is_trial or tally.errors or not (tally.new or tally.changed):
        database.write(lambda session: end(session, state, tally))
        return

    def write(session: Session) -> None:
        runs.hold(session, claim)
        written = write_file(session, actor, now, source, report.add, judged)
        end(session, RunState.DONE, written)

    _go_on(database, claim, tally, RunState.WRITING)
    try:
        database.write(write)
    except FileRefused as refused:
        database.write(partial(end, state=RunState.REFUSED, tally=refused.tally))
        return
    database.write(count_rows)


def _go_on(database: Database, claim: Claim, tally: Tally, state: RunState) -> None:
    database.write(lambda session: runs.go_on(session, claim, now_utc(), tally, state))
