"""`demo`: built once in an empty database, then opened as it is."""

from __future__ import annotations

import json
import signal
from datetime import date

import pytest
from click.testing import CliRunner, Result

from kombeheer.cli.main import main
from kombeheer.rules.accounts import Role
from kombeheer.services.demonstration.building import stages
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.users import PASSWORD
from models.transaction import Database
from tests.cli.started import SECRET, served, status
from tests.factories import Foundation

SMALL = ["--scale", "0.001", "--no-serve", "--on", "2026-03-05"]


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", database_url)
    monkeypatch.setenv("KOMBEHEER_SECRET_KEY", SECRET)
    monkeypatch.delenv("KOMBEHEER_PUBLIC_URL", raising=False)


def demo(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["demo", *SMALL, *arguments])


def test_it_tells_address_database_logins_and_numbers_as_json(database_url: str) -> None:
    built = demo("--json")
    assert built.exit_code == 0, built.stderr
    told = json.loads(built.stdout)
    assert set(told) == {"address", "database", "logins", "try"}
    assert told["address"] == "http://127.0.0.1:8000"
    assert [one["role"] for one in told["logins"]] == list(Role)
    assert {one["password"] for one in told["logins"]} == {PASSWORD}
    assert len(told["try"]["last_years_sticker"]) == 10
    assert built.stderr.splitlines()[-1] == "Demonstratie bouwen: 100 %"
    again = demo("--json")
    assert json.loads(again.stdout) == told
    assert (
        again.stderr
        == "Er staat al een demonstratie, van do 5 maart 2026; zij blijft zoals zij is.\n"
    )


@pytest.mark.parametrize("backend", ["sqlite"])
def test_its_text_says_that_it_is_a_demonstration_and_what_to_type(backend: str) -> None:
    told = demo().stdout
    assert told.startswith("Dit is een demonstratie: alle bedrijven en personen zijn verzonnen.")
    assert "  monteur       deboer@kom.example      wachtwoord: koeien in de wei\n" in told
    assert "Jaren     di 5 maart 2024 tot en met wo 4 maart 2026\n" in told
    assert "sticker van vorig jaar, bij een klant" in told


def test_a_database_with_other_data_is_refused(database_url: str) -> None:
    database = Database(database_url)
    Foundation(database).dealer()
    database.dispose()
    refused = demo()
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "andere gegevens" in refused.stderr


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_half_made_one_is_made_again(database_url: str, backend: str) -> None:
    database = Database(database_url)
    database.write(next(stages(Wish(0.001, 1, date(2026, 3, 5)))).work)
    database.dispose()
    built = demo("--json")
    assert built.exit_code == 0, built.stderr
    assert built.stderr.startswith("Het bouwen werd de vorige keer afgebroken")
    assert json.loads(built.stdout)["try"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_old_demonstration_says_that_its_stickers_are_old(backend: str) -> None:
    assert demo().exit_code == 0
    opened = demo("--on", "2027-03-05")
    assert opened.exit_code == 0
    assert "Haar nieuwste stickers gelden in 2026." in opened.stderr


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["--scale", "0"],
        ["--scale", "2"],
        ["--on", "5 maart"],
        ["--on", "1999-01-01"],
        ["--seed", "x"],
    ],
)
def test_wrong_use_ends_with_2_and_builds_nothing(backend: str, arguments: list[str]) -> None:
    refused = demo(*arguments)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert demo("--json").exit_code == 0


@pytest.mark.parametrize("backend", ["sqlite"])
def test_it_builds_and_serves(backend: str, database_url: str) -> None:
    with served("demo", "--scale", "0.001", database_url=database_url) as (process, told):
        assert status(f"{told['address']}/healthz") == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
