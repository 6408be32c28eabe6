"""What must be unique is unique among writers at the same moment too, and none of them crashes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import MACHINE
from kombeheer.rules.parties import IdentifierKind, Period
from kombeheer.services.parties import employments, identifiers
from kombeheer.services.parties.storing import refusing_doubles
from models.parties import Dealer, Employment, FarmIdentifier
from tests.factories import NOW, TODAY, Foundation
from tests.together import at_once, codes

WRITERS = 6


def told(foundation: Foundation, works: list[Callable[[Session], Any]]) -> list[str]:
    """What works are told that begin together, each in its own transaction; those done first."""
    write = foundation.database.write
    return sorted(codes(at_once(*(partial(write, work) for work in works))))


def test_one_of_many_gets_the_number(foundation: Foundation) -> None:
    farms = [foundation.farm(f"farm {place}")[0] for place in range(WRITERS)]

    def adding(farm_id: int) -> Callable[[Session], Any]:
        return lambda session: identifiers.add_identifier(
            session, MACHINE, farm_id, IdentifierKind.UBN, "1234567", NOW
        )

    taken = ["parties.identifier_taken"] * (WRITERS - 1)
    assert told(foundation, [adding(farm.id) for farm in farms]) == ["", *taken]
    with foundation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FarmIdentifier)) == 1


def test_one_of_many_dealers_gets_the_mechanic(foundation: Foundation) -> None:
    mechanic = foundation.mechanic(None)
    dealers = [foundation.dealer() for _ in range(WRITERS)]

    def employing(dealer: Dealer, last: Any) -> Callable[[Session], Any]:
        period = Period(TODAY, last)
        return lambda session: employments.begin_employment(
            session, MACHINE, mechanic.id, dealer, period, NOW
        )

    works = [
        employing(dealer, TODAY if place % 2 else None) for place, dealer in enumerate(dealers)
    ]
    assert told(foundation, works) == ["", *["parties.employment_overlaps"] * (WRITERS - 1)]
    with foundation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Employment)) == 1


def test_another_constraint_is_no_double_and_crashes(foundation: Foundation) -> None:
    farm, _ = foundation.farm()
    with (
        pytest.raises(IntegrityError),
        foundation.database.transaction() as session,
        refusing_doubles(session, lambda: None),
    ):
        session.add(FarmIdentifier(farm_id=farm.id, kind="iban", value="1"))
