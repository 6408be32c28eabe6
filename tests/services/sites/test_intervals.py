"""How the services of a year kept their terms, against the same told one by one."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from kombeheer.rules.accounts import MACHINE
from kombeheer.rules.calendar import add_months
from kombeheer.rules.sites import Kept, Leniency
from kombeheer.services.sites import intervals, leniency
from kombeheer.services.sites.intervals import IntervalReport, YearOfServices
from models.parties import Dealer, Farm, Mechanic
from models.sites import Installation
from tests.factories import NOW, Foundation
from tests.queries import asked


class Services:
    """Installations and their services, told with as little as matters here."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.dealer: Dealer = foundation.dealer()
        self.mechanic: Mechanic = foundation.mechanic(self.dealer)

    def installation(self, *days: date, **more: Any) -> Installation:
        """An installation with a major service on each of these days."""
        row = self.foundation.installation(dealer=self.dealer, **more)
        for day in days:
            self.service(row, day, parlour_type=more.get("parlour_type", "herringbone"))
        return row

    def service(self, row: Installation, day: date, **more: Any) -> None:
        self.foundation.report(row, self.mechanic, self.dealer, day, **more)

    def told(self, year: int = 2026) -> IntervalReport:
        with self.foundation.database.reading() as session:
            return intervals.interval_report(session, year)


@pytest.fixture
def services(foundation: Foundation) -> Services:
    return Services(foundation)


def counted(year: YearOfServices) -> dict[str, int]:
    return {str(kept): count for kept, count in year.kept.items() if count}


BEFORE = date(2025, 3, 15)


def test_r35_each_service_is_counted_by_how_it_kept_its_term(services: Services) -> None:
    with services.foundation.database.transaction() as session:
        agreed = Leniency(date(2026, 9, 1), date(2026, 9, 2), "mkz")
        leniency.add_period(session, MACHINE, agreed, "KKM", NOW)
    for day in (
        date(2026, 3, 15),
        date(2026, 3, 29),
        date(2026, 3, 30),
        date(2026, 6, 15),
        date(2026, 6, 16),
        date(2026, 9, 2),
        date(2026, 9, 3),
    ):
        services.installation(BEFORE, day)
    services.installation(date(2026, 1, 1))
    found = services.told()
    assert counted(found.present) == {"about": 2, "tolerated": 2, "beyond": 2, "lenient": 1}
    assert (found.present.first, found.present.total) == (1, 7)
    assert (found.past.first, found.past.total) == (7, 0)
    assert found.present.months == {0: 1, 1: 2, 3: 1, 4: 3}
    assert services.told(2027).past == found.present


def test_r35_a_robot_has_six_months_and_no_tolerance(services: Services) -> None:
    for day in (date(2026, 2, 28), date(2026, 3, 14), date(2026, 3, 15)):
        services.installation(date(2025, 8, 31), day, parlour_type="robot")
    assert counted(services.told().present) == {"about": 2, "beyond": 1}


def test_r31_only_major_services_that_stand_count_and_begin_a_term(services: Services) -> None:
    row = services.installation(BEFORE)
    services.service(row, date(2025, 12, 1), kind="repair")
    services.service(row, date(2025, 12, 2), ending="kb")
    services.service(row, date(2025, 12, 3), state="withdrawn")
    services.service(row, date(2026, 6, 16))
    services.service(row, date(2026, 7, 1), kind="repair")
    services.service(row, date(2026, 8, 1), state="withdrawn")
    services.service(row, date(2026, 9, 1), ending="kb")
    assert counted(services.told().present) == {"beyond": 1}


def test_r34_who_stops_before_the_next_service_is_shown_apart(services: Services) -> None:
    day, late = date(2026, 3, 15), date(2026, 6, 16)
    services.installation(BEFORE, day, ceased_on=date(2027, 3, 15))
    services.installation(BEFORE, day, ceased_on=date(2027, 3, 16))
    services.installation(BEFORE, day)
    row = services.installation(BEFORE, late)
    with services.foundation.database.transaction() as session:
        farm = session.query(Farm).order_by(Farm.id.desc()).first()
        assert farm is not None
        farm.ceased_on = date(2026, 12, 31)
    assert row.ceased_on is None
    present = services.told().present
    assert counted(present) == {"about": 3, "beyond": 1}
    assert present.stopping == {Kept.ABOUT: 1, Kept.BEYOND: 1}
    assert present.stopping_total == 2


def test_r35_the_causes_of_lateness_are_counted_among_what_was_late(services: Services) -> None:
    late, in_time = date(2026, 3, 16), date(2026, 3, 15)
    for day, cause in (
        (late, "farmer"),
        (late, "farmer"),
        (late, "epidemic"),
        (late, None),
        (in_time, "backlog"),
    ):
        services.service(services.installation(BEFORE), day, lateness_cause=cause)
    present = services.told().present
    assert present.late == 4
    assert present.causes == {"farmer": 2, "epidemic": 1, None: 1}


def test_the_year_begins_and_ends_on_its_own_days(services: Services) -> None:
    for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)):
        services.installation(day - timedelta(days=300), day)
    found = services.told()
    assert (found.past.total, found.present.total) == (1, 2)
    with services.foundation.database.reading() as session:
        assert intervals.first_year(session) == 2025


def test_nothing_at_all(foundation: Foundation) -> None:
    with foundation.database.reading() as session:
        assert intervals.first_year(session) is None
        found = intervals.interval_report(session, 2026)
    assert (found.present.total, found.past.total, found.present.late) == (0, 0, 0)


def naive(days: list[tuple[date, bool]]) -> Counter[str]:
    """How the services of 2026 on one installation kept their terms, in months and days alone."""
    found: Counter[str] = Counter()
    for (before, _), (day, robot) in itertools.pairwise(days):
        if day.year != 2026:
            continue
        months, most = (6, 6) if robot else (12, 15)
        if day <= add_months(before, months) + timedelta(days=14):
            found["about"] += 1
        else:
            found["tolerated" if day <= add_months(before, most) else "beyond"] += 1
    return found


def test_r35_many_services_at_random_are_what_they_are_one_by_one(services: Services) -> None:
    chance, expected = random.Random(35), Counter[str]()
    for _ in range(25):
        robot, day = chance.random() < 0.3, date(2024, chance.randint(1, 12), chance.randint(1, 28))
        days = [day]
        while days[-1].year < 2027:
            days.append(days[-1] + timedelta(days=chance.randint(100, 500)))
        services.installation(*days, parlour_type="robot" if robot else "herringbone")
        expected += naive([(one, robot) for one in days])
    assert counted(services.told().present) == expected


def test_it_asks_three_queries_whatever_the_year(services: Services) -> None:
    for _ in range(3):
        services.installation(BEFORE, date(2026, 3, 15))
    with services.foundation.database.reading() as session, asked(session) as statements:
        intervals.interval_report(session, 2026)
    assert len(statements) == 3
