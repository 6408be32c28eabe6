"""Mechanics: found, filtered by certificate, listed with their dealer of today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.certification import Module
from kombeheer.rules.refusal import Refusal
from kombeheer.services.listing import Wanted
from kombeheer.services.parties import mechanics
from kombeheer.services.parties.mechanics import Certified
from tests.factories import NOW, TODAY, Foundation

OFFICE = Actor(1, Role.OFFICE)


def register(foundation: Foundation, number: str, name: str) -> str:
    with foundation.database.transaction() as session:
        return mechanics.register_mechanic(
            session, MACHINE, NOW, number=number, name=name
        ).public_id


def names(foundation: Foundation, actor: Actor = OFFICE, **wanted: object) -> list[str]:
    page = Wanted(**{key: wanted.pop(key) for key in ("sort", "descending") if key in wanted})  # type: ignore[arg-type]
    with foundation.database.reading() as session:
        found = mechanics.list_mechanics(session, actor, TODAY, page, **wanted)  # type: ignore[arg-type]
        return [line.mechanic.name for line in found.items]


def test_a_mechanic_is_found_by_name_and_number_as_they_are_now(foundation: Foundation) -> None:
    public_id = register(foundation, "0231", "Jelle de Boer")
    assert names(foundation, query="boer 0231") == ["Jelle de Boer"]
    with foundation.database.transaction() as session:
        row = mechanics.find_mechanic(session, OFFICE, TODAY, public_id)
        assert row is not None
        mechanics.change_mechanic(
            session, MACHINE, row.id, NOW, number="0232", name="Jelle Bosma", email="J@B.nl"
        )
        assert row.email == "j@b.nl"
    assert names(foundation, query="boer") == names(foundation, query="0231") == []
    assert names(foundation, query="bosma") == ["Jelle Bosma"]


def test_a_number_is_of_one_mechanic(foundation: Foundation) -> None:
    register(foundation, "0231", "Jelle de Boer")
    with pytest.raises(Refusal) as refused:
        register(foundation, "0231", "Harm Zwiers")
    assert refused.value == Refusal(
        "parties.mechanic_number_taken", number="0231", mechanic="Jelle de Boer"
    )


def test_the_list_tells_and_filters_how_each_stands(foundation: Foundation) -> None:
    dealer, began = foundation.dealer("Hoekstra"), date(2020, 1, 1)
    soon, past = TODAY + timedelta(days=92), TODAY - timedelta(days=1)
    foundation.mechanic(dealer, "valid", modules=("ams",))
    foundation.mechanic(dealer, "today", certified=(began, TODAY))
    foundation.mechanic(dealer, "soon", certified=(began, soon))
    foundation.mechanic(dealer, "not so soon", certified=(began, soon + timedelta(days=1)))
    foundation.mechanic(dealer, "expired", certified=(began, past), modules=("ams",))
    foundation.mechanic(None, "none", certified=None)
    found = {kind: set(names(foundation, certified=kind)) for kind in Certified}
    assert found == {
        Certified.VALID: {"valid", "today", "soon", "not so soon"},
        Certified.EXPIRING: {"today", "soon"},
        Certified.EXPIRED: {"expired"},
        Certified.NONE: {"none"},
    }
    assert names(foundation, module=Module.AMS) == ["valid"]
    assert names(foundation, dealer=dealer.public_id, certified=Certified.NONE) == []
    by_day = ["expired", "today", "soon", "not so soon", "valid", "none"]
    assert names(foundation, sort="certified_until") == by_day
    assert names(foundation, sort="certified_until", descending=True) == by_day[::-1]
    with foundation.database.reading() as session:
        lines = mechanics.list_mechanics(session, OFFICE, TODAY, Wanted()).items
        told = {
            line.mechanic.name: (line.dealer.name if line.dealer else None, line.certified)
            for line in lines
        }
        held = {line.mechanic.name: line.modules for line in lines if line.modules}
    assert told["valid"] == ("Hoekstra", Certified.VALID)
    assert told["today"] == ("Hoekstra", Certified.EXPIRING)
    assert told["none"] == (None, Certified.NONE)
    assert held == {"valid": (Module.AMS,)}


def test_a_dealer_lists_his_own(foundation: Foundation) -> None:
    own, other = foundation.dealer(), foundation.dealer()
    foundation.mechanic(own, "own")
    foreign = foundation.mechanic(other, "other")
    actor = Actor(1, Role.DEALER, dealer_id=own.id)
    assert names(foundation, actor) == ["own"]
    assert names(foundation, actor, query="other") == []
    with foundation.database.reading() as session:
        for public_id in (foreign.public_id, "nobody"):
            assert mechanics.find_mechanic(session, actor, TODAY, public_id) is None


def test_programs_read_on_from_where_they_were(foundation: Foundation) -> None:
    made = [foundation.mechanic(None, f"m{place}") for place in range(3)]
    with foundation.database.reading() as session:
        first = mechanics.mechanics_after(session, OFFICE, TODAY, 0, 2)
        rest = mechanics.mechanics_after(session, OFFICE, TODAY, first[-1].mechanic.id, 2)
    assert [line.mechanic.id for line in [*first, *rest]] == [row.id for row in made]
