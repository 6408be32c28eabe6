"""The conditions of the database against the rules, told of many services at random."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from kombeheer.rules.accounts import MACHINE
from kombeheer.rules.calendar import add_months
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import LatenessCause
from kombeheer.rules.sites import (
    Kept,
    Leniency,
    ParlourType,
    limits_of,
    months_late,
)
from kombeheer.services.listing import Wanted
from kombeheer.services.reports import lists
from kombeheer.services.sites import intervals, leniency, terms
from kombeheer.services.sites.terms import (
    MONTHS_EARLY_MAX,
    MONTHS_LATE_MAX,
    Services,
    TermFilter,
)
from models.parties import Farm
from models.reports import Report
from models.sites import Installation, Site
from tests.factories import NOW, Foundation
from tests.queries import asked

AGREED = Leniency(date(2025, 5, 1), date(2025, 7, 31), "mkz")
MONTHS = range(MONTHS_EARLY_MAX, MONTHS_LATE_MAX + 1)


class Scene:
    """Installations with services, which the database is asked about one filter at a time."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.dealer = foundation.dealer()
        self.mechanic = foundation.mechanic(self.dealer)

    def pair(self, before: date, day: date, kind: str = "herringbone") -> str:
        """The report of a service on `day`, of an installation that had one before."""
        row = self.foundation.installation(dealer=self.dealer, parlour_type=kind)
        return [self.report(row, one, parlour_type=kind) for one in (before, day)][1]

    def report(self, row: Installation, day: date, **more: Any) -> str:
        return self.foundation.report(row, self.mechanic, self.dealer, day, **more).id

    def found(self, asked: TermFilter) -> set[str]:
        with self.foundation.database.reading() as session:
            rows = session.scalars(
                select(Report.id)
                .join(Installation, Installation.id == Report.installation_id)
                .join(Site, Site.id == Installation.site_id)
                .join(Farm, Farm.id == Site.farm_id)
                .where(*terms.asked_of_terms(session, asked))
            )
            return set(rows)

    def listed(self, asked: TermFilter, year: int) -> int:
        with self.foundation.database.reading() as session:
            return lists.list_reports(session, MACHINE, Wanted(), year=year, term=asked).total

    def lenient(self) -> None:
        with self.foundation.database.transaction() as session:
            leniency.add_period(session, MACHINE, AGREED, "KKM", NOW)

    def at_random(self) -> None:
        chance = random.Random(35)
        causes = [*LatenessCause, None, None]
        for _ in range(30):
            kind = "robot" if chance.random() < 0.3 else "herringbone"
            row = self.foundation.installation(dealer=self.dealer, parlour_type=kind)
            day = date(2023, chance.randint(1, 12), chance.randint(1, 28))
            while day.year < 2027:
                cause = chance.choice(causes)
                self.report(row, day, lateness_cause=cause, parlour_type=kind)
                day += timedelta(days=chance.choice((150, 181, 196, 364, 379, 395, 457, 500)))
            if chance.random() < 0.4:
                ends = date(2026, 12, 1) + timedelta(days=chance.randint(0, 400))
                self.stop(row, ends, of_farm=chance.random() < 0.5)

    def stop(self, row: Installation, day: date, *, of_farm: bool) -> None:
        farm = select(Site.farm_id).where(Site.id == row.site_id).scalar_subquery()
        with self.foundation.database.transaction() as session:
            if of_farm:
                session.execute(update(Farm).where(Farm.id == farm).values(ceased_on=day))
            else:
                one = Installation.id == row.id
                session.execute(update(Installation).where(one).values(ceased_on=day))


@pytest.fixture
def scene(foundation: Foundation) -> Scene:
    return Scene(foundation)


ENDS = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 8, 31), date(2024, 11, 30)]


def boundaries(before: date) -> list[date]:
    """The days around each month after a service, and around the last ones that are about in time.

    Of months that are shorter too: there a due date is clamped.
    """
    ends = [add_months(before, months) for months in (4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)]
    days = {end + timedelta(days=more) for end in ends for more in (-1, 0, 1)}
    about = {end + timedelta(days=more) for end in (ends[2], ends[8]) for more in (13, 14, 15)}
    return sorted(days | about)


@pytest.mark.parametrize("kind", [ParlourType.HERRINGBONE, ParlourType.ROBOT])
@pytest.mark.parametrize("before", [*ENDS, date(2024, 4, 15), date(2003, 10, 31)])
def test_r35_both_sides_of_each_boundary_are_those_of_the_rule(
    scene: Scene, before: date, kind: ParlourType
) -> None:
    scene.lenient()
    regulation = regulation_on(before)
    made = {scene.pair(before, day, kind): day for day in boundaries(before)}
    of = {one: limits_of(before, kind, regulation).kept(day, [AGREED]) for one, day in made.items()}
    for kept in Kept:
        assert scene.found(TermFilter(of=kept)) == {one for one in made if of[one] is kept}, kept
    late = {one: months_late(before, day, kind, regulation) for one, day in made.items()}
    for month in MONTHS:
        held = {one for one in made if min(max(late[one], MONTHS[0]), MONTHS[-1]) == month}
        assert scene.found(TermFilter(month=month)) == held, month
    assert scene.found(TermFilter(of=Services.LATE)) == {one for one in made if late[one] > 0}
    assert scene.found(TermFilter(of=Services.COUNTED)) == set(made)
    assert len(scene.found(TermFilter(of=Services.FIRST))) == len(made)
    assert len(scene.found(TermFilter())) == 2 * len(made)


def test_r35_each_figure_is_the_length_of_its_list(scene: Scene) -> None:
    scene.lenient()
    scene.at_random()
    for year in (2024, 2025, 2026):
        with scene.foundation.database.reading() as session:
            told = intervals.interval_report(session, year).present
        assert told.total > 20
        figures = {
            TermFilter(of=Services.COUNTED): told.total,
            TermFilter(of=Services.FIRST): told.first,
            TermFilter(of=Services.LATE): told.late,
            TermFilter(of=Services.COUNTED, is_stopping=True): told.stopping_total,
            **{TermFilter(of=kept): told.kept[kept] for kept in Kept},
            **{TermFilter(of=kept, is_stopping=True): told.stopping[kept] for kept in Kept},
            **{TermFilter(month=month): told.months[month] for month in MONTHS},
            **{TermFilter(cause=cause): told.causes[cause] for cause in LatenessCause},
            TermFilter(cause=""): told.causes[None],
        }
        for wanted, count in figures.items():
            assert scene.listed(wanted, year) == count, (year, wanted)
        if year == 2025:
            assert all(told.kept[kept] for kept in Kept)
            assert all(told.causes[cause] for cause in (*LatenessCause, None))
        if year == 2026:
            assert told.stopping_total


@pytest.mark.parametrize("of_farm", [True, False])
@pytest.mark.parametrize(("ends", "stops"), [(date(2027, 2, 28), True), (date(2027, 3, 1), False)])
def test_r34_who_stops_by_the_next_due_date_is_found(
    scene: Scene, ends: date, stops: bool, of_farm: bool
) -> None:
    row = scene.foundation.installation(dealer=scene.dealer)
    first, last = (scene.report(row, day) for day in (date(2025, 2, 28), date(2026, 2, 28)))
    scene.stop(row, ends, of_farm=of_farm)
    assert scene.found(TermFilter(is_stopping=True)) == ({last} if stops else set())
    assert scene.found(TermFilter(of=Services.FIRST)) == {first}


def test_r31_what_is_no_major_service_has_no_term_and_begins_none(scene: Scene) -> None:
    row = scene.foundation.installation(dealer=scene.dealer)
    scene.report(row, date(2025, 1, 1))
    scene.report(row, date(2025, 6, 1), ending="kb")
    scene.report(row, date(2025, 7, 1), kind="repair")
    scene.report(row, date(2025, 8, 1), state="withdrawn")
    last = scene.report(row, date(2026, 4, 2))
    assert scene.found(TermFilter(of=Services.COUNTED)) == {last}
    assert scene.found(TermFilter(of=Kept.BEYOND)) == {last}


def test_a_list_asks_as_many_queries_whatever_the_filter_finds(scene: Scene) -> None:
    counts = []
    for _ in range(3):
        scene.pair(date(2025, 1, 1), date(2026, 4, 2))
        with scene.foundation.database.reading() as session, asked(session) as statements:
            wanted = TermFilter(of=Kept.BEYOND)
            lists.list_reports(session, MACHINE, Wanted(), year=2026, term=wanted)
        counts.append(len(statements))
    assert counts[0] == counts[-1] <= 3
