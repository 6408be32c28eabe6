"""Certificates as the office enters them: one number, forward, corrected with a trace."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.certification import Country, Module
from kombeheer.rules.refusal import Refusal
from kombeheer.services import certification
from kombeheer.services.listing import Wanted
from kombeheer.services.parties import mechanics
from models.certification import Certificate
from models.journal import JournalEntry
from models.parties import Mechanic
from tests.factories import NOW, TODAY, Foundation

BEGAN, ENDS = date(2026, 1, 1), date(2028, 12, 31)


def enter(foundation: Foundation, mechanic: Mechanic, number: str = "C-1", **more: Any) -> int:
    fields = {"modules": (), "valid_from": BEGAN, "valid_until": ENDS, **more}
    with foundation.database.transaction() as session:
        return certification.enter_certificate(
            session, MACHINE, mechanic.id, NOW, number=number, **fields
        ).id


def change(foundation: Foundation, mechanic: Mechanic, number: int, **more: Any) -> None:
    known = {"country": Country.NL, "valid_from": BEGAN, "valid_until": ENDS}
    fields = {"number": "C-1", "modules": (), **known, **more}
    with foundation.database.transaction() as session:
        certification.change_certificate(session, MACHINE, mechanic.id, number, NOW, **fields)


def held(foundation: Foundation, mechanic: Mechanic) -> list[tuple[str, tuple[Module, ...]]]:
    with foundation.database.reading() as session:
        views = certification.certificates_of(session, mechanic.id)
        return [(view.certificate.number, view.modules) for view in views]


def test_a_certificate_is_entered_and_covers_its_days(foundation: Foundation) -> None:
    mechanic = foundation.mechanic(None, certified=None)
    enter(foundation, mechanic, modules=[Module.AMS])
    enter(foundation, mechanic, "C-0", valid_from=date(2020, 1, 1), valid_until=BEGAN)
    assert held(foundation, mechanic) == [("C-1", (Module.AMS,)), ("C-0", ())]
    with foundation.database.reading() as session:
        newest, _ = certification.certificates_of(session, mechanic.id)
        day = timedelta(days=1)
        covered = [newest.covers(one) for one in (BEGAN - day, BEGAN, ENDS, ENDS + day)]
        assert covered == [False, True, True, False]
        found = mechanics.list_mechanics(
            session, Actor(1, Role.OFFICE), TODAY, Wanted(), query="c-1"
        )
        assert [line.mechanic.id for line in found.items] == [mechanic.id]


def test_a_number_is_of_one_certificate(foundation: Foundation) -> None:
    mechanic = foundation.mechanic(None, "Jelle de Boer", certified=None)
    other = foundation.mechanic(None, certified=None)
    enter(foundation, mechanic)
    second = enter(foundation, other, "C-2")
    taken = Refusal("certification.number_taken", number="C-1", mechanic="Jelle de Boer")
    with pytest.raises(Refusal) as refused:
        enter(foundation, other)
    assert refused.value == taken
    with pytest.raises(Refusal) as refused:
        change(foundation, other, second)
    assert refused.value == taken
    assert held(foundation, other) == [("C-2", ())]


def test_days_backwards_are_refused_and_one_day_is_enough(foundation: Foundation) -> None:
    mechanic = foundation.mechanic(None, certified=None)
    with pytest.raises(Refusal) as refused:
        enter(foundation, mechanic, valid_until=BEGAN - timedelta(days=1))
    assert refused.value == Refusal(
        "certification.period_backward", valid_from="2026-01-01", valid_until="2025-12-31"
    )
    number = enter(foundation, mechanic, valid_until=BEGAN)
    with pytest.raises(Refusal, match=r"certification\.period_backward"):
        change(foundation, mechanic, number, valid_until=BEGAN - timedelta(days=1))


def test_a_correction_is_written_down_once(foundation: Foundation) -> None:
    mechanic = foundation.mechanic(None, certified=None)
    number = enter(foundation, mechanic)
    for _ in range(2):
        change(foundation, mechanic, number, modules=[Module.AMS], valid_until=TODAY)
    assert held(foundation, mechanic) == [("C-1", (Module.AMS,))]
    with foundation.database.reading() as session:
        _, entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert (entry.action, entry.subject_id) == ("certification.changed", mechanic.public_id)
    assert json.loads(entry.before) == {"modules": [], "valid_until": "2028-12-31"}
    assert json.loads(entry.after) == {
        "certificate": "C-1",
        "modules": ["ams"],
        "valid_until": "2026-03-05",
    }


def test_r13_the_country_that_issued_it_is_entered_and_corrected(foundation: Foundation) -> None:
    mechanic = foundation.mechanic(None, certified=None)
    number = enter(foundation, mechanic, country=Country.BE)
    enter(foundation, mechanic, "C-2")
    with foundation.database.reading() as session:
        rows = session.scalars(select(Certificate))
        assert {row.number: row.country for row in rows} == {"C-1": "be", "C-2": "nl"}
        listed = mechanics.list_mechanics(
            session,
            Actor(1, Role.OFFICE),
            TODAY,
            Wanted(),
            certified=mechanics.Certified.VALID,
        )
        assert [line.mechanic.id for line in listed.items] == [mechanic.id]
    change(foundation, mechanic, number, country=Country.NL)
    with foundation.database.reading() as session:
        entered, *_, changed = session.scalars(select(JournalEntry).order_by(JournalEntry.id))
    assert json.loads(entered.after)["country"] == "be"
    assert json.loads(changed.before) == {"country": "be"}
    assert json.loads(changed.after) == {"certificate": "C-1", "country": "nl"}


def test_another_mechanics_certificate_is_unknown_here(foundation: Foundation) -> None:
    mechanic, other = foundation.mechanic(None), foundation.mechanic(None)
    with foundation.database.reading() as session:
        number = session.scalars(
            select(Certificate.id).where(Certificate.mechanic_id == other.id)
        ).one()
    for one in (number, number + 100):
        with pytest.raises(Refusal, match=r"certification\.unknown"):
            change(foundation, mechanic, one)
