"""The simulation in short: the same seed is the same run, and a missing guard is found."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests import postgres
from tests.drills.ground import Fresh, fresh_postgresql, fresh_sqlite
from tests.repeating import commit
from tests.simulation.__main__ import main, read_seeds
from tests.simulation.guards import GUARDS
from tests.simulation.running import ACTS, KINDS, Ran, run_one

STEPS = 25
STEPS_TO_FIND = 600  # and far fewer are needed
TOLD_GUARD = "objecting"
ONE_DATABASE = ["--database", "sqlite"]


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    return fresh_sqlite(tmp_path_factory.mktemp("simulation"))


def ran(fresh: Fresh, seed: int, check_every: int = STEPS) -> Ran:
    with fresh() as url:
        told = run_one("", url, seed, STEPS, check_every, "")
    assert told.ran is not None, told
    return told.ran


def test_one_seed_is_one_run_on_both_databases(
    sqlite: Fresh, postgres_server: postgres.Server
) -> None:
    first = ran(sqlite, 1, check_every=10)
    assert first.tally.steps == STEPS
    assert first.tally.events > 0
    for again in (ran(sqlite, 1), ran(fresh_postgresql(postgres_server), 1)):
        assert again.head == first.head
        assert again.parts_from(first) is None
    other = ran(sqlite, 2)
    assert other.head != first.head
    assert other.parts_from(first) == 1


@pytest.mark.parametrize("guard", sorted(GUARDS.keys() - {TOLD_GUARD}))
def test_a_missing_guard_is_found(sqlite: Fresh, guard: str) -> None:
    with sqlite() as url:
        told = run_one("", url, 1, STEPS_TO_FIND, 5, guard)
    assert told.ran is None
    assert told.failure


def test_a_failure_tells_how_to_see_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [*ONE_DATABASE, "--seed", "1", "--without", TOLD_GUARD]
    assert main(asked) == 1
    told = capsys.readouterr().out
    [failure] = re.findall(r"seed 1 on sqlite FAILED at step \d+: .*", told)
    [(known, command)] = re.findall(
        r"seed 1, (.*); again with: \.venv/bin/python -m tests\.simulation (.*)", told
    )
    assert known == commit()
    assert main(shlex.split(command)) == 1
    assert failure in capsys.readouterr().out


def test_a_run_that_holds_tells_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ONE_DATABASE, "--seed", "7", "--steps", "5", "--minutes", "0.0001"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"seed 7: ok, 5 steps .* head [0-9a-f]{64}\n", told)
    assert "\n1 seeds, 0 failed" in told
    assert re.search(r"\n5 steps, \d+ events, \d+ crashes\n", told)
    assert "WARNING: never happened: " in told


@pytest.mark.parametrize(("text", "seeds"), [("3", [3]), ("3-5", [3, 4, 5])])
def test_seeds_are_one_or_a_range(text: str, seeds: list[int]) -> None:
    assert list(read_seeds(text)) == seeds


@pytest.mark.parametrize("text", ["5-3", "", "x"])
def test_anything_else_is_no_seed(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  argparse tells it
        read_seeds(text)


def test_outside_a_checkout_no_commit_is_known(tmp_path: Path) -> None:
    assert commit(tmp_path) == "no commit known"


def test_every_kind_has_its_own_name() -> None:
    assert len(KINDS) == len(set(KINDS)) > len(ACTS)
