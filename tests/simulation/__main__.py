"""Run the whole foundation from seeds, on SQLite and on PostgreSQL, and tell what happened.

Ends with 0 when everything held, with 1 when something did not: then it tells how to see it again.
"""

from __future__ import annotations

import multiprocessing
import sys
import textwrap
import time
from argparse import ArgumentParser, Namespace
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack

from tests.drills.ground import BOTH, Fresh, fresh_databases
from tests.repeating import how_to_repeat
from tests.simulation.guards import GUARDS
from tests.simulation.running import KINDS, Told, run_one
from tests.simulation.world import Tally

SEEDS, STEPS, CHECK_EVERY = range(1, 13), 400, 5
LINE_COLUMNS = 100


def read_seeds(text: str) -> range:
    """Return the seeds of `3-7`, or of `3` alone."""
    first, _, last = text.partition("-")
    found = range(int(first), int(last or first) + 1)
    if not found:
        raise ValueError(text)
    return found


def read_arguments(arguments: Sequence[str] | None) -> Namespace:
    """Return what was asked."""
    parser = ArgumentParser(prog="make simulate", description=__doc__)
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument("--seeds", type=read_seeds, metavar="A-B", default=SEEDS)
    seeds.add_argument("--seed", type=read_seeds, metavar="N", dest="seeds")
    parser.add_argument("--steps", type=int, default=STEPS, metavar="N", help="of each seed")
    parser.add_argument("--database", choices=(*BOTH, "both"), default="both")
    parser.add_argument(
        "--check-every",
        type=int,
        default=CHECK_EVERY,
        metavar="N",
        help="after how many steps everything is looked at; 1 names the step that did it",
    )
    parser.add_argument(
        "--minutes", type=float, metavar="N", help="go on with new seeds until the time is over"
    )
    parser.add_argument(
        "--without", choices=tuple(GUARDS), default="", help="take a guard out: it must fail"
    )
    chosen = parser.parse_args(arguments)
    if min(chosen.steps, chosen.check_every) < 1:
        parser.error("--steps and --check-every must be 1 or more")
    return chosen


class Simulation:
    """The runs of all seeds: how many there were, and what happened in them."""

    def __init__(self, chosen: Namespace, fresh: dict[str, Fresh]) -> None:
        self.chosen, self.fresh = chosen, fresh
        self.tally, self.seconds = Tally(), defaultdict[str, float](float)
        self.seeds = self.failed = 0

    def run(self) -> None:
        """Run seed after seed, on each database at the same time."""
        context = multiprocessing.get_context("spawn")  # the parent has connections open
        chosen, pool = self.chosen, None
        how = (chosen.steps, chosen.check_every, chosen.without)
        with ExitStack() as stack:
            if len(self.fresh) > 1:
                pool = stack.enter_context(ProcessPoolExecutor(len(self.fresh), context))
            for seed in self._seeds():
                with ExitStack() as used:
                    urls = [used.enter_context(fresh()) for fresh in self.fresh.values()]
                    given = [
                        (name, url, seed, *how) for name, url in zip(self.fresh, urls, strict=True)
                    ]
                    mapping = map if pool is None else pool.map
                    told = list(mapping(run_one, *zip(*given, strict=True)))
                self._tell(seed, told)

    def _seeds(self) -> Iterator[int]:
        if self.chosen.minutes is None:
            yield from self.chosen.seeds
            return
        until, seed = time.monotonic() + 60 * self.chosen.minutes, self.chosen.seeds.start
        while time.monotonic() < until:
            yield seed
            seed += 1

    def _tell(self, seed: int, told: Sequence[Told]) -> None:
        """Print the line of a seed; with two databases both must have gone the same way."""
        self.seeds += 1
        for one in told:
            if one.ran is None:
                self._tell_failure(seed, one.backend, one.step, one.failure)
        runs = [one.ran for one in told if one.ran is not None]
        if len(runs) < len(told):
            return
        first, last = runs[0], runs[-1]
        step = first.parts_from(last)
        if step is not None:
            ways = f"{first.trail[step - 1]!r} and {last.trail[step - 1]!r}"
            self._tell_failure(seed, "both", step, f"the databases went different ways: {ways}")
            return
        self.tally.add(first.tally)
        speeds = []
        for one in told:
            assert one.ran is not None
            self.seconds[one.backend] += one.ran.seconds
            speeds.append(f"{one.backend} {one.ran.tally.steps / one.ran.seconds:.0f} a second")
        print(
            f"seed {seed}: ok, {first.tally.steps} steps ({', '.join(speeds)}), "
            f"{first.tally.events} events, {first.tally.crashes} crashes, head {first.head}",
            flush=True,
        )

    def _tell_failure(self, seed: int, backend: str, step: int, failure: str) -> None:
        self.failed += 1
        arguments = ["--seed", str(seed), "--steps", str(step), "--database", backend]
        arguments += ["--check-every", str(self.chosen.check_every)]
        arguments += ["--without", self.chosen.without] if self.chosen.without else []
        print(f"seed {seed} on {backend} FAILED at step {step}: {failure}")
        print(how_to_repeat(seed, "tests.simulation", arguments), flush=True)

    def tell(self) -> None:
        """Print what happened in all runs that held, and what never did."""
        steps = self.tally.steps
        print(f"\n{self.seeds} seeds, {self.failed} failed; on each database of those that held:")
        print(f"{steps} steps, {self.tally.events} events, {self.tally.crashes} crashes")
        for backend, seconds in self.seconds.items():
            print(f"{backend}: {steps / seconds:.0f} steps a second")
        _tell_counts("acts", self.tally.acts)
        _tell_counts("refusals", self.tally.refusals)
        never = [kind for kind in KINDS if not self.tally.acts[kind]]
        if never:
            print(f"WARNING: never happened: {', '.join(never)}")


def _tell_counts(title: str, counts: Counter[str]) -> None:
    """Print how many there were of each word, a paragraph for each area."""
    print(f"\n{title}: {counts.total()}")
    areas: dict[str, list[str]] = {}
    for word, count in sorted(counts.items()):
        area, _, rest = word.partition(".")
        areas.setdefault(area, []).append(f"{rest or 'in all'} {count}")
    for area, told in areas.items():
        line = f"{area}: {', '.join(told)}"
        print(textwrap.fill(line, LINE_COLUMNS, initial_indent="  ", subsequent_indent="    "))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was chosen."""
    chosen = read_arguments(arguments)
    names = BOTH if chosen.database == "both" else (chosen.database,)
    with ExitStack() as open_now:
        simulation = Simulation(chosen, fresh_databases(open_now, names, durable=False))
        try:
            simulation.run()
        except KeyboardInterrupt:
            print("\nStopped; the seed that ran is not counted.")
    simulation.tell()
    return 1 if simulation.failed else 0


if __name__ == "__main__":
    sys.exit(main())
