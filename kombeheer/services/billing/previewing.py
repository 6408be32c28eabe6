"""What last year would have cost under another tariff, beside what it did cost. Stores nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.billing import Charge, ChargeItem, Tariff, settle
from kombeheer.services.billing.streaming import farms
from kombeheer.services.billing.tariffs import PRICES
from models.parties import Dealer

DEALERS_SHOWN = 10
_PRICE_OF_SPECIES = {"cows": "cow_cents", "goats": "goat_cents", "sheep": "sheep_cents"}
_PRICE_OF_ITEM = {
    ChargeItem.BASE: "base_cents",
    ChargeItem.JAR: "jar_cents",
    ChargeItem.METER: "meter_cents",
}


@dataclass(slots=True)
class Compared:
    """A count and an amount in cents, as it was and as it would have been."""

    present_count: int = 0
    present_cents: int = 0
    wished_count: int = 0
    wished_cents: int = 0

    @property
    def difference_cents(self) -> int:
        """Return how much more it would have been."""
        return self.wished_cents - self.present_cents


@dataclass(frozen=True, slots=True)
class DealerCompared:
    """A dealer with what he would have been charged."""

    dealer: Dealer
    amounts: Compared


@dataclass(slots=True)
class YearPreview:
    """A year under another tariff.

    Args:
        report_count: reports of that year that stand.
        items: by the name of the price in a tariff, counted in what it is multiplied with.
        dealers: those whose amounts differ most, the largest difference first.
    """

    year: int
    report_count: int = 0
    items: Mapping[str, Compared] = field(
        default_factory=lambda: {name: Compared() for name in PRICES}
    )
    total: Compared = field(default_factory=Compared)
    dealers: list[DealerCompared] = field(default_factory=list)
    dealer_count: int = 0  # of all whose amounts differ

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to compare."""
        return not self.total.present_cents and not self.total.wished_cents


def preview_year(session: Session, wanted: Tariff, year: int) -> YearPreview:
    """Return what the reports of a calendar year were charged, and would be under a tariff.

    The tariff holds the whole year, whatever its first day. Who was charged first keeps it, where
    the tariff charges once for the same.
    """
    table = replace(wanted, id=0, valid_from=date(year, 1, 1))
    found = YearPreview(year)
    dealers: dict[int, Compared] = defaultdict(Compared)
    for farm in farms(session, date(year, 1, 1), date(year, 12, 31)):
        found.report_count += len(farm.reports)
        species = {one.report_id: one.species for one in farm.reports}
        wished = settle(farm.standing.values(), farm.reports, [table]).added
        _add_present(farm.standing.values(), species, found, dealers)
        _add_wished(wished, species, found, dealers)
    for one in found.items.values():
        found.total.present_cents += one.present_cents
        found.total.wished_cents += one.wished_cents
    _name_dealers(session, found, dealers)
    return found


def _price_of(charge: Charge, species: Mapping[str, str]) -> str:
    return _PRICE_OF_ITEM.get(charge.item) or _PRICE_OF_SPECIES[species[charge.report_id]]


def _add_present(
    charges: Iterable[Charge],
    species: Mapping[str, str],
    found: YearPreview,
    dealers: dict[int, Compared],
) -> None:
    for charge in charges:
        item = found.items[_price_of(charge, species)]
        item.present_count += charge.quantity
        for amounts in (item, dealers[charge.dealer_id]):
            amounts.present_cents += charge.amount_cents


def _add_wished(
    charges: Iterable[Charge],
    species: Mapping[str, str],
    found: YearPreview,
    dealers: dict[int, Compared],
) -> None:
    for charge in charges:
        item = found.items[_price_of(charge, species)]
        item.wished_count += charge.quantity
        for amounts in (item, dealers[charge.dealer_id]):
            amounts.wished_cents += charge.amount_cents


def _name_dealers(session: Session, found: YearPreview, dealers: Mapping[int, Compared]) -> None:
    differing = [pair for pair in dealers.items() if pair[1].difference_cents]
    differing.sort(key=lambda pair: (-abs(pair[1].difference_cents), pair[0]))
    found.dealer_count = len(differing)
    largest = dict(differing[:DEALERS_SHOWN])
    rows = session.scalars(select(Dealer).where(Dealer.id.in_(sorted(largest))))
    known = {dealer.id: dealer for dealer in rows}
    found.dealers = [DealerCompared(known[id_], amounts) for id_, amounts in largest.items()]
