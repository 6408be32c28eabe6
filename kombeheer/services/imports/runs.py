"""Runs: a file that somebody wants tried or imported, done by whichever process claims it.

A claim is a lease: it is renewed while the run goes on, and when it runs out another process may
take the run up, from the beginning. Who was too slow finds out (`Lost`) before he changes anything.
While a run writes its row is locked, so that nobody takes it up, however long it lasts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from io import SEEK_END
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import MACHINE, Actor
from kombeheer.rules.imports import OPEN_STATES, Part, RunState
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.accounts.login import actor_of_user
from kombeheer.services.imports.kinds import importer_of
from kombeheer.services.imports.telling import Tally
from kombeheer.services.listing import Page, Wanted, read_page
from kombeheer.tables.sheets import Row
from models.accounts import User
from models.base import new_public_id
from models.imports import ImportPiece, ImportRun
from models.writing import insert_rows

LEASE = timedelta(minutes=1)  # a run tells how far it is every second or so
TRIES_MAX = 3  # a file that ends every process that takes it up is given up
PIECE_BYTES = 1024 * 1024
KEPT = timedelta(days=30)  # long enough to come back to a report after a holiday


class Lost(Exception):
    """The lease ran out and somebody else took the run up; nothing more is to be done."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is ours to do; `number` tells this claim from every other one."""

    run_id: int
    number: int
    kind: str
    file_name: str
    is_trial: bool
    asked_by_id: int | None


def make_run(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    kind: str,
    file_name: str,
    file_sha256: str,
    file: BinaryIO,
) -> str:
    """Keep a file that somebody wants tried; return the public id of its run.

    Raises:
        Refusal: `imports.kind_unknown`.
    """
    importer_of(kind)
    run = ImportRun(
        public_id=new_public_id(),
        kind=kind,
        is_trial=True,
        state=RunState.WAITING,
        file_name=file_name,
        file_sha256=file_sha256,
        file_bytes=file.seek(0, SEEK_END),
        asked_at=now,
        asked_by_id=actor.user_id,
    )
    session.add(run)
    session.flush()
    file.seek(0)
    _keep(session, run.id, Part.FILE, iter(partial(file.read, PIECE_BYTES), b""))
    _record(session, actor, now, "imports.tried", run)
    return run.public_id


def enter(session: Session, actor: Actor, now: datetime, public_id: str) -> None:
    """Have a file that was tried without errors imported; one that is already, is left alone.

    Raises:
        Refusal: `imports.run_unknown`, also when its file is gone or nothing is to be imported;
            `imports.run_busy` while another one is.
    """
    run = run_of(session, public_id)
    session.refresh(run, with_for_update=True)
    if not run.is_trial:
        return
    if not may_enter(run) or not has_file(session, run):
        raise Refusal("imports.run_unknown")
    run.is_trial, run.state, run.try_count = False, RunState.WAITING, 0
    run.asked_at, run.asked_by_id = now, actor.user_id
    run.line_count, run.claimed_until, run.ended_at = 0, None, None
    try:
        session.flush()
    except IntegrityError:
        raise Refusal("imports.run_busy") from None
    _record(session, actor, now, "imports.asked", run)


def may_enter(run: ImportRun) -> bool:
    """Tell whether a run was a trial without errors, of something new."""
    is_tried = run.is_trial and run.state == RunState.DONE
    return is_tried and run.new_count + run.changed_count > 0


def has_file(session: Session, run: ImportRun) -> bool:
    """Tell whether the file of a run is still kept."""
    kept = exists().where(ImportPiece.run_id == run.id, ImportPiece.part == Part.FILE)
    return bool(session.execute(select(kept)).scalar())


def run_of(session: Session, public_id: str) -> ImportRun:
    """Return a run.

    Raises:
        Refusal: `imports.run_unknown`.
    """
    found = session.execute(select(ImportRun).where(ImportRun.public_id == public_id)).scalar()
    if found is None:
        raise Refusal("imports.run_unknown")
    return found


def list_runs(session: Session, wanted: Wanted) -> Page:
    """Return a page of (run, name of who asked for it), the newest first."""
    columns: list[Any] = [ImportRun, User.name]
    statement = select(*columns).outerjoin(User, User.id == ImportRun.asked_by_id)
    orders = {"asked": (ImportRun.asked_at, ImportRun.id)}
    newest_first = replace(wanted, sort="asked", descending=True)
    return read_page(session, statement, ImportRun.id, orders, newest_first)


def _free(now: datetime) -> ColumnElement[bool]:
    """Return the condition that nobody does a run that is to be done."""
    lapsed = and_(ImportRun.state.in_(OPEN_STATES), ImportRun.claimed_until < now)
    return or_(ImportRun.state == RunState.WAITING, lapsed)


def is_free(run: ImportRun, now: datetime) -> bool:
    """Tell whether a run is to be done, and nobody does it."""
    is_lapsed = run.claimed_until is not None and run.claimed_until < now
    return run.state == RunState.WAITING or (run.state in OPEN_STATES and is_lapsed)


def is_any_free(session: Session, now: datetime) -> bool:
    """Tell whether there is a run to do that nobody does."""
    return bool(session.execute(select(exists().where(_free(now)))).scalar())


def claim_next(session: Session, now: datetime) -> Claim | None:
    """Claim the run that waits longest and is done by nobody; None when there is none.

    One that was taken up too often, and never ended, fails.
    """
    waiting = select(ImportRun).where(_free(now)).order_by(ImportRun.asked_at, ImportRun.id)
    for run in session.scalars(waiting.with_for_update(skip_locked=True)):
        if run.try_count >= TRIES_MAX:
            run.state, run.ended_at, run.claimed_until = RunState.FAILED, now, None
            continue
        run.state, run.try_count, run.claimed_until = (
            RunState.READING,
            run.try_count + 1,
            now + LEASE,
        )
        _count(run, Tally())
        _drop_report(session, run.id)
        session.flush()
        return Claim(run.id, run.try_count, run.kind, run.file_name, run.is_trial, run.asked_by_id)
    return None


def actor_of(session: Session, claim: Claim) -> Actor:
    """Return who asked for a run."""
    user = session.get(User, claim.asked_by_id) if claim.asked_by_id is not None else None
    return actor_of_user(user) if user is not None else MACHINE


def go_on(session: Session, claim: Claim, now: datetime, tally: Tally, state: RunState) -> None:
    """Tell how far a run is, and renew its lease.

    Raises:
        Lost: the run is somebody else's by now.
    """
    run = hold(session, claim)
    run.state, run.claimed_until = state, now + LEASE
    _count(run, tally)


def hold(session: Session, claim: Claim) -> ImportRun:
    """Return a run, locked until the transaction ends.

    Raises:
        Lost: the run is somebody else's by now.
    """
    ours = (ImportRun.id == claim.run_id, ImportRun.try_count == claim.number)
    statement = select(ImportRun).where(*ours, ImportRun.state.in_(OPEN_STATES)).with_for_update()
    run = session.execute(statement).scalar()
    if run is None:
        raise Lost
    return run


def end(
    session: Session,
    claim: Claim,
    now: datetime,
    state: RunState,
    tally: Tally,
    rows: Iterable[Row] = (),
    shown: Sequence[Row] = (),
) -> None:
    """End a run, and keep its report: all rows, and those that people should see first.

    Raises:
        Lost: the run is somebody else's by now.
    """
    run = hold(session, claim)
    run.state, run.ended_at, run.claimed_until = state, now, None
    _count(run, tally)
    for part, of_part in ((Part.REPORT, rows), (Part.SHOWN, shown)):
        _keep(session, run.id, part, _packed(of_part))


def remove_old(session: Session, now: datetime) -> int:
    """Remove the files and reports of runs that ended long ago; return of how many."""
    ended = select(ImportRun.id).where(ImportRun.ended_at < now - KEPT)
    old = select(ImportPiece.run_id).where(ImportPiece.run_id.in_(ended)).distinct()
    ids = session.scalars(old).all()
    session.execute(delete(ImportPiece).where(ImportPiece.run_id.in_(ids)))
    return len(ids)


def pieces(session: Session, run_id: int, part: Part) -> Iterator[bytes]:
    """Yield a part of a run as it was kept, one piece at a time."""
    number = 0
    content = select(ImportPiece.content).where(
        ImportPiece.run_id == run_id, ImportPiece.part == part
    )
    while True:
        piece = session.execute(content.where(ImportPiece.number == number)).scalar()
        if piece is None:
            return
        yield piece
        number += 1


def rows(session: Session, run_id: int, part: Part) -> Iterator[Row]:
    """Yield the rows of a report in their order."""
    for piece in pieces(session, run_id, part):
        yield from map(json.loads, piece.splitlines())


def _count(run: ImportRun, tally: Tally) -> None:
    run.line_count, run.total_lines = tally.line, tally.line_count
    run.new_count, run.changed_count, run.same_count = tally.new, tally.changed, tally.same
    run.error_count, run.remark_count = tally.errors, tally.remarks


def _packed(of_part: Iterable[Row]) -> Iterator[bytes]:
    """Yield rows as lines of JSON, as many together as fit in a piece."""
    piece = bytearray()
    for row in of_part:
        line = json.dumps(row).encode() + b"\n"
        if piece and len(piece) + len(line) > PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
        piece += line
    if piece:
        yield bytes(piece)


def _keep(session: Session, run_id: int, part: Part, of_part: Iterable[bytes]) -> None:
    for number, content in enumerate(of_part):
        row = {"run_id": run_id, "part": part, "number": number, "content": content}
        insert_rows(session, ImportPiece, [row])


def _drop_report(session: Session, run_id: int) -> None:
    of_run = (ImportPiece.run_id == run_id, ImportPiece.part != Part.FILE)
    session.execute(delete(ImportPiece).where(*of_run))


def _record(session: Session, actor: Actor, now: datetime, action: str, run: ImportRun) -> None:
    told = {"file": run.file_name, "sha256": run.file_sha256}
    journal.record(session, actor, now, action, "import", run.kind, after=told)
