"""Lists, paged and sorted by the database: two queries whatever the length.

Not here: filters, which each area puts into its own statement, and addresses (blueprints/listing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

PAGE_ROWS = 50

Order = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page of a list is asked for: counted from 1, and sorted by which of its columns."""

    page: int = 1
    sort: str | None = None
    descending: bool = False


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
) -> Page:
    """Return one page of a statement that has no order and no limit yet.

    Args:
        key: a column that names a row; it is counted, and decides between rows that are equal.
        orders: the columns behind each name that can be sorted by; the first is the default. One
            that may be empty comes after `column.is_(None)`, for databases differ in where they
            put nothing.

    A page beyond the last is the last one; a name that is not among `orders` is the default.
    """
    counted = statement.with_only_columns(key, maintain_column_froms=True).subquery()
    total = session.execute(select(func.count()).select_from(counted)).scalar_one()
    pages = max(1, -(-total // PAGE_ROWS))
    page = min(max(wanted.page, 1), pages)
    asked = wanted.sort or ""
    sort = asked if asked in orders else next(iter(orders))
    descending = wanted.descending and wanted.sort == sort
    columns = [column.desc() if descending else column.asc() for column in orders[sort]]
    if not total:
        return Page([], 0, 1, 1, sort, descending)
    rows = session.execute(
        statement.order_by(*columns, key).limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)
    ).all()
    return Page(rows, total, page, pages, sort, descending)
