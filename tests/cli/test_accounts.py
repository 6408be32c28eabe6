"""`user create` and `token create`, from the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from kombeheer.cli.main import main
from kombeheer.rules.accounts import Actor, Role
from kombeheer.services.accounts import tokens, users
from models.transaction import Database
from tests.clients import Browser
from tests.factories import Foundation

SECRET = "a secret key for the tests, of enough signs"
NEW_PASSWORD = "drie rode koeien in de wei"


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", database_url)
    monkeypatch.setenv("KOMBEHEER_SECRET_KEY", SECRET)
    monkeypatch.setenv("KOMBEHEER_PUBLIC_URL", "https://kom.example")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def user_named(database: Database, email: str) -> Actor:
    with database.reading() as session:
        return users.actor_by_email(session, email)


def test_a_user_gets_a_link_that_works(app: Flask, database: Database) -> None:
    made = run("user", "create", "--email", "Office@KOM.example", "--role", "office")
    assert (made.exit_code, made.stderr) == (0, "")
    link = made.stdout.strip()
    assert link.startswith("https://kom.example/accounts/invitation/")
    path = link.removeprefix("https://kom.example")
    guest = Browser(app)
    guest.send(path, path, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert guest.get("/accounts/users/").status_code == 200
    assert user_named(database, "office@kom.example").name == "office@kom.example"


def test_a_dealer_and_a_mechanic_belong_by_their_number(
    database: Database, foundation: Foundation
) -> None:
    dealer = foundation.dealer()
    mechanic = foundation.mechanic(dealer)
    for role, number in (("dealer", dealer.number), ("mechanic", mechanic.number)):
        email = f"{role}@hoekstra.example"
        made = run(
            *("user", "create", "--email", email, "--role", role, f"--{role}", number),
            *("--name", "Jelle", "--json"),
        )
        assert made.exit_code == 0
        told = json.loads(made.stdout)
        assert (set(told), told["email"]) == ({"email", "role", "link"}, email)
        found = user_named(database, email)
        assert (found.role, found.name) == (role, "Jelle")
        assert dealer.id == found.dealer_id or mechanic.id == found.mechanic_id


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--email", "geen adres", "--role", "office"], "is geen e-mailadres"),
        (["--email", "lezer@kkm.example", "--role", "office"], "is al een gebruiker"),
        (["--email", "a@kom.example", "--role", "dealer"], "hoort bij een dealer"),
        (["--email", "a@kom.example", "--role", "dealer", "--dealer", "99"], "nummer 99"),
        (["--email", "a@kom.example", "--role", "mechanic", "--mechanic", "9"], "nummer 9"),
    ],
)
def test_a_refusal_is_a_sentence_and_nothing_is_made(
    foundation: Foundation, arguments: list[str], sentence: str
) -> None:
    foundation.user(Role.READER, email="lezer@kkm.example")
    refused = run("user", "create", *arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert sentence in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["user", "create"],
        ["user", "create", "--email", "a@kom.example"],
        ["user", "create", "--email", "a@kom.example", "--role", "farmer"],
        ["token", "create", "--user", "a@kom.example"],
        ["token", "create", "--name", "kassa"],
    ],
)
def test_wrong_use_ends_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_token_stands_alone_on_the_output(database: Database, foundation: Foundation) -> None:
    reader = foundation.user(Role.READER, email="lezer@kkm.example")
    made = run("token", "create", "--user", "lezer@kkm.example", "--name", "kassa")
    assert (made.exit_code, made.stderr) == (0, "")
    again = run("token", "create", "--user", "lezer@kkm.example", "--name", "kassa", "--json")
    told = json.loads(again.stdout)
    assert set(told) == {"user", "name", "token"}
    with database.reading() as session:
        for key in (made.stdout.strip(), told["token"]):
            assert tokens.actor_of_token(session.connection(), key) == reader


def test_a_token_is_for_somebody() -> None:
    refused = run("token", "create", "--user", "niemand@kom.example", "--name", "kassa")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "niemand@kom.example" in refused.stderr
