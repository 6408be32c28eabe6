"""What a site ought to be charged, worked out anew and slowly: prices from the printed tables.

It knows nothing of the product: no rule, no table of it. A report is a dict; what was charged is a
dict from what may be charged once to the report that pays it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Once = tuple[str, ...]

# Per site, per unit of cows, goats and sheep, per jar, per meter; in euros.
PRICES = {
    2002: ("10.00", {"cows": "0.45", "goats": "0.20", "sheep": "0.20"}, "0.20", "0.65"),
    2022: ("26.05", {"cows": "0.26", "goats": "0.13", "sheep": "0.13"}, "0.25", "0.78"),
}


def claims(report: dict[str, Any]) -> Iterator[tuple[Once, Decimal]]:
    """What a report asks to be charged, if nobody was before it."""
    year = report["day"][:4]
    table = 2002 if int(year) < 2022 else 2022
    base, by_unit, jar, meter = PRICES[table]
    if report["number"]:
        surcharge = Decimal(by_unit[report["species"]]) * report["units"]
        if table == 2002:
            yield ("base", "site", report["day"]), Decimal(base)
            yield ("surcharge", report["id"]), surcharge
        else:
            yield ("base", "site", year), Decimal(base)
            yield ("surcharge", report["installation"], year), surcharge
    if report["jars"]:
        yield ("jar", report["id"]), Decimal(jar) * report["jars"]
    if report["meters"]:
        yield ("meter", report["id"]), Decimal(meter) * report["meters"]


@dataclass
class Site:
    """One site, told of every event as it happens."""

    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    charged: dict[Once, str] = field(default_factory=dict)  # the report that pays

    def register(self, report: dict[str, Any]) -> None:
        self.reports[report["id"]] = report
        for once, _ in claims(report):
            self.charged.setdefault(once, report["id"])

    def withdraw(self, report_id: str) -> None:
        del self.reports[report_id]
        self.mend()

    def correct(self, report_id: str, **changes: Any) -> None:
        self.reports[report_id] |= changes
        self.mend()

    def mend(self) -> None:
        """Let who gives a reason still keep what he pays; the earliest of the others takes over."""
        by_day = sorted(self.reports.values(), key=lambda one: one["day"])  # then as registered
        asked = [(once, report["id"]) for report in by_day for once, _ in claims(report)]
        kept = [(once, payer) for once, payer in self.charged.items() if (once, payer) in asked]
        self.charged = dict(kept)
        for once, report_id in asked:
            self.charged.setdefault(once, report_id)

    def bill(self) -> set[tuple[str, str, str, int]]:
        """(item, report, dealer, cents) of everything that is charged."""
        return {
            (once[0], payer, self.reports[payer]["dealer"], int(amount * 100))
            for once, payer in self.charged.items()
            for claimed, amount in claims(self.reports[payer])
            if claimed == once
        }
