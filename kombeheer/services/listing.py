"""Lists, paged and sorted by the database: two queries whatever the length, or streamed in whole.

Not here: filters, which each area puts into its own statement, and addresses (blueprints/listing).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

PAGE_ROWS = 50
FETCH_ROWS = 1_000

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
    """

    page: int = 1
    sort: str | None = None
    descending: bool = False
    stream: Stream | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, and where it stands: `first` and `last` are counted from 1."""

    items: Sequence[Any]
    total: int
    page: int
    pages: int
    sort: str | None
    descending: bool

    @property
    def first(self) -> int:
        """Return the place of the first row shown; 0 when there is none."""
        return (self.page - 1) * PAGE_ROWS + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Return the place of the last row shown."""
        return min(self.page * PAGE_ROWS, self.total)


def read_page(
    session: Session,
    statement: Select[Any],
    key: Order,
    orders: Mapping[str, Sequence[Order]],
    wanted: Wanted,
    counted: Select[Any] | None = None,
) -> Page:
    """Return one page of a statement that has no order and no limit yet.

    Args:
        key: a column that names a row; it decides between rows that are equal.
        orders: the columns behind each name that can be sorted by; the first is the default. One
            that may be empty comes after `column.is_(None)`, for databases differ in where they
            put nothing.
        counted: has as many rows and is counted instead: without what is only looked up. A
            statement that groups its rows needs one.

    A page beyond the last is the last one; a name that is not among `orders` is the default.
    """
    asked = wanted.sort or ""
    sort = asked if asked in orders else next(iter(orders))
    descending = wanted.descending and wanted.sort == sort
    columns = [column.desc() if descending else column.asc() for column in orders[sort]]
    ordered = statement.order_by(*columns, key)
    if wanted.stream is not None:
        rows = wanted.stream.take(session, ordered)
        return Page(rows, len(rows), 1, 1, sort, descending)
    if counted is None:
        counting = statement.with_only_columns(func.count(), maintain_column_froms=True)
    else:
        counting = select(func.count()).select_from(counted.subquery())
    total = session.execute(counting).scalar_one()
    pages = max(1, -(-total // PAGE_ROWS))
    page = min(max(wanted.page, 1), pages)
    if not total:
        return Page([], 0, 1, 1, sort, descending)
    rows = session.execute(ordered.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)).all()
    return Page(rows, total, page, pages, sort, descending)


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
