"""Plan the visits of two years: who comes when, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kombeheer.rules.scanning import Ending
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import (
    Wish,
    working_day_from,
    working_days_later,
    works_on,
)
from kombeheer.services.demonstration.plan import (
    Dealer,
    Farm,
    Installation,
    Mechanic,
    ServiceTurn,
    Site,
)

# Of a first attempt at a major service; what was not approved is mostly repaired soon after.
NOT_APPROVED_SHARE = 0.054
REPAIRED_SHARE = 0.8
MINOR_SHARE = 0.033
# How long after the last one a major service comes: half within the year, a tenth after 15 months.
_INTERVALS = ((0.5, 335, 365), (0.4, 366, 440), (0.1, 458, 540))
_ROBOT_DAYS = (165, 200)
_DUE_DAYS, _DUE_SPREAD_DAYS = 355, 12


@dataclass(frozen=True, slots=True)
class Stop:
    """One mechanic at one site on one day, with how each installation's service ends."""

    day: date
    farm: Farm
    site: Site
    dealer: Dealer
    mechanic: Mechanic
    endings: tuple[tuple[Installation, Ending], ...]

    @property
    def is_moved(self) -> bool:
        """Tell whether the farm had gone over to this dealer."""
        return self.dealer is not self.farm.dealer


def plan_visits(wish: Wish, farms: list[Farm], mechanics: list[Mechanic]) -> list[Stop]:
    """Return every stop up to the last working day, in the order of the days."""
    planner = _Visits(wish, mechanics)
    stops = [stop for farm in farms for site in farm.sites for stop in planner.of_site(farm, site)]
    return sorted(stops, key=lambda stop: stop.day)


class _Visits:
    def __init__(self, wish: Wish, mechanics: list[Mechanic]) -> None:
        self.wish = wish
        self.chance = Chance(wish.seed, "visits")
        self.visited = 0
        self.employed: dict[Dealer, list[Mechanic]] = {}
        for mechanic in mechanics:
            for employment in mechanic.employments:
                self.employed.setdefault(employment.dealer, []).append(mechanic)

    def of_site(self, farm: Farm, site: Site) -> Iterator[Stop]:
        regular = self.chance.random()  # most farms see the same mechanic again
        if farm.turn is ServiceTurn.DUE:
            attempts = [(day, Ending.STICKER) for day in self._due_days()]
        elif farm.turn is ServiceTurn.VISITED:
            attempts = list(self._attempts_of_late())
        else:
            first = self.wish.start
            first += timedelta(days=self.chance.randint(0, longest_wait(site.is_robotic)))
            attempts = list(rounds(self.chance, first, site.is_robotic, self.wish.last))
        for day, ending in attempts:
            if not self.wish.start <= day <= self.wish.last:
                continue
            present = [
                one
                for one in site.installations
                if one.from_on <= day and (one.ceased_on is None or day < one.ceased_on)
            ]
            dealer = farm.dealer_on(day)
            mechanic = self._mechanic(dealer, day, site.is_robotic, regular)
            if present:
                endings = tuple((one, ending) for one in present)
                yield Stop(day, farm, site, dealer, mechanic, endings)

    def _due_days(self) -> list[date]:
        """Return the days of a farm that is due about now: its newest sticker is last year's."""
        chance, on = self.chance, self.wish.on
        first, last = date(on.year - 1, 1, 2), date(on.year - 1, 12, 9)
        day = on - timedelta(days=_DUE_DAYS + chance.randint(0, _DUE_SPREAD_DAYS))
        newest = working_day_from(min(max(day, first), last))
        return [working_day_from(newest - timedelta(days=chance.randint(352, 362))), newest]

    def _attempts_of_late(self) -> Iterator[tuple[date, Ending]]:
        """Yield the days of a farm that was visited a year ago and on the last working day."""
        before = self.wish.last - timedelta(days=self.chance.randint(350, 370))
        yield working_day_from(before), Ending.STICKER
        self.visited += 1
        yield self.wish.last, Ending.GEEN_KOM if self.visited == 2 else Ending.STICKER

    def _mechanic(self, dealer: Dealer, day: date, robotic: bool, regular: float) -> Mechanic:
        able = [
            one
            for one in self.employed[dealer]
            if one.works_for(dealer, day) and (one.has_ams or not robotic)
        ]
        return able[int(regular * len(able))]


def longest_wait(robotic: bool) -> int:
    """Return how many days at most the first service of a site waits."""
    return 180 if robotic else 364


def rounds(
    chance: Chance,
    first: date,
    robotic: bool,
    until: date,
    allowed: Callable[[date], date] = lambda day: day,
) -> Iterator[tuple[date, Ending]]:
    """Yield the services of one site: a minor one comes in between, a repair soon after.

    Args:
        first: the wished day of the first one.
        until: the last wished day.
        allowed: tells when a wished service may be done; the next is counted from there.
    """

    def done_on(wished: date) -> date:
        day = _working_day(chance, wished)
        later = allowed(day)
        return day if later == day else _working_day(chance, later)

    day = allowed(first)
    while day <= until:
        approved = not chance.happens(NOT_APPROVED_SHARE)
        yield done_on(day), Ending.STICKER if approved else Ending.GEEN_KOM
        if not approved and chance.happens(REPAIRED_SHARE):
            yield done_on(day + timedelta(days=chance.randint(5, 30))), Ending.STICKER
        if chance.happens(MINOR_SHARE):
            yield done_on(day + timedelta(days=chance.randint(60, 120))), Ending.KB
        day = allowed(day + timedelta(days=_interval(chance, robotic)))


def _working_day(chance: Chance, day: date) -> date:
    """Return the day itself, or one in the week after it when nobody works that day."""
    return day if works_on(day) else working_days_later(day, chance.randint(1, 5))


def _interval(chance: Chance, robotic: bool) -> int:
    if robotic:
        return chance.randint(*_ROBOT_DAYS)
    share = chance.random()
    for part, shortest, longest in _INTERVALS:
        if share < part:
            return chance.randint(shortest, longest)
        share -= part
    return _INTERVALS[-1][2]
