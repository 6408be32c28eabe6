"""Deciding about reports: incomplete ones, contradictions, corrections that wait."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from kombeheer.rules.cases import CaseKind
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services.cases import deciding, handlers
from kombeheer.services.sites.installations import Configuration, configure
from models.billing import ChargeRow
from models.cases import Case
from models.journal import JournalEntry
from models.reports import Report
from models.stickers import Document
from tests.factories import NOW, TODAY, number
from tests.field import assert_sound, withdrawal
from tests.services.cases.desk import Desk
from tests.services.reports.desks import FULL
from tests.together import at_once, codes

BEGAN = date(2010, 1, 1)  # the first day of what is on file


def of(desk: Desk, case: Case) -> Case:
    return desk.field.row(Case, id=case.id)


def test_every_kind_has_its_handler() -> None:
    assert set(handlers.HANDLERS) == set(CaseKind)


def test_a_report_that_is_completed_decides_its_case(desk: Desk) -> None:
    case = desk.incomplete()
    assert case.report_id is not None
    desk.revise(case.report_id, details=FULL)
    decided = of(desk, case)
    assert (decided.state, decided.decision) == ("decided", "completed")
    assert decided.decided_by_id == desk.field.actor.user_id


@pytest.mark.parametrize("make", [Desk.incomplete, Desk.contradicting])
def test_what_stands_is_closed_with_a_reason_and_not_rejected(desk: Desk, make: Any) -> None:
    case = make(desk)
    before = desk.field.row(Report)
    with pytest.raises(Refusal, match=r"cases\.only_closed"):
        desk.decide(case, accept=False)
    with pytest.raises(Refusal, match=r"cases\.reason_missing"):
        desk.decide(case, reason=" ")
    assert of(desk, case).state == "raised"
    desk.decide(case, reason="klopt zo")
    decided = of(desk, case)
    assert (decided.decision, decided.reason) == ("accepted", "klopt zo")
    assert desk.field.row(Report).version == before.version
    [entry] = desk.field.rows(JournalEntry, action="cases.decided")
    assert entry.subject_id == str(case.id)


def test_a_correction_that_ends_a_contradiction_decides_it(desk: Desk) -> None:
    case = desk.contradicting()
    assert case.report_id is not None
    desk.revise(case.report_id, reason="toch 24", unit_count=24)
    assert of(desk, case).decision == "resolved"


@pytest.mark.parametrize(
    ("units", "from_on", "decision"),
    [
        (12, BEGAN, "resolved"),
        (12, NOW.date(), "resolved"),
        (12, NOW.date() + timedelta(days=1), None),  # after the service
        (13, BEGAN, None),
    ],
)
def test_an_installation_that_is_mended_decides_what_contradicted(
    desk: Desk, units: int, from_on: date, decision: str | None
) -> None:
    case, installation = desk.contradicting(), desk.field.installation
    wanted = Configuration(ParlourType.HERRINGBONE, Species.COWS, units)
    with desk.field.foundation.database.transaction() as session:
        configure(session, desk.office, installation.id, wanted, from_on, from_on, NOW)
    decided = of(desk, case)
    assert (decided.decision, decided.state == "decided") == (decision, decision is not None)
    assert desk.field.row(Report).version == 2


def test_what_is_undone_needs_no_decision(desk: Desk) -> None:
    event = desk.field.visit(1)
    desk.field.send(event)
    desk.raise_overdue()
    case = desk.field.row(Case)
    desk.field.send(withdrawal(event))
    assert of(desk, case).decision == "withdrawn"
    with pytest.raises(Refusal, match=r"cases\.decided_already"):
        desk.decide(case)


def test_a_correction_is_made_with_both_reasons_and_all_that_follows(desk: Desk) -> None:
    case = desk.proposal(unit_count=12, number=number(7).digits)
    assert desk.field.account(1) == f"applied:{desk.field.installation.id}"
    desk.decide(case, reason="foto gezien")
    decided = of(desk, case)
    assert (decided.state, decided.decision, decided.reason) == (
        "decided",
        "accepted",
        "foto gezien",
    )
    report = desk.field.row(Report)
    assert (report.version, report.unit_count) == (2, 12)
    assert desk.field.row(Document, reference=report.id, version=2).note == (
        "twaalf geteld — foto gezien"
    )
    assert desk.field.account(7) == f"applied:{desk.field.installation.id}"
    standing = desk.field.rows(ChargeRow, state="standing")
    assert sorted(row.amount_cents for row in standing) == [312, 2605]
    assert_sound(desk.field.foundation.database)


def test_a_correction_that_is_rejected_leaves_the_report(desk: Desk) -> None:
    case = desk.proposal()
    desk.decide(case, accept=False, reason="er staan er 24")
    assert of(desk, case).decision == "rejected"
    report = desk.field.row(Report)
    assert (report.version, report.unit_count) == (1, 24)
    again = desk.revise(report.id, reason="toch twaalf", unit_count=12)
    assert again.case_id not in (None, case.id)


def test_a_correction_of_an_earlier_version_is_not_made(desk: Desk) -> None:
    case = desk.proposal()
    assert case.report_id is not None
    desk.revise(case.report_id, actor=desk.office, details=FULL)
    with pytest.raises(Refusal) as caught:
        desk.decide(case)
    assert caught.value == Refusal("cases.proposal_overtaken", number=case.report_id, version=2)
    assert of(desk, case).state == "raised"
    desk.decide(case, accept=False)


def test_a_correction_that_cannot_be_any_more_decides_nothing(desk: Desk) -> None:
    case = desk.proposal(number=number(7).digits)
    desk.field.send(
        desk.field.visit(
            7,
            sequence=7,
            installation=desk.field.foundation.installation(dealer=desk.field.dealer).public_id,
        )
    )
    before = desk.field.sizes()
    with pytest.raises(Refusal):
        desk.decide(case)
    assert of(desk, case).state == "raised"
    assert desk.field.grown(before) == {}
    assert desk.field.account(1) == f"applied:{desk.field.installation.id}"


@pytest.mark.parametrize(("length", "whole"), [(493, True), (494, False), (500, False)])
def test_two_reasons_that_are_too_long_together_are_told_by_the_case(
    length: int, whole: bool
) -> None:
    joined = handlers.joined_reason("a" * length, "goed", 12)
    assert len(joined) <= 500
    assert joined.endswith("goed" if whole else "… — zaak 12")


@pytest.mark.parametrize("make", [Desk.incomplete, Desk.contradicting, Desk.proposal])
def test_a_second_decision_is_refused(desk: Desk, make: Any) -> None:
    case = make(desk)
    desk.decide(case)
    before = desk.field.sizes()
    for accept in (True, False):
        with pytest.raises(Refusal, match=r"cases\.decided_already"):
            desk.decide(case, accept=accept)
    assert desk.field.grown(before) == {}


def test_of_two_who_decide_at_once_one_does(desk: Desk) -> None:
    case = desk.proposal()
    ways = ("accepted", "rejected")
    told = at_once(*(partial(desk.decide, case, accept=way == "accepted") for way in ways))
    decision = of(desk, case).decision
    assert codes(told) == ["" if way == decision else "cases.decided_already" for way in ways]
    assert sorted(codes(told)) == ["", "cases.decided_already"]
    assert desk.field.row(Report).version == (2 if decision == "accepted" else 1)
    assert_sound(desk.field.foundation.database)


@pytest.mark.parametrize("accept", [True, False])
def test_a_decision_and_a_completion_at_once_both_end(desk: Desk, accept: bool) -> None:
    """Both hold the report's scans first, so neither waits for the other in vain."""
    case = desk.proposal()
    report_id = str(case.report_id)
    told = at_once(
        partial(desk.revise, report_id, actor=desk.office, details=FULL),
        partial(desk.decide, case, accept=accept),
    )
    assert codes(told) in (
        ["", ""],
        ["", "cases.proposal_overtaken"],
        ["reports.changed_meanwhile", ""],
    )
    assert_sound(desk.field.foundation.database)


def test_a_waiting_withdrawal_is_posted_or_left(desk: Desk) -> None:
    first, second = desk.field.visit(1), desk.field.visit(2, sequence=2)
    desk.field.send(first, second)
    desk.close_period()
    answers = desk.field.send(withdrawal(first, 3), withdrawal(second, 4))
    assert [one["outcome"] for one in answers] == ["queued", "queued"]
    cases = [desk.field.row(Case, event_id=one["id"]) for one in answers]
    desk.decide(cases[0])
    desk.decide(cases[1], accept=False)
    states = {row.serial: row.state for row in desk.field.rows(Report)}
    assert states == {1: "withdrawn", 2: "incomplete"}
    assert desk.field.account(1) == f"dealer:{desk.field.dealer.id}"
    assert desk.field.account(2) == f"applied:{desk.field.installation.id}"


def test_an_installation_is_checked_once(desk: Desk) -> None:
    event = desk.field.visit(1)
    event["visit"].pop("installation")
    new = {"farm": "Nieuwe Hoeve", "place": "Sneek", "type": "herringbone", "units": 12}
    event["visit"]["new_installation"] = new
    desk.field.send(event)
    case = desk.case("installation_unchecked")
    with pytest.raises(Refusal, match=r"cases\.nothing_to_reject"):
        desk.decide(case, accept=False)
    desk.decide(case)
    with pytest.raises(Refusal, match=r"cases\.decided_already"):
        desk.decide(case)
    assert len(desk.field.rows(JournalEntry, action="cases.decided")) == 1


def test_only_who_sees_a_case_decides_it(desk: Desk) -> None:
    case = desk.incomplete()
    stranger = desk.field.foundation.user(
        desk.field.actor.role, dealer=desk.field.foundation.dealer("Janssen Stalservice")
    )
    with pytest.raises(Refusal, match=r"cases\.unknown"):
        desk.field.foundation.database.write(
            lambda session: deciding.decide(
                session, stranger, case.id, accept=True, reason="x", now=NOW
            )
        )
    assert of(desk, case).due_on == TODAY + timedelta(days=29)
