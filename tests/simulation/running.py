"""One run: a seed on a fresh database, step after step, and what must hold after each."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass
from datetime import timedelta

from kombeheer.rules.cases import CaseKind
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import STATE_AFTER, Outcome
from models.transaction import Database
from tests.drills.evidence import DrillFailed
from tests.simulation import desks, numbers, office, register, scans
from tests.simulation.ground import Ground, lay_out
from tests.simulation.guards import without
from tests.simulation.invariants import require_all, require_counts
from tests.simulation.network import Acts, Fate, Network
from tests.simulation.world import Nothing, Tally, World

ACTS: Acts = {
    "scan": (scans.scan, 120),
    "send": (scans.send, 20),
    **numbers.ACTS,
    **desks.ACTS,
    **office.ACTS,
    **register.ACTS,
}
# What counts as having happened; other words of the tally tell how.
KINDS = (
    *ACTS,
    *map(scans.scan_name, scans.SCANS),
    *(f"network.{fate}" for fate in Fate),
    *(f"answer.{outcome}" for outcome in (*STATE_AFTER, Outcome.CONFLICT)),
    *(f"cases.decide_{kind}" for kind in CaseKind),
    *("network.late", "night.raised", "scan.at_the_page"),
    *("paper.report", "paper.completes", "paper.laid", "reports.correction_asked"),
)
PERIOD_DAYS = 60  # of the sticker accounts that are added up


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that held: the head of its chain, what happened, and how long its steps took.

    Args:
        trail: of each step what was done, and where the chain stood then.
    """

    head: str
    tally: Tally
    trail: tuple[str, ...]
    seconds: float

    def parts_from(self, other: Ran) -> int | None:
        """Return the first step at which two runs of a seed went different ways; None if never."""
        pairs = enumerate(zip(self.trail, other.trail, strict=True), 1)
        return next((step for step, (mine, theirs) in pairs if mine != theirs), None)


class Failed(Exception):
    """Something does not hold, or broke; the cause tells what."""

    def __init__(self, step: int, act: str, cause: Exception) -> None:
        self.step = step
        self.told = f"{act}: {type(cause).__name__}: {cause}"
        if not isinstance(cause, DrillFailed):
            self.told += "\n" + "".join(traceback.format_exception(cause)).rstrip()
        super().__init__(f"step {step}, {self.told}")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a seed on one database: a run that held, or the step that failed and why."""

    backend: str
    ran: Ran | None = None
    step: int = 0
    failure: str = ""


def run_one(
    backend: str, url: str, seed: int, steps: int, check_every: int, missing_guard: str
) -> Told:
    """Run a seed on a fresh database, perhaps in a process of its own."""
    database = Database(url)
    try:
        with without(missing_guard):
            return Told(backend, run(database, seed, steps, check_every))
    except Failed as failed:
        return Told(backend, step=failed.step, failure=failed.told)
    finally:
        database.dispose()


def run(database: Database, seed: int, steps: int, check_every: int) -> Ran:
    """Run a seed on an empty migrated database.

    Args:
        check_every: after how many steps everything is looked at; the counts are after each.

    Raises:
        Failed: at the first step after which something does not hold, or at which anything but a
            refusal was raised.
    """
    world, trail = World(database, seed), list[str]()
    with world.begun():
        ground, network = lay_out(world), Network(world)
        begun = time.monotonic()
        for _ in range(steps):
            world.go_on()
            act = world.chance.choices(list(ACTS), [weight for _, weight in ACTS.values()])[0]
            try:
                said = _step(world, ground, network, act)
                head = _look(world, network, everything=world.step % check_every == 0)
            except Exception as cause:
                raise Failed(world.step, act, cause) from cause
            trail.append(f"{act}, {said}, {world.tally.told}, head {head[:16]}")
        try:
            network.settle(ground.phones)
            head = _look(world, network, everything=True)
        except Exception as cause:
            raise Failed(world.step, "at the end", cause) from cause
        trail.append(f"the end, {world.tally.told}, head {head[:16]}")
        seconds = time.monotonic() - begun
    world.tally.steps = world.step
    return Ran(head, world.tally, tuple(trail), seconds)


def _step(world: World, ground: Ground, network: Network, act: str) -> str:
    """Have arrive what is due, and do an act; a refusal is an answer. Return what it came to."""
    network.land()
    work, _ = ACTS[act]
    try:
        work(world, ground, network)
    except Refusal as refusal:
        world.tally.refusals[refusal.code] += 1
        return refusal.code
    except Nothing:
        return "nothing to do"
    world.tally.acts[act] += 1
    return "done"


def _look(world: World, network: Network, *, everything: bool) -> str:
    """Require what must hold; return the head of the chain."""
    if everything:
        since = world.today - timedelta(days=PERIOD_DAYS)
        return require_all(world.database, network, since)
    return require_counts(world.database, network)
