"""R48: tariffs are listed and added; an old service keeps its old price."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from kombeheer.rules.accounts import Role
from kombeheer.rules.billing import TARIFF_CENTS_MAX, ChargePeriod, ChargeScope, Tariff
from kombeheer.rules.refusal import Refusal
from kombeheer.services.billing import tariffs
from kombeheer.services.billing.charging import load_tariffs
from kombeheer.services.billing.tariffs import Holding
from models.billing import TariffRow
from models.journal import JournalEntry
from models.transaction import Database
from tests.factories import NOW, TODAY, Foundation
from tests.field import Field
from tests.services.billing.till import Till
from tests.together import at_once, codes

WANTED = Tariff(
    0,
    date(2027, 1, 1),
    2700,
    28,
    14,
    15,
    26,
    80,
    ChargeScope.SITE,
    ChargePeriod.YEAR,
    ChargeScope.INSTALLATION,
    ChargePeriod.YEAR,
)


def add(foundation: Foundation, wanted: Tariff = WANTED, remark: str = "") -> TariffRow:
    office = foundation.user(Role.OFFICE)
    with foundation.database.transaction() as session:
        return tariffs.add_tariff(session, office, NOW, wanted, remark)


def refused(foundation: Foundation, wanted: Tariff, remark: str = "") -> Refusal:
    """Why it cannot be added; nothing stays behind."""
    with pytest.raises(Refusal) as why:
        add(foundation, wanted, remark)
    with foundation.database.reading() as session:
        assert len(load_tariffs(session)) == 2
    return why.value


def test_the_two_known_tariffs_are_there_and_the_second_holds(database: Database) -> None:
    with database.reading() as session:
        second, first = tariffs.list_tariffs(session, TODAY)
    assert (first.tariff.valid_from, first.until_on) == (date(2002, 1, 1), date(2021, 12, 31))
    assert (second.tariff.valid_from, second.until_on) == (date(2022, 1, 1), None)
    assert (first.holding, second.holding) == (Holding.PAST, Holding.PRESENT)
    assert first.tariff.prices() == (1000, 45, 20, 20, 20, 65)
    assert second.tariff.prices() == (2605, 26, 13, 13, 25, 78)
    assert "3,05" in second.remark


@pytest.mark.parametrize(
    ("today", "holding"),
    [
        (date(2001, 12, 31), [Holding.COMING, Holding.COMING]),
        (date(2002, 1, 1), [Holding.COMING, Holding.PRESENT]),
        (date(2021, 12, 31), [Holding.COMING, Holding.PRESENT]),
        (date(2022, 1, 1), [Holding.PRESENT, Holding.PAST]),
    ],
)
def test_which_tariff_holds_follows_the_day(
    database: Database, today: date, holding: list[Holding]
) -> None:
    with database.reading() as session:
        assert [one.holding for one in tariffs.list_tariffs(session, today)] == holding


def test_a_tariff_is_added_and_ends_the_one_before(foundation: Foundation) -> None:
    made = add(foundation, remark="Bestuur, 3 maart 2026")
    with foundation.database.reading() as session:
        coming, present, _ = tariffs.list_tariffs(session, TODAY)
        [entry] = session.scalars(
            select(JournalEntry).where(JournalEntry.action == "billing.tariff_added")
        )
    assert coming.tariff == replace(WANTED, id=made.id)
    assert (coming.holding, coming.until_on) == (Holding.COMING, None)
    assert (coming.remark, coming.added_at) == ("Bestuur, 3 maart 2026", NOW)
    assert coming.added_by.startswith("user")
    assert present.until_on == date(2026, 12, 31)
    told = json.loads(entry.after)
    assert (told["base_cents"], told["valid_from"]) == ("27,00", "2027-01-01")


def test_a_service_is_charged_by_the_new_tariff_from_its_first_day(field: Field) -> None:
    add(field.foundation)
    till = Till(field, date(2026, 12, 31))
    till.visit()
    till.go_to(date(2027, 1, 1))
    till.visit()
    assert sorted(till.standing().values()) == [3229, 2700 + 24 * 28]
    assert till.total() == 3229 + 3372


def test_a_tariff_of_an_earlier_day_fits_between_two(foundation: Foundation) -> None:
    """The slides give a table without its first day; the office adds it when it is known."""
    made = add(foundation, replace(WANTED, valid_from=date(2012, 1, 1), base_cents=1850))
    with foundation.database.reading() as session:
        assert [one.valid_from.year for one in load_tariffs(session)] == [2002, 2012, 2022]
        assert [one.id for one in load_tariffs(session, newest=made.id)][1] == made.id
        assert tariffs.present_tariff(session, TODAY) == load_tariffs(session)[2]


@pytest.mark.parametrize("first", [date(2002, 1, 1), date(2022, 1, 1)])
def test_another_tariff_with_that_first_day_is_refused(foundation: Foundation, first: date) -> None:
    why = refused(foundation, replace(WANTED, valid_from=first))
    assert why == Refusal("billing.tariff_overlaps", day=first.isoformat())


@pytest.mark.parametrize(
    ("first", "fits"),
    [
        (date(2026, 3, 4), False),
        (date(2026, 3, 5), False),
        (date(2026, 3, 6), True),
        (date(2021, 12, 31), True),
        (date(2021, 6, 14), False),
        (date(2021, 6, 15), True),
    ],
)
def test_a_first_day_on_or_before_a_charged_service_is_refused(
    field: Field, first: date, fits: bool
) -> None:
    """Services of 14 June 2021 and 5 March 2026; each keeps the tariff it was charged by."""
    till = Till(field, date(2021, 6, 14))
    till.visit()
    till.go_to(TODAY)
    till.visit()
    wanted = replace(WANTED, valid_from=first)
    if fits:
        add(field.foundation, wanted)
    else:
        last = "2026-03-05" if first.year == 2026 else "2021-06-14"
        assert refused(field.foundation, wanted) == Refusal(
            "billing.tariff_charged", day=first.isoformat(), charged_on=last
        )
    till.assert_proven()


@pytest.mark.parametrize(
    ("ending", "levy", "fits"),
    [("geen_kom", 0, True), ("kb", 0, True), ("geen_kom", 3, False)],
)
def test_what_cost_nothing_stands_in_no_one_s_way(
    field: Field, ending: str, levy: int, fits: bool
) -> None:
    till = Till(field, TODAY)
    report = till.visit(ending=ending)
    if levy:
        till.revise(report, {"meters_verified": levy})
    if fits:
        add(field.foundation, replace(WANTED, valid_from=TODAY))
    else:
        assert refused(field.foundation, replace(WANTED, valid_from=TODAY)).code == (
            "billing.tariff_charged"
        )
    till.assert_proven()


def test_a_service_that_was_paid_already_counts_too(field: Field) -> None:
    """Under the new tariff it would have to pay after all."""
    till = Till(field, date(2026, 1, 5))
    till.visit()
    till.go_to(TODAY)
    till.visit()
    wanted = replace(WANTED, valid_from=date(2026, 2, 1), surcharge_scope=ChargeScope.REPORT)
    assert refused(field.foundation, wanted).facts["charged_on"] == "2026-03-05"


def test_a_withdrawn_service_stands_in_no_one_s_way(field: Field) -> None:
    till = Till(field, TODAY)
    till.withdraw(till.visit())
    add(field.foundation, replace(WANTED, valid_from=TODAY))
    till.assert_proven()


@pytest.mark.parametrize(
    ("wanted", "remark", "code"),
    [
        (replace(WANTED, valid_from=date(1949, 12, 31)), "", "billing.tariff_day_impossible"),
        (replace(WANTED, valid_from=date(2100, 1, 1)), "", "billing.tariff_day_impossible"),
        (replace(WANTED, jar_cents=-1), "", "billing.price_impossible"),
        (replace(WANTED, cow_cents=TARIFF_CENTS_MAX + 1), "", "billing.price_impossible"),
        (WANTED, "x" * 201, "billing.remark_long"),
        (WANTED, "twee\nregels", "billing.remark_long"),
    ],
)
def test_what_cannot_be_is_refused(
    foundation: Foundation, wanted: Tariff, remark: str, code: str
) -> None:
    assert refused(foundation, wanted, remark).code == code


def test_the_highest_prices_can_be_charged(field: Field) -> None:
    prices = dict.fromkeys(tariffs.PRICES, TARIFF_CENTS_MAX)
    add(field.foundation, replace(WANTED, **prices))  # type: ignore[arg-type]
    till = Till(field, date(2027, 1, 4))
    till.visit(till.installation(units=200))
    assert till.total() == TARIFF_CENTS_MAX * 201


def test_of_two_who_add_the_same_first_day_one_is_told(foundation: Foundation) -> None:
    office = foundation.user(Role.OFFICE)

    def work(cents: int) -> None:
        wanted = replace(WANTED, base_cents=cents)
        foundation.database.write(
            lambda session: tariffs.add_tariff(session, office, NOW, wanted, "")
        )

    told = codes(at_once(partial(work, 1), partial(work, 2)))
    assert sorted(told) == ["", "billing.tariff_overlaps"]


def test_a_visit_that_meets_a_new_tariff_is_charged_by_the_one_of_its_day(field: Field) -> None:
    """Either the visit is first, and the tariff is refused, or it has the new price."""
    till = Till(field, TODAY)
    event = till.event()
    wanted = replace(WANTED, valid_from=TODAY)

    def add_today() -> None:
        field.foundation.database.write(
            lambda session: tariffs.add_tariff(session, till.office, NOW, wanted, "")
        )

    added, visited = codes(at_once(add_today, partial(till.send, event)))
    assert visited == ""
    assert till.total() == {"": 3372, "billing.tariff_charged": 3229}[added]


@pytest.mark.parametrize(
    "change", ["UPDATE tariff SET base_cents = 1", "DELETE FROM tariff WHERE id = 1"]
)
def test_a_tariff_is_never_changed_or_removed(database: Database, change: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        database.transaction() as session,
    ):
        session.execute(text(change))
    with database.reading() as session:
        assert [one.base_cents for one in load_tariffs(session)] == [1000, 2605]
