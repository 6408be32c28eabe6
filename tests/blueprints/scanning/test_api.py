"""Scans over HTTP, seen from outside: who may send, devices, what a batch is, what became of it."""

from __future__ import annotations

import copy

import pytest

from kombeheer.rules.accounts import Role
from kombeheer.services.accounts import tokens
from models.journal import JournalEntry
from models.reports import Report
from models.scanning import Device, ScanDecision, ScanEvent
from models.stickers import Document
from tests.factories import number
from tests.field import Field


def test_r37_a_sticker_is_posted_and_its_number_stands_on_a_report(field: Field) -> None:
    event = field.visit(7)
    [answer] = field.send(event)
    assert answer == {
        "id": event["id"],
        "outcome": "accepted",
        "repeated": False,
        "state": "posted",
        "code": None,
        "message": "Vastgelegd.",
        "number": number(7).digits,
        "report": answer["report"],
    }
    report = field.row(Report)
    assert (report.id, report.version, report.state) == (answer["report"], 1, "incomplete")
    assert (report.ending, report.serial) == ("sticker", 7)
    assert (report.installation_id, report.dealer_id) == (field.installation.id, field.dealer.id)
    assert (report.mechanic_id, report.service_date.isoformat()) == (
        field.mechanic.id,
        "2026-03-05",
    )
    assert field.account(7) == f"applied:{field.installation.id}"
    assert field.row(Document, kind="report").note == "scan"


@pytest.mark.parametrize("ending", ["geen_kom", "kb"])
def test_r38_r39_geen_kom_and_kb_make_a_report_and_use_no_sticker(
    field: Field, ending: str
) -> None:
    before = field.rows(ScanEvent)
    [answer] = field.send(field.visit(None, ending=ending))
    assert (answer["outcome"], answer["state"], answer["number"]) == ("accepted", "posted", None)
    report = field.row(Report, id=answer["report"])
    assert (report.ending, report.series_id, report.serial) == (ending, None, None)
    assert before == []


def test_what_was_sent_is_kept_as_it_came_and_told_in_the_journal(field: Field) -> None:
    event = field.visit(1)
    field.send(event)
    stored = field.row(ScanEvent)
    assert (stored.id, stored.device_id, stored.origin_device) == (
        event["id"],
        field.device,
        field.device,
    )
    assert (stored.raw, stored.raw_length) == (number(1).digits.encode(), 10)
    assert (stored.source, stored.kind, stored.sequence) == ("wedge", "visit", 1)
    assert stored.captured_at.isoformat() == "2026-03-05T08:14:00+00:00"
    assert (stored.received_at, stored.user_id) == (field.clock.moment, field.actor.user_id)
    entry = field.row(JournalEntry, action="scanning.received")
    assert (entry.subject_id, entry.actor_id) == (event["id"], field.actor.user_id)


def test_a_batch_is_answered_in_its_own_order_and_judged_in_that_of_its_sequence(
    field: Field,
) -> None:
    other = field.foundation.installation(dealer=field.dealer)
    late = field.visit(1, sequence=9)
    early = field.visit(1, sequence=2, installation=other.public_id)
    answers = field.send(late, early)
    assert [one["id"] for one in answers] == [late["id"], early["id"]]
    assert [one["code"] for one in answers] == ["stickers.already_applied", None]
    assert field.account(1) == f"applied:{other.id}"


def test_the_clock_of_the_device_is_never_an_order(field: Field) -> None:
    other = field.foundation.installation(dealer=field.dealer)
    first = field.visit(1, sequence=1, captured_at="2026-03-05T18:00:00+01:00")
    second = field.visit(1, sequence=2, installation=other.public_id)
    second["captured_at"] = "2026-03-05T08:00:00+01:00"
    assert [one["outcome"] for one in field.send(second, first)] == ["queued", "accepted"]


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 200), (500, 200), (501, 413)])
def test_a_batch_has_1_to_500_events(field: Field, count: int, status: int) -> None:
    events = [field.visit(None, ending="kb", sequence=one) for one in range(count)]
    answer = field.post({"device": field.device, "events": events})
    assert answer.status_code == status
    stored = count if status == 200 else 0
    assert (len(field.rows(ScanEvent)), len(field.rows(Report))) == (stored, stored)
    if status == 413:
        assert answer.json["code"] == "api.batch_too_large"
        assert "501" in answer.json["detail"]
        assert "500" in answer.json["detail"]


def test_the_queue_of_another_phone_keeps_its_own_device_and_sequence(field: Field) -> None:
    other = field.foundation.installation(dealer=field.dealer)
    own = field.visit(1, sequence=5)
    borrowed = field.visit(2, sequence=5, device="bus-2", installation=other.public_id)
    assert [one["outcome"] for one in field.send(own, borrowed)] == ["accepted", "accepted"]
    kept = {row.id: (row.device_id, row.origin_device) for row in field.rows(ScanEvent)}
    assert kept == {
        own["id"]: (field.device, field.device),
        borrowed["id"]: (field.device, "bus-2"),
    }
    [again] = field.phone(dealer=field.dealer).send(borrowed)
    assert (again["outcome"], again["repeated"]) == ("accepted", True)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.INSPECTOR, Role.READER])
def test_decisions_0009_only_dealers_and_mechanics_send_scans(
    shared_field: Field, role: Role
) -> None:
    stranger = copy.copy(shared_field)
    token = stranger.foundation.token(stranger.foundation.user(role))
    stranger.headers = {"Authorization": f"Bearer {token}"}
    before = shared_field.sizes()
    for answer in (
        stranger.register(),
        stranger.post({"device": stranger.device, "events": [stranger.visit()]}),
    ):
        assert answer.status_code == 403
        assert answer.mimetype == "application/problem+json"
        assert answer.json["code"] == "api.not_allowed"
    assert shared_field.sizes() == before


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no key"),
        pytest.param({"Authorization": "Bearer "}, id="an empty key"),
        pytest.param({"Authorization": "Bearer kom_onzin"}, id="an unknown key"),
        pytest.param({"Authorization": "Bearer \u00e9\u00ff"}, id="a key with accents"),
        pytest.param({"Authorization": "Basic a29tOmtvbQ=="}, id="another scheme"),
        pytest.param({"Cookie": "kom=onzin"}, id="a cookie"),
    ],
)
def test_decisions_0009_without_a_key_there_is_a_401_and_nothing_stored(
    shared_field: Field, headers: dict[str, str]
) -> None:
    stranger, before = copy.copy(shared_field), shared_field.sizes()
    stranger.headers = headers
    answer = stranger.post({"device": stranger.device, "events": [stranger.visit()]})
    assert (answer.status_code, answer.json["code"]) == (401, "accounts.token_invalid")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert stranger.register().status_code == 401
    assert stranger.ask("a").status_code == 401
    assert shared_field.sizes() == before


def test_a_key_that_was_revoked_opens_nothing(field: Field) -> None:
    with field.foundation.database.transaction() as session:
        tokens.revoke_all_tokens(session, field.actor.user_id or 0, field.clock.moment)
    answer = field.post({"device": field.device, "events": [field.visit()]})
    assert (answer.status_code, answer.json["code"]) == (401, "accounts.token_invalid")


def test_a_device_is_registered_and_a_reinstalled_one_registers_anew(field: Field) -> None:
    answer = field.register({"name": "  Bus 2 \u00e9 ", "unknown": 1})
    assert answer.status_code == 201
    assert answer.json["name"] == "Bus 2 é"
    again = field.register({"name": "Bus 2 é"})
    assert again.json["id"] != answer.json["id"]
    kept = field.row(Device, id=answer.json["id"])
    assert (kept.user_id, kept.name, kept.shut_out_at) == (field.actor.user_id, "Bus 2 é", None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"name": ""}, id="empty"),
        pytest.param({"name": "   "}, id="only spaces"),
        pytest.param({"nam": "bus"}, id="missing"),
        pytest.param({"name": None}, id="null"),
        pytest.param({"name": "x" * 81}, id="81 signs"),
        pytest.param({"name": "a\x00b"}, id="NUL"),
        pytest.param({"name": "a\nb"}, id="two lines"),
        pytest.param({"name": "\ud800"}, id="a lone surrogate"),
        pytest.param({"name": ["bus"]}, id="a list"),
        pytest.param({"name": True}, id="a bool"),
    ],
)
def test_a_device_without_a_usable_name_is_refused_and_told_why(
    shared_field: Field, body: dict[str, object]
) -> None:
    before = shared_field.sizes()
    answer = shared_field.register(body)
    assert answer.status_code == 400
    assert answer.json["code"] == "api.field_invalid"
    assert "name" in answer.json["detail"]
    assert "1 tot en met 80 tekens" in answer.json["detail"]
    assert shared_field.sizes() == before


def test_a_name_of_80_signs_is_fine(shared_field: Field) -> None:
    assert shared_field.register({"name": "x" * 80}).status_code == 201


@pytest.mark.parametrize(
    "device",
    [
        pytest.param("00000000-0000-4000-8000-000000000000", id="unknown"),
        pytest.param("", id="empty"),
        pytest.param("a\x00b", id="NUL"),
        pytest.param("\ud800", id="a lone surrogate"),
        pytest.param("x" * 10_000, id="10 kB"),
    ],
)
def test_an_unknown_device_is_a_403_with_nothing_stored(shared_field: Field, device: str) -> None:
    before = shared_field.sizes()
    answer = shared_field.post({"device": device, "events": [shared_field.visit()]})
    assert (answer.status_code, answer.json["code"]) == (403, "accounts.device_not_yours")
    assert shared_field.sizes() == before


def test_another_account_s_device_is_a_403_with_nothing_stored(shared_field: Field) -> None:
    colleague = shared_field.phone(dealer=shared_field.dealer)
    before = shared_field.sizes()
    for device in (colleague.device, shared_field.device + "x"):
        answer = shared_field.post({"device": device, "events": [shared_field.visit()]})
        assert (answer.status_code, answer.json["code"]) == (403, "accounts.device_not_yours")
    assert shared_field.sizes() == before


def test_a_device_that_was_shut_out_is_a_403(field: Field) -> None:
    with field.foundation.database.transaction() as session:
        session.get_one(Device, field.device).shut_out_at = field.clock.moment
    answer = field.post({"device": field.device, "events": [field.visit()]})
    assert (answer.status_code, answer.json["code"]) == (403, "accounts.device_not_yours")
    assert field.rows(ScanEvent) == []


def test_what_became_of_a_scan_is_told_to_who_sent_it_and_to_his_dealer(field: Field) -> None:
    mechanic = field.phone(mechanic=field.mechanic)
    event = field.visit(1)
    [answer] = mechanic.send(event)
    assert mechanic.ask(event["id"]).json == answer
    assert field.ask(event["id"]).json == answer


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OFFICE, 200), (Role.INSPECTOR, 403), (Role.READER, 403)]
)
def test_decisions_0009_the_office_reads_what_became_of_every_scan(
    field: Field, role: Role, status: int
) -> None:
    posted, waits = field.visit(1), field.visit(999, sequence=2)
    answers = field.send(posted, waits)
    reader = copy.copy(field)
    token = field.foundation.token(field.foundation.user(role))
    reader.headers = {"Authorization": f"Bearer {token}"}
    for event, answer in zip((posted, waits), answers, strict=True):
        told = reader.ask(event["id"])
        assert told.status_code == status
        if status == 200:
            assert told.json == answer
    assert reader.ask("nothing").status_code == (404 if status == 200 else 403)


def test_what_became_of_a_scan_is_nobody_else_s(field: Field) -> None:
    event = field.visit(1)
    field.send(event)
    elsewhere = field.foundation.dealer("Dijkstra Stalbouw")
    foreign = [
        field.phone(dealer=elsewhere),
        field.phone(mechanic=field.foundation.mechanic(elsewhere)),
        field.phone(mechanic=field.foundation.mechanic(field.dealer)),
    ]
    told = [phone.ask(event["id"]) for phone in foreign]
    told.append(field.ask("00000000-0000-4000-8000-000000000000"))
    assert [answer.status_code for answer in told] == [404] * 4
    assert {answer.text for answer in told} == {told[0].text}
    assert told[0].json["code"] == "api.not_found"


@pytest.mark.parametrize("event_id", ["%00", "a%00b", "%ff", "%ed%a0%80", "x" * 5_000, "'", "%20"])
def test_a_scan_that_cannot_exist_is_not_found(shared_field: Field, event_id: str) -> None:
    assert shared_field.ask(event_id).status_code == 404


def test_a_decision_is_of_an_event(field: Field) -> None:
    field.send(field.visit(1), field.visit(999), field.visit(None, raw="onzin"))
    kept = {row.state for row in field.rows(ScanDecision)}
    assert kept == {"posted", "waiting", "rejected"}
