"""Plan dealers with their mechanics: five that are always the same, more as the scale asks."""

from __future__ import annotations

from datetime import date, timedelta

from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.names import names
from kombeheer.services.demonstration.plan import Career, Dealer, Employed, Mechanic

DEALERS, MECHANICS = 110, 370  # at scale 1
FIRST_NUMBER = 501  # of the mechanics that the scale adds
_CAREERS = {
    Career.STEADY: 72,
    Career.MOVED: 12,
    Career.LEFT: 6,
    Career.NEWCOMER: 6,
    Career.LAPSED: 4,
}
AMS_SHARE = 0.4


def plan_people(wish: Wish) -> tuple[list[Dealer], list[Mechanic]]:
    """Return the dealers and their mechanics; the first of each is steady and may do robots."""
    chance = Chance(wish.seed, "people")
    dealers, mechanics = _fixed(wish, chance)
    count = max(len(dealers), round(DEALERS * wish.scale))
    left_over = max(0, round(MECHANICS * wish.scale) - len(mechanics))
    added = [_dealer(chance, number) for number in range(201, 201 + count - len(dealers))]
    dealers += added
    for position in range(max(left_over, len(added))):
        if not added:
            break
        is_first = position < len(added)
        employer = added[position % len(added)]
        number = f"{FIRST_NUMBER + position:04d}"
        career = Career.STEADY if is_first else _career(chance)
        ams = is_first or chance.happens(AMS_SHARE)
        before = dealers[(dealers.index(employer) - 1) % len(dealers)]
        mechanics.append(
            _mechanic(wish, chance, number, person(chance), career, ams, employer, before)
        )
    return dealers, mechanics


def _career(chance: Chance) -> Career:
    return chance.choices(list(_CAREERS), weights=list(_CAREERS.values()))[0]


def person(chance: Chance) -> str:
    """Return the name of somebody."""
    return f"{chance.choice(names().given)} {chance.choice(names().family)}"


def _address(chance: Chance) -> str:
    return f"{chance.choice(names().streets)} {chance.randint(1, 120)}"


def _fixed(wish: Wish, chance: Chance) -> tuple[list[Dealer], list[Mechanic]]:
    dealers: list[Dealer] = []
    mechanics: list[Mechanic] = []
    for told in names().dealers:
        digits, _, place = told["place"].partition(" ")
        dealers.append(
            Dealer(
                told["number"],
                told["name"],
                told["person"],
                chance.public_id(),
                told["region"],
                _address(chance),
                chance.postcode(digits),
                place,
                told["share"],
            )
        )
    for dealer, told in zip(dealers, names().dealers, strict=True):
        before = dealers[dealers.index(dealer) - 1]
        mechanics += [
            _mechanic(
                wish,
                chance,
                one["number"],
                one["name"],
                Career(one["career"]),
                one["ams"],
                dealer,
                before,
            )
            for one in told["mechanics"]
        ]
    return dealers, mechanics


def _dealer(chance: Chance, number: int) -> Dealer:
    regions = names().dutch_regions
    region = regions[number % len(regions)]
    digits, _, place = chance.choice(names().regions[region]).partition(" ")
    owner = chance.choice(names().family)
    return Dealer(
        str(number),
        f"{owner[0].upper()}{owner[1:]} {chance.choice(names().firms)}",
        f"{chance.choice(names().given)} {owner}",
        chance.public_id(),
        region,
        _address(chance),
        chance.postcode(digits),
        place,
        chance.uniform(0.5, 1.4),
    )


def _mechanic(
    wish: Wish,
    chance: Chance,
    number: str,
    name: str,
    career: Career,
    has_ams: bool,
    employer: Dealer,
    before: Dealer,
) -> Mechanic:
    year = wish.on.year
    began = date(year - chance.randint(5, 20), chance.randint(1, 12), 1)
    certified_from, certified_until = began + timedelta(days=120), date(year + 1, 12, 31)
    employments = [Employed(employer, began)]
    if career is Career.MOVED:
        change = date(year - 1, 1, 1)
        employments = [
            Employed(before, began, change - timedelta(days=1)),
            Employed(employer, change),
        ]
    elif career is Career.LEFT:
        employments = [Employed(employer, began, date(year - 1, 8, 31))]
        certified_until = date(year - 1, 12, 31)
    elif career is Career.NEWCOMER:
        employments = [Employed(employer, date(year - 1, 3, 1))]
        certified_from = date(year - 1, 6, 1)
    elif career is Career.LAPSED:
        certified_until = date(year - 1, 12, 31)
    return Mechanic(
        number,
        name,
        chance.public_id(),
        career,
        has_ams,
        employments,
        certified_from,
        certified_until,
    )
