"""Where the last days play: who is there, and which numbers are in whose hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.stickers import Account
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.fieldwork import Fieldwork
from kombeheer.services.demonstration.logistics import People, with_dealer, with_mechanic
from kombeheer.services.demonstration.plan import (
    Career,
    Dealer,
    Farm,
    Installation,
    Mechanic,
    ServiceTurn,
)
from kombeheer.services.demonstration.supply import Series, Supply

Work = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """The planned foundation in its last days."""

    wish: Wish
    supply: Supply
    people: People
    farms: Sequence[Farm]
    fieldwork: Fieldwork

    def series_on(self, day: date) -> Series:
        """Return the series of a day."""
        return self.fieldwork.series_by_year[day.year]

    def held(self, account: Account, day: date) -> list[StickerNumber]:
        """Return the numbers of a day's year that are in an account, the lowest first."""
        series = self.series_on(day)
        return [series.format.number(serial) for serial in self.supply.held(series, account)]

    def steady_mechanic(self, dealer: Dealer, *, ams: bool | None = None) -> Mechanic:
        """Return a dealer's first mechanic who may work today; with or without the AMS module."""
        return next(
            one
            for one in self.people.mechanics
            if one.career is Career.STEADY
            and one.employments[-1].dealer is dealer
            and ams in (None, one.has_ams)
        )

    def in_hand(self, mechanic: Mechanic, dealer: Dealer, day: date) -> StickerNumber:
        """Return a number that this mechanic could stick, the last of his roll if he has one."""
        return (self.held(with_dealer(dealer), day) + self.held(with_mechanic(mechanic), day))[-1]

    def customers(self, dealer: Dealer, *, robots: bool = False) -> list[Installation]:
        """Return installations of a dealer's customers, but none that is due or has ceased."""
        return [
            site.installations[0]
            for farm in self.farms
            if farm.dealer is dealer
            and farm.next_dealer is None
            and farm.ceased_on is None
            and farm.turn is ServiceTurn.USUAL
            for site in farm.sites
            if site.is_robotic is robots
        ]
