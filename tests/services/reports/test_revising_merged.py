"""Reports of farms and mechanics that are merged, before and while somebody changes them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest

from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.services.cases import deciding
from kombeheer.services.parties import merging, merging_mechanics
from models.cases import Case
from models.journal import JournalEntry
from models.sites import Site
from tests.factories import NOW, TODAY
from tests.field import Field, assert_sound
from tests.services.reports.desks import Desk

LONG_ENOUGH = 0.4  # seconds, in which who does not wait is done


def while_merged(field: Field, deed: Callable[[], Any]) -> Any:
    """Have somebody do something while the farm of the field is merged into another one."""
    office, database = field.foundation.user(Role.OFFICE), field.foundation.database
    double = field.row(Site, id=field.installation.site_id).farm_id
    farm, _ = field.foundation.farm("Melkvee Blijft")
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            merging.merge_farms(session, office, double, farm.id, TODAY, NOW)
            done = pool.submit(deed)
            wait([done], LONG_ENOUGH)
            assert not done.done()
        return done.result(20)


def decide(field: Field, case: Case) -> None:
    office = field.foundation.user(Role.OFFICE)
    with field.foundation.database.transaction() as session:
        deciding.decide(session, office, case.id, accept=True, reason="nagebeld", now=NOW)


@pytest.mark.parametrize("how", ["corrected", "withdrawn", "granted"])
def test_a_farm_is_merged_while_its_charges_are_settled(field: Field, how: str) -> None:
    desk = Desk(field)
    if how == "granted":
        desk.close_period()
        assert desk.withdraw()["outcome"] == "queued"
        while_merged(field, lambda: decide(field, field.row(Case, kind="scan_waiting")))
    elif how == "withdrawn":
        assert while_merged(field, desk.withdraw)["outcome"] == "accepted"
    else:
        while_merged(field, lambda: desk.revise(reason="12 standen", unit_count=12))
    assert desk.total() == (2605 + 12 * 26 if how == "corrected" else 0)
    assert_sound(field.foundation.database)


def test_a_mechanic_is_the_same_by_the_number_of_his_double(field: Field) -> None:
    """What waited names the double; what is granted changes only what was asked."""
    desk, kept = Desk(field), field.foundation.mechanic(None, "Jelle de Jong")
    office = field.foundation.user(Role.OFFICE)
    desk.close_period()
    desk.revise(reason="12 standen", unit_count=12)
    with field.foundation.database.transaction() as session:
        merging_mechanics.merge_mechanics(session, office, field.mechanic.id, kept.id, NOW)
    with pytest.raises(Refusal, match=r"reports\.nothing_changed"):
        desk.revise(office, reason="dezelfde", mechanic=field.mechanic.number)
    decide(field, field.row(Case, kind="correction_waiting"))
    assert (desk.report().mechanic_id, desk.report().unit_count) == (kept.id, 12)
    [entry] = field.rows(JournalEntry, action="reports.corrected")
    assert entry.before == '{"unit_count": 24}'
    assert_sound(field.foundation.database)
