"""The check names whatever is changed behind the application's back in the charges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import product

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.orm import Session

from kombeheer.cli import stickers as terminal
from kombeheer.rules.scanning import Ending
from kombeheer.services.billing import checking, streaming
from models.billing import ChargeRow
from tests.factories import Foundation, number
from tests.field import Clock, Field
from tests.services.billing.till import Till

SECRET = "a secret key for the tests, of enough signs"
DAY = date(2026, 3, 5)


class Checked(Till):
    """Three reports with their charges, and each entry by a name."""

    def __init__(self, field: Field) -> None:
        super().__init__(field, DAY)
        first = self.visit()
        self.revise(first, unit_count=12, number=number(50).digits)
        second = self.visit(self.installation(species="goats"))
        self.revise(second, {"meters_verified": 12})
        self.ids = {
            self._name(row, second): row.id
            for row in sorted(self.charges(), key=lambda row: row.id)
        }
        self.ids["first_of_goats"] = min(self.ids["goats_base"], self.ids["goats_surcharge"])
        assert len(self.ids) == 10
        self.visit()  # paid already: by the first

    def _name(self, row: ChargeRow, second: str) -> str:
        start = "goats_" if row.report_id == second else ""
        return f"{start}{row.item}" + ("" if row.state == "standing" else f"_{row.state}")


@pytest.fixture(scope="module")
def shared_till(shared_field: Field) -> Checked:
    """One that is never changed: who tampers undoes it."""
    return Checked(shared_field)


@pytest.fixture
def till(app: Flask, foundation: Foundation, clock: Clock) -> Checked:
    """One of its own, which need not hold in the end."""
    return Checked(Field(app, foundation, clock))


@contextmanager
def tampered(till: Checked, *statements: str) -> Iterator[Connection]:
    """Write past the application: without triggers, indexes and foreign keys."""
    engine = create_engine(till.field.foundation.database.url, poolclass=NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            connection.commit()
            connection.exec_driver_sql("BEGIN")  # the driver begins none before it drops
            for table, change in product(("charge", "document", "tariff"), ("update", "delete")):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{change}"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
            for name in ("amount_multiplied", "counter_negative", "counter_names"):
                connection.execute(text(f"ALTER TABLE charge DROP CONSTRAINT ck_charge_{name}"))
        for name in ("uq_charge_once", "uq_charge_counters"):
            connection.execute(text(f"DROP INDEX {name}"))
        for statement in statements:
            connection.execute(text(statement.format(**till.ids)))
        yield connection
        connection.rollback()


def check(session: Session) -> dict[str, tuple[str, str]]:
    """What the check finds: of each code the row it names, and its sentence."""
    return {
        one.code.removeprefix("billing.check_"): (f"{one.table} {one.key}", terminal.told(one))
        for one in checking.check(session)
    }


def found(till: Checked) -> dict[str, tuple[str, str]]:
    with till.field.foundation.database.reading() as session:
        return check(session)


COPY = (
    "INSERT INTO charge (id, state, item, scope, period, tariff_id, report_id, document_id, "
    "dealer_id, site_id, installation_id, service_date, series_id, serial, quantity, unit_cents, "
    "amount_cents, recorded_at, counters) SELECT {id}, '{state}', item, {scope}, period, "
    "tariff_id, report_id, document_id, dealer_id, site_id, installation_id, service_date, "
    "series_id, serial, quantity, unit_cents, {amount}, recorded_at, {counters} "
    "FROM charge WHERE id = {of}"
)


def copy(of: str, **more: object) -> str:
    """A row made after another one."""
    values: dict[str, object] = {
        "id": 900,
        "state": "standing",
        "scope": "scope",
        "amount": "amount_cents",
        "counters": "NULL",
    }
    return COPY.format(of=f"{{{of}}}", **{**values, **more})


TAMPERINGS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "a changed amount": (
        ("UPDATE charge SET amount_cents = 1 WHERE id = {base}",),
        {"amount": "charge {base}"},
    ),
    "an amount changed with its price": (
        ("UPDATE charge SET unit_cents = 1, amount_cents = 1 WHERE id = {base}",),
        {"differs": "charge {base}"},
    ),
    "a counter-entry above zero": (
        ("UPDATE charge SET amount_cents = 2605 WHERE id = {base_counter}",),
        {"amount": "charge {base_counter}", "cancelled": "charge {base_cancelled}"},
    ),
    "other units": (
        ("UPDATE charge SET quantity = 13, amount_cents = 13 * unit_cents WHERE id = {surcharge}",),
        {"differs": "charge {surcharge}"},
    ),
    "another tariff": (
        ("UPDATE charge SET tariff_id = 1 WHERE id = {base}",),
        {"differs": "charge {base}"},
    ),
    "another dealer": (
        ("UPDATE charge SET dealer_id = 99 WHERE id = {base}",),
        {"differs": "charge {base}"},
    ),
    "another number": (
        ("UPDATE charge SET serial = 9 WHERE id = {base}",),
        {"differs": "charge {base}"},
    ),
    "another site": (
        ("UPDATE charge SET site_id = 99 WHERE id = {base}",),
        {"differs": "charge {base}"},
    ),
    "another year": (
        ("UPDATE charge SET period = '2025' WHERE id = {base}",),
        {"groundless": "charge {base}", "missing": "report"},
    ),
    "a charge removed": (
        ("DELETE FROM charge WHERE id = {base}",),
        {"missing": "report"},
    ),
    "a charge cancelled without a counter-entry": (
        ("UPDATE charge SET state = 'cancelled' WHERE id = {base}",),
        {"cancelled": "charge {base}", "missing": "report"},
    ),
    "a counter-entry removed": (
        ("DELETE FROM charge WHERE id = {surcharge_counter}",),
        {"cancelled": "charge {surcharge_cancelled}"},
    ),
    "a counter-entry twice": (
        (copy("surcharge_counter", state="counter", counters="{surcharge_cancelled}"),),
        {"cancelled": "charge {surcharge_cancelled}"},
    ),
    "a counter-entry of another amount": (
        ("UPDATE charge SET quantity = 2, amount_cents = -2 * unit_cents "
         "WHERE id = {base_counter}",),
        {"cancelled": "charge {base_cancelled}"},
    ),
    "a counter-entry of what stands": (
        (copy("base", state="counter", counters="{base}", amount="-amount_cents"),),
        {"counter": "charge 900"},
    ),
    "a counter-entry of nothing": (
        ("UPDATE charge SET counters = 77 WHERE id = {surcharge_counter}",),
        {"counter": "charge {surcharge_counter}", "cancelled": "charge {surcharge_cancelled}"},
    ),
    "a charge twice": (
        (copy("base"),),
        {"twice": "charge 900"},
    ),
    "a charge without a reason": (
        (copy("base", scope="'site:77'"),),
        {"groundless": "charge 900"},
    ),
    "a report withdrawn beside its charges": (
        ("UPDATE report SET state = 'withdrawn' WHERE id = (SELECT report_id FROM charge "
         "WHERE id = {goats_meter})",),
        {"groundless": "charge {first_of_goats}"},
    ),
    "a report with other units": (
        ("UPDATE report SET unit_count = 25 WHERE species = 'goats'",),
        {"differs": "charge {goats_surcharge}"},
    ),
    "a report of another species": (
        ("UPDATE report SET species = 'cows' WHERE species = 'goats'",),
        {"differs": "charge {goats_surcharge}"},
    ),
    "more meters on a report": (
        ("UPDATE report_detail SET meters_verified = 13 WHERE meters_verified = 12",),
        {"differs": "charge {goats_meter}"},
    ),
    "a paper of another report": (
        ("UPDATE charge SET document_id = (SELECT document_id FROM charge "
         "WHERE id = {goats_meter}) WHERE id = {base}",),
        {"document": "charge {base}"},
    ),
    "a changed price": (
        ("UPDATE tariff SET base_cents = 9000 WHERE id = 2",),
        {"differs": "charge {base}"},
    ),
    "a statement of another dealer": (
        ("INSERT INTO statement (id, dealer_id, from_on, until_on, version, total_cents, "
         "charge_count, made_at) SELECT 1, dealer_id + 1, '2026-01-01', '2026-03-31', 1, 0, 0, "
         "recorded_at FROM charge WHERE id = {base}",
         "UPDATE charge SET statement_id = {base_cancelled} WHERE id = {base}"),
        {"statement": "charge {base}"},
    ),
}  # fmt: skip


def test_it_holds_after_visits_corrections_and_withdrawals(till: Checked) -> None:
    assert found(till) == {}
    till.withdraw(till.visit())
    assert found(till) == {}


def test_it_holds_in_small_steps(shared_till: Checked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "FETCH_ROWS", 1)
    monkeypatch.setattr(checking, "FETCH_ROWS", 1)
    assert found(shared_till) == {}


def test_who_was_first_may_keep_it_or_the_other_have_it(till: Checked) -> None:
    """Several outcomes are right: one stands, on a report that gives a reason for it."""
    barn = till.installation()
    first, second = till.visit(barn), till.visit(barn)
    assert (first in till.standing(), second in till.standing()) == (True, False)
    till.revise(first, ending=Ending.GEEN_KOM)
    till.revise(first, ending=Ending.STICKER, number=number(60).digits)
    assert (first in till.standing(), second in till.standing()) == (False, True)
    assert found(till) == {}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_is_changed_behind_the_application_is_named(name: str, shared_till: Checked) -> None:
    statements, expected = TAMPERINGS[name]
    with tampered(shared_till, *statements) as connection, Session(connection) as session:
        told = check(session)
    assert set(told) == set(expected), told
    for code, row in expected.items():
        wanted = row.format(**shared_till.ids)
        named, sentence = told[code]
        assert named.startswith(wanted), told
        assert named.partition(" ")[2] in sentence


def run_check(till: Checked, *arguments: str) -> Result:
    @click.group()
    def main() -> None:
        """Only this area's commands."""

    terminal.register(main)
    url = till.field.foundation.database.url.render_as_string(hide_password=False)
    environment = {"KOMBEHEER_DATABASE_URL": url, "KOMBEHEER_SECRET_KEY": SECRET}
    return CliRunner().invoke(main, ["check", *arguments], env=environment)


def test_the_terminal_tells_what_stands(shared_till: Checked) -> None:
    result = run_check(shared_till)
    assert result.exit_code == 0
    assert "Kosten: 5 regels, € 67,70.\n" in result.output
    told = json.loads(run_check(shared_till, "--json").output)
    assert (told["holds"], told["charges"], told["charged_cents"]) == (True, 5, 6770)


def test_the_terminal_counts_what_breaks_the_same(till: Checked) -> None:
    change = "UPDATE charge SET dealer_id = 99 WHERE state = 'standing'"
    with tampered(till, change) as connection:
        connection.commit()
    result = run_check(till, "--json")
    assert result.exit_code == 1
    [finding] = json.loads(result.output)["findings"]
    first = str(min(till.ids["base"], till.ids["surcharge"]))
    assert (finding["code"], finding["key"], finding["more"]) == ("billing.check_differs", first, 4)
    assert "dealer 99" in finding["sentence"]


def test_a_day_that_is_none_is_told_and_not_a_crash(shared_till: Checked) -> None:
    if not shared_till.field.foundation.database.is_sqlite:
        return  # PostgreSQL keeps no such day
    change = "UPDATE charge SET service_date = 'someday' WHERE id = {base}"
    with tampered(shared_till, change) as connection, Session(connection) as session:
        named, sentence = check(session)["unreadable"]
    assert (named, "someday" in sentence) == ("charge ?", True)
