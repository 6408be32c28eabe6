"""Installations in lists: scope, filters, due dates, the present sticker, constant queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.rules.stickers import MoveKind
from kombeheer.services.listing import PAGE_ROWS, Wanted
from kombeheer.services.sites import history, lists
from kombeheer.services.sites.lists import Due, Shown
from models.parties import Dealer, Farm, Mechanic
from models.reports import Report
from models.sites import Installation
from models.stickers import StickerSeries
from tests.factories import NOW, TODAY, Foundation, number

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
    ) -> None:
        self.count += 1
        series: StickerSeries | None = self.series if ending == "sticker" else None
        if series is not None:
            source, target = f"dealer:{self.dealer.id}", f"applied:{installation.id}"
            serial = self.count
            self.foundation.move(
                MoveKind.APPLY, series, serial, serial, source, target, self.dealer, day
            )
        self.foundation.add(
            Report(
                id=f"report{self.count}",
                version=1,
                state=state,
                ending=ending,
                service_date=day,
                stop="stop",
                installation_id=installation.id,
                mechanic_id=(mechanic or self.mechanic).id,
                dealer_id=(dealer or self.dealer).id,
                series_id=series.id if series else None,
                serial=self.count if series else None,
                recorded_at=NOW,
            )
        )

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


def test_who_is_late_and_who_is_soon(field: Field) -> None:
    year, months = TODAY.replace(year=2025), date(2025, 9, 5)
    for name, day, kind in (
        ("today", year, "herringbone"),
        ("late", year - timedelta(days=1), "herringbone"),
        ("robot today", months, "robot"),
        ("robot late", months - timedelta(days=1), "robot"),
        ("soon", date(2025, 5, 4), "rotary"),
        ("not soon", date(2025, 5, 5), "rotary"),
    ):
        field.service(field.installation(name, parlour_type=kind), day, "geen_kom")
    field.installation("never")
    gone = field.installation("gone", ceased_on=TODAY)
    field.service(gone, date(2020, 1, 1), "geen_kom")
    assert {due: set(field.names(due=due)) for due in Due} == {
        Due.LATE: {"late", "robot late"},
        Due.SOON: {"today", "robot today", "soon"},
        Due.NEVER: {"never"},
    }
    assert field.names(sort="serviced_on")[:1] == ["late"]
    assert field.names(sort="serviced_on")[-1] == "never"
    assert field.line(gone).due_on is None


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


def test_the_number_of_queries_does_not_grow_with_the_rows(field: Field) -> None:
    def queries() -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        with field.foundation.database.reading() as session:
            engine = session.get_bind().engine
            event.listen(engine, "before_cursor_execute", note)
            lists.list_installations(session, OFFICE, TODAY, Wanted())
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    field.installation("one")
    few = queries()
    for place in range(PAGE_ROWS):
        field.installation(f"more {place}")
    assert queries() == few <= 4
    assert len(field.names()) == PAGE_ROWS


def test_programs_read_on_from_where_they_were(field: Field) -> None:
    made = [field.installation(f"farm {place}") for place in range(3)]
    field.installation("gone", ceased_on=TODAY)
    with field.foundation.database.reading() as session:
        first = lists.installations_after(session, OFFICE, TODAY, 0, 2)
        rest = lists.installations_after(session, OFFICE, TODAY, first[-1].installation.id, 2)
    assert [line.installation.id for line in [*first, *rest]] == [row.id for row in made]
