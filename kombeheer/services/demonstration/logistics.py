"""The stickers' years: ordered, delivered, issued, confirmed, handed out, spoiled, sent back.

Every entry is a moment and what is to be done then; what exactly is decided when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.numbers import SeriesFormat
from kombeheer.rules.stickers import Account, AccountKind, MoveKind
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import (
    Wish,
    instant,
    working_day_from,
    working_days_later,
)
from kombeheer.services.demonstration.plan import Career, Dealer, Mechanic
from kombeheer.services.demonstration.rolls import Packet
from kombeheer.services.demonstration.supply import (
    DESTROYED,
    ORIGIN,
    PRINTER,
    RETURNED,
    STOCK,
    Act,
    Series,
    Supply,
)

Entry = tuple[datetime, Callable[[], list[Act]]]
STOCK_SPARE = 200
LEGACY_FIRST, LEGACY_COUNT, LEGACY_WIDTH = 4001, 30, 7
LEGACY_ISSUED = 12  # to each of the first two dealers
STOLEN_AT_ONCE = 5
EXTRA_PACKET = 25


@dataclass(frozen=True, slots=True)
class People:
    """Who acts: the office, the dealers and the mechanics."""

    office: Actor
    dealers: Sequence[Dealer]
    mechanics: Sequence[Mechanic]


def holder(kind: AccountKind, one: Dealer | Mechanic) -> Account:
    """Return the account of a dealer or a mechanic."""
    return Account(kind, one.id)


def dealer_actor(dealer: Dealer) -> Actor:
    """Return a dealer's user as an actor."""
    return Actor(dealer.user_id, Role.DEALER, dealer.person, dealer_id=dealer.id)


class Year:
    """One series through its year, up to the return of what was left."""

    def __init__(
        self, wish: Wish, supply: Supply, people: People, series: Series, packets: Sequence[Packet]
    ) -> None:
        self.wish, self.supply, self.people = wish, supply, people
        self.series, self.packets = series, packets
        self.year = series.valid_from.year
        self.chance = Chance(wish.seed, f"year {self.year}")
        self.next_serial = 1
        self.lost_by: dict[Dealer, list[int]] = {}

    def entries(self) -> list[Entry]:
        """Return what happens with the numbers of this year, unsorted."""
        before = self.year - 1
        ordered = date(before, 10, 15)
        delivered = working_day_from(date(before, 12, 1))
        entries: list[Entry] = [
            (instant(ordered, 10), lambda: [self._order(ordered)]),
            (instant(delivered, 10), lambda: [self._deliver(delivered)]),
        ]
        for packet in self.packets:
            entries += self._packet(packet, working_day_from(date(before, 12, 5)))
            entries += self._mishaps(packet.dealer)
        thief = self.chance.choice(self.packets).dealer
        entries.append(self._theft(thief, working_day_from(date(self.year, 3, 10))))
        if len(self.packets) > 2:
            entries.append(self._passed_on(working_day_from(date(self.year, 4, 7))))
        if self.year < self.wish.on.year:
            entries += self._year_end()
        return entries

    def _order(self, day: date) -> Act:
        count = sum(packet.size for packet in self.packets)
        count += STOCK_SPARE + count // 10
        return self._act(MoveKind.ORDER, range(1, count + 1), ORIGIN, PRINTER, None, day)

    def _deliver(self, day: date) -> Act:
        numbers = self.supply.held(self.series, PRINTER)
        return self._act(MoveKind.DELIVER, numbers, PRINTER, STOCK, None, day)

    def _act(
        self,
        kind: MoveKind,
        serials: Sequence[int],
        source: Account,
        target: Account,
        dealer: Dealer | None,
        day: date,
        *,
        by_office: bool = False,
    ) -> Act:
        actor = self.people.office if dealer is None or by_office else dealer_actor(dealer)
        return self.supply.move(
            kind,
            self.series,
            serials,
            source,
            target,
            None if dealer is None else dealer.id,
            day,
            actor,
        )

    def issue(self, dealer: Dealer, count: int, day: date) -> Act:
        """Send the next numbers from stock to a dealer."""
        first, self.next_serial = self.next_serial, self.next_serial + count
        transit = holder(AccountKind.TRANSIT, dealer)
        return self._act(
            MoveKind.ISSUE,
            range(first, first + count),
            STOCK,
            transit,
            dealer,
            day,
            by_office=True,
        )

    def _packet(self, packet: Packet, first_day: date) -> list[Entry]:
        """Issue a dealer's packet, have it confirmed, and hand out the rolls."""
        dealer = packet.dealer
        issued = working_days_later(first_day, self.chance.randint(0, 3))
        confirmed = working_days_later(issued, self.chance.randint(2, 5))
        handed = sorted({roll.handed_on for roll in packet.rolls})
        entries: list[Entry] = [
            (instant(issued, 11), lambda: [self.issue(dealer, packet.size, issued)]),
            (instant(confirmed, 9), lambda: [self.confirm(dealer, confirmed)]),
        ]
        for day in handed:
            entries.append((instant(day, 7, 30), lambda day=day: self._hand_out(packet, day)))
        return entries

    def confirm(self, dealer: Dealer, day: date) -> Act:
        """Have a dealer confirm what was sent to him."""
        transit = holder(AccountKind.TRANSIT, dealer)
        own = holder(AccountKind.DEALER, dealer)
        numbers = self.supply.held(self.series, transit)
        return self._act(MoveKind.CONFIRM, numbers, transit, own, dealer, day)

    def _hand_out(self, packet: Packet, day: date) -> list[Act]:
        acts = []
        own = holder(AccountKind.DEALER, packet.dealer)
        for roll in packet.rolls:
            if roll.handed_on != day:
                continue
            numbers = self.supply.held(self.series, own)[: roll.size]
            his = holder(AccountKind.MECHANIC, roll.mechanic)
            acts.append(self._act(MoveKind.HAND_OUT, numbers, own, his, packet.dealer, day))
        return acts

    def hands_of(self, dealer: Dealer, day: date) -> list[Account]:
        """Return the accounts of a dealer's mechanics of a day."""
        return [
            holder(AccountKind.MECHANIC, one)
            for one in self.people.mechanics
            if (present := one.employment_on(day)) is not None and present.dealer is dealer
        ]

    def _mishaps(self, dealer: Dealer) -> list[Entry]:
        """Spoil a number now and then, lose one, and empty a mechanic who leaves."""
        entries: list[Entry] = []
        for month in (3, 6, 10):
            day = working_day_from(date(self.year, month, self.chance.randint(1, 20)))
            entries.append((instant(day, 12), lambda day=day: self._spoil(dealer, day)))
        if dealer is self.people.dealers[0] or self.chance.happens(0.6):
            day = working_day_from(date(self.year, 5, self.chance.randint(1, 20)))
            entries.append((instant(day, 13), lambda day=day: self._lose(dealer, day)))
        for one in self.people.mechanics:
            last = one.employments[-1]
            if one.career is Career.LEFT and last.dealer is dealer and last.until_on is not None:
                if last.until_on.year == self.year:
                    moment = instant(last.until_on, 18)
                    entries.append((moment, lambda one=one, last=last: self._empty(one, dealer, last.until_on)))
        return entries

    def _spoil(self, dealer: Dealer, day: date) -> list[Act]:
        for hand in self.hands_of(dealer, day):
            numbers = self.supply.held(self.series, hand)[-1:]
            if numbers:
                spoiled = Account(AccountKind.SPOILED)
                return [self._act(MoveKind.SPOIL, numbers, hand, spoiled, dealer, day)]
        return []

    def _lose(self, dealer: Dealer, day: date) -> list[Act]:
        own = holder(AccountKind.DEALER, dealer)
        numbers = self.supply.held(self.series, own)[-2:]
        if not numbers:
            return []
        lost = Account(AccountKind.LOST)
        return [self._act(MoveKind.LOSE, numbers, own, lost, dealer, day)]

    def _theft(self, dealer: Dealer, day: date) -> Entry:
        own = holder(AccountKind.DEALER, dealer)

        def acts() -> list[Act]:
            numbers = self.supply.held(self.series, own)[:STOLEN_AT_ONCE]
            stolen = Account(AccountKind.STOLEN)
            return [self._act(MoveKind.STEAL, numbers, own, stolen, dealer, day)]

        return instant(day, 14), acts

    def _passed_on(self, day: date) -> Entry:
        """Let one dealer help out another with a few numbers."""
        giver, taker = self.packets[1].dealer, self.packets[2].dealer

        def acts() -> list[Act]:
            own = holder(AccountKind.DEALER, giver)
            numbers = self.supply.held(self.series, own)[:3]
            target = holder(AccountKind.DEALER, taker)
            return [
                self.supply.move(
                    MoveKind.HAND_OVER,
                    self.series,
                    numbers,
                    own,
                    target,
                    taker.id,
                    day,
                    dealer_actor(giver),
                )
            ]

        return instant(day, 15), acts

    def _empty(self, mechanic: Mechanic, dealer: Dealer, day: date) -> list[Act]:
        his, own = holder(AccountKind.MECHANIC, mechanic), holder(AccountKind.DEALER, dealer)
        numbers = self.supply.held(self.series, his)
        if not numbers:
            return []
        return [self._act(MoveKind.HAND_IN, numbers, his, own, dealer, day)]

    def _year_end(self) -> list[Entry]:
        """Bring back all that was not used, and destroy most of what came back."""
        handed_in, sent = date(self.year, 12, 30), date(self.year, 12, 31)
        entries: list[Entry] = []
        for packet in self.packets:
            dealer = packet.dealer
            received = working_days_later(date(self.year + 1, 1, 5), self.chance.randint(1, 10))
            entries += [
                (instant(handed_in, 9), lambda dealer=dealer: self._hand_in(dealer, handed_in)),
                (instant(sent, 9), lambda dealer=dealer: self.send_back(dealer, sent)),
                (
                    instant(received, 10),
                    lambda dealer=dealer, day=received: self._take_back(dealer, day),
                ),
            ]
        destroyed = working_day_from(date(self.year + 1, 2, 15))
        entries.append((instant(destroyed, 10), lambda: self._destroy(destroyed)))
        return entries
