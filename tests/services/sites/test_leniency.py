"""Periods of leniency: added, listed, shortened, never overlapping, told in the journal."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.sites import Leniency
from kombeheer.services.sites import leniency
from models.journal import JournalEntry
from tests.factories import NOW, Foundation
from tests.together import at_once, codes

FIRST, LAST = date(2026, 6, 20), date(2026, 7, 20)
AGREED = Leniency(FIRST, LAST, "mond- en klauwzeer")


def add(foundation: Foundation, wanted: Leniency = AGREED) -> int:
    with foundation.database.transaction() as session:
        return leniency.add_period(session, MACHINE, wanted, "KKM 2026-114", NOW).id


def shorten(foundation: Foundation, period: int, until_on: date) -> None:
    with foundation.database.transaction() as session:
        leniency.shorten_period(session, MACHINE, period, until_on, "eerder vrij", NOW)


def journal(foundation: Foundation) -> list[tuple[str, str, dict[str, str], dict[str, str]]]:
    with foundation.database.reading() as session:
        rows = session.scalars(
            select(JournalEntry)
            .where(JournalEntry.subject_kind == "leniency")
            .order_by(JournalEntry.id)
        )
        return [
            (row.action, row.subject_id, json.loads(row.before), json.loads(row.after))
            for row in rows
        ]


def test_r33_a_period_covers_its_first_and_its_last_day(foundation: Foundation) -> None:
    add(foundation)
    with foundation.database.reading() as session:
        for day, found in (
            (date(2026, 6, 19), None),
            (FIRST, AGREED),
            (LAST, AGREED),
            (date(2026, 7, 21), None),
        ):
            assert leniency.leniency_on(session, day) == found, day
        assert leniency.leniencies(session, date(2026, 7, 20), date(2026, 12, 31)) == (AGREED,)
        assert leniency.leniencies(session, date(2026, 7, 21), date(2026, 12, 31)) == ()


def test_r33_what_overlaps_or_ends_before_it_begins_is_refused_and_nothing_stored(
    foundation: Foundation,
) -> None:
    add(foundation)
    for wanted, code in (
        (Leniency(LAST, date(2026, 8, 1), "x"), "sites.leniency_overlaps"),
        (Leniency(date(2026, 9, 2), date(2026, 9, 1), "x"), "sites.leniency_reversed"),
    ):
        with pytest.raises(Refusal) as refused:
            add(foundation, wanted)
        assert refused.value.code == code
    add(foundation, Leniency(date(2026, 7, 21), date(2026, 7, 21), "naloop"))
    with foundation.database.reading() as session:
        assert [row.reason for row, _ in leniency.periods(session)] == ["naloop", AGREED.reason]
    assert [action for action, *_ in journal(foundation)] == ["sites.leniency_agreed"] * 2


def test_r33_a_period_can_end_earlier_and_the_journal_keeps_what_it_was(
    foundation: Foundation,
) -> None:
    period = add(foundation)
    for day, code in (
        (date(2026, 6, 19), "sites.leniency_reversed"),
        (LAST, "sites.leniency_longer"),
        (date(2026, 8, 1), "sites.leniency_longer"),
    ):
        with pytest.raises(Refusal) as refused:
            shorten(foundation, period, day)
        assert refused.value.code == code
    shorten(foundation, period, FIRST)
    with foundation.database.reading() as session:
        assert leniency.leniency_on(session, FIRST) is not None
        assert leniency.leniency_on(session, date(2026, 6, 21)) is None
    assert journal(foundation) == [
        (
            "sites.leniency_agreed",
            str(period),
            {},
            {
                "document": "KKM 2026-114",
                "from_on": "2026-06-20",
                "reason": "mond- en klauwzeer",
                "until_on": "2026-07-20",
            },
        ),
        (
            "sites.leniency_shortened",
            str(period),
            {"until_on": "2026-07-20"},
            {"reason": "eerder vrij", "until_on": "2026-06-20"},
        ),
    ]
    with pytest.raises(Refusal, match="leniency_unknown"):
        shorten(foundation, period + 1, FIRST)


def test_who_recorded_it_is_told(foundation: Foundation) -> None:
    office = foundation.user(Role.OFFICE, email="postma@kom.example")
    with foundation.database.transaction() as session:
        leniency.add_period(session, office, AGREED, "KKM 2026-114", NOW)
    with foundation.database.reading() as session:
        [(row, name)] = leniency.periods(session)
    assert (row.document, name) == ("KKM 2026-114", "postma")


def test_of_two_that_overlap_and_come_at_once_only_one_is_stored(foundation: Foundation) -> None:
    def work() -> int:
        return foundation.database.write(
            lambda session: leniency.add_period(session, MACHINE, AGREED, "KKM", NOW).id
        )

    assert sorted(codes(at_once(work, work))) == ["", "sites.leniency_overlaps"]
    with foundation.database.reading() as session:
        assert len(leniency.periods(session)) == 1
