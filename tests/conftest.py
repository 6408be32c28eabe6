"""Fixtures: both databases from migrated templates, the application, and a small foundation."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings

from kombeheer.app import create_app
from kombeheer.config import Settings
from kombeheer.services.accounts import login
from models import schema
from models.transaction import Database
from tests import postgres
from tests.factories import Foundation

login.hasher = login.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
# The same examples everywhere, and no race against a busy machine.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
_numbers = itertools.count(1)
BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Override pytest-flask's: a shared request context would let log-ins leak between clients."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    with postgres.start() as server:
        server.create_database("template_kom")
        database = Database(server.url("template_kom"))
        schema.upgrade(database)
        database.dispose()
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "kom.sqlite"
    database = Database(f"sqlite:///{file}")
    schema.upgrade(database)
    database.dispose()
    return file


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated, empty database of its own."""
    if backend == "sqlite":
        file = tmp_path / "kom.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"kom_{os.getpid()}_{next(_numbers)}"
    server.create_database(name, template="template_kom")
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url)
    yield found
    found.dispose()


@pytest.fixture
def foundation(database: Database) -> Foundation:
    """A small foundation: build what a test needs with its methods."""
    return Foundation(database)


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    made = create_app(Settings(database_url, "a secret key for the tests, of enough signs"))
    made.config["TESTING"] = False  # errors must become pages here too
    yield made
    made.extensions["database"].dispose()
