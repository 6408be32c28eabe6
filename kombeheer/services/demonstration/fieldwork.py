"""Two years of visits, sent the same day in the last two weeks and once a week before.

At full size what is older is sent once a month, which builds it in two thirds of the time.

A few are withdrawn and done again, for people make mistakes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kombeheer.rules.calendar import add_months
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.scanning import Ending, Event, Outcome, Visit
from kombeheer.rules.stickers import Account
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import Wish, instant, working_day_until
from kombeheer.services.demonstration.logistics import with_dealer, with_mechanic
from kombeheer.services.demonstration.plan import (
    Career,
    Dealer,
    Installation,
    Mechanic,
    ServiceTurn,
)
from kombeheer.services.demonstration.scans import Batch, Clock, Sender, Writer
from kombeheer.services.demonstration.supply import Series, Supply
from kombeheer.services.demonstration.visits import Stop

SENT_DAILY = timedelta(days=14)
SENT_HOUR = 17
BY_PREVIOUS_SHARE = 0.7  # found by last year's sticker, the others by name
WITHDRAWN_EVERY = 90
LEGACY_STUCK = 4  # by each dealer who has some
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Mistake:
    """A visit that is to be withdrawn with the next batch of its device, and done again."""

    event_id: str
    stop: Stop
    installation: Installation
    series: Series
    serial: int
    account: Account


def sent_at(wish: Wish, stop: Stop) -> datetime:
    """Return when the device sends a stop: on its day, or before on the Friday of its week.

    At full size on the last working day of its month, when that was before too. A mechanic who
    leaves before that day has sent all on his last day.
    """
    day, daily_from = stop.day, wish.on - SENT_DAILY
    if day < daily_from:
        of_month = working_day_until(add_months(day.replace(day=1), 1) - timedelta(days=1))
        is_monthly = wish.has_past and of_month < daily_from
        day = of_month if is_monthly else day + timedelta(days=_FRIDAY - day.weekday())
        employment = stop.mechanic.employment_on(stop.day)
        if employment is not None and employment.until_on is not None:
            day = min(day, employment.until_on)
    return instant(day, SENT_HOUR)


class Fieldwork:
    """Turn stops into batches; the numbers come from the mechanic's own roll."""

    def __init__(
        self,
        wish: Wish,
        supply: Supply,
        series_by_year: dict[int, Series],
        old: Series,
        senders: dict[Dealer | Mechanic, Sender],
    ) -> None:
        self.supply, self.series_by_year, self.old = supply, series_by_year, old
        self.senders = senders
        self.chance = Chance(wish.seed, "fieldwork")
        self.writer, self.clock = Writer(self.chance), Clock(self.chance)
        self.mistakes: dict[Sender, list[Mistake]] = defaultdict(list)
        self.legacy_left: dict[Dealer, int] = {}
        self.stuck = 0
        self.is_mistaken = False

    def settle(self) -> bool:
        """Tell whether a mistake was made since the last time, which asks for a commit.

        What is withdrawn must have its place in the chain, and gets that with its commit.
        """
        mistaken, self.is_mistaken = self.is_mistaken, False
        return mistaken

    def sender_of(self, stop: Stop) -> Sender:
        """Return the device that sends a stop: the mechanic's own, else the dealer's."""
        return self.senders.get(stop.mechanic, self.senders[stop.dealer])

    def batches(self, stops: Sequence[Stop]) -> list[Batch]:
        """Return what the devices send about these stops, corrections first."""
        by_sender: dict[Sender, list[Stop]] = defaultdict(list)
        for stop in stops:
            by_sender[self.sender_of(stop)].append(stop)
        found = []
        for sender, own in by_sender.items():
            events: list[Event] = []
            for mistake in self.mistakes.pop(sender, ()):
                events += self._correct(sender, mistake, own[0].day)
            for stop in own:
                events += self._visits(sender, stop)
            found.append(Batch(sender, tuple(events), (Outcome.ACCEPTED,) * len(events)))
        return found

    def _visits(self, sender: Sender, stop: Stop) -> Iterable[Event]:
        captured = self.clock.next_stop(stop.mechanic.number, stop.day)
        stop_id = self.chance.uuid()
        for position, (installation, ending) in enumerate(stop.endings):
            moment = captured + timedelta(minutes=6 * position)
            visit = self._visit(stop, stop_id, installation, ending)
            if ending is not Ending.STICKER:
                yield self.writer.visit(sender, visit, moment, None)
                continue
            series, serial, account = self._take(stop)
            number = series.format.number(serial)
            event = self.writer.visit(sender, visit, moment, number)
            installation.sticker = number
            if self._is_mistake(stop):
                mistake = Mistake(event.id, stop, installation, series, serial, account)
                self.mistakes[sender].append(mistake)
                self.is_mistaken = True
            yield event

    def _visit(self, stop: Stop, stop_id: str, installation: Installation, ending: Ending) -> Visit:
        previous = installation.sticker
        by_number = previous is not None and self.chance.happens(BY_PREVIOUS_SHARE)
        return Visit(
            stop_id,
            stop.mechanic.number,
            stop.day,
            ending,
            None if by_number else installation.public_id,
            previous.digits if by_number and previous is not None else None,
        )

    def _take(self, stop: Stop) -> tuple[Series, int, Account]:
        own = [with_mechanic(stop.mechanic), with_dealer(stop.dealer)]
        series = self.series_by_year[stop.day.year]
        if self.legacy_left.get(stop.dealer, 0) and stop.day <= self.old.valid_until:
            old = self.supply.take(self.old, own)
            if old is not None:
                self.legacy_left[stop.dealer] -= 1
                return self.old, *old
        taken = self.supply.take(series, own)
        assert taken is not None, (stop.dealer.number, stop.mechanic.number, stop.day)
        return series, *taken

    def _is_mistake(self, stop: Stop) -> bool:
        """Tell whether this sticker is one of the few that were scanned at the wrong stable."""
        self.stuck += 1
        steady = stop.mechanic.career is Career.STEADY and stop.farm.turn is ServiceTurn.USUAL
        return self.stuck % WITHDRAWN_EVERY == 0 and steady and stop.day.month < 12

    def _correct(self, sender: Sender, mistake: Mistake, day: date) -> Iterable[Event]:
        """Withdraw a visit and do it again with another number, a few days later."""
        stop = mistake.stop
        if day.year != stop.day.year:
            return  # what was left of that year has been sent back
        yield self.writer.withdraw(sender, mistake.event_id, instant(day, 6, 40))
        mistake.installation.sticker = None
        own = [with_dealer(stop.dealer), with_mechanic(stop.mechanic)]
        taken = self.supply.take(mistake.series, own)
        self.supply.give_back(mistake.series, mistake.serial, mistake.account)
        if taken is None:
            return
        number: StickerNumber = mistake.series.format.number(taken[0])
        visit = Visit(
            self.chance.uuid(),
            stop.mechanic.number,
            stop.day,
            Ending.STICKER,
            mistake.installation.public_id,
        )
        yield self.writer.visit(sender, visit, instant(day, 6, 45), number)
        mistake.installation.sticker = number
