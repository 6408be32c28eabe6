"""Write rows of several tables together: in one statement where the database can.

PostgreSQL takes inserts as parts of another statement. A scan by itself writes one row in each of
many tables, and every statement that is saved is a way to the database and back. Many rows of one
table go to the driver as they are: to PostgreSQL as a stream, which asks a quarter of what as many
inserts ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnDefault,
    Connection,
    CursorResult,
    Dialect,
    Insert,
    Update,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from models.base import Base

Row = Mapping[str, Any]
Rows = Mapping[type[Base], Sequence[Row]]
# The tables, each with its columns and how many rows.
Shape = tuple[tuple[type[Base], tuple[str, ...], int], ...]
Prepare = Callable[[Any], Any]
# A statement, the columns of a row with what prepares each, and what all rows have beside.
Stream = tuple[str, list[tuple[str, Prepare | None]], list[Any]]
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
        written = connection.execute(_in_one(shape, then if updates else None), told)
        return _count(written) if updates else 0
    for model, of_model in filled.items():
        _insert_all(connection, model, of_model)
    return _count(connection.execute(then, values)) if then is not None and updates else 0


def _insert_all(
    connection: Connection, model: type[Base], rows: Sequence[Row], *, skips_known: bool = False
) -> None:
    skips = skips_known or model.skips_known
    if len(rows) <= FEW_ROWS:
        connection.execute(_insert(model, connection.dialect.name, skips_known=skips), rows)
    elif skips and connection.dialect.name == "postgresql":
        names = tuple(rows[0])
        columns = {name: [row[name] for row in rows] for name in names}
        connection.execute(_missing_of(model, names), columns)
    else:
        _stream(connection, model, rows, skips_known=skips)


@lru_cache(maxsize=64)
def _missing_of(model: type[Base], names: tuple[str, ...]) -> Insert:
    """Return what inserts many rows in one statement, each column an array."""
    table = model.core()
    columns = [table.c[name] for name in names]
    arrays = [cast(bindparam(column.name), ARRAY(column.type)) for column in columns]
    rows = func.unnest(*arrays).table_valued(*names).render_derived()
    told = postgresql.insert(table).from_select(columns, select(*rows.c))
    return told.on_conflict_do_nothing().inline()


def _stream(
    connection: Connection, model: type[Base], rows: Sequence[Row], *, skips_known: bool
) -> None:
    """Hand rows to the driver, with the defaults of the columns that they do not name."""
    statement, columns, defaults = _stream_of(
        model, tuple(rows[0]), connection.dialect, skips_known=skips_known
    )
    told = [map(itemgetter(name), rows) for name, _ in columns]
    prepared = [
        values if prepare is None else map(prepare, values)
        for values, (_, prepare) in zip(told, columns, strict=True)
    ]
    values = zip(*prepared, *map(repeat, defaults), strict=False)
    driver: Any = connection.connection.driver_connection
    # Who listens to what is asked of the database hears of this too.
    connection.dispatch.before_cursor_execute(connection, None, statement, (), None, True)
    try:
        if connection.dialect.name == "sqlite":
            driver.executemany(statement, values)
            return
        with driver.cursor() as cursor, cursor.copy(statement) as stream:
            for row in values:
                stream.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(
            statement,
            None,
            error,
            connection.dialect.loaded_dbapi.Error,
            dialect=connection.dialect,
        ) from error


@lru_cache(maxsize=64)
def _stream_of(
    model: type[Base], names: tuple[str, ...], dialect: Dialect, *, skips_known: bool
) -> Stream:
    """Return what streams rows with these columns into a table."""
    columns = model.core().columns
    told = {
        column.name: column.default.arg
        for column in columns
        if column.name not in names
        and isinstance(column.default, ColumnDefault)
        and column.default.is_scalar
    }
    prepared = [(name, _prepare(columns[name].type, dialect)) for name in names]
    listed = ", ".join(f'"{name}"' for name in (*names, *told))
    statement = f"COPY {model.__tablename__} ({listed}) FROM STDIN"
    if dialect.name == "sqlite":
        signs = ", ".join("?" * len((*names, *told)))
        head = f"INSERT INTO {model.__tablename__} ({listed})"
        statement = f"{head} VALUES ({signs})" + " ON CONFLICT DO NOTHING" * skips_known
    return statement, prepared, list(told.values())


def _prepare(kind: TypeEngine[Any], dialect: Dialect) -> Prepare | None:
    """Return what prepares the values of a column; many rows have few different ones."""
    prepare = kind.dialect_impl(dialect).bind_processor(dialect)
    return None if prepare is None else lru_cache(maxsize=4096)(prepare)


def _count(result: CursorResult[Any]) -> int:
    return result.rowcount


def _name(model: type[Base], place: int, column: str) -> str:
    return f"{model.__tablename__}_{place}_{column}"


@lru_cache(maxsize=64)
def _insert(model: type[Base], dialect: str, *, skips_known: bool) -> Insert:
    if not skips_known:
        return insert(model.core()).inline()
    makers = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return makers[dialect](model.core()).on_conflict_do_nothing().inline()


@lru_cache(maxsize=64)
def _in_one(shape: Shape, then: Update | None) -> Insert | Update:
    """Return one statement that inserts a few rows of each table, and updates."""
    inserts = [
        _insert(
            model, "postgresql", skips_known=model.skips_known
        ).values(  # one each: many values at once are never kept
            {name: bindparam(_name(model, place, name)) for name in columns}
        )
        for model, columns, count in shape
        for place in range(count)
    ]
    last = inserts.pop() if then is None else then
    return last.add_cte(*(one.cte(f"in_{number}") for number, one in enumerate(inserts)))


def insert_numbered(session: Session, model: type[Base], rows: Sequence[Row]) -> list[int]:
    """Insert rows, all naming the same columns; return the ids they got, in the same order."""
    if not rows:
        return []
    table = model.core()
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(session.execute(statement, rows).scalars())


def insert_rows(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows, all naming the same columns."""
    if rows:
        _insert_all(session.connection(), model, rows)


def count_rows(session: Session) -> None:
    """Have the database count its tables, so that what is asked next is planned well."""
    session.execute(text("ANALYZE"))


def insert_missing(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows, all naming the same columns, but for those that a unique index has already."""
    if rows:
        _insert_all(session.connection(), model, rows, skips_known=True)
