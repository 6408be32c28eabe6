"""`export`: all of a kind, as `import` reads it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kombeheer.cli.main import main
from kombeheer.services.imports.kinds import KINDS
from tests.factories import Foundation


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", database_url)
    monkeypatch.setenv("KOMBEHEER_SECRET_KEY", "a secret key for the tests, of enough signs")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_it_writes_import_takes_as_known(
    foundation: Foundation, ending: str, tmp_path: Path
) -> None:
    foundation.dealer("=Hoekstra; “De Wilgen”", phone="+31 513 412 000")
    path = tmp_path / f"dealers.{ending}"
    assert run("export", "dealers", "-o", str(path)).exit_code == 0
    told = run("import", "dealers", str(path))
    assert told.exit_code == 0
    assert "0 nieuw, 0 gewijzigd, 1 onveranderd" in told.output


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_file_it_is_told_as_csv(foundation: Foundation, kind: str) -> None:
    told = run("export", kind)
    assert told.exit_code == 0
    heads = told.stdout.removeprefix("\ufeff").strip().split(";")
    assert heads == [column.head for column in KINDS[kind].columns]


def test_another_ending_and_another_kind_are_wrong_use(foundation: Foundation) -> None:
    wrong = run("export", "dealers", "-o", "dealers.pdf")
    assert wrong.exit_code == 2
    assert ".csv of .xlsx" in wrong.stderr
    assert run("export", "koeien").exit_code == 2
