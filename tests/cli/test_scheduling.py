"""`scheduler`: every job once a day in Amsterdam, whoever comes first, also a night too late."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time as seconds
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kombeheer import jobs
from kombeheer.cli import scheduling
from kombeheer.cli.main import main
from kombeheer.config import ROOT
from models.cases import Case
from models.jobs import JobRun
from models.journal import JournalEntry
from models.transaction import Database
from tests.cli.started import SECRET
from tests.factories import NOW, TODAY, Foundation

AT_NIGHT = datetime(2026, 3, 6, 2, 30, tzinfo=UTC)  # half past three in Amsterdam


def nothing(_session: Session, _now: datetime) -> int:
    return 0


def job(at: time = time(3, 30), work: Any = nothing) -> jobs.Job:
    return jobs.Job("proof", at, work)


def runs(database: Database) -> list[tuple[str, date, int]]:
    with database.reading() as session:
        rows = session.query(JobRun).order_by(JobRun.day, JobRun.job)
        return [(row.job, row.day, row.found_count) for row in rows]


@pytest.mark.parametrize(
    ("now", "at", "day"),
    [
        (datetime(2026, 3, 6, 2, 29, tzinfo=UTC), time(3, 30), date(2026, 3, 5)),
        (datetime(2026, 3, 6, 2, 30, tzinfo=UTC), time(3, 30), date(2026, 3, 6)),
        (datetime(2026, 3, 5, 23, 30, tzinfo=UTC), time(0, 0), date(2026, 3, 6)),
        # In summer Amsterdam is two hours ahead.
        (datetime(2026, 7, 6, 1, 29, tzinfo=UTC), time(3, 30), date(2026, 7, 5)),
        (datetime(2026, 7, 6, 1, 30, tzinfo=UTC), time(3, 30), date(2026, 7, 6)),
        # 02:30 is not there on the last Sunday of March, and there twice on that of October.
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), time(2, 30), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), time(2, 30), date(2026, 3, 29)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), time(2, 30), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), time(2, 30), date(2026, 10, 25)),
    ],
)
def test_a_job_is_due_on_a_day_of_amsterdam(now: datetime, at: time, day: date) -> None:
    assert jobs.due_day(job(at), now) == day


def test_a_job_runs_once_for_its_day_and_again_the_next(database: Database) -> None:
    moments = [AT_NIGHT + timedelta(minutes=5 * index) for index in range(5)]
    for moment in [*moments, AT_NIGHT + timedelta(days=1)]:
        list(jobs.run_due(database, moment, [job()]))
    days = [date(2026, 3, 6), date(2026, 3, 7)]
    assert runs(database) == [("proof", day, 0) for day in days]


def test_nights_that_were_missed_are_made_up_at_once_and_together(foundation: Foundation) -> None:
    dealer = foundation.dealer()
    mechanic, installation = foundation.mechanic(dealer), foundation.installation()
    for days in (15, 18, 30):
        foundation.report(installation, mechanic, dealer, TODAY - timedelta(days=days))
    ran, *_others = jobs.run_due(foundation.database, NOW)
    assert (ran.day, ran.found_count) == (TODAY, 3)
    with foundation.database.reading() as session:
        assert session.query(Case).count() == 3
    assert list(jobs.run_due(foundation.database, NOW)) == []


def test_a_job_that_fails_leaves_nothing_and_is_tried_again(database: Database) -> None:
    calls = []

    def fails_once(session: Session, now: datetime) -> int:
        calls.append(now)
        session.add(JobRun(job="trace", day=TODAY, ran_at=now, found_count=len(calls)))
        session.flush()
        if len(calls) == 1:
            raise ZeroDivisionError
        return 7

    with pytest.raises(ZeroDivisionError):
        list(jobs.run_due(database, AT_NIGHT, [job(work=fails_once)]))
    assert runs(database) == []
    list(jobs.run_due(database, AT_NIGHT, [job(work=fails_once)]))
    assert [found for *_, found in runs(database)] == [2, 7]


def race(url: str, way: str) -> list[int]:
    """Two processes at one moment; how many times each ran the job."""
    moment = str(seconds.time() + 6)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.cli.racing", url, moment, way],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    return sorted(int(process.communicate(timeout=120)[0]) for process in started)


@pytest.mark.parametrize(("way", "times"), [("claims", [0, 1]), ("ignores", [1, 1])])
def test_of_two_processes_at_once_one_runs_a_job(
    database_url: str, database: Database, way: str, times: list[int]
) -> None:
    """Without its claim both would: the race is a real one."""
    assert race(database_url, way) == times
    with database.reading() as session:
        assert session.query(JournalEntry).filter_by(action="proof.ran").count() == sum(times)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, database_url: str) -> str:
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", database_url)
    monkeypatch.setenv("KOMBEHEER_SECRET_KEY", SECRET)
    return database_url


def test_once_does_what_is_due_and_ends(settings: str, database: Database) -> None:
    told = CliRunner().invoke(main, ["scheduler", "--once", "--json"])
    assert told.exit_code == 0
    ran = json.loads(told.stdout)["ran"]
    assert [(one["job"], one["found"]) for one in ran] == [(job.name, 0) for job in jobs.JOBS]
    done = sorted((one["job"], date.fromisoformat(one["day"]), 0) for one in ran)
    assert sorted(runs(database)) == done
    again = CliRunner().invoke(main, ["scheduler", "--once"])
    assert again.stdout == "Er is nu niets te doen.\n"
    assert len(runs(database)) == len(jobs.JOBS)


def test_it_refuses_tables_that_are_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", f"sqlite:///{tmp_path / 'kom.sqlite'}")
    monkeypatch.setenv("KOMBEHEER_SECRET_KEY", SECRET)
    refused = CliRunner().invoke(main, ["scheduler", "--once"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "nog geen tabellen" in refused.stderr


def test_a_database_that_is_away_does_not_end_it(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_given: object) -> None:
        raise OperationalError("", None, Exception("away"))

    monkeypatch.setattr(jobs, "run_due", away)
    scheduling.tick(database)
    assert "did not answer" in caplog.text


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_it_begins_at_once_and_ends_when_it_is_told_to(
    database_url: str, database: Database, backend: str, end: signal.Signals
) -> None:
    environment = {name: value for name, value in os.environ.items() if "KOMBEHEER" not in name}
    environment |= {"KOMBEHEER_DATABASE_URL": database_url, "KOMBEHEER_SECRET_KEY": SECRET}
    with subprocess.Popen(
        [sys.executable, "-m", "kombeheer", "scheduler", "--json"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            ran = json.loads(process.stdout.readline())["ran"]
            process.send_signal(end)
            assert process.wait(60) == 0
        finally:
            process.kill()
    assert [one["job"] for one in ran] == [job.name for job in jobs.JOBS]
    assert len(runs(database)) == len(jobs.JOBS)
