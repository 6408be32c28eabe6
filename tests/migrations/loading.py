"""Put rows into the tables of an earlier revision by each driver's own fastest way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from models.transaction import Database

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How large: each farm has one installation, which is serviced `services / farms` times a year.

    Args:
        numbers: stickers a year; at least a dealer's share of the services.
    """

    years: range
    dealers: int
    farms: int
    numbers: int
    services: int

    @property
    def share(self) -> int:
        """Return how many numbers a dealer gets each year."""
        return self.numbers // self.dealers


def schema_text(database: Database, revision: str) -> str:
    """Return the statements that make the tables of a revision."""
    name = "sqlite" if database.is_sqlite else "postgresql"
    return (Path(__file__).parent / f"schema_{revision}_{name}.sql").read_text("utf-8")


class Loader:
    """Puts rows into tables by the driver's own fastest way, in one transaction."""

    def __init__(self, database: Database, connection: Any) -> None:
        self._is_sqlite = database.is_sqlite
        self._connection = connection
        self._cursor = connection.cursor()

    def run(self, statements: str) -> None:
        """Run statements that return nothing."""
        if self._is_sqlite:
            self._cursor.executescript(statements)
        else:
            self._cursor.execute(statements)

    def load(self, table: str, columns: Iterable[str], rows: Iterable[Row]) -> None:
        """Append rows; days and moments as dates and aware UTC datetimes."""
        named = list(columns)
        listed = ", ".join(f'"{name}"' for name in named)
        if self._is_sqlite:
            marks = ", ".join("?" * len(named))
            statement = f"INSERT INTO {table} ({listed}) VALUES ({marks})"
            self._cursor.executemany(statement, (tuple(map(_as_text, row)) for row in rows))
            return
        with self._cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if named[0] == "id" and not isinstance(row[0], str):
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            self._cursor.execute(f"SELECT setval({sequence}, (SELECT max(id) FROM {table}))")


def _as_text(value: Any) -> Any:
    """Return a value as SQLite keeps it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat() if isinstance(value, date) else value
