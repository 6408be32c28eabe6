"""R46 to R49: years of visits, corrections and withdrawals, charged as a naive oracle does."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kombeheer.rules.billing import Billable, Charge, ChargePeriod, ChargeScope, Tariff, settle

OURS, THEIRS = 1, 2
PER_VISIT = (ChargeScope.SITE, ChargePeriod.DAY, ChargeScope.REPORT, ChargePeriod.DAY)
PER_YEAR = (ChargeScope.SITE, ChargePeriod.YEAR, ChargeScope.INSTALLATION, ChargePeriod.YEAR)
TARIFFS = (
    Tariff(1, date(2002, 1, 1), 1000, 45, 20, 20, 20, 65, *PER_VISIT),
    Tariff(2, date(2022, 1, 1), 2605, 26, 13, 13, 25, 78, *PER_YEAR),
)


@dataclass
class Naive:
    """Who owes what, kept by hand: one book of who has paid, one list of what is due in turn."""

    paid: dict[tuple[str, str], tuple[str, int]]  # what for -> whose report, cents

    def reasons(self, one: Billable) -> dict[tuple[str, str], int]:
        day = one.service_date
        if day.year < 2002:
            return {}
        old = day.year < 2022
        large = one.species == "cows"
        found = {}
        if one.number is not None and old:
            found["base", f"{one.site_id} on {day}"] = 1000
            found["surcharge", one.report_id + str(day)] = one.unit_count * (45 if large else 20)
        if one.number is not None and not old:
            found["base", f"{one.site_id} in {day.year}"] = 2605
            found["surcharge", f"{one.installation_id} in {day.year}"] = one.unit_count * (
                26 if large else 13
            )
        if one.jars:
            found["jars", one.report_id + str(day)] = one.jars * (20 if old else 25)
        if one.meters:
            found["meters", one.report_id + str(day)] = one.meters * (65 if old else 78)
        return found

    def follow(self, reports: Iterable[Billable]) -> None:
        by_id = {one.report_id: one for one in reports}
        for what, (owner, _) in list(self.paid.items()):
            reasons = self.reasons(by_id[owner]) if owner in by_id else {}
            if what in reasons:
                self.paid[what] = (owner, reasons[what])
            else:
                del self.paid[what]
        for one in sorted(by_id.values(), key=lambda one: (one.service_date, one.registered)):
            for what, cents in self.reasons(one).items():
                self.paid.setdefault(what, (one.report_id, cents))


def test_r49_random_years_are_charged_as_a_naive_oracle_does() -> None:
    """Two sites of three installations and two dealers, each step one thing that happens."""
    chance = random.Random(1)
    for _ in range(1_000):
        first = date(chance.choice([2001, 2002, 2021, 2022, 2026]), 7, 1)
        reports: dict[str, Billable] = {}
        standing: list[Charge] = []
        oracle = Naive({})
        for step in range(1, 10):
            known = sorted(reports)
            happens = chance.choice(["visit", "visit", "correct", "withdraw"])
            installation = chance.choice([100, 101, 102])
            told: dict[str, object] = {
                "service_date": first + timedelta(days=chance.choice([0, 0, 1, 90, 183, 184])),
                "site_id": 10 if installation < 102 else 11,
                "installation_id": installation,
                "dealer_id": chance.choice([OURS, THEIRS]),
                "species": chance.choice(["cows", "goats", "sheep"]),
                "unit_count": chance.choice([1, 12, 24]),
                "number": chance.choice([None, (1, step), (1, step)]),
                "jars": chance.choice([0, 0, 8]),
                "meters": chance.choice([0, 0, 12]),
            }
            if happens == "visit" or not known:
                name = f"r{step}"
                reports[name] = Billable(report_id=name, registered=step, **told)  # type: ignore[arg-type]
            elif happens == "correct":
                name = chance.choice(known)
                changed = dict(chance.sample(sorted(told.items()), 3))
                if "installation_id" in changed or "site_id" in changed:
                    changed |= {key: told[key] for key in ("installation_id", "site_id")}
                reports[name] = replace(reports[name], **changed)  # type: ignore[arg-type]
            else:
                del reports[chance.choice(known)]
            found = settle(standing, reports.values(), TARIFFS)
            standing = [one for one in standing if one not in found.cancelled] + list(found.added)
            oracle.follow(reports.values())
            assert sorted((one.report_id, one.amount_cents) for one in standing) == sorted(
                oracle.paid.values()
            )
            assert len({one.key for one in standing}) == len(standing)
