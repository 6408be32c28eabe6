"""Engines that share what SQLAlchemy compiled: each test has engines of its own, and would compile
every statement again that the application compiles once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

STATEMENTS = 5_000


class Sqlite(SQLiteDialect_pysqlite):
    supports_statement_cache = True
    compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=cls.compiled)


class Postgres(PGDialect_psycopg):
    supports_statement_cache = True
    compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)
    __eq__, __hash__ = Sqlite.__eq__, Sqlite.__hash__
    engine_created = Sqlite.engine_created


def share() -> None:
    """Every engine that is made from now on."""
    registry.register("sqlite", __name__, Sqlite.__name__)
    registry.register("postgresql.psycopg", __name__, Postgres.__name__)
