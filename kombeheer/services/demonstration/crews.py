"""The mechanics of the years before: as many posts as there were then, and who held them in a year.

A tenth leaves at the end of a year. Some hardly do any services.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import Wish
from kombeheer.services.demonstration.people import AMS_SHARE, MECHANICS, person
from kombeheer.services.demonstration.plan import Career, Dealer, Employed, Mechanic

RARE = 20  # of the mechanics at scale 1: those who do less than ten services in a year
TURNOVER_SHARE = 0.1
FIRST_NUMBER = 2001
_SCHOOLING = timedelta(days=120)  # before the certificate


@dataclass(eq=False, slots=True)
class Post:
    """A mechanic's work with a dealer, and who holds it by year."""

    dealer: Dealer
    has_ams: bool
    is_rare: bool = False
    holders: dict[int, Mechanic] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Crews:
    """The posts by dealer, and everybody who ever held one."""

    by_dealer: dict[Dealer, list[Post]]
    mechanics: Sequence[Mechanic]

    def in_year(self, year: int) -> list[Mechanic]:
        """Return who holds a post in a year."""
        return [post.holders[year] for posts in self.by_dealer.values() for post in posts]

    def regular(self, dealer: Dealer, *, robotic: bool) -> list[Post]:
        """Return the posts of those who do a dealer's work, or the part of it on robots."""
        return [
            post
            for post in self.by_dealer[dealer]
            if not post.is_rare and (post.has_ams or not robotic)
        ]

    def rare(self) -> Iterable[Post]:
        """Return the posts of those who hardly do any services."""
        return (post for posts in self.by_dealer.values() for post in posts if post.is_rare)


def plan_crews(
    wish: Wish, work: Counter[Dealer], dealers: Sequence[Dealer], years: range, *, stays: bool
) -> Crews:
    """Return the crews of some years; each dealer has posts in proportion to his work.

    Args:
        stays: whether who holds a post in the last year still does now.
    """
    chance = Chance(wish.seed, "crews")
    posts = {dealer: [Post(dealer, has_ams=True)] for dealer in dealers}
    left = max(0, round(MECHANICS * wish.scale) - len(dealers))
    for dealer, count in _shared(left, work, dealers).items():
        more = [Post(dealer, chance.happens(AMS_SHARE)) for _ in range(count)]
        posts[dealer] += more
    may_be_rare = [post for of_dealer in posts.values() for post in of_dealer[1:]]
    for post in chance.sample(may_be_rare, min(round(RARE * wish.scale), len(may_be_rare))):
        post.is_rare = True
    mechanics: list[Mechanic] = []
    for post in (post for of_dealer in posts.values() for post in of_dealer):
        mechanics += _hold(wish, chance, post, years, FIRST_NUMBER + len(mechanics), stays)
    return Crews(posts, mechanics)


def begin_later(mechanics: Iterable[Mechanic], years: range) -> None:
    """Have mechanics of now begin after some years, in which others did the work."""
    first = date(years.stop, 1, 1)
    for one in mechanics:
        one.certified_from = max(one.certified_from, first)
        one.employments = [
            replace(each, from_on=max(each.from_on, first)) for each in one.employments
        ]


def _shared(count: int, work: Counter[Dealer], dealers: Sequence[Dealer]) -> dict[Dealer, int]:
    """Return how many of `count` each dealer gets: in proportion, by largest remainders."""
    exact = {dealer: count * work[dealer] / work.total() for dealer in dealers}
    shares = {dealer: int(share) for dealer, share in exact.items()}
    by_remainder = sorted(dealers, key=lambda one: exact[one] - shares[one], reverse=True)
    for dealer in by_remainder[: count - sum(shares.values())]:
        shares[dealer] += 1
    return shares


def _hold(
    wish: Wish, chance: Chance, post: Post, years: range, number: int, stays: bool
) -> list[Mechanic]:
    """Fill a post for all years; return who held it, one after the other."""
    began = date(years[0] - chance.randint(2, 20), chance.randint(1, 12), 1)
    held = [_mechanic(chance, post, number, began, began + _SCHOOLING)]
    for year in years:
        if year > years[0] and chance.happens(TURNOVER_SHARE):
            _leave(held[-1], date(year - 1, 12, 31))
            first = date(year, 1, 1)
            held.append(_mechanic(chance, post, number + len(held), first, first))
        post.holders[year] = held[-1]
    last = years[-1]
    if stays:
        held[-1].certified_until = date(wish.on.year + 1, 12, 31)
    else:
        latest = max(last, min(last + 9, wish.start.year - 1))
        _leave(held[-1], date(chance.randint(last, latest), 12, 31))
    return held


def _leave(mechanic: Mechanic, last: date) -> None:
    [present] = mechanic.employments
    mechanic.employments = [Employed(present.dealer, present.from_on, last)]
    mechanic.certified_until = last


def _mechanic(
    chance: Chance, post: Post, number: int, from_on: date, certified_from: date
) -> Mechanic:
    return Mechanic(
        f"{number:04d}",
        person(chance),
        chance.public_id(),
        Career.STEADY,
        post.has_ams,
        [Employed(post.dealer, from_on)],
        certified_from,
        date.max,
    )
