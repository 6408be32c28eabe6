"""Copies of a template database, used by one test after another as if each were new.

To make a database and to drop it costs PostgreSQL ten times what it costs to empty its tables. So
of a copy that comes back the sessions end, it gets another name, and its tables and sequences stand
as in the template again. One that is defined otherwise by then is dropped.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg

from tests.postgres import SECONDS_TO_STOP, Server

Connection = psycopg.Connection[Any]
_numbers = itertools.count(1)
USES = 100  # of one copy: emptying leaves old rows in the catalogs
OWN = "relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
TABLES = f"SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND {OWN}"
TOUCHED = f"{TABLES} AND pg_relation_size(oid) > 0"  # by rows that were rolled back too
SEQUENCES = f"SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S' AND {OWN}"
SET = "SELECT format('setval(%%L, %%s, %%L)', %s::text, last_value, is_called) FROM {}"
# What plans go by, of each table and index.
SIZES = f"SELECT concat_ws(',', oid, relpages, reltuples, relallvisible) FROM pg_class WHERE {OWN}"
SIZED = """
    UPDATE pg_class SET relpages = was.pages, reltuples = was.tuples, relallvisible = was.visible
    FROM (VALUES {}) AS was (oid, pages, tuples, visible) WHERE pg_class.oid = was.oid
    AND (relpages, reltuples, relallvisible) IS DISTINCT FROM (was.pages, was.tuples, was.visible)
"""
CATALOGS = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND NOT relisshared
    ORDER BY relname
"""
# Every definition is a row of a catalog: one that is new or changed is of a later transaction, one
# that is gone is missed in the count.
ROWS = "SELECT count(*), count(*) FILTER (WHERE age(xmin) < age('{}'::xid)) FROM pg_catalog.{}"
NOW = "SELECT pg_current_xact_id()::text"
SETTINGS = """
    SELECT concat(datdba, datconnlimit, datacl, datallowconn), (
        SELECT string_agg(concat(setrole, setconfig), ' ' ORDER BY setrole)
        FROM pg_db_role_setting WHERE setdatabase = pg_database.oid)
    FROM pg_database WHERE datname = current_database()
"""
ENDED = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = %s"


class Copy:
    """A database that nobody has used yet: what it holds, and how it is defined."""

    def __init__(self, server: Server, template: str) -> None:
        self.server, self.uses = server, 0
        self.name = _new_name(template)
        server.create_database(self.name, template=template)
        with server.connect(self.name) as connection:
            found = {name: _rows(connection, name) for name in _names(connection, TABLES)}
            self._rows = {name: rows for name, rows in found.items() if rows}
            sequences = _names(connection, SEQUENCES)
            sets = [_names(connection, SET.format(name), name)[0] for name in sequences]
            sizes = ", ".join(f"({one})" for one in _names(connection, SIZES))
            self._back = f"{SIZED.format(sizes)}; SELECT {', '.join(sets) or 'NULL'}"
            self._catalogs = _names(connection, CATALOGS)
            [self._since] = _names(connection, NOW)
            self._definitions = self._look(connection)

    def drop(self) -> None:
        self.server.drop_database(self.name)

    def restored(self) -> bool:
        """Whether all stands as in the template again; what is defined otherwise stays so."""
        with self.server.connect(self.name) as connection:
            if self._look(connection) != self._definitions:
                return False
            # Neither what is append-only nor a foreign key stands in the way of this session.
            connection.execute("SET session_replication_role = replica")
            if touched := _names(connection, TOUCHED):
                connection.execute("; ".join(f"DELETE FROM {name}" for name in touched))
                connection.execute(f"VACUUM (INDEX_CLEANUP, TRUNCATE) {', '.join(touched)}")
            if _names(connection, TOUCHED):
                return False
            connection.execute("SET allow_system_table_mods = on")
            connection.execute(self._back)
            for name, rows in self._rows.items():
                with connection.cursor().copy(f"COPY {name} FROM STDIN") as into:
                    into.write(rows)
            [self._since] = _names(connection, NOW)
        return True

    def _look(self, connection: Connection) -> list[Any]:
        rows = " UNION ALL ".join(ROWS.format(self._since, name) for name in self._catalogs)
        return [connection.execute(statement).fetchall() for statement in (SETTINGS, rows)]


class Copies:
    """The copies of one template, which nobody may be using while one is taken."""

    def __init__(self, server: Server, template: str) -> None:
        self._server, self._template = server, template
        self._waiting: list[Copy] = []

    @contextmanager
    def one(self) -> Iterator[str]:
        """The address of a database that equals the template; nobody knew its name before."""
        copy = self._waiting.pop() if self._waiting else Copy(self._server, self._template)
        with ExitStack() as otherwise:
            otherwise.callback(copy.drop)
            try:
                yield self._server.url(copy.name)
            finally:
                copy.uses += 1
                self._leave(copy)
                if copy.uses < USES and copy.restored():
                    self._waiting.append(copy)
                    otherwise.pop_all()

    def _leave(self, copy: Copy) -> None:
        """End its sessions, and give it a name that who used it does not know."""
        with self._server.connect() as connection:
            deadline = time.monotonic() + SECONDS_TO_STOP
            while _names(connection, ENDED, copy.name) and time.monotonic() < deadline:
                time.sleep(0.002)
            name = _new_name(self._template)
            connection.execute(f"ALTER DATABASE {copy.name} RENAME TO {name}")
            copy.name = name


def _new_name(template: str) -> str:
    return f"{template}_{next(_numbers)}"


def _names(connection: Connection, statement: str, *values: str) -> list[str]:
    return [name for (name,) in connection.execute(statement, values)]


def _rows(connection: Connection, table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT") as found:
        return b"".join(bytes(part) for part in found)
