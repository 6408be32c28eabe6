"""Write rows of several tables together: in one statement where the database can.

PostgreSQL takes inserts as parts of another statement. A scan by itself writes one row in each of
many tables, and every statement that is saved is a way to the database and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Insert, Update, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite

from models.base import Base

Row = Mapping[str, Any]
Rows = Mapping[type[Base], Sequence[Row]]
# The tables, each with its columns and how many rows.
Shape = tuple[tuple[type[Base], tuple[str, ...], int], ...]
FEW_ROWS = 4  # of one table in one statement: each number is a statement of its own to prepare


def write_together(
    connection: Connection, rows: Rows, then: Update | None = None, values: Sequence[Row] = ()
) -> int:
    """Insert rows, table after table in the given order, then update; return how many it updated.

    Args:
        rows: per table; those of one table name the same columns. One of a table with
            `skips_known` is left out where a unique index has it already.
        then: an update that is run for each of the `values`, its parameters.
    """
    filled = {model: of_model for model, of_model in rows.items() if of_model}
    updates = then is not None and len(values) > 0
    few = max(map(len, filled.values()), default=0) <= FEW_ROWS and len(values) <= 1
    if connection.dialect.name == "postgresql" and few and len(filled) + updates > 1:
        told = dict(values[0]) if updates else {}
        for model, of_model in filled.items():
            for place, row in enumerate(of_model):
                told.update({_name(model, place, name): row[name] for name in row})
        shape = tuple((model, tuple(rows[0]), len(rows)) for model, rows in filled.items())
        return _count(connection.execute(_in_one(shape, then if updates else None), told))
    for model, of_model in filled.items():
        connection.execute(_insert(model, connection.dialect.name), of_model)
    return _count(connection.execute(then, values)) if then is not None and updates else 0


def _count(result: CursorResult[Any]) -> int:
    return result.rowcount


def _name(model: type[Base], place: int, column: str) -> str:
    return f"{model.__tablename__}_{place}_{column}"


@lru_cache(maxsize=64)
def _insert(model: type[Base], dialect: str) -> Insert:
    if not model.skips_known:
        return insert(model.core()).inline()
    makers = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return makers[dialect](model.core()).on_conflict_do_nothing().inline()


@lru_cache(maxsize=64)
def _in_one(shape: Shape, then: Update | None) -> Insert | Update:
    """Return one statement that inserts a few rows of each table, and updates."""
    inserts = [
        _insert(model, "postgresql").values(  # one each: many values at once are never kept
            {name: bindparam(_name(model, place, name)) for name in columns}
        )
        for model, columns, count in shape
        for place in range(count)
    ]
    last = inserts.pop() if then is None else then
    return last.add_cte(*(one.cte(f"in_{number}") for number, one in enumerate(inserts)))
