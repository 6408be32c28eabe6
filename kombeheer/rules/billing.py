"""What a report is charged, by which tariff, and what is charged only once.

The charges that ought to stand follow from the reports by `settle` alone, whatever happened before.
Not here: storing them, and statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kombeheer.rules.calendar import FIRST_DAY, LAST_DAY
from kombeheer.rules.money import euros
from kombeheer.rules.refusal import Refusal

TARIFF_CENTS_MAX = 999_999  # so that 400 units of it still fit a whole number of 32 bits

Key = tuple["ChargeItem", str, str]  # item, scope, period: charged once


class ChargeItem(StrEnum):
    """What is charged: two items of a service with a number, two levies of a verification.

    Source: R47
    """

    BASE = "base"
    SURCHARGE = "surcharge"
    JAR = "jar"
    METER = "meter"


class ChargeScope(StrEnum):
    """For what an item is charged once.

    Source: R49
    """

    SITE = "site"
    INSTALLATION = "installation"
    REPORT = "report"


class ChargePeriod(StrEnum):
    """In which time an item is charged once.

    Source: R49
    """

    DAY = "day"  # the service date
    YEAR = "year"  # the calendar year of the service date


class ChargeState(StrEnum):
    """Whether a charge stands, was cancelled, or is the entry that cancelled one.

    Source: R71
    """

    STANDING = "standing"
    CANCELLED = "cancelled"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Tariff:
    """What each item costs from a day on, in whole cents, and what is charged once.

    Args:
        id: of its row.
        base_cents: for each site.
        cow_cents, goat_cents, sheep_cents: surcharge for each milking unit, by species.
        jar_cents, meter_cents: levy for each unit that the dealer verified.

    Source: R47, R48, R49
    """

    id: int
    valid_from: date
    base_cents: int
    cow_cents: int
    goat_cents: int
    sheep_cents: int
    jar_cents: int
    meter_cents: int
    base_scope: ChargeScope
    base_period: ChargePeriod
    surcharge_scope: ChargeScope
    surcharge_period: ChargePeriod

    def unit_cents(self, species: str) -> int:
        """Return the surcharge of one milking unit, by the species of its installation (Q12)."""
        return {"cows": self.cow_cents, "goats": self.goat_cents, "sheep": self.sheep_cents}[
            species
        ]

    def prices(self) -> tuple[int, ...]:
        """Return the amount of every item, in cents."""
        return (
            self.base_cents,
            self.cow_cents,
            self.goat_cents,
            self.sheep_cents,
            self.jar_cents,
            self.meter_cents,
        )


def tariff_on(day: date, tariffs: Iterable[Tariff]) -> Tariff | None:
    """Return the tariff of a service date: the newest that holds by then; None before all.

    Source: R48
    """
    begun = [one for one in tariffs if one.valid_from <= day]
    return max(begun, key=lambda one: one.valid_from, default=None)


def holds_until(valid_from: date, tariffs: Iterable[Tariff]) -> date | None:
    """Return the last day of a tariff that holds from a day: that before the next; None if open.

    Source: R48
    """
    later = [one.valid_from for one in tariffs if one.valid_from > valid_from]
    return min(later) - timedelta(days=1) if later else None


def tariff_objection(
    wanted: Tariff, others: Iterable[Tariff], charged_on: date | None
) -> Refusal | None:
    """Return what stands against a new tariff, or None; an old service keeps its old price.

    Args:
        charged_on: the last service date that was charged among the days it would hold.

    Source: R48
    """
    day = wanted.valid_from
    if not FIRST_DAY <= day <= LAST_DAY:
        return Refusal(
            "billing.tariff_day_impossible",
            day=day.isoformat(),
            first=FIRST_DAY.year,
            last=LAST_DAY.year,
        )
    if any(one.valid_from == day for one in others):
        return Refusal("billing.tariff_overlaps", day=day.isoformat())
    if charged_on is not None:
        return Refusal(
            "billing.tariff_charged", day=day.isoformat(), charged_on=charged_on.isoformat()
        )
    for cents in wanted.prices():
        refused = price_objection(cents)
        if refused is not None:
            return refused
    return None


def price_objection(cents: int) -> Refusal | None:
    """Return what stands against a price in a tariff, or None.

    Source: decisions/0012
    """
    if 0 <= cents <= TARIFF_CENTS_MAX:
        return None
    return Refusal("billing.price_impossible", value=euros(cents), most=euros(TARIFF_CENTS_MAX))


@dataclass(frozen=True, slots=True)
class Billable:
    """A report as far as it is charged; a withdrawn one is none.

    Args:
        number: (series id, serial) of its sticker, None for `geen KOM` and `kb`.
        jars, meters: how many the dealer verified.
        registered: rank by registration, to decide between reports of one day.

    Source: R46, R47
    """

    report_id: str
    service_date: date
    dealer_id: int
    site_id: int
    installation_id: int
    species: str
    unit_count: int
    number: tuple[int, int] | None
    jars: int = 0
    meters: int = 0
    registered: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """One item that is due for a report, `quantity` times `unit_cents`.

    `scope` names a site, an installation or a report (`site:12`), `period` a day or a year
    (`2026`). The sticker is the reason of base and surcharge, so it belongs to what is charged.

    Source: R47, R49
    """

    item: ChargeItem
    scope: str
    period: str
    tariff_id: int
    report_id: str
    dealer_id: int
    site_id: int
    installation_id: int
    service_date: date
    number: tuple[int, int] | None
    quantity: int
    unit_cents: int

    @property
    def key(self) -> Key:
        """Return what may be charged only once."""
        return self.item, self.scope, self.period

    @property
    def amount_cents(self) -> int:
        """Return what it comes to, in cents."""
        return self.quantity * self.unit_cents


def charges_of(report: Billable, tariffs: Sequence[Tariff]) -> list[Charge]:
    """Return what a report costs when nothing was charged before; nothing below one cent.

    Base and surcharge ask a number; the levies do not.

    Source: R46, R47, R48, R49
    """
    tariff = tariff_on(report.service_date, tariffs)
    if tariff is None:
        return []

    ids = {
        ChargeScope.SITE: report.site_id,
        ChargeScope.INSTALLATION: report.installation_id,
        ChargeScope.REPORT: report.report_id,
    }

    def period(kind: ChargePeriod) -> str:
        day = report.service_date
        return f"{day.year:04d}" if kind is ChargePeriod.YEAR else day.isoformat()

    def charge(
        item: ChargeItem, once: tuple[ChargeScope, ChargePeriod], quantity: int, cents: int
    ) -> Charge:
        levied = item in (ChargeItem.JAR, ChargeItem.METER)
        return Charge(
            item,
            f"{once[0]}:{ids[once[0]]}",
            period(once[1]),
            tariff.id,
            report.report_id,
            report.dealer_id,
            report.site_id,
            report.installation_id,
            report.service_date,
            None if levied else report.number,
            quantity,
            cents,
        )

    found = []
    if report.number is not None:
        base = (tariff.base_scope, tariff.base_period)
        surcharge = (tariff.surcharge_scope, tariff.surcharge_period)
        unit_cents = tariff.unit_cents(report.species)
        found.append(charge(ChargeItem.BASE, base, 1, tariff.base_cents))
        found.append(charge(ChargeItem.SURCHARGE, surcharge, report.unit_count, unit_cents))
    levy = (ChargeScope.REPORT, ChargePeriod.DAY)
    if report.jars:
        found.append(charge(ChargeItem.JAR, levy, report.jars, tariff.jar_cents))
    if report.meters:
        found.append(charge(ChargeItem.METER, levy, report.meters, tariff.meter_cents))
    return [one for one in found if one.amount_cents]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What has to change so that the right charges stand: first cancel, then add.

    Source: R49, R71
    """

    cancelled: tuple[Charge, ...]
    added: tuple[Charge, ...]


def settle(
    standing: Iterable[Charge], reports: Iterable[Billable], tariffs: Sequence[Tariff]
) -> Settlement:
    """Return what must be cancelled and added for the reports that are there now.

    Who was charged first keeps the charge while his report still gives a reason for it, if need be
    with another amount; only then does it fall to another report of the same scope and period: the
    one of the earliest service date, of those the first registered, of whichever dealer.

    Args:
        standing: every charge that stands within the scopes and periods of `reports`.
        reports: every report there that is not withdrawn.

    Source: R46, R49, R71
    """
    wanted: dict[Key, list[Charge]] = {}
    for report in sorted(reports, key=lambda one: (one.service_date, one.registered)):
        for charge in charges_of(report, tariffs):
            wanted.setdefault(charge.key, []).append(charge)
    cancelled, kept = [], set()
    added = []
    for present in standing:
        due = next(
            (one for one in wanted.get(present.key, []) if one.report_id == present.report_id),
            None,
        )
        if due == present:
            kept.add(present.key)
            continue
        cancelled.append(present)
        if due is not None:
            kept.add(present.key)
            added.append(due)
    added += [claims[0] for key, claims in wanted.items() if key not in kept]
    return Settlement(tuple(cancelled), tuple(added))
