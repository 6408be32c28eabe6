"""`upgrade` and `serve`: the tables first, then the web server."""

from __future__ import annotations

import json
import signal
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from kombeheer.cli import serving
from kombeheer.cli.main import main
from models import schema
from models.transaction import Database
from tests.cli.started import SECRET, served, status


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, database_url: str) -> str:
    """The settings of a migrated, empty database."""
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", database_url)
    monkeypatch.setenv("KOMBEHEER_SECRET_KEY", SECRET)
    monkeypatch.setenv("KOMBEHEER_PUBLIC_URL", "http://127.0.0.1:8000")
    return database_url


def test_upgrade_tells_where_the_tables_stand(settings: str) -> None:
    newest = schema.newest_revision()
    same = CliRunner().invoke(main, ["upgrade"])
    assert (same.exit_code, same.stdout) == (0, f"De database stond al op {newest}.\n")
    database = Database(settings)
    schema.downgrade(database, "base")
    database.dispose()
    told = CliRunner().invoke(main, ["upgrade", "--json"])
    assert json.loads(told.stdout) == {"before": None, "after": newest}


def test_upgrade_refuses_a_database_of_a_newer_version(settings: str) -> None:
    _set_revision(settings, "9999")
    refused = CliRunner().invoke(main, ["upgrade"])
    assert refused.exit_code == 1
    assert "9999" in refused.stderr
    assert "nieuwere versie" in refused.stderr


def test_serve_refuses_tables_that_are_not_up_to_date(settings: str) -> None:
    _set_revision(settings, "0001")
    refused = CliRunner().invoke(main, ["serve"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "0001" in refused.stderr
    assert "python -m kombeheer upgrade" in refused.stderr


def test_serve_refuses_a_database_without_tables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", f"sqlite:///{tmp_path / 'kom.sqlite'}")
    refused = CliRunner().invoke(main, ["serve"], env={"KOMBEHEER_SECRET_KEY": SECRET})
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "nog geen tabellen" in refused.stderr


@pytest.mark.parametrize("backend", ["sqlite"])
def test_serve_refuses_more_processes_on_sqlite(settings: str, backend: str) -> None:
    refused = CliRunner().invoke(main, ["serve", "--workers", "2"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Met SQLite draait")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_port_that_is_taken_is_a_sentence(settings: str, backend: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = CliRunner().invoke(main, ["serve", "--port", str(port)])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"Poort {port} op 127.0.0.1 is niet te gebruiken")


def test_the_password_of_a_database_is_never_told(
    monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    served: list[serving.Place] = []
    monkeypatch.setattr(serving, "run", lambda _settings, place, _workers: served.append(place))
    told = CliRunner().invoke(main, ["serve", "--port", "0", "--json"])
    [place] = served
    place.socket.close()
    assert told.exit_code == 0
    assert set(json.loads(told.stdout)) == {"address", "database"}
    secret = "postgresql://kom:geheim@db.example/kom"
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", secret)
    assert "geheim" not in serving.shown(serving.Settings.from_environment())


@pytest.mark.parametrize("backend", ["sqlite"])
def test_serve_answers_until_it_is_stopped(database_url: str, backend: str) -> None:
    with served("serve", database_url=database_url) as (process, told):
        assert status(f"{told['address']}/healthz") == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0


@pytest.mark.parametrize("backend", ["postgresql"])
def test_serve_answers_from_more_processes_on_postgresql(database_url: str, backend: str) -> None:
    with served("serve", "--workers", "2", database_url=database_url) as (_, told):
        assert status(f"{told['address']}/healthz") == 200


def _set_revision(url: str, revision: str) -> None:
    database = Database(url)
    with database.transaction() as session:
        connection = session.connection()
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    database.dispose()
