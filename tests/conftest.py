"""Fixtures: both databases from migrated templates, the application, and a small foundation."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache

from blueprints.database import db
from kombeheer.app import create_app
from kombeheer.config import Settings
from kombeheer.services.accounts import login
from models import schema
from models.transaction import Database
from tests import engines, postgres
from tests.copies import Copies
from tests.factories import Foundation
from tests.field import Clock, Field, assert_sound

engines.share()
login.hasher = login.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
# The same examples everywhere, and no race against a busy machine.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
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
def postgres_copies(postgres_server: postgres.Server) -> Copies:
    """Databases that are migrated and empty."""
    return Copies(postgres_server, "template_kom")


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
    with request.getfixturevalue("postgres_copies").one() as url:
        yield url


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
def app(house: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application on a database of its own, whose settings and views a test may change."""
    for name in ("config", "view_functions"):
        monkeypatch.setattr(house, name, copy.copy(getattr(house, name)))
    database = Database(database_url)
    move_in(house, database)
    yield house
    database.dispose()


class Templates(BytecodeCache):
    """Templates that are compiled once for every application."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_templates = Templates()


def make_app(database: Database) -> Flask:
    """An application of its own, on a database that is another test's later."""
    url = database.url.render_as_string(hide_password=False)
    made = create_app(Settings(url, "a secret key for the tests, of enough signs"))
    made.config["TESTING"] = False  # errors must become pages here too
    made.jinja_env.bytecode_cache = _templates
    move_in(made, database)
    return made


def move_in(app: Flask, database: Database) -> None:
    """Have an application work on a database from now on."""
    app.extensions["database"].dispose()
    app.extensions["database"] = database
    with app.app_context():
        engines: Any = db.engines
        engines[None] = database.reader


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands at the moment of the foundation, and goes on when it is told to."""
    standing = Clock()
    monkeypatch.setattr("kombeheer.clock.datetime", standing)
    return standing


@pytest.fixture(scope="session")
def house(sqlite_template: Path) -> Flask:
    """The one application that the databases of most tests move into."""
    return make_app(Database(f"sqlite:///{sqlite_template}"))


@pytest.fixture(scope="session")
def sqlite_field(
    house: Flask, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Field, Path]:
    """A field that others are copied from, and its file."""
    file = tmp_path_factory.mktemp("field") / "kom.sqlite"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    move_in(house, database)
    made = Field(house, Foundation(database), Clock())
    database.dispose()
    return made, file


@pytest.fixture(scope="session")
def postgres_field(house: Flask, postgres_server: postgres.Server) -> tuple[Field, Copies]:
    """A field that others are copied from, and the copies of its database."""
    postgres_server.create_database("template_field", template="template_kom")
    database = Database(postgres_server.url("template_field"))
    move_in(house, database)
    made = Field(house, Foundation(database), Clock())
    database.dispose()
    return made, Copies(postgres_server, "template_field")


@contextmanager
def copied_field(
    backend: str, request: pytest.FixtureRequest, folder: Path
) -> Iterator[tuple[Field, Database]]:
    """A field and the database of its own that it is for, in which all holds at the end."""
    with ExitStack() as stack:
        if backend == "sqlite":
            original, template = request.getfixturevalue("sqlite_field")
            url = f"sqlite:///{shutil.copy(template, folder / 'field.sqlite')}"
        else:
            original, copies = request.getfixturevalue("postgres_field")
            url = stack.enter_context(copies.one())
        database = Database(url)
        stack.callback(database.dispose)
        yield original, database
        assert_sound(database)


@pytest.fixture
def field(
    backend: str, house: Flask, clock: Clock, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Field]:
    """A dealer in the field, with a database of his own."""
    with copied_field(backend, request, tmp_path) as (original, database):
        move_in(house, database)
        yield original.copied_to(house, database, clock)


@pytest.fixture(scope="module", params=BACKENDS)
def shared_field(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Field]:
    """A field that the tests of a file share: each counts only what it added itself."""
    folder, standing = tmp_path_factory.mktemp("shared"), Clock()
    with (
        pytest.MonkeyPatch.context() as patch,
        copied_field(request.param, request, folder) as (original, database),
    ):
        patch.setattr("kombeheer.clock.datetime", standing)
        yield original.copied_to(make_app(database), database, standing)
