"""A report is completed and corrected; sticker, charges, interval and cases follow at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ParlourType, Species
from models.billing import ChargeRow
from models.cases import Case
from models.journal import JournalEntry
from models.parties import Customer
from models.reports import Report, ReportDetail
from models.sites import Installation, InstallationConfiguration
from tests.factories import number
from tests.field import Field
from tests.services.reports.desks import FULL, Desk, assert_charged_right, assert_told

MARCH_4, MARCH_5 = date(2026, 3, 4), date(2026, 3, 5)
BOTH = [("base", 2605), ("surcharge", 624)]


def test_what_is_missing_is_filled_in_without_a_reason(field: Field) -> None:
    desk = Desk(field)
    assert desk.revise(details=replace(FULL, is_near=False)).state == "incomplete"
    assert desk.revise(details=FULL).state == "complete"
    detail = field.row(ReportDetail)
    assert (detail.norm, detail.limits_from, detail.template) == (
        "iso_in_force",
        date(2004, 1, 1),
        "MAR-2004",
    )
    assert [one["version"] for one in desk.versions()] == [1, 2, 3]
    assert len(field.rows(JournalEntry, action="reports.completed")) == 2


def to_geen_kom(desk: Desk) -> dict[str, Any]:
    return {"ending": Ending.GEEN_KOM}


def to_kb(desk: Desk) -> dict[str, Any]:
    return {"ending": Ending.KB}


def to_another_number(desk: Desk) -> dict[str, Any]:
    return {"number": number(7).printed}


def to_a_day_before(desk: Desk) -> dict[str, Any]:
    return {"service_date": MARCH_4}


def to_a_repair(desk: Desk) -> dict[str, Any]:
    return {"kind": ServiceKind.REPAIR}


def to_half_the_units(desk: Desk) -> dict[str, Any]:
    return {"unit_count": 12}


def to_goats(desk: Desk) -> dict[str, Any]:
    return {"species": Species.GOATS}


def to_jars(desk: Desk) -> dict[str, Any]:
    return {"details": replace(FULL, jars_verified=10, meters_verified=2)}


def to_a_colleague(desk: Desk) -> dict[str, Any]:
    return {"mechanic": desk.field.foundation.mechanic(desk.field.dealer, "Piet Tas").number}


# What is changed, then: where numbers 1 and 7 are, what stands charged, from when the next service
# is counted, and how many services of the mechanic count.
CORRECTIONS = [
    (to_geen_kom, "dealer", "dealer", [], MARCH_5, 1),
    (to_kb, "dealer", "dealer", [], None, 0),
    (to_another_number, "dealer", "applied", BOTH, MARCH_5, 1),
    (to_a_day_before, "applied", "dealer", BOTH, MARCH_4, 1),
    (to_a_repair, "applied", "dealer", BOTH, None, 1),
    (to_half_the_units, "applied", "dealer", [("base", 2605), ("surcharge", 312)], MARCH_5, 1),
    (to_goats, "applied", "dealer", [("base", 2605), ("surcharge", 312)], MARCH_5, 1),
    (to_jars, "applied", "dealer", [*BOTH, ("jar", 250), ("meter", 156)], MARCH_5, 1),
    (to_a_colleague, "applied", "dealer", BOTH, MARCH_5, 0),
]


@pytest.mark.parametrize(
    ("change", "first", "seventh", "charges", "serviced_on", "services"),
    CORRECTIONS,
    ids=[row[0].__name__ for row in CORRECTIONS],
)
def test_everything_follows_a_correction(
    field: Field,
    change: Any,
    first: str,
    seventh: str,
    charges: list[tuple[str, int]],
    serviced_on: date | None,
    services: int,
) -> None:
    desk = Desk(field)
    desk.revise(details=FULL)
    desk.revise(reason="nagekeken", **change(desk))
    places = {"dealer": f"dealer:{field.dealer.id}", "applied": f"applied:{field.installation.id}"}
    assert (field.account(1), field.account(7)) == (places[first], places[seventh])
    assert desk.charges() == sorted(charges)
    assert_charged_right(field)
    assert (desk.serviced_on(), desk.services()) == (serviced_on, services)
    assert_told(desk)
    entry = field.row(JournalEntry, action="reports.corrected", subject_id=desk.report_id)
    assert "nagekeken" in entry.after


@pytest.mark.parametrize("role", [Role.DEALER, Role.MECHANIC, Role.OFFICE])
def test_each_of_them_may_correct(field: Field, role: Role) -> None:
    desk = Desk(field)
    desk.revise(desk.actor(role), reason="12 standen", unit_count=12)
    assert desk.charges() == [("base", 2605), ("surcharge", 312)]


def test_geen_kom_and_a_number_again_give_sticker_and_money_back_and_take_them(
    field: Field,
) -> None:
    desk = Desk(field)
    desk.revise(reason="toch afgekeurd", ending=Ending.GEEN_KOM)
    assert (desk.charges(), desk.total()) == ([], 0)
    desk.revise(reason="toch goed", ending=Ending.STICKER, number=number(1).digits)
    assert field.account(1) == f"applied:{field.installation.id}"
    assert (desk.charges(), desk.total()) == (BOTH, 3229)
    assert len(field.rows(ChargeRow)) == 6


def test_kb_becomes_a_major_service_again_with_its_number(field: Field) -> None:
    desk = Desk(field, None, ending="kb")
    desk.revise(reason="was een grote beurt", ending=Ending.STICKER, number=number(1).digits)
    assert (desk.report().kind, desk.report().state) == ("major", "incomplete")
    assert (desk.services(), desk.charges()) == (1, BOTH)


def test_the_number_of_one_report_goes_to_another(field: Field) -> None:
    """The mechanic scanned the stickers of two installations crosswise; there is a third."""
    first, second = Desk(field, 1), Desk(field, 2, sequence=2, installation=_second(field))
    with pytest.raises(Refusal, match=r"stickers\.already_applied"):
        first.revise(reason="verwisseld", number=number(2).digits)
    second.revise(reason="verwisseld", ending=Ending.GEEN_KOM)
    first.revise(reason="verwisseld", number=number(2).digits)
    second.revise(reason="verwisseld", ending=Ending.STICKER, number=number(1).digits)
    assert (first.report().serial, second.report().serial) == (2, 1)
    assert_charged_right(field)


def _second(field: Field) -> str:
    installation = field.foundation.installation(dealer=field.dealer, units=10)
    public_id: str = installation.public_id
    return public_id


def test_a_report_moves_to_the_right_installation_with_what_stands_there(field: Field) -> None:
    desk, other = Desk(field), _second(field)
    desk.revise(reason="verkeerde stal", installation=other)
    report = desk.report()
    assert (report.unit_count, field.account(1)) == (10, f"applied:{report.installation_id}")
    assert desk.charges() == [("base", 2605), ("surcharge", 260)]
    assert (desk.serviced_on(), desk.serviced_on(report.installation_id)) == (None, MARCH_5)
    assert field.rows(Case) == []
    assert_told(desk)


def test_what_is_typed_beside_another_installation_stays(field: Field) -> None:
    desk, other = Desk(field), _second(field)
    desk.revise(reason="verkeerde stal", installation=other, unit_count=9)
    assert desk.report().unit_count == 9
    assert field.row(Case).kind == "report_contradicts"


A, B = date(2011, 2, 1), date(2013, 4, 1)
TYPED = date(2014, 6, 1)
LATER_THAN_SERVICE = date(2026, 3, 6)
# What was told before, what is on file of both installations, what is wanted, and what it becomes.
DELIVERIES = [
    pytest.param(A, A, B, A, B, id="untouched"),
    pytest.param(A, B, B, A, B, id="untouched, and told otherwise before"),
    pytest.param(None, A, B, A, B, id="as the form fills it in"),
    pytest.param(A, A, None, A, None, id="none on file"),
    pytest.param(A, A, LATER_THAN_SERVICE, A, None, id="on file, but later than the service"),
    pytest.param(A, A, B, TYPED, TYPED, id="typed"),
    pytest.param(A, A, B, None, None, id="emptied"),
    pytest.param(A, A, A, A, A, id="the same of both"),
]


@pytest.mark.parametrize(("told", "old", "new", "wanted", "becomes"), DELIVERIES)
def test_another_installation_brings_its_date_of_delivery(
    field: Field,
    told: date | None,
    old: date,
    new: date | None,
    wanted: date | None,
    becomes: date | None,
) -> None:
    desk, other = Desk(field), _second(field)
    for public_id, day in ((field.installation.public_id, old), (other, new)):
        installation = field.row(Installation, public_id=public_id)
        with field.foundation.database.transaction() as session:
            session.query(InstallationConfiguration).filter_by(
                installation_id=installation.id
            ).update({"delivered_or_renovated_on": day})
    desk.revise(details=replace(FULL, delivered_on=told))
    details = replace(FULL, delivered_on=wanted)
    desk.revise(reason="verkeerde stal", installation=other, details=details)
    assert field.row(ReportDetail).delivered_on == becomes
    assert desk.report().state == ("complete" if becomes else "incomplete")
    on_file = field.row(InstallationConfiguration, installation_id=desk.report().installation_id)
    assert on_file.delivered_or_renovated_on == new


def test_a_service_makes_the_farm_of_the_right_installation_a_customer(field: Field) -> None:
    stranger = field.foundation.installation()
    desk = Desk(field)
    desk.revise(reason="verkeerde stal", installation=stranger.public_id)
    assert len(field.rows(Customer, dealer_id=field.dealer.id)) == 2


def test_the_installation_is_as_it_was_on_the_right_day(field: Field) -> None:
    """It had 12 units until 4 March and has 24 since."""
    [present] = field.rows(InstallationConfiguration, installation_id=field.installation.id)
    with field.foundation.database.transaction() as session:
        row = session.get_one(InstallationConfiguration, present.id)
        row.unit_count, row.until_on = 12, MARCH_4
        session.flush()
        session.add(
            InstallationConfiguration(
                installation_id=field.installation.id,
                from_on=MARCH_5,
                parlour_type=ParlourType.HERRINGBONE,
                species=Species.COWS,
                unit_count=24,
            )
        )
    desk = Desk(field)
    assert desk.charges() == BOTH
    desk.revise(reason="was een dag eerder", service_date=MARCH_4)
    assert desk.report().unit_count == 12
    assert desk.charges() == [("base", 2605), ("surcharge", 312)]
    assert field.rows(Case) == []


def test_over_new_year_the_series_decides(field: Field) -> None:
    old = field.foundation.series("25")
    field.foundation.stickers(old, field.dealer)
    desk = Desk(field, None, raw=number(3, "25").digits, day="2025-12-31")
    assert field.rows(ChargeRow)[0].period == "2025"
    with pytest.raises(Refusal, match=r"stickers\.series_closed"):
        desk.revise(reason="was na nieuwjaar", service_date=date(2026, 1, 1))
    desk.revise(reason="was na nieuwjaar", service_date=date(2026, 1, 2), number=number(4).digits)
    assert {row.period for row in field.rows(ChargeRow, state="standing")} == {"2026"}
    assert (desk.services(2025), desk.services(2026)) == (0, 1)
    assert field.account(3, old) == f"dealer:{field.dealer.id}"


def test_the_dealer_is_who_employed_the_mechanic_on_the_right_day(field: Field) -> None:
    """The office sets right who it was; his number and his charge are his own dealer's."""
    other = field.foundation.dealer("Bakker Melktechniek")
    his = field.foundation.mechanic(other, "Klaas Vaak")
    field.foundation.stickers(field.foundation.series("27"), None)
    field.foundation.move(
        *_issue(field, other, 50)  # number 50 goes to the other dealer
    )
    desk = Desk(field)
    with pytest.raises(Refusal, match=r"stickers\.not_yours"):
        desk.revise(desk.actor(Role.OFFICE), reason="andere monteur", mechanic=his.number)
    desk.revise(
        desk.actor(Role.OFFICE),
        reason="andere monteur",
        mechanic=his.number,
        number=number(50).digits,
    )
    assert desk.report().dealer_id == other.id
    assert {row.dealer_id for row in field.rows(ChargeRow, state="standing")} == {other.id}
    assert field.account(1) == f"dealer:{field.dealer.id}"
    assert len(field.rows(Customer, dealer_id=other.id)) == 1


def _issue(field: Field, dealer: Any, serial: int) -> tuple[Any, ...]:
    """The hand-over of one number between dealers, as the ledger takes it."""
    source, target = f"dealer:{field.dealer.id}", f"dealer:{dealer.id}"
    return ("hand_over", field.series, serial, serial, source, target, dealer)


def test_a_contradiction_is_asked_about_until_it_is_over(field: Field) -> None:
    desk = Desk(field)
    desk.revise(reason="12 standen", unit_count=12)
    assert (field.row(Case).kind, field.row(Case).state) == ("report_contradicts", "raised")
    desk.revise(reason="toch 24", unit_count=24)
    assert (field.row(Case).state, field.row(Case).decision) == ("decided", "resolved")


def test_a_delivery_date_that_was_not_on_file_is_learned(field: Field) -> None:
    desk = Desk(field)
    desk.revise(details=FULL)
    learned = field.row(InstallationConfiguration, installation_id=field.installation.id)
    assert learned.delivered_or_renovated_on == FULL.delivered_on
    assert field.row(JournalEntry, action="sites.configured")
    desk.revise(reason="andere datum", details=replace(FULL, delivered_on=date(2016, 5, 1)))
    assert field.row(Case).kind == "report_contradicts"


def test_open_cases_follow_the_report(field: Field) -> None:
    desk, other = Desk(field), _second(field)
    desk.revise(reason="12 standen", unit_count=12)
    desk.revise(reason="verkeerde stal", installation=other)
    case = field.row(Case)
    assert (case.installation_id, case.serial) == (desk.report().installation_id, 1)


def test_a_corrected_report_can_be_withdrawn(field: Field) -> None:
    desk = Desk(field)
    desk.revise(reason="cijfer verkeerd", number=number(7).digits)
    assert desk.withdraw()["outcome"] == "accepted"
    assert field.account(7) == f"dealer:{field.dealer.id}"
    assert (desk.total(), desk.services(), desk.serviced_on()) == (0, 0, None)
    with pytest.raises(Refusal, match=r"reports\.withdrawn"):
        desk.revise(reason="nog iets", unit_count=3)


def test_the_numbers_that_came_back_can_be_used_again(field: Field) -> None:
    desk = Desk(field)
    desk.revise(reason="cijfer verkeerd", number=number(7).digits)
    again = Desk(field, 1, sequence=3, installation=_second(field))
    assert again.report().serial == 1
    with field.foundation.database.reading() as session:
        assert set(session.scalars(select(Report.serial))) == {1, 7}
