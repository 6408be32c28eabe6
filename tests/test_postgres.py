"""The runner of PostgreSQL that every test on that database stands on."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests import postgres


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.start() as running:
        yield running


def ask(server: postgres.Server, database: str, statement: str) -> object:
    """The first value that a statement answers; None if it answers no rows."""
    engine = create_engine(server.url(database))
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def test_a_copy_of_a_template_has_its_rows_and_is_its_own(server: postgres.Server) -> None:
    server.create_database("base")
    ask(server, "base", "CREATE TABLE farm (name text)")
    ask(server, "base", "INSERT INTO farm VALUES ('Hoeve Zonzicht')")
    server.create_database("copy", template="base")
    ask(server, "copy", "INSERT INTO farm VALUES ('Hoeve Café')")
    assert ask(server, "copy", "SELECT count(*) FROM farm") == 2
    assert ask(server, "base", "SELECT count(*) FROM farm") == 1
    assert ask(server, "copy", "SELECT count(*) FROM farm WHERE lower(name) LIKE '%café'") == 1


def test_dropping_a_database_ends_its_connections(server: postgres.Server) -> None:
    server.create_database("gone")
    engine = create_engine(server.url("gone"))
    with engine.connect() as connection:
        server.drop_database("gone")
        with pytest.raises(Exception, match="terminat"):
            connection.execute(text("SELECT 1"))
    engine.dispose()
    server.drop_database("gone")


def test_no_port_is_open(server: postgres.Server) -> None:
    assert ask(server, "postgres", "SHOW listen_addresses") == ""


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes"])
def test_only_a_durable_server_waits_for_the_disk(server: postgres.Server, name: str) -> None:
    assert ask(server, "postgres", f"SHOW {name}") == "off"


def test_a_durable_server_waits_for_the_disk() -> None:
    with postgres.start(durable=True) as server:
        settings = ("fsync", "synchronous_commit", "full_page_writes")
        assert [ask(server, "postgres", f"SHOW {name}") for name in settings] == ["on"] * 3


def test_a_server_that_cannot_start_tells_its_log_at_once_and_leaves_nothing() -> None:
    before = time.monotonic()
    with pytest.raises(RuntimeError, match="unrecognized configuration parameter") as failed:
        postgres.start(options={"no_such_setting": "1"})
    assert time.monotonic() - before < postgres.SECONDS_TO_START / 2
    assert "did not start" in str(failed.value)


def test_stopping_ends_the_server_and_clears_its_folder() -> None:
    server = postgres.start()
    assert server.folder.is_dir()
    server.stop()
    server.stop()
    assert not server.folder.exists()
    with pytest.raises(psycopg.OperationalError):
        server.create_database("late")


def test_a_killed_test_process_takes_its_server_along() -> None:
    program = "from tests import postgres; print(postgres.start().folder, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert (folder / "data" / "postmaster.pid").exists()
        process.kill()
    deadline = time.monotonic() + postgres.SECONDS_TO_STOP
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
