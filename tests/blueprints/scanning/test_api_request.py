"""A request that cannot be read at all is a problem document, and nothing of it is stored."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.field import Field

NESTED = b'{"events": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
NOT_JSON: list[tuple[str, bytes]] = [
    ("nothing", b""),
    ("text", b"2600123413"),
    ("a word", b"onzin"),
    ("half an object", b'{"device": "x", "events": ['),
    ("an array", b"[]"),
    ("an array of events", b'[{"id": "x"}]'),
    ("null", b"null"),
    ("a text in quotes", b'"x"'),
    ("no UTF-8", b'{"device": "\xff\xfe"}'),
    ("a lone byte", b"\x80"),
    ("NUL", b"\x00"),
    ("deep nesting", NESTED),
    ("an unclosed nesting", b"[" * 100_000),
    ("a number of 5000 digits", b"9" * 5_000),
    ("compressed", gzip.compress(b'{"device": "x"}')),
    ("a form", b"device=x&events=y"),
    ("XML", b"<events/>"),
]


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in NOT_JSON])
def test_a_request_that_is_no_json_object_is_a_400(shared_field: Field, data: bytes) -> None:
    before = shared_field.sizes()
    for path in ("/api/v1/scans", "/api/v1/devices"):
        answer = shared_field.client.post(path, data=data, headers=shared_field.headers)
        assert answer.status_code == 400
        assert answer.mimetype == "application/problem+json"
        assert answer.json["code"] in {"api.not_json", "api.field_invalid"}
        assert answer.json["detail"]
    assert shared_field.sizes() == before


BODIES: list[tuple[str, dict[str, Any], str]] = [
    ("no device", {"events": [{}]}, "device"),
    ("device null", {"device": None, "events": [{}]}, "device"),
    ("device a number", {"device": 7, "events": [{}]}, "device"),
    ("device a list", {"device": ["x"], "events": [{}]}, "device"),
    ("no events", {"device": "{device}"}, "events"),
    ("0 events", {"device": "{device}", "events": []}, "events"),
    ("events null", {"device": "{device}", "events": None}, "events"),
    ("events an object", {"device": "{device}", "events": {"id": "x"}}, "events"),
    ("events a text", {"device": "{device}", "events": "x"}, "events"),
    ("events a number", {"device": "{device}", "events": 1}, "events"),
    ("nothing", {}, "device"),
]


@pytest.mark.parametrize(
    ("body", "name"), [pytest.param(body, name, id=title) for title, body, name in BODIES]
)
def test_a_request_without_device_or_events_is_a_400_that_names_the_field(
    shared_field: Field, body: dict[str, Any], name: str
) -> None:
    before = shared_field.sizes()
    if body.get("device") == "{device}":
        body = {**body, "device": shared_field.device}
    answer = shared_field.post(body)
    assert (answer.status_code, answer.json["code"]) == (400, "api.field_invalid")
    assert answer.json["detail"].startswith(f"Het veld {name} is niet te gebruiken")
    assert "Geef " in answer.json["detail"]
    assert shared_field.sizes() == before


def test_what_kind_of_content_it_calls_itself_does_not_matter(shared_field: Field) -> None:
    event = shared_field.visit(raw="onzin")
    body = json.dumps({"device": shared_field.device, "events": [event]})
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded", ""):
        answer = shared_field.post(None, data=body, content_type=kind)
        assert answer.status_code == 200
        assert answer.json["answers"][0]["code"] == "scanning.unreadable"


def test_the_last_of_two_equal_names_counts(shared_field: Field) -> None:
    event = json.dumps(shared_field.visit(raw="onzin"))
    doubled = event[:-1] + ', "raw": "2600000127", "raw": "12"}'
    body = f'{{"device": "x", "device": "{shared_field.device}", "events": [{doubled}]}}'
    answer = shared_field.post(None, data=body)
    assert answer.json["answers"][0]["code"] == "stickers.digits_wrong"


@pytest.mark.parametrize("digits", [1_000, 1_001, 5_000])
@pytest.mark.parametrize(
    "path", ["sequence", "id", "raw", "corrects", "visit", "visit.mechanic", "visit.service_date"]
)
def test_a_number_of_any_length_is_objected_to_at_its_field_alone(
    field: Field, digits: int, path: str
) -> None:
    fine, event = field.visit(1), field.visit(2, sequence=2)
    place = event["visit"] if path.startswith("visit.") else event
    place[path.rpartition(".")[2]] = "DIGITS"
    body = json.dumps({"device": field.device, "events": [fine, event]})
    for repeated in (False, True):
        answer = field.post(None, data=body.replace('"DIGITS"', "9" * digits))
        assert answer.status_code == 200
        taken, refused = answer.json["answers"]
        assert (taken["outcome"], taken["repeated"]) == ("accepted", repeated)
        assert (refused["outcome"], refused["repeated"]) == ("refused", repeated)
        code = "scanning.id_unusable" if path == "id" else "scanning.field_invalid"
        assert refused["code"] == code
        assert path == "id" or f"Het veld {path} is" in refused["message"]
        assert "9999" in refused["message"]


@pytest.mark.parametrize("depth", [50, 400, *range(840, 1000, 8)])
def test_nesting_of_any_depth_is_answered(shared_field: Field, depth: int) -> None:
    """Somewhere the reader of JSON gives up; before that nothing behind it may."""
    nested = "[" * depth + "]" * depth
    for name in ("visit", "corrects", "id", "raw", "colour"):
        event = json.dumps(shared_field.visit(raw="onzin"))[:-1] + f', "{name}": {nested}}}'
        body = f'{{"device": "{shared_field.device}", "events": [{event}]}}'
        assert shared_field.post(None, data=body).status_code in {200, 400}


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", "/api/v1/scans", 405, {"POST", "OPTIONS"}),
        ("PUT", "/api/v1/scans", 405, {"POST", "OPTIONS"}),
        ("DELETE", "/api/v1/scans/x", 405, {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/api/v1/devices", 405, {"POST", "OPTIONS"}),
        ("GET", "/api/v1/onzin", 404, set()),
        ("POST", "/api/v1/scans/", 404, set()),
    ],
)
def test_another_method_or_address_is_a_problem_document(
    shared_field: Field, method: str, path: str, status: int, allowed: set[str]
) -> None:
    answer = shared_field.client.open(path, method=method, headers=shared_field.headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert set(answer.allow) == allowed


def test_a_page_tells_by_which_method_it_may_be_asked(shared_field: Field) -> None:
    answer = shared_field.client.delete("/accounts/log-in")
    assert (answer.status_code, answer.mimetype) == (405, "text/html")
    assert set(answer.allow) == {"GET", "HEAD", "POST", "OPTIONS"}
