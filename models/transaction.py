"""The database as the application sees it: many readers, and one way to write.

Not here: what is read or written, and Flask.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

try:
    import psycopg
    from psycopg import _queries as driver_queries
except ImportError:  # where there is no driver for PostgreSQL
    driver_queries = None

Result = TypeVar("Result")
ATTEMPTS = 3
READERS = 16
WRITERS = 3  # of one process on PostgreSQL: all meet at the chain's head, more stand in the way
READER_CACHE_KIB = 8_192  # of SQLite; in its own 2,000 no list of the whole country is counted
PATIENCE_SECONDS = 20  # for a connection; who waits longer is told that it is too busy
_BEFORE_COMMIT = "before_commit"
UNAVAILABLE = (OperationalError, exc.TimeoutError)  # the database is away, or too busy
# A scan by itself is one statement, longer and of more parameters than the driver would remember.
STATEMENT_LENGTH, STATEMENT_PARAMETERS = 16_384, 128
# Of a reader on PostgreSQL: after how many times a statement is prepared, and how many stay so.
PREPARED_AFTER, PREPARED_MAX = 1, 500
_RETRY_CODES = {"40001", "40P01"}  # serialization failure, deadlock


def before_commit(session: Session, work: Callable[[Session], None]) -> None:
    """Have `work` run once, as the last thing before this session's transaction commits."""
    waiting = session.info.setdefault(_BEFORE_COMMIT, [])
    if work not in waiting:
        waiting.append(work)


def _sqlite_engine(url: str, begin: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=PATIENCE_SECONDS,
        connect_args={"timeout": 30, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver opens no transaction by itself
        settings = ["journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"]
        if begin == "DEFERRED":
            settings += ["query_only=ON", f"cache_size=-{READER_CACHE_KIB}"]
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine


def _kept_prepared(engine: Engine) -> None:
    """Have the transactions of a reader end by COMMIT: there is nothing to undo.

    At a ROLLBACK the driver forgets the statements it prepared, and every query would be planned
    anew: of seven tables that takes longer than to answer it.
    """

    class Reading(psycopg.Connection[Any]):
        def rollback(self) -> None:
            self.commit()

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        made = Reading.connect(*arguments, **options)
        made.prepare_threshold, made.prepared_max = PREPARED_AFTER, PREPARED_MAX
        return made


class Database:
    """One foundation's database: `reader` never writes, `transaction()` opens the one writer.

    `glance` is for a single look-up that needs no transaction around it.

    On SQLite the writer is a pool of one connection that takes the write lock at once, so that
    writers queue fairly and no update is lost; readers see a snapshot and never wait. On PostgreSQL
    a few write at a time; who comes later waits here for his turn, and holds no lock meanwhile.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.writer = _sqlite_engine(url, "IMMEDIATE", 1)
            self.reader = _sqlite_engine(url, "DEFERRED", READERS)
            self.glance = self._readers = self.reader
            return
        if driver_queries is not None:
            driver_queries.MAX_CACHED_STATEMENT_LENGTH = STATEMENT_LENGTH
            driver_queries.MAX_CACHED_STATEMENT_PARAMS = STATEMENT_PARAMETERS
        pool: dict[str, Any] = {"max_overflow": 0, "pool_timeout": PATIENCE_SECONDS}
        self.writer = create_engine(url, pool_size=WRITERS, **pool)
        # The connection that was used last is taken first: it has most of what is asked prepared.
        self._readers = create_engine(url, pool_size=READERS, pool_use_lifo=True, **pool)
        _kept_prepared(self._readers)
        self.reader = self._readers.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self.glance = self._readers.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def is_writing(self) -> bool:
        """Tell whether this process writes now, so that who comes has to wait for it."""
        return self.is_sqlite and self.writer.pool.checkedout() > 0

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield the session of one writing transaction; commit at its end, undo on any error.

        What was asked with `before_commit` runs last, in order.
        """
        with Session(self.writer, expire_on_commit=False) as session, session.begin():
            yield session
            for work in session.info.pop(_BEFORE_COMMIT, ()):
                work(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that sees one unchanging state and cannot write."""
        with Session(self.reader) as session:
            yield session

    def write(self, work: Callable[[Session], Result]) -> Result:
        """Return what `work` returns after its transaction is committed.

        A deadlock or a serialization failure is tried again, three times in all; `work` must
        therefore touch nothing but the session.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.transaction() as session:
                    return work(session)
            except OperationalError as error:
                if attempt == ATTEMPTS or getattr(error.orig, "sqlstate", "") not in _RETRY_CODES:
                    raise
                time.sleep(0.01 * attempt)
        raise AssertionError("the loop returns or raises")

    def dispose(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self._readers.dispose()
