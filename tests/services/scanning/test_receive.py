"""A batch is stored, judged and posted as a whole, whatever goes wrong on the way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from psycopg import _queries as driver_queries

from kombeheer.rules.accounts import Role
from kombeheer.rules.scanning import Ending
from kombeheer.rules.stickers import StickerFacts, sticker_objection
from kombeheer.services.cases import deciding
from kombeheer.services.scanning import judging
from kombeheer.services.scanning.store import Answer
from models.billing import ChargeRow
from models.cases import Case
from models.certification import Certificate
from models.reports import Report
from models.scanning import ScanDecision, ScanEvent
from tests.factories import NOW, TODAY, number
from tests.field import Field, assert_sound
from tests.queries import asked
from tests.services.scanning.batches import post, visit, withdraw
from tests.together import at_once

UNEXPECTED = "scanning.unexpected"


def told(answers: Sequence[Answer]) -> list[tuple[str, str | None]]:
    return [(answer.outcome, answer.code) for answer in answers]


def break_rule(monkeypatch: pytest.MonkeyPatch, *serials: int) -> None:
    """Have the rule about stickers crash for some numbers."""
    broken = {number(serial).printed for serial in serials}

    def crashing(sticker: StickerFacts, *more: object) -> object:
        if sticker.number in broken:
            raise ZeroDivisionError(sticker.number)
        return sticker_objection(sticker, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "sticker_objection", crashing)


def test_one_event_that_fails_waits_and_the_others_are_posted(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_rule(monkeypatch, 2)
    events = [visit(field, f"e{serial}", serial) for serial in (1, 2, 3)]
    accepted = ("accepted", None)
    assert told(post(field, events)) == [accepted, ("queued", UNEXPECTED), accepted]
    case = field.row(Case)
    assert (case.kind, case.event_id, case.dealer_id) == ("scan_waiting", "e2", field.dealer.id)
    assert {row.serial for row in field.rows(Report)} == {1, 3}
    assert field.account(2) == f"dealer:{field.dealer.id}"
    assert field.row(ScanEvent, id="e2").raw == number(2).digits.encode()


def test_an_event_that_failed_keeps_its_answer_when_the_rule_is_mended(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [visit(field, "e1", 1)]
    with monkeypatch.context() as broken:
        break_rule(broken, 1)
        [first] = post(field, events)
    [again] = post(field, events)
    assert (first.code, again.code, again.repeated) == (UNEXPECTED, UNEXPECTED, True)
    undone = post(field, [withdraw(field, "w1", "e1", 2)])
    assert told(undone) == [("accepted", None)]
    assert field.row(Case).state == "decided"


def test_a_visit_and_its_withdrawal_beside_one_that_fails(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one, the sticker of the first has to come back all the same."""
    break_rule(monkeypatch, 9)
    events = [
        visit(field, "e1", 1, sequence=1),
        withdraw(field, "w1", "e1", 2),
        visit(field, "e9", 9, sequence=3),
        visit(field, "e2", 1, sequence=4),
        withdraw(field, "w2", "e9", 5),
    ]
    answers = post(field, events)
    accepted = ("accepted", None)
    assert told(answers) == [accepted, accepted, ("queued", UNEXPECTED), accepted, accepted]
    assert [row.id for row in field.rows(Report, state="incomplete")] == [answers[3].report]
    assert field.account(1) == f"applied:{field.installation.id}"
    assert field.row(ScanDecision, event_id="e9").state == "withdrawn"


def test_all_of_a_batch_may_fail(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    break_rule(monkeypatch, 1, 2, 3)
    events = [visit(field, f"e{serial}", serial) for serial in (1, 2, 3)]
    assert told(post(field, events)) == [("queued", UNEXPECTED)] * 3
    assert len(field.rows(Case)) == 3
    assert field.rows(Report) == []


def statements(field: Field, count: int, first: int) -> list[str]:
    """The statements that a batch of so many visits takes."""
    events = [visit(field, f"e{serial}", serial) for serial in range(first, first + count)]
    with asked(field.foundation.database.writer) as found:
        answers = post(field, events)
    assert {answer.outcome for answer in answers} == {"accepted"}
    return found


def test_the_number_of_statements_does_not_grow_with_the_batch(field: Field) -> None:
    statements(field, 1, 99)  # tariffs are read once
    assert len(statements(field, 9, 1)) == len(statements(field, 60, 11))


def test_events_that_are_all_new_are_not_looked_for(field: Field) -> None:
    for count, first in ((1, 1), (20, 11)):
        found = statements(field, count, first)
        assert [one for one in found if one.startswith("SELECT scan_decision")] == []


def test_the_same_batch_in_another_order_at_the_same_moment_is_one_batch(field: Field) -> None:
    events = [visit(field, f"e{serial}", serial, sequence=serial) for serial in range(1, 41)]
    shuffled = [random.Random(seed).sample(events, len(events)) for seed in (1, 2, 3)]
    got = at_once(*(partial(post, field, one) for one in shuffled))
    assert {answer.outcome for answers in got for answer in answers} == {"accepted"}
    fresh = sorted(answer.id for answers in got for answer in answers if not answer.repeated)
    assert fresh == sorted(event.id for event in events)
    assert len(field.rows(Report)) == 40


def test_two_dealers_who_want_the_same_number_at_the_same_moment(field: Field) -> None:
    """One gets it; of the other it is a claim."""
    other = field.foundation.installation(dealer=field.dealer)
    batches = [
        [visit(field, "a", 1), visit(field, "a2", 2, sequence=2)],
        [
            visit(field, "b", 1, installation=other, sequence=2),
            visit(field, "b2", 2, installation=other),
        ],
    ]
    got = at_once(*(partial(post, field, batch) for batch in batches))
    codes = sorted(answer.code or "" for answers in got for answer in answers)
    assert codes == ["", "", "stickers.already_applied", "stickers.already_applied"]
    assert {case.kind for case in field.rows(Case)} == {"sticker_claimed_twice"}


def test_before_it_is_stuck_an_objection_is_told_and_nothing_is_recorded(field: Field) -> None:
    events = [visit(field, "e1", 999), visit(field, "e2", 1, sequence=2)]
    answers = post(field, events, person_decides=False)
    assert told(answers) == [("refused", "stickers.unknown"), ("accepted", None)]
    assert field.rows(Case) == []
    assert {row.event_id: row.state for row in field.rows(ScanDecision)} == {
        "e1": "rejected",
        "e2": "posted",
    }


def test_the_moment_of_receipt_is_what_was_handed_in(field: Field) -> None:
    later = NOW + timedelta(days=2)
    post(field, [visit(field, "e1", 1)], now=later)
    assert field.row(ScanEvent).received_at == later
    assert field.row(Report).recorded_at == later


ABROAD = "certification.certified_abroad"


@pytest.mark.parametrize(
    ("ending", "account"), [(Ending.STICKER, "applied:{}"), (Ending.GEEN_KOM, None)]
)
def test_q17_a_visit_of_a_mechanic_certified_in_belgium_is_a_case_of_the_office(
    field: Field, ending: Ending, account: str | None
) -> None:
    belgian = field.foundation.mechanic(field.dealer, "Bram Maes", country="be")
    serial = 1 if ending is Ending.STICKER else None
    event = visit(field, "e1", serial, mechanic=belgian, ending=ending)
    [answer] = post(field, [event])
    assert told([answer]) == [("queued", ABROAD)]
    assert answer.objections[0].facts == {"day": "2026-03-05", "country": "be"}
    case = field.row(Case)
    assert (case.kind, case.owner, case.event_id) == ("scan_waiting", "office", "e1")
    assert (field.rows(Report), field.rows(ChargeRow)) == ([], [])
    assert field.account(1) == f"dealer:{field.dealer.id}"
    assert_sound(field.foundation.database)

    office = field.foundation.user(Role.OFFICE)
    with field.foundation.database.transaction() as session:
        deciding.decide(session, office, case.id, accept=True, reason="zo afgesproken", now=NOW)
    assert field.row(Report).mechanic_id == belgian.id
    if account is not None:
        assert field.account(1) == account.format(field.installation.id)
    assert (field.rows(ChargeRow) != []) == (ending is Ending.STICKER)
    assert_sound(field.foundation.database)


def test_q17_what_the_office_rejects_leaves_the_sticker_with_the_dealer(field: Field) -> None:
    belgian = field.foundation.mechanic(field.dealer, "Bram Maes", country="be")
    post(field, [visit(field, "e1", 1, mechanic=belgian)])
    office, case = field.foundation.user(Role.OFFICE), field.row(Case)
    with field.foundation.database.transaction() as session:
        deciding.decide(session, office, case.id, accept=False, reason="Belgisch", now=NOW)
    assert (field.rows(Report), field.rows(ChargeRow)) == ([], [])
    assert field.account(1) == f"dealer:{field.dealer.id}"
    assert told(post(field, [visit(field, "e2", 1, sequence=2)])) == [("accepted", None)]


def test_r13_a_dutch_certificate_of_that_day_comes_first(field: Field) -> None:
    both = field.foundation.mechanic(field.dealer, "Bram Maes", country="be")
    dutch = {"number": "NL-1", "valid_from": TODAY, "valid_until": TODAY, "created_at": NOW}
    field.foundation.add(Certificate(mechanic_id=both.id, **dutch))
    assert told(post(field, [visit(field, "e1", 1, mechanic=both)])) == [("accepted", None)]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_driver_remembers_the_statements_of_a_scan(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too long for it is taken apart again at every scan: more work than all the rest."""
    forgotten: list[int] = []
    read = driver_queries._query2pg_nocache

    def counted(query: bytes, encoding: str) -> object:
        forgotten.append(len(query))
        return read(query, encoding)

    monkeypatch.setattr(driver_queries, "_query2pg_nocache", counted)
    assert told(post(field, [visit(field, "e1", 1)])) == [("accepted", None)]
    assert forgotten == []
