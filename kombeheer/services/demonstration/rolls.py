"""Plan how many numbers everybody gets: a roll for each mechanic, and a rest for his dealer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kombeheer.rules.scanning import Ending
from kombeheer.services.demonstration.days import Wish, working_day_from
from kombeheer.services.demonstration.plan import Dealer, Mechanic
from kombeheer.services.demonstration.visits import Stop

ROLL_SPARE, REST = 4, 20
ROLL_IN_HAND = 12  # of the present year, beyond what was stuck, for every mechanic
REST_IN_HAND = 60  # the same, for the first dealer
HANDED_OUT_MONTH, HANDED_OUT_DAY = 12, 22


@dataclass(frozen=True, slots=True)
class Roll:
    """The numbers of one mechanic in a year, and the day on which he gets them."""

    mechanic: Mechanic
    size: int
    handed_on: date


@dataclass(frozen=True, slots=True)
class Packet:
    """What one dealer is sent for a year: the rolls of his mechanics and a rest for himself."""

    dealer: Dealer
    rolls: tuple[Roll, ...]
    rest: int

    @property
    def size(self) -> int:
        """Return how many numbers he is sent."""
        return sum(roll.size for roll in self.rolls) + self.rest


class Needs:
    """How many stickers each mechanic stuck, for each dealer and year, and in the last year."""

    def __init__(self, wish: Wish, stops: Sequence[Stop]) -> None:
        self.wish = wish
        self.by_year: Counter[tuple[Dealer, Mechanic, int]] = Counter()
        self.recent: Counter[tuple[Dealer, Mechanic]] = Counter()
        year_ago = wish.on - timedelta(days=365)
        for stop in stops:
            stuck = sum(1 for _, ending in stop.endings if ending is Ending.STICKER)
            self.by_year[(stop.dealer, stop.mechanic, stop.day.year)] += stuck
            if stop.day >= year_ago:
                self.recent[(stop.dealer, stop.mechanic)] += stuck


def plan_packets(
    needs: Needs, year: int, dealers: Sequence[Dealer], mechanics: Sequence[Mechanic]
) -> list[Packet]:
    """Return what each dealer is sent for `year`: enough for it, or for the last twelve months."""
    packets = []
    for dealer in dealers:
        rolls = [
            roll
            for mechanic in mechanics
            if (roll := _roll(needs, year, dealer, mechanic)) is not None
        ]
        rest = REST + sum(roll.size for roll in rolls) // 12
        if year >= needs.wish.on.year and dealer is dealers[0]:
            rest += REST_IN_HAND
        packets.append(Packet(dealer, tuple(rolls), rest))
    return packets


def _roll(needs: Needs, year: int, dealer: Dealer, mechanic: Mechanic) -> Roll | None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    for employment in mechanic.employments:
        ended = employment.until_on is not None and employment.until_on < first
        if employment.dealer is not dealer or ended or employment.from_on > last:
            continue
        if mechanic.certified_from > last or mechanic.certified_until < first:
            continue
        size = needs.by_year[(dealer, mechanic, year)]
        if year >= needs.wish.on.year:
            size = max(size + ROLL_IN_HAND, needs.recent[(dealer, mechanic)])
        size += ROLL_SPARE + size // 12
        begins = max(employment.from_on, mechanic.certified_from)
        if begins < date(year - 1, HANDED_OUT_MONTH, HANDED_OUT_DAY):
            return Roll(mechanic, size, date(year - 1, HANDED_OUT_MONTH, HANDED_OUT_DAY))
        return Roll(mechanic, size, working_day_from(begins))
    return None
