"""What a report says: when it is complete, what it may not say, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on, regulations
from kombeheer.rules.reports import (
    Details,
    ReportState,
    Service,
    ServiceKind,
    complete_by,
    correctable_until,
    counts_as_service,
    is_repaired_late,
    may_be_graded,
    missing,
    objections,
    require_one_mark,
    restarts_interval,
    state_of,
    template_on,
    wash_deviates,
)

DAY = date(2026, 3, 5)
NOW = regulation_on(DAY)
FIRST_OF_ALL = regulations()[0].valid_from
FULL = Details(
    delivered_on=date(2015, 5, 1),
    wash_start=Decimal("70.0"),
    wash_end=Decimal("45.0"),
    is_dry=True,
    is_visible=True,
    is_near=True,
)
KKM = {
    "kkm_visited_on": date(2026, 2, 1),
    "repair_by": date(2026, 3, 31),
    "stamped_on": DAY,
    "stamp_initials": "JdB",
}


def service(
    kind: ServiceKind = ServiceKind.MAJOR, mark: str = "number", day: date = DAY
) -> Service:
    """A service that ends with a number, `geen KOM` or `kb`."""
    return Service(kind, mark == "number", mark == "kb", day)


def lacks(details: Details, of: Service | None = None, day: date = DAY) -> set[str]:
    """What a report lacks, by the last word of each code."""
    asked = of or service(day=day)
    found = missing(asked, details, regulation_on(asked.service_date))
    assert (state_of(asked, details, regulation_on(asked.service_date)) == "complete") is not found
    return {one.code.removeprefix("reports.needs_") for one in found}


def against(details: Details, of: Service | None = None, today: date = DAY) -> list[str]:
    asked = of or service()
    found = objections(asked, details, today, regulation_on(asked.service_date))
    return [one.code.removeprefix("reports.") for one in found]


@pytest.mark.parametrize(
    ("changed", "lacking"),
    [
        ({}, set()),
        ({"is_dry": False}, {"placing"}),
        ({"is_visible": False}, {"placing"}),
        ({"is_near": False}, {"placing"}),
        ({"is_dry": False, "is_visible": False, "is_near": False}, {"placing"}),
    ],
)
def test_r37_a_sticker_is_dry_in_sight_and_near(
    changed: dict[str, bool], lacking: set[str]
) -> None:
    assert lacks(replace(FULL, **changed)) == lacking  # type: ignore[arg-type]


def test_r37_without_a_sticker_nothing_is_placed() -> None:
    bare = Details(
        delivered_on=FULL.delivered_on, wash_start=Decimal(70), wash_end=Decimal(45), remark="lek"
    )
    assert lacks(bare, service(mark="geen_kom")) == set()
    assert lacks(bare) == {"placing"}


@pytest.mark.parametrize(("remark", "lacking"), [("", {"remark"}), ("pulsator", set())])
def test_r38_geen_kom_says_why(remark: str, lacking: set[str]) -> None:
    assert lacks(replace(FULL, remark=remark), service(mark="geen_kom")) == lacking
    assert lacks(replace(FULL, remark=remark)) == set()


def test_r39_kb_asks_nothing_and_is_complete_at_once() -> None:
    assert lacks(Details(), service(ServiceKind.LIMITED, "kb")) == set()
    assert lacks(Details()) == {"delivery_date", "wash", "placing"}


@pytest.mark.parametrize(
    ("kind", "mark", "fits"),
    [
        (ServiceKind.LIMITED, "kb", True),
        (ServiceKind.LIMITED, "number", False),
        (ServiceKind.LIMITED, "geen_kom", False),
        (ServiceKind.MAJOR, "number", True),
        (ServiceKind.MAJOR, "geen_kom", True),
        (ServiceKind.MAJOR, "kb", False),
        (ServiceKind.REPAIR, "number", True),
        (ServiceKind.REPAIR, "geen_kom", True),
        (ServiceKind.REPAIR, "kb", False),
    ],
)
def test_r39_kb_goes_with_a_limited_service_and_nothing_else(
    kind: ServiceKind, mark: str, fits: bool
) -> None:
    assert (against(FULL, service(kind, mark)) == []) is fits


@pytest.mark.parametrize(
    ("number", "marks", "day", "code"),
    [
        ("2600000126", (), DAY, None),
        ("", ("geen KOM",), DAY, None),
        ("", ("kb",), DAY, None),
        ("", ("kb", "kb"), DAY, None),
        ("", (), DAY, "reports.mark_missing"),
        ("2600000126", ("kb",), DAY, "reports.two_marks"),
        ("2600000126", ("geen KOM",), DAY, "reports.two_marks"),
        ("", ("geen KOM", "kb"), DAY, "reports.two_marks"),
        ("2600000126", ("geen KOM", "kb"), date(2001, 12, 31), "reports.two_marks"),
    ],
)
def test_r40_one_of_three(number: str, marks: tuple[str, ...], day: date, code: str | None) -> None:
    if code is None:
        require_one_mark(number, marks, day, FIRST_OF_ALL)
        return
    with pytest.raises(Refusal) as refused:
        require_one_mark(number, marks, day, FIRST_OF_ALL)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("number", "day", "code"),
    [
        ("", date(2001, 12, 31), None),
        ("", date(2002, 1, 1), "reports.mark_missing"),
        ("2600000126", date(2002, 1, 1), None),
    ],
)
def test_r36_the_number_stands_on_every_report_since_2002(
    number: str, day: date, code: str | None
) -> None:
    if code is None:
        require_one_mark(number, (), day, FIRST_OF_ALL)
        return
    with pytest.raises(Refusal, match=code.replace(".", r"\.")):
        require_one_mark(number, (), day, FIRST_OF_ALL)


@pytest.mark.parametrize("place", ["is_dry", "is_visible", "is_near"])
def test_r36_without_its_sticker_in_place_a_number_makes_no_complete_report(place: str) -> None:
    assert lacks(FULL) == set()
    assert lacks(replace(FULL, **{place: False})) != set()  # type: ignore[arg-type]


def test_r40_two_marks_are_told_as_they_were_given() -> None:
    with pytest.raises(Refusal) as refused:
        require_one_mark("26-000001-26", ["kb"], DAY, FIRST_OF_ALL)
    assert refused.value.facts == {"value": "26-000001-26, kb"}


@pytest.mark.parametrize(
    ("gone", "mark", "lacking"),
    [
        ((), "number", set()),
        (("kkm_visited_on",), "number", {"kkm_visit"}),
        (("repair_by",), "number", {"kkm_visit"}),
        (("stamped_on",), "number", {"stamp"}),
        (("stamp_initials",), "number", {"stamp"}),
        (("kkm_visited_on", "stamped_on"), "number", {"kkm_visit", "stamp"}),
        (("stamped_on", "stamp_initials"), "geen_kom", set()),
    ],
)
def test_r41_r75_a_repair_has_its_visit_deadline_and_stamp(
    gone: tuple[str, ...], mark: str, lacking: set[str]
) -> None:
    told = {name: value for name, value in KKM.items() if name not in gone}
    details = replace(FULL, remark="hersteld", **told)  # type: ignore[arg-type]
    assert lacks(details, service(ServiceKind.REPAIR, mark)) == lacking
    assert lacks(details, service(ServiceKind.MAJOR, mark)) == set()


@pytest.mark.parametrize(
    ("repair_by", "late"), [(date(2026, 3, 5), False), (date(2026, 3, 4), True), (None, False)]
)
def test_r41_the_day_of_the_deadline_is_in_time(repair_by: date | None, late: bool) -> None:
    assert is_repaired_late(replace(FULL, repair_by=repair_by), DAY) is late


@pytest.mark.parametrize(
    ("field", "day", "code"),
    [
        ("delivered_on", DAY, None),
        ("delivered_on", date(2026, 3, 6), "delivered_later"),
        ("pump_made_on", DAY, None),
        ("pump_made_on", date(2026, 3, 6), "delivered_later"),
        ("kkm_visited_on", DAY, None),
        ("kkm_visited_on", date(2026, 3, 6), "kkm_visit_later"),
        ("repair_by", date(2026, 2, 1), None),
        ("repair_by", date(2026, 1, 31), "deadline_earlier"),
        ("stamped_on", DAY, None),
        ("stamped_on", date(2026, 3, 4), "stamp_earlier"),
        ("stamped_on", date(2026, 3, 9), None),
        ("stamped_on", date(2026, 3, 10), "day_in_future"),
    ],
)
def test_r41_r44a_days_follow_each_other(field: str, day: date, code: str | None) -> None:
    told = {**KKM, "repair_by": date(2026, 3, 31), field: day}
    found = against(replace(FULL, **told), service(ServiceKind.REPAIR), date(2026, 3, 9))
    assert found == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("start", "end", "deviates"),
    [
        ("65.1", "40.1", False),
        ("65.0", "40.1", True),
        ("65.1", "40.0", True),
        ("65.0", "40.0", True),
        (None, None, False),
        (None, "40.0", True),
        ("65.0", None, True),
        (None, "40.1", False),
    ],
)
def test_r45_the_limits_themselves_are_too_cold(
    start: str | None, end: str | None, deviates: bool
) -> None:
    details = replace(
        FULL,
        wash_start=None if start is None else Decimal(start),
        wash_end=None if end is None else Decimal(end),
        wash_judgement="met de hand",
    )
    assert wash_deviates(details, NOW) is deviates
    assert lacks(details) == ({"wash_advice"} if deviates else set())
    told = replace(details, remark="te koud", advice="boiler hoger")
    assert lacks(told) == set()
    for half in (replace(told, remark=""), replace(told, advice="")):
        assert lacks(half) == ({"wash_advice"} if deviates else set())
    assert against(told) == []  # it may be approved all the same


@pytest.mark.parametrize(
    ("start", "end", "judgement", "lacking"),
    [
        (None, None, "", {"wash"}),
        ("70.0", None, "", {"wash"}),
        (None, "45.0", "", {"wash"}),
        ("70.0", "45.0", "", set()),
        (None, None, "met de hand, heet", set()),
    ],
)
def test_r45_measured_or_else_judged(
    start: str | None, end: str | None, judgement: str, lacking: set[str]
) -> None:
    details = replace(
        FULL,
        wash_start=None if start is None else Decimal(start),
        wash_end=None if end is None else Decimal(end),
        wash_judgement=judgement,
    )
    assert lacks(details) == lacking


@pytest.mark.parametrize(
    ("value", "possible"),
    [("-0.1", False), ("0.0", True), ("100.0", True), ("100.1", False)],
)
def test_r45_water_is_from_0_to_100_degrees(value: str, possible: bool) -> None:
    for name in ("wash_start", "wash_end"):
        details = replace(FULL, **{name: Decimal(value)})  # type: ignore[arg-type]
        assert ("temperature_impossible" not in against(details)) is possible


@pytest.mark.parametrize(("count", "possible"), [(-1, False), (0, True), (400, True), (401, False)])
def test_r47_verified_units_are_from_0_to_400(count: int, possible: bool) -> None:
    for name in ("jars_verified", "meters_verified"):
        details = replace(FULL, **{name: count})  # type: ignore[arg-type]
        assert ("units_verified_impossible" not in against(details)) is possible


@pytest.mark.parametrize(
    ("kind", "state", "counts"),
    [
        (ServiceKind.MAJOR, ReportState.INCOMPLETE, True),
        (ServiceKind.MAJOR, ReportState.COMPLETE, True),
        (ServiceKind.MAJOR, ReportState.WITHDRAWN, False),
        (ServiceKind.REPAIR, ReportState.COMPLETE, True),
        (ServiceKind.REPAIR, ReportState.WITHDRAWN, False),
        (ServiceKind.LIMITED, ReportState.COMPLETE, False),
        (ServiceKind.LIMITED, ReportState.WITHDRAWN, False),
    ],
)
def test_r5_kb_and_what_was_withdrawn_do_not_count(
    kind: ServiceKind, state: ReportState, counts: bool
) -> None:
    assert counts_as_service(kind, state, NOW) is counts


def test_r5_whether_kb_counts_is_a_setting() -> None:
    otherwise = replace(NOW, kb_counts_as_service=True)
    assert counts_as_service(ServiceKind.LIMITED, ReportState.COMPLETE, otherwise)
    assert not counts_as_service(ServiceKind.LIMITED, ReportState.WITHDRAWN, otherwise)


@pytest.mark.parametrize(
    ("kind", "state", "may"),
    [
        (ServiceKind.MAJOR, ReportState.COMPLETE, True),
        (ServiceKind.MAJOR, ReportState.INCOMPLETE, False),
        (ServiceKind.MAJOR, ReportState.WITHDRAWN, False),
        (ServiceKind.REPAIR, ReportState.COMPLETE, True),
        (ServiceKind.LIMITED, ReportState.COMPLETE, False),
    ],
)
def test_r8_r69_only_complete_reports_are_graded(
    kind: ServiceKind, state: ReportState, may: bool
) -> None:
    assert may_be_graded(kind, state) is may


@pytest.mark.parametrize(
    ("kind", "restarts"),
    [(ServiceKind.MAJOR, True), (ServiceKind.REPAIR, False), (ServiceKind.LIMITED, False)],
)
def test_r31_only_a_major_service_restarts_the_interval(kind: ServiceKind, restarts: bool) -> None:
    assert restarts_interval(kind) is restarts


@pytest.mark.parametrize(
    ("service_date", "until"),
    [
        (date(2025, 3, 5), date(2026, 3, 5)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 12, 31), date(2026, 12, 31)),
    ],
)
def test_r71_one_corrects_oneself_for_twelve_months(service_date: date, until: date) -> None:
    assert correctable_until(service_date, regulation_on(service_date)) == until


@pytest.mark.parametrize(
    ("day", "is_robot", "template"),
    [
        (date(2003, 12, 31), False, "MAR-2002"),
        (date(2004, 1, 1), False, "MAR-2004"),
        (date(2003, 12, 31), True, "MAR-AMS-2001"),
        (date(2004, 1, 1), True, "MAR-AMS-2001"),
    ],
)
def test_r72_each_kind_and_time_has_its_template(day: date, is_robot: bool, template: str) -> None:
    assert template_on(is_robot, regulation_on(day)) == template


def test_a_report_is_completed_within_fourteen_days() -> None:
    assert complete_by(date(2026, 3, 5), NOW) == date(2026, 3, 19)


def test_r69_the_words_that_are_stored_stay_what_they_are() -> None:
    assert [state.value for state in ReportState] == ["incomplete", "complete", "withdrawn"]
    assert [kind.value for kind in ServiceKind] == ["major", "limited", "repair"]
