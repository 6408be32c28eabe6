"""A foundation of revision 0004 becomes one of today: nothing of it is lost, and it holds."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from kombeheer.rules.accounts import MACHINE
from kombeheer.services.billing import checking as charges
from kombeheer.services.reports import comparing
from kombeheer.services.stickers import checking
from models import schema
from models.billing import ChargeRow
from models.reports import Report
from models.transaction import Database
from tests.migrations import foundation_0004
from tests.migrations.foundation_0004 import REVISION

_numbers = itertools.count(1)
Described = list[tuple[str, ...]]

CONSTRAINTS = (
    "SELECT conrelid::regclass::text, conname, convalidated::text, pg_get_constraintdef(oid) "
    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
)
COLUMNS = (
    "SELECT table_name, column_name, is_nullable, data_type, "
    "coalesce(character_maximum_length::text, ''), coalesce(column_default, ''), "
    "coalesce(collation_name, '') FROM information_schema.columns WHERE table_schema = 'public'"
)
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
TRIGGERS = "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
OBJECTS = "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE type <> 'table'"


@pytest.fixture
def bare(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if backend == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'bare.sqlite'}")
        yield database
        database.dispose()
        return
    server, name = request.getfixturevalue("postgres_server"), f"bare_{next(_numbers)}"
    server.create_database(name)
    database = Database(server.url(name))
    yield database
    database.dispose()
    server.drop_database(name)


@pytest.fixture
def old(bare: Database) -> Database:
    """A small foundation of revision 0004."""
    foundation_0004.make(bare)
    return bare


def rows_of(database: Database, columns: dict[str, list[str]]) -> dict[str, list[Any]]:
    """Every row of the named columns, by table."""
    with database.reader.connect() as connection:
        return {
            table: sorted(
                map(str, connection.execute(text(f"SELECT {', '.join(names)} FROM {table}")))
            )
            for table, names in columns.items()
        }


def columns_of(database: Database) -> dict[str, list[str]]:
    found = inspect(database.writer)
    return {
        table: [f'"{one["name"]}"' for one in found.get_columns(table)]
        for table in found.get_table_names()
    }


def described(database: Database) -> Described:
    """All that a schema says, in an order of its own; columns stand where they were added."""
    if not database.is_sqlite:
        with database.reader.connect() as connection:
            return sorted(
                tuple(map(str, row))
                for statement in (CONSTRAINTS, COLUMNS, INDEXES, TRIGGERS)
                for row in connection.execute(text(statement))
            )
    found = inspect(database.writer)
    told: list[Any] = []
    for table in found.get_table_names():
        told += [(table, *sorted(one.items())) for one in found.get_columns(table)]
        told += [(table, *sorted(one.items())) for one in found.get_check_constraints(table)]
        told += [(table, *sorted(one.items())) for one in found.get_foreign_keys(table)]
        told += [(table, *sorted(one.items())) for one in found.get_unique_constraints(table)]
        told.append((table, *sorted(found.get_pk_constraint(table).items())))
    with database.reader.connect() as connection:
        told += [tuple(row) for row in connection.execute(text(OBJECTS))]
    return sorted(tuple(" ".join(str(part).split()) for part in row) for row in told)


def test_the_fixture_is_what_the_migrations_of_then_make(bare: Database) -> None:
    schema.upgrade(bare, REVISION)
    by_migrations = described(bare)
    schema.downgrade(bare, "base")
    with bare.writer.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    foundation_0004.make(bare)
    assert described(bare) == by_migrations
    assert schema.present_revision(bare) == REVISION


def test_every_table_of_then_has_rows(old: Database) -> None:
    found = rows_of(old, columns_of(old))
    assert [table for table, rows in found.items() if not rows] == []


def test_no_row_is_lost_or_changed(old: Database) -> None:
    columns = columns_of(old)
    columns["report"].remove('"state"')  # a limited service has nothing left to complete
    del columns["alembic_version"]
    before = rows_of(old, columns)
    schema.upgrade(old)
    assert rows_of(old, columns) == before


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_schema_is_that_of_a_new_database(old: Database, database: Database) -> None:
    schema.upgrade(old)
    assert described(old) == described(database)
    assert schema.present_revision(old) == schema.newest_revision()


def test_all_that_is_checked_holds(old: Database) -> None:
    schema.upgrade(old)
    with old.reading() as session:
        assert checking.check(session) == []
        assert charges.check(session) == []
        if old.is_sqlite:
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
            assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]


def report_of(database: Database, report_id: str) -> Report:
    with database.reading() as session:
        return session.execute(select(Report).where(Report.id == report_id)).scalar_one()


@pytest.mark.parametrize(
    ("report_id", "kind", "state"),
    [
        ("r2020x0", "major", "incomplete"),  # a sticker
        ("r2020x13", "limited", "complete"),  # kb
        ("r2020x14", "major", "incomplete"),  # geen KOM
        ("r2020x7", "major", "withdrawn"),
    ],
)
def test_a_report_of_then_tells_its_kind(
    old: Database, report_id: str, kind: str, state: str
) -> None:
    schema.upgrade(old)
    found = report_of(old, report_id)
    assert (found.kind, found.state, found.batch_id) == (kind, state, None)
    assert found.received_on == found.service_date
    assert found.site_id == found.installation_id  # in the fixture


@pytest.mark.parametrize(
    ("report_id", "day", "setup"),
    [
        ("r2020x2", date(2020, 2, 11), ("herringbone", "cows", 12)),  # before its first period
        ("r2021x7", date(2021, 5, 22), ("herringbone", "cows", 12)),
        ("r2021x9", date(2021, 7, 1), ("robot", "cows", 2)),  # the day it became one
        ("r2023x4", date(2023, 3, 23), ("herringbone", "goats", 12)),
    ],
)
def test_a_report_of_then_tells_what_the_installation_was_that_day(
    old: Database, report_id: str, day: date, setup: tuple[str, str, int]
) -> None:
    schema.upgrade(old)
    found = report_of(old, report_id)
    assert found.service_date == day
    assert (found.parlour_type, found.species, found.unit_count) == setup


@pytest.mark.parametrize(
    ("report_id", "expected"),
    [
        # 2002's tariff: base per site and day, surcharge per report.
        ("r2020x0", [("base", "2020-01-02", 1000), ("surcharge", "2020-01-02", 12 * 45)]),
        ("r2020x6", [("base", "2020-05-01", 1000), ("surcharge", "2020-05-01", 12 * 45)]),
        # 2022's: once a year, so that the second of a farm costs nothing.
        ("r2022x0", [("base", "2022", 2605), ("surcharge", "2022", 12 * 26)]),
        ("r2022x6", []),
        # A withdrawn one frees its period for the next numbered one of its farm.
        ("r2022x7", []),
        ("r2020x7", []),
        ("r2020x13", []),
        ("r2020x14", []),
    ],
)
def test_a_report_of_then_is_charged(
    old: Database, report_id: str, expected: list[tuple[str, str, int]]
) -> None:
    schema.upgrade(old)
    with old.reading() as session:
        found = session.execute(
            select(ChargeRow.item, ChargeRow.period, ChargeRow.amount_cents)
            .where(ChargeRow.report_id == report_id)
            .order_by(ChargeRow.item)
        ).all()
    assert [tuple(row) for row in found] == expected


def test_versions_of_then_are_told_side_by_side(old: Database) -> None:
    schema.upgrade(old)
    with old.reading() as session:
        compared = comparing.compare(session, MACHINE, "r2020x7")
    lines = {line.name: line.values for line in compared.lines}
    assert lines["state"] == ("withdrawn", "incomplete")
    assert lines["kind"] == (None, None)  # nobody asked for it then


def test_a_report_that_cannot_be_filled_in_stops_it_before_anything_of_it_changed(
    old: Database,
) -> None:
    with old.writer.begin() as connection:
        connection.execute(text("DELETE FROM installation_configuration WHERE installation_id = 1"))
    with pytest.raises(RuntimeError, match="Of 60 reports 12 lack"):
        schema.upgrade(old)
    assert schema.present_revision(old) == "0004a"
    with old.reader.connect() as connection:
        kinds = connection.execute(text("SELECT DISTINCT kind FROM report")).scalars().all()
    assert kinds == ["major"]


def test_the_way_back_is_open_to_what_only_a_later_revision_can_tell(old: Database) -> None:
    schema.upgrade(old)
    with old.writer.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO document (id, kind, reference, version, dated_on, recorded_at, note, "
                "content) VALUES ('p', 'paper_batch', 'p', 1, '2026-03-05', "
                "'2026-03-05 10:00:00', '', '')"
            )
        )
        connection.execute(text("UPDATE office_case SET kind = 'report_incomplete'"))
        connection.execute(text("UPDATE report SET ending = 'unmarked' WHERE ending = 'geen_kom'"))
    schema.downgrade(old, "base")
    assert inspect(old.writer).get_table_names() == ["alembic_version"]


@pytest.mark.parametrize("backend", ["postgresql"])
def test_readers_come_between_while_it_waits_for_a_long_one(old: Database) -> None:
    """Who reads for long is waited for, and who comes later does not wait behind the migration."""
    asked = threading.Event()
    with old.reader.connect() as long:
        long.execute(text("SELECT count(*) FROM report")).scalar_one()
        upgrading = threading.Thread(target=schema.upgrade, args=(old,))
        upgrading.start()
        try:
            for _ in range(3):
                with old.reader.connect() as other:
                    assert other.execute(text("SELECT count(*) FROM report")).scalar_one() == 60
                asked.wait(0.3)
            assert upgrading.is_alive()
        finally:
            long.rollback()
            upgrading.join()
    assert schema.present_revision(old) == schema.newest_revision()
