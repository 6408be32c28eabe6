"""Installations in lists: scope, filters, due dates, the present sticker, constant queries."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.calendar import add_months
from kombeheer.rules.sites import Leniency, ParlourType, Species
from kombeheer.rules.stickers import MoveKind
from kombeheer.services.listing import PAGE_ROWS, Wanted
from kombeheer.services.sites import history, leniency, lists
from kombeheer.services.sites.due import Due, DueCount
from kombeheer.services.sites.lists import Shown
from models.parties import Dealer, Farm, Mechanic
from models.reports import Report
from models.sites import Installation
from models.stickers import StickerSeries
from tests.factories import NOW, TODAY, Foundation, number
from tests.queries import asked

OFFICE = Actor(1, Role.OFFICE)


class Field:
    """A dealer with a mechanic and stickers, who services installations."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.dealer = foundation.dealer()
        self.mechanic = foundation.mechanic(self.dealer)
        self.series = foundation.series()
        foundation.stickers(self.series, self.dealer)
        self.count = 0

    def installation(self, name: str, *, dealer: Dealer | None = None, **more: Any) -> Installation:
        farm, site = self.foundation.farm(name)
        self.foundation.customer(dealer or self.dealer, farm)
        return self.foundation.installation(site, **more)

    def service(
        self,
        installation: Installation,
        day: date,
        ending: str = "sticker",
        *,
        state: str = "incomplete",
        dealer: Dealer | None = None,
        mechanic: Mechanic | None = None,
        **more: Any,
    ) -> None:
        self.count += 1
        series: StickerSeries | None = self.series if ending == "sticker" else None
        if series is not None:
            source, target = f"dealer:{self.dealer.id}", f"applied:{installation.id}"
            serial = self.count
            self.foundation.move(
                MoveKind.APPLY, series, serial, serial, source, target, self.dealer, day
            )
        self.foundation.report(
            installation,
            mechanic or self.mechanic,
            dealer or self.dealer,
            day,
            ending,
            state=state,
            series_id=series.id if series else None,
            serial=self.count if series else None,
            **more,
        )

    def counts(self, actor: Actor = OFFICE, dealer: str = "", today: date = TODAY) -> Any:
        with self.foundation.database.reading() as session:
            return lists.due_counts(session, actor, today, dealer)

    def names(self, actor: Actor = OFFICE, **wanted: Any) -> list[str]:
        page = Wanted(**{key: wanted.pop(key) for key in ("sort", "descending") if key in wanted})
        with self.foundation.database.reading() as session:
            found = lists.list_installations(session, actor, TODAY, page, **wanted)
            return [line.farm.name for line in found.items]

    def line(self, installation: Installation, actor: Actor = OFFICE) -> lists.InstallationLine:
        with self.foundation.database.reading() as session:
            found = lists.find_installation(session, actor, TODAY, installation.public_id)
        assert found is not None
        return found


@pytest.fixture
def field(foundation: Foundation) -> Field:
    return Field(foundation)


def test_r31_the_latest_major_service_sets_due_date_and_sticker(field: Field) -> None:
    row = field.installation("De Wilgen")
    assert (field.line(row).due_on, field.line(row).number) == (None, None)
    field.service(row, date(2025, 3, 15))
    assert (field.line(row).due_on, field.line(row).number) == (date(2026, 3, 15), number(1))
    field.service(row, date(2025, 9, 1), "kb")
    field.service(row, date(2025, 10, 1), "geen_kom", state="withdrawn")
    assert field.line(row).due_on == date(2026, 3, 15)
    field.service(row, date(2026, 1, 31), "geen_kom")
    assert (field.line(row).due_on, field.line(row).number) == (date(2027, 1, 31), None)


def test_r31_a_robot_is_due_after_six_months(field: Field) -> None:
    row = field.installation("De Wilgen", parlour_type="robot")
    field.service(row, date(2025, 8, 31))
    assert (field.line(row).due_on, field.line(row).is_late) == (date(2026, 2, 28), True)


def test_r31_only_a_major_service_restarts_the_interval(field: Field) -> None:
    row = field.installation("De Wilgen")
    field.service(row, date(2025, 10, 1), kind="repair")
    assert (field.line(row).due_on, field.line(row).number) == (None, number(1))
    field.service(row, date(2025, 3, 15))
    assert (field.line(row).due_on, field.line(row).number) == (date(2026, 3, 15), number(1))
    field.service(row, date(2025, 11, 1), "kb")
    field.service(row, date(2025, 12, 1), "geen_kom", kind="repair")
    assert (field.line(row).due_on, field.line(row).number) == (date(2026, 3, 15), None)
    field.service(row, date(2026, 1, 5), "geen_kom")
    assert field.line(row).due_on == date(2027, 1, 5)


def test_r31_what_is_withdrawn_or_corrected_is_followed_by_itself(field: Field) -> None:
    row = field.installation("De Wilgen")
    field.service(row, date(2025, 3, 15), "geen_kom")
    field.service(row, date(2025, 6, 15), "geen_kom", id="mended")
    assert field.line(row).due_on == date(2026, 6, 15)
    for change, due_on in (
        ({"service_date": date(2025, 5, 15)}, date(2026, 5, 15)),
        ({"kind": "repair"}, date(2026, 3, 15)),
        ({"kind": "major"}, date(2026, 5, 15)),
        ({"state": "withdrawn"}, date(2026, 3, 15)),
    ):
        with field.foundation.database.transaction() as session:
            session.execute(update(Report).where(Report.id == "mended").values(**change))
        assert field.line(row).due_on == due_on, change


def days_before(months: int, days: int = 0) -> date:
    return add_months(TODAY, -months) - timedelta(days=days)


STANDS = {  # every boundary, on both sides
    "today": (days_before(12), "herringbone", Due.SOON),
    "late": (days_before(12, 1), "herringbone", Due.TOLERATED),
    "last day": (days_before(15), "herringbone", Due.TOLERATED),
    "beyond": (days_before(15, 1), "rotary", Due.BEYOND),
    "robot today": (days_before(6), "robot", Due.SOON),
    "robot late": (days_before(6, 1), "robot", Due.BEYOND),
    "soon": (date(2025, 5, 4), "rotary", Due.SOON),
    "not soon": (date(2025, 5, 5), "rotary", None),
    "robot soon": (date(2025, 11, 4), "robot", Due.SOON),
    "robot not soon": (date(2025, 11, 5), "robot", None),
}


def stand(field: Field) -> None:
    for name, (day, kind, _) in STANDS.items():
        field.service(field.installation(name, parlour_type=kind), day, "geen_kom")
    field.installation("never")
    field.service(field.installation("gone", ceased_on=TODAY), date(2020, 1, 1), "geen_kom")


def by_due(field: Field, **wanted: Any) -> dict[Due, set[str]]:
    return {due: set(field.names(due=due, **wanted)) for due in Due}


def test_r32_each_list_is_what_the_terms_say_and_what_the_counts_say(field: Field) -> None:
    stand(field)
    found = by_due(field)
    assert found == {
        due: {name for name, (_, _, stands) in STANDS.items() if stands is due}
        | ({"never"} if due is Due.NEVER else set())
        for due in Due
    }
    assert {due: one.count for due, one in field.counts().items()} == {
        due: len(names) for due, names in found.items()
    }
    assert set(field.counts()) == set(Due)
    assert field.names(sort="serviced_on")[:1] == ["beyond"]
    assert field.names(sort="serviced_on")[-1] == "never"
    by_day = ["beyond", "last day", "late", "robot late", "robot today", "today", "robot soon"]
    assert field.names(sort="due_on")[: len(by_day)] == by_day
    assert field.names(sort="due_on")[-3:] == ["not soon", "robot not soon", "never"]


def test_r33_while_there_is_leniency_nobody_is_beyond(field: Field) -> None:
    stand(field)
    agreed = Leniency(TODAY, TODAY, "mkz")
    with field.foundation.database.transaction() as session:
        leniency.add_period(session, MACHINE, agreed, "KKM", NOW)
    found = by_due(field)
    assert found[Due.BEYOND] == set()
    assert found[Due.TOLERATED] == {"late", "last day", "beyond", "robot late"}
    counts = field.counts()
    assert (counts[Due.BEYOND].count, counts[Due.TOLERATED].count) == (0, 4)
    with field.foundation.database.reading() as session:
        page = lists.list_installations(session, OFFICE, TODAY, Wanted(), due=Due.TOLERATED)
        told = {line.farm.name: line.term.leniency for line in page.items}
    assert told == {"late": None, "last day": None, "beyond": agreed, "robot late": agreed}
    tomorrow = field.counts(today=TODAY + timedelta(days=1))
    assert (tomorrow[Due.BEYOND].count, tomorrow[Due.TOLERATED].count) == (4, 2)


def test_r34_what_ceased_is_on_no_list_and_what_will_stop_is_shown_apart(field: Field) -> None:
    long_ago, tomorrow = date(2020, 1, 1), TODAY + timedelta(days=1)
    for name, ends in (("gone", TODAY), ("stopping", tomorrow), ("going on", None)):
        field.service(field.installation(name, ceased_on=ends), long_ago, "geen_kom")
    farm_stops, farm_gone = field.installation("farm stops"), field.installation("farm gone")
    for row, ends in ((farm_stops, tomorrow), (farm_gone, TODAY)):
        field.service(row, long_ago, "geen_kom")
        with field.foundation.database.transaction() as session:
            session.get_one(Farm, field.line(row).farm.id).ceased_on = ends
    assert set(field.names(due=Due.BEYOND)) == {"stopping", "farm stops", "going on"}
    assert set(field.names(shown=Shown.STOPPING)) == {"stopping", "farm stops"}
    assert field.counts()[Due.BEYOND] == DueCount(3, 2)
    assert field.line(farm_stops).stops_on == tomorrow
    assert (field.line(farm_gone).stops_on, field.line(farm_gone).term) == (None, None)


def test_a_dealer_counts_his_own_and_the_office_can_count_his(field: Field) -> None:
    other = field.foundation.dealer("other")
    for name, dealer in (("own", field.dealer), ("foreign", other)):
        field.service(field.installation(name, dealer=dealer), date(2020, 1, 1), "geen_kom")
    himself = Actor(1, Role.DEALER, dealer_id=field.dealer.id)
    reader = Actor(1, Role.READER)
    assert field.counts()[Due.BEYOND].count == 2
    assert field.counts(himself)[Due.BEYOND].count == 1
    assert field.counts(dealer=other.public_id)[Due.BEYOND].count == 1
    assert field.counts(himself, dealer=other.public_id)[Due.BEYOND].count == 0
    assert field.counts(reader)[Due.BEYOND].count == 0


def test_the_list_filters_by_kind_species_and_state(field: Field) -> None:
    field.installation("robot", parlour_type="robot")
    unchecked = field.installation("unchecked")
    field.installation("gone", ceased_on=TODAY)
    field.installation("going", ceased_on=TODAY + timedelta(days=1))
    stopped = field.installation("stopped")
    with field.foundation.database.transaction() as session:
        session.get_one(Installation, unchecked.id).state = "unchecked"
        line = field.line(stopped)
        session.get_one(Farm, line.farm.id).ceased_on = TODAY
    assert field.names() == ["going", "robot", "unchecked"]
    assert field.names(parlour_type=ParlourType.ROBOT) == ["robot"]
    assert field.names(species=Species.GOATS) == []
    assert field.names(shown=Shown.UNCHECKED) == ["unchecked"]
    assert field.names(shown=Shown.CEASED) == ["gone", "stopped"]
    assert field.names(query="oudega robot") == ["robot"]
    other = field.foundation.dealer()
    field.installation("other", dealer=other)
    assert field.names(dealer=other.public_id) == ["other"]
    assert field.names(dealer="nobody") == []
    assert field.line(stopped).is_ceased


def test_a_dealer_sees_the_installations_of_his_farms_and_his_own_history(field: Field) -> None:
    other = field.foundation.dealer("other")
    stranger = field.foundation.mechanic(other)
    own, foreign = field.installation("own"), field.installation("foreign", dealer=other)
    field.service(own, date(2025, 3, 1), "geen_kom", dealer=other, mechanic=stranger)
    field.service(own, date(2026, 3, 1), "kb")
    actor = Actor(1, Role.DEALER, dealer_id=field.dealer.id)
    himself = Actor(1, Role.MECHANIC, mechanic_id=field.mechanic.id)
    for one in (actor, himself):
        assert field.names(one) == ["own"]
        assert field.line(own, one).due_on == date(2026, 3, 1)
        with field.foundation.database.reading() as session:
            assert [s.report.ending for s in history.services_of(session, one, own.id)] == ["kb"]
            for public_id in (foreign.public_id, "nobody"):
                assert lists.find_installation(session, one, TODAY, public_id) is None
    assert field.names(Actor(1, Role.READER)) == []
    with field.foundation.database.reading() as session:
        assert len(history.services_of(session, OFFICE, own.id)) == 2


def test_r32_only_the_late_are_counted_as_among_all_that_are_due(field: Field) -> None:
    days = (400, 380, 366, 365, 330, 300, 200, 190, 182, 150, 10, None)
    for place, (kind, ago) in enumerate(itertools.product(("robot", "herringbone"), days)):
        row = field.installation(f"farm {place}", parlour_type=kind)
        if ago is not None:
            field.service(row, TODAY - timedelta(days=ago))
    late = (Due.BEYOND, Due.TOLERATED)
    with field.foundation.database.reading() as session:
        every = lists.due_counts(session, OFFICE, TODAY)
        assert all(one.count for one in every.values())
        assert lists.due_counts(session, OFFICE, TODAY, which=late) == {
            due: every[due] for due in late
        }
    actor = Actor(1, Role.DEALER, dealer_id=field.dealer.id)
    assert field.counts(actor) == every == field.counts(dealer=field.dealer.public_id)


def test_the_number_of_queries_does_not_grow_with_the_rows(field: Field) -> None:
    def queries() -> int:
        with field.foundation.database.reading() as session, asked(session) as statements:
            lists.list_installations(session, OFFICE, TODAY, Wanted(sort="due_on"), due=Due.NEVER)
            lists.due_counts(session, OFFICE, TODAY)
        return len(statements)

    field.installation("one")
    few = queries()
    for place in range(PAGE_ROWS):
        field.installation(f"more {place}")
    assert queries() == few <= 7
    assert len(field.names()) == PAGE_ROWS


def test_programs_read_on_from_where_they_were(field: Field) -> None:
    made = [field.installation(f"farm {place}") for place in range(3)]
    field.installation("gone", ceased_on=TODAY)
    with field.foundation.database.reading() as session:
        first = lists.installations_after(session, OFFICE, TODAY, 0, 2)
        rest = lists.installations_after(session, OFFICE, TODAY, first[-1].installation.id, 2)
    assert [line.installation.id for line in [*first, *rest]] == [row.id for row in made]
