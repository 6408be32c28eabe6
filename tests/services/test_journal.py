"""The journal: written in one go, read newest first, never changed."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.services import journal
from models.transaction import Database
from tests.factories import NOW, Foundation


@pytest.fixture
def office(foundation: Foundation) -> Actor:
    return foundation.user(Role.OFFICE)


def write(database: Database, actor: Actor, count: int, kind: str = "farm") -> list[int]:
    changes = [(number, {}, {"number": number}) for number in range(count)]
    with database.transaction() as session:
        journal.record_many(session, actor, NOW, "parties.changed", kind, changes)
        rows = journal.entries(session, subject_kind=kind, limit=1000)
    return [entry.id for entry, _ in rows]


def ids(database: Database, **wanted: object) -> list[int]:
    with database.reading() as session:
        rows = journal.entries(session, **wanted)  # type: ignore[arg-type]
        return [entry.id for entry, _ in rows]


def test_it_is_read_by_key_in_both_directions(database: Database, office: Actor) -> None:
    made = write(database, office, 7)
    assert made == sorted(made, reverse=True)
    assert ids(database, subject_kind="farm", limit=3) == made[:3]
    assert ids(database, subject_kind="farm", before=made[2], limit=3) == made[3:6]
    assert ids(database, subject_kind="farm", after=made[5], limit=3) == made[2:5]
    assert ids(database, subject_kind="farm", after=made[0]) == []
    assert ids(database, subject_kind="farm", before=made[-1]) == []


def test_its_entries_are_counted(database: Database, office: Actor) -> None:
    with database.reading() as session:
        before = journal.count_entries(session)
    write(database, office, 3)
    with database.reading() as session:
        assert journal.count_entries(session) == before + 3


def test_it_is_filtered_by_subject_and_actor(
    database: Database, foundation: Foundation, office: Actor
) -> None:
    other = foundation.user(Role.OFFICE)
    write(database, office, 3)
    theirs = write(database, other, 2, "dealer")
    assert ids(database, actor_id=other.user_id) == theirs
    assert ids(database, subject_kind="dealer", subject_id="1") == theirs[:1]
    assert ids(database, actor_id=0) == []


def test_what_a_user_did_and_what_was_done_to_him(
    database: Database, foundation: Foundation, office: Actor
) -> None:
    reader = foundation.user(Role.READER)
    assert reader.user_id is not None
    with database.transaction() as session:
        journal.record(session, reader, NOW, "accounts.logged_in", "session", 9)
        journal.record(session, office, NOW, "accounts.reset", "user", reader.user_id)
        journal.record(session, office, NOW, "accounts.reset", "user", 999)
        rows = journal.entries_of_user(session, reader.user_id, 10)
    assert [(entry.action, name) for entry, name in rows] == [
        ("accounts.reset", office.name),
        ("accounts.logged_in", reader.name),
        ("accounts.invited", None),
    ]


def test_only_what_changed_is_written_and_nothing_when_nothing_did(
    database: Database, office: Actor
) -> None:
    row = SimpleNamespace(name="oud", ceased_on=None, place="Oudega")
    wanted = {"name": "nieuw", "ceased_on": date(2026, 3, 5), "place": "Oudega"}
    with database.transaction() as session:
        for _ in range(2):
            changes = journal.changed_fields(row, wanted)
            journal.record_changes(session, office, NOW, "parties.changed", "farm", "abc", changes)
        [(entry, name)] = journal.entries_about(session, "farm", "abc")
    assert (json.loads(entry.before), json.loads(entry.after)) == (
        {"name": "oud", "ceased_on": None},
        {"name": "nieuw", "ceased_on": "2026-03-05"},
    )
    assert (name, entry.at) == (office.name, NOW)


@pytest.mark.parametrize(
    "statement", ["UPDATE journal_entry SET action = 'x'", "DELETE FROM journal_entry"]
)
def test_the_database_itself_refuses_to_change_it(database: Database, statement: str) -> None:
    write(database, MACHINE, 1)
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(text(statement))
