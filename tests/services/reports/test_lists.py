"""Visits as they were registered: who sees which, and every version of one."""

from __future__ import annotations

from typing import Any

import pytest

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.services.listing import Wanted
from kombeheer.services.reports import lists
from kombeheer.services.sites.installations import change_installation
from models.sites import Site
from tests.factories import NOW, number
from tests.field import Field, withdrawal

OFFICE = Actor(None, Role.OFFICE)


def seen(field: Field, actor: Actor = OFFICE, **filters: str) -> list[str]:
    """The endings of the visits in the list, in its order."""
    with field.foundation.database.reading() as session:
        page = lists.list_reports(session, actor, Wanted(), **filters)
        return [lists.view_of(row).report.ending for row in page.items]


def test_each_sees_his_own(field: Field) -> None:
    field.send(field.visit(1))
    other, colleague = field.foundation.dealer(), field.foundation.mechanic(field.dealer)
    for actor, count in (
        (OFFICE, 1),
        (Actor(None, Role.INSPECTOR), 1),
        (Actor(None, Role.DEALER, dealer_id=field.dealer.id), 1),
        (Actor(None, Role.MECHANIC, mechanic_id=field.mechanic.id), 1),
        (Actor(None, Role.DEALER, dealer_id=other.id), 0),
        (Actor(None, Role.MECHANIC, mechanic_id=colleague.id), 0),
        (Actor(None, Role.READER), 0),
    ):
        assert len(seen(field, actor)) == count, actor


def test_the_newest_comes_first_and_filters_leave_out(field: Field) -> None:
    event = field.visit(1)
    field.send(event)
    field.clock.pass_by(minutes=1)
    field.send(field.visit(None, sequence=2, ending="kb"))
    field.send(withdrawal(event, 3))
    assert seen(field) == ["kb", "sticker"]
    assert seen(field, ending="kb") == ["kb"]
    assert seen(field, state="withdrawn") == ["sticker"]
    assert seen(field, ending="sticker", state="incomplete") == []
    assert seen(field, query="wilgen") == ["kb", "sticker"]
    assert seen(field, query="nergens") == []


def test_the_whole_country_is_sorted_by_day_and_what_is_narrowed_by_all(field: Field) -> None:
    field.send(field.visit(1))
    dealer = Actor(None, Role.DEALER, dealer_id=field.dealer.id)
    every = {"day", "farm", "mechanic", "dealer"}
    cases: list[tuple[Actor, dict[str, Any], set[str]]] = [
        (OFFICE, {}, {"day"}),
        (Actor(None, Role.INSPECTOR), {}, {"day"}),
        (OFFICE, {"ending": "sticker"}, every),
        (OFFICE, {"year": 2026}, every),
        (OFFICE, {"query": "wilgen"}, every),
        (dealer, {}, every),
    ]
    for actor, filters, sorts in cases:
        with field.foundation.database.reading() as session:
            page = lists.list_reports(session, actor, Wanted(1, "farm"), **filters)
        assert set(page.sorts) == sorts, filters
        assert page.sort == ("farm" if "farm" in sorts else "day")


def test_a_report_is_shown_with_every_version_of_it(field: Field) -> None:
    event = field.visit(1)
    [answer] = field.send(event)
    field.send(withdrawal(event))
    dealer = Actor(None, Role.DEALER, dealer_id=field.dealer.id)
    with field.foundation.database.reading() as session:
        view, versions = lists.show_report(session, dealer, answer["report"])
        assert (view.number, view.mechanic.id) == (number(1), field.mechanic.id)
        assert [one.version.version for one in versions] == [2, 1]
        assert {one.name for one in versions} == {field.actor.name}
        assert all(one.content for one in versions)


def test_the_place_is_where_the_installation_stood_that_day(field: Field) -> None:
    [answer] = field.send(field.visit(1))
    foundation, installation = field.foundation, field.installation
    with foundation.database.transaction() as session:
        farm_id = session.get_one(Site, installation.site_id).farm_id
        second = Site(public_id="tweede", farm_id=farm_id, place="Sneek", created_at=NOW)
        session.add(second)
        session.flush()
        change_installation(session, MACHINE, installation.id, "", second, NOW)
    with foundation.database.reading() as session:
        view, _ = lists.show_report(session, OFFICE, answer["report"])
        [row] = lists.list_reports(session, OFFICE, Wanted()).items
        first = session.get_one(Site, installation.site_id).place
        assert view.place == lists.view_of(row).place == first != "Sneek"


def test_what_is_not_ones_own_is_unknown(field: Field) -> None:
    [answer] = field.send(field.visit(1))
    other = Actor(None, Role.DEALER, dealer_id=field.foundation.dealer().id)
    with field.foundation.database.reading() as session:
        for actor, report_id in ((other, answer["report"]), (OFFICE, "v-nobody")):
            with pytest.raises(Refusal, match=r"reports\.unknown"):
                lists.show_report(session, actor, report_id)
