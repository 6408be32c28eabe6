"""One case with all that is known of it; a dealer reads nothing of another, nor of our doubts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest

from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.services.cases import moving
from kombeheer.services.cases.matters import Difference
from kombeheer.services.journal import as_text
from models.cases import Case
from models.sites import InstallationConfiguration
from tests.factories import NOW, number
from tests.services.cases.desk import Desk
from tests.services.reports.desks import FULL


def test_an_incomplete_report_tells_what_it_lacks(desk: Desk) -> None:
    case = desk.incomplete()
    view = desk.show(case)
    assert "reports.needs_wash" in {one.code for one in view.lacking}
    assert view.report is not None
    assert view.report.id == case.report_id
    assert view.mechanic is not None
    assert view.mechanic.id == desk.field.mechanic.id
    desk.revise(str(case.report_id), details=FULL)
    assert desk.show(case).lacking == ()


def test_a_contradiction_stands_with_both_values(desk: Desk) -> None:
    case = desk.contradicting()
    view = desk.show(case)
    assert view.differences == (Difference("unit_count", 12, 24),)
    assert view.still_differs


def test_a_contradiction_that_is_over_says_so_and_what_it_was(desk: Desk) -> None:
    case = desk.contradicting()
    with desk.field.foundation.database.transaction() as session:
        row = session.get_one(InstallationConfiguration, 1)
        row.unit_count = 12
    view = desk.show(case)
    assert (view.still_differs, view.differences) == (False, (Difference("unit_count", 12, 24),))


def test_what_contradicts_is_told_by_field(desk: Desk) -> None:
    report_id = desk.report()
    desk.revise(report_id, details=FULL)
    desk.revise(report_id, reason="papier", details=FULL.__class__(delivered_on=date(2014, 5, 1)))
    view = desk.show(desk.case("report_contradicts"))
    assert view.differences == (Difference("delivered_on", date(2014, 5, 1), date(2015, 5, 1)),)


def test_a_correction_tells_what_would_change_who_asks_and_why_we_decide(desk: Desk) -> None:
    colleague = desk.field.foundation.mechanic(desk.field.dealer, "Anna Smit")
    case = desk.proposal(unit_count=12, mechanic=colleague.number)
    view = desk.show(case)
    assert set(view.differences) == {
        Difference("unit_count", 12, 24),
        Difference(
            "mechanic",
            f"Anna Smit ({colleague.number})",
            f"Jelle de Boer ({desk.field.mechanic.number})",
        ),
    }
    assert view.wish is not None
    assert (view.wish.asked_by, view.wish.reason) == (desk.field.actor.name, "twaalf geteld")
    assert view.wish.closed_until == date(2026, 3, 31)
    assert (view.wish.correctable_until, view.wish.is_overtaken) == (None, False)
    desk.revise(str(case.report_id), actor=desk.office, details=FULL)
    after = desk.show(case).wish
    assert after is not None
    assert after.is_overtaken


def test_a_correction_after_a_year_says_until_when_it_could_be_made(desk: Desk) -> None:
    [answer] = desk.field.send(desk.field.visit(None, ending="geen_kom", day="2025-03-04"))
    revised = desk.revise(answer["report"], reason="negen", unit_count=9)
    view = desk.show(desk.field.row(Case, id=revised.case_id))
    assert view.wish is not None
    assert (view.wish.correctable_until, view.wish.closed_until) == (date(2026, 3, 4), None)


def test_another_installation_is_told_by_its_farm(desk: Desk) -> None:
    farm, site = desk.field.foundation.farm("De Nieuwe Hoeve", "Sneek")
    desk.field.foundation.customer(desk.field.dealer, farm)
    other = desk.field.foundation.installation(site)
    case = desk.proposal(installation=other.public_id)
    [found] = [one for one in desk.show(case).differences if one.name == "installation"]
    assert found.told == "De Nieuwe Hoeve, Sneek"


def test_the_office_reads_every_step_and_the_dealer_what_is_meant_for_him(desk: Desk) -> None:
    case = desk.incomplete()
    write = desk.field.foundation.database.write
    office, dealer = desk.office, desk.field.actor
    write(lambda session: moving.open_case(session, office, case.id, NOW))
    write(
        lambda session: moving.move_due(
            session, office, case.id, date(2026, 6, 1), "hij is altijd laat", NOW
        )
    )
    write(lambda session: moving.answer(session, dealer, case.id, "de stal is weg", NOW))
    write(lambda session: moving.ask_dealer(session, office, case.id, "sinds wanneer?", NOW))
    assert [step.action for step in desk.show(case).steps] == [
        "cases.dealer_asked",
        "cases.answered",
        "cases.due_moved",
        "cases.opened",
    ]
    seen = desk.show(case, dealer).steps
    assert [(step.action, step.note, step.name) for step in seen] == [
        ("cases.dealer_asked", "sinds wanneer?", ""),
        ("cases.answered", "de stal is weg", dealer.name),
    ]


def test_a_dealer_reads_no_other_dealer(desk: Desk) -> None:
    foundation = desk.field.foundation
    desk.field.send(desk.field.visit(1))
    other = foundation.dealer("Janssen Stalservice")
    mechanic = foundation.mechanic(other, "Anna Smit")
    installation = foundation.installation(dealer=other)
    phone = desk.field.phone(dealer=other)
    phone.send(desk.field.visit(1, mechanic=mechanic.number, installation=installation.public_id))
    case = desk.case("sticker_claimed_twice")
    whole = desk.show(case)
    assert whole.first_claim is not None
    assert whole.first_claim.dealer.id == desk.field.dealer.id
    own = desk.show(case, phone.actor)
    assert (own.first_claim, own.candidates) == (None, ())
    with pytest.raises(Refusal, match=r"cases\.unknown"):
        desk.show(case, desk.field.actor)


@pytest.mark.parametrize("role", [Role.MECHANIC, Role.INSPECTOR, Role.READER])
def test_nobody_else_reads_a_case(desk: Desk, role: Role) -> None:
    case = desk.incomplete()
    mine = {"mechanic": desk.field.mechanic} if role is Role.MECHANIC else {}
    with pytest.raises(Refusal, match=r"cases\.unknown"):
        desk.show(case, desk.field.foundation.user(role, **mine))


def test_a_scan_is_told_as_it_was_sent(desk: Desk) -> None:
    desk.field.send(desk.field.visit(999))
    view = desk.show(desk.case("scan_waiting"))
    assert view.scan is not None
    assert (view.scan.raw_shown, view.scan.sender) == (number(999).digits, desk.field.actor.name)
    assert [one.code for one in view.objections] == ["stickers.unknown"]
    assert view.mechanic is not None
    assert view.mechanic.id == desk.field.mechanic.id
    assert view.sees_site


def test_what_was_typed_from_paper_is_told_field_by_field(desk: Desk) -> None:
    desk.field.send(desk.field.visit(999))
    case = desk.case("scan_waiting")
    assert desk.show(case).sheet is None
    told = {"batch": "W-2026-0012", "units": 24, "wanted": asdict(FULL)}
    with desk.field.foundation.database.transaction() as session:
        session.get_one(Case, case.id).content = as_text(told)
    sheet = desk.show(case).sheet
    assert sheet is not None
    assert sheet.batch == "W-2026-0012"
    values = dict(sheet.values)
    assert (values["unit_count"], values["delivered_on"]) == (24, date(2015, 5, 1))
    assert values["is_dry"] is True
    assert "remark" not in values
