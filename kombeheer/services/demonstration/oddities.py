"""What goes wrong in the last days, so that every screen has something to show.

Scans that wait for a person, that are refused, and that contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.scanning import Ending, Event, Outcome, Visit
from kombeheer.services.cases import deciding, moving
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import instant, working_days_later
from kombeheer.services.demonstration.logistics import (
    on_the_way,
    with_dealer,
)
from kombeheer.services.demonstration.plan import (
    Dealer,
    Mechanic,
    ServiceTurn,
)
from kombeheer.services.demonstration.scans import Batch, send
from kombeheer.services.demonstration.scene import Scene, Work
from models.cases import Case

NEVER_PRINTED = 900_000
LONG_AGO = timedelta(days=400)
ODD_DEALERS = 20  # beside the first few, one in so many dealers has odd scans too
REJECTED = "Dit nummer is nooit gedrukt. De monteur heeft de goede sticker alsnog gescand."


class Oddities:
    """The odd scans of the last days, each with a moment and what is to be done then."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.chance = Chance(scene.wish.seed, "oddities")
        self.to_open: list[str] = []
        self.to_reject: list[str] = []

    def entries(self) -> list[tuple[datetime, Callable[[], Work]]]:
        """Return what happens in the last days, in order."""
        last = self.scene.wish.last
        earlier, before = working_days_later(last, -3), working_days_later(last, -1)
        first, second = self.scene.people.dealers[:2]
        third = self.scene.people.dealers[2]
        found: list[tuple[datetime, Callable[[], Work]]] = [
            (instant(earlier, 18, 5), partial(self._unknown, first, earlier, self.to_reject)),
            (instant(earlier, 18, 10), partial(self._claimed, first, second, earlier)),
            (instant(before, 18), partial(self._not_received, first, before)),
            (instant(before, 18, 5), partial(self._taken_back, third, before)),
            (instant(before, 18, 10), partial(self._refused, first, before)),
            (instant(last, 18), partial(self._not_yours, first, second, last)),
            (instant(last, 18, 5), partial(self._claimed, third, first, last)),
            (instant(last, 18, 10), partial(self._without_module, first, last)),
            (instant(last, 18, 15), partial(self._long_ago, second, last)),
            (instant(last, 18, 20), partial(self._contradicted, second, last)),
            (instant(last, 18, 30), lambda: self._decide),
        ]
        return found + [
            (instant(last, 18, 25), partial(self._unknown, dealer, last, []))
            for dealer in self.scene.people.dealers[3::ODD_DEALERS]
        ]

    def _event(
        self,
        dealer: Dealer,
        day: date,
        raw: str,
        *,
        mechanic: Mechanic | None = None,
        robots: bool = False,
    ) -> Event | None:
        """Return a visit of a customer that day, with this as what was scanned."""
        customers = self.scene.customers(dealer, robots=robots)
        if not customers:
            return None
        visit = Visit(
            self.chance.uuid(),
            (mechanic or self.scene.steady_mechanic(dealer)).number,
            day,
            Ending.STICKER,
            self.chance.choice(customers).public_id,
        )
        sender = self.scene.fieldwork.senders[dealer]
        captured = instant(day, 16, self.chance.randint(0, 50))
        return self.scene.fieldwork.writer.raw_visit(sender, visit, captured, raw)

    def _sent(
        self, dealer: Dealer, day: date, events: Sequence[Event | None], *outcomes: Outcome
    ) -> Work:
        """Return the sending of events that are there, at six in the evening."""
        kept = [(event, outcome) for event, outcome in zip(events, outcomes, strict=True) if event]
        if not kept:
            return lambda _session: None
        batch = Batch(
            self.scene.fieldwork.senders[dealer],
            tuple(event for event, _ in kept),
            tuple(outcome for _, outcome in kept),
        )
        return partial(send, batches=[batch], moment=instant(day, 18))

    def _never_printed(self, day: date) -> str:
        serial = NEVER_PRINTED + self.chance.randint(1, 99_000)
        return self.scene.series_on(day).format.number(serial).digits

    def _unknown(self, dealer: Dealer, day: date, remember: list[str]) -> Work:
        event = self._event(dealer, day, self._never_printed(day))
        if event is not None:
            remember.append(event.id)
        return self._sent(dealer, day, [event], Outcome.QUEUED)

    def _not_yours(self, dealer: Dealer, other: Dealer, day: date) -> Work:
        event = self._event(dealer, day, self.scene.held(with_dealer(other), day)[0].digits)
        return self._sent(dealer, day, [event], Outcome.QUEUED)

    def _not_received(self, dealer: Dealer, day: date) -> Work:
        parcel = self.scene.held(on_the_way(dealer), self.scene.wish.on)
        event = self._event(dealer, day, parcel[0].digits)
        return self._sent(dealer, day, [event], Outcome.QUEUED)

    def _claimed(self, dealer: Dealer, other: Dealer, day: date) -> Work:
        """Let a dealer claim a number that is on the wall of another dealer's customer."""
        stuck = [
            one.sticker
            for farm in self.scene.farms
            if farm.dealer is other and farm.next_dealer is None and farm.turn is ServiceTurn.USUAL
            for site in farm.sites
            for one in site.installations
            if one.sticker is not None and one.sticker.format.has_check_digits
        ]
        event = self._event(dealer, day, self.chance.choice(stuck).digits)
        if event is not None and not self.to_open:
            self.to_open.append(event.id)
        return self._sent(dealer, day, [event], Outcome.QUEUED)

    def _without_module(self, dealer: Dealer, day: date) -> Work:
        mechanic = self.scene.steady_mechanic(dealer, ams=False)
        raw = self.scene.in_hand(mechanic, dealer, day).digits
        event = self._event(dealer, day, raw, mechanic=mechanic, robots=True)
        return self._sent(dealer, day, [event], Outcome.QUEUED)

    def _long_ago(self, dealer: Dealer, day: date) -> Work:
        """Let somebody type last year for this year."""
        mechanic = self.scene.steady_mechanic(dealer)
        raw = self.scene.in_hand(mechanic, dealer, day).digits
        event = self._event(dealer, day - LONG_AGO, raw, mechanic=mechanic)
        return self._sent(dealer, day, [event], Outcome.QUEUED)

    def _taken_back(self, dealer: Dealer, day: date) -> Work:
        """Let a scan of an unknown number wait, and be withdrawn by who made it."""
        event = self._event(dealer, day, self._never_printed(day))
        if event is None:
            return lambda _session: None
        sender = self.scene.fieldwork.senders[dealer]
        undone = self.scene.fieldwork.writer.withdraw(sender, event.id, instant(day, 16, 55))
        return self._sent(dealer, day, [event, undone], Outcome.QUEUED, Outcome.ACCEPTED)

    def _refused(self, dealer: Dealer, day: date) -> Work:
        """Send one number with wrong check digits and one label that is no sticker at all."""
        digits = self._never_printed(day)
        wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
        events = [self._event(dealer, day, raw) for raw in (wrong, "MELKFILTER 620X60")]
        return self._sent(dealer, day, events, Outcome.REFUSED, Outcome.REFUSED)

    def _contradicted(self, dealer: Dealer, day: date) -> Work:
        """Send two different scans under one id, as a device without luck or honesty does."""
        first = self._event(dealer, day, self._never_printed(day))
        if first is None:
            return lambda _session: None
        second = self.scene.fieldwork.writer.contradict(first, b"26")
        return self._sent(dealer, day, [first, second], Outcome.QUEUED, Outcome.CONFLICT)

    def _decide(self, session: Session) -> None:
        """Let the office take one double claim in hand, and reject one scan."""
        office, moment = self.scene.people.office, instant(self.scene.wish.last, 18, 30)
        for event_id in self.to_open:
            moving.open_case(session, office, _case_of(session, event_id), moment)
        for event_id in self.to_reject:
            number = _case_of(session, event_id)
            deciding.decide(session, office, number, accept=False, reason=REJECTED, now=moment)


def _case_of(session: Session, event_id: str) -> int:
    return session.execute(select(Case.id).where(Case.event_id == event_id)).scalar_one()
