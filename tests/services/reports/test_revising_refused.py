"""What cannot be true of a report is refused or asked, and a refusal leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.services.reports import revising
from models.certification import Certificate
from models.parties import Employment
from models.sites import Installation
from tests.factories import TODAY, number
from tests.field import Field
from tests.services.reports.desks import FULL, Desk

Wish = Callable[[Field], dict[str, Any]]


def _number_in(account: str) -> Wish:
    """Number 30, brought to an account first."""

    def wish(field: Field) -> dict[str, Any]:
        own = f"dealer:{field.dealer.id}"
        kind = {"spoiled": "spoil", "lost": "lose", "stolen": "steal"}[account]
        field.foundation.move(kind, field.series, 30, 30, own, account, field.dealer)
        return {"number": number(30).digits}

    return wish


def _others_number(field: Field) -> dict[str, Any]:
    other, series = field.foundation.dealer("Bakker"), field.foundation.series("27")
    field.foundation.stickers(series, other)
    return {"number": number(3, "27").digits}


def _number_on_a_report(field: Field) -> dict[str, Any]:
    other = field.foundation.installation(dealer=field.dealer)
    field.send(field.visit(2, sequence=2, installation=other.public_id))
    return {"number": number(2).digits}


def _strangers_mechanic(field: Field) -> dict[str, Any]:
    other = field.foundation.dealer("Bakker Melktechniek")
    return {"mechanic": field.foundation.mechanic(other, "Klaas Vaak").number}


def _uncertified(field: Field) -> dict[str, Any]:
    return {"mechanic": field.foundation.mechanic(field.dealer, "Jan", certified=None).number}


def _belgian(field: Field) -> dict[str, Any]:
    return {"mechanic": field.foundation.mechanic(field.dealer, "Bram Maes", country="be").number}


def _stopped(field: Field) -> dict[str, Any]:
    stopped = field.foundation.installation(dealer=field.dealer, ceased_on=date(2026, 3, 5))
    return {"installation": stopped.public_id}


def said(**wanted: Any) -> Wish:
    return lambda field: wanted


def _until(field: Field, day: date) -> None:
    """The employment of the mechanic ends, and another dealer takes him on the day after."""
    other = field.foundation.dealer("Bakker Melktechniek")
    with field.foundation.database.transaction() as session:
        session.execute(update(Employment).values(until_on=day))
        begins = {"mechanic_id": field.mechanic.id, "dealer_id": other.id}
        session.add(Employment(**begins, from_on=day + timedelta(days=1)))


@pytest.mark.parametrize(
    ("role", "last_on", "writes"),
    [
        (Role.MECHANIC, TODAY, True),
        (Role.MECHANIC, TODAY - timedelta(days=1), False),
        (Role.DEALER, TODAY - timedelta(days=1), True),
        (Role.OFFICE, TODAY - timedelta(days=1), True),
    ],
)
def test_what_a_mechanic_did_for_a_former_dealer_he_only_reads(
    field: Field, role: Role, last_on: date, writes: bool
) -> None:
    desk = Desk(field, day="2026-03-04")
    _until(field, last_on)
    actor = desk.actor(role)
    if writes:
        assert desk.revise(actor, details=FULL).state == "complete"
        return
    refused = replace(FULL, remark="vergeten")
    with pytest.raises(Refusal, match=r"reports\.former_dealer"):
        desk.revise(actor, details=refused)
    with (
        field.foundation.database.reading() as session,
        pytest.raises(Refusal, match=r"reports\.former_dealer"),
    ):
        revising.judge(session, actor, desk.report_id, desk.present()[1], TODAY)
    assert len(desk.versions()) == 1


def test_a_mechanic_does_not_move_a_report_to_the_days_of_a_former_dealer(field: Field) -> None:
    desk = Desk(field, None, ending="kb", day="2026-03-01")
    _until(field, date(2026, 3, 1))
    office, mechanic = desk.actor(Role.OFFICE), desk.actor(Role.MECHANIC)
    desk.revise(office, "nagekeken", service_date=date(2026, 3, 4))
    desk.revise(mechanic, "nagekeken", service_date=date(2026, 3, 2))
    assert desk.report().dealer_id != field.dealer.id
    with pytest.raises(Refusal, match=r"parties\.not_employed"):
        desk.revise(mechanic, "nagekeken", service_date=date(2026, 3, 1))
    desk.revise(office, "nagekeken", service_date=date(2026, 3, 1))
    assert (desk.report().dealer_id, len(desk.versions())) == (field.dealer.id, 4)


LATER = replace(FULL, delivered_on=date(2026, 3, 6))
# code, who wants it, and what
REFUSED: list[tuple[str, Role, Wish]] = [
    ("reports.nothing_changed", Role.DEALER, said()),
    ("reports.service_in_future", Role.DEALER, said(service_date=TODAY + timedelta(days=1))),
    ("scanning.date_doubtful", Role.OFFICE, said(service_date=date(2001, 12, 31))),
    ("reports.units_impossible", Role.DEALER, said(unit_count=0)),
    ("reports.units_impossible", Role.DEALER, said(unit_count=201)),
    ("reports.kind_without_mark", Role.DEALER, said(kind=ServiceKind.LIMITED)),
    (
        "reports.delivered_later",
        Role.DEALER,
        said(details=replace(FULL, delivered_on=date(2026, 3, 6))),
    ),
    ("reports.two_marks", Role.DEALER, said(ending=Ending.GEEN_KOM, number=number(7).digits)),
    ("reports.two_marks", Role.DEALER, said(ending=Ending.KB, number=number(7).digits)),
    ("scanning.number_missing", Role.DEALER, said(number="  ")),
    ("scanning.unreadable", Role.DEALER, said(number="koe")),
    ("stickers.check_digits_wrong", Role.DEALER, said(number="2600000111")),
    ("stickers.unknown", Role.DEALER, said(number=number(99_999).digits)),
    ("stickers.already_applied", Role.DEALER, _number_on_a_report),
    ("stickers.not_yours", Role.DEALER, _others_number),
    ("stickers.declared_spoiled", Role.DEALER, _number_in("spoiled")),
    ("stickers.declared_lost", Role.OFFICE, _number_in("lost")),
    ("stickers.declared_stolen", Role.DEALER, _number_in("stolen")),
    ("stickers.series_closed", Role.DEALER, said(service_date=date(2025, 12, 31))),
    ("stickers.issued_after_service", Role.OFFICE, said(service_date=date(2026, 1, 1))),
    ("scanning.mechanic_unknown", Role.OFFICE, said(mechanic="7777")),
    ("scanning.installation_unknown", Role.OFFICE, said(installation="nergens")),
    ("parties.not_employed", Role.DEALER, _strangers_mechanic),
    ("scanning.other_mechanic", Role.MECHANIC, _strangers_mechanic),
    ("certification.not_certified", Role.DEALER, _uncertified),
    ("certification.certified_abroad", Role.DEALER, _belgian),
    ("sites.installation_ceased", Role.DEALER, _stopped),
]


@pytest.mark.parametrize(
    ("code", "role", "wish"),
    REFUSED,
    ids=[f"{row[0]}-{place}" for place, row in enumerate(REFUSED)],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    field: Field, code: str, role: Role, wish: Wish
) -> None:
    desk = Desk(field)
    wanted, actor = wish(field), desk.actor(role)
    before, looked_at = field.sizes(), desk.present()
    with pytest.raises(Refusal) as refused:
        desk.revise(actor, reason="nagekeken", **wanted)
    assert refused.value.code == code
    assert (field.grown(before), desk.present()) == ({}, looked_at)
    assert field.account(1) == f"applied:{field.installation.id}"


@pytest.mark.parametrize(("length", "code"), [(0, "missing"), (500, ""), (501, "long")])
def test_a_correction_has_a_reason_that_fits(field: Field, length: int, code: str) -> None:
    desk = Desk(field)
    if not code:
        assert desk.revise(reason="x" * length, unit_count=12).version == 2
        return
    before = field.sizes()
    with pytest.raises(Refusal, match=rf"reports\.reason_{code}"):
        desk.revise(reason="x" * length, unit_count=12)
    assert field.grown(before) == {}


def test_one_s_own_reports_only(field: Field) -> None:
    desk = Desk(field)
    other = field.foundation.dealer("Bakker Melktechniek")
    strangers = [
        field.foundation.user(Role.DEALER, dealer=other),
        field.foundation.user(Role.MECHANIC, mechanic=field.foundation.mechanic(field.dealer)),
        field.foundation.user(Role.READER),
    ]
    for stranger in strangers:
        with pytest.raises(Refusal, match=r"reports\.unknown"):
            desk.revise(stranger, reason="nagekeken", unit_count=12)


def test_a_page_that_was_overtaken_changes_nothing(field: Field) -> None:
    desk = Desk(field)
    desk.revise(reason="12 standen", unit_count=12)
    before = field.sizes()
    with pytest.raises(Refusal, match=r"reports\.changed_meanwhile"):
        desk.revise(reason="10 standen", version=1, unit_count=10)
    assert (field.grown(before), desk.report().unit_count) == ({}, 12)


def test_all_that_objects_is_told_at_once(field: Field) -> None:
    desk = Desk(field)
    _, present = desk.present()
    details = replace(FULL, delivered_on=date(2027, 1, 1))
    wanted = replace(present, unit_count=0, mechanic="7777", number="koe", details=details)
    with field.foundation.database.reading() as session:
        judged = revising.judge(session, field.actor, desk.report_id, wanted, TODAY)
    assert {one.code for one in judged.objections} == {
        "reports.units_impossible",
        "scanning.mechanic_unknown",
        "scanning.unreadable",
        "reports.delivered_later",
    }


# What is asked first, and stored once somebody says that it is so.
QUESTIONS: list[tuple[str, Wish]] = [
    ("certification.not_certified", _uncertified),
    ("certification.certified_abroad", _belgian),
    ("sites.installation_ceased", _stopped),
]


@pytest.mark.parametrize(("code", "wish"), QUESTIONS, ids=[row[0] for row in QUESTIONS])
def test_the_office_is_asked_and_may_say_yes(field: Field, code: str, wish: Wish) -> None:
    desk = Desk(field)
    office, wanted = desk.actor(Role.OFFICE), wish(field)
    with pytest.raises(Refusal) as asked:
        desk.revise(office, reason="nagekeken", asks=True, **wanted)
    assert asked.value.code == code
    assert desk.revise(office, reason="nagekeken", **wanted).version == 2


@pytest.mark.parametrize(("day", "asks"), [(date(2026, 3, 3), True), (date(2026, 3, 4), False)])
def test_a_day_before_the_last_service_is_asked_about(field: Field, day: date, asks: bool) -> None:
    field.send(field.visit(None, ending="kb", day="2026-03-04", sequence=7))
    desk = Desk(field)
    if not asks:
        assert desk.revise(reason="andere dag", asks=True, service_date=day).version == 2
        return
    with pytest.raises(Refusal) as asked:
        desk.revise(reason="andere dag", asks=True, service_date=day)
    told = {"day": "2026-03-03", "last_on": "2026-03-04"}
    assert asked.value == Refusal("reports.before_the_last", **told)
    assert desk.revise(reason="andere dag", service_date=day).version == 2
    # It is before it already, so nobody is asked again.
    before_that = day - timedelta(days=1)
    assert desk.revise(reason="weer een dag", asks=True, service_date=before_that).version == 3


def test_a_doubt_that_was_set_aside_is_no_doubt_about_something_else(field: Field) -> None:
    desk = Desk(field)
    with field.foundation.database.transaction() as session:
        session.query(Certificate).update({"valid_until": date(2025, 1, 1)})
        session.query(Installation).update({"ceased_on": date(2026, 3, 1)})
    assert desk.revise(reason="12 standen", unit_count=12).version == 2
