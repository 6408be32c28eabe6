"""The figures of the office's first page."""

from __future__ import annotations

from datetime import date, timedelta

from kombeheer.rules.cases import CaseKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.stickers import MoveKind
from kombeheer.services import overview
from kombeheer.services.overview import Overview
from models.stickers import Sticker
from tests.factories import NOW, TODAY
from tests.field import Field, withdrawal


def figures(field: Field, today: date = TODAY) -> Overview:
    with field.foundation.database.reading() as session:
        return overview.overview(session, today, NOW - timedelta(days=1))


def test_visits_of_late_are_counted_by_ending_without_the_withdrawn(field: Field) -> None:
    undone = field.visit(2, sequence=2)
    field.send(field.visit(1), undone, field.visit(None, sequence=3, ending="kb"))
    field.send(withdrawal(undone, 4))
    assert figures(field).visits == {Ending.STICKER: 1, Ending.GEEN_KOM: 0, Ending.KB: 1}


def test_what_waits_and_what_is_over_its_date_are_counted_by_kind(field: Field) -> None:
    field.send(field.visit(999))
    assert figures(field).cases[CaseKind.SCAN_WAITING] == (1, 0)
    assert figures(field, TODAY + timedelta(days=14)).cases[CaseKind.SCAN_WAITING] == (1, 0)
    assert figures(field, TODAY + timedelta(days=15)).cases[CaseKind.SCAN_WAITING] == (1, 1)


def test_decisions_0007_stickers_on_their_way_are_late_after_14_days(field: Field) -> None:
    stock, transit = "stock", f"transit:{field.dealer.id}"
    for kind, source, target in (
        (MoveKind.ORDER, "origin", "printer"),
        (MoveKind.DELIVER, "printer", stock),
        (MoveKind.ISSUE, stock, transit),
    ):
        field.foundation.move(kind, field.series, 5001, 5020, source, target, field.dealer)
    issued = field.row(Sticker, series_id=field.series.id, serial=5001).issued_on
    assert issued is not None
    for days, late in ((14, 0), (15, 20)):
        found = figures(field, issued + timedelta(days=days))
        assert (found.in_transit_late, found.transit_late_days) == (late, 14)


def test_weeks_begin_on_monday_and_stand_beside_those_of_a_year_before(field: Field) -> None:
    field.send(field.visit(1))
    weeks = figures(field).weeks
    assert len(weeks) == overview.WEEKS_SHOWN
    assert {week.monday.weekday() for week in weeks} == {0}
    assert [week.is_present for week in weeks] == [False] * 9 + [True]
    assert (weeks[-1].monday, weeks[-1].number, weeks[-1].count) == (date(2026, 3, 2), 10, 1)
    assert sum(week.count for week in weeks[:-1]) == 0
    a_year_later = figures(field, TODAY + timedelta(weeks=52)).weeks
    assert [week.past for week in a_year_later] == [0] * 9 + [1]
