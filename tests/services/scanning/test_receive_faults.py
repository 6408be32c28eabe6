"""Fail at every step while a batch is posted: afterwards all is as it was, or all is done."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.exc import OperationalError

from kombeheer.rules.scanning import Ending, Event, NewInstallation
from kombeheer.rules.sites import ParlourType, Species
from models.base import Base
from models.scanning import ScanDecision
from tests.field import Field, assert_sound
from tests.services.scanning.batches import post, visit, withdraw

Crash = Callable[[Connection], None]
HOEVE = NewInstallation("Hoeve", "Oudega", ParlourType.TANDEM, Species.COWS, 8)


class Deadlock(Exception):
    """What the driver tells of a deadlock."""

    sqlstate = "40P01"


def crash(_connection: Connection) -> None:
    raise ZeroDivisionError("a fault of ours")


def deadlock(_connection: Connection) -> None:
    raise OperationalError("statement", {}, Deadlock())


def no_answer(_connection: Connection) -> None:
    raise OperationalError("statement", {}, Exception("the disk is full"))


def lose_connection(connection: Connection) -> None:
    connection.connection.dbapi_connection.close()  # type: ignore[union-attr]


class Fault:
    """Counts the statements of a connection, and lets the n-th one fail, or each from it on."""

    def __init__(self, at: int, how: Crash, *, lasting: bool = False) -> None:
        self.at, self.how, self.lasting, self.count = at, how, lasting, 0

    @property
    def is_met(self) -> bool:
        return self.count >= self.at

    def __call__(self, connection: Connection, *_: object) -> None:
        self.count += 1
        if self.count == self.at or (self.lasting and self.is_met):
            self.how(connection)


@contextmanager
def listening(engine: Engine, name: str, heard: Callable[..., None]) -> Iterator[None]:
    event.listen(engine, name, heard)
    yield
    event.remove(engine, name, heard)


def everything(field: Field) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with field.foundation.database.reading() as session:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))
            ]
            for table in Base.metadata.sorted_tables
        }


def batch(field: Field, name: str, serial: int) -> list[Event]:
    """Some of all that a batch can do; the number `serial` and the one after it are used."""
    post(field, [visit(field, f"{name}-old", serial)])
    return [
        withdraw(field, f"{name}-1", f"{name}-old", 1),
        visit(field, f"{name}-2", serial, sequence=2),
        visit(field, f"{name}-3", serial + 1, new=HOEVE, sequence=3),
        visit(field, f"{name}-4", serial, sequence=4),
        visit(field, f"{name}-5", 999, sequence=5),
        visit(field, f"{name}-6", None, raw=b"onzin", sequence=6),
        visit(field, f"{name}-7", None, ending=Ending.KB, sequence=7),
        withdraw(field, f"{name}-8", f"{name}-7", 8),
    ]


DONE = [
    ("accepted", "posted", None),
    ("accepted", "posted", None),
    ("accepted", "posted", None),
    ("accepted", "posted", "scanning.already_recorded"),
    ("queued", "waiting", "stickers.unknown"),
    ("refused", "rejected", "scanning.unreadable"),
    ("accepted", "withdrawn", None),
    ("accepted", "posted", None),
]


@pytest.mark.parametrize(
    ("how", "lasting", "may_fail"),
    [
        pytest.param(crash, False, True, id="a fault once"),
        pytest.param(crash, True, True, id="a fault that lasts"),
        pytest.param(deadlock, False, False, id="a deadlock"),
        pytest.param(deadlock, True, True, id="a deadlock again and again"),
        pytest.param(no_answer, False, True, id="an answer that does not come"),
        pytest.param(lose_connection, False, True, id="a connection that is lost"),
    ],
)
def test_fail_at_step_n_for_all_n(field: Field, how: Crash, lasting: bool, may_fail: bool) -> None:
    engine, serial = field.foundation.database.writer, 1
    events = batch(field, "b1", serial)
    before = everything(field)
    for step in itertools.count(1):
        fault, answers = Fault(step, how, lasting=lasting), None
        with listening(engine, "before_cursor_execute", fault):
            try:
                answers = post(field, events)
            except Exception:  # noqa: BLE001  that is what this is about
                assert may_fail
        if answers is None:
            assert everything(field) == before, step
            continue
        assert [(one.outcome, one.state, one.code) for one in answers] == DONE, step
        if not fault.is_met:
            assert step > 20
            return  # and the field proves what it has come to
        serial += 2
        events = batch(field, f"b{serial}", serial)
        before = everything(field) if may_fail else {}


def test_a_commit_that_fails_leaves_nothing(field: Field) -> None:
    events = batch(field, "b", 1)
    before = everything(field)
    with (
        listening(field.foundation.database.writer, "commit", crash),
        pytest.raises(ZeroDivisionError),
    ):
        post(field, events)
    assert everything(field) == before
    assert [(one.outcome, one.state, one.code) for one in post(field, events)] == DONE


TABLES = [
    table.name
    for table in Base.metadata.sorted_tables
    if table.name
    in {
        *("report", "document", "sticker", "scan_decision", "office_case"),
        *("movement", "chain_head", "farm", "customer", "installation", "journal_entry"),
        *("search_term", "scan_event"),
    }
]


# What even an event that waits cannot do without: itself, its decision, its case, the journal.
NEEDED_BY_ALL = {"scan_event", "scan_decision", "office_case", "journal_entry"}


@pytest.mark.parametrize("table", TABLES)
def test_what_cannot_be_written_waits_or_nothing_is_stored(field: Field, table: str) -> None:
    """One table refuses for good: the events that need it wait, and nothing of them is left."""
    events = batch(field, "b", 1)
    before = everything(field)

    def refuse(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if any(f"{verb} {table} " in statement for verb in ("INSERT INTO", "UPDATE", "COPY")):
            crash(connection)

    answers = None
    with (
        listening(field.foundation.database.writer, "before_cursor_execute", refuse),
        suppress(ZeroDivisionError),
    ):
        answers = post(field, events)
    assert (answers is None) == (table in NEEDED_BY_ALL)
    assert_sound(field.foundation.database)
    if answers is None:
        assert everything(field) == before
        return
    unexpected = {one.id for one in answers if one.code == "scanning.unexpected"}
    assert unexpected
    states = {row.event_id: row.state for row in field.rows(ScanDecision)}
    assert {states[event_id] for event_id in unexpected} <= {"waiting", "withdrawn"}
    assert {states[event.id] for event in events} >= {"rejected"}
