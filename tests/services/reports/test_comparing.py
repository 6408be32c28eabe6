"""Every version side by side: what each says, what it changed, who and why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import event

from kombeheer.services.reports.comparing import Comparison, compare
from tests.factories import number
from tests.field import Field
from tests.services.reports.desks import FULL, Desk


def compared(desk: Desk) -> Comparison:
    with desk.field.foundation.database.reading() as session:
        return compare(session, desk.field.actor, desk.report_id)


def test_every_version_has_its_column_the_newest_first(field: Field) -> None:
    desk = Desk(field)
    desk.revise(details=FULL)
    desk.revise(reason="cijfer verkeerd", number=number(7).digits)
    found = compared(desk)
    assert [one.version.version for one in found.versions] == [3, 2, 1]
    assert [one.reason for one in found.versions] == ["cijfer verkeerd", "", ""]
    lines = {line.name: line for line in found.lines}
    assert lines["number"].values == (number(7).printed, number(1).printed, number(1).printed)
    assert lines["number"].changed == (True, False, False)
    assert lines["wash_start"].values == ("70.0", "70.0", None)
    assert lines["wash_start"].changed == (False, True, False)
    assert lines["state"].changed == (False, True, False)
    assert not any(lines["mechanic"].changed)
    assert lines["mechanic"].values[0] == f"{field.mechanic.name} ({field.mechanic.number})"
    assert "pump_made_on" not in lines  # no version tells it


def test_the_same_temperature_is_no_change_however_it_was_told(field: Field) -> None:
    desk = Desk(field)
    desk.revise(details=FULL)
    desk.revise(reason="opmerking", details=replace(FULL, wash_start=Decimal(70), remark="heet"))
    lines = {line.name: line for line in compared(desk).lines}
    assert not lines["wash_start"].changed[0]
    assert lines["remark"].changed[0]


def test_a_field_that_stays_empty_is_no_change(field: Field) -> None:
    desk = Desk(field)
    desk.revise(details=replace(FULL, remark=""))
    desk.revise(reason="opmerking", details=replace(FULL, remark="heet"))
    lines = {line.name: line for line in compared(desk).lines}
    assert lines["remark"].values == ("heet", None, None)
    assert lines["remark"].changed == (True, False, False)


def test_queries_do_not_grow_with_the_versions(field: Field) -> None:
    desk = Desk(field)

    def queries() -> int:
        asked: list[str] = []
        with field.foundation.database.reading() as session:
            event.listen(
                session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2])
            )
            compare(session, field.actor, desk.report_id)
        return len(asked)

    few = queries()
    for units in range(1, 6):
        desk.revise(reason="standen", unit_count=units)
    assert queries() == few
