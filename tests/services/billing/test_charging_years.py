"""Ten thousand random years, charged as a slow and independent oracle charges them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from kombeheer.rules.scanning import report_id_for
from kombeheer.services.billing import charging
from models.billing import ChargeRow
from models.transaction import Database
from tests.factories import Foundation
from tests.field import assert_sound
from tests.services.billing.years import Country

YEARS, SEEDS, STEPS = 2_500, range(49, 53), 4  # ten thousand years in four countries
Charged = set[tuple[str, str, str, int]]  # item, report, mechanic of the dealer, cents


def charged(database: Database, who: dict[int, str]) -> dict[str, Charged]:
    """What stands, as the oracle tells it, by report."""
    found: dict[str, Charged] = {}
    standing = select(ChargeRow.core()).where(ChargeRow.state == "standing")
    with database.reading() as session:
        for row in session.execute(standing):
            told = (row.item, row.report_id, who[row.dealer_id], row.amount_cents)
            found.setdefault(row.report_id, set()).add(told)
    return found


def differences(country: Country) -> int:
    """At how many sites something else stands than the oracle says, and charges of no report."""
    pairs = zip(country.dealers, country.mechanics, strict=True)
    who = {dealer.id: mechanic.number for dealer, mechanic in pairs}
    stands = charged(country.database, who)
    wrong = 0
    for one in country.years:
        expected = {
            (item, report_id_for(event_id), dealer, cents)
            for item, event_id, dealer, cents in one.view.bill()
        }
        ids = map(report_id_for, one.view.reports)
        wrong += set().union(*(stands.pop(report_id, set()) for report_id in ids)) != expected
    return wrong + len(stands)


def lived_through(foundation: Foundation, years: int, seed: int) -> Country:
    country = Country(foundation, years, seed)
    for _ in range(STEPS):
        country.step()
    return country


@pytest.mark.parametrize("seed", SEEDS)
def test_r49_ten_thousand_random_years_are_charged_as_the_oracle_says(
    foundation: Foundation, seed: int
) -> None:
    country = lived_through(foundation, YEARS, seed)
    assert min(country.counts.values()) > YEARS / 5
    assert differences(country) == 0
    with foundation.database.reading() as session:
        sums = select(func.sum(ChargeRow.amount_cents))
        everything = session.execute(sums).scalar_one()
        standing = session.execute(sums.where(ChargeRow.state == "standing")).scalar_one()
    assert standing == everything  # each cancelled one has its counter-entry


def test_a_hundred_random_years_leave_everything_sound(foundation: Foundation) -> None:
    assert differences(lived_through(foundation, 100, 1)) == 0
    assert_sound(foundation.database)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_oracle_notices_when_nothing_is_settled(
    foundation: Foundation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charging, "settle_sites", lambda *_: None)
    assert differences(lived_through(foundation, 100, 2)) > 10
