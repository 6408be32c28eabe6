"""R46 to R50: what a report is charged, by which tariff, and what is charged only once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kombeheer.rules.billing import (
    TARIFF_CENTS_MAX,
    Billable,
    Charge,
    ChargeItem,
    ChargePeriod,
    ChargeScope,
    Tariff,
    charges_of,
    holds_until,
    price_objection,
    settle,
    tariff_objection,
    tariff_on,
)
from kombeheer.rules.refusal import Refusal

SITE, INSTALLATION, REPORT = ChargeScope.SITE, ChargeScope.INSTALLATION, ChargeScope.REPORT
DAY, YEAR = ChargePeriod.DAY, ChargePeriod.YEAR
OF_2002 = Tariff(1, date(2002, 1, 1), 1000, 45, 20, 20, 20, 65, SITE, DAY, REPORT, DAY)
OF_2022 = Tariff(2, date(2022, 1, 1), 2605, 26, 13, 13, 25, 78, SITE, YEAR, INSTALLATION, YEAR)
TARIFFS = (OF_2002, OF_2022)
OURS, THEIRS = 1, 2
IN_2002, IN_2022 = date(2002, 5, 14), date(2022, 5, 14)


def report(name: str = "r1", day: date = IN_2022, **more: object) -> Billable:
    """A report of 24 cow units with a number that no other report has."""
    values: dict[str, object] = {
        "dealer_id": OURS,
        "site_id": 10,
        "installation_id": 100,
        "species": "cows",
        "unit_count": 24,
        "number": (1, sum(name.encode()) * 7 + len(name)),
        "registered": int(name[1:]) if name[1:].isdecimal() else 0,
    }
    return Billable(report_id=name, service_date=day, **{**values, **more})  # type: ignore[arg-type]


def due(*reports: Billable, tariffs: Sequence[Tariff] = TARIFFS) -> list[Charge]:
    """What is charged for reports when nothing was charged before."""
    found = settle([], reports, tariffs)
    assert found.cancelled == ()
    return list(found.added)


def total(charges: Iterable[Charge]) -> int:
    return sum(one.amount_cents for one in charges)


def by_report(charges: Iterable[Charge]) -> dict[str, int]:
    """What each report is charged in all, in cents."""
    found: dict[str, int] = {}
    for one in charges:
        found[one.report_id] = found.get(one.report_id, 0) + one.amount_cents
    return found


# ---------- R46: only a number is charged ----------


@pytest.mark.parametrize("day", [IN_2002, IN_2022])
def test_r46_without_a_number_base_and_surcharge_are_nothing(day: date) -> None:
    assert due(report(day=day, number=None)) == []


@pytest.mark.parametrize(
    ("day", "cents"), [(IN_2002, 8 * 20 + 12 * 65), (IN_2022, 8 * 25 + 12 * 78)]
)
def test_r46_without_a_number_the_levies_stay_due(day: date, cents: int) -> None:
    charges = due(report(day=day, number=None, jars=8, meters=12))
    assert [one.item for one in charges] == [ChargeItem.JAR, ChargeItem.METER]
    assert total(charges) == cents


def test_r46_with_a_number_the_levies_are_due_beside_base_and_surcharge() -> None:
    charges = due(report(jars=8, meters=12))
    assert [(one.item, one.quantity, one.unit_cents) for one in charges] == [
        (ChargeItem.BASE, 1, 2605),
        (ChargeItem.SURCHARGE, 24, 26),
        (ChargeItem.JAR, 8, 25),
        (ChargeItem.METER, 12, 78),
    ]


def test_r46_a_levy_is_not_about_the_number() -> None:
    """A number that is corrected changes base and surcharge only."""
    before, after = due(report(jars=8)), due(report(jars=8, number=(1, 99)))
    assert {one.item for one in before} - {one.item for one in set(before) & set(after)} == {
        ChargeItem.BASE,
        ChargeItem.SURCHARGE,
    }


# ---------- R47: the tariff of 2002 ----------


@pytest.mark.parametrize(
    ("species", "units", "cents"),
    [
        ("cows", 12, 1540),
        ("cows", 24, 2080),
        ("goats", 24, 1480),
        ("sheep", 24, 1480),
        ("cows", 1, 1045),
        ("cows", 200, 10_000),
    ],
)
def test_r47_base_and_surcharge_of_2002(species: str, units: int, cents: int) -> None:
    assert total(due(report(day=IN_2002, species=species, unit_count=units))) == cents


@pytest.mark.parametrize(
    ("jars", "meters", "cents"), [(0, 12, 780), (12, 0, 240), (1, 1, 85), (0, 0, 0)]
)
def test_r47_levies_of_2002(jars: int, meters: int, cents: int) -> None:
    assert total(due(report(day=IN_2002, number=None, jars=jars, meters=meters))) == cents


def test_r47_two_installations_of_one_site_in_one_visit_pay_one_base() -> None:
    charges = due(
        report("r1", IN_2002, unit_count=12),
        report("r2", IN_2002, installation_id=101, unit_count=24),
    )
    assert total(charges) == 2620
    assert by_report(charges) == {"r1": 1540, "r2": 1080}


# ---------- R48: tariffs have dates ----------


@pytest.mark.parametrize(
    ("day", "tariff", "cents"),
    [
        (date(2001, 12, 31), None, 0),
        (date(2002, 1, 1), OF_2002, 2080),
        (date(2021, 12, 31), OF_2002, 2080),
        (date(2022, 1, 1), OF_2022, 3229),
        (date(2099, 12, 31), OF_2022, 3229),
    ],
)
@pytest.mark.parametrize("tariffs", [TARIFFS, TARIFFS[::-1]])
def test_r48_a_service_has_the_price_of_its_day(
    day: date, tariff: Tariff | None, cents: int, tariffs: Sequence[Tariff]
) -> None:
    assert tariff_on(day, tariffs) == tariff
    assert total(due(report(day=day), tariffs=tariffs)) == cents


@pytest.mark.parametrize(
    ("species", "cents"), [("cows", 2605 + 24 * 26), ("goats", 2605 + 312), ("sheep", 2605 + 312)]
)
def test_r48_base_and_surcharge_of_2022(species: str, cents: int) -> None:
    assert total(due(report(day=IN_2022, species=species))) == cents


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2001, 1, 1), date(2001, 12, 31)),
        (date(2002, 1, 1), date(2021, 12, 31)),
        (date(2021, 12, 31), date(2021, 12, 31)),
        (date(2022, 1, 1), None),
        (date(2030, 1, 1), None),
    ],
)
def test_r48_a_tariff_ends_the_day_before_the_next(first: date, last: date | None) -> None:
    assert holds_until(first, TARIFFS) == last


def _wanted(day: date, **more: int) -> Tariff:
    return replace(OF_2022, id=0, valid_from=day, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "charged_on", "code"),
    [
        (_wanted(date(2027, 1, 1)), None, None),
        (_wanted(date(2022, 1, 2)), None, None),
        (_wanted(date(2022, 1, 1)), None, "billing.tariff_overlaps"),
        (_wanted(date(2002, 1, 1)), None, "billing.tariff_overlaps"),
        (_wanted(date(2027, 1, 1)), date(2027, 1, 1), "billing.tariff_charged"),
        (_wanted(date(1949, 12, 31)), None, "billing.tariff_day_impossible"),
        (_wanted(date(1950, 1, 1)), None, None),
        (_wanted(date(2099, 12, 31)), None, None),
        (_wanted(date(2100, 1, 1)), None, "billing.tariff_day_impossible"),
        (_wanted(date(2027, 1, 1), base_cents=TARIFF_CENTS_MAX), None, None),
        (
            _wanted(date(2027, 1, 1), base_cents=TARIFF_CENTS_MAX + 1),
            None,
            "billing.price_impossible",
        ),
        (_wanted(date(2027, 1, 1), meter_cents=-1), None, "billing.price_impossible"),
    ],
)
def test_r48_a_new_tariff_leaves_what_was_charged(
    wanted: Tariff, charged_on: date | None, code: str | None
) -> None:
    refused = tariff_objection(wanted, TARIFFS, charged_on)
    assert (refused.code if refused else None) == code


@pytest.mark.parametrize("name", range(6))
def test_r48_every_price_of_a_tariff_is_looked_at(name: int) -> None:
    prices = ("base_cents", "cow_cents", "goat_cents", "sheep_cents", "jar_cents", "meter_cents")
    assert len(OF_2022.prices()) == len(prices)
    refused = tariff_objection(
        _wanted(date(2027, 1, 1), **{prices[name]: TARIFF_CENTS_MAX + 1}), TARIFFS, None
    )
    assert refused == Refusal("billing.price_impossible", value="10.000,00", most="9.999,99")


def test_r48_the_highest_price_of_the_most_units_fits_its_column() -> None:
    assert price_objection(TARIFF_CENTS_MAX) is None
    assert TARIFF_CENTS_MAX * 400 < 2**31


# ---------- R49: what is charged once ----------


def test_r49_in_2022_a_site_pays_its_base_and_each_installation_its_surcharge() -> None:
    assert total(due(report(unit_count=24))) == 3229
    parlours = due(report("r1", unit_count=12), report("r2", installation_id=101, unit_count=12))
    assert total(parlours) == 3229
    assert by_report(parlours) == {"r1": 2917, "r2": 312}


def test_r49_the_second_report_of_a_robot_in_a_year_is_free() -> None:
    charges = due(report("r1", date(2022, 2, 1)), report("r2", date(2022, 8, 1)))
    assert by_report(charges) == {"r1": 3229}


@pytest.mark.parametrize(
    ("first", "second", "cents"),
    [
        (date(2022, 1, 1), date(2022, 12, 31), 3229),
        (date(2022, 12, 31), date(2023, 1, 1), 6458),
    ],
)
def test_r49_a_new_calendar_year_pays_again(first: date, second: date, cents: int) -> None:
    assert total(due(report("r1", first), report("r2", second))) == cents


def test_r49_in_2002_two_reports_of_one_day_pay_two_surcharges_and_one_base() -> None:
    charges = due(report("r1", IN_2002), report("r2", IN_2002))
    assert by_report(charges) == {"r1": 2080, "r2": 1080}


@pytest.mark.parametrize(("later", "cents"), [(0, 3160), (1, 4160)])
def test_r49_in_2002_the_next_day_is_another_visit(later: int, cents: int) -> None:
    second = report("r2", IN_2002 + timedelta(days=later))
    assert total(due(report("r1", IN_2002), second)) == cents


@pytest.mark.parametrize("day", [IN_2002, IN_2022])
def test_r49_two_sites_pay_two_bases(day: date) -> None:
    charges = due(report("r1", day), report("r2", day, site_id=11, installation_id=101))
    assert [one.item for one in charges].count(ChargeItem.BASE) == 2


@pytest.mark.parametrize(
    ("base", "surcharge", "cents"),
    [
        # Three reports of 24 units with cows in a year: two of one installation on two days, one
        # of another installation on the first of these days.
        ((SITE, DAY), (REPORT, DAY), 2 * 2605 + 3 * 624),
        ((SITE, YEAR), (INSTALLATION, YEAR), 2605 + 2 * 624),
        ((INSTALLATION, YEAR), (SITE, YEAR), 2 * 2605 + 624),
        ((REPORT, YEAR), (SITE, DAY), 3 * 2605 + 2 * 624),
        ((INSTALLATION, DAY), (INSTALLATION, DAY), 3 * 2605 + 3 * 624),
    ],
)
def test_r49_what_is_charged_once_is_a_setting_of_the_tariff(
    base: tuple[ChargeScope, ChargePeriod],
    surcharge: tuple[ChargeScope, ChargePeriod],
    cents: int,
) -> None:
    tariff = replace(
        OF_2022,
        base_scope=base[0],
        base_period=base[1],
        surcharge_scope=surcharge[0],
        surcharge_period=surcharge[1],
    )
    reports = [
        report("r1", date(2022, 3, 1)),
        report("r2", date(2022, 3, 1), installation_id=101),
        report("r3", date(2022, 9, 1)),
    ]
    assert total(due(*reports, tariffs=[tariff])) == cents


def test_r49_a_tariff_of_the_middle_of_a_year_does_not_charge_that_year_again() -> None:
    later = replace(OF_2022, id=3, valid_from=date(2022, 7, 1), base_cents=9_000)
    reports = [report("r1", date(2022, 6, 30)), report("r2", date(2022, 7, 1))]
    assert by_report(due(*reports, tariffs=[*TARIFFS, later])) == {"r1": 3229}


def test_r49_a_withdrawn_report_frees_its_period_for_the_next_of_whichever_dealer() -> None:
    mine, theirs = report("r1"), report("r2", date(2022, 11, 1), dealer_id=THEIRS)
    standing = due(mine, theirs)
    assert {one.dealer_id for one in standing} == {OURS}
    found = settle(standing, [theirs], TARIFFS)
    assert list(found.cancelled) == standing
    assert {(one.report_id, one.dealer_id) for one in found.added} == {("r2", THEIRS)}
    assert total(found.added) == 3229


def test_r49_a_freed_period_falls_to_the_earliest_then_to_the_first_registered() -> None:
    gone = report("r1", date(2022, 1, 5))
    late = report("r2", date(2022, 9, 1))
    early = report("r4", date(2022, 3, 1))
    same_day = report("r3", date(2022, 3, 1))
    for order in itertools.permutations([late, early, same_day]):
        found = settle(due(gone), order, TARIFFS)
        assert {one.report_id for one in found.added} == {"r3"}


def test_r49_who_was_first_keeps_it_from_a_late_report_of_an_earlier_day() -> None:
    mine, before = report("r1", date(2022, 6, 1)), report("r2", date(2022, 3, 1))
    assert settle(due(mine), [mine, before], TARIFFS) == settle([], [], TARIFFS)


@pytest.mark.parametrize(
    ("change", "cancelled", "added"),
    [
        ({"unit_count": 12}, 624, 312),
        ({"number": (1, 99)}, 3229, 3229),
        ({"species": "goats"}, 624, 312),
        ({"dealer_id": THEIRS}, 3229, 3229),
        ({"number": None}, 3229, 0),
    ],
)
def test_r49_who_was_first_keeps_it_when_corrected(
    change: dict[str, object], cancelled: int, added: int
) -> None:
    mine, second = report("r1"), report("r2", date(2022, 11, 1), dealer_id=THEIRS)
    found = settle(due(mine, second), [replace(mine, **change), second], TARIFFS)  # type: ignore[arg-type]
    assert total(found.cancelled) == cancelled
    heirs = {one.report_id for one in found.added}
    if added:
        assert (total(found.added), heirs) == (added, {"r1"})
    else:  # no reason any more: it falls to the other one
        assert (total(found.added), heirs) == (3229, {"r2"})


def test_r49_a_report_that_moves_to_another_year_is_charged_there() -> None:
    mine, second = report("r1", date(2022, 6, 1)), report("r2", date(2022, 8, 1))
    moved = replace(mine, service_date=date(2023, 1, 1))
    found = settle(due(mine, second), [moved, second], TARIFFS)
    assert by_report(found.added) == {"r1": 3229, "r2": 3229}
    assert {one.period for one in found.added} == {"2022", "2023"}


def test_r49_settling_twice_changes_nothing_more() -> None:
    reports = [report("r1"), report("r2", installation_id=101, jars=3)]
    assert settle(due(*reports), reports, TARIFFS) == settle([], [], TARIFFS)


def test_r49_nothing_is_charged_below_one_cent() -> None:
    free = replace(OF_2022, base_cents=0, cow_cents=0)
    assert due(report(), tariffs=[free]) == []


# ---------- R50: who pays whom ----------


def test_r50_the_dealer_of_the_service_is_charged_for_each_of_its_items() -> None:
    charges = charges_of(report(dealer_id=THEIRS, jars=1, meters=1), TARIFFS)
    assert len(charges) == 4
    assert {one.dealer_id for one in charges} == {THEIRS}
    assert {one.service_date for one in charges} == {IN_2022}


def test_r50_a_charge_explains_itself() -> None:
    [base, surcharge] = charges_of(report(number=(7, 1234)), TARIFFS)
    assert base == Charge(
        ChargeItem.BASE, "site:10", "2022", 2, "r1", OURS, 10, 100, IN_2022, (7, 1234), 1, 2605
    )
    assert surcharge.key == (ChargeItem.SURCHARGE, "installation:100", "2022")
    assert surcharge.amount_cents == surcharge.quantity * surcharge.unit_cents == 624
