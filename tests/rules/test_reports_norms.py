"""Which norm an installation is tested by, from its age and the day of the service: R44."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import Norm, NormVerdict, may_use_earlier_norm, norm_verdict
from tests.rules.test_reports import DAY, FULL, NOW, against, lacks, service

# Delivered or renovated, made, service date, and whether ISO 1984 may be tried: the table of R44.
BORN = [
    (date(1996, 12, 31), None, date(2003, 12, 31), True),
    (date(1997, 1, 1), None, date(2003, 12, 31), False),
    (date(1996, 12, 31), None, date(2004, 1, 1), False),
    (date(1996, 12, 31), None, date(2004, 1, 2), False),
    (date(1990, 1, 1), date(1999, 6, 1), date(2003, 12, 31), False),
    (date(1990, 1, 1), date(1999, 6, 1), date(2004, 1, 2), False),
    (date(1999, 6, 1), date(1996, 12, 31), date(2003, 12, 31), True),
    (None, date(1996, 12, 31), date(2003, 12, 31), True),
    (None, date(1997, 1, 1), date(2003, 12, 31), False),
    (None, None, date(2003, 12, 31), False),
]


@pytest.mark.parametrize(("delivered", "made", "day", "may"), BORN)
def test_r44_the_norm_of_1984_by_age_and_day(
    delivered: date | None, made: date | None, day: date, may: bool
) -> None:
    details = replace(FULL, delivered_on=delivered, pump_made_on=made)
    assert may_use_earlier_norm(details, regulation_on(day)) is may
    tried = replace(details, rubrics_comply=False, rubrics_comply_earlier=True)
    closed = "earlier_norm_closed" in against(tried, service(day=day), day)
    in_transition = day < date(2004, 1, 1)
    assert closed is (in_transition and not may)


OLD = replace(FULL, delivered_on=date(1996, 12, 31))
IN_2003 = regulation_on(date(2003, 12, 31))


@pytest.mark.parametrize(
    ("first", "earlier", "verdict"),
    [
        (None, None, NormVerdict(Norm.ISO_1996, None)),
        (True, None, NormVerdict(Norm.ISO_1996, True)),
        (True, False, NormVerdict(Norm.ISO_1996, True)),
        (False, None, NormVerdict(Norm.ISO_1996, False)),
        (False, True, NormVerdict(Norm.ISO_1984, True)),
        (False, False, NormVerdict(Norm.ISO_1984, False)),
    ],
)
def test_r44_first_the_norm_of_1996_and_only_then_that_of_1984(
    first: bool | None, earlier: bool | None, verdict: NormVerdict
) -> None:
    details = replace(OLD, rubrics_comply=first, rubrics_comply_earlier=earlier)
    assert norm_verdict(details, IN_2003) == verdict
    no_number = "number_without_norm" in against(details, service(day=date(2003, 12, 31)), DAY)
    assert no_number is (verdict.complies is False)
    geen_kom = service(mark="geen_kom", day=date(2003, 12, 31))
    assert "number_without_norm" not in against(details, geen_kom, DAY)


def test_r44_a_younger_installation_stays_with_the_norm_of_1996() -> None:
    young = replace(OLD, delivered_on=date(1997, 1, 1), rubrics_comply=False)
    tried = replace(young, rubrics_comply_earlier=True)
    assert norm_verdict(tried, IN_2003) == NormVerdict(Norm.ISO_1996, False)


@pytest.mark.parametrize(
    ("day", "lacking"), [(date(2003, 12, 31), {"norm_result"}), (date(2004, 1, 1), set())]
)
def test_r44_rubrics_are_asked_while_there_is_a_transition(day: date, lacking: set[str]) -> None:
    assert lacks(OLD, day=day) == lacking
    assert lacks(replace(OLD, rubrics_comply=True), day=day) == set()


def test_r44_from_2004_the_norm_in_force_holds_for_all() -> None:
    for details in (OLD, replace(OLD, rubrics_comply=False, rubrics_comply_earlier=True)):
        assert norm_verdict(details, NOW) == NormVerdict(Norm.IN_FORCE, None)
        assert against(details) == []


@pytest.mark.parametrize(
    ("mark", "lacking"), [("number", {"delivery_date"}), ("geen_kom", {"delivery_date"})]
)
def test_r44a_without_the_date_of_delivery_it_is_incomplete(mark: str, lacking: set[str]) -> None:
    details = replace(FULL, remark="lek")
    assert lacks(replace(details, delivered_on=None), service(mark=mark)) == lacking
    assert lacks(details, service(mark=mark)) == set()


@pytest.mark.parametrize(
    ("day", "norm", "valid_from"),
    [
        (date(2003, 12, 31), "iso_1996", date(2002, 1, 1)),
        (date(2004, 1, 1), "iso_in_force", date(2004, 1, 1)),
    ],
)
def test_r44b_norms_and_limits_have_their_day(day: date, norm: str, valid_from: date) -> None:
    found = regulation_on(day)
    assert (norm_verdict(OLD, found).norm, found.valid_from) == (norm, valid_from)


def test_r44c_advice_on_the_coming_norm_rejects_nothing() -> None:
    ahead = replace(OLD, rubrics_comply=True, advice="straks te klein", advises_coming_norm=True)
    assert norm_verdict(ahead, IN_2003).complies is True
    assert lacks(ahead, day=date(2003, 12, 31)) == set()
