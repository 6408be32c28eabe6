"""The drills in short, in this process: a few rounds of each, and the controls."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from kombeheer.clock import now_utc
from kombeheer.services.cases import deciding
from models.cases import Case
from models.transaction import Database
from tests.drills import charges, dealers, evidence, ground, race, tabs
from tests.drills.__main__ import DRILLS, Drill, Stage, read_arguments, told
from tests.repeating import commit

SEED = 1


@pytest.fixture
def way(app: Flask) -> ground.Way:
    return ground.inner_way(app)


@pytest.fixture
def own(app: Flask) -> Database:
    """The application's own database, which a control changes."""
    found: Database = app.extensions["database"]
    return found


@pytest.fixture
def _quiet() -> Iterator[None]:
    """Controls fail on purpose; what they log is noise."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_one_sticker_has_one_holder(own: Database, way: ground.Way) -> None:
    race.race_for_one_sticker(own, way, 10, SEED)


def test_a_batch_from_two_tabs_is_recorded_once(own: Database, way: ground.Way) -> None:
    tabs.two_tabs(own, way, 3, SEED)


def test_dealers_do_not_hinder_each_other(own: Database, way: ground.Way) -> None:
    dealers.dealers_meet(own, way, 2, SEED)


def test_what_is_charged_once_is_so_when_two_come_together(own: Database, way: ground.Way) -> None:
    charges.charged_once(own, way, 5, SEED)


def test_what_a_withdrawal_frees_is_charged_to_who_comes_then(
    own: Database, way: ground.Way
) -> None:
    charges.withdrawal_meets_visit(own, way, 5, SEED)


@pytest.mark.usefixtures("_quiet")
@pytest.mark.parametrize(
    "control",
    [
        race.race_without_guard,
        race.race_with_one_guard,
        tabs.tabs_without_key,
        charges.charged_without_index,
    ],
    ids=lambda control: str(control.__name__),
)
def test_a_control_shows_what_it_must(control: race.Work, own: Database, way: ground.Way) -> None:
    control(own, way, 2, SEED)


@pytest.mark.usefixtures("_quiet")
def test_what_one_database_has_shows_there(backend: str, own: Database, way: ground.Way) -> None:
    """Deadlocks are PostgreSQL's, refused upgrades of a reading transaction SQLite's."""
    if backend == "sqlite":
        race.race_with_deferred(own, way, 20, SEED)
    else:
        tabs.tabs_unsorted(own, way, 5, SEED)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_without_its_lock_a_withdrawal_overlooks_a_visit(own: Database, way: ground.Way) -> None:
    charges.withdrawal_without_lock(own, way, 10, SEED)


def test_a_withdrawal_undoes_what_was_decided_while_it_waited(
    own: Database, way: ground.Way
) -> None:
    """KOM posts a waiting visit; at that moment its mechanic takes it back: all of it is undone."""
    laid, rng = ground.lay_out(own, dealers=1, installations=1, stickers=1), Random(SEED)
    [dealer] = laid.dealers
    day = (laid.day - timedelta(days=dealers.DOUBTFUL_DAYS)).isoformat()
    visit = laid.visit(dealer, dealer.first, dealer.installations[0], rng, day=day)
    [waiting] = way().send(dealer.mechanic, [visit]).answers
    assert waiting["state"] == "waiting"
    replies: list[ground.Reply] = []

    def withdraw() -> None:
        undo = ground.withdrawal(visit["id"], 2, rng)
        replies.append(way().send(dealer.mechanic, [undo]))

    with own.transaction() as session:
        case_id = session.execute(select(Case.id).where(Case.event_id == visit["id"])).scalar_one()
        deciding.decide(session, laid.office, case_id, accept=True, reason="proef", now=now_utc())
        thread = threading.Thread(target=withdraw)
        thread.start()
        time.sleep(0.3)  # it waits for the decision now
        assert thread.is_alive()
    thread.join()
    assert replies[0].outcomes == ["accepted"]
    evidence.require_decisions_agree(own)
    evidence.require_ledger_holds(own)


def test_every_drill_has_its_own_name() -> None:
    names = [drill.name for drill in DRILLS]
    assert len(names) == len(set(names))


def test_a_drill_that_fails_tells_how_to_see_it_again(
    database_url: str, backend: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(_database: Database, _way: ground.Way, rounds: int, seed: int) -> str:
        raise evidence.DrillFailed(f"{rounds} rounds of {seed}")

    drill, asked = Drill(failing, Stage.OWN, 3), read_arguments(["--seed", "5"])
    assert not told(drill, backend, database_url, tmp_path, asked)
    line, how = capsys.readouterr().out.splitlines()
    assert line.endswith("FAILED: 3 rounds of 5")
    command = f".venv/bin/python -m tests.drills --only {backend} --rounds 3 --seed 5 failing"
    assert how.strip() == f"seed 5, {commit()}; again with: {command}"
