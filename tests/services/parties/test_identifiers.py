"""Numbers of farms: checked, never shared, and findable."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE
from kombeheer.rules.parties import IdentifierKind
from kombeheer.rules.refusal import Refusal
from kombeheer.services import search
from kombeheer.services.parties import identifiers
from models.journal import JournalEntry
from models.parties import Farm, FarmIdentifier
from tests.factories import NOW, Foundation


def found(foundation: Foundation, query: str) -> set[str]:
    with foundation.database.reading() as session:
        condition = search.matches(Farm.id, search.SubjectKind.FARM, query)
        assert condition is not None
        return set(session.scalars(select(Farm.name).where(condition)))


def add(foundation: Foundation, farm: Farm, kind: IdentifierKind, text: str) -> None:
    with foundation.database.transaction() as session:
        identifiers.add_identifier(session, MACHINE, farm.id, kind, text, NOW)


def test_a_belgian_number_with_wrong_check_digits_is_mistyped() -> None:
    assert identifiers.checked_identifier(IdentifierKind.KBO, "403019261") == "0403019261"
    with pytest.raises(Refusal) as refused:
        identifiers.checked_identifier(IdentifierKind.KBO, "0403019262")
    assert refused.value == Refusal("parties.kbo_mistyped", value="0403.019.262")


@pytest.mark.parametrize(
    ("kind", "typed", "queries"),
    [
        (IdentifierKind.UBN, "0012345", ["12345", "0012345", "1234"]),
        (IdentifierKind.KBO, "BE 0403.019.261", ["0403019261", "0403.019.261", "0403"]),
        (IdentifierKind.HERD, "12345678-0101", ["BE12345678", "123456780101", "BE 12345678-0101"]),
    ],
)
def test_a_number_is_found_however_it_is_written(
    foundation: Foundation, kind: IdentifierKind, typed: str, queries: list[str]
) -> None:
    farm, _ = foundation.farm("De Wilgen")
    add(foundation, farm, kind, typed)
    for query in queries:
        assert found(foundation, query) == {"De Wilgen"}, query
    assert found(foundation, "wilgen oudega 8614aa") == {"De Wilgen"}


def test_a_number_that_another_farm_has_is_refused_with_its_name(foundation: Foundation) -> None:
    first, _ = foundation.farm("De Wilgen")
    second, _ = foundation.farm("De Terp")
    add(foundation, first, IdentifierKind.UBN, "1234567")
    for farm in (second, first):
        with pytest.raises(Refusal) as refused:
            add(foundation, farm, IdentifierKind.UBN, "UBN 123.4567")
        assert refused.value == Refusal(
            "parties.identifier_taken", value="1234567", farm="De Wilgen"
        )
    add(foundation, second, IdentifierKind.PE, "1234567")  # another kind is another number
    with foundation.database.reading() as session:
        assert len(session.scalars(select(FarmIdentifier)).all()) == 2


def test_a_number_that_is_taken_away_is_free_and_not_found(foundation: Foundation) -> None:
    farm, _ = foundation.farm("De Wilgen")
    add(foundation, farm, IdentifierKind.UBN, "1234567")
    for _ in range(2):  # a second time it is gone already
        with foundation.database.transaction() as session:
            identifiers.remove_identifier(
                session, MACHINE, farm.id, IdentifierKind.UBN, "1234567", NOW
            )
    assert found(foundation, "1234567") == set()
    with foundation.database.reading() as session:
        actions = session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert actions == ["parties.identifier_added", "parties.identifier_removed"]
    other, _ = foundation.farm("De Terp")
    add(foundation, other, IdentifierKind.UBN, "1234567")
    assert found(foundation, "1234567") == {"De Terp"}
