"""Lists, paged and sorted by the database: two queries whatever the length, or streamed in whole.

Not here: filters, which each area puts into its own statement, and addresses (blueprints/listing).
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, case, func, inspect, literal_column, select
from sqlalchemy.orm import Bundle, InstrumentedAttribute, Session
from sqlalchemy.sql.expression import True_

from models.base import Base

PAGE_ROWS = 50
FETCH_ROWS = 1_000
COUNTED_MAX = 10_000  # of what grows with the years: nobody leafs further, and counting takes long

Order = ColumnElement[Any] | InstrumentedAttribute[Any]
Item = TypeVar("Item")


class Stream:
    """A whole list, read by one query: each page asked of it holds the rows that follow."""

    def __init__(self) -> None:
        self._rows: Any = None

    def take(self, session: Session, statement: Select[Any]) -> Sequence[Any]:
        """Return the next rows; none when there are no more. Only the first statement is asked."""
        if self._rows is None:
            self._rows = session.execute(statement.execution_options(yield_per=FETCH_ROWS))
        return list(self._rows.fetchmany(FETCH_ROWS))

    def close(self) -> None:
        """Ask no more rows, for who stops before the end."""
        if self._rows is not None:
            self._rows.close()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page of a list is asked for: counted from 1, and sorted by which of its columns.

    Args:
        stream: the list is read from beginning to end instead, `FETCH_ROWS` rows at a time.
        values: of the column that is sorted by, in the order in which they come; None for the
            order that the database knows.
    """

    page: int = 1
    sort: str | None = None
    descending: bool = False
    stream: Stream | None = None
    values: Sequence[str] | None = None

    def by_word(self, **columns: Mapping[Any, object]) -> Wanted:
        """Return the same, with columns whose values are words sorted as people read them.

        Args:
            columns: by the name of each, its values with their words.
        """
        words = columns.get(self.sort or "")
        if words is None:
            return self
        return replace(self, values=sorted(words, key=lambda value: str(words[value]).casefold()))


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, and where it stands: `first` and `last` are counted from 1.

    Args:
        total: how many rows there are; `is_more` when they were not counted any further.
        sorts: by which of its columns the list can be sorted.
    """

    items: Sequence[Any]
    total: int
    page: int
    pages: int
    sort: str | None
    descending: bool
    sorts: Collection[str] = ()
    is_more: bool = False

    @property
    def first(self) -> int:
        """Return the place of the first row shown; 0 when there is none."""
        return (self.page - 1) * PAGE_ROWS + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Return the place of the last row shown."""
        return min(self.page * PAGE_ROWS, self.total)


class Light(Bundle[Any]):
    """The columns of a table in a row of a list: read as the entity is, which takes four times as
    long to make for its changes are watched. None where an outer join found none.
    """

    def __init__(self, table: type[Base]) -> None:
        columns = inspect(table).column_attrs
        super().__init__(table.__name__, *(getattr(table, one.key) for one in columns))
        made: Any = namedtuple(table.__name__, [one.key for one in columns])  # type: ignore[misc]
        self._made = made._make
        keys = inspect(table).primary_key
        self._key = next(place for place, one in enumerate(columns) if one.columns[0] in keys)

    def create_row_processor(
        self, query: Any, procs: Sequence[Callable[[Any], Any]], labels: Sequence[str]
    ) -> Callable[[Any], Any]:
        """Return what makes the value of a row; called by SQLAlchemy for each statement."""
        made, key = self._made, procs[self._key]
        return lambda row: None if key(row) is None else made([one(row) for one in procs])


_light = cache(Light)


def _of_light_rows(statement: Select[Any]) -> Select[Any]:
    """Return a statement with the columns of its tables in place of the entities."""

    def lightened(one: Any) -> Any:
        is_table = one["expr"] is one["entity"] and not one["aliased"]
        return _light(one["entity"]) if is_table else one["expr"]

    columns = map(lightened, statement.column_descriptions)
    return statement.with_only_columns(*columns, maintain_column_froms=True)


def narrowing(*conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Return the conditions but those that always hold, such as the scope of who sees all."""
    return [one for one in conditions if not isinstance(one, True_)]


def _counting(statement: Select[Any], most: int | None) -> Select[Any]:
    if most is None:
        return statement.with_only_columns(func.count(), maintain_column_froms=True)
    rows: Any = statement.with_only_columns(literal_column("1"), maintain_column_froms=True)
    return select(func.count()).select_from(rows.limit(most + 1).subquery())


def count_of(
    table: type[Base], *conditions: ColumnElement[bool], most: int | None = None
) -> Select[Any]:
    """Return the statement that counts the rows of a table for which all conditions hold.

    One that always holds is left out, for SQLite counts a whole table at once only without any.

    Args:
        most: it stops at one more.
    """
    rows: Any = select(table)
    narrowed = narrowing(*conditions)
    return _counting(rows.where(*narrowed) if narrowed else rows, most)


def _limit(session: Session, count: int) -> Any:
    """Return a limit, written out for PostgreSQL: of one that it does not know it keeps no plan.

    Not for SQLite: when it knows that they are few, it finds all rows and sorts them.
    """
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return literal_column(str(count)) if is_postgresql and count == PAGE_ROWS else count


def read_page(
    session: Session,
    statement: Select[Any],
    key: Order,
    orders: Mapping[str, Sequence[Order]],
    wanted: Wanted,
    counting: Select[Any] | None = None,
    most: int | None = None,
) -> Page:
    """Return one page of a statement that has no order and no limit yet.

    Args:
        key: a column that names a row; it decides between rows that are equal.
        orders: the columns behind each name that can be sorted by; the first is the default. One
            that may be empty comes after `column.is_(None)`, for databases differ in where they
            put nothing.
        counting: tells how many rows the statement has, quicker than by counting it: without
            what is only looked up. A statement that groups its rows needs one.
        most: of more rows than these only the first are paged, and they are not counted further.

    A page beyond the last is the last one; a name that is not among `orders` is the default.
    """
    asked = wanted.sort or ""
    sort = asked if asked in orders else next(iter(orders))
    descending = wanted.descending and wanted.sort == sort
    columns = list(orders[sort])
    if wanted.values is not None and wanted.sort == sort:
        places = {value: place for place, value in enumerate(wanted.values)}
        columns[0] = case(places, value=columns[0], else_=len(places))
    columns = [column.desc() if descending else column.asc() for column in columns]
    ordered = _of_light_rows(statement).order_by(*columns, key)
    if wanted.stream is not None:
        rows = wanted.stream.take(session, ordered)
        return Page(rows, len(rows), 1, 1, sort, descending, tuple(orders))
    counted = session.execute(_counting(statement, most) if counting is None else counting)
    total = counted.scalar_one()
    is_more = most is not None and total > most
    if most is not None:
        total = min(total, most)
    pages = max(1, -(-total // PAGE_ROWS))
    page = min(max(wanted.page, 1), pages)
    if not total:
        return Page([], 0, 1, 1, sort, descending, tuple(orders))
    before = (page - 1) * PAGE_ROWS
    shown = ordered.limit(_limit(session, min(PAGE_ROWS, total - before)))
    rows = session.execute(shown.offset(before) if before else shown).all()
    return Page(rows, total, page, pages, sort, descending, tuple(orders), is_more)


def streamed(
    read: Callable[[Wanted], Sequence[Item]], sort: str | None = None, *, descending: bool = False
) -> Generator[Sequence[Item], None, None]:
    """Yield a whole list, some rows at a time, in memory that does not grow with it.

    Args:
        read: returns the items of the page that is wanted.
    """
    with closing(Stream()) as stream:
        while items := read(Wanted(1, sort, descending, stream)):
            yield items
