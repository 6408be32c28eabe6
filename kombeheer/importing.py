"""Take over a file: judge it while nobody waits, then write it in one transaction, or not at all.

The terminal, the pages and the scheduler all do it here. A trial only reads.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO

from sqlalchemy import text
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.imports import FILE_BYTES_MAX, Outcome
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.imports.judging import Chunk, Importer, judged_chunks
from kombeheer.services.imports.kinds import importer_of, others
from kombeheer.services.imports.lines import Finding, find_heads
from kombeheer.services.imports.telling import Tally
from kombeheer.tables.reading import opened
from models.transaction import Database
from models.writing import count_rows

Told = Callable[[Tally, "Chunk | Finding"], None]
# While one writes a file no other change is journalled, and so none is made.
_ALONE = text("LOCK TABLE journal_entry IN SHARE ROW EXCLUSIVE MODE")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to take over.

    Args:
        file: its bytes, which nobody else can change.
        name: what it is called for people, also in the journal.
        sha256: of its bytes, as 64 hexadecimal digits.
    """

    kind: str
    file: BinaryIO
    name: str
    sha256: str


class FileRefused(Exception):
    """A file that has errors; nothing of it was written."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(f"{tally.errors} errors")
        self.tally = tally


@contextmanager
def kept(kind: str, name: str, pieces: Iterable[bytes]) -> Iterator[Source]:
    """Keep a file where nobody sees it, and where it is gone with the process, however that ends.

    Of one that is too large no more is kept than it takes to see so.
    """
    found = sha256()
    with tempfile.TemporaryFile() as file:
        for piece in pieces:
            file.write(piece)
            found.update(piece)
            if file.tell() > FILE_BYTES_MAX:
                break
        yield Source(kind, file, name, found.hexdigest())


def require_readable(source: Source) -> None:
    """Look at the beginning of a file, at once.

    Raises:
        Refusal: it cannot be opened, or its heads are not those of its kind.
    """
    columns = importer_of(source.kind).columns
    with opened(source.file) as table:
        find_heads(table.lines, columns, dict(others(source.kind)))


@dataclass(slots=True)
class Judgement:
    """What a file says, at one state of the register.

    Args:
        plans: for each chunk what is new and what is changed, for the importer to write.
        mark: how much was in the journal; whatever changes adds to it.
    """

    tally: Tally
    plans: list[tuple[list[Any], list[Any]]]
    mark: int


def try_file(
    database: Database, actor: Actor, now: datetime, source: Source, tell: Told
) -> Judgement:
    """Judge a file without writing; `tell` hears of each chunk, and of what ends the reading."""
    with database.reading() as session:
        return _judge(session, actor, now, source, tell)


def take_over(database: Database, actor: Actor, now: datetime, source: Source, tell: Told) -> Tally:
    """Judge a file, and when nothing is wrong with it write all of it in one transaction.

    What was judged holds while nobody wrote; else it is judged again before it is written.

    Raises:
        FileRefused: it has errors, or got them between the judging and the writing.
    """
    judged = try_file(database, actor, now, source, tell)
    if judged.tally.errors:
        raise FileRefused(judged.tally)
    if not judged.tally.new and not judged.tally.changed:
        return judged.tally
    tally = database.write(lambda session: write_file(session, actor, now, source, tell, judged))
    database.write(count_rows)
    return tally


@contextmanager
def _kept_aside() -> Iterator[Callable[[], None]]:
    """Yield what spares the garbage collector all that there is so far, until the end.

    A file leaves a million things that are kept and hold no cycle. To go through all of them again
    and again would be a sixth of the work.
    """
    try:
        yield gc.freeze
    finally:
        gc.unfreeze()


def _judge(session: Session, actor: Actor, now: datetime, source: Source, tell: Told) -> Judgement:
    judged = Judgement(Tally(), [], journal.count_entries(session))
    importer = _importer(session, actor, now, source)
    try:
        with opened(source.file) as table, _kept_aside() as keep_aside:
            judged.tally.line_count = table.line_count
            for chunk in judged_chunks(
                importer, table.lines, others(source.kind), is_ragged=table.is_ragged
            ):
                judged.tally.add(chunk)
                tell(judged.tally, chunk)
                plans = chunk.plans(Outcome.NEW), chunk.plans(Outcome.CHANGED)
                judged.plans += [plans] if any(plans) else []
                session.expunge_all()  # what was loaded for this chunk need not be kept
                keep_aside()
            for refusal in table.remarks:
                tell(judged.tally, judged.tally.find(refusal, is_remark=True))
    except Refusal as refusal:
        tell(judged.tally, judged.tally.find(refusal))
    return judged


def _importer(session: Session, actor: Actor, now: datetime, source: Source) -> Importer:
    return importer_of(source.kind)(session, actor, now, file_name=source.name)


def wait_for_others(session: Session) -> None:
    """Wait until nobody else writes, and let nobody begin; on SQLite who writes is alone anyway.

    Else what somebody does between the judging and the writing would not be seen.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ALONE)


def write_file(
    session: Session,
    actor: Actor,
    now: datetime,
    source: Source,
    tell: Told,
    judged: Judgement,
) -> Tally:
    """Write what was judged, in the transaction of who asks; judge it anew if somebody wrote.

    Raises:
        FileRefused: it got errors since, of which `tell` hears; the transaction must be undone.
    """
    wait_for_others(session)
    if journal.count_entries(session) != judged.mark:
        judged = _judge(session, actor, now, source, tell)
        if judged.tally.errors:
            raise FileRefused(judged.tally)
    importer, tally = _importer(session, actor, now, source), judged.tally
    try:
        with _kept_aside() as keep_aside:
            for new, changed in judged.plans:
                importer.write(new, changed)
                session.expunge_all()
                keep_aside()
    except Refusal as refusal:
        tell(tally, tally.find(refusal))
        raise FileRefused(tally) from None
    journal.record(
        session,
        actor,
        now,
        "imports.taken_over",
        "import",
        source.kind,
        after={
            "file": source.name,
            "sha256": source.sha256,
            "new": tally.new,
            "changed": tally.changed,
        },
    )
    return tally
