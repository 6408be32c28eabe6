"""What a scan event is, how it ends and how it is judged."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.scanning import (
    BUILT_KINDS,
    EVENT_TRANSITIONS,
    STATE_AFTER,
    VISIT_ENDINGS,
    Ending,
    Event,
    EventKind,
    EventState,
    NewInstallation,
    Outcome,
    Source,
    Visit,
    canonical_body,
    date_objection,
    ending_objection,
    judge,
    refused,
    report_id_for,
    require_transition,
    stop_id_for,
    visit_fields,
    visit_from_fields,
)
from kombeheer.rules.sites import ParlourType, Species

NUMBER = b"2600123413"
NOW = datetime(2026, 3, 5, 9, 14, tzinfo=UTC)
NOT_YOURS = Refusal("stickers.not_yours", number="26-001234-13")
DOUBTFUL = Refusal("scanning.date_doubtful", day="2027-01-01")


@pytest.mark.parametrize(
    ("ending", "raw", "code"),
    [
        pytest.param(Ending.STICKER, NUMBER, None, id="a number"),
        pytest.param(Ending.STICKER, b"onzin", None, id="unreadable is another rule's matter"),
        pytest.param(Ending.STICKER, b"", "scanning.number_missing", id="none of the three"),
        pytest.param(Ending.STICKER, b" \r\n", "scanning.number_missing", id="only white space"),
        pytest.param(Ending.GEEN_KOM, b"", None, id="geen KOM"),
        pytest.param(Ending.GEEN_KOM, b" \r\n", None, id="geen KOM and white space"),
        pytest.param(Ending.GEEN_KOM, NUMBER, "scanning.ending_with_number", id="geen KOM and it"),
        pytest.param(Ending.KB, b"", None, id="kb"),
        pytest.param(Ending.KB, NUMBER, "scanning.ending_with_number", id="kb and a number"),
        pytest.param(Ending.KB, b"x", "scanning.ending_with_number", id="kb and anything"),
    ],
)
def test_r40_a_visit_ends_with_exactly_one_of_number_geen_kom_and_kb(
    ending: Ending, raw: bytes, code: str | None
) -> None:
    objection = ending_objection(ending, raw)
    assert (None if objection is None else objection.code) == code


@pytest.mark.parametrize(
    ("day", "objects"),
    [
        pytest.param("2026-03-06", True, id="tomorrow"),
        pytest.param("2026-03-05", False, id="today"),
        pytest.param("2026-03-04", False, id="yesterday"),
        pytest.param("2025-03-04", False, id="366 days ago"),
        pytest.param("2025-03-03", True, id="367 days ago"),
        pytest.param("0001-01-01", True, id="the first day there is"),
        pytest.param("9999-12-31", True, id="the last day there is"),
    ],
)
def test_decisions_0007_a_service_date_in_the_future_or_over_366_days_ago_is_doubtful(
    day: str, objects: bool
) -> None:
    on = date.fromisoformat(day)
    expected = Refusal("scanning.date_doubtful", day=day) if objects else None
    assert date_objection(on, NOW, regulation_on(on)) == expected


@pytest.mark.parametrize(
    ("received_at", "objects"),
    [
        pytest.param("2026-03-04T22:59:59+00:00", True, id="before midnight in Amsterdam"),
        pytest.param("2026-03-04T23:00:00+00:00", False, id="after it"),
    ],
)
def test_decisions_0007_today_is_the_day_in_amsterdam(received_at: str, objects: bool) -> None:
    day = date(2026, 3, 5)
    found = date_objection(day, datetime.fromisoformat(received_at), regulation_on(day))
    assert (found is not None) is objects


@pytest.mark.parametrize(
    ("objections", "person_decides", "outcome", "code"),
    [
        pytest.param([], True, Outcome.ACCEPTED, None, id="nobody asked"),
        pytest.param([None, None], True, Outcome.ACCEPTED, None, id="nobody objects"),
        pytest.param([None, None], False, Outcome.ACCEPTED, None, id="nobody, before it is stuck"),
        pytest.param([None, NOT_YOURS], True, Outcome.QUEUED, NOT_YOURS.code, id="one objects"),
        pytest.param(
            [NOT_YOURS, None, DOUBTFUL], True, Outcome.QUEUED, NOT_YOURS.code, id="the first tells"
        ),
        pytest.param([DOUBTFUL], False, Outcome.REFUSED, DOUBTFUL.code, id="before it is stuck"),
    ],
)
def test_r43_an_objection_waits_for_a_person_or_is_told_at_once(
    objections: list[Refusal | None], person_decides: bool, outcome: Outcome, code: str | None
) -> None:
    verdict = judge(objections, person_decides=person_decides)
    assert (verdict.outcome, verdict.code) == (outcome, code)
    assert list(verdict.objections) == [one for one in objections if one is not None]


def test_decisions_0008_what_cannot_be_read_is_refused_whoever_decides() -> None:
    verdict = refused(Refusal("scanning.unreadable", value="onzin"))
    assert (verdict.outcome, verdict.code) == (Outcome.REFUSED, "scanning.unreadable")


ALLOWED = {
    (EventState.WAITING, EventState.POSTED),
    (EventState.WAITING, EventState.REJECTED),
    (EventState.WAITING, EventState.WITHDRAWN),
    (EventState.POSTED, EventState.WITHDRAWN),
}


@pytest.mark.parametrize(("present", "wanted"), list(product(EventState, repeat=2)))
def test_decisions_0008_an_event_changes_only_as_the_table_says(
    present: EventState, wanted: EventState
) -> None:
    assert set(EVENT_TRANSITIONS) == set(EventState)
    if (present, wanted) in ALLOWED:
        require_transition(present, wanted)
        return
    with pytest.raises(Refusal) as caught:
        require_transition(present, wanted)
    told = {"state": present, "wanted": wanted}
    assert caught.value == Refusal("scanning.state_final", **told)


def test_decisions_0008_what_is_stored_has_a_state_and_what_is_not_has_none() -> None:
    assert {outcome.value: state.value for outcome, state in STATE_AFTER.items()} == {
        "accepted": "posted",
        "queued": "waiting",
        "refused": "rejected",
    }


def test_decisions_0008_the_words_of_the_interface_stay_what_they_are() -> None:
    assert " ".join(Source) == "wedge camera serial file paste keypad"
    assert " ".join(EventKind) == "visit withdraw identify receive return count spoil"
    assert " ".join(VISIT_ENDINGS) == "sticker geen_kom kb"
    assert " ".join(Outcome) == "accepted refused queued conflict failed"
    assert " ".join(EventState) == "posted waiting withdrawn rejected"
    assert {EventKind.VISIT, EventKind.WITHDRAW} == BUILT_KINDS


def test_decisions_0008_a_report_is_named_after_its_event_for_ever() -> None:
    told = report_id_for("0c5ad7a1-7f3c-4f0e-8a58-3f4b6a1f0b11")
    assert told == "v" + sha256(b"report:0c5ad7a1-7f3c-4f0e-8a58-3f4b6a1f0b11").hexdigest()[:19]
    assert len(told) == 20


def test_r42_a_stop_is_of_one_mechanic_at_one_site_on_one_day() -> None:
    here = ("0231", "abc", date(2026, 3, 5))
    others = [("0232", *here[1:]), ("0231", "abd", here[2]), (*here[:2], date(2026, 3, 6))]
    assert len({stop_id_for(*one) for one in [here, *others]}) == 4
    assert stop_id_for(*here) == str(UUID(stop_id_for(*here)))


TEXTS = st.text(max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
KNOWN = st.dictionaries(st.sampled_from(["id", "kind", "visit", "corrects", "device"]), VALUES)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=40_000)).map(
    datetime(1990, 1, 1, tzinfo=UTC).__add__
)


@given(KNOWN, st.binary(max_size=600), MOMENTS, st.integers(-14, 14))
def test_decisions_0008_the_canonical_body_does_not_depend_on_order_or_offset(
    known: dict[str, object], raw: bytes, moment: datetime, hours: int
) -> None:
    body = canonical_body(known, raw, moment)
    shuffled = dict(reversed(known.items()))
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert canonical_body(shuffled, raw, elsewhere) == body
    assert body.isascii()
    assert json.loads(body)["raw"] == [len(raw), sha256(raw).hexdigest()]


@given(KNOWN, KNOWN, st.binary(max_size=3), st.binary(max_size=3), MOMENTS, MOMENTS)
def test_decisions_0008_other_fields_another_scan_or_another_moment_is_another_body(
    known: dict[str, object],
    other: dict[str, object],
    raw: bytes,
    other_raw: bytes,
    moment: datetime,
    other_moment: datetime,
) -> None:
    first = canonical_body(known, raw, moment)
    second = canonical_body(other, other_raw, other_moment)
    alike = json.dumps(known, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (first == second) == (alike and raw == other_raw and moment == other_moment)


def test_decisions_0008_a_scan_without_a_moment_is_told_from_one_with_it() -> None:
    assert canonical_body({}, b"", None) != canonical_body({}, b"", NOW)
    assert json.loads(canonical_body({}, b"", None))["captured_at"] is None


def test_decisions_0008_an_event_is_told_by_the_hash_of_its_body() -> None:
    body = canonical_body({"id": "a"}, NUMBER, NOW)
    event = Event("a", "bus 1", 1, NOW, Source.WEDGE, EventKind.VISIT, NUMBER, body=body)
    assert event.body_hash == sha256(body.encode()).hexdigest()


NEW_INSTALLATIONS = st.builds(
    NewInstallation,
    farm=TEXTS,
    place=TEXTS,
    parlour_type=st.sampled_from(ParlourType),
    species=st.sampled_from(Species),
    unit_count=st.integers(1, 200),
    postcode=TEXTS,
    box_count=st.integers(0, 20),
    vacuum_pump_count=st.integers(1, 20),
    cleaning_facility_count=st.integers(1, 20),
)
VISITS = st.builds(
    Visit,
    stop=TEXTS,
    mechanic=TEXTS,
    service_date=st.dates(),
    ending=st.sampled_from(Ending),
    installation=st.none() | TEXTS,
    previous=st.none() | TEXTS,
    new_installation=st.none() | NEW_INSTALLATIONS,
)


@given(VISITS)
def test_decisions_0008_a_visit_comes_back_from_storage_as_it_was(visit: Visit) -> None:
    stored = json.dumps(visit_fields(visit))
    found = visit_from_fields(json.loads(stored))
    assert found == visit
    assert isinstance(found.ending, Ending)
