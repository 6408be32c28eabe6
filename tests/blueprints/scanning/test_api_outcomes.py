"""Claims on one number, what is refused, and whose visit it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event as listening
from sqlalchemy.exc import OperationalError

from kombeheer.rules.stickers import MoveKind
from models.cases import Case
from models.parties import Employment
from models.reports import Report
from models.scanning import ScanEvent
from tests.factories import number
from tests.field import Field

DATABASE_AWAY = OperationalError("COMMIT", {}, Exception("server closed the connection"))
OTHER_ID = "00000000000000"


def test_every_objection_is_told_and_the_first_is_the_code(field: Field) -> None:
    mechanic = field.foundation.mechanic(field.dealer, "Pier Visser", certified=None)
    event = field.visit(999, mechanic=mechanic.number, installation=OTHER_ID, day="2026-03-06")
    [answer] = field.send(event)
    assert answer["code"] == "stickers.unknown"
    for words in (
        f"Nummer {number(999).digits} is niet bekend",
        f"Installatie {OTHER_ID} is niet bekend",
        "vr 6 maart 2026 geen geldig certificaat",
        "vr 6 maart 2026 kan niet de datum van deze beurt zijn",
    ):
        assert words in answer["message"]


def test_r43_a_second_claim_is_kept_beside_the_first_and_becomes_a_case(field: Field) -> None:
    other = field.foundation.installation(dealer=field.dealer)
    first = field.visit(1, installation=other.public_id)
    second = field.visit(1, sequence=2)
    [posted] = field.send(first)
    [claim] = field.send(second)
    assert (claim["outcome"], claim["code"]) == ("queued", "stickers.already_applied")
    assert claim["report"] is None
    case = field.row(Case)
    assert (case.kind, case.event_id, case.serial) == ("sticker_claimed_twice", second["id"], 1)
    assert case.installation_id == field.installation.id
    assert {row.id for row in field.rows(ScanEvent)} == {first["id"], second["id"]}
    assert field.row(Report).id == posted["report"]
    assert field.account(1) == f"applied:{other.id}"


def test_r43_another_dealer_s_claim_on_an_applied_number_becomes_a_case_too(field: Field) -> None:
    field.send(field.visit(1))
    elsewhere = field.foundation.dealer("Dijkstra Stalbouw")
    mechanic = field.foundation.mechanic(elsewhere, "Pier Visser")
    event = field.visit(1, mechanic=mechanic.number)
    [claim] = field.phone(dealer=elsewhere).send(event)
    assert (claim["outcome"], claim["code"]) == ("queued", "stickers.already_applied")
    case = field.row(Case)
    assert (case.kind, case.dealer_id) == ("sticker_claimed_twice", elsewhere.id)


def test_the_same_sticker_on_the_same_installation_is_no_claim_and_names_its_report(
    field: Field,
) -> None:
    [first] = field.send(field.visit(1))
    events = [field.visit(1, sequence=sequence) for sequence in (2, 3, 4)]
    before = field.sizes()
    for answer in field.send(*events):
        assert (answer["outcome"], answer["state"]) == ("accepted", "posted")
        assert answer["code"] == "scanning.already_recorded"
        assert (answer["report"], answer["number"]) == (first["report"], number(1).digits)
        assert answer["message"].startswith("Sticker 26-000001-")
    grown = set(field.grown(before))
    assert grown == {"journal_entry", "scan_decision", "scan_event"}


def test_the_same_sticker_thrice_in_one_batch_is_one_report(field: Field) -> None:
    answers = field.send(*(field.visit(1, sequence=sequence) for sequence in (1, 2, 3)))
    again = "scanning.already_recorded"
    assert [one["code"] for one in answers] == [None, again, again]
    assert {one["report"] for one in answers} == {field.row(Report).id}


def test_a_sticker_that_a_colleague_holds_may_be_stuck(field: Field) -> None:
    colleague = field.foundation.mechanic(field.dealer, "Pier Visser")
    held, his = f"dealer:{field.dealer.id}", f"mechanic:{colleague.id}"
    field.foundation.move(MoveKind.HAND_OUT, field.series, 1, 9, held, his, field.dealer)
    [answer] = field.send(field.visit(1))
    assert answer["outcome"] == "accepted"


def test_r42_one_stop_can_hold_several_installations(field: Field) -> None:
    second = field.foundation.installation(dealer=field.dealer)
    events = [field.visit(1), field.visit(2, sequence=2, installation=second.public_id)]
    events[1]["visit"]["id"] = events[0]["visit"]["id"]
    assert [one["outcome"] for one in field.send(*events)] == ["accepted", "accepted"]
    assert {row.stop for row in field.rows(Report)} == {events[0]["visit"]["id"]}


def test_r76_every_service_that_complies_has_its_own_sticker(field: Field) -> None:
    answers = field.send(field.visit(1), field.visit(2, sequence=2))
    assert [one["outcome"] for one in answers] == ["accepted", "accepted"]
    assert {field.account(1), field.account(2)} == {f"applied:{field.installation.id}"}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("unreadable", {"raw": "onzin"}, "scanning.unreadable"),
    ("too short", {"raw": "12"}, "stickers.digits_wrong"),
    ("thirteen digits", {"raw": "2600123413000"}, "scanning.unreadable"),
    ("check digits wrong", {"raw": "2600000127"}, "stickers.check_digits_wrong"),
    ("r40 none of the three", {"raw": ""}, "scanning.number_missing"),
    ("r40 geen KOM and a number", {"ending": "geen_kom"}, "scanning.ending_with_number"),
    ("r40 kb and a number", {"ending": "kb"}, "scanning.ending_with_number"),
    ("receive", {"kind": "receive"}, "scanning.kind_not_built"),
    ("identify", {"kind": "identify", "visit": None}, "scanning.kind_not_built"),
    ("return", {"kind": "return"}, "scanning.kind_not_built"),
    ("count", {"kind": "count"}, "scanning.kind_not_built"),
    ("spoil", {"kind": "spoil"}, "scanning.kind_not_built"),
]


@pytest.mark.parametrize(
    ("more", "code"), [pytest.param(more, code, id=name) for name, more, code in REFUSED]
)
def test_what_no_fact_can_follow_from_is_kept_and_refused(
    shared_field: Field, more: dict[str, Any], code: str
) -> None:
    event, before = shared_field.visit(1, **more), shared_field.sizes()
    [answer] = shared_field.send(event)
    assert (answer["outcome"], answer["state"], answer["code"]) == ("refused", "rejected", code)
    assert answer["report"] is None
    assert len(answer["message"]) > 30
    grown = set(shared_field.grown(before))
    assert grown == {"journal_entry", "scan_decision", "scan_event"}
    assert shared_field.row(ScanEvent, id=event["id"]).kind == event["kind"]


def test_decisions_0009_a_mechanic_records_only_his_own_visits(field: Field) -> None:
    colleague = field.foundation.mechanic(field.dealer, "Pier Visser")
    phone = field.phone(mechanic=field.mechanic)
    own, other = field.visit(1), field.visit(2, sequence=2, mechanic=colleague.number)
    answers = phone.send(own, other)
    assert [one["outcome"] for one in answers] == ["accepted", "queued"]
    assert answers[1]["code"] == "scanning.other_mechanic"
    assert field.row(Report).dealer_id == field.dealer.id


def test_r43_the_dealer_is_who_employed_the_mechanic_on_the_service_date(field: Field) -> None:
    """He changed on 1 March: a visit of February is of the old dealer, whose sticker it was."""
    new = field.foundation.dealer("Dijkstra Stalbouw")
    mechanic = field.foundation.mechanic(
        field.dealer, "Pier Visser", employed_until=date(2026, 2, 28)
    )
    field.foundation.add(
        Employment(mechanic_id=mechanic.id, dealer_id=new.id, from_on=date(2026, 3, 1))
    )
    phone = field.phone(mechanic=mechanic)
    before, after = (
        field.visit(1, mechanic=mechanic.number, day="2026-02-28"),
        field.visit(2, mechanic=mechanic.number, day="2026-03-01", sequence=2),
    )
    answers = phone.send(before, after)
    assert [one["code"] for one in answers] == [None, "stickers.not_yours"]
    assert field.row(Report).dealer_id == field.dealer.id


def test_decisions_0009_a_dealer_cannot_record_for_another_one_s_mechanic(field: Field) -> None:
    elsewhere = field.foundation.dealer("Dijkstra Stalbouw")
    mechanic = field.foundation.mechanic(elsewhere, "Pier Visser")
    [answer] = field.send(field.visit(1, mechanic=mechanic.number))
    assert (answer["outcome"], answer["code"]) == ("queued", "parties.not_employed")
    assert field.rows(Report) == []


@pytest.mark.parametrize("error", [ZeroDivisionError("ours"), DATABASE_AWAY], ids=["ours", "away"])
def test_what_could_not_be_stored_is_told_to_be_kept_and_sent_again(
    field: Field, error: Exception
) -> None:
    events, before = [field.visit(1), field.visit(999, sequence=2)], field.sizes()

    def fail(_connection: object) -> None:
        raise error

    writer = field.foundation.database.writer
    listening.listen(writer, "commit", fail)
    answers = field.send(*events)
    listening.remove(writer, "commit", fail)
    for answer in answers:
        assert (answer["outcome"], answer["code"]) == ("failed", "scanning.not_stored")
        assert answer["message"] == (
            "De scan is niet opgeslagen. Bewaar hem en stuur hem straks opnieuw."
        )
    assert field.sizes() == before
    again = field.send(*events)
    assert [(one["outcome"], one["repeated"]) for one in again] == [
        ("accepted", False),
        ("queued", False),
    ]
