"""The country at the end of 2001 and of 2002: what milked there, as the core seed counts it.

Every farm of now has an installation of then for each of its parlour types. Between the years some
were renovated into another type, and some farms ceased.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.farms import parlour_counts, plan_ceased
from kombeheer.services.demonstration.names import names
from kombeheer.services.demonstration.plan import Dealer, Farm, Installation, Site
from kombeheer.services.sites.installations import Configuration

COUNTED = range(2001, 2003)
_FIRST_CHANGE, _DAYS_OF_CHANGE = date(2002, 1, 14), 336
_OLDEST, _NEWEST = 1972, 1999  # years in which what stood there was delivered


@dataclass(frozen=True, slots=True)
class Place:
    """An installation of then, with the farm and the site where it stands."""

    farm: Farm
    site: Site
    installation: Installation


@dataclass(frozen=True, slots=True)
class Country:
    """Everything that milked then; `ceased` are the farms that are no more since 2002."""

    places: Sequence[Place]
    ceased: Sequence[Farm]


def plan_country(
    wish: Wish, dealers: list[Dealer], farms: Sequence[Farm], *, stays: bool
) -> Country:
    """Return the country of then, and give the sites of the farms their installations of then.

    Args:
        stays: whether these still milk now, and nothing else does; else what the farms have now
            took their place in the years after 2002.
    """
    return _Country(wish, dealers, farms).plan(stays)


class _Country:
    def __init__(self, wish: Wish, dealers: list[Dealer], farms: Sequence[Farm]) -> None:
        self.wish, self.dealers, self.farms = wish, dealers, farms
        self.chance = Chance(wish.seed, "country")
        self.counts = parlour_counts(wish.scale)

    def plan(self, stays: bool) -> Country:
        places = [place for farm in self.farms for place in self._places(farm)]
        gone = self._change(places)
        ceased = plan_ceased(self.wish, self.dealers, [self._ceased(kind) for kind in gone])
        for farm in self.farms:
            if farm.ceased_on is not None and farm.ceased_on.year in COUNTED:
                farm.ceased_on = None  # those that ceased then are counted already
            for site in farm.sites:
                for one in site.installations:
                    self._deliver_later(one)
                if stays:
                    site.installations.clear()
        for place in places:
            then = place.installation
            then.ceased_on = place.farm.ceased_on if stays else self._replaced_on(place)
            place.site.installations.append(then)
        places += [Place(farm, farm.sites[0], farm.sites[0].installations[0]) for farm in ceased]
        return Country(places, ceased)

    def _places(self, farm: Farm) -> Iterator[Place]:
        """Yield what a farm had then: one installation of each type that it has now."""
        seen: set[ParlourType] = set()
        for site in farm.sites:
            for present in site.installations:
                kind = present.configuration.parlour_type
                if kind in self.counts and kind not in seen:
                    seen.add(kind)
                    yield Place(farm, site, self._installation(kind, present.configuration.species))

    def _installation(self, kind: ParlourType, species: Species = Species.COWS) -> Installation:
        chance = self.chance
        delivered = date(
            chance.randint(_OLDEST, _NEWEST), chance.randint(1, 12), chance.randint(1, 28)
        )
        made = self._configuration(kind, species)
        return Installation(chance.public_id(), made, delivered, "")

    def _configuration(self, kind: ParlourType, species: Species) -> Configuration:
        boxes = 1 if kind is ParlourType.ROBOT else 0
        return Configuration(
            kind, species, self.chance.choice(names().units[kind]), box_count=boxes
        )

    def _change(self, places: Sequence[Place]) -> list[ParlourType]:
        """Renovate what table 3 has more of in 2002; return what was given up instead."""
        before = parlour_counts(self.wish.scale, of_2001=True)
        less = [kind for kind, n in before.items() for _ in range(n - self.counts[kind])]
        self.chance.shuffle(less)
        for kind, count in self.counts.items():
            there = [
                one.installation
                for one in places
                if one.installation.configuration.parlour_type is kind
            ]
            for one in self.chance.sample(there, max(0, count - before[kind])):
                one.earlier = self._configuration(less.pop(), one.configuration.species)
                one.changed_on = self._day_of_change()
        return less

    def _day_of_change(self) -> date:
        return _FIRST_CHANGE + timedelta(days=self.chance.randint(0, _DAYS_OF_CHANGE))

    def _ceased(self, kind: ParlourType) -> Installation:
        made = self._installation(kind)
        made.ceased_on = self._day_of_change()
        return made

    def _deliver_later(self, present: Installation) -> None:
        """Have what is there now be delivered after the years that were counted."""
        first, last = COUNTED.stop, max(COUNTED.stop, self.wish.on.year - 4)
        if present.from_on.year < first:
            day = date(self.chance.randint(first, last), self.chance.randint(1, 12), 1)
            present.from_on = day if last > first else date(first, 1, 1)

    def _replaced_on(self, place: Place) -> date:
        """Return when what is there now of this type took the place of what was there then."""
        kind = place.installation.configuration.parlour_type
        return min(
            one.from_on
            for one in place.site.installations
            if one.configuration.parlour_type is kind and one is not place.installation
        )
