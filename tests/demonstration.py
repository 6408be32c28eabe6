"""A small demonstration in a database of its own, for tests that need some of everything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kombeheer.services.demonstration.building import stages
from kombeheer.services.demonstration.days import Wish
from models.transaction import Database

MOMENT = datetime(2026, 11, 20, 9, 14, tzinfo=UTC)
WISH = Wish(0.003, 1, MOMENT.date())


@contextmanager
def empty(backend: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    """A database that is migrated and empty; `folder` holds no other."""
    with ExitStack() as stack:
        if backend == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            url = f"sqlite:///{shutil.copy(template, folder / 'kom.sqlite')}"
        else:
            url = stack.enter_context(request.getfixturevalue("postgres_copies").one())
        found = Database(url)
        stack.callback(found.dispose)
        yield found


@contextmanager
def built(
    backend: str, request: pytest.FixtureRequest, folder: Path, wish: Wish = WISH
) -> Iterator[Database]:
    """A demonstration, as of MOMENT unless another is wished."""
    with empty(backend, request, folder) as database:
        for stage in stages(wish):
            database.write(stage.work)
        yield database
