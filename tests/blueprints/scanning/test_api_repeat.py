"""The same scan again is one scan; another scan under its id is a conflict, and both are kept."""

from __future__ import annotations

import copy
import random
from datetime import timedelta
from typing import Any

import pytest

from models.reports import Report
from models.scanning import ScanConflict, ScanDecision, ScanEvent
from tests.factories import number
from tests.field import Field, withdrawal


def changed(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A copy with other fields; `visit__mechanic` is a field of the visit."""
    made = copy.deepcopy(event)
    for name, value in more.items():
        outer, _, inner = name.partition("__")
        if inner:
            made[outer][inner] = value
        else:
            made[outer] = value
    return made


SITUATIONS: dict[str, dict[str, Any]] = {
    "accepted": {},
    "queued": {"raw": number(999).digits},
    "refused": {"raw": "onzin"},
    "refused for a field": {"sequence": -1},
}


@pytest.mark.parametrize("more", SITUATIONS.values(), ids=SITUATIONS)
def test_a_repeat_gets_the_first_answer_and_stores_nothing(
    field: Field, more: dict[str, Any]
) -> None:
    event = changed(field.visit(1), **more)
    [first] = field.send(event)
    size = field.sizes()
    field.clock.pass_by(days=3)
    for _ in range(2):
        [again] = field.send(event)
        assert again == {**first, "repeated": True}
    assert field.ask(event["id"]).json == first
    assert field.sizes() == size


SAME: list[tuple[str, dict[str, Any]]] = [
    ("unknown fields", {"colour": "blue", "n": [1, {"a": None}]}),
    ("unknown fields of the visit", {"visit__colour": "blue"}),
    ("the same instant in UTC", {"captured_at": "2026-03-05T08:14:00Z"}),
    ("the same instant elsewhere", {"captured_at": "2026-03-05T13:59:00.000+05:45"}),
    ("the same instant without a zone", {"captured_at": "2026-03-05T09:14:00"}),
    ("its own device named", {"device": None}),
    ("a number for a text", {"visit__mechanic": 2}),
    ("spaces around a text", {"visit__installation": " {installation} "}),
    ("no corrects", {"corrects": None}),
    ("nothing that undoes", {"visit__previous": None, "visit__new_installation": None}),
]


@pytest.mark.parametrize("more", [pytest.param(more, id=name) for name, more in SAME])
def test_decisions_0008_what_means_the_same_is_the_same(field: Field, more: dict[str, Any]) -> None:
    """The clock of the office, unknown fields and ways of writing do not make another scan."""
    event = changed(field.visit(None, ending="kb"), visit__mechanic="2")
    [first] = field.send(event)
    if "visit__installation" in more:
        more = {"visit__installation": f" {field.installation.public_id} "}
    if "device" in more:
        more = {"device": field.device}
    [again] = field.send(changed(event, **more), sent_at="nonsense", app=7, backlog=-1)
    assert again == {**first, "repeated": True}
    assert field.rows(ScanConflict) == []


OTHER: list[tuple[str, dict[str, Any]]] = [
    ("another number", {"raw": number(2).digits}),
    ("the number in another way", {"raw": number(1).printed}),
    ("another sequence", {"sequence": 2}),
    ("another moment", {"captured_at": "2026-03-05T09:14:00.000001+01:00"}),
    ("no moment", {"captured_at": None}),
    ("another source", {"source": "camera"}),
    ("another kind", {"kind": "count"}),
    ("another device", {"device": "bus-2"}),
    ("corrects something", {"corrects": "x"}),
    ("another stop", {"visit__id": "x"}),
    ("another mechanic", {"visit__mechanic": "9999"}),
    ("another day", {"visit__service_date": "2026-03-04"}),
    ("another ending", {"visit__ending": "kb"}),
    ("another installation", {"visit__installation": "x"}),
    ("unreadable", {"visit__ending": "goed"}),
    ("no visit", {"visit": None}),
]


@pytest.mark.parametrize("more", [pytest.param(more, id=name) for name, more in OTHER])
def test_another_body_under_the_same_id_is_a_conflict_and_both_are_kept(
    field: Field, more: dict[str, Any]
) -> None:
    event = field.visit(1)
    [first] = field.send(event)
    other = changed(event, **more)
    before = field.sizes()
    [answer] = field.send(other)
    assert (answer["outcome"], answer["repeated"]) == ("conflict", False)
    assert (answer["code"], answer["state"]) == ("scanning.id_used", "posted")
    assert (answer["number"], answer["report"]) == (None, None)
    assert event["id"] in answer["message"]
    grown = field.grown(before)
    assert grown == {"scan_conflict": 1}
    kept = field.row(ScanConflict)
    assert (kept.event_id, kept.device_id) == (event["id"], field.device)
    assert kept.raw == other["raw"].encode()
    assert field.row(ScanEvent).raw == number(1).digits.encode()
    [again] = field.send(event)
    assert again == {**first, "repeated": True}


def test_a_conflict_that_is_repeated_is_kept_once(field: Field) -> None:
    event = field.visit(1)
    field.send(event)
    for _ in range(2):
        [answer] = field.send(changed(event, sequence=2))
        assert answer["outcome"] == "conflict"
    field.send(changed(event, sequence=3))
    assert len(field.rows(ScanConflict)) == 2


def test_a_conflict_within_one_batch_is_with_the_one_that_came_first(field: Field) -> None:
    event = field.visit(1, sequence=9)
    other = changed(event, sequence=1, raw=number(2).digits)
    answers = field.send(event, other, event)
    assert [one["outcome"] for one in answers] == ["accepted", "conflict", "accepted"]
    assert [one["repeated"] for one in answers] == [False, False, True]
    assert field.account(2) == f"dealer:{field.dealer.id}"


def test_an_id_of_another_device_of_the_same_user_is_a_conflict(field: Field) -> None:
    event = field.visit(1)
    field.send(event)
    second = copy.copy(field)
    second.device = field.register().json["id"]
    [answer] = second.send(event)
    assert answer["outcome"] == "conflict"
    assert field.row(ScanConflict).device_id == second.device


def test_an_id_of_another_user_is_a_conflict_and_tells_nothing_of_his(field: Field) -> None:
    event = field.visit(1)
    [first] = field.send(event)
    elsewhere = field.phone(dealer=field.foundation.dealer("Dijkstra Stalbouw"))
    [answer] = elsewhere.send(event)
    assert (answer["outcome"], answer["code"]) == ("conflict", "scanning.id_used")
    assert (answer["number"], answer["report"]) == (None, None)
    assert first["report"] not in str(answer)
    assert len(field.rows(Report)) == 1


def test_a_batch_that_comes_back_in_another_order_is_the_same_batch(field: Field) -> None:
    events = [field.visit(serial, sequence=serial) for serial in range(1, 31)]
    events += [field.visit(999, sequence=40), field.visit(raw="onzin", sequence=41)]
    first = {one["id"]: one for one in field.send(*events)}
    size = field.sizes()
    chance = random.Random(7)
    for _ in range(3):
        chance.shuffle(events)
        for event, answer in zip(events, field.send(*events), strict=True):
            assert answer == {**first[event["id"]], "repeated": True}
    assert field.sizes() == size


def test_a_batch_that_is_partly_known_posts_the_rest(field: Field) -> None:
    events = [field.visit(serial, sequence=serial) for serial in (1, 2, 3)]
    field.send(events[1])
    answers = field.send(*events)
    assert [one["repeated"] for one in answers] == [False, True, False]
    assert {one["outcome"] for one in answers} == {"accepted"}


def test_a_scan_that_stands_twice_in_one_batch_is_one_scan(field: Field) -> None:
    event = field.visit(1)
    first, again = field.send(event, changed(event, colour="blue"))
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again == {**first, "repeated": True}
    assert len(field.rows(ScanEvent)) == 1


def test_a_repeat_tells_the_present_state(field: Field) -> None:
    event = field.visit(1)
    [first] = field.send(event)
    field.send(withdrawal(event))
    [again] = field.send(event)
    told = {"state": "withdrawn", "message": "Ongedaan gemaakt."}
    assert again == {**first, **told, "repeated": True}
    assert field.ask(event["id"]).json["state"] == "withdrawn"


def test_a_repeat_after_the_day_on_which_it_would_be_doubtful_stays_posted(field: Field) -> None:
    event = field.visit(1)
    field.send(event)
    field.clock.pass_by(days=500)
    [again] = field.send(event)
    assert (again["outcome"], again["code"]) == ("accepted", None)
    assert field.row(ScanDecision).decided_at == field.clock.moment - timedelta(days=500)


def test_events_without_a_usable_id_are_one_when_they_say_the_same(field: Field) -> None:
    event = field.visit(1)
    del event["id"]
    first, again, other = field.send(event, event, changed(event, sequence=2))
    assert (first["outcome"], first["code"]) == ("refused", "scanning.id_unusable")
    assert again == {**first, "repeated": True}
    assert other["id"] != first["id"]
    assert {row.id for row in field.rows(ScanEvent)} == {first["id"], other["id"]}
    assert field.ask(first["id"]).json == first
