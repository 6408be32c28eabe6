"""The terminal as a whole: what is there, and how it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kombeheer import __version__
from kombeheer.cli.main import main
from kombeheer.config import ROOT

COMMANDS = {"check", "demo", "export", "import", "scheduler", "serve", "token", "upgrade", "user"}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", f"sqlite:///{tmp_path / 'kom.sqlite'}")
    monkeypatch.setenv("KOMBEHEER_SECRET_KEY", "a secret key for the tests, of enough signs")


def test_every_command_is_there_and_has_its_help() -> None:
    assert set(main.commands) == COMMANDS
    for name in COMMANDS:
        shown = CliRunner().invoke(main, [name, "--help"])
        assert shown.exit_code == 0
        assert shown.stdout


def test_it_starts_by_its_module_name() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "kombeheer", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == __version__


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["serve", "--port", "x"], ["serve", "--port", "70000"], ["user"]]
)
def test_wrong_use_ends_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_a_wrong_setting_is_a_sentence_and_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMBEHEER_SECRET", "x")
    refused = CliRunner().invoke(main, ["upgrade"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("KOMBEHEER_SECRET is geen bekende instelling.")


def test_a_refusal_is_its_sentence_and_ends_with_1() -> None:
    assert CliRunner().invoke(main, ["upgrade"]).exit_code == 0
    arguments = ["token", "create", "--user", "niemand@kom.example", "--name", "kassa"]
    refused = CliRunner().invoke(main, arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Niemand logt in met niemand@kom.example.")


def test_a_database_without_tables_says_what_to_type() -> None:
    refused = CliRunner().invoke(main, ["check"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "python -m kombeheer upgrade" in refused.stderr


def test_a_database_that_does_not_answer_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", f"sqlite:///{tmp_path / 'no' / 'kom.sqlite'}")
    refused = CliRunner().invoke(main, ["check"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("De database is niet te gebruiken:")
