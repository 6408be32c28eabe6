"""Run the drills on SQLite and on PostgreSQL, and tell of each what was seen.

Ends with 0 when everything held and every control showed its harm, with 1 when one did not.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kombeheer.app import create_app
from kombeheer.config import Settings
from models.transaction import Database
from tests.drills import charges, dealers, ground, kill, race, tabs
from tests.drills.evidence import DrillFailed
from tests.drills.ground import BOTH
from tests.repeating import how_to_repeat


class Stage(Enum):
    """How a drill reaches the application."""

    SERVED = "over HTTP, with waitress in processes of its own"
    INNER = "in this process, so that a guard can be taken out"
    OWN = "starts and kills its servers itself"


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill with its usual number of rounds: of dealers_meet seconds, of kill kills."""

    work: Callable[[Database, Any, int, int], str]
    stage: Stage
    rounds: int
    databases: Sequence[str] = BOTH

    @property
    def name(self) -> str:
        """Return the word that chooses it."""
        return self.work.__name__


DRILLS = [
    Drill(race.race_for_one_sticker, Stage.SERVED, 200),
    Drill(race.race_without_guard, Stage.INNER, 20),
    Drill(race.race_with_one_guard, Stage.INNER, 20),
    Drill(race.race_with_deferred, Stage.INNER, 100, ("sqlite",)),
    Drill(tabs.two_tabs, Stage.SERVED, 50),
    Drill(tabs.tabs_without_key, Stage.INNER, 20),
    Drill(tabs.tabs_unsorted, Stage.INNER, 20, ("postgresql",)),
    Drill(dealers.dealers_meet, Stage.SERVED, 20),
    Drill(charges.charged_once, Stage.SERVED, 100),
    Drill(charges.charged_without_index, Stage.INNER, 5),
    Drill(charges.withdrawal_meets_visit, Stage.SERVED, 100),
    Drill(charges.withdrawal_without_lock, Stage.INNER, 20, ("postgresql",)),
    Drill(kill.kill, Stage.OWN, 20),
    Drill(kill.kill_answering_early, Stage.OWN, 10),
]


def run(drill: Drill, url: str, folder: Path, rounds: int, seed: int) -> str:
    """Run one drill on a fresh database and return the figures; raises what went wrong."""
    with ExitStack() as open_now:
        if drill.stage is Stage.INNER:
            app = create_app(Settings(url, ground.SECRET))
            database, way = app.extensions["database"], ground.inner_way(app)
        else:
            database = Database(url)
            way = (
                open_now.enter_context(ground.served_way(url, folder))
                if drill.stage is Stage.SERVED
                else lambda factory: ground.one_server(url, folder, factory)
            )
        open_now.callback(database.dispose)
        return drill.work(database, way, rounds, seed)


def read_arguments(arguments: Sequence[str] | None) -> Namespace:
    """Return what was asked."""
    names = [drill.name for drill in DRILLS]
    parser = ArgumentParser(prog="make drill", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(names)}")
    parser.add_argument("--rounds", type=int, help="rounds of each (of dealers_meet: seconds)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=BOTH, help="one database only")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in names]
    if unknown:
        parser.error(f"there is no drill {unknown[0]}; there are {', '.join(names)}")
    if chosen.rounds is not None and chosen.rounds < 1:
        parser.error("--rounds must be 1 or more")
    return chosen


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was chosen and print a line for each drill and database."""
    chosen = read_arguments(arguments)
    logging.getLogger("kombeheer").setLevel(logging.CRITICAL)  # controls fail on purpose
    logging.getLogger("blueprints").setLevel(logging.CRITICAL)
    failed = 0
    with ExitStack() as open_now:
        folder = Path(open_now.enter_context(TemporaryDirectory(prefix="komdrill-")))  # for logs
        backends = (chosen.only,) if chosen.only else BOTH
        fresh = ground.fresh_databases(open_now, backends, durable=True)
        for drill in DRILLS:
            if chosen.names and drill.name not in chosen.names:
                continue
            for backend in drill.databases:
                if backend in fresh:
                    with fresh[backend]() as url:
                        failed += not told(drill, backend, url, folder, chosen)
    return 1 if failed else 0


def told(drill: Drill, backend: str, url: str, folder: Path, chosen: Namespace) -> bool:
    """Run a drill, print its line, and return whether it held."""
    rounds, begun = chosen.rounds or drill.rounds, time.monotonic()
    name = f"{drill.name:22} {backend:10}"
    try:
        figures = run(drill, url, folder, rounds, chosen.seed)
    except Exception as failure:  # noqa: BLE001  the other drills are run all the same
        if not isinstance(failure, DrillFailed):
            traceback.print_exc()
        arguments = ["--only", backend, "--rounds", str(rounds), "--seed", str(chosen.seed)]
        print(f"{name} FAILED: {failure}")
        print(f"{'':22} {how_to_repeat(chosen.seed, 'tests.drills', [*arguments, drill.name])}")
        sys.stdout.flush()
        return False
    print(f"{name} ok  {figures} [{time.monotonic() - begun:.0f} s]", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
