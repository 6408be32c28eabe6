"""The check names whatever is changed behind the application's back, and only that."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import NullPool, create_engine, text

from kombeheer.cli import stickers as terminal
from kombeheer.rules.stickers import (
    EMPTY_CHAIN,
    Account,
    MoveKind,
)
from kombeheer.services.stickers import checking, replay
from models.transaction import Database
from tests.factories import Foundation, number
from tests.services.stickers.behind import Behind, Ledger, Tampering, Work

SECRET = "a secret key for the tests, of enough signs"


@pytest.fixture
def book(foundation: Foundation) -> Ledger:
    return Ledger(foundation)


@pytest.fixture
def behind(database_url: str) -> Tampering:
    def tamper(work: Work) -> None:
        engine = create_engine(database_url, poolclass=NullPool)
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                for table, change in product(("movement", "document"), ("update", "delete")):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{change}"))
            else:
                connection.execute(text("SET session_replication_role = replica"))
            work(Behind(connection))

    return tamper


def found(database: Database, head: str | None = None) -> dict[str, str]:
    """What the check finds: the code of each finding with the row it names."""
    with database.reading() as session:
        return {
            one.code.removeprefix("stickers.check_"): f"{one.table} {one.key}"
            for one in checking.check(session, head)
        }


def test_an_untouched_foundation_holds(book: Ledger, database: Database) -> None:
    assert found(database) == {}


def test_an_empty_foundation_holds(database: Database) -> None:
    assert found(database) == {}
    assert found(database, EMPTY_CHAIN) == {}


def test_it_holds_however_small_the_windows_are(
    book: Ledger, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "WINDOW_NUMBERS", 3)
    monkeypatch.setattr("kombeheer.services.stickers.chain.PAGE_ROWS", 2)
    assert found(database) == {}


def _change_column(column: str, value: str) -> Work:
    def work(behind: Behind) -> None:
        behind.run(f"UPDATE movement SET {column} = {value} WHERE chain_number = 6")

    return work


def _change_with_text(behind: Behind) -> None:
    behind.rewrite(9, replace(behind.move(9), last=42))


def _change_and_hash_again(behind: Behind) -> None:
    _change_with_text(behind)
    behind.chain_again()


def _remove(behind: Behind) -> None:
    behind.run("DELETE FROM movement WHERE chain_number = 6")


def _cut_off(behind: Behind) -> None:
    behind.run("DELETE FROM movement WHERE chain_number = 10")


def _cut_off_and_set_back(behind: Behind) -> None:
    _cut_off(behind)
    behind.chain_again()


def _reorder(behind: Behind) -> None:
    behind.run("UPDATE movement SET chain_number = 99 WHERE chain_number = 8")
    behind.run("UPDATE movement SET chain_number = 8 WHERE chain_number = 9")
    behind.run("UPDATE movement SET chain_number = 9 WHERE chain_number = 99")


def _insert(behind: Behind) -> None:
    behind.insert(11, replace(behind.move(9), first=45, last=45))


def _insert_and_hash_again(behind: Behind) -> None:
    """A second use of a number that is on the wall already."""
    behind.insert(11, replace(behind.move(9), first=1, last=1))
    behind.chain_again()


def _insert_illegal(behind: Behind) -> None:
    """From the dealer straight to destroyed, perfectly hashed, and the number follows."""
    move = replace(behind.move(9), first=45, last=45, target=Account.parse("destroyed"))
    behind.insert(11, replace(move, counters=None))
    behind.run(
        "UPDATE sticker SET account = 'destroyed', dealer_id = NULL, issued_on = NULL "
        "WHERE serial = 45"
    )
    behind.chain_again()


def _lose_document(behind: Behind) -> None:
    behind.run(
        "DELETE FROM document WHERE id = (SELECT document_id FROM movement WHERE chain_number = 9)"
    )


def _counter_another(behind: Behind) -> None:
    move = replace(behind.move(10), counters=6)
    behind.run("UPDATE movement SET counters = 6 WHERE chain_number = 10")
    behind.rewrite(10, move)
    behind.chain_again()


def _sticker(change: str) -> Work:
    def work(behind: Behind) -> None:
        behind.run(f"UPDATE sticker SET {change} WHERE serial = 20")

    return work


def _remove_sticker(behind: Behind) -> None:
    behind.run("DELETE FROM sticker WHERE serial IN (20, 21, 30)")


def _add_sticker(behind: Behind) -> None:
    behind.run(
        "INSERT INTO sticker (series_id, serial, account) SELECT series_id, 777, 'stock' "
        "FROM sticker WHERE serial = 1"
    )


def _remove_head(behind: Behind) -> None:
    behind.run("DELETE FROM chain_head")


TAMPERINGS = {
    "a changed range": (
        _change_column("last_serial", "2"),
        {"text": "movement 6", "source": "movement 7"},
    ),
    "a changed day": (_change_column("effective_on", "'2026-01-08'"), {"text": "movement 6"}),
    "a changed moment": (
        _change_column("recorded_at", "'2026-01-08 10:00:00'"),
        {"text": "movement 6"},
    ),
    "a changed kind": (
        _change_column("kind", "'spoil'"),
        {"text": "movement 6", "legal": "movement 6"},
    ),
    "a changed account": (
        _change_column("target_account", "'applied:99'"),
        {"text": "movement 6", "sticker": f"sticker {number(1).printed}"},
    ),
    "an unreadable account": (
        _change_column("target_account", "'wall'"),
        {"words": "movement 6"},
    ),
    "a changed hash": (_change_column("hash", "'00'"), {"hash": "movement 6"}),
    "a changed text": (
        _change_column("canonical", "'1|6|'"),
        {"text": "movement 6", "hash": "movement 6"},
    ),
    "a change with its text": (
        _change_with_text,
        {
            "hash": "movement 9",
            "sticker": f"sticker {number(42).printed}",
            "balance": "sticker dealer",
        },
    ),
    "a change with its text and every hash": (
        _change_and_hash_again,
        {"sticker": f"sticker {number(42).printed}", "balance": "sticker dealer"},
    ),
    "a movement removed": (
        _remove,
        {"gap": "movement 7", "hash": "movement 7", "sticker": f"sticker {number(1).printed}"},
    ),
    "the tail cut off": (
        _cut_off,
        {"head_number": "chain_head 1", "head_hash": "chain_head 1"},
    ),
    "the tail cut off and the head set back": (
        _cut_off_and_set_back,
        {"sticker": f"sticker {number(2).printed}", "balance": "sticker dealer"},
    ),
    "two movements in another order": (_reorder, {"text": "movement 8", "hash": "movement 8"}),
    "a movement added": (
        _insert,
        {
            "hash": "movement 11",
            "head_number": "chain_head 1",
            "sticker": f"sticker {number(45).printed}",
        },
    ),
    "a movement added with every hash": (_insert_and_hash_again, {"source": "movement 11"}),
    "an illegal movement": (_insert_illegal, {"legal": "movement 11"}),
    "a document removed": (_lose_document, {"document": "movement 9"}),
    "a counter-movement of another": (_counter_another, {"counters": "movement 10"}),
    "a number elsewhere": (
        _sticker("account = 'stock'"),
        {"sticker": f"sticker {number(20).printed}", "balance": "sticker dealer"},
    ),
    "a number with nobody": (
        _sticker("dealer_id = NULL"),
        {"sticker": f"sticker {number(20).printed}", "balance": "sticker dealer"},
    ),
    "another day of issue": (
        _sticker("issued_on = '2025-12-31'"),
        {"sticker": f"sticker {number(20).printed}"},
    ),
    "a number removed": (
        _remove_sticker,
        {"missing": f"sticker {number(20).printed}", "balance": "sticker dealer"},
    ),
    "a number too many": (_add_sticker, {"extra": f"sticker {number(777).printed}"}),
    "no head": (_remove_head, {"head_number": "chain_head 1", "head_hash": "chain_head 1"}),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_is_changed_behind_the_application_is_named(
    name: str,
    book: Ledger,
    database: Database,
    database_url: str,
    behind: Tampering,
) -> None:
    work, expected = TAMPERINGS[name]
    behind(work)
    told = found(database)
    for code, row in expected.items():
        assert told.get(code, "").startswith(row), (code, told)
    result = run_check(database_url)
    assert result.exit_code == 1
    assert all(
        row.split(" ", 1)[1] in result.output for row in expected.values() if "dealer" not in row
    )


def run_check(database_url: str, *arguments: str) -> Result:
    @click.group()
    def main() -> None:
        """Only this area's commands."""

    terminal.register(main)
    environment = {"KOMBEHEER_DATABASE_URL": database_url, "KOMBEHEER_SECRET_KEY": SECRET}
    return CliRunner().invoke(main, ["check", *arguments], env=environment)


def test_the_terminal_says_that_all_holds(book: Ledger, database_url: str) -> None:
    result = run_check(database_url)
    assert result.exit_code == 0
    assert result.output.startswith("Alles klopt: 10 boekingen, 50 nummers.")


def test_the_terminal_tells_it_as_json(
    book: Ledger,
    database_url: str,
    behind: Tampering,
) -> None:
    fine = json.loads(run_check(database_url, "--json").output)
    assert (fine["holds"], fine["movements"], fine["numbers"]) == (True, 10, 50)
    behind(_remove_sticker)
    result = run_check(database_url, "--json")
    assert result.exit_code == 1
    missing = json.loads(result.output)["findings"][0]
    assert (missing["code"], missing["more"]) == ("stickers.check_missing", 2)
    assert number(20).printed in missing["sentence"]


def test_a_head_kept_elsewhere_is_found_in_the_chain(book: Ledger, database_url: str) -> None:
    head = json.loads(run_check(database_url, "--json").output)["head"]
    book.foundation.move(
        MoveKind.SPOIL, book.series, 30, 30, f"dealer:{book.dealer.id}", "spoiled", book.dealer
    )
    result = run_check(database_url, "--head", head.upper(), "--json")
    assert result.exit_code == 0
    assert json.loads(result.output)["head_seen"] == 10


def test_a_chain_that_was_made_anew_shows_beside_the_head_kept_elsewhere(
    book: Ledger,
    database_url: str,
    behind: Tampering,
) -> None:
    head = json.loads(run_check(database_url, "--json").output)["head"]

    def rewrite_all(work: Behind) -> None:
        """The tail goes, its number is set right, the chain is hashed: nothing else shows."""
        _cut_off_and_set_back(work)
        work.run(
            "UPDATE sticker SET account = :account WHERE serial = 2",
            account=f"applied:{book.installation.id}",
        )

    behind(rewrite_all)
    assert run_check(database_url).exit_code == 0
    result = run_check(database_url, "--head", head)
    assert result.exit_code == 1
    assert head in result.output


@pytest.mark.parametrize("head", ["", "abc", "g" * 64])
def test_a_head_that_is_no_hash_is_wrong_use(head: str, database_url: str) -> None:
    assert run_check(database_url, "--head", head).exit_code == 2


def test_a_day_that_is_none_is_told_and_not_a_crash(
    backend: str,
    book: Ledger,
    database: Database,
    behind: Tampering,
) -> None:
    if backend != "sqlite":
        return  # PostgreSQL keeps no such day
    behind(_change_column("effective_on", "'someday'"))
    assert found(database)["words"] == "movement 6"
    behind(_sticker("issued_on = 'someday'"))
    assert found(database)["words"] == "movement 6"
