"""Words that people search by: without capitals and accents, from their beginning, all of them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kombeheer.services import search
from models.parties import Farm
from tests.factories import Foundation


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("De Wilgen", {"de", "wilgen"}),
        ("Stâl", {"stal"}),
        ("8501 AB", {"8501", "ab", "8501ab"}),
        ("0403.019.261", {"0403", "019", "261", "0403019261"}),
        ("1 2 3 4", {"1", "2", "3", "4"}),
        ("a_b", {"a", "b"}),
        ("x" * 50, {"x" * 40}),
        ("·–", set()),
        ("", set()),
    ],
)
def test_a_text_is_found_by_these_words(text: str, terms: set[str]) -> None:
    assert search.terms_of([text]) == terms


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("wil", {"De Wilgen", "Wilgenhoeve"}),
        ("WILG de", {"De Wilgen"}),
        ("ilgen", set()),
        ("terp wilgen", set()),
        ("8501ab", {"De Terp"}),
        ("  ", None),
        ("%", None),
    ],
)
def test_a_query_finds_what_has_all_its_words(
    foundation: Foundation, query: str, names: set[str] | None
) -> None:
    foundation.farm("De Wilgen")
    foundation.farm("Wilgenhoeve")
    foundation.farm("De Terp", "Joure", "8501 AB")
    condition = search.matches(Farm.id, search.SubjectKind.FARM, query)
    if names is None:
        assert condition is None
        return
    assert condition is not None
    with foundation.database.reading() as session:
        assert set(session.scalars(select(Farm.name).where(condition))) == names


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("1482793", True),
        ("UBN 1482793", True),
        ("ubn: 1482793", True),
        ("UBN1482793", True),
        ("UBN1482794", False),
        ("UBN-nummer 1482793", True),
        ("UBN 1482794", False),
        ("kvk 01234567", True),
        ("KvK-nummer 01234567", True),
        ("beslagnummer BE-1 Wilgen", False),
        ("UBN", False),  # without a number it is a word as any other
        ("Wilgen nummer", False),
    ],
)
def test_what_number_it_is_may_stand_before_it(
    foundation: Foundation, query: str, *, is_found: bool
) -> None:
    farm, _ = foundation.farm("De Wilgen")
    foundation.dealer("Dealer 1482793")
    texts = ["De Wilgen", "1482793", "01234567"]
    with foundation.database.transaction() as session:
        search.index(session, search.SubjectKind.FARM, {farm.id: texts}, new=False)
    with foundation.database.reading() as session:
        ids = search.matching_ids(search.SubjectKind.FARM, query)
        assert ids is not None
        assert list(session.scalars(ids)) == ([farm.id] if is_found else [])
        dealers = search.matching_ids(search.SubjectKind.DEALER, query)
        assert dealers is not None
        found = list(session.scalars(dealers))
        assert bool(found) == (query == "1482793"), "a dealer has no UBN"


def test_new_words_take_the_place_of_the_old(foundation: Foundation) -> None:
    farm, _ = foundation.farm("De Wilgen")
    with foundation.database.transaction() as session:
        search.index(session, search.SubjectKind.FARM, {farm.id: ["De Terp"]}, new=False)
    with foundation.database.reading() as session:
        for query, found in (("terp", [farm.id]), ("wilgen", [])):
            ids = search.matching_ids(search.SubjectKind.FARM, query)
            assert ids is not None
            assert list(session.scalars(ids)) == found
