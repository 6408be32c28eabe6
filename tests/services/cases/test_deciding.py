"""What waits for a person, and what follows from the decision: scans and installations.

Of reports: test_deciding_reports.
"""

from __future__ import annotations

from typing import Any

import pytest

from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.services.cases import deciding
from models.cases import Case
from models.parties import Customer
from models.reports import Report
from models.scanning import ScanDecision
from models.sites import Installation
from tests.factories import NOW
from tests.field import Field, assert_sound, withdrawal


def decide(field: Field, case: Case, *, accept: bool, reason: str = "Gebeld met de dealer") -> None:
    office = field.foundation.user(Role.OFFICE)
    with field.foundation.database.transaction() as session:
        deciding.decide(session, office, case.id, accept=accept, reason=reason, now=NOW)


def waiting(field: Field, **event: Any) -> tuple[str, Case]:
    """Send a visit to which a rule objects; return its id and its case."""
    [answer] = field.send(field.visit(**event))
    assert (answer["outcome"], answer["state"]) == ("queued", "waiting")
    return answer["id"], field.row(Case, event_id=answer["id"])


def test_a_scan_of_what_was_not_received_is_confirmed_and_posted(field: Field) -> None:
    field.foundation.stickers(field.series, field.dealer, 201, 210, confirmed=False)
    event_id, case = waiting(field, serial=201)
    decide(field, case, accept=True)
    assert field.account(201) == f"applied:{field.installation.id}"
    assert field.account(202) == f"transit:{field.dealer.id}"
    decision = field.row(ScanDecision, event_id=event_id)
    assert (decision.outcome, decision.state) == ("queued", "posted")
    assert field.row(Report).id == decision.report_id
    assert field.ask(event_id).json["state"] == "posted"
    assert_sound(field.foundation.database)


def test_a_scan_of_a_mechanic_without_certificate_can_be_posted(field: Field) -> None:
    learner = field.foundation.mechanic(field.dealer, "Harm Zwiers", certified=None)
    _, case = waiting(field, mechanic=learner.number)
    decide(field, case, accept=True)
    assert field.row(Report).mechanic_id == learner.id
    assert_sound(field.foundation.database)


def test_posting_makes_the_farm_a_customer(field: Field) -> None:
    stranger = field.foundation.installation()
    _, case = waiting(field, installation=stranger.public_id, day="2024-01-01")
    decide(field, case, accept=True)
    assert len(field.rows(Customer, dealer_id=field.dealer.id)) == 2


def test_a_rejected_scan_has_no_effect_and_stays_stored(field: Field) -> None:
    event_id, case = waiting(field, day="2027-01-01")
    decide(field, case, accept=False)
    assert field.rows(Report) == []
    assert field.account(1) == f"dealer:{field.dealer.id}"
    assert field.ask(event_id).json["state"] == "rejected"
    decided = field.row(Case, id=case.id)
    assert (decided.state, decided.decision, decided.reason) == (
        "decided",
        "rejected",
        "Gebeld met de dealer",
    )
    assert_sound(field.foundation.database)


def test_a_second_claim_cannot_be_posted_over_the_first(field: Field) -> None:
    field.send(field.visit(1))
    other = field.foundation.installation(dealer=field.dealer)
    _, case = waiting(field, serial=1, installation=other.public_id)
    assert case.kind == "sticker_claimed_twice"
    with pytest.raises(Refusal, match=r"scanning\.cannot_post_sticker"):
        decide(field, case, accept=True)
    assert field.account(1) == f"applied:{field.installation.id}"
    assert field.row(Case, id=case.id).state == "raised"
    assert_sound(field.foundation.database)


def test_a_second_claim_can_be_posted_once_the_first_is_withdrawn(field: Field) -> None:
    first = field.visit(1)
    field.send(first)
    other = field.foundation.installation(dealer=field.dealer)
    _, case = waiting(field, serial=1, installation=other.public_id)
    field.send(withdrawal(first))
    decide(field, case, accept=True)
    assert field.account(1) == f"applied:{other.id}"
    assert_sound(field.foundation.database)


@pytest.mark.parametrize("accept", [True, False])
def test_a_sticker_of_another_dealer_is_never_posted(field: Field, accept: bool) -> None:
    stranger = field.foundation.dealer("Janssen Stalservice")
    field.foundation.stickers(field.series, stranger, 301, 310)
    _, case = waiting(field, serial=301)
    if accept:
        with pytest.raises(Refusal, match=r"scanning\.cannot_post_sticker"):
            decide(field, case, accept=True)
    else:
        decide(field, case, accept=False)
    assert field.account(301) == f"dealer:{stranger.id}"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"serial": 999_999}, "scanning.cannot_post_number"),
        ({"installation": "bestaatniet"}, "scanning.cannot_post_installation"),
        ({"mechanic": "9999"}, "scanning.mechanic_unknown"),
    ],
)
def test_what_is_not_known_cannot_be_posted(field: Field, event: dict[str, Any], code: str) -> None:
    _, case = waiting(field, **event)
    with pytest.raises(Refusal, match=code):
        decide(field, case, accept=True)
    decide(field, case, accept=False)


def test_a_decision_is_final(field: Field) -> None:
    _, case = waiting(field, day="2027-01-01")
    decide(field, case, accept=False)
    with pytest.raises(Refusal, match=r"cases\.decided_already"):
        decide(field, case, accept=True)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "cases.reason_missing"),
        ("  ", "cases.reason_missing"),
        ("x" * 501, "cases.reason_long"),
        ("a\x00b", "cases.reason_long"),
    ],
)
def test_a_decision_has_a_reason(field: Field, reason: str, code: str) -> None:
    _, case = waiting(field, day="2027-01-01")
    with pytest.raises(Refusal, match=code):
        decide(field, case, accept=False, reason=reason)


def test_a_withdrawn_scan_needs_no_decision(field: Field) -> None:
    event_id, case = waiting(field, day="2027-01-01")
    field.send(withdrawal(event_id))
    decided = field.row(Case, id=case.id)
    assert (decided.state, decided.decision) == ("decided", "withdrawn")


def test_an_unchecked_installation_is_checked_by_its_case(field: Field) -> None:
    event = field.visit(1)
    event["visit"].pop("installation")
    event["visit"]["new_installation"] = {
        "farm": "Nieuwe Hoeve",
        "place": "Sneek",
        "type": "herringbone",
        "units": 12,
    }
    [answer] = field.send(event)
    assert answer["outcome"] == "accepted"
    case = field.row(Case)
    assert case.kind == "installation_unchecked"
    decide(field, case, accept=True)
    assert field.row(Installation, id=case.installation_id).state == "checked"
