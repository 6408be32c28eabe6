"""Each charge explains itself: tariff, quantity, price, number, version; and who paid instead."""

from __future__ import annotations

from datetime import date

import pytest

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import Ending
from kombeheer.services.billing.explaining import ReportCharges, charges_of_report
from tests.factories import number
from tests.field import Field
from tests.services.billing.till import Till

DAY = date(2026, 3, 5)


@pytest.fixture
def till(field: Field) -> Till:
    return Till(field, DAY)


def told(till: Till, report_id: str, actor: Actor | None = None) -> ReportCharges:
    with till.field.foundation.database.reading() as session:
        return charges_of_report(session, actor or till.office, report_id)


def test_a_charge_tells_all_that_it_follows_from(till: Till) -> None:
    found = told(till, till.visit())
    base, surcharge = found.charges
    assert (base.item, base.quantity, base.unit_cents, base.amount_cents) == ("base", 1, 2605, 2605)
    assert (base.kind_of_scope, base.kind_of_period, base.period) == ("site", "year", "2026")
    assert (surcharge.quantity, surcharge.unit_cents, surcharge.amount_cents) == (24, 26, 624)
    assert surcharge.kind_of_scope == "installation"
    for one in found.charges:
        assert one.number == number(1)
        assert (one.tariff_from, one.version, one.state) == (date(2022, 1, 1), 1, "standing")
        assert (one.dealer, one.recorded_at) == (
            till.field.dealer.name,
            till.field.clock.moment,
        )
    assert (found.total_cents, found.paid, found.has_number, found.has_tariff) == (
        3229,
        [],
        True,
        True,
    )


def test_under_2002_it_is_for_the_visit(field: Field) -> None:
    till = Till(field, date(2021, 6, 14))
    base, surcharge = told(till, till.visit()).charges
    assert (base.kind_of_scope, base.kind_of_period, base.period) == ("site", "day", "2021-06-14")
    assert (surcharge.kind_of_scope, base.tariff_from) == ("report", date(2002, 1, 1))


def test_a_correction_shows_what_it_undid_and_which_version_did(till: Till) -> None:
    report = till.visit()
    till.revise(report, unit_count=12)
    found = told(till, report)
    assert [(one.state, one.version, one.amount_cents) for one in found.charges] == [
        ("standing", 1, 2605),
        ("cancelled", 1, 624),
        ("counter", 2, -624),
        ("standing", 2, 312),
    ]
    assert found.total_cents == 2917
    till.withdraw(report)
    found = told(till, report)
    assert (found.total_cents, found.is_withdrawn, found.paid) == (0, True, [])


def test_what_another_report_was_charged_is_named(till: Till) -> None:
    first, second = till.visit(), till.visit()
    found = told(till, second)
    assert found.charges == []
    assert [(one.item, one.report_id, one.service_date) for one in found.paid] == [
        ("base", first, DAY),
        ("surcharge", first, DAY),
    ]
    assert {one.dealer for one in found.paid} == {till.field.dealer.name}
    assert told(till, second, till.field.actor).paid == found.paid


def test_a_dealer_is_told_the_day_but_never_another_dealer_s_name_or_report(till: Till) -> None:
    dealer, mechanic, phone = till.other()
    first = till.visit()
    [second] = till.send(till.event(raw=number(501).digits, mechanic=mechanic.number), phone=phone)
    theirs = told(till, second, phone.actor)
    assert [(one.report_id, one.dealer, one.service_date) for one in theirs.paid] == [
        (None, None, DAY),
        (None, None, DAY),
    ]
    office = told(till, second)
    assert {(one.report_id, one.dealer) for one in office.paid} == {(first, till.field.dealer.name)}
    assert dealer.name != till.field.dealer.name


def test_a_dealer_who_got_a_report_does_not_see_what_the_other_was_charged(till: Till) -> None:
    """The mechanic was another dealer's: the report and its charges go to that one."""
    dealer, mechanic, phone = till.other()
    report = till.visit()
    till.revise(
        report,
        mechanic=mechanic.number,
        ending=Ending.GEEN_KOM,
        details={"meters_verified": 12},
    )
    assert {one.dealer for one in told(till, report).charges} == {
        till.field.dealer.name,
        dealer.name,
    }
    assert [one.amount_cents for one in told(till, report, phone.actor).charges] == [936]


def test_without_a_number_only_the_levies_are_told(till: Till) -> None:
    report = till.visit(ending="geen_kom")
    assert told(till, report) == ReportCharges([], [], False, True, False)
    till.revise(report, {"jars_verified": 8})
    [levy] = told(till, report).charges
    assert (levy.item, levy.quantity, levy.number, levy.kind_of_scope) == ("jar", 8, None, "report")


def test_before_all_tariffs_nothing_is_charged(field: Field) -> None:
    till = Till(field, date(2001, 12, 31))
    found = told(till, till.visit())
    assert (found.charges, found.paid, found.has_number, found.has_tariff) == ([], [], True, False)


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.MECHANIC, Role.READER])
def test_who_may_not_see_money_is_refused(till: Till, role: Role) -> None:
    report = till.visit()
    mechanic = till.mechanic if role is Role.MECHANIC else None
    actor = till.field.foundation.user(role, mechanic=mechanic)
    with pytest.raises(Refusal, match=r"reports\.unknown"):
        told(till, report, actor)


def test_another_dealer_s_report_is_not_there(till: Till) -> None:
    _, _, phone = till.other()
    report = till.visit()
    with pytest.raises(Refusal, match=r"reports\.unknown"):
        told(till, report, phone.actor)
    with pytest.raises(Refusal, match=r"reports\.unknown"):
        told(till, "nietdaar")
