"""Plan farms with their sites and installations, in the proportions of table 3 of the core seed."""

from __future__ import annotations

from datetime import date, timedelta

from kombeheer.rules.parties import IdentifierKind
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.names import names
from kombeheer.services.demonstration.plan import Dealer, Farm, Installation, ServiceTurn, Site
from kombeheer.services.sites.installations import Configuration

FARMS_MIN = 100
DUE_FARMS = 14  # of the first dealer, so that there is something to scan today
VISITED_FARMS = 4  # after these, so that something has happened since yesterday
DUE_NAMES = ("Veehouderij De Wilgen", "Maatschap Dijkstra", "Fam. Sikkema", "De Lege Geer BV")
BELGIAN_SHARE = 0.03
TWO_PARLOURS_SHARE = 0.02
WENT_OVER_SHARE = 0.02
CEASED_SHARE = 0.015
GOAT_EVERY, SHEEP_EVERY = 40, 400
_FLOCK_PARLOURS = {ParlourType.HERRINGBONE, ParlourType.SIDE_BY_SIDE, ParlourType.ROTARY}


def parlour_counts(scale: float, of_2001: bool = False) -> dict[ParlourType, int]:
    """Return how many farms have each parlour type: largest remainders, and none is left out.

    They are those of the end of 2002, or of the year before.
    """
    table = names().farms_of_2001 if of_2001 else names().farms_by_parlour
    total = max(FARMS_MIN, round(sum(table.values()) * scale))
    exact = {one: count * total / sum(table.values()) for one, count in table.items()}
    counts = {one: max(1, int(share)) for one, share in exact.items()}
    by_remainder = sorted(table, key=lambda one: exact[one] - int(exact[one]), reverse=True)
    for one in by_remainder[: max(0, total - sum(counts.values()))]:
        counts[one] += 1
    return counts


def plan_farms(wish: Wish, dealers: list[Dealer]) -> list[Farm]:
    """Return the farms; each parlour type stands on as many as the table says."""
    return _Farms(wish, dealers).plan()


def plan_ceased(wish: Wish, dealers: list[Dealer], installations: list[Installation]) -> list[Farm]:
    """Return a farm for each of these installations, which ceased with it."""
    return _Farms(wish, dealers, "ceased farms").ceased(installations)


class _Farms:
    def __init__(self, wish: Wish, dealers: list[Dealer], stream: str = "farms") -> None:
        self.wish = wish
        self.dealers = dealers
        self.chance = Chance(wish.seed, stream)
        self.flocks = 0
        self.chosen = 0

    def plan(self) -> list[Farm]:
        types = [one for one, n in parlour_counts(self.wish.scale).items() for _ in range(n)]
        self.chance.shuffle(types)
        served_by = self.chance.deal(len(types), [dealer.share for dealer in self.dealers])
        self.first_robot = types.index(ParlourType.ROBOT)
        served_by[self.first_robot] = 0  # the first dealer has a robot at every scale
        self.ubn = self.chance.sample(range(200_000, 7_000_000), len(types))
        self.company = self.chance.sample(range(4_000_000, 9_900_000), len(types))
        farms = []
        position = 0
        while position < len(types):
            kinds = [types[position]]
            follows = types[position + 1 : position + 2]
            robotic = ParlourType.ROBOT in (*kinds, *follows)
            if not robotic and follows != kinds and self.chance.happens(TWO_PARLOURS_SHARE):
                kinds += follows
            farms.append(self._farm(position, kinds, self.dealers[served_by[position]]))
            position += len(kinds)
        return farms

    def ceased(self, installations: list[Installation]) -> list[Farm]:
        """Return the farms that ceased, with numbers that none of the others has."""
        chance, count = self.chance, len(installations)
        self.ubn = chance.sample(range(7_000_000, 8_000_000), count)
        self.company = chance.sample(range(3_000_000, 4_000_000), count)
        served_by = chance.deal(count, [dealer.share for dealer in self.dealers])
        farms = []
        for position, installation in enumerate(installations):
            dealer = self.dealers[served_by[position]]
            site = self._site(chance.choice(names().regions[dealer.region]), belgian=False)
            site.installations.append(installation)
            made = Farm(
                chance.public_id(),
                self._name(belgian=False),
                dealer,
                self._identifiers(position, belgian=False),
                [site],
                ceased_on=installation.ceased_on,
            )
            farms.append(made)
        return farms

    def _farm(self, position: int, kinds: list[ParlourType], dealer: Dealer) -> Farm:
        robotic = ParlourType.ROBOT in kinds
        turn = ServiceTurn.USUAL
        if dealer is self.dealers[0] and not robotic and self.chosen < DUE_FARMS + VISITED_FARMS:
            turn = ServiceTurn.DUE if self.chosen < DUE_FARMS else ServiceTurn.VISITED
        usual = turn is ServiceTurn.USUAL
        belgian = usual and self.chance.happens(BELGIAN_SHARE)
        region = "belgie" if belgian else dealer.region
        place = self.chance.choice(names().regions[region])
        name = self._name(belgian)
        if not usual:
            name = DUE_NAMES[self.chosen] if self.chosen < len(DUE_NAMES) else name
            place = place if self.chosen else "8614 Oudega"
            self.chosen += 1
        farm = Farm(
            self.chance.public_id(),
            name,
            dealer,
            self._identifiers(position, belgian),
            self._sites(kinds, place, belgian),
            turn=turn,
        )
        if usual and position != self.first_robot:
            self._change(farm)
        return farm

    def _name(self, belgian: bool) -> str:
        chance = self.chance
        family = chance.choice(names().belgian if belgian else names().family)
        other = chance.choice(names().belgian if belgian else names().family)
        forms = [
            f"Maatschap {family}",
            f"Maatschap {family}-{other}",
            f"Fam. {family}",
            f"VOF {family}",
            f"Veehouderij {family}",
            f"Melkveebedrijf {family}",
            f"Veehouderij {chance.choice(names().estates)}",
            f"{chance.choice(names().estates)} BV",
        ]
        return chance.choice(forms)

    def _identifiers(self, position: int, belgian: bool) -> list[tuple[IdentifierKind, str]]:
        company = self.company[position]
        if not belgian:
            found = [(IdentifierKind.UBN, str(self.ubn[position]))]
            if self.chance.happens(0.7):
                found.append((IdentifierKind.KVK, f"{company:08d}"))
            return found
        return [
            (IdentifierKind.KBO, f"{company:08d}{97 - company % 97:02d}"),
            (IdentifierKind.PE, f"{self.ubn[position]:08d}"),
            (IdentifierKind.HERD, f"BE{company:08d}0101"),
        ]

    def _sites(self, kinds: list[ParlourType], place: str, belgian: bool) -> list[Site]:
        first = self._site(place, belgian)
        for kind in kinds:
            first.installations += self._installations(kind)
        sites = [first]
        if len(first.installations) > 1 and not first.is_robotic and self.chance.happens(0.4):
            second = self._site(place, belgian)
            second.installations = [first.installations.pop()]
            sites.append(second)
        return sites

    def _site(self, place: str, belgian: bool) -> Site:
        digits, _, town = place.partition(" ")
        return Site(
            self.chance.public_id(),
            f"{self.chance.choice(names().streets)} {self.chance.randint(1, 180)}",
            digits if belgian else self.chance.postcode(digits),
            town,
            "BE" if belgian else "NL",
        )

    def _installations(self, kind: ParlourType) -> list[Installation]:
        """Return what stands there: robots often twice, a pasture wagon beside some tie-stalls."""
        chance = self.chance
        if kind is ParlourType.ROBOT:
            robots = chance.choices(["one", "two", "shared"], weights=[5, 3, 2])[0]
            if robots == "shared":  # boxes that share pump and cleaning are one installation
                boxes = chance.randint(2, 4)
                return [
                    self._installation(Configuration(kind, Species.COWS, boxes, box_count=boxes))
                ]
            single = Configuration(kind, Species.COWS, 1, box_count=1)
            if robots == "one":
                return [self._installation(single)]
            return [self._installation(single, f"Robot {number}") for number in (1, 2)]
        found = [self._installation(self._configuration(kind))]
        if kind is ParlourType.TIE_STALL and chance.happens(0.05):
            wagon = Configuration(
                ParlourType.PASTURE_WAGON,
                Species.COWS,
                chance.choice(names().units[ParlourType.PASTURE_WAGON]),
            )
            found.append(self._installation(wagon, "Weidewagen"))
        elif chance.happens(0.01):
            found.append(self._installation(self._configuration(kind), "Tweede stal"))
        return found

    def _configuration(self, kind: ParlourType) -> Configuration:
        species, factor = Species.COWS, 1
        if kind in _FLOCK_PARLOURS:
            self.flocks += 1
            if self.flocks % SHEEP_EVERY == 20:
                species, factor = Species.SHEEP, 2
            elif self.flocks % GOAT_EVERY == 30:
                species, factor = Species.GOATS, 2
        return Configuration(kind, species, factor * self.chance.choice(names().units[kind]))

    def _installation(self, configuration: Configuration, name: str = "") -> Installation:
        chance, year = self.chance, self.wish.on.year
        began = date(year - chance.randint(3, 25), chance.randint(1, 12), chance.randint(1, 28))
        made = Installation(chance.public_id(), configuration, began, name)
        if configuration.unit_count >= 8 and chance.happens(0.02):
            made.earlier = Configuration(
                configuration.parlour_type, configuration.species, configuration.unit_count - 4
            )
            made.changed_on = date(year - 2, chance.randint(3, 12), 1)
            made.from_on = date(year - chance.randint(6, 25), 5, 1)
        return made

    def _change(self, farm: Farm) -> None:
        """Let a farm cease, or go over to another dealer, now and then."""
        chance, wish = self.chance, self.wish
        if chance.happens(CEASED_SHARE):
            days = (wish.last - wish.start).days
            farm.ceased_on = wish.start + timedelta(days=chance.randint(60, days - 10))
            for site in farm.sites:
                for installation in site.installations:
                    installation.ceased_on = farm.ceased_on
        elif chance.happens(WENT_OVER_SHARE):
            others = [dealer for dealer in self.dealers if dealer is not farm.dealer]
            near = [dealer for dealer in others if dealer.region == farm.dealer.region]
            farm.next_dealer = chance.choice(near or others)
            farm.next_dealer_from = date(wish.on.year - chance.randint(0, 1), 1, 1)
