"""One field that finds parties within the scope, and numbers that exist."""

from __future__ import annotations

import pytest

from kombeheer.rules.accounts import Actor, Role
from kombeheer.services.parties import finding
from kombeheer.services.parties.finding import SHOWN
from tests.factories import TODAY, Foundation, number

OFFICE = Actor(1, Role.OFFICE)


def counts(foundation: Foundation, query: str, actor: Actor = OFFICE) -> tuple[int, int, int]:
    with foundation.database.reading() as session:
        found = finding.find(session, actor, TODAY, query)
        assert len(found.farms) <= SHOWN
        assert found.count == found.dealer_count + found.mechanic_count + found.farm_count
        return found.dealer_count, found.mechanic_count, found.farm_count


def test_all_kinds_are_found_by_the_beginnings_of_words(foundation: Foundation) -> None:
    dealer = foundation.dealer("De Boer Melktechniek")
    foundation.mechanic(dealer, "Jelle de Boer")
    for place in range(SHOWN + 1):
        foundation.farm(f"Boerderij {place}")
    assert counts(foundation, "boer") == (1, 1, SHOWN + 1)
    assert counts(foundation, "BOËR jelle") == (0, 1, 0)
    for query in ("", "   ", "!?", "\x00", "zzz"):
        assert counts(foundation, query) == (0, 0, 0), query


@pytest.mark.parametrize(
    ("role", "expected"),
    [(Role.INSPECTOR, (2, 2, 2)), (Role.DEALER, (1, 1, 1)), (Role.READER, (0, 0, 0))],
)
def test_only_what_one_may_see_is_found(
    foundation: Foundation, role: Role, expected: tuple[int, int, int]
) -> None:
    own = 0
    for _ in range(2):
        dealer = foundation.dealer("Boer")
        foundation.mechanic(dealer, "Boer")
        foundation.customer(dealer, foundation.farm("Boer")[0])
        own = dealer.id
    actor = Actor(1, role, dealer_id=own if role is Role.DEALER else None)
    assert counts(foundation, "boer", actor) == expected


def test_a_number_that_exists_is_found_however_it_was_read(foundation: Foundation) -> None:
    foundation.stickers(foundation.series("26"), None, 1, 10)
    foundation.stickers(foundation.series("1999", legacy_width=7), None, 1, 10)
    made = number(3)
    reads = {
        made.digits: made.digits,
        made.printed: made.digits,
        f"HTTPS://KOM.EXAMPLE/S/{made.digits}": made.digits,
        "0000003": "0000003",
        number(11).digits: None,
        "2600000300": None,
        "0000011": None,
        "0231": None,
        "De Wilgen": None,
        "": None,
    }
    with foundation.database.reading() as session:
        assert {raw: finding.sticker_digits(session, OFFICE, raw) for raw in reads} == reads
