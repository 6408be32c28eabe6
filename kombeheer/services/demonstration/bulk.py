"""A whole country with as many years as are asked, for the benches: nothing of it was scanned here.

One by one the years are planned and stored, so that memory does not grow with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import MACHINE
from kombeheer.services.demonstration.country import plan_country
from kombeheer.services.demonstration.crews import plan_crews
from kombeheer.services.demonstration.days import Wish, instant
from kombeheer.services.demonstration.farms import plan_farms
from kombeheer.services.demonstration.history import History, pieces
from kombeheer.services.demonstration.people import plan_people
from kombeheer.services.demonstration.plan import Dealer, Mechanic
from kombeheer.services.demonstration.scene import Work
from kombeheer.services.demonstration.storing import (
    store_dealers,
    store_farms,
    store_mechanics,
)
from models.writing import count_rows

FARMS_AT_ONCE, REPORTS_AT_ONCE = 1_000, 5_000


def country_works(wish: Wish, years: int) -> Iterator[tuple[int, Work]]:
    """Yield a country piece by piece, for an empty database, each with its year.

    Each piece is run in a transaction of its own, and committed before the next one is asked for.
    The dealers, farms and installations are those of the demonstration, but every installation has
    been there all those years; the stickers of the year of the wish are with the mechanics.

    Args:
        wish: its day ends the years: they are the calendar years before.
    """
    span = range(wish.on.year - years, wish.on.year)
    dealers, _ = plan_people(wish)
    farms = plan_farms(wish, dealers)
    country = plan_country(wish, dealers, farms, stays=True)
    work = Counter(place.farm.dealer for place in country.places)
    crews = plan_crews(wish, work, dealers, range(span[0], span[-1] + 2), stays=True)
    yield span[0], partial(_store_people, wish=wish, dealers=dealers, mechanics=crews.mechanics)
    for some in pieces([*farms, *country.ceased], FARMS_AT_ONCE):
        yield span[0], partial(store_farms, wish=wish, farms=some)
    history, moment = History(wish, dealers, country, crews, span), instant(wish.on, 0)
    yield from history.works(MACHINE, moment, REPORTS_AT_ONCE)
    for work_of_series in history.next_series(MACHINE, moment):
        yield wish.on.year, work_of_series
    yield wish.on.year, count_rows


def _store_people(
    session: Session, wish: Wish, dealers: Sequence[Dealer], mechanics: Sequence[Mechanic]
) -> None:
    store_dealers(session, wish, dealers)
    store_mechanics(session, wish, mechanics)
