"""What every table shares: the declarative base, constraint names and column types.

Not here: tables, engines, Flask.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

BigId = BigInteger().with_variant(Integer, "sqlite")
PublicId = String(32)
# Text that is compared sign by sign, so that a range on its beginning can use an index.
Symbol = String(40).with_variant(String(40, collation="C"), "postgresql")
_PUBLIC_ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"
PUBLIC_ID_LENGTH = 14
_PUBLIC_PAIRS = [first + second for first in _PUBLIC_ALPHABET for second in _PUBLIC_ALPHABET]
_PUBLIC_IDS = len(_PUBLIC_ALPHABET) ** PUBLIC_ID_LENGTH


class Base(DeclarativeBase):
    """The base of every table; `core()` is the bare table, for set-wise statements."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    skips_known: ClassVar[bool] = False  # a row that a unique index has already is no error

    @classmethod
    def core(cls) -> Table:
        """Return the table without the ORM's identity and state."""
        return cast(Table, cls.__table__)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite, which knows no zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """Return what prepares a value; a batch has the same moment in all its rows."""
        prepare = super().bind_processor(dialect)
        return None if prepare is None else lru_cache(maxsize=256)(prepare)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        assert value.tzinfo is not None, "an instant is aware"
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Tenths(TypeDecorator[Decimal]):
    """A decimal number with one digit behind the comma, kept as a whole number of tenths."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return None if value is None else int(value * 10)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-1)


def one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    """Return the constraint that a text column holds one of an enumeration's words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def among(column: Any, numbers: Iterable[int]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of many whole numbers, however many there are.

    They are written out, for a driver takes only so many parameters.
    """
    listed = bindparam(None, sorted(set(numbers)), expanding=True, literal_execute=True)
    found: ColumnElement[bool] = column.in_(listed)
    return found


def new_public_id() -> str:
    """Return an identifier that cannot be guessed: 14 signs of 30, some 68 bits."""
    left, pairs = secrets.randbelow(_PUBLIC_IDS), []
    for _ in range(PUBLIC_ID_LENGTH // 2):
        left, place = divmod(left, len(_PUBLIC_PAIRS))
        pairs.append(_PUBLIC_PAIRS[place])
    return "".join(pairs)
