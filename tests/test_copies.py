"""A copy that comes back is as the template, whatever was done in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests import copies, postgres
from tests.copies import Copies

TEMPLATE = """
    CREATE TABLE farm (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, sign text
        GENERATED ALWAYS AS (upper(name)) STORED);
    CREATE TABLE site (id serial PRIMARY KEY, farm_id integer NOT NULL REFERENCES farm, place text
        CHECK (place <> ''));
    CREATE TABLE entry (at timestamptz, body bytea);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'append-only'; END $$;
    CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON entry
        FOR EACH ROW EXECUTE FUNCTION refuse();
    CREATE TRIGGER no_truncate BEFORE TRUNCATE ON entry EXECUTE FUNCTION refuse();
    CREATE SEQUENCE tickets START 7;
    INSERT INTO farm (name) VALUES ('Hoeve Zonzicht'), (NULL), (E'De Wilgen\\t\\\\.\\n');
    INSERT INTO entry VALUES ('2026-03-05', '\\x00ff');
    SELECT nextval('tickets');
"""
STATE = """
    SELECT (SELECT array_agg((ctid, farm)::text) FROM farm),
      (SELECT array_agg((ctid, site)::text) FROM site),
      (SELECT array_agg((ctid, entry)::text) FROM entry),
      (SELECT array_agg((relname, relpages, reltuples, relallvisible)::text ORDER BY relname)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace),
      (SELECT array_agg((schemaname, sequencename, last_value)::text ORDER BY 1) FROM pg_sequences),
      (SELECT array_agg((tgrelid, tgname, tgenabled)::text ORDER BY tgname) FROM pg_trigger),
      current_setting('statement_timeout')
"""
USED = [
    pytest.param("SELECT 1", id="looked at"),
    pytest.param("INSERT INTO site (farm_id) VALUES (1)", id="a row in an empty table"),
    pytest.param("INSERT INTO entry SELECT now() FROM generate_series(1, 9000)", id="many rows"),
    pytest.param("INSERT INTO entry VALUES (now(), NULL)", id="a row that may not change"),
    pytest.param("DELETE FROM farm", id="rows gone"),
    pytest.param("UPDATE farm SET name = 'De Hoek' WHERE id = 1", id="a row changed"),
    pytest.param("SELECT nextval('tickets'), setval('site_id_seq', 90)", id="numbers taken"),
    pytest.param("BEGIN; INSERT INTO site (farm_id) VALUES (1); ROLLBACK", id="rolled back"),
    pytest.param("INSERT INTO site (farm_id, place) SELECT 1, ''", id="refused"),
    pytest.param("INSERT INTO site (farm_id) VALUES (1); VACUUM; VACUUM", id="counted"),
]
CHANGED = [
    "CREATE TABLE barn (id integer)",
    "CREATE TABLE barn (id integer); DROP TABLE barn; CREATE SCHEMA other",
    "DROP TABLE site",
    "DROP TRIGGER no_change ON entry",
    "ALTER TABLE entry DISABLE TRIGGER no_change",
    "ALTER TABLE farm ADD COLUMN place text",
    "ALTER TABLE site ALTER COLUMN place SET NOT NULL",
    "ALTER TABLE site DROP CONSTRAINT site_place_check",
    "CREATE INDEX by_name ON farm (name)",
    "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "ALTER SEQUENCE tickets INCREMENT 2",
    "COMMENT ON TABLE farm IS 'of a farmer'",
    "GRANT SELECT ON farm TO PUBLIC",
    "ANALYZE farm",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = 99',"
    " current_database()); END $$",
    "DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC',"
    " current_database()); END $$",
]


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.start() as running:
        running.create_database("base")
        with running.connect("base") as connection:
            connection.execute(TEMPLATE)
        yield running


@pytest.fixture
def pool(server: postgres.Server) -> Copies:
    return Copies(server, "base")


def ask(address: str, statement: str) -> Any:
    """The first row that a statement answers, or none, after each of its parts by itself."""
    plain = address.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        parts = [statement] if "$$" in statement else statement.split(";")
        for part in parts:
            answer = connection.execute(part)
        return answer.fetchone() if answer.description else None


def identity(address: str) -> Any:
    return ask(address, "SELECT oid FROM pg_database WHERE datname = current_database()")


@pytest.mark.parametrize("used", USED)
def test_a_copy_comes_back_as_the_template(pool: Copies, used: str) -> None:
    with pool.one() as first:
        fresh, which = ask(first, STATE), identity(first)
        if used.endswith("''"):
            with pytest.raises(psycopg.errors.CheckViolation):
                ask(first, used)
        else:
            ask(first, used)
    with pool.one() as second:
        assert identity(second) == which
        assert second != first
        assert ask(second, STATE) == fresh
        assert ask(second, "INSERT INTO site (farm_id) VALUES (1) RETURNING id, ctid") == (
            1,
            "(0,1)",
        )
        assert ask(second, "SELECT nextval('tickets')") == (8,)
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            ask(second, "DELETE FROM entry")
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            ask(second, "INSERT INTO site (farm_id) VALUES (99)")


@pytest.mark.parametrize("changed", CHANGED)
def test_one_that_is_defined_otherwise_is_dropped(
    server: postgres.Server, pool: Copies, changed: str
) -> None:
    with pool.one() as first:
        fresh, which = ask(first, STATE), identity(first)
        ask(first, changed)
    with pool.one() as second:
        assert identity(second) != which
        assert ask(second, STATE)[:3] == fresh[:3]
        assert ask(second, STATE)[6] == fresh[6]
    with server.connect() as connection:
        of_that = "SELECT count(*) FROM pg_database WHERE oid = %s"
        assert connection.execute(of_that, which).fetchone() == (0,)


def test_who_still_has_a_session_loses_it_and_cannot_return(pool: Copies) -> None:
    with pool.one() as first:
        plain = first.replace("postgresql+psycopg", "postgresql")
        left = psycopg.connect(plain)
        left.execute("INSERT INTO site (farm_id) VALUES (1)")  # holds its locks
    with pytest.raises(psycopg.OperationalError, match="terminat"):
        left.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(plain)
    with pool.one() as second:
        assert ask(second, "SELECT count(*) FROM site") == (0,)


def test_two_at_once_are_two(pool: Copies) -> None:
    with pool.one() as first, pool.one() as second:
        ask(first, "INSERT INTO site (farm_id) VALUES (1)")
        assert ask(second, "SELECT count(*) FROM site") == (0,)


def test_a_test_that_fails_leaves_nothing(pool: Copies) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation), pool.one() as first:
        ask(first, "INSERT INTO site (farm_id) VALUES (1); INSERT INTO site DEFAULT VALUES")
    with pool.one() as second:
        assert ask(second, "SELECT count(*) FROM site") == (0,)


def test_a_copy_that_is_gone_is_told_and_another_is_made(
    server: postgres.Server, pool: Copies
) -> None:
    with pytest.raises(psycopg.Error), pool.one() as first:
        server.drop_database(first.partition("@/")[2].partition("?")[0])
    with pool.one() as second:
        assert ask(second, "SELECT count(*) FROM site") == (0,)


def test_a_copy_serves_so_often(pool: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "USES", 2)
    seen = []
    for _ in range(4):
        with pool.one() as address:
            seen.append(identity(address))
    assert seen == [seen[0], seen[0], seen[2], seen[2]]
    assert seen[0] != seen[2]
