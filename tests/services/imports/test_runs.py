"""Runs of an import: claimed by one at a time, taken up again, all or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kombeheer import import_runs
from kombeheer.config import ROOT
from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.imports import Part, RunState
from kombeheer.rules.refusal import Refusal
from kombeheer.services.imports import runs
from kombeheer.services.imports.kinds import template
from kombeheer.services.imports.runs import KEPT, LEASE, TRIES_MAX, Claim, Lost
from kombeheer.services.imports.telling import Tally
from kombeheer.services.listing import Wanted
from kombeheer.tables.sheets import write_xlsx
from models.imports import ImportPiece, ImportRun
from models.journal import JournalEntry
from models.parties import Dealer
from models.transaction import Database
from tests.cli.started import SECRET
from tests.factories import NOW, Foundation
from tests.field import Clock
from tests.services.imports.taking import source_of
from tests.together import at_once, codes

HEAD = "nummer;naam;plaats\n"
SOUND = f"{HEAD}118;Boersma Melktechniek;Joure\n119;Hoekstra Melktechniek;Sneek\n"
FAULTY = f"{SOUND}118;Boersma Melktechniek;Joure\n"

Ask = Callable[[str | bytes], str]


@pytest.fixture
def office(foundation: Foundation) -> Actor:
    return foundation.user(Role.OFFICE)


@pytest.fixture
def ask(database: Database, office: Actor, clock: Clock) -> Ask:
    """Have a text of dealers tried; the public id of its run."""

    def asked(content: str | bytes) -> str:
        source = source_of("dealers", content)
        with database.transaction() as session:
            return runs.make_run(
                session,
                office,
                clock.moment,
                kind="dealers",
                file_name="dealers.csv",
                file_sha256=source.sha256,
                file=source.file,
            )

    return asked


def run_of(database: Database, public_id: str) -> ImportRun:
    with database.reading() as session:
        return runs.run_of(session, public_id)


def counts(run: ImportRun) -> tuple[int, ...]:
    return (run.new_count, run.changed_count, run.same_count, run.error_count)


def claim(database: Database, clock: Clock) -> Claim | None:
    return database.write(lambda session: runs.claim_next(session, clock.moment))


def enter(database: Database, office: Actor, public_id: str) -> None:
    database.write(lambda session: runs.enter(session, office, NOW, public_id))


def go_on(database: Database, held: Claim, clock: Clock) -> None:
    reading = RunState.READING
    database.write(lambda session: runs.go_on(session, held, clock.moment, Tally(), reading))


def end(database: Database, held: Claim, clock: Clock) -> None:
    done = RunState.DONE
    database.write(lambda session: runs.end(session, held, clock.moment, done, Tally()))


def dealers(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(Dealer)).scalar_one()


def report(database: Database, run: ImportRun, part: Part = Part.REPORT) -> list[list[object]]:
    with database.reading() as session:
        return [list(row) for row in runs.rows(session, run.id, part)]


def test_a_trial_tells_what_would_be_new_and_writes_nothing(database: Database, ask: Ask) -> None:
    public_id = ask(SOUND)
    assert import_runs.do_free(database) == 1
    run = run_of(database, public_id)
    assert (run.state, counts(run)) == (RunState.DONE, (2, 0, 0, 0))
    assert (run.line_count, run.total_lines) == (3, 3)
    assert [row[:2] for row in report(database, run)] == [[2, "nieuw"], [3, "nieuw"]]
    assert dealers(database) == 0
    assert import_runs.do_free(database) == 0


def test_how_many_lines_a_spreadsheet_has_is_known_while_it_is_read(
    database: Database, ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "dealers.xlsx"
    write_xlsx(template("dealers"), path)
    public_id = ask(path.read_bytes())
    import_runs.do_free(database)
    run = run_of(database, public_id)
    assert (run.state, run.new_count, run.total_lines, run.line_count) == (RunState.DONE, 1, 3, 4)


def test_what_was_tried_is_then_imported_once(database: Database, office: Actor, ask: Ask) -> None:
    public_id = ask(SOUND)
    import_runs.do_free(database)
    enter(database, office, public_id)
    enter(database, office, public_id)  # pressed twice
    assert import_runs.do_free(database) == 1
    run = run_of(database, public_id)
    assert (run.state, run.is_trial, counts(run)) == (RunState.DONE, False, (2, 0, 0, 0))
    assert dealers(database) == 2
    enter(database, office, public_id)
    assert import_runs.do_free(database) == 0
    with database.reading() as session:
        entries = session.query(JournalEntry).filter_by(subject_kind="import")
        told = [(one.action, one.actor_id) for one in entries.order_by(JournalEntry.id)]
    actions = ("imports.tried", "imports.asked", "imports.taken_over")
    assert told == [(action, office.user_id) for action in actions]


def test_a_file_with_errors_is_refused_and_its_errors_come_first(
    database: Database, office: Actor, ask: Ask
) -> None:
    public_id = ask(FAULTY)
    import_runs.do_free(database)
    run = run_of(database, public_id)
    assert (run.state, run.error_count) == (RunState.REFUSED, 1)
    assert [row[1] for row in report(database, run)] == ["nieuw", "nieuw", "fout"]
    assert [row[1] for row in report(database, run, Part.SHOWN)] == ["fout", "nieuw", "nieuw"]
    with pytest.raises(Refusal, match="run_unknown"):
        enter(database, office, public_id)


def test_what_became_wrong_since_the_trial_is_refused(
    database: Database, office: Actor, ask: Ask, foundation: Foundation
) -> None:
    public_id = ask(f"{HEAD}118;Boersma Melktechniek;Joure\n")
    import_runs.do_free(database)
    enter(database, office, public_id)
    import_runs.do_free(database)
    again = ask(f"{HEAD}118;Boersma Melktechniek;Joure\n")
    import_runs.do_free(database)
    assert counts(run_of(database, again)) == (0, 0, 1, 0)
    with pytest.raises(Refusal, match="run_unknown"):  # there is nothing to import
        enter(database, office, again)


def test_of_two_who_claim_at_once_one_gets_it(database: Database, ask: Ask, clock: Clock) -> None:
    ask(SOUND)
    got = at_once(*[lambda: claim(database, clock)] * 2)
    assert sorted(one is not None for one in got) == [False, True]


def test_a_lease_that_ran_out_is_taken_over_and_who_had_it_finds_out(
    database: Database, ask: Ask, clock: Clock
) -> None:
    public_id = ask(SOUND)
    first = claim(database, clock)
    assert first is not None
    clock.pass_by(seconds=LEASE.total_seconds())
    assert claim(database, clock) is None
    go_on(database, first, clock)
    clock.pass_by(seconds=LEASE.total_seconds())
    assert claim(database, clock) is None  # it was renewed
    clock.pass_by(seconds=1)
    second = claim(database, clock)
    assert second is not None
    assert (second.run_id, second.number) == (first.run_id, first.number + 1)
    for deed in (go_on, end):
        with pytest.raises(Lost):
            deed(database, first, clock)
    assert run_of(database, public_id).state == RunState.READING


def test_a_run_that_writes_is_not_taken_up_however_long_it_lasts(
    database: Database, ask: Ask, clock: Clock
) -> None:
    ask(SOUND)
    held = claim(database, clock)
    assert held is not None
    clock.pass_by(hours=1)
    if database.is_sqlite:
        return  # there, who writes keeps all others from writing
    with database.transaction() as session:
        runs.hold(session, held)
        assert claim(database, clock) is None
    assert claim(database, clock) is not None


def test_a_run_that_ends_everybody_who_takes_it_up_is_given_up(
    database: Database, ask: Ask, clock: Clock
) -> None:
    public_id = ask(SOUND)
    for _ in range(TRIES_MAX):
        assert claim(database, clock) is not None
        clock.pass_by(seconds=LEASE.total_seconds() + 1)
    assert import_runs.do_free(database) == 0
    run = run_of(database, public_id)
    assert (run.state, run.ended_at) == (RunState.FAILED, clock.moment)


def test_one_file_is_imported_at_a_time(database: Database, office: Actor, ask: Ask) -> None:
    first, second = ask(SOUND), ask(f"{HEAD}120;Veenstra;Heeg\n")
    assert import_runs.do_free(database) == 2
    answers = at_once(*[lambda one=one: enter(database, office, one) for one in (first, second)])
    assert sorted(codes(answers)) == ["", "imports.run_busy"]
    import_runs.do_free(database)
    enter(database, office, second if codes(answers)[1] else first)
    import_runs.do_free(database)
    assert dealers(database) == 3


@pytest.mark.parametrize("count", [3_000])
def test_a_process_that_dies_while_it_writes_leaves_nothing_and_another_does_it(
    database: Database,
    database_url: str,
    office: Actor,
    ask: Ask,
    clock: Clock,
    tmp_path: Path,
    count: int,
) -> None:
    lines = "".join(f"{number};Dealer {number};Joure\n" for number in range(1, count + 1))
    public_id = ask(HEAD + lines)
    import_runs.do_free(database)
    enter(database, office, public_id)
    environment = {name: value for name, value in os.environ.items() if "KOMBEHEER" not in name}
    environment |= {"KOMBEHEER_DATABASE_URL": database_url, "KOMBEHEER_SECRET_KEY": SECRET}
    passing = tmp_path / "passing"
    passing.mkdir()
    environment["TMPDIR"] = str(passing)
    command = [sys.executable, "-m", "kombeheer", "scheduler", "--once"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        until = time.monotonic() + 60
        while run_of(database, public_id).state != RunState.WRITING and time.monotonic() < until:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert list(passing.iterdir()) == []
    assert run_of(database, public_id).state == RunState.WRITING
    assert dealers(database) == 0
    clock.moment = run_of(database, public_id).claimed_until + timedelta(seconds=1)
    assert import_runs.do_free(database) == 1
    run = run_of(database, public_id)
    assert (run.state, run.try_count, dealers(database)) == (RunState.DONE, 2, count)


def test_a_run_that_goes_wrong_fails_and_leaves_nothing(
    database: Database, office: Actor, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    public_id = ask(SOUND)
    import_runs.do_free(database)
    enter(database, office, public_id)
    with database.transaction() as session:
        run = runs.run_of(session, public_id)
        run.kind = "nothing"
    import_runs.do_free(database)
    assert "imports.kind_unknown" in caplog.text
    assert (run_of(database, public_id).state, dealers(database)) == (RunState.FAILED, 0)


def test_what_is_kept_is_kept_in_pieces_and_gone_after_a_month(
    database: Database, ask: Ask, clock: Clock
) -> None:
    lines = "".join(f"{number};{'Dealer ' * 15}{number};Joure\n" for number in range(1, 12_001))
    public_id = ask(HEAD + lines)
    import_runs.do_free(database)
    run = run_of(database, public_id)
    with database.reading() as session:
        sizes = [len(piece) for piece in runs.pieces(session, run.id, Part.FILE)]
        assert sum(sizes) == run.file_bytes == len(HEAD + lines)
        assert len(sizes) == 2
        assert len(list(runs.pieces(session, run.id, Part.REPORT))) > 1
        assert max(len(one) for one in runs.pieces(session, run.id, Part.REPORT)) <= 1024**2
    assert len(report(database, run)) == 12_000
    assert len(report(database, run, Part.SHOWN)) == 50
    clock.pass_by(seconds=KEPT.total_seconds())
    assert database.write(lambda session: runs.remove_old(session, clock.moment)) == 0
    clock.pass_by(seconds=1)
    assert database.write(lambda session: runs.remove_old(session, clock.moment)) == 1
    assert database.write(lambda session: runs.remove_old(session, clock.moment)) == 0
    with database.reading() as session:
        assert session.query(ImportPiece).count() == 0
        [(kept, name)] = runs.list_runs(session, Wanted()).items
    assert (kept.public_id, name) == (public_id, "user1")
