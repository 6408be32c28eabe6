"""Write rows of several tables together: in one statement where the database can.

PostgreSQL takes inserts as parts of another statement. A scan by itself writes one row in each of
many tables, and every statement that is saved is a way to the database and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Insert, Update, bindparam, insert

from models.base import Base

Row = Mapping[str, Any]
Rows = Mapping[type[Base], Sequence[Row]]
Shape = tuple[tuple[type[Base], tuple[str, ...]], ...]  # the tables, each with its columns


def write_together(
    connection: Connection, rows: Rows, then: Update | None = None, values: Sequence[Row] = ()
) -> int:
    """Insert rows, table after table in the given order, then update; return how many it updated.

    Args:
        rows: per table; those of one table name the same columns.
        then: an update that is run for each of the `values`, its parameters.
    """
    filled = {model: of_model for model, of_model in rows.items() if of_model}
    updates = then is not None and len(values) > 0
    many = [*filled.values(), values] if updates else [*filled.values()]
    if connection.dialect.name == "postgresql" and len(many) > 1 and max(map(len, many)) == 1:
        told = dict(values[0]) if updates else {}
        for model, [row] in filled.items():
            told.update({f"{model.__tablename__}_{name}": value for name, value in row.items()})
        shape = tuple((model, tuple(row)) for model, [row] in filled.items())
        return _count(connection.execute(_in_one(shape, then if updates else None), told))
    for model, of_model in filled.items():
        connection.execute(_insert(model), of_model)
    return _count(connection.execute(then, values)) if then is not None and updates else 0


def _count(result: CursorResult[Any]) -> int:
    return result.rowcount


@lru_cache(maxsize=64)
def _insert(model: type[Base]) -> Insert:
    return insert(model.core()).inline()


@lru_cache(maxsize=64)
def _in_one(shape: Shape, then: Update | None) -> Insert | Update:
    """Return one statement that inserts a row of each table, and updates."""
    inserts = [
        insert(model.core())
        .values({name: bindparam(f"{model.__tablename__}_{name}") for name in columns})
        .inline()
        for model, columns in shape
    ]
    last = inserts.pop() if then is None else then
    return last.add_cte(*(one.cte(f"in_{number}") for number, one in enumerate(inserts)))
