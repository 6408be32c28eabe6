"""Pages of a list: counted, sorted, and never beyond the last."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from kombeheer.services.listing import PAGE_ROWS, Page, Wanted, count_of, read_page, streamed
from models.parties import Dealer, Employment, Mechanic
from tests.factories import Foundation
from tests.queries import asked


def page(foundation: Foundation, wanted: Wanted) -> tuple[Page, list[str]]:
    orders = {"name": [Dealer.name], "place": [Dealer.place]}
    with foundation.database.reading() as session:
        found = read_page(session, select(Dealer), Dealer.id, orders, wanted)
        return found, [row[0].name for row in found.items]


def test_an_empty_list_has_one_page(foundation: Foundation) -> None:
    found, names = page(foundation, Wanted(7, "place", True))
    assert (found.total, found.page, found.pages, found.first, found.last) == (0, 1, 1, 0, 0)
    assert names == []


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [(1, (1, 50, 1)), (2, (51, 53, 2)), (3, (51, 53, 2)), (0, (1, 50, 1)), (10**9, (51, 53, 2))],
)
def test_a_page_beyond_the_last_is_the_last(
    foundation: Foundation, wanted: int, shown: tuple[int, int, int]
) -> None:
    for number in range(PAGE_ROWS + 3):
        foundation.dealer(f"dealer {number:03d}")
    found, names = page(foundation, Wanted(wanted))
    assert (found.first, found.last, found.page) == shown
    assert (found.total, found.pages) == (PAGE_ROWS + 3, 2)
    assert names == [f"dealer {number:03d}" for number in range(shown[0] - 1, shown[1])]


@pytest.mark.parametrize(
    ("most", "total", "pages", "is_more"),
    [(None, 103, 3, False), (103, 103, 3, False), (102, 102, 3, True), (100, 100, 2, True)],
)
@pytest.mark.parametrize("is_counted_apart", [False, True])
def test_of_more_than_the_most_only_the_first_are_paged(
    foundation: Foundation,
    most: int | None,
    total: int,
    pages: int,
    *,
    is_more: bool,
    is_counted_apart: bool,
) -> None:
    for number in range(103):
        foundation.dealer(f"dealer {number:03d}")
    counting = count_of(Dealer, most=most) if is_counted_apart else None
    orders = {"name": [Dealer.name]}
    with foundation.database.reading() as session:
        found = read_page(session, select(Dealer), Dealer.id, orders, Wanted(9), counting, most)
    assert (found.total, found.pages, found.is_more) == (total, pages, is_more)
    assert (found.page, found.last) == (pages, total)
    assert found.items[-1][0].name == f"dealer {total - 1:03d}"


def test_what_cannot_be_sorted_by_is_the_default(foundation: Foundation) -> None:
    for name, place in (("b", "x"), ("a", "y"), ("c", "x")):
        foundation.dealer(name, place=place)
    for sort, descending, expected in (
        (None, False, "abc"),
        ("name", True, "cba"),
        ("place", False, "bca"),
        ("id; DROP TABLE dealer", True, "abc"),
    ):
        found, names = page(foundation, Wanted(1, sort, descending))
        assert "".join(names) == expected
        assert found.descending is (expected == "cba")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(1, "place"), "abcd"),
        (Wanted(1, "place").by_word(place={"p1": "Zuid", "p2": "oost", "p3": "Noord"}), "cbad"),
        (Wanted(1, "place", True).by_word(place={"p1": "Z", "p2": "o", "p3": "N"}), "dabc"),
        (Wanted(1, "name").by_word(place={"p1": "Z"}), "abcd"),
        (Wanted(1, "x").by_word(x={"a": "Z", "b": "A"}), "abcd"),
    ],
)
def test_words_are_sorted_as_people_read_them(
    foundation: Foundation, wanted: Wanted, expected: str
) -> None:
    for name, place in (("a", "p1"), ("b", "p2"), ("c", "p3"), ("d", "p4")):
        foundation.dealer(name, place=place)
    _, names = page(foundation, wanted)
    assert "".join(names) == expected


def test_a_row_is_read_as_the_entity_is(foundation: Foundation) -> None:
    dealer = foundation.dealer("Hoekstra", place="Joure")
    foundation.mechanic(dealer)
    foundation.mechanic(None)
    statement = (
        select(Mechanic, Dealer, Employment.from_on)
        .outerjoin(Employment, Employment.mechanic_id == Mechanic.id)
        .outerjoin(Dealer, Dealer.id == Employment.dealer_id)
    )
    with foundation.database.reading() as session:
        entities = session.execute(statement.order_by(Mechanic.id)).all()
        found = read_page(session, statement, Mechanic.id, {"id": [Mechanic.id]}, Wanted())
    for (mechanic, employer, from_on), row in zip(entities, found.items, strict=True):
        for entity, light in ((mechanic, row[0]), (employer, row[1])):
            if entity is None:
                assert light is None
                continue
            columns = entity.__table__.columns.keys()
            assert {name: getattr(light, name) for name in columns} == {
                name: getattr(entity, name) for name in columns
            }
        assert row[2] == from_on
    assert [row[1] is None for row in found.items] == [False, True]


def test_a_condition_that_always_holds_is_not_asked() -> None:
    assert "WHERE" not in str(count_of(Dealer, true()))
    assert "WHERE dealer.name" in str(count_of(Dealer, true(), Dealer.name == "a"))


def letters(session: Session) -> Callable[[Wanted], list[str]]:
    """How the last letters of the dealers' names are read, page by page."""
    orders = {"name": [Dealer.name], "place": [Dealer.place]}

    def read(wanted: Wanted) -> list[str]:
        found = read_page(session, select(Dealer), Dealer.id, orders, wanted)
        return [row[0].name[-1] for row in found.items]

    return read


def test_a_whole_list_is_read_by_one_query_in_its_order(foundation: Foundation) -> None:
    for number in range(7):
        foundation.dealer(f"dealer {number}", place="xy"[number % 2])
    with foundation.database.reading() as session, asked(session) as statements:
        chunks = list(streamed(letters(session), "place", descending=True))
    assert "".join(letter for chunk in chunks for letter in chunk) == "1350246"
    assert len(statements) == 1


def test_a_long_list_comes_in_pieces_and_may_be_left(
    foundation: Foundation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kombeheer.services.listing.FETCH_ROWS", 2)
    for number in range(5):
        foundation.dealer(f"dealer {number}")
    with foundation.database.reading() as session:
        assert list(streamed(letters(session))) == [["0", "1"], ["2", "3"], ["4"]]
        some = streamed(letters(session))
        assert next(some) == ["0", "1"]
        some.close()
