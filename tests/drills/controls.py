"""Take a guard out, so that a drill can be seen to fail. Nothing of this is in the product.

Each control works on an application of this process and puts everything back at its end, except an
index of the database, which is the drill's own.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, TypeVar
from unittest import mock

from flask import Flask
from sqlalchemy import bindparam, case, insert, or_, select, text, update
from sqlalchemy.orm import Session

from blueprints.scanning import api
from kombeheer.app import create_app
from kombeheer.rules.accounts import Actor
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import Event
from kombeheer.services.scanning import judging, lookup, receive, store
from kombeheer.services.scanning.lookup import Key, KnownSticker
from kombeheer.services.scanning.store import Answer
from kombeheer.services.stickers import ledger
from models import transaction
from models.scanning import ScanEvent
from models.stickers import Sticker
from models.transaction import Database

Result = TypeVar("Result")
ROW_PAUSE_SECONDS = 0.001
EARLY_SECONDS = 0.2
WRITERS = 16

# The guard of the ledger, but its condition on the account is always true: a number is moved from
# wherever it is, and so the count of rows is always right.
_UNGUARDED = (
    update(Sticker.core())
    .where(
        Sticker.series_id == bindparam("of_series"),
        Sticker.serial == bindparam("first"),
        or_(Sticker.account == bindparam("source"), Sticker.serial > 0),
    )
    .values(
        account=bindparam("target"),
        dealer_id=bindparam("answers"),
        issued_on=case(
            (bindparam("keeps_issue") == 1, Sticker.issued_on), else_=bindparam("issued")
        ),
    )
)
_PLAIN_INSERT = (
    insert(ScanEvent.core()).values(device_id=store._DEVICE).returning(ScanEvent.core().c.id)
)


@contextmanager
def without_guard(
    database: Database,
    pause: float,
    *,
    lock: bool = False,
    guard: bool = False,
    index: bool = False,
) -> Iterator[None]:
    """Read, wait `pause` seconds, then write what was read; what is True is left in its place.

    Out go: the lock on the rows that are read (`lock`), the condition of the ledger's UPDATE, and
    with it what its row count says (`guard`), and the unique index on a report's number (`index`).
    Each of them alone is enough to leave one holder. On SQLite the reading is moved before the
    transaction: inside it, SQLite itself refuses to write on what has changed since it was read.
    """
    if not index:
        with database.writer.begin() as connection:
            connection.execute(text("DROP INDEX IF EXISTS uq_report_number"))
    unguarded = ledger._GUARD_NUMBER if guard else _UNGUARDED
    with mock.patch.object(ledger, "_GUARD_NUMBER", unguarded):
        if lock:
            yield
            return
        reading = _reading_outside if database.is_sqlite else _reading_unlocked
        with reading(database, pause):
            yield


@contextmanager
def _reading_unlocked(_database: Database, pause: float) -> Iterator[None]:
    """Read the stickers in the transaction, without a lock, and wait."""

    def pausing(session: Session, keys: Iterable[Key], **_: bool) -> dict[Key, list[KnownSticker]]:
        found = lookup.load_stickers(session, keys, lock=False)
        time.sleep(pause)
        return found

    with mock.patch.object(judging, "load_stickers", pausing):
        yield


@contextmanager
def _reading_outside(database: Database, pause: float) -> Iterator[None]:
    """Read the stickers in a transaction of its own, wait, and judge by what was read."""

    def look(session: Session, events: Sequence[Event]) -> dict[Key, list[KnownSticker]]:
        readings = [judging.read(event.raw) for event in events]
        told = [found for found in readings if not isinstance(found, Refusal)]
        keys = [key for _, found in told for key in found]
        return lookup.load_stickers(session, keys, lock=False)

    with _looking_first(database, look, pause) as seen:

        def remembered(*_: object, **__: object) -> dict[Key, list[KnownSticker]]:
            return copy.deepcopy(seen())

        with mock.patch.object(judging, "load_stickers", remembered):
            yield


@contextmanager
def _looking_first(
    database: Database, look: Callable[[Session, Sequence[Event]], Result], pause: float
) -> Iterator[Callable[[], Result]]:
    """Have every request look before its transaction, and wait; yield what returns what it saw."""
    memory, post = threading.local(), api.post

    def looking(device_id: str, events: list[Event]) -> list[Answer]:
        with database.reading() as session:
            memory.seen = look(session, events)
        time.sleep(pause)
        return post(device_id, events)

    with mock.patch.object(api, "post", looking):
        yield lambda: memory.seen


@contextmanager
def with_deferred_transactions(database: Database) -> Iterator[None]:
    """On SQLite: begin without the write lock, read before writing, let many write at a time."""
    assert database.is_sqlite
    # In small letters it is the same to SQLite, and to us no reader, which could not write.
    writers = transaction._sqlite_engine(str(database.url), "deferred", WRITERS)

    def storing(session: Session, *more: Any) -> set[str]:
        session.execute(select(ScanEvent.id).limit(1))
        return store.store_new(session, *more)

    with mock.patch.object(database, "writer", writers), _in_place_of(receive, store_new=storing):
        yield
    writers.dispose()


@contextmanager
def with_look_before_insert(database: Database, pause: float) -> Iterator[None]:
    """Look which events are known, wait, then insert the others: no `on conflict do nothing`."""

    def look(session: Session, events: Sequence[Event]) -> set[str]:
        ids = [event.id for event in events]
        return set(session.execute(select(ScanEvent.id).where(ScanEvent.id.in_(ids))).scalars())

    with _looking_first(database, look, pause) as seen:

        def storing(
            session: Session, actor: Actor, device_id: str, events: Sequence[Event], now: datetime
        ) -> set[str]:
            unknown = [event for event in events if event.id not in seen()]
            return store.store_new(session, actor, device_id, unknown, now) if unknown else set()

        plain = dict.fromkeys(store._STORE, _PLAIN_INSERT)
        with _in_place_of(receive, store_new=storing), mock.patch.dict(store._STORE, plain):
            yield


@contextmanager
def with_unsorted_inserts() -> Iterator[None]:
    """Insert the events as they were sent, one by one, and let nobody try a deadlock again."""

    def storing(
        session: Session, actor: Actor, device_id: str, events: Sequence[Event], now: datetime
    ) -> set[str]:
        new: set[str] = set()
        for event in events:
            new |= store.store_new(session, actor, device_id, [event], now)
            time.sleep(ROW_PAUSE_SECONDS)
        return new

    with _in_place_of(receive, store_new=storing), _in_place_of(transaction, ATTEMPTS=1):
        yield


def _in_place_of(module: Any, **names: Any) -> AbstractContextManager[Any]:
    return mock.patch.multiple(module, **names)


def create_app_answering_early() -> Flask:
    """For a server of its own: the application, but it answers before it commits."""
    app = create_app()
    database: Database = app.extensions["database"]

    def early(work: Callable[[Session], Result]) -> Result:
        transacting = database.transaction()
        result = work(transacting.__enter__())
        threading.Timer(EARLY_SECONDS, transacting.__exit__, (None, None, None)).start()
        return result

    mock.patch.object(api, "write", early).start()
    return app
