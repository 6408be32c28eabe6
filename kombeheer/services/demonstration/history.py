"""The years of before, one after the other: visits, stickers and reports, as they were taken over.

A year is planned as a whole and stored in pieces, so that memory does not grow with the years.
Nothing of it was scanned here: the old administration told it (services/reports/past).
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import day_of
from kombeheer.rules.regulation import regulations
from kombeheer.rules.reports import Details, ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import Leniency, ParlourType
from kombeheer.rules.stickers import Account
from kombeheer.services.demonstration import years
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.country import Country, Place
from kombeheer.services.demonstration.crews import Crews
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.logistics import (
    Logistics,
    People,
    with_dealer,
    with_mechanic,
)
from kombeheer.services.demonstration.paperwork import details_told
from kombeheer.services.demonstration.plan import Dealer
from kombeheer.services.demonstration.rolls import Needs, plan_packets
from kombeheer.services.demonstration.scene import Work
from kombeheer.services.demonstration.storing import store_series
from kombeheer.services.demonstration.supply import Act, Supply, post_acts
from kombeheer.services.demonstration.visits import Stop, longest_wait, rounds
from kombeheer.services.reports.past import PastReport, store_past
from kombeheer.services.sites.leniency import add_period

# Nobody was let in on farms. The annual report tells of it, its days are our reading.
CRISIS = Leniency(date(2001, 3, 21), date(2001, 5, 31), "MKZ-crisis")
CAUGHT_UP_DAYS = 60  # in which what was put off is done
RARE_SERVICES = (3, 9)  # in a year, of who hardly does any
JARS_SHARE, METERS_SHARE = 0.17, 0.11  # of the services in which the dealer verifies them
ACTS_AT_ONCE = 250
Found = TypeVar("Found")


@dataclass(eq=False, slots=True)
class _Round:
    """The services of one place, the next one looked at."""

    place: Place
    turn: int  # among those of its dealer
    attempts: Iterator[tuple[date, Ending]]
    following: tuple[date, Ending] | None


class History:
    """The years, to be asked for in their order."""

    def __init__(
        self, wish: Wish, dealers: Sequence[Dealer], country: Country, crews: Crews, span: range
    ) -> None:
        self.wish, self.dealers, self.crews, self.span = wish, dealers, crews, span
        self.chance = Chance(wish.seed, "history")
        self.numbered_from = regulations()[0].valid_from
        turns: Counter[Dealer] = Counter()
        self.last_stops: list[Stop] = []
        self.rounds = []
        for place in country.places:
            dealer = place.farm.dealer
            attempts = self._attempts(place)
            self.rounds.append(_Round(place, turns[dealer], attempts, next(attempts, None)))
            turns[dealer] += 1

    def _attempts(self, place: Place) -> Iterator[tuple[date, Ending]]:
        robotic = _is_robot(place, date(self.span[0], 1, 1))
        wait = self.chance.randint(0, longest_wait(robotic))
        first, last = date(self.span[0], 1, 2), date(self.span[-1], 12, 31)
        return rounds(self.chance, first + timedelta(days=wait), robotic, last, self._allowed)

    def _allowed(self, day: date) -> date:
        if not CRISIS.covers(day):
            return day
        return CRISIS.until_on + timedelta(days=self.chance.randint(1, CAUGHT_UP_DAYS))

    def works(self, office: Actor, moment: datetime, at_once: int) -> Iterator[tuple[int, Work]]:
        """Yield the year and a piece of it, each piece for a transaction of its own, in order.

        Args:
            office: who takes it over, at `moment`.
            at_once: how many reports a piece has.
        """
        if CRISIS.from_on.year in self.span:
            yield self.span[0], partial(_agree_leniency, office=office, moment=moment)
        for year in self.span:
            planned = _Year(self, year, self.stops(year), office)
            yield from ((year, work) for work in planned.works(moment, at_once))

    def next_series(self, office: Actor, moment: datetime) -> Iterator[Work]:
        """Yield how the numbers of the year after the last one reach who will stick them."""
        return _Year(self, self.span[-1] + 1, [], office).issuing(moment)

    def stops(self, year: int) -> list[Stop]:
        """Return every service of a year, in the order of the days; each year only once."""
        found = []
        for one in self.rounds:
            while one.following is not None and one.following[0].year <= year:
                day, ending = one.following
                one.following = next(one.attempts, None)
                ceased_on = one.place.installation.ceased_on
                if ceased_on is None or day < ceased_on:
                    found.append(self._stop(one, day, ending))
        found.sort(key=lambda stop: stop.day)
        self.last_stops = self._with_rare(found, year)
        return self.last_stops

    def _stop(self, one: _Round, day: date, ending: Ending) -> Stop:
        place, dealer = one.place, one.place.farm.dealer
        posts = self.crews.regular(dealer, robotic=_is_robot(place, day))
        mechanic = posts[one.turn % len(posts)].holders[min(day.year, self.span[-1])]
        if day < self.numbered_from and ending is not Ending.KB:
            ending = Ending.UNMARKED
        installation = place.installation
        return Stop(day, place.farm, place.site, dealer, mechanic, ((installation, ending),))

    def _with_rare(self, stops: list[Stop], year: int) -> list[Stop]:
        """Give who hardly does any services a few of his colleagues', spread over the year."""
        usual: dict[Dealer, list[int]] = defaultdict(list)
        for number, stop in enumerate(stops):
            [(installation, ending)] = stop.endings
            parlour_type = installation.configuration_on(stop.day).parlour_type
            if ending is not Ending.KB and parlour_type is not ParlourType.ROBOT:
                usual[stop.dealer].append(number)
        for post in self.crews.rare():
            numbers, count = usual[post.dealer], self.chance.randint(*RARE_SERVICES)
            taken = numbers[:: len(numbers) // count + 1][:count]
            usual[post.dealer] = [number for number in numbers if number not in set(taken)]
            for number in taken:
                stops[number] = replace(stops[number], mechanic=post.holders[year])
        return stops


@dataclass(frozen=True, slots=True)
class _Done:
    """A service with the number that was stuck, and where that came from; None without one."""

    stop: Stop
    taken: tuple[int, Account] | None


class _Year:
    """One year as planned: who was sent which numbers, what was stuck, and what came back."""

    def __init__(self, history: History, year: int, stops: Sequence[Stop], office: Actor) -> None:
        self.history, self.office = history, office
        self.series = years.series_of_year(year)
        self.acts: list[Act] = []
        self.acts_at_end: list[Act] = []
        if date(year, 12, 31) < history.numbered_from:
            self.done = [_Done(stop, None) for stop in stops]
        else:
            self.done = list(self._stick(year, stops))

    def _stick(self, year: int, stops: Sequence[Stop]) -> Iterator[_Done]:
        """Yield each service with its number, while the numbers go from hand to hand."""
        wish, dealers = self.history.wish, self.history.dealers
        supply = Supply(wish.seed, f"documents of {year}")
        people = People(self.office, dealers, self.history.crews.in_year(year))
        needs = Needs(wish, stops or self.history.last_stops)
        packets = plan_packets(needs, year, dealers, people.mechanics)
        moves = Logistics(supply, people, self.series, 1)
        schedule = years.Schedule(wish, moves, packets)
        spare = years.STOCK_SPARE + sum(packet.size for packet in packets) // 10
        waiting = deque(sorted(schedule.first_steps(year, spare), key=_moment))
        if not stops:
            self._act(self.acts, waiting)
            return
        waiting = deque(sorted((*waiting, *schedule.mishaps(year)), key=_moment))
        for stop in stops:
            self._act(self.acts, waiting, until=stop.day)
            [(_, ending)] = stop.endings
            if ending is not Ending.STICKER:
                yield _Done(stop, None)
                continue
            own = [with_mechanic(stop.mechanic), with_dealer(stop.dealer)]
            taken = supply.take(self.series, own)
            assert taken is not None, (stop.dealer.number, stop.mechanic.number, stop.day)
            yield _Done(stop, taken)
        self._act(self.acts, waiting)
        self._act(self.acts_at_end, deque(sorted(schedule.year_end(year), key=_moment)))

    def _act(self, acts: list[Act], waiting: deque[years.Entry], until: date = date.max) -> None:
        """Do what waits until a day; the office takes over who did it then."""
        while waiting and day_of(waiting[0][0]) <= until:
            _, produce = waiting.popleft()
            acts += [replace(act, actor=self.office) for act in produce()]

    def issuing(self, moment: datetime) -> Iterator[Work]:
        """Yield the storing of the series, and of what happened to it but for the reports."""
        if self.acts:
            yield partial(store_series, series=self.series)
        for acts in pieces(self.acts, ACTS_AT_ONCE):
            yield partial(post_acts, acts=acts, moment=moment)

    def works(self, moment: datetime, at_once: int) -> Iterator[Work]:
        """Yield the storing of the whole year."""
        yield from self.issuing(moment)
        for some in pieces(self.done, at_once):
            reports = [self._report(one) for one in some]
            yield partial(store_past, actor=self.office, now=moment, reports=reports)
        for acts in pieces(self.acts_at_end, ACTS_AT_ONCE):
            yield partial(post_acts, acts=acts, moment=moment)

    def _report(self, done: _Done) -> PastReport:
        stop, chance = done.stop, self.history.chance
        [(installation, ending)] = stop.endings
        present = installation.configuration_on(stop.day)
        serial, source = done.taken or (None, None)
        return PastReport(
            chance.public_id(),
            ServiceKind.LIMITED if ending is Ending.KB else ServiceKind.MAJOR,
            ending,
            stop.day,
            stop.site.id,
            installation.id,
            present.parlour_type,
            present.species,
            present.unit_count,
            stop.mechanic.id,
            stop.dealer.id,
            None if serial is None else self.series.id,
            serial,
            source,
            stop.day + timedelta(days=7 - stop.day.weekday()),  # of the weekly post
            None if ending in (Ending.KB, Ending.UNMARKED) else _details(chance, stop),
        )


def _agree_leniency(session: Session, office: Actor, moment: datetime) -> None:
    add_period(session, office, CRISIS, "Jaarverslag 2001 en 2002", moment)


def _details(chance: Chance, stop: Stop) -> Details:
    """Return what was told of a service, and the jars and meters that the dealer verified."""
    [(installation, ending)] = stop.endings
    delivered_on = installation.from_on
    if installation.changed_on is not None and installation.changed_on <= stop.day:
        delivered_on = installation.changed_on
    told = details_told(chance, stop.day, ending is Ending.STICKER, delivered_on)
    units, share = installation.configuration_on(stop.day).unit_count, chance.random()
    if share < JARS_SHARE:
        return replace(told, jars_verified=units)
    if share < JARS_SHARE + METERS_SHARE:
        return replace(told, meters_verified=units)
    return told


def _is_robot(place: Place, day: date) -> bool:
    return place.installation.configuration_on(day).parlour_type is ParlourType.ROBOT


def _moment(entry: years.Entry) -> datetime:
    return entry[0]


def pieces(found: Sequence[Found], size: int) -> Iterator[Sequence[Found]]:
    """Yield a sequence in pieces of at most `size`."""
    for start in range(0, len(found), size):
        yield found[start : start + size]
