"""In a closed period, and long after, the office decides: the wish waits, and nothing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import EventState
from kombeheer.services.cases import deciding
from kombeheer.services.reports.proposing import proposal_of
from models.cases import Case
from models.scanning import ScanDecision
from tests.factories import NOW, number
from tests.field import Field, withdrawal
from tests.services.reports.desks import FULL, Desk, close_period


@pytest.mark.parametrize("role", [Role.DEALER, Role.MECHANIC])
@pytest.mark.parametrize(("until", "waits"), [(date(2026, 3, 4), False), (date(2026, 3, 5), True)])
def test_a_correction_in_a_closed_period_waits(
    field: Field, role: Role, until: date, waits: bool
) -> None:
    desk = Desk(field)
    desk.close_period(until)
    before = field.sizes()
    done = desk.revise(desk.actor(role), reason="12 standen", unit_count=12)
    assert (done.case_id is not None, desk.report().unit_count) == (waits, 24 if waits else 12)
    if not waits:
        return
    grown = field.grown(before)
    assert (grown["office_case"], grown["journal_entry"]) == (1, 1 if role is Role.DEALER else 2)
    assert "charge" not in grown
    case = field.row(Case)
    kept = proposal_of(case)
    assert (case.kind, case.report_id, case.owner) == (
        "correction_waiting",
        desk.report_id,
        "office",
    )
    assert (kept.revision.unit_count, kept.version, kept.reason) == (12, 1, "12 standen")
    with pytest.raises(Refusal, match=r"reports\.correction_waits"):
        desk.revise(desk.actor(role), reason="toch 10", unit_count=10)


def test_the_office_corrects_a_closed_period_at_once(field: Field) -> None:
    desk = Desk(field)
    desk.close_period()
    assert desk.revise(desk.actor(Role.OFFICE), reason="12 standen", unit_count=12).version == 2


def test_another_dealers_statement_closes_nothing(field: Field) -> None:
    desk = Desk(field)
    close_period(field, date(2026, 3, 31), field.foundation.dealer("Bakker").id)
    assert desk.revise(reason="12 standen", unit_count=12).case_id is None


def test_into_a_closed_period_waits_too(field: Field) -> None:
    desk = Desk(field)
    desk.close_period(date(2026, 3, 4))
    done = desk.revise(reason="een dag eerder", service_date=date(2026, 3, 4))
    assert done.case_id is not None


def test_what_is_lacking_may_be_filled_in_though_the_period_is_closed(field: Field) -> None:
    desk = Desk(field)
    desk.close_period()
    assert desk.revise(details=FULL).state == "complete"


def test_levies_in_a_closed_period_wait(field: Field) -> None:
    desk = Desk(field)
    desk.close_period()
    details = replace(FULL, jars_verified=4)
    with pytest.raises(Refusal, match=r"reports\.reason_missing"):
        desk.revise(details=details)
    assert desk.revise(reason="glazen vergeten", details=details).case_id is not None


@pytest.mark.parametrize(("day", "waits"), [(date(2025, 3, 5), False), (date(2025, 3, 4), True)])
def test_until_twelve_months_after_the_service_one_corrects_oneself(
    field: Field, day: date, waits: bool
) -> None:
    """Today is 5 March 2026."""
    old = field.foundation.series("25")
    field.foundation.stickers(old, field.dealer)
    desk = Desk(field, None, raw=number(3, "25").digits, day=day.isoformat())
    assert (desk.revise(reason="12 standen", unit_count=12).case_id is not None) is waits
    assert desk.revise(desk.actor(Role.OFFICE), reason="6 standen", unit_count=6).case_id is None


def test_a_day_of_long_ago_waits_too(field: Field) -> None:
    old = field.foundation.series("25")
    field.foundation.stickers(old, field.dealer)
    desk = Desk(field)
    done = desk.revise(
        reason="vorig jaar", service_date=date(2025, 3, 4), number=number(3, "25").digits
    )
    assert done.case_id is not None


def _asked(field: Field, desk: Desk, **more: Any) -> dict[str, Any]:
    """A withdrawal from the field in a closed period."""
    desk.close_period()
    answer = desk.withdraw(**more)
    assert (answer["outcome"], answer["code"]) == ("queued", "reports.period_locked")
    assert field.account(1) == f"applied:{field.installation.id}"
    assert desk.report().state == "incomplete"
    return answer


def _decide(field: Field, *, accept: bool) -> None:
    [case] = field.rows(Case, state="raised")
    office = field.foundation.user(Role.OFFICE)
    with field.foundation.database.transaction() as session:
        deciding.decide(session, office, case.id, accept=accept, reason="nagebeld", now=NOW)


def test_a_withdrawal_in_a_closed_period_waits_and_is_posted_when_the_office_accepts(
    field: Field,
) -> None:
    desk = Desk(field)
    answer = _asked(field, desk)
    _decide(field, accept=True)
    assert (desk.report().state, desk.report().version) == ("withdrawn", 2)
    assert field.account(1) == f"dealer:{field.dealer.id}"
    assert (desk.charges(), desk.total()) == ([], 0)
    waited = field.row(ScanDecision, event_id=answer["id"])
    assert (waited.state, waited.report_id) == (EventState.POSTED, desk.report_id)
    assert field.rows(Case, state="raised") == []


def test_a_withdrawal_that_the_office_rejects_leaves_the_report(field: Field) -> None:
    desk = Desk(field)
    _asked(field, desk)
    _decide(field, accept=False)
    assert (desk.report().state, desk.total()) == ("incomplete", 3229)


def test_what_was_withdrawn_meanwhile_stays_so(field: Field) -> None:
    desk = Desk(field)
    _asked(field, desk, sequence=8)
    desk.revise(desk.actor(Role.OFFICE), reason="12 standen", unit_count=12)
    second = desk.withdraw(sequence=9)
    assert second["outcome"] == "queued"
    cases = field.rows(Case, kind="scan_waiting", state="raised")
    office = field.foundation.user(Role.OFFICE)
    for case in cases:
        with field.foundation.database.transaction() as session:
            deciding.decide(session, office, case.id, accept=True, reason="ja", now=NOW)
    assert (desk.report().state, desk.report().version) == ("withdrawn", 3)


@pytest.mark.parametrize(("until", "waits"), [(date(2026, 3, 4), False), (date(2026, 3, 5), True)])
def test_a_withdrawal_waits_from_the_last_closed_day_on(
    field: Field, until: date, waits: bool
) -> None:
    desk = Desk(field)
    desk.close_period(until)
    assert (desk.withdraw()["outcome"] == "queued") is waits


def test_the_other_visits_of_a_batch_are_withdrawn(field: Field) -> None:
    """Of two visits one lies in the closed period."""
    old, new = field.visit(1, day="2026-03-01"), field.visit(2, day="2026-03-05", sequence=2)
    field.send(old, new)
    close_period(field, date(2026, 3, 2), field.dealer.id)
    answers = field.send(withdrawal(old, 3), withdrawal(new, 4))
    assert [one["outcome"] for one in answers] == ["queued", "accepted"]


def test_a_visit_of_a_closed_day_is_withdrawn_in_the_batch_that_brought_it(field: Field) -> None:
    close_period(field, date(2026, 3, 31), field.dealer.id)
    event = field.visit(1)
    answers = field.send(event, withdrawal(event, 2))
    assert [one["outcome"] for one in answers] == ["accepted", "accepted"]


def test_a_stranger_s_withdrawal_may_be_accepted_by_the_office(field: Field) -> None:
    desk = Desk(field)
    other = field.foundation.dealer("Bakker Melktechniek")
    phone = field.phone(dealer=other)
    first = field.rows(ScanDecision)[0].event_id
    [answer] = phone.send(withdrawal(first, 5))
    assert answer["outcome"] == "queued"
    _decide(field, accept=True)
    assert desk.report().state == "withdrawn"


def test_an_unknown_visit_cannot_be_withdrawn_by_anybody(field: Field) -> None:
    [answer] = field.send(withdrawal("er-is-niets", 5))
    assert answer["outcome"] == "queued"
    with pytest.raises(Refusal, match=r"scanning\.target_unknown"):
        _decide(field, accept=True)
    assert field.row(Case).state == "raised"
