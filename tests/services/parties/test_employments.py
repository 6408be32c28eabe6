"""One dealer at a time, and emptied before he leaves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.parties import Period
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import MoveKind
from kombeheer.services.parties import employments
from models.journal import JournalEntry
from models.parties import Dealer, Employment, Mechanic
from models.reports import Report
from tests.factories import NOW, TODAY, Foundation

BEGAN = date(2020, 1, 1)


def begin(
    foundation: Foundation,
    mechanic: Mechanic,
    dealer: Dealer,
    first: date,
    last: date | None = None,
) -> None:
    with foundation.database.transaction() as session:
        period = Period(first, last)
        employments.begin_employment(session, MACHINE, mechanic.id, dealer, period, NOW)


def change(
    foundation: Foundation, mechanic: Mechanic, last: date | None, first: date = BEGAN
) -> None:
    with foundation.database.transaction() as session:
        row = session.scalars(
            select(Employment).where(Employment.mechanic_id == mechanic.id)
        ).first()
        assert row is not None
        employments.set_period(session, MACHINE, row.id, Period(first, last), NOW)


def test_a_second_dealer_at_the_same_time_is_refused_with_both_periods(
    foundation: Foundation,
) -> None:
    first, second = foundation.dealer("Hoekstra"), foundation.dealer("Twente")
    mechanic = foundation.mechanic(first)
    with pytest.raises(Refusal) as refused:
        begin(foundation, mechanic, second, TODAY)
    assert refused.value == Refusal(
        "parties.employment_overlaps",
        dealer="Hoekstra",
        wanted_from="2026-03-05",
        wanted_until="…",
        present_from="2020-01-01",
        present_until="…",
    )
    change(foundation, mechanic, TODAY - timedelta(days=1))
    begin(foundation, mechanic, second, TODAY)
    with pytest.raises(Refusal, match=r"parties\.employment_overlaps"):
        change(foundation, mechanic, TODAY)
    with pytest.raises(Refusal, match=r"parties\.employment_overlaps"):
        begin(foundation, mechanic, first, date(2019, 12, 1), date(2020, 1, 1))
    begin(foundation, mechanic, first, date(2019, 12, 1), date(2019, 12, 31))


def test_he_is_emptied_before_he_leaves(foundation: Foundation) -> None:
    dealer = foundation.dealer()
    mechanic, series = foundation.mechanic(dealer), foundation.series()
    foundation.stickers(series, dealer)
    of_dealer, of_mechanic = f"dealer:{dealer.id}", f"mechanic:{mechanic.id}"
    foundation.move(MoveKind.HAND_OUT, series, 1, 3, of_dealer, of_mechanic, dealer)
    foundation.move(MoveKind.HAND_OUT, series, 7, 7, of_dealer, of_mechanic, dealer)
    with pytest.raises(Refusal) as refused:
        change(foundation, mechanic, TODAY)
    assert refused.value.code == "parties.mechanic_holds_stickers"
    assert refused.value.facts == {
        "mechanic": mechanic.name,
        "count": 4,
        "numbers": "26-000001 t/m 000003, 26-000007",
    }
    change(foundation, mechanic, None, first=date(2019, 1, 1))  # he stays: only a correction
    foundation.move(MoveKind.HAND_IN, series, 1, 3, of_mechanic, of_dealer, dealer)
    foundation.move(MoveKind.HAND_IN, series, 7, 7, of_mechanic, of_dealer, dealer)
    change(foundation, mechanic, TODAY)
    with foundation.database.reading() as session:
        assert session.scalars(select(Employment.until_on)).one() == TODAY
        actions = session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert actions == ["parties.employment_changed", "parties.employment_ended"]


def test_a_registered_service_stays_inside(foundation: Foundation) -> None:
    dealer = foundation.dealer()
    mechanic, installation = foundation.mechanic(dealer), foundation.installation()
    report = foundation.report(installation, mechanic, dealer, TODAY)
    for period in ((BEGAN, TODAY - timedelta(days=1)), (TODAY + timedelta(days=1), None)):
        with pytest.raises(Refusal) as refused:
            change(foundation, mechanic, period[1], first=period[0])
        assert refused.value == Refusal("parties.employment_served", day=TODAY.isoformat())
    change(foundation, mechanic, TODAY, first=TODAY)
    with foundation.database.transaction() as session:
        session.get_one(Report, report.id).state = "withdrawn"
    change(foundation, mechanic, TODAY - timedelta(days=1))


def test_days_backwards_and_a_dealer_that_stopped_are_refused(foundation: Foundation) -> None:
    mechanic = foundation.mechanic(None)
    dealer = foundation.dealer(ceased_on=TODAY)
    with pytest.raises(Refusal, match=r"parties\.period_backward"):
        begin(foundation, mechanic, dealer, TODAY, TODAY - timedelta(days=1))
    with pytest.raises(Refusal, match=r"parties\.dealer_ceased"):
        begin(foundation, mechanic, dealer, TODAY)
    begin(foundation, mechanic, dealer, TODAY - timedelta(days=1))


def test_a_dealer_sees_only_the_days_with_himself(foundation: Foundation) -> None:
    past, present = foundation.dealer("past"), foundation.dealer("present")
    mechanic = foundation.mechanic(past, employed_until=date(2025, 12, 31))
    begin(foundation, mechanic, present, date(2026, 1, 1))
    seen = {}
    for name, actor in {
        "office": Actor(1, Role.OFFICE),
        "dealer": Actor(1, Role.DEALER, dealer_id=present.id),
        "himself": Actor(1, Role.MECHANIC, mechanic_id=mechanic.id),
    }.items():
        with foundation.database.reading() as session:
            rows = employments.employments_of(session, actor, TODAY, mechanic.id)
            seen[name] = [dealer.name for _, dealer in rows]
    assert seen == {
        "office": ["present", "past"],
        "dealer": ["present"],
        "himself": ["present", "past"],
    }
