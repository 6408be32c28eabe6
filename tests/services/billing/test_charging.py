"""R46 to R49 by real scans, corrections and withdrawals: what is charged, and what follows them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kombeheer.rules.scanning import Ending
from kombeheer.services.sites import installations
from models.billing import ChargeRow
from models.sites import Installation, Site
from tests.factories import NOW, number
from tests.field import Field
from tests.services.billing.till import Till
from tests.together import at_once

OLD, NEW = date(2021, 6, 14), date(2026, 3, 5)  # under the tariff of 2002, and of 2022


def site_of(field: Field, installation: Installation) -> Site:
    return field.row(Site, id=installation.site_id)


@pytest.mark.parametrize("day", [OLD, NEW])
@pytest.mark.parametrize("ending", ["geen_kom", "kb"])
def test_r46_a_scan_without_a_number_costs_nothing(field: Field, day: date, ending: str) -> None:
    till = Till(field, day)
    till.visit(ending=ending)
    assert field.rows(ChargeRow) == []
    till.assert_proven()


@pytest.mark.parametrize(("day", "cents"), [(OLD, 8 * 20 + 12 * 65), (NEW, 8 * 25 + 12 * 78)])
def test_r46_what_the_dealer_verified_stays_due_with_geen_kom(
    field: Field, day: date, cents: int
) -> None:
    till = Till(field, day)
    report = till.visit(ending="geen_kom")
    till.revise(report, {"jars_verified": 8, "meters_verified": 12})
    assert till.standing() == {report: cents}
    assert till.total() == cents


@pytest.mark.parametrize(
    ("units", "species", "cents"), [(12, "cows", 1540), (24, "goats", 1480), (24, "cows", 2080)]
)
def test_r47_a_scan_is_charged_by_units_and_species(
    field: Field, units: int, species: str, cents: int
) -> None:
    till = Till(field, OLD)
    till.visit(till.installation(units=units, species=species))
    assert till.total() == cents


@pytest.mark.parametrize("together", [True, False])
def test_r47_two_installations_of_a_site_in_one_visit(field: Field, together: bool) -> None:
    """12 and 24 units with cows: 10.00 + 5.40 + 10.80, in one batch or in two."""
    till = Till(field, OLD)
    small = till.installation(units=12)
    large = till.installation(site_of(field, small), units=24)
    events = [till.event(small), till.event(large)]
    if together:
        till.send(*events)
    else:
        for event in events:
            till.send(event)
    assert till.total() == 2620


@pytest.mark.parametrize(
    ("day", "cents"),
    [
        (date(2001, 12, 31), 0),
        (date(2002, 1, 1), 2080),
        (date(2021, 12, 31), 2080),
        (date(2022, 1, 1), 3229),
    ],
)
def test_r48_the_service_date_decides_about_the_tariff(field: Field, day: date, cents: int) -> None:
    till = Till(field, day)
    till.visit()
    assert till.total() == cents


def test_r48_a_late_scan_keeps_the_price_of_its_day(field: Field) -> None:
    till = Till(field, date(2021, 12, 31))
    event = till.event()
    field.clock.pass_by(days=3)
    till.send(event)
    assert till.total() == 2080


@pytest.mark.parametrize("parlours", [(24,), (12, 12)])
def test_r49_a_site_pays_its_base_once_in_2022(field: Field, parlours: tuple[int, ...]) -> None:
    till = Till(field, NEW)
    site = site_of(field, field.installation)
    till.send(*(till.event(till.installation(site, units=units)) for units in parlours))
    assert till.total() == 3229


def test_r49_the_second_report_of_a_robot_in_a_year_costs_nothing(field: Field) -> None:
    till = Till(field, date(2026, 2, 2))
    robot = till.installation(units=1, parlour_type="robot")
    first = till.visit(robot)
    till.go_to(date(2026, 8, 3))
    till.visit(robot)
    assert till.standing() == {first: 2605 + 26}


def test_r49_two_reports_of_an_installation_on_a_day_in_2002_pay_one_base(field: Field) -> None:
    till = Till(field, OLD)
    till.send(till.event(), till.event())
    assert sorted(till.standing().values()) == [1080, 2080]


@pytest.mark.parametrize(("later", "cents"), [(date(2026, 12, 31), 3229), (date(2027, 1, 1), 6458)])
def test_r49_a_new_calendar_year_pays_again(field: Field, later: date, cents: int) -> None:
    till = Till(field, date(2026, 1, 2))
    till.visit()
    till.go_to(later)
    till.visit()
    assert till.total() == cents


def test_r49_a_withdrawn_report_frees_its_year_for_the_next_dealer(field: Field) -> None:
    till = Till(field, NEW)
    dealer, mechanic, phone = till.other()
    mine = till.visit()
    [theirs] = till.send(till.event(raw=number(501).digits, mechanic=mechanic.number), phone=phone)
    assert till.standing() == {mine: 3229}
    till.withdraw(mine)
    assert till.standing() == {theirs: 3229}
    assert {row.dealer_id for row in till.charges(state="standing")} == {dealer.id}
    counters = till.charges(state="counter")
    assert [(row.report_id, row.amount_cents, row.dealer_id) for row in counters] == [
        (mine, -2605, field.dealer.id),
        (mine, -624, field.dealer.id),
    ]
    assert till.total() == 3229


def test_r49_who_was_first_keeps_it_when_an_earlier_day_comes_in_late(field: Field) -> None:
    till = Till(field, NEW)
    mine = till.visit()
    till.visit(day=(NEW - timedelta(days=9)).isoformat())
    assert till.standing() == {mine: 3229}
    till.revise(mine, unit_count=12)
    assert till.standing() == {mine: 2917}
    assert till.total() == 2917


def test_r49_a_correction_to_geen_kom_hands_the_year_on_and_back_is_no_way(field: Field) -> None:
    till = Till(field, NEW)
    mine, second = till.visit(), till.visit()
    till.revise(mine, ending=Ending.GEEN_KOM)
    assert till.standing() == {second: 3229}
    till.revise(mine, ending=Ending.STICKER, number=number(1).digits)
    assert till.standing() == {second: 3229}
    assert till.total() == 3229


def test_r49_a_number_corrected_stands_on_its_charges(field: Field) -> None:
    till = Till(field, NEW)
    mine = till.visit()
    till.revise(mine, number=number(7).digits)
    assert {row.serial for row in till.charges(state="standing")} == {7}
    assert till.total() == 3229


def test_r49_another_day_of_the_year_before_is_charged_there(field: Field) -> None:
    till = Till(field, date(2025, 12, 31))
    till.go_to(date(2026, 1, 2))
    first = till.visit(raw=number(1, "26").digits)
    second = till.visit(raw=number(2, "26").digits)
    till.revise(first, service_date=date(2025, 12, 30), number=number(1, "25").digits)
    assert till.standing() == {first: 3229, second: 3229}
    assert {row.period for row in till.charges(state="standing")} == {"2025", "2026"}
    assert till.total() == 6458


def move_within_farm(till: Till) -> None:
    """The office moves the installation of the field to a second site of its farm."""
    foundation, installation = till.field.foundation, till.field.installation
    farm_id = site_of(till.field, installation).farm_id
    second = foundation.add(
        Site(public_id="tweedelocatie2", farm_id=farm_id, place="Sneek", created_at=NOW)
    )
    with foundation.database.transaction() as session:
        installations.change_installation(session, till.office, installation.id, "", second, NOW)


@pytest.mark.parametrize("withdrawn", ["at the old site", "at the new site"])
def test_r49_an_installation_that_moved_within_its_farm_is_charged_once(
    field: Field, withdrawn: str
) -> None:
    """Its surcharge stands at one site and may fall to a report at the other."""
    till = Till(field, NEW)
    old = till.visit()
    move_within_farm(till)
    new = till.visit()
    assert till.standing() == {old: 3229, new: 2605}
    till.withdraw(old if withdrawn == "at the old site" else new)
    assert till.standing() == ({new: 3229} if withdrawn == "at the old site" else {old: 3229})
    assert till.total() == 3229


def test_a_correction_at_the_new_site_leaves_what_stands_at_the_old_one(field: Field) -> None:
    till = Till(field, NEW)
    old = till.visit()
    move_within_farm(till)
    new = till.visit()
    till.revise(new, unit_count=12)
    assert till.standing() == {old: 3229, new: 2605}
    till.revise(old, ending=Ending.GEEN_KOM)
    assert till.standing() == {new: 2605 + 312}
    assert till.total() == 2917


def test_a_visit_undone_in_the_batch_that_brings_it_costs_nothing(field: Field) -> None:
    till = Till(field, NEW)
    event = till.event()
    undo = {**till.event(ending="kb"), "kind": "withdraw", "corrects": event["id"], "visit": None}
    field.send(event, {**undo, "sequence": 2})
    assert till.total() == 0


def test_the_same_scan_twice_is_charged_once(field: Field) -> None:
    till = Till(field, NEW)
    event = till.event()
    till.send(event)
    till.send(event)
    till.send({**till.event(raw=event["raw"]), "sequence": 3})
    assert till.total() == 3229


def test_two_who_register_at_one_site_at_once_pay_one_base(field: Field) -> None:
    """Each with a phone of his own; whoever is first pays, whatever the database."""
    till = Till(field, NEW)
    site = site_of(field, field.installation)
    phones = [field.phone(dealer=field.dealer) for _ in range(3)]
    events = [till.event(till.installation(site, units=10)) for _ in phones]
    sent = zip(events, phones, strict=True)
    at_once(*(partial(till.send, event, phone=phone) for event, phone in sent))
    assert till.total() == 2605 + 3 * 260


def test_a_withdrawal_that_meets_a_visit_leaves_one_of_both_charged(field: Field) -> None:
    till = Till(field, NEW)
    phone = field.phone(dealer=field.dealer)
    for _ in range(4):
        first, event = till.visit(), till.event()
        undone, made = at_once(
            partial(till.withdraw, first), partial(till.send, event, phone=phone)
        )
        assert undone is None
        [second] = made
        assert till.standing() == {second: 3229}
        till.withdraw(second)
        assert till.total() == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE charge SET amount_cents = 1, unit_cents = 1",
        "UPDATE charge SET dealer_id = 99",
        "UPDATE charge SET state = 'standing' WHERE state = 'cancelled'",
        "DELETE FROM charge",
    ],
)
def test_what_was_charged_is_never_changed_or_removed(field: Field, change: str) -> None:
    till = Till(field, NEW)
    till.revise(till.visit(), unit_count=12)
    before = [(row.id, row.state, row.amount_cents) for row in till.charges()]
    with (
        pytest.raises(DatabaseError, match="append-only"),
        field.foundation.database.transaction() as session,
    ):
        session.execute(text(change))
    assert [(row.id, row.state, row.amount_cents) for row in till.charges()] == before
