"""The database of the running application: `db.session` reads, `write` is the one way to change.

Flask-SQLAlchemy is used for its session per request and nothing else, so that a switch is one file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from models import Base
from models.transaction import Database

Result = TypeVar("Result")


class _ReadingSQLAlchemy(SQLAlchemy):
    """Flask-SQLAlchemy on the reading engine: a session that cannot write."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> sa.Engine:
        assert bind_key is None, "one foundation, one database"
        found: Database = app.extensions["database"]
        return found.reader


db = _ReadingSQLAlchemy(metadata=Base.metadata)


def database() -> Database:
    """Return the running application's database."""
    found: Database = current_app.extensions["database"]
    return found


def write(work: Callable[[Session], Result]) -> Result:
    """Run `work` in a writing transaction and commit it; what was read before is old then."""
    db.session.rollback()
    return database().write(work)
