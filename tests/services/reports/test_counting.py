"""The services of a mechanic in a year, and the two counts of the reports of a year."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.scanning import Ending
from kombeheer.services.listing import Wanted
from kombeheer.services.reports import counting, lists
from tests.factories import Foundation
from tests.field import Field
from tests.services.reports.desks import Desk

OFFICE = Actor(None, Role.OFFICE)


class Place:
    """A mechanic of a dealer at an installation, in a foundation without scans."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.dealer = foundation.dealer()
        self.mechanic = foundation.mechanic(self.dealer)
        self.installation = foundation.installation(dealer=self.dealer)

    def counted(self, year: int) -> int:
        own = self.mechanic.id
        with self.foundation.database.reading() as session:
            return counting.services_in_year(session, [own], year)[own]


@pytest.fixture
def place(foundation: Foundation) -> Place:
    return Place(foundation)


@pytest.mark.parametrize(
    ("day", "of_2025", "of_2026"),
    [
        (date(2025, 12, 31), 1, 0),
        (date(2026, 1, 1), 0, 1),
        (date(2026, 12, 31), 0, 1),
        (date(2027, 1, 1), 0, 0),
    ],
)
def test_r5_the_year_is_that_of_the_service(
    place: Place, day: date, of_2025: int, of_2026: int
) -> None:
    place.foundation.report(place.installation, place.mechanic, place.dealer, day)
    assert (place.counted(2025), place.counted(2026)) == (of_2025, of_2026)


@pytest.mark.parametrize(
    ("ending", "state", "kind", "counts"),
    [
        ("sticker", "complete", "major", True),
        ("geen_kom", "incomplete", "major", True),
        ("geen_kom", "complete", "repair", True),
        ("kb", "complete", "limited", False),
        ("geen_kom", "withdrawn", "major", False),
    ],
)
def test_r5_what_counts_is_what_the_rule_says(
    place: Place, ending: str, state: str, kind: str, counts: bool
) -> None:
    numbered = {}
    if ending == "sticker":
        series = place.foundation.series()
        place.foundation.stickers(series, place.dealer)
        numbered = {"series_id": series.id, "serial": 1}
    report = place.foundation.report(
        place.installation,
        place.mechanic,
        place.dealer,
        ending=ending,
        state=state,
        kind=kind,
        **numbered,
    )
    assert place.counted(2026) == int(counts)
    with place.foundation.database.reading() as session:
        listed = lists.list_reports(session, OFFICE, Wanted(), year=2026, counts=True)
        assert [lists.view_of(row).report.id for row in listed.items] == [report.id] * counts


def test_many_mechanics_are_counted_in_one_query(place: Place) -> None:
    foundation, dealer = place.foundation, place.dealer
    mechanics = [foundation.mechanic(dealer, f"Monteur {n}") for n in range(12)]
    for index, mechanic in enumerate(mechanics):
        for _ in range(index % 3):
            foundation.report(place.installation, mechanic, dealer)
    asked: list[str] = []
    with foundation.database.reading() as session:
        event.listen(
            session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2])
        )
        found = counting.services_in_year(session, [one.id for one in mechanics], 2026)
    assert [found[one.id] for one in mechanics] == [0, 1, 2] * 4
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_a_list_is_narrowed_to_a_mechanic_and_a_year(place: Place) -> None:
    other = place.foundation.mechanic(place.dealer, "Piet Tas")
    for mechanic, day in (
        (place.mechanic, date(2026, 1, 5)),
        (place.mechanic, date(2025, 1, 5)),
        (other, date(2026, 1, 6)),
    ):
        place.foundation.report(place.installation, mechanic, place.dealer, day)
    with place.foundation.database.reading() as session:
        page = lists.list_reports(
            session, OFFICE, Wanted(), mechanic=place.mechanic.number, year=2026
        )
        days = [lists.view_of(row).report.service_date for row in page.items]
    assert days == [date(2026, 1, 5)]


def test_a_correction_is_counted_at_once(field: Field) -> None:
    desk = Desk(field)
    assert desk.services() == 1
    desk.revise(reason="was een tussenbeurt", ending=Ending.KB)
    assert desk.services() == 0
    desk.revise(reason="toch een grote beurt", ending=Ending.GEEN_KOM)
    assert desk.services() == 1
    desk.withdraw()
    assert desk.services() == 0


def test_r68_all_reports_and_one_for_each_installation(place: Place) -> None:
    robot = place.foundation.installation(dealer=place.dealer, parlour_type="robot")
    other = place.foundation.dealer("Bakker")
    own = Actor(None, Role.DEALER, dealer_id=place.dealer.id)
    for installation, dealer, day in (
        (robot, place.dealer, date(2026, 1, 5)),
        (robot, place.dealer, date(2026, 3, 5)),
        (place.installation, place.dealer, date(2026, 2, 1)),
        (place.installation, other, date(2026, 3, 1)),
        (place.installation, place.dealer, date(2025, 12, 31)),
    ):
        place.foundation.report(installation, place.mechanic, dealer, day)
    place.foundation.report(robot, place.mechanic, place.dealer, state="withdrawn")
    with place.foundation.database.reading() as session:
        assert counting.totals_of_year(session, OFFICE, 2026) == counting.Totals(4, 2)
        assert counting.totals_of_year(session, own, 2026) == counting.Totals(3, 2)
        assert counting.totals_of_year(session, OFFICE, 2024) == counting.Totals(0, 0)
