"""Numbers of farms as they are stored and shown, and periods that may not share a day."""

from __future__ import annotations

from datetime import date

import pytest

from kombeheer.rules.parties import (
    IdentifierKind,
    Period,
    merged_period,
    overlapping,
    require_forward,
    shown_identifier,
    united,
    written_identifier,
)
from kombeheer.rules.refusal import Refusal, shown_text

UBN, KVK, KBO, PE, HERD = IdentifierKind


@pytest.mark.parametrize(
    ("kind", "typed", "stored", "shown"),
    [
        (UBN, "1", "1", "1"),
        (UBN, "1234567", "1234567", "1234567"),
        (UBN, "UBN 0012345", "12345", "12345"),
        (UBN, " 123.45-67 ", "1234567", "1234567"),
        (KVK, "01234567", "01234567", "01234567"),
        (KVK, "KvK 1234 5678", "12345678", "12345678"),
        (KBO, "0403.019.261", "0403019261", "0403.019.261"),
        (KBO, "BE 403019261", "0403019261", "0403.019.261"),
        (PE, "PE 123456", "123456", "123456"),
        (PE, "be12345678", "BE12345678", "BE12345678"),
        (HERD, "12345678", "BE12345678", "BE 12345678"),
        (HERD, "BE 12345678-0101", "BE123456780101", "BE 12345678-0101"),
    ],
)
def test_a_number_is_stored_one_way(
    kind: IdentifierKind, typed: str, stored: str, shown: str
) -> None:
    assert written_identifier(kind, typed) == stored
    assert shown_identifier(kind, stored) == shown
    assert written_identifier(kind, shown) == stored


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (UBN, "", "parties.ubn_invalid"),
        (UBN, "0", "parties.ubn_invalid"),
        (UBN, "12345678", "parties.ubn_invalid"),
        (UBN, "12a4567", "parties.ubn_invalid"),
        (UBN, "١٢٣", "parties.ubn_invalid"),
        (UBN, "123\x00", "parties.ubn_invalid"),
        (KVK, "1234567", "parties.kvk_invalid"),
        (KVK, "123456789012", "parties.kvk_invalid"),
        (KBO, "40301926", "parties.kbo_invalid"),
        (KBO, "2403019261", "parties.kbo_invalid"),
        (PE, "12345", "parties.pe_invalid"),
        (PE, "1234567890123", "parties.pe_invalid"),
        (HERD, "123456789", "parties.herd_invalid"),
        (HERD, "NL12345678", "parties.herd_invalid"),
    ],
)
def test_what_cannot_be_such_a_number_is_refused(
    kind: IdentifierKind, typed: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        written_identifier(kind, typed)
    assert refused.value == Refusal(code, value=shown_text(typed.strip()))


def day(number: int) -> date:
    return date(2026, 3, number)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Period(day(5), day(10)), Period(day(10), day(20)), True),
        (Period(day(5), day(10)), Period(day(11), day(20)), False),
        (Period(day(5)), Period(day(4), day(5)), True),
        (Period(day(5)), Period(day(1), day(4)), False),
        (Period(day(5)), Period(day(20)), True),
        (Period(day(5), day(5)), Period(day(5), day(5)), True),
        (Period(day(1), day(30)), Period(day(10), day(11)), True),
    ],
)
def test_r43_periods_overlap_when_they_share_a_day(
    one: Period, other: Period, expected: bool
) -> None:
    assert one.overlaps(other) is other.overlaps(one) is expected
    assert (overlapping(one, [other]) == other) is expected


def test_r43_a_period_covers_its_first_and_its_last_day() -> None:
    period = Period(day(5), day(10))
    assert [period.covers(day(number)) for number in (4, 5, 10, 11)] == [False, True, True, False]
    assert Period(day(5)).covers(date.max)


def test_r43_of_several_clashes_the_first_is_named() -> None:
    later, earlier = Period(day(20)), Period(day(2), day(8))
    assert overlapping(Period(day(1)), [later, earlier]) == earlier
    assert overlapping(Period(day(1)), []) is None


def test_r43_a_period_may_last_one_day_but_not_end_before_it_begins() -> None:
    require_forward(Period(day(5), day(5)))
    require_forward(Period(day(5)))
    with pytest.raises(Refusal) as refused:
        require_forward(Period(day(5), day(4)))
    assert refused.value == Refusal(
        "parties.period_backward", from_on="2026-03-05", until_on="2026-03-04"
    )


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Period(day(5), day(10)), Period(day(8), day(20)), Period(day(5), day(20))),
        (Period(day(5)), Period(day(2), day(20)), Period(day(2))),
        (Period(day(5)), Period(day(2)), Period(day(2))),
    ],
)
def test_r43_merged_periods_begin_at_the_first_and_end_at_the_last_day(
    one: Period, other: Period, both: Period
) -> None:
    assert merged_period(one, other) == merged_period(other, one) == both


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        ([(8, 20), (2, 5)], [(2, 5), (8, 20)]),
        ([(2, 5), (5, 8), (8, 9)], [(2, 9)]),
        ([(2, 5), (6, 8)], [(2, 5), (6, 8)]),
        ([(2, 20), (5, 8), (21, 22)], [(2, 20), (21, 22)]),
    ],
)
def test_r43_united_periods_share_no_day_and_cover_the_same_days(
    given: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    periods = [Period(day(first), day(last)) for first, last in given]
    assert united(periods) == [Period(day(first), day(last)) for first, last in expected]


def test_r43_a_period_that_is_open_takes_in_what_comes_after_it() -> None:
    assert united([Period(day(9), day(10)), Period(day(5))]) == [Period(day(5))]
