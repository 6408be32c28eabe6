"""What last year would have cost under another tariff, by item and by dealer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from kombeheer.rules.billing import ChargePeriod, ChargeScope, Tariff
from kombeheer.services.billing import previewing, streaming
from kombeheer.services.billing.charging import load_tariffs
from kombeheer.services.billing.previewing import YearPreview, preview_year
from models.sites import Site
from tests.factories import number
from tests.field import Field
from tests.services.billing.test_tariffs import WANTED
from tests.services.billing.till import Till

LAST_YEAR = date(2025, 6, 2)


@pytest.fixture
def till(field: Field) -> Till:
    return Till(field, LAST_YEAR)


def preview(till: Till, wanted: Tariff = WANTED, year: int = 2025) -> YearPreview:
    with till.field.foundation.database.reading() as session:
        return preview_year(session, wanted, year)


def amounts(found: YearPreview) -> dict[str, tuple[int, int, int, int]]:
    """Of each item that counts: how many and how much, now and then."""
    return {
        name: (one.present_count, one.present_cents, one.wished_count, one.wished_cents)
        for name, one in found.items.items()
        if one.present_count or one.wished_count
    }


def test_each_item_is_counted_now_and_then(till: Till) -> None:
    till.visit()
    till.visit(till.installation(units=10, species="goats"))
    report = till.visit(till.installation(units=5, species="sheep"), ending="geen_kom")
    till.revise(report, {"jars_verified": 8, "meters_verified": 12})
    found = preview(till)
    assert amounts(found) == {
        "base_cents": (2, 5210, 2, 5400),
        "cow_cents": (24, 624, 24, 672),
        "goat_cents": (10, 130, 10, 140),
        "jar_cents": (8, 200, 8, 208),
        "meter_cents": (12, 936, 12, 960),
    }
    assert (found.total.present_cents, found.total.wished_cents) == (7100, 7380)
    assert found.report_count == 3
    assert [(one.dealer.id, one.amounts.difference_cents) for one in found.dealers] == [
        (till.field.dealer.id, 280)
    ]


def test_the_present_table_again_makes_no_difference(till: Till) -> None:
    site = till.field.row(Site, id=till.field.installation.site_id)
    till.send(till.event(), till.event(till.installation(site, units=12)))
    till.go_to(date(2025, 11, 3))
    till.visit()
    with till.field.foundation.database.reading() as session:
        present = load_tariffs(session)[-1]
    found = preview(till, present)
    assert found.total.present_cents == found.total.wished_cents == 3541
    assert found.dealers == []


def test_what_would_be_charged_once_follows_the_settings(till: Till) -> None:
    """Two reports of one installation in a year: per report each would pay."""
    till.visit()
    till.go_to(date(2025, 11, 3))
    till.visit()
    wanted = replace(
        WANTED,
        base_period=ChargePeriod.DAY,
        surcharge_scope=ChargeScope.REPORT,
        surcharge_period=ChargePeriod.DAY,
    )
    assert amounts(preview(till, wanted)) == {
        "base_cents": (1, 2605, 2, 5400),
        "cow_cents": (24, 624, 48, 1344),
    }


def test_who_was_charged_first_keeps_it_in_the_preview(till: Till) -> None:
    """Two dealers at one installation: the later day was registered, and so charged, first."""
    dealer, mechanic, phone = till.other()
    till.visit()
    told = till.event(raw=number(501, "25").digits, mechanic=mechanic.number, day="2025-06-01")
    till.send(told, phone=phone)
    found = preview(till)
    assert [(one.dealer.id, one.amounts.wished_cents) for one in found.dealers] == [
        (till.field.dealer.id, 3372)
    ]
    assert dealer.id != till.field.dealer.id


def test_only_that_year_counts_and_withdrawn_reports_do_not(till: Till) -> None:
    till.withdraw(till.visit())
    till.go_to(date(2026, 1, 2))
    till.visit()
    found = preview(till)
    assert found.is_empty
    assert (found.report_count, found.dealers, amounts(found)) == (0, [], {})
    assert preview(till, year=2026).total.present_cents == 3229


def test_a_year_before_all_tariffs_shows_what_it_would_have_cost(till: Till) -> None:
    till.go_to(date(2001, 5, 1))
    till.visit()
    found = preview(till, year=2001)
    assert (found.total.present_cents, found.total.wished_cents) == (0, 3372)
    assert not found.is_empty


def test_the_first_day_counts_for_nothing(till: Till) -> None:
    till.visit()
    for day in (date(1990, 1, 1), date(2026, 7, 1)):
        assert preview(till, replace(WANTED, valid_from=day)).total.wished_cents == 3372


def test_only_the_dealers_that_differ_most_are_named(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "DEALERS_SHOWN", 1)
    _, mechanic, phone = till.other()
    till.visit(till.installation(units=10))
    told = till.event(
        till.installation(units=99), raw=number(501, "25").digits, mechanic=mechanic.number
    )
    till.send(told, phone=phone)
    found = preview(till)
    assert found.dealer_count == 2
    [largest] = found.dealers
    assert largest.dealer.name == "Van der Wal Melkservice"
    assert largest.amounts.difference_cents == 95 + 2 * 99


def test_it_takes_two_queries_and_small_steps_whatever_the_count(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "FETCH_ROWS", 2)
    till.send(*(till.event(till.installation(units=10)) for _ in range(7)))
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    reader = till.field.foundation.database.reader
    event.listen(reader, "before_cursor_execute", note)
    try:
        found = preview(till)
    finally:
        event.remove(reader, "before_cursor_execute", note)
    assert found.total.present_cents == 7 * (2605 + 260)
    assert len([one for one in asked if one.startswith("SELECT")]) == 2
