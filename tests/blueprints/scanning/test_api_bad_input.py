"""Whatever is sent is answered with field, value and way out, and never half stored."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest

from kombeheer.app import BODY_BYTES_MAX
from models.scanning import ScanDecision, ScanEvent
from tests.factories import number
from tests.field import Field, withdrawal

ALWAYS = {"scan_event", "scan_decision", "journal_entry"}  # what every new event leaves behind
NONE_GIVEN = object()


def with_value(event: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Set or leave out a field, `visit.mechanic` of the visit."""
    *outer, name = path.split(".")
    place = event
    for step in outer:
        place = place.setdefault(step, {})
    if value is NONE_GIVEN:
        place.pop(name, None)
    else:
        place[name] = value
    return event


HUGE = 10**400
LONE = "\ud800"
UNSEEN = ["a\u200bb", "a\u202eb", "a\u2066b", "a\u00adb", "a\ufeffb", "a\u2028b", "a\x85b"]
DEEP: list[Any] = []
for _ in range(200):
    DEEP = [DEEP]
FIELDS: dict[str, list[object]] = {
    "sequence": [
        *(NONE_GIVEN, None, -1, 2**53, HUGE, 1.5, float("nan"), float("inf"), True),
        *("x", "", [], {}, DEEP),
    ],
    "captured_at": [
        *("gisteren", "", 0, 1772698440, "1772698440", 1.5, True, [], "2026-02-30", LONE, DEEP),
        *("2026-03-05T25:00:00Z", "9999-12-31T23:59:59-12:00", "9999-01-01T00:00:00"),
        *("0001-01-01T00:00:00+14:00", "10000-01-01T00:00:00Z"),
    ],
    "source": [NONE_GIVEN, None, "", "telepathie", 1, [], LONE, "wedge\x00"],
    "kind": [NONE_GIVEN, None, "", "bezoek", 1, [], LONE, "visit\n"],
    "raw": [1, 2600123413, True, [], {}, 1.5, DEEP],
    "device": ["", "a b", "x" * 65, "x\n", "a\x00", LONE, [], True, DEEP],
    "corrects": ["", "x" * 65, "a b", "x\n", "a\x00", LONE, [], {}, False, DEEP],
    "visit": [NONE_GIVEN, None, [], "x", 1, True, DEEP],
    "visit.id": [NONE_GIVEN, None, "", "x" * 65, "x\n", "a\x00b", LONE, [], True],
    "visit.mechanic": [
        *(NONE_GIVEN, None, "", "   ", "x" * 13, "a\x00b", LONE, [], True, DEEP, *UNSEEN),
    ],
    "visit.service_date": [
        *(NONE_GIVEN, None, "", "vandaag", "05-03-2026", "2026-02-30", 0, 1772668800, 20260305),
        *("1772668800", "2026-03-05T00:00:00Z", "10000-01-01", "0000-00-00", "2026-03-05\n"),
        *(LONE, True, DEEP),
    ],
    "visit.ending": [NONE_GIVEN, None, "", "goed", "STICKER", 1, [], LONE],
    "visit.installation": ["", "   ", "x" * 33, "a\x00b", "a\nb", LONE, [], True, DEEP, *UNSEEN],
}


@pytest.mark.parametrize("path", FIELDS)
def test_a_field_that_cannot_be_used_is_named_with_its_value_and_the_way_out(
    shared_field: Field, path: str
) -> None:
    values = FIELDS[path]
    events = [with_value(shared_field.visit(1), path, value) for value in values]
    before = shared_field.sizes()
    answers = shared_field.send(*events)
    for value, answer in zip(values, answers, strict=True):
        assert (answer["outcome"], answer["state"]) == ("refused", "rejected"), value
        assert answer["code"] == "scanning.field_invalid", value
        beginning, _, told = answer["message"].partition("niet te gebruiken: ")
        assert beginning == f"Het veld {path} is ", value
        assert "Geef " in told or "Kies " in told, value
        assert answer["message"].isprintable(), value
        if isinstance(value, str) and value.isprintable() and 0 < len(value.strip()) < 20:
            assert told.startswith(value), value
    assert shared_field.grown(before) == dict.fromkeys(ALWAYS, len(values))
    assert shared_field.send(*events) == [{**answer, "repeated": True} for answer in answers]


NEW = {"farm": "Hoeve", "place": "Oudega", "type": "tandem", "units": 8}
NEW_FIELDS: dict[str, list[object]] = {
    "farm": [NONE_GIVEN, "", "   ", "x" * 121, "a\x00b", LONE, [], True, *UNSEEN],
    "place": [NONE_GIVEN, "", "x" * 81, "a\nb", LONE, *UNSEEN],
    "type": [NONE_GIVEN, "", "visgraat", 1, LONE],
    "units": [NONE_GIVEN, 0, 201, -1, HUGE, 1.5, float("nan"), True, "veel", []],
    "species": ["", "paarden", 1],
    "postcode": ["x" * 11, "a\x00", []],
    "boxes": [-1, 21, True, "x", HUGE],
    "vacuum_pumps": [0, 21, True],
    "cleaning_facilities": [0, 21, float("inf")],
}


@pytest.mark.parametrize("path", NEW_FIELDS)
def test_a_new_installation_is_refused_by_its_field_and_never_half_made(
    shared_field: Field, path: str
) -> None:
    events = [shared_field.visit(1) for _ in NEW_FIELDS[path]]
    for event, value in zip(events, NEW_FIELDS[path], strict=True):
        del event["visit"]["installation"]
        event["visit"]["new_installation"] = with_value(dict(NEW), path, value)
    before = shared_field.sizes()
    for answer in shared_field.send(*events):
        assert (answer["outcome"], answer["code"]) == ("refused", "scanning.field_invalid")
        assert f"Het veld visit.new_installation.{path} is" in answer["message"]
    assert shared_field.grown(before) == dict.fromkeys(ALWAYS, len(events))


@pytest.mark.parametrize(
    "where",
    [
        pytest.param({}, id="none"),
        pytest.param({"installation": None}, id="null"),
        pytest.param({"installation": "a", "previous": "2500000126"}, id="two"),
        pytest.param({"previous": "2500000126", "new_installation": NEW}, id="two others"),
        pytest.param({"installation": "a", "previous": "1", "new_installation": NEW}, id="three"),
    ],
)
def test_a_visit_says_in_exactly_one_way_where_it_was(
    shared_field: Field, where: dict[str, Any]
) -> None:
    event = shared_field.visit(1)
    del event["visit"]["installation"]
    event["visit"].update(where)
    [answer] = shared_field.send(event)
    assert (answer["outcome"], answer["code"]) == ("refused", "scanning.field_invalid")
    assert "een van installation, previous en new_installation" in answer["message"]
    for name, value in where.items():
        assert value is None or name in answer["message"]


@pytest.mark.parametrize(
    "value",
    [NONE_GIVEN, None, "", "x" * 65, 12, 1.5, True, [], {}, "a b", "a\x00", "a\n", LONE, "é", DEEP],
    ids=lambda value: "missing" if value is NONE_GIVEN else ascii(value)[:20],
)
def test_an_event_without_a_usable_id_is_kept_under_the_hash_of_its_body_and_refused(
    shared_field: Field, value: object
) -> None:
    event = with_value(shared_field.visit(1), "id", value)
    before = shared_field.sizes()
    answer = shared_field.post({"device": shared_field.device, "events": [event]})
    assert answer.status_code == 200
    [told] = answer.json["answers"]
    assert (told["outcome"], told["code"]) == ("refused", "scanning.id_unusable")
    assert "Geef elke scan een eigen id" in told["message"]
    assert len(told["id"]) == 64
    assert shared_field.row(ScanEvent, id=told["id"]).raw == number(1).digits.encode()
    assert shared_field.grown(before) == dict.fromkeys(ALWAYS, 1)


def test_an_id_of_64_signs_is_fine(shared_field: Field) -> None:
    event = shared_field.visit(raw="onzin", id="x" * 64)
    assert shared_field.send(event)[0]["code"] == "scanning.unreadable"


def test_what_is_no_event_is_kept_and_refused(shared_field: Field) -> None:
    given = [1, "x", True, [], [[]], {}, DEEP, 1.5, LONE, {"colour": LONE}]
    before = shared_field.sizes()
    answer = shared_field.post({"device": shared_field.device, "events": [*given, None]})
    assert answer.status_code == 200
    for told in answer.json["answers"]:
        assert (told["outcome"], told["code"]) == ("refused", "scanning.id_unusable")
    assert len({told["id"] for told in answer.json["answers"]}) == len(given) - 1
    assert shared_field.grown(before) == dict.fromkeys(ALWAYS, len(given) - 1)


@pytest.mark.parametrize("value", [NONE_GIVEN, None, "", "x" * 65, "a b", [], 1.5, LONE])
def test_a_withdrawal_says_what_it_undoes(shared_field: Field, value: object) -> None:
    event = with_value(withdrawal("x"), "corrects", value)
    [answer] = shared_field.send(event)
    if value == 1.5:
        assert (answer["outcome"], answer["code"]) == ("queued", "scanning.target_unknown")
        return
    assert (answer["outcome"], answer["code"]) == ("refused", "scanning.field_invalid")
    assert "Het veld corrects" in answer["message"]


BYTES = bytes(range(256)) * 40
RAWS: list[tuple[str, dict[str, Any], bytes]] = [
    ("10 kB of text", {"raw": "7" * 10_240}, b"7" * 10_240),
    ("exactly 512 bytes", {"raw": "7" * 512}, b"7" * 512),
    ("513 bytes", {"raw": "7" * 513}, b"7" * 513),
    ("10 kB of accents", {"raw": "é" * 5_120}, "é".encode() * 5_120),
    ("U+0000", {"raw": "26\x00"}, b"26\x00"),
    ("only U+0000", {"raw": "\x00"}, b"\x00"),
    ("a lone surrogate", {"raw": "\ud800x"}, b"\xed\xa0\x80x"),
    ("base64 of 10 kB", {"raw": None, "raw_base64": b64encode(BYTES).decode()}, BYTES),
    ("base64 of no UTF-8", {"raw": None, "raw_base64": "/9j/"}, b"\xff\xd8\xff"),
    ("no base64", {"raw": None, "raw_base64": "!!!"}, b""),
    ("half a base64", {"raw": None, "raw_base64": "MjYwM"}, b""),
    ("base64 that is a list", {"raw": None, "raw_base64": ["MjY="]}, b""),
    ("base64 that is a number", {"raw": None, "raw_base64": 26}, b""),
    ("base64 with accents", {"raw": None, "raw_base64": "é"}, b""),
    ("text and base64", {"raw": "26", "raw_base64": "MjY="}, b"26"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "raw"), [pytest.param(more, raw, id=name) for name, more, raw in RAWS]
)
def test_what_was_scanned_is_kept_with_its_length_and_hash_however_odd(
    shared_field: Field, more: dict[str, Any], raw: bytes
) -> None:
    event, before = shared_field.visit(**more), shared_field.sizes()
    [answer] = shared_field.send(event)
    assert answer["outcome"] == "refused"
    assert answer["message"].isprintable()
    stored = shared_field.row(ScanEvent, id=event["id"])
    assert bytes(stored.raw) == raw[:512]
    assert (stored.raw_length, stored.raw_sha256) == (len(raw), sha256(raw).hexdigest())
    assert shared_field.grown(before) == dict.fromkeys(ALWAYS, 1)


TOLD = b64encode(f"]C0{number(1).printed}\r\n".encode()).decode()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param({"raw": None, "raw_base64": TOLD}, None, id="base64 alone"),
        pytest.param({"raw": "", "raw_base64": TOLD}, None, id="an empty text beside base64"),
        pytest.param({"raw_base64": None}, None, id="text alone"),
        pytest.param({"raw_base64": ""}, None, id="an empty base64 beside text"),
        pytest.param({"raw_base64": TOLD}, "scanning.field_invalid", id="both"),
        pytest.param({"raw": "", "raw_base64": ""}, "scanning.number_missing", id="both empty"),
    ],
)
def test_a_number_may_come_as_text_or_as_base64_but_not_as_both(
    field: Field, more: dict[str, Any], code: str | None
) -> None:
    [answer] = field.send(field.visit(1, **more))
    assert (answer["outcome"], answer["code"]) == ("accepted" if code is None else "refused", code)
    if code is None:
        assert answer["number"] == number(1).digits
    if code == "scanning.field_invalid":
        assert answer["message"].startswith("Het veld raw_base64 is niet te gebruiken")
        assert "niet beide" in answer["message"]


def test_one_that_cannot_be_read_does_not_hold_up_the_others(field: Field) -> None:
    events = [
        field.visit(1),
        with_value(field.visit(2), "sequence", "x"),
        field.visit(3, raw="\x00" * 10_000),
        field.visit(4, sequence=4),
    ]
    assert [one["outcome"] for one in field.send(*events)] == [
        "accepted",
        "refused",
        "refused",
        "accepted",
    ]


def test_a_long_body_that_cannot_be_read_is_kept_by_its_beginning(shared_field: Field) -> None:
    event = with_value(shared_field.visit(1), "visit", {"mechanic": ["x" * 100_000]})
    shared_field.send(event)
    other = with_value(dict(event), "visit", {"mechanic": ["x" * 100_001]})
    stored = json.loads(shared_field.row(ScanEvent, id=event["id"]).body)
    assert set(stored) == {"beginning", "sha256"}
    assert len(stored["beginning"]) == 4_000
    assert [one["outcome"] for one in shared_field.send(event, other)] == ["refused", "conflict"]


def test_what_the_clock_of_a_device_says_is_kept_when_it_is_a_moment(shared_field: Field) -> None:
    for moment in ("9998-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "0002-01-01T00:00:00+14:00"):
        event = shared_field.visit(999, captured_at=moment)
        assert shared_field.send(event)[0]["outcome"] == "queued"
        stored = shared_field.row(ScanEvent, id=event["id"]).captured_at
        assert stored is not None


def test_a_refusal_can_be_told_again_from_storage(shared_field: Field) -> None:
    event = with_value(shared_field.visit(1), "visit.mechanic", "é\ud83d\ude00" + LONE)
    [answer] = shared_field.send(event)
    assert shared_field.ask(event["id"]).json == answer
    assert shared_field.row(ScanDecision, event_id=event["id"]).objections.isascii()


def test_the_largest_body_is_8_mib(shared_field: Field) -> None:
    before = shared_field.sizes()
    answer = shared_field.post(None, data=b" " * (BODY_BYTES_MAX + 1))
    assert (answer.status_code, answer.json["code"]) == (413, "api.body_too_large")
    assert "te groot" in answer.json["detail"]
    assert shared_field.sizes() == before
