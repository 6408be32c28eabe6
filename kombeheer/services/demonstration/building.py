"""Build the demonstration in stages, each one transaction of its own.

The caller runs a stage and commits before he asks for the next: a later stage names what an
earlier one stored. Not here: where progress is shown, and the database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import MACHINE
from kombeheer.services import journal
from kombeheer.services.demonstration import farms as farm_plans
from kombeheer.services.demonstration import years
from kombeheer.services.demonstration.country import COUNTED, Country, plan_country
from kombeheer.services.demonstration.crews import Crews, begin_later, plan_crews
from kombeheer.services.demonstration.days import Wish, instant, working_days_later
from kombeheer.services.demonstration.deskwork import Deskwork
from kombeheer.services.demonstration.fieldwork import LEGACY_STUCK, Fieldwork, sent_at
from kombeheer.services.demonstration.history import History, pieces
from kombeheer.services.demonstration.logistics import Logistics, People
from kombeheer.services.demonstration.newcomers import make_newcomers
from kombeheer.services.demonstration.oddities import Oddities
from kombeheer.services.demonstration.paperwork import completions
from kombeheer.services.demonstration.people import plan_people
from kombeheer.services.demonstration.plan import Dealer, Mechanic
from kombeheer.services.demonstration.rolls import Needs, Packet, plan_packets
from kombeheer.services.demonstration.scans import Sender, send
from kombeheer.services.demonstration.scene import Scene, Work
from kombeheer.services.demonstration.storing import (
    store_dealers,
    store_farms,
    store_mechanics,
    store_series,
)
from kombeheer.services.demonstration.supply import Act, Supply, post_acts
from kombeheer.services.demonstration.telling import BEGUN, BUILT, SUBJECT
from kombeheer.services.demonstration.users import store_users
from kombeheer.services.demonstration.visits import Stop, plan_visits
from models.parties import Customer
from models.writing import count_rows

FARMS_AT_ONCE = 1_000
ACT_WEIGHT = 5  # in stops, by the time it takes
WEIGHT_AT_ONCE = 250  # in one transaction, so that none lasts over a second
PAST_AT_ONCE = 1_000  # reports of before
FARMS_SHARE, PAST_SHARE, COMPLETED_FROM, DESKS_FROM = 0.1, 0.25, 0.95, 0.98  # of the work


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happens: when, how much work it is, and what makes it once its turn comes."""

    moment: datetime
    weight: int
    produce: Callable[[], Work]


@dataclass(frozen=True, slots=True)
class Stage:
    """One transaction's work; `share` of the whole, 0 to 1, is done when it is."""

    share: float
    work: Work


def stages(wish: Wish) -> Iterator[Stage]:
    """Yield the stages of a demonstration foundation, in order, for an empty database."""
    builder = _Builder(wish)
    yield Stage(0.0, builder.begin)
    yield from builder.parties()
    yield from builder.past()
    yield Stage(PAST_SHARE, count_rows)
    entries = sorted(builder.entries(), key=lambda entry: entry.moment)
    end = instant(wish.on, 0)
    works: list[Work] = []
    weight = 0
    for entry in entries:
        if entry.moment >= end:
            break
        works.append(entry.produce())
        weight += entry.weight
        if weight >= WEIGHT_AT_ONCE or builder.fieldwork.settle():
            share = PAST_SHARE + (COMPLETED_FROM - PAST_SHARE) * _passed(wish, entry.moment)
            yield Stage(share, partial(_in_turn, works=works))
            works, weight = [], 0
    yield Stage(COMPLETED_FROM, partial(_in_turn, works=works))
    yield Stage(COMPLETED_FROM, count_rows)
    for work in completions(wish):
        yield Stage(COMPLETED_FROM, work)
    desk = Deskwork(wish, builder.people)
    for work in desk.works():
        yield Stage(DESKS_FROM, work)
    yield Stage(1.0, builder.finish)


def _passed(wish: Wish, moment: datetime) -> float:
    """Return how much of the two years has passed, 0 to 1."""
    start, end = instant(wish.start, 0), instant(wish.on, 0)
    return max(0.0, (moment - start) / (end - start))


class _Builder:
    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.dealers, self.mechanics = plan_people(wish)
        self.farms = farm_plans.plan_farms(wish, self.dealers)
        self.country, self.crews = self._plan_past()
        self.stops = plan_visits(wish, self.farms, self.mechanics)
        self.supply = Supply(wish.seed)
        self.old = years.series_of_old(wish.on.year - 1)
        last_year = wish.on.year + (1 if wish.on.month == 12 else 0)
        self.by_year = {
            year: years.series_of_year(year) for year in range(wish.on.year - 2, last_year + 1)
        }
        self.senders: dict[Dealer | Mechanic, Sender] = {}

    def _plan_past(self) -> tuple[Country, Crews]:
        """Return the country of 2001 and 2002 with its mechanics, nothing when it has no past."""
        if not self.wish.has_past:
            return Country((), ()), Crews({}, ())
        country = plan_country(self.wish, self.dealers, self.farms, stays=False)
        work = Counter(place.farm.dealer for place in country.places)
        crews = plan_crews(self.wish, work, self.dealers, COUNTED, stays=False)
        begin_later(self.mechanics, COUNTED)
        return country, crews

    def begin(self, session: Session) -> None:
        """Say that a demonstration is being built; store series, dealers, mechanics and users."""
        self._record(session, BEGUN)
        for series in (self.old, *self.by_year.values()):
            store_series(session, series)
        store_dealers(session, self.wish, self.dealers)
        store_mechanics(session, self.wish, [*self.mechanics, *self.crews.mechanics])
        office, self.senders = store_users(session, self.wish, self.dealers, self.mechanics[0])
        self.people = People(office, self.dealers, self.mechanics)

    def _record(self, session: Session, action: str) -> None:
        wish = self.wish
        told = {"scale": wish.scale, "seed": wish.seed, "on": wish.on.isoformat()}
        moment = instant(wish.on, 0)
        journal.record(session, MACHINE, moment, action, SUBJECT, SUBJECT, after=told)

    def parties(self) -> Iterator[Stage]:
        """Yield the storing of the farms, a thousand at a time."""
        farms = [*self.farms, *self.country.ceased]
        for place, some in enumerate(pieces(farms, FARMS_AT_ONCE), start=1):
            share = FARMS_SHARE * min(1, place * FARMS_AT_ONCE / len(farms))
            yield Stage(share, partial(store_farms, wish=self.wish, farms=some))

    def past(self) -> Iterator[Stage]:
        """Yield the storing of the years before, as the office took them over."""
        if not self.wish.has_past:
            return
        history = History(self.wish, self.dealers, self.country, self.crews, COUNTED)
        for year, work in history.works(self.people.office, self.wish.founded, PAST_AT_ONCE):
            passed = (year - COUNTED[0]) / len(COUNTED)
            yield Stage(FARMS_SHARE + (PAST_SHARE - FARMS_SHARE) * passed, work)

    def entries(self) -> Iterator[Entry]:
        """Yield everything that happens, unsorted; what happens after the day is left out later."""
        fieldwork = Fieldwork(self.wish, self.supply, self.by_year, self.old, self.senders)
        self.fieldwork = fieldwork
        fieldwork.legacy_left = dict.fromkeys(self.dealers[:2], LEGACY_STUCK)
        present = Scene(self.wish, self.supply, self.people, self.farms, fieldwork)
        for moment, act in self._logistics():
            yield Entry(moment, ACT_WEIGHT, partial(_acted, act, moment))
        yield from self._visits(fieldwork)
        for moment, produce in Oddities(present).entries():
            yield Entry(moment, ACT_WEIGHT, produce)
        day = working_days_later(self.wish.last, -3)
        yield Entry(instant(day, 18), ACT_WEIGHT, partial(make_newcomers, present, day))

    def _logistics(self) -> Iterator[years.Entry]:
        needs = Needs(self.wish, self.stops)
        for year, series in self.by_year.items():
            packets = plan_packets(needs, year, self.dealers, self.mechanics)
            moves = Logistics(self.supply, self.people, series, 1)
            schedule = years.Schedule(self.wish, moves, packets)
            spare = years.STOCK_SPARE + sum(packet.size for packet in packets) // 10
            yield from schedule.first_steps(year, spare)
            yield from schedule.mishaps(year)
            if year < self.wish.on.year:
                yield from schedule.year_end(year)
            if year == self.wish.on.year:
                yield from schedule.under_way(self.dealers)
        packets = [Packet(dealer, (), years.LEGACY_ISSUED) for dealer in self.dealers[:2]]
        moves = Logistics(self.supply, self.people, self.old, years.LEGACY_FIRST)
        schedule = years.Schedule(self.wish, moves, packets)
        yield from schedule.first_steps(self.wish.on.year - 3, years.LEGACY_SPARE)
        yield from schedule.year_end(self.wish.on.year - 1)

    def _visits(self, fieldwork: Fieldwork) -> Iterator[Entry]:
        by_moment: dict[datetime, list[Stop]] = defaultdict(list)
        for stop in self.stops:
            by_moment[sent_at(self.wish, stop)].append(stop)
        for moment, stops in by_moment.items():
            stops.sort(key=lambda stop: stop.dealer.id)
            for start in range(0, len(stops), WEIGHT_AT_ONCE):
                some = stops[start : start + WEIGHT_AT_ONCE]
                yield Entry(moment, len(some), partial(_visited, fieldwork, some, moment))

    def finish(self, session: Session) -> None:
        """End what went over to another dealer, and say it is built."""
        moved = {stop.farm: stop.farm.next_dealer_from for stop in self.stops if stop.is_moved}
        for farm, since in moved.items():
            assert since is not None
            session.execute(
                update(Customer)
                .where(Customer.farm_id == farm.id, Customer.dealer_id == farm.dealer.id)
                .values(until_on=since - timedelta(days=1))
            )
        self._record(session, BUILT)
        count_rows(session)


def _acted(act: Callable[[], list[Act]], moment: datetime) -> Work:
    return partial(post_acts, acts=act(), moment=moment)


def _visited(fieldwork: Fieldwork, stops: Sequence[Stop], moment: datetime) -> Work:
    return partial(send, batches=fieldwork.batches(stops), moment=moment)


def _in_turn(session: Session, works: Sequence[Work]) -> None:
    for work in works:
        work(session)
