"""Chance finds what nobody thought of: never a 5xx, and what is answered is stored."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from blueprints.scanning.schemas import ScansAnswer
from kombeheer.rules.scanning import EventState, Outcome
from models.scanning import ScanDecision, ScanEvent
from tests.factories import number
from tests.field import Field, assert_sound

ONE_DATABASE = [
    HealthCheck.function_scoped_fixture,
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


def require_stored(field: Field, answers: list[dict[str, Any]]) -> None:
    """Every answer but `failed` is of an event that is there, in words that the document knows."""
    ScansAnswer.model_validate({"answers": answers})
    for answer in answers:
        assert answer["outcome"] in set(Outcome) - {Outcome.FAILED}
        assert answer["state"] in set(EventState)
        assert answer["code"] != "scanning.unexpected"
        assert answer["message"].strip()
    ids = {answer["id"] for answer in answers}
    with field.foundation.database.reading() as session:
        found = session.query(ScanEvent.id).filter(ScanEvent.id.in_(ids)).all()
    assert {row.id for row in found} == ids


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_whatever_the_document_allows_or_forbids_is_answered(
    shared_field: Field, mode: GenerationMode
) -> None:
    document = shared_field.client.get("/api/v1/openapi.json").json
    operation = schemathesis.openapi.from_dict(document)["/api/v1/scans"]["POST"]

    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    @settings(max_examples=60, suppress_health_check=ONE_DATABASE)
    def send(case: Any, known: bool) -> None:
        body = case.body
        if known and isinstance(body, dict):
            body = {**body, "device": shared_field.device}
        raw = isinstance(body, bytes)
        answer = shared_field.post(None, data=body) if raw else shared_field.post(body or {})
        assert answer.status_code in {200, 400, 403, 413}
        if answer.status_code == 200:
            require_stored(shared_field, answer.json["answers"])
        else:
            assert answer.mimetype == "application/problem+json"
            assert set(answer.json) == {"type", "title", "status", "code", "detail"}

    send()


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_whatever_a_device_calls_itself_is_answered(
    shared_field: Field, mode: GenerationMode
) -> None:
    document = shared_field.client.get("/api/v1/openapi.json").json
    operation = schemathesis.openapi.from_dict(document)["/api/v1/devices"]["POST"]

    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=40, suppress_health_check=ONE_DATABASE)
    def send(case: Any) -> None:
        data = {"data": case.body} if isinstance(case.body, bytes) else {"json": case.body}
        answer = shared_field.client.post("/api/v1/devices", headers=shared_field.headers, **data)
        assert answer.status_code in {201, 400}

    send()


IDS = [f"event-{place}" for place in range(12)]
ODD = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([])


def often(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what belongs there, now and then anything."""
    return st.integers(0, 19).flatmap(lambda chance: ODD if chance == 0 else usual)


def scans(field: Field) -> st.SearchStrategy[dict[str, Any]]:
    """Events of few ids, numbers and installations, so that they meet."""
    database = field.foundation
    installations = [field.installation, *(database.installation() for _ in range(2))]
    mechanics = [field.mechanic, database.mechanic(None), database.mechanic(field.dealer)]
    new = {"farm": "Hoeve", "place": "Oudega", "type": "tandem", "units": 8}
    numbers = [number(serial).digits for serial in (1, 2, 3, 4, 999)]
    where = st.one_of(
        often(st.sampled_from([one.public_id for one in installations])).map(
            lambda value: {"installation": value}
        ),
        often(st.sampled_from(numbers)).map(lambda value: {"previous": value}),
        st.just({"new_installation": new}),
    )
    told = st.fixed_dictionaries(
        {
            "id": often(st.sampled_from(["stop-1", "stop-2"])),
            "mechanic": often(st.sampled_from([one.number for one in mechanics])),
            "service_date": often(st.sampled_from(["2026-03-05", "2026-03-04", "2025-03-01"])),
            "ending": often(st.sampled_from(["sticker", "sticker", "geen_kom", "kb"])),
        }
    )
    visit = st.builds(lambda one, other: {**one, **other}, told, where)
    return st.fixed_dictionaries(
        {
            "id": often(st.sampled_from(IDS)),
            "sequence": often(st.integers(0, 20)),
            "captured_at": often(st.just("2026-03-05T09:14:00+01:00")),
            "source": often(st.sampled_from(["wedge", "camera"])),
            "kind": often(st.sampled_from(["visit", "visit", "visit", "withdraw", "count"])),
            "raw": often(st.sampled_from([*numbers, *numbers, "", "onzin"])),
            "corrects": st.none() | often(st.sampled_from(IDS)),
            "visit": often(visit),
        },
        optional={"device": often(st.sampled_from(["bus-1", "bus-2"]))},
    )


def test_whatever_meets_in_a_field_leaves_ledger_reports_and_cases_sound(field: Field) -> None:
    colleague = field.phone(mechanic=field.mechanic)
    sent = 0

    @given(st.lists(scans(field), min_size=1, max_size=8), st.booleans())
    @settings(max_examples=70, suppress_health_check=ONE_DATABASE)
    def send(events: list[dict[str, Any]], by_mechanic: bool) -> None:
        nonlocal sent
        sent += 1
        phone = colleague if by_mechanic else field
        # Each batch has ids of its own, but for now and then one that was used before.
        for place, event in enumerate(events):
            for name in ("id", "corrects"):
                if event[name] in IDS and place != 3:
                    event[name] = f"{event[name]}-{sent // 4}"
        answer = phone.post({"device": phone.device, "events": events})
        assert answer.status_code == 200
        require_stored(field, answer.json["answers"])
        if sent % 10 == 0:
            assert_sound(field.foundation.database)

    [plain] = field.send(field.visit(99))  # whatever is drawn, the field itself is in order
    assert plain["outcome"] == "accepted"
    send()
    outcomes = {row.outcome for row in field.rows(ScanDecision)}
    assert outcomes == {"accepted", "queued", "refused"}
