"""A network that loses, delays, doubles and reorders what devices send, and what they are answered.

It remembers what was answered to whom: an event is stored once, and every later answer to it is the
first one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from kombeheer.rules.scanning import Event, EventState, Outcome
from kombeheer.services.scanning import receive
from kombeheer.services.scanning.store import Answer
from tests.drills.evidence import DrillFailed, require
from tests.simulation.ground import Ground, Phone
from tests.simulation.world import Crash, Nothing, World

SHUFFLED_SHARE = 0.3
STEPS_IN_THE_AIR_MAX = 30


class Fate(StrEnum):
    """What becomes of a batch that is sent."""

    ARRIVES = "arrives"
    ANSWER_LOST = "answer_lost"
    LOST = "lost"
    CRASHES = "crashes"
    DOUBLED = "doubled"  # arrives now, and once more later
    DELAYED = "delayed"  # arrives later, when its device has sent it again perhaps


_WEIGHTS = {
    Fate.ARRIVES: 60,
    Fate.ANSWER_LOST: 10,
    Fate.LOST: 6,
    Fate.CRASHES: 8,
    Fate.DOUBLED: 8,
    Fate.DELAYED: 8,
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """A batch in the air, and the step at which it arrives."""

    phone: Phone
    events: tuple[Event, ...]
    lands_at: int


class Network:
    """The way from the devices to the foundation."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.air: list[Parcel] = []
        self.stored: dict[str, tuple[str, Answer]] = {}  # the hash of each body, the first answer
        self.conflicts: set[tuple[str, str]] = set()  # event, and the hash of its other body
        self.at_desks: set[str] = set()  # stored by what somebody did at a desk

    def send(self, phone: Phone) -> None:
        """Send all that a device has not had acknowledged; what becomes of it is drawn."""
        if not phone.unsent:
            raise Nothing
        world, events = self.world, tuple(phone.unsent)
        if world.chance.happens(SHUFFLED_SHARE):
            events = tuple(world.chance.sample(events, len(events)))
        fate = world.chance.choices(list(_WEIGHTS), weights=list(_WEIGHTS.values()))[0]
        lands_at = world.step + world.chance.randint(1, STEPS_IN_THE_AIR_MAX)
        world.tally.acts[f"network.{fate}"] += 1
        if fate in (Fate.DOUBLED, Fate.DELAYED):
            self.air.append(Parcel(phone, events, lands_at))
        if fate in (Fate.ARRIVES, Fate.DOUBLED):
            self.acknowledge(phone, events)
        elif fate is Fate.ANSWER_LOST:
            self.receive(phone, events)
        elif fate is Fate.CRASHES:
            self._crash(phone, events)

    def acknowledge(self, phone: Phone, events: Sequence[Event]) -> None:
        """Have a batch arrive, and its answers too: what is answered is not sent again."""
        self.receive(phone, events)
        phone.unsent = [event for event in phone.unsent if event not in events]

    def land(self) -> None:
        """Have arrive what was in the air until now; nobody waits for its answer any more."""
        landing = [one for one in self.air if one.lands_at <= self.world.step]
        self.air = [one for one in self.air if one.lands_at > self.world.step]
        for parcel in landing:
            self.world.tally.acts["network.late"] += 1
            self.receive(parcel.phone, parcel.events)

    def settle(self, phones: Sequence[Phone]) -> None:
        """Have everything arrive at last, and every device know it."""
        for parcel in self.air:
            self.receive(parcel.phone, parcel.events)
        self.air = []
        for phone in phones:
            if phone.unsent:
                self.acknowledge(phone, tuple(phone.unsent))

    def receive(
        self, phone: Phone, events: Sequence[Event], *, person_decides: bool = True
    ) -> list[Answer]:
        """Have the service take a batch, and compare its answers with those it gave before."""
        world, failures = self.world, list[Exception]()

        def write(work: Callable[[Session], list[Answer]]) -> list[Answer]:
            if failures:  # it would take them one by one now, and the culprit would wait
                raise DrillFailed(f"a batch failed: {failures[0]!r}") from failures[0]
            try:
                return world.commit(work)
            except Exception as failure:
                failures.append(failure)
                raise

        answers = receive.receive(
            write, phone.actor, phone.device, events, world.now, person_decides=person_decides
        )
        for event, answer in zip(events, answers, strict=True):
            self._compare(event, answer)
        return answers

    def _crash(self, phone: Phone, events: Sequence[Event]) -> None:
        """Have the service die while it takes a batch."""
        world = self.world

        def write(work: Callable[[Session], list[Answer]]) -> list[Answer]:
            world.crash(work)
            raise Crash

        try:
            receive.receive(write, phone.actor, phone.device, events, world.now)
        except Crash:
            return

    def _compare(self, event: Event, answer: Answer) -> None:
        """Fail unless this is the first answer, or the one that was given at first."""
        require(answer.id == event.id, f"{event.id} was answered as {answer.id}")
        known = self.stored.get(event.id)
        if known is None:
            require(not answer.repeated, f"{event.id} was never stored, and is told as known")
            self.stored[event.id] = (event.body_hash, answer)
            self.world.tally.events += 1
            self.world.tally.acts[f"answer.{answer.outcome}"] += 1
            for objection in answer.objections:
                self.world.tally.refusals[objection.code] += 1
            return
        body_hash, first = known
        if body_hash != event.body_hash:
            require(answer.outcome == Outcome.CONFLICT, f"{event.id}: {answer} for another body")
            self.conflicts.add((event.id, event.body_hash))
            self.world.tally.acts["answer.conflict"] += 1
            return
        require(answer.repeated, f"{event.id} was stored twice: {first} and {answer}")
        require(same_answer(first, answer), f"{event.id}: first {first}, now {answer}")


def same_answer(first: Answer, now: Answer) -> bool:
    """Tell whether an answer is the one that was given at first, as far as it cannot change.

    What waited for a person may have got another number, and a report, since.
    """
    told = (first.outcome, first.objections) == (now.outcome, now.objections)
    kept = (first.number, first.report) == (now.number, now.report)
    return told and (kept or first.state == EventState.WAITING)


Acts = dict[str, tuple[Callable[[World, Ground, Network], None], int]]  # with how often it is drawn
