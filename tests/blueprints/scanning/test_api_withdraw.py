"""Undoing what was scanned: the sticker goes back, the report gets a withdrawn version."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kombeheer.rules.calendar import microseconds
from kombeheer.rules.stickers import Account, DocumentKind, MoveKind
from kombeheer.rules.stickers import Movement as Move
from kombeheer.services.stickers import ledger
from models.cases import Case
from models.parties import Employment
from models.reports import Report
from models.scanning import ScanDecision
from models.stickers import Document, Movement
from tests.factories import NOW, TODAY, number
from tests.field import Field, withdrawal


def states(field: Field) -> dict[str, str]:
    return {row.event_id: row.state for row in field.rows(ScanDecision)}


def test_a_visit_is_undone_by_a_counter_movement_and_a_new_version(field: Field) -> None:
    event = field.visit(1)
    [posted] = field.send(event)
    [applied] = field.rows(Movement, kind="apply")
    undo = withdrawal(event)
    [answer] = field.send(undo)
    assert (answer["outcome"], answer["state"], answer["code"]) == ("accepted", "posted", None)
    assert (answer["report"], answer["number"]) == (posted["report"], number(1).digits)
    assert field.account(1) == f"dealer:{field.dealer.id}"
    report = field.row(Report)
    assert (report.state, report.version) == ("withdrawn", 2)
    notes = {row.version: row.note for row in field.rows(Document, kind="report")}
    assert notes == {1: "scan", 2: "withdrawn"}
    [back] = [row for row in field.rows(Movement, kind="apply") if row.counters is not None]
    assert back.counters == applied.chain_number
    assert (back.source_account, back.target_account) == (
        applied.target_account,
        applied.source_account,
    )
    assert states(field) == {event["id"]: "withdrawn", undo["id"]: "posted"}


@pytest.mark.parametrize("ending", ["geen_kom", "kb"])
def test_a_visit_without_a_sticker_is_undone_too(field: Field, ending: str) -> None:
    event = field.visit(None, ending=ending)
    field.send(event)
    [answer] = field.send(withdrawal(event))
    assert (answer["outcome"], answer["number"]) == ("accepted", None)
    assert (field.row(Report).state, field.row(Report).version) == ("withdrawn", 2)


def test_a_withdrawn_sticker_can_be_used_again_and_withdrawn_again(field: Field) -> None:
    other = field.foundation.installation(dealer=field.dealer)
    first = field.visit(1)
    field.send(first, withdrawal(first))
    second = field.visit(1, sequence=3, installation=other.public_id)
    [answer] = field.send(second)
    assert answer["outcome"] == "accepted"
    assert field.account(1) == f"applied:{other.id}"
    [undone] = field.send(withdrawal(second, 4))
    assert undone["outcome"] == "accepted"
    third = field.visit(1, sequence=5)
    assert field.send(third)[0]["outcome"] == "accepted"
    assert field.account(1) == f"applied:{field.installation.id}"


def test_a_visit_and_its_withdrawal_in_one_batch(field: Field) -> None:
    event = field.visit(1)
    undo = withdrawal(event)
    again = field.visit(1, sequence=3)
    posted, undone, last = field.send(event, undo, again)
    assert (posted["outcome"], posted["state"]) == ("accepted", "withdrawn")
    assert (undone["outcome"], undone["report"]) == ("accepted", posted["report"])
    assert (last["outcome"], last["code"]) == ("accepted", None)
    assert {row.id: row.state for row in field.rows(Report)} == {
        posted["report"]: "withdrawn",
        last["report"]: "incomplete",
    }
    moves = field.rows(Movement, kind="apply")
    applied, back, anew = sorted(moves, key=lambda move: move.chain_number)
    assert (applied.counters, back.counters, anew.counters) == (None, applied.chain_number, None)


def test_a_withdrawal_that_came_before_its_visit_waits_for_a_person(field: Field) -> None:
    """The order on one device is its sequence: what is undone must have been there."""
    event = field.visit(1, sequence=2)
    undo = withdrawal(event, 1)
    posted, undone = field.send(event, undo)
    assert (posted["outcome"], posted["state"]) == ("accepted", "posted")
    assert (undone["outcome"], undone["code"]) == ("queued", "scanning.target_unknown")
    assert field.account(1) == f"applied:{field.installation.id}"


def test_a_waiting_scan_is_withdrawn_with_its_case(field: Field) -> None:
    event = field.visit(999)
    field.send(event)
    [answer] = field.send(withdrawal(event))
    assert (answer["outcome"], answer["report"]) == ("accepted", None)
    assert states(field)[event["id"]] == "withdrawn"
    case = field.row(Case)
    assert (case.state, case.decision, case.decided_by_id) == (
        "decided",
        "withdrawn",
        field.actor.user_id,
    )


def test_a_scan_that_waits_is_withdrawn_in_its_own_batch(field: Field) -> None:
    event = field.visit(999)
    waiting, undone = field.send(event, withdrawal(event))
    assert (waiting["outcome"], waiting["state"]) == ("queued", "withdrawn")
    assert undone["outcome"] == "accepted"
    assert field.row(Case).state == "decided"


def test_a_second_claim_that_is_withdrawn_leaves_the_first(field: Field) -> None:
    other = field.foundation.installation(dealer=field.dealer)
    claim = field.visit(1, sequence=2, installation=other.public_id)
    field.send(field.visit(1), claim)
    field.send(withdrawal(claim, 3))
    assert field.account(1) == f"applied:{field.installation.id}"
    assert field.row(Case).decision == "withdrawn"
    assert field.row(Report).state == "incomplete"


def test_withdrawing_what_was_recorded_already_leaves_the_report(field: Field) -> None:
    again = field.visit(1, sequence=2)
    field.send(field.visit(1), again)
    [answer] = field.send(withdrawal(again, 3))
    assert answer["outcome"] == "accepted"
    assert states(field)[again["id"]] == "withdrawn"
    assert field.row(Report).state == "incomplete"
    assert field.account(1) == f"applied:{field.installation.id}"


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "later"])
@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"raw": "onzin"}, id="unreadable"),
        pytest.param({"ending": "kb"}, id="impossible ending"),
        pytest.param({"sequence": "x"}, id="a field that cannot be used"),
    ],
)
def test_what_was_refused_has_nothing_to_withdraw(
    field: Field, more: dict[str, Any], together: bool
) -> None:
    event = field.visit(1, **more)
    undo = withdrawal(event)
    if together:
        _, answer = field.send(event, undo)
    else:
        field.send(event)
        [answer] = field.send(undo)
    assert (answer["outcome"], answer["code"]) == ("refused", "scanning.nothing_to_withdraw")
    assert states(field)[event["id"]] == "rejected"
    assert field.rows(Case) == []


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "later"])
def test_what_was_withdrawn_already_stays_so(field: Field, together: bool) -> None:
    event = field.visit(1)
    field.send(event)
    undos = [withdrawal(event, 2), withdrawal(event, 3)]
    answers = field.send(*undos) if together else [field.send(undo)[0] for undo in undos]
    assert [one["outcome"] for one in answers] == ["accepted", "accepted"]
    assert [one["code"] for one in answers] == [None, "scanning.already_withdrawn"]
    assert field.row(Report).version == 2


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "later"])
def test_a_withdrawal_is_not_withdrawn_itself(field: Field, together: bool) -> None:
    """Undoing an undoing would tell that the visit is back, which it is not."""
    event = field.visit(1)
    undo = withdrawal(event)
    last = withdrawal(undo, 3)
    if together:
        _, _, answer = field.send(event, undo, last)
    else:
        field.send(event)
        field.send(undo)
        [answer] = field.send(last)
    assert (answer["outcome"], answer["code"]) == ("refused", "scanning.nothing_to_withdraw")
    assert states(field)[undo["id"]] == "posted"
    assert field.row(Report).state == "withdrawn"


def test_a_withdrawal_that_waits_is_withdrawn(field: Field) -> None:
    undo = withdrawal("unknown")
    field.send(undo)
    [answer] = field.send(withdrawal(undo, 3))
    assert answer["outcome"] == "accepted"
    assert states(field)[undo["id"]] == "withdrawn"
    assert field.row(Case).state == "decided"


@pytest.mark.parametrize("itself", [True, False], ids=["itself", "unknown"])
def test_withdrawing_what_is_not_known_waits_for_a_person(field: Field, itself: bool) -> None:
    undo = withdrawal("unknown")
    undo["corrects"] = undo["id"] if itself else "unknown"
    [answer] = field.send(undo)
    assert (answer["outcome"], answer["code"]) == ("queued", "scanning.target_unknown")
    assert field.row(Case).kind == "scan_waiting"


@pytest.mark.parametrize("raw", [number(1).digits, number(999).digits], ids=["posted", "waiting"])
def test_another_dealer_s_scan_is_as_unknown_as_one_that_is_not_there(
    field: Field, raw: str
) -> None:
    event = field.visit(raw=raw)
    field.send(event)
    before = states(field)[event["id"]]
    elsewhere = field.foundation.dealer("Dijkstra Stalbouw")
    for phone in (
        field.phone(dealer=elsewhere),
        field.phone(mechanic=field.foundation.mechanic(elsewhere)),
        field.phone(mechanic=field.foundation.mechanic(field.dealer)),
    ):
        answers = phone.send(withdrawal(event), withdrawal("unknown"))
        assert {one["outcome"] for one in answers} == {"queued"}
        assert {one["code"] for one in answers} == {"scanning.target_unknown"}
        assert {one["report"] for one in answers} == {None}
    assert states(field)[event["id"]] == before


def test_the_dealer_may_undo_what_his_mechanic_sent_and_the_other_way_round(field: Field) -> None:
    phone = field.phone(mechanic=field.mechanic)
    his, ours = field.visit(1), field.visit(2)
    phone.send(his)
    field.send(ours)
    assert field.send(withdrawal(his))[0]["code"] is None
    assert phone.send(withdrawal(ours))[0]["code"] is None
    assert {row.state for row in field.rows(Report)} == {"withdrawn"}


def test_a_mechanic_may_undo_his_own_scan_that_waits(field: Field) -> None:
    phone = field.phone(mechanic=field.mechanic)
    colleague = field.foundation.mechanic(field.dealer, "Pier Visser")
    events = [field.visit(999), field.visit(1, sequence=2, mechanic=colleague.number)]
    phone.send(*events)
    answers = phone.send(*(withdrawal(event, 3 + place) for place, event in enumerate(events)))
    assert [one["outcome"] for one in answers] == ["accepted", "accepted"]
    assert {case.state for case in field.rows(Case)} == {"decided"}


@pytest.mark.parametrize("left", [False, True], ids=["still there", "left"])
def test_the_sticker_goes_back_to_its_mechanic_or_to_his_dealer_when_he_left(
    field: Field, left: bool
) -> None:
    held, his = f"dealer:{field.dealer.id}", f"mechanic:{field.mechanic.id}"
    field.foundation.move(MoveKind.HAND_OUT, field.series, 1, 2, held, his, field.dealer)
    event = field.visit(1)
    field.send(event)
    with field.foundation.database.transaction() as session:
        employed = session.query(Employment).filter_by(mechanic_id=field.mechanic.id).one()
        employed.until_on = TODAY if left else TODAY + timedelta(days=1)
    field.clock.pass_by(days=1)
    [answer] = field.send(withdrawal(event))
    assert answer["outcome"] == "accepted"
    assert field.account(1) == (held if left else his)


def test_a_sticker_that_is_no_longer_there_is_not_taken_back(field: Field) -> None:
    """Somebody has put it back by hand in the meantime: a person must look."""
    event = field.visit(1)
    field.send(event)
    wall, held = f"applied:{field.installation.id}", f"dealer:{field.dealer.id}"
    [applied] = field.rows(Movement, kind="apply")
    with field.foundation.database.transaction() as session:
        paper = ledger.new_document(session, None, NOW, DocumentKind.DECISION, "proef", TODAY)
        move = Move(
            MoveKind.APPLY,
            field.series.id,
            1,
            1,
            Account.parse(wall),
            Account.parse(held),
            field.dealer.id,
            TODAY.isoformat(),
            microseconds(NOW),
            None,
            paper.id,
            applied.chain_number,
        )
        ledger.post(session, [move], DocumentKind.DECISION)
    [answer] = field.send(withdrawal(event))
    assert (answer["outcome"], answer["code"]) == ("refused", "scanning.sticker_moved_on")
    assert field.row(Report).state == "incomplete"
    field.foundation.move(MoveKind.APPLY, field.series, 1, 1, held, wall, field.dealer)
