"""Sticker ranges taken over: to whom, which were used, and what contradicts by number."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from kombeheer.services.stickers import checking, ledger
from kombeheer.services.stickers.balance import Post, balances
from models.parties import Dealer
from models.stickers import Sticker, StickerSeries
from tests.services.imports.taking import Register

HEAD = (
    "serie;eerste;laatste;dealer;uitgegeven_op;gebruikt;bedorven;vermist;gestolen;ingeleverd;"
    "cijfers;geldig_van;geldig_tot"
)
LINE = "25;1;20;118;05-12-2024;1 t/m 5;;;;;;;"


@pytest.fixture
def two_dealers(register: Register) -> Register:
    register.take("dealers", "nummer;naam\n118;Boersma\n119;De Jong")
    return register


def take(register: Register, *lines: str) -> list[tuple[int, str, str]]:
    return register.take("stickers", "\n".join((HEAD, *lines))).found


def where(register: Register) -> dict[int, str]:
    with register.database.reading() as session:
        rows = session.execute(select(Sticker.serial, Sticker.account)).all()
        assert checking.prove(session).findings == []
    return {serial: account.partition(":")[0] for serial, account in rows}


def test_each_number_is_where_the_file_says(two_dealers: Register) -> None:
    line = "25;1;20;118;05-12-2024;1 t/m 5, 7;8;9;10;11-12;;;"
    assert take(two_dealers, line) == []
    expected = dict.fromkeys([*range(1, 6), 7], "used")
    expected |= {8: "spoiled", 9: "lost", 10: "stolen", 11: "returned", 12: "returned"}
    expected |= dict.fromkeys([6, *range(13, 21)], "dealer")
    assert where(two_dealers) == expected
    with two_dealers.database.reading() as session:
        [balance] = balances(session)
    counts = {post: balance.count(post) for post in Post}
    assert counts == {
        **dict.fromkeys(Post, 0),
        Post.RECEIVED: 20,
        Post.APPLIED: 6,
        Post.SPOILED: 1,
        Post.LOST: 1,
        Post.STOLEN: 1,
        Post.RETURNED: 2,
        Post.CLOSING: 9,
    }


def test_all_of_a_range_and_numbers_as_they_are_printed(two_dealers: Register) -> None:
    assert take(two_dealers, "25;25-000001-10;25-000003;118;05-12-2024;alle;;;;;;;") == []
    assert set(where(two_dealers).values()) == {"used"}


def test_a_series_without_check_digits_tells_what_it_is(two_dealers: Register) -> None:
    line = "oud;0004001;4010;118;05-12-2001;4001 t/m 4003;;;;;7;01-01-2002;31-12-2004"
    assert take(two_dealers, line) == []
    with two_dealers.database.reading() as session:
        series = session.execute(select(StickerSeries)).scalar_one()
        assert (series.code, series.width, series.has_check_digits) == ("oud", 7, False)
    assert take(two_dealers, "oud;4011;4012;119;05-12-2001;;;;;;;;") == []


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("25;1;20;120;05-12-2024;;;;;;;;", "dealer", "imports.dealer_unknown"),
        ("25;20;1;118;05-12-2024;;;;;;;;", "laatste", "imports.range_backward"),
        ("25;0;1;118;05-12-2024;;;;;;;;", "eerste", "stickers.serial_outside"),
        ("25;1;1000000;118;05-12-2024;;;;;;;;", "laatste", "stickers.serial_outside"),
        ("25;1;50001;118;05-12-2024;;;;;;;;", "laatste", "imports.range_large"),
        ("25;26-000001;5;118;05-12-2024;;;;;;;;", "eerste", "stickers.other_series"),
        ("25;25-000001-11;5;118;05-12-2024;;;;;;;;", "eerste", "stickers.check_digits_wrong"),
        ("25;1;20;118;06-03-2026;;;;;;;;", "uitgegeven_op", "stickers.day_impossible"),
        ("25;1;20;118;05-12-2024;1 tot 5;;;;;;;", "gebruikt", "imports.numbers_unreadable"),
        ("25;1;20;118;05-12-2024;5-1;;;;;;;", "gebruikt", "imports.numbers_unreadable"),
        ("25;1;20;118;05-12-2024;19-21;;;;;;;", "gebruikt", "imports.numbers_outside"),
        ("25;1;20;118;05-12-2024;1-5;5;;;;;;", "bedorven", "imports.numbers_twice"),
        ("25;1;20;118;05-12-2024;1-5, 5;;;;;;;", "gebruikt", "imports.numbers_twice"),
        (f"25;1;20;118;05-12-2024;{'9' * 5_000};;;;;;;", "gebruikt", "imports.numbers_unreadable"),
        (
            f"25;1;20;118;05-12-2024;1-{'9' * 5_000};;;;;;;",
            "gebruikt",
            "imports.numbers_unreadable",
        ),
        (
            "25;1;20;118;05-12-2024;\N{ARABIC-INDIC DIGIT TWO};;;;;;;",
            "gebruikt",
            "imports.numbers_unreadable",
        ),
        ("oud;1;20;118;05-12-2024;;;;;;;;", "serie", "imports.series_unknown"),
        ("25;1;20;118;05-12-2024;;;;;;7;;", "cijfers", "imports.series_of_year"),
        (
            "98;1;20;118;05-12-2001;;;;;;5;01-01-1998;31-12-1998",
            "cijfers",
            "imports.series_of_year",
        ),
        (
            "oud;25-000001;25-000020;118;05-12-2001;;;;;;8;01-01-2002;31-12-2004",
            "eerste",
            "imports.number_of_year",
        ),
        (
            "oud;1;20;118;05-12-2001;25-000005;;;;;8;01-01-2002;31-12-2004",
            "gebruikt",
            "imports.number_of_year",
        ),
        ("25;1;20;118;05-12-2024;26-000005;;;;;;;", "gebruikt", "stickers.other_series"),
        ("25;1;20;118;05-12-2024;25-000005-11;;;;;;;", "gebruikt", "stickers.check_digits_wrong"),
        (
            "A!;1;20;118;05-12-2024;;;;;;7;01-01-2002;31-12-2004",
            "serie",
            "stickers.series_code_unusable",
        ),
        (
            "oud;1;20;118;05-12-2024;;;;;;7;31-12-2004;01-01-2002",
            "geldig_tot",
            "stickers.series_period_reversed",
        ),
        (
            "\N{ARABIC-INDIC DIGIT TWO}2;1;20;118;05-12-2024;;;;;;;;",
            "serie",
            "imports.series_unknown",
        ),
    ],
)
def test_a_bad_cell_is_named(two_dealers: Register, line: str, column: str, code: str) -> None:
    assert (2, column, code) in take(two_dealers, line)
    assert two_dealers.counts()["sticker"] == 0


@pytest.mark.parametrize(
    ("used", "spoiled", "numbers"),
    [
        ("1-5, 4-8, 2-6", "", "25-000002 t/m 000006."),
        ("1-9, 3, 3, 5", "", "25-000003, 25-000005."),
        ("1-5", "9, 4-7", "25-000004 t/m 000005."),
    ],
)
def test_numbers_that_stand_there_twice_are_told_once(
    two_dealers: Register, used: str, spoiled: str, numbers: str
) -> None:
    line = f"25;1;20;118;05-12-2024;{used};{spoiled};;;;;;"
    [row] = two_dealers.take("stickers", f"{HEAD}\n{line}").rows
    assert str(row[4]).endswith(f"meer dan een keer: {numbers}")


def test_a_small_cell_that_tells_very_many_numbers(two_dealers: Register) -> None:
    cell = ", ".join(["1-50000"] * 500)
    tracemalloc.start()
    try:
        found = take(two_dealers, f"25;1;50000;118;05-12-2024;{cell};;;;;;;")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == [(2, "gebruikt", "imports.numbers_twice")]
    assert most < 32 * 1024**2


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (20, 25, "imports.range_overlaps"),
        (21, 25, None),
        (5, 6, "imports.range_overlaps"),
        (1, 30, "imports.line_twice"),
    ],
)
def test_a_range_shares_no_number_with_another(
    two_dealers: Register, first: int, last: int, code: str | None
) -> None:
    other = f"25;{first};{last};119;05-12-2024;;;;;;;;"
    taken = two_dealers.take("stickers", f"{HEAD}\n{LINE}\n{other}")
    assert taken.codes == ([code] if code else [])
    if first == 20:
        assert "regel 2: 25-000020." in str(taken.rows[-1][4])


def test_a_newer_file_tells_which_numbers_were_used_since(two_dealers: Register) -> None:
    take(two_dealers, LINE)
    newer = LINE.replace("1 t/m 5", "1 t/m 7")
    taken = two_dealers.take("stickers", f"{HEAD}\n{newer}")
    assert taken.changes == [(2, "gebruikt", "erbij: 25-000006 t/m 000007")]
    assert where(two_dealers)[7] == "used"
    assert two_dealers.take("stickers", f"{HEAD}\n{newer}").counts == (0, 0, 1)


@pytest.mark.parametrize(
    ("line", "column", "code", "numbers"),
    [
        ("25;1;20;119;05-12-2024;;;;;;;;", "dealer", "imports.range_of_other", "25-000001 t/m"),
        ("25;1;22;118;05-12-2024;;;;;;;;", "eerste", "imports.range_partly_known", "25-000021"),
        ("25;1;20;118;05-12-2024;;3;;;;;;", "bedorven", "imports.numbers_elsewhere", "25-000003"),
    ],
)
def test_what_contradicts_the_register_is_told_by_number(
    two_dealers: Register, line: str, column: str, code: str, numbers: str
) -> None:
    take(two_dealers, LINE)
    before = where(two_dealers)
    taken = two_dealers.take("stickers", f"{HEAD}\n{line}")
    assert (2, column, code) in taken.found
    assert any(numbers in str(row[4]) for row in taken.rows)
    assert where(two_dealers) == before


def test_a_dealer_answers_for_what_was_used(two_dealers: Register) -> None:
    take(two_dealers, LINE)
    with two_dealers.database.reading() as session:
        owners = session.execute(
            select(Dealer.number).join(Sticker, Sticker.dealer_id == Dealer.id).distinct()
        ).scalars()
        assert owners.all() == ["118"]


def test_the_day_of_issue_stays(two_dealers: Register) -> None:
    take(two_dealers, LINE)
    other = LINE.replace("05-12-2024", "06-12-2024")
    assert take(two_dealers, other) == [(2, "uitgegeven_op", "imports.stays")]


def test_numbers_as_they_are_printed_are_no_range(two_dealers: Register) -> None:
    cell = "25-000003, 25-000007 t/m 25-000008, 25-000010-80, 12-13"
    assert take(two_dealers, f"25;1;20;118;05-12-2024;{cell};;;;;;;") == []
    used = [serial for serial, account in where(two_dealers).items() if account == "used"]
    assert sorted(used) == [3, 7, 8, 10, 12, 13]


@pytest.mark.parametrize(
    ("line", "called"),
    [
        (LINE, "25-000001 t/m 000020"),
        ("oud;1;20;118;05-12-2001;;;;;;5;01-01-2002;31-12-2004", "oud: 00001 t/m 00020"),
    ],
)
def test_a_new_range_is_called_by_its_numbers(
    two_dealers: Register, line: str, called: str
) -> None:
    [row] = two_dealers.take("stickers", f"{HEAD}\n{line}").rows
    assert row[3] == called


@pytest.mark.parametrize(
    ("newer", "column", "numbers"),
    [
        ("25;1;20;118;05-12-2024;1 t/m 3;;;;11-12;;;", "gebruikt", "25-000004 t/m 000005."),
        ("25;11;12;119;05-12-2024;;;;;;;;", "ingeleverd", "25-000011 t/m 000012."),
    ],
)
def test_what_a_newer_file_would_take_back_stays_and_is_told(
    two_dealers: Register, newer: str, column: str, numbers: str
) -> None:
    take(two_dealers, "25;1;20;118;05-12-2024;1 t/m 5;;;;11-12;;;")
    before = where(two_dealers)
    taken = two_dealers.take("stickers", f"{HEAD}\n{newer}")
    assert taken.found == [(2, column, "imports.numbers_stay")]
    assert taken.counts == (0, 0, 1)
    assert f"bekend als {column}: {numbers}" in str(taken.rows[0][4])
    assert where(two_dealers) == before


def test_a_file_without_the_column_says_nothing_of_what_was_used(two_dealers: Register) -> None:
    take(two_dealers, LINE)
    without = "serie;eerste;laatste;dealer;uitgegeven_op\n25;1;20;118;05-12-2024"
    assert two_dealers.take("stickers", without).found == []


def test_a_new_series_is_made_again_when_the_writing_is_tried_again(
    two_dealers: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, tries = ledger.post, iter(range(5))

    def stopped_once(*given: Any) -> object:
        if next(tries) == 0:
            raise OperationalError("", {}, _Deadlock())
        return post(*given)

    monkeypatch.setattr(ledger, "post", stopped_once)
    assert take(two_dealers, LINE) == []
    assert len(where(two_dealers)) == 20


class _Deadlock(Exception):
    sqlstate = "40P01"
