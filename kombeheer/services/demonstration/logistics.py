"""The acts by which the numbers of one series go from hand to hand, each on its day.

What an act takes is decided when its turn comes, from where the numbers are then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.stickers import Account, AccountKind, MoveKind
from kombeheer.services.demonstration.plan import Dealer, Mechanic
from kombeheer.services.demonstration.rolls import Packet
from kombeheer.services.demonstration.supply import (
    DESTROYED,
    LOST,
    ORIGIN,
    PRINTER,
    RETURNED,
    SPOILED,
    STOCK,
    STOLEN,
    Act,
    Series,
    Supply,
)

LOST_AT_ONCE, STOLEN_AT_ONCE, PASSED_ON = 2, 5, 3


@dataclass(frozen=True, slots=True)
class People:
    """Who acts: the office, the dealers and the mechanics."""

    office: Actor
    dealers: Sequence[Dealer]
    mechanics: Sequence[Mechanic]


def with_dealer(dealer: Dealer) -> Account:
    """Return the account of what a dealer holds himself."""
    return Account(AccountKind.DEALER, dealer.id)


def with_mechanic(mechanic: Mechanic) -> Account:
    """Return the account of what a mechanic holds."""
    return Account(AccountKind.MECHANIC, mechanic.id)


def on_the_way(dealer: Dealer) -> Account:
    """Return the account of what was sent to a dealer and not confirmed."""
    return Account(AccountKind.TRANSIT, dealer.id)


def on_the_way_back(dealer: Dealer) -> Account:
    """Return the account of what a dealer sent back."""
    return Account(AccountKind.RETURN, dealer.id)


def dealer_actor(dealer: Dealer) -> Actor:
    """Return a dealer's user as an actor."""
    return Actor(dealer.user_id, Role.DEALER, dealer.person, dealer_id=dealer.id)


class Logistics:
    """One series in the hands of the foundation, its dealers and their mechanics."""

    def __init__(self, supply: Supply, people: People, series: Series, first_serial: int) -> None:
        self.supply, self.people, self.series = supply, people, series
        self.first_serial = self.next_printed = self.next_issued = first_serial
        self.spoiled_by: dict[Dealer, list[int]] = defaultdict(list)

    def _act(
        self,
        kind: MoveKind,
        serials: Sequence[int],
        source: Account,
        target: Account,
        dealer: Dealer | None,
        day: date,
        actor: Actor,
    ) -> list[Act]:
        if not serials:
            return []
        dealer_id = None if dealer is None else dealer.id
        return [self.supply.move(kind, self.series, serials, source, target, dealer_id, day, actor)]

    def order(self, count: int, day: date) -> list[Act]:
        """Order the next numbers at the printer."""
        first, self.next_printed = self.next_printed, self.next_printed + count
        numbers = range(first, first + count)
        return self._act(MoveKind.ORDER, numbers, ORIGIN, PRINTER, None, day, self.people.office)

    def deliver(self, day: date) -> list[Act]:
        """Take what the printer has into stock."""
        numbers = self.supply.held(self.series, PRINTER)
        return self._act(MoveKind.DELIVER, numbers, PRINTER, STOCK, None, day, self.people.office)

    def issue(self, dealer: Dealer, count: int, day: date) -> list[Act]:
        """Send the next numbers from stock to a dealer."""
        first, self.next_issued = self.next_issued, self.next_issued + count
        numbers, target = range(first, first + count), on_the_way(dealer)
        return self._act(MoveKind.ISSUE, numbers, STOCK, target, dealer, day, self.people.office)

    def confirm(self, dealer: Dealer, day: date) -> list[Act]:
        """Have a dealer confirm what was sent to him."""
        source, actor = on_the_way(dealer), dealer_actor(dealer)
        numbers = self.supply.held(self.series, source)
        target = with_dealer(dealer)
        return self._act(MoveKind.CONFIRM, numbers, source, target, dealer, day, actor)

    def hand_out(self, packet: Packet, day: date) -> list[Act]:
        """Give each mechanic who gets it on this day his roll."""
        acts, dealer = [], packet.dealer
        source, actor = with_dealer(dealer), dealer_actor(dealer)
        for roll in packet.rolls:
            if roll.handed_on == day:
                numbers = self.supply.held(self.series, source)[: roll.size]
                target = with_mechanic(roll.mechanic)
                acts += self._act(MoveKind.HAND_OUT, numbers, source, target, dealer, day, actor)
        return acts

    def hand_in(self, mechanic: Mechanic, dealer: Dealer, day: date) -> list[Act]:
        """Empty the hands of a mechanic."""
        source, target = with_mechanic(mechanic), with_dealer(dealer)
        numbers = self.supply.held(self.series, source)
        actor = dealer_actor(dealer)
        return self._act(MoveKind.HAND_IN, numbers, source, target, dealer, day, actor)

    def hand_in_all(self, dealer: Dealer, day: date) -> list[Act]:
        """Empty the hands of every mechanic whom a dealer employs on a day."""
        return [act for one in self._crew(dealer, day) for act in self.hand_in(one, dealer, day)]

    def _crew(self, dealer: Dealer, day: date) -> list[Mechanic]:
        return [
            one
            for one in self.people.mechanics
            if (present := one.employment_on(day)) is not None and present.dealer is dealer
        ]

    def spoil(self, dealer: Dealer, day: date) -> list[Act]:
        """Have a mechanic of this dealer spoil the last number of his roll."""
        for mechanic in self._crew(dealer, day):
            source = with_mechanic(mechanic)
            numbers = self.supply.held(self.series, source)[-1:]
            if numbers:
                self.spoiled_by[dealer] += numbers
                actor = dealer_actor(dealer)
                return self._act(MoveKind.SPOIL, numbers, source, SPOILED, dealer, day, actor)
        return []

    def lose(self, dealer: Dealer, day: date) -> list[Act]:
        """Have a dealer lose some of what he holds himself."""
        source, actor = with_dealer(dealer), dealer_actor(dealer)
        numbers = self.supply.held(self.series, source)[-LOST_AT_ONCE:]
        return self._act(MoveKind.LOSE, numbers, source, LOST, dealer, day, actor)

    def steal(self, dealer: Dealer, day: date) -> list[Act]:
        """Have some numbers stolen from a dealer."""
        source, actor = with_dealer(dealer), dealer_actor(dealer)
        numbers = self.supply.held(self.series, source)[:STOLEN_AT_ONCE]
        return self._act(MoveKind.STEAL, numbers, source, STOLEN, dealer, day, actor)

    def hand_over(self, giver: Dealer, taker: Dealer, day: date) -> list[Act]:
        """Let one dealer help out another with a few numbers."""
        source, target, office = with_dealer(giver), with_dealer(taker), self.people.office
        numbers = self.supply.held(self.series, source)[:PASSED_ON]
        return self._act(MoveKind.HAND_OVER, numbers, source, target, taker, day, office)

    def send_back(self, dealer: Dealer, day: date, count: int | None = None) -> list[Act]:
        """Have a dealer send back what he holds himself, or the last `count` of it."""
        source, target, actor = with_dealer(dealer), on_the_way_back(dealer), dealer_actor(dealer)
        numbers = self.supply.held(self.series, source)
        sent = numbers if count is None else numbers[-count:]
        return self._act(MoveKind.SEND_BACK, sent, source, target, dealer, day, actor)

    def take_back(self, dealer: Dealer, day: date) -> list[Act]:
        """Receive what a dealer sent back."""
        source, office = on_the_way_back(dealer), self.people.office
        numbers = self.supply.held(self.series, source)
        return self._act(MoveKind.TAKE_BACK, numbers, source, RETURNED, dealer, day, office)

    def destroy(self, day: date, keep: int) -> list[Act]:
        """Destroy what came back, was left or was spoiled, but the last `keep` that came back."""
        office = self.people.office
        returned = self.supply.held(self.series, RETURNED)[:-keep]
        stock = self.supply.held(self.series, STOCK)
        acts = self._act(MoveKind.DESTROY, returned, RETURNED, DESTROYED, None, day, office)
        acts += self._act(MoveKind.DESTROY, stock, STOCK, DESTROYED, None, day, office)
        for dealer, numbers in self.spoiled_by.items():
            gone = numbers[:-1]
            acts += self._act(MoveKind.DESTROY, gone, SPOILED, DESTROYED, dealer, day, office)
        return acts
