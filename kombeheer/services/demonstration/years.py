"""When what happens to the numbers: each series through its year, and what is under way now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from kombeheer.rules.numbers import SeriesFormat
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import (
    Wish,
    instant,
    working_day_from,
    working_days_later,
)
from kombeheer.services.demonstration.logistics import Logistics
from kombeheer.services.demonstration.plan import Career, Dealer
from kombeheer.services.demonstration.rolls import Packet
from kombeheer.services.demonstration.supply import Act, Series

Entry = tuple[datetime, Callable[[], list[Act]]]
STOCK_SPARE = 200
LEGACY_FIRST, LEGACY_WIDTH, LEGACY_ISSUED, LEGACY_SPARE = 4001, 7, 12, 6
KEPT_RETURNED = 20
PRINTED_NOW, SENT_NOW, SENT_BACK_NOW = 500, 25, 4


def series_of_year(year: int) -> Series:
    """Return the series of a year."""
    return Series(SeriesFormat(f"{year % 100:02d}"), date(year, 1, 1), date(year, 12, 31))


def series_of_old(year: int) -> Series:
    """Return an old stock without check digits, that could be used until the end of a year."""
    legacy = SeriesFormat("oud", LEGACY_WIDTH, has_check_digits=False)
    return Series(legacy, date(year - 3, 1, 1), date(year, 12, 31))


class Schedule:
    """One series from its order until what was left of it is destroyed."""

    def __init__(self, wish: Wish, moves: Logistics, packets: Sequence[Packet]) -> None:
        self.wish, self.moves, self.packets = wish, moves, packets
        self.chance = Chance(wish.seed, f"year {moves.series.format.code}")

    def first_steps(self, year: int, spare: int) -> list[Entry]:
        """Return order, delivery, issue, receipt and handing out, in the autumn before `year`."""
        moves = self.moves
        ordered = date(year - 1, 10, 15)
        delivered = working_day_from(date(year - 1, 12, 1))
        count = sum(packet.size for packet in self.packets) + spare
        entries: list[Entry] = [
            (instant(ordered, 10), partial(moves.order, count, ordered)),
            (instant(delivered, 10), partial(moves.deliver, delivered)),
        ]
        for packet in self.packets:
            dealer = packet.dealer
            first = working_day_from(date(year - 1, 12, 5))
            issued = working_days_later(first, self.chance.randint(0, 3))
            confirmed = working_days_later(issued, self.chance.randint(2, 5))
            entries += [
                (instant(issued, 11), partial(moves.issue, dealer, packet.size, issued)),
                (instant(confirmed, 9), partial(moves.confirm, dealer, confirmed)),
            ]
            for day in sorted({roll.handed_on for roll in packet.rolls}):
                entries.append((instant(day, 7, 30), partial(moves.hand_out, packet, day)))
        return entries

    def mishaps(self, year: int) -> list[Entry]:
        """Return what is spoiled, lost, stolen and passed on, and who leaves, in a year."""
        dealers = [packet.dealer for packet in self.packets]
        robbed, day = self.chance.choice(dealers), working_day_from(date(year, 3, 10))
        entries: list[Entry] = [(instant(day, 14), partial(self.moves.steal, robbed, day))]
        day = working_day_from(date(year, 4, 7))
        helped = partial(self.moves.hand_over, dealers[2], dealers[1], day)
        entries.append((instant(day, 15), helped))
        for dealer in dealers:
            for month in (3, 6, 10):
                day = working_day_from(date(year, month, self.chance.randint(1, 20)))
                entries.append((instant(day, 12), partial(self.moves.spoil, dealer, day)))
            day = working_day_from(date(year, 5, self.chance.randint(1, 20)))
            if dealer is dealers[0] or self.chance.happens(0.6):
                entries.append((instant(day, 13), partial(self.moves.lose, dealer, day)))
        return entries + self._leavers(year)

    def _leavers(self, year: int) -> list[Entry]:
        entries: list[Entry] = []
        for mechanic in self.moves.people.mechanics:
            last = mechanic.employments[-1]
            if mechanic.career is Career.LEFT and last.until_on and last.until_on.year == year:
                emptied = partial(self.moves.hand_in, mechanic, last.dealer, last.until_on)
                entries.append((instant(last.until_on, 18), emptied))
        return entries

    def year_end(self, year: int) -> list[Entry]:
        """Return how all that was not used comes back, and most of it is destroyed."""
        entries: list[Entry] = []
        moves, handed_in, sent = self.moves, date(year, 12, 30), date(year, 12, 31)
        for packet in self.packets:
            dealer = packet.dealer
            received = working_days_later(date(year + 1, 1, 5), self.chance.randint(1, 10))
            entries += [
                (instant(handed_in, 9), partial(moves.hand_in_all, dealer, handed_in)),
                (instant(sent, 9), partial(moves.send_back, dealer, sent)),
                (instant(received, 10), partial(moves.take_back, dealer, received)),
            ]
        day = working_day_from(date(year + 1, 2, 15))
        entries.append((instant(day, 10), partial(moves.destroy, day, KEPT_RETURNED)))
        return entries

    def under_way(self, dealers: Sequence[Dealer]) -> list[Entry]:
        """Return what has just been ordered, sent, and sent back."""
        last, moves = self.wish.last, self.moves
        ordered, sent = working_days_later(last, -5), working_days_later(last, -3)
        back = working_days_later(last, -2)
        return [
            (instant(ordered, 13), partial(moves.order, PRINTED_NOW, ordered)),
            (instant(sent, 11), partial(moves.issue, dealers[0], SENT_NOW, sent)),
            (instant(sent, 11), partial(moves.issue, dealers[2], SENT_NOW, sent)),
            (instant(back, 16), partial(moves.send_back, dealers[3], back, SENT_BACK_NOW)),
        ]
