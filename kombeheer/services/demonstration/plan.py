"""The foundation as it is planned: who and what there will be, before it has ids.

Each part keeps the id that the database gave it, so that the parts made later can name it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.parties import IdentifierKind
from kombeheer.rules.sites import ParlourType
from kombeheer.services.sites.installations import Configuration


class Career(StrEnum):
    """What became of a mechanic in the two years."""

    STEADY = "steady"
    MOVED = "moved"  # worked for another dealer in the first year
    LEFT = "left"  # works for nobody any more
    NEWCOMER = "newcomer"  # certified in the second year
    LAPSED = "lapsed"  # employed, but his certificate has ended


class ServiceTurn(StrEnum):
    """Where a farm stands in the year of its service."""

    USUAL = "usual"  # wherever chance puts it
    DUE = "due"  # its newest sticker is last year's, and the next service is due about now
    VISITED = "visited"  # on the last working day


@dataclass(eq=False, slots=True)
class Dealer:
    """A dealer with the region he serves; `share` is how many farms he has beside the others."""

    number: str
    name: str
    person: str
    public_id: str
    region: str
    street: str
    postcode: str
    place: str
    share: float
    id: int = 0
    user_id: int = 0


@dataclass(frozen=True, slots=True)
class Employed:
    """An employment, from a day until an inclusive last day."""

    dealer: Dealer
    from_on: date
    until_on: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether `day` lies within the employment."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(eq=False, slots=True)
class Mechanic:
    """A mechanic with his employments and the period of his certificate."""

    number: str
    name: str
    public_id: str
    career: Career
    has_ams: bool
    employments: list[Employed]
    certified_from: date
    certified_until: date
    id: int = 0

    def employment_on(self, day: date) -> Employed | None:
        """Return his employment of a day."""
        return next((one for one in self.employments if one.covers(day)), None)

    def works_for(self, dealer: Dealer, day: date) -> bool:
        """Tell whether he may do a service for this dealer on a day."""
        if not self.certified_from <= day <= self.certified_until:
            return False
        present = self.employment_on(day)
        return present is not None and present.dealer is dealer


@dataclass(eq=False, slots=True)
class Installation:
    """An installation; `earlier` is what it was before `changed_on`, `sticker` its newest one."""

    public_id: str
    configuration: Configuration
    from_on: date
    name: str = ""
    earlier: Configuration | None = None
    changed_on: date | None = None
    ceased_on: date | None = None
    is_checked: bool = True
    sticker: StickerNumber | None = None
    id: int = 0

    def configuration_on(self, day: date) -> Configuration:
        """Return what it is on a day."""
        if self.earlier is None or self.changed_on is None or day >= self.changed_on:
            return self.configuration
        return self.earlier


@dataclass(eq=False, slots=True)
class Site:
    """A place with installations that are serviced together."""

    public_id: str
    street: str
    postcode: str
    place: str
    country: str
    installations: list[Installation] = field(default_factory=list)
    id: int = 0

    @property
    def is_robotic(self) -> bool:
        """Tell whether a robot stands here, which is serviced twice a year."""
        return any(
            one.configuration.parlour_type is ParlourType.ROBOT for one in self.installations
        )


@dataclass(eq=False, slots=True)
class Farm:
    """A farm with its first dealer, and the one it went over to when it did.

    `began_on` is set when it was entered later than the others.
    """

    public_id: str
    name: str
    dealer: Dealer
    identifiers: list[tuple[IdentifierKind, str]]
    sites: list[Site]
    next_dealer: Dealer | None = None
    next_dealer_from: date | None = None
    ceased_on: date | None = None
    turn: ServiceTurn = ServiceTurn.USUAL
    began_on: date | None = None
    id: int = 0

    def dealer_on(self, day: date) -> Dealer:
        """Return who serves the farm on a day."""
        if self.next_dealer is None or self.next_dealer_from is None:
            return self.dealer
        return self.next_dealer if day >= self.next_dealer_from else self.dealer
