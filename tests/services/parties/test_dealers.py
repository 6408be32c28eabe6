"""Dealers: registered once per number, findable by every word, listed with their counts."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.services.listing import Wanted
from kombeheer.services.parties import dealers
from kombeheer.services.parties.dealers import DealerDetails
from models.journal import JournalEntry
from tests.factories import NOW, TODAY, Foundation

OFFICE = Actor(1, Role.OFFICE)
HOEKSTRA = DealerDetails(
    "0118", "Hoekstra Mélktechniek", "Zuiderhogeweg 12", "9203tb", "Drachten", email="Info@H.nl"
)


def register(foundation: Foundation, details: DealerDetails = HOEKSTRA) -> str:
    with foundation.database.transaction() as session:
        return dealers.register_dealer(session, MACHINE, details, NOW).public_id


def names(foundation: Foundation, actor: Actor = OFFICE, **wanted: object) -> list[str]:
    page = Wanted(**{key: wanted.pop(key) for key in ("sort", "descending") if key in wanted})  # type: ignore[arg-type]
    with foundation.database.reading() as session:
        found = dealers.list_dealers(session, actor, TODAY, page, **wanted)  # type: ignore[arg-type]
        return [line.dealer.name for line in found.items]


def test_a_dealer_is_written_one_way_and_found_by_every_word(foundation: Foundation) -> None:
    public_id = register(foundation)
    with foundation.database.reading() as session:
        row = dealers.dealer_by_public_id(session, public_id)
        assert (row.postcode, row.email) == ("9203 TB", "info@h.nl")
        entry = session.scalars(select(JournalEntry)).one()
        assert (entry.action, entry.subject_id) == ("parties.registered", public_id)
    for query in ("hoek", "MELK hoekstra", "0118", "drachten", "9203 TB", "9203tb"):
        assert names(foundation, query=query) == [HOEKSTRA.name], query
    assert names(foundation, query="hoekstra venray") == []


def test_a_changed_dealer_is_found_by_what_he_is_now(foundation: Foundation) -> None:
    public_id = register(foundation)
    moved = DealerDetails("0118", "Hoekstra en Zoon", place="Joure", ceased_on=TODAY)
    for _ in range(2):  # the second time nothing changes, and nothing is written down
        with foundation.database.transaction() as session:
            row = dealers.dealer_by_public_id(session, public_id)
            dealers.change_dealer(session, MACHINE, row.id, moved, NOW)
    assert names(foundation, query="drachten") == []
    assert names(foundation, query="joure zoon") == ["Hoekstra en Zoon"]
    assert names(foundation, ceased=True) == ["Hoekstra en Zoon"]
    assert names(foundation, ceased=False) == []
    with foundation.database.reading() as session:
        actions = session.scalars(select(JournalEntry.action)).all()
    assert sorted(actions) == ["parties.changed", "parties.registered"]


def test_a_number_is_of_one_dealer(foundation: Foundation) -> None:
    register(foundation)
    other = register(foundation, DealerDetails("0119", "Twente", place="Hengelo"))
    taken = Refusal("parties.dealer_number_taken", number="0118", dealer=HOEKSTRA.name)
    with pytest.raises(Refusal) as refused:
        register(foundation, DealerDetails("0118", "Twente", place="Hengelo"))
    assert refused.value == taken
    details = DealerDetails("0118", "Twente", place="Hengelo")
    with foundation.database.transaction() as session:
        row = dealers.dealer_by_public_id(session, other)
        with pytest.raises(Refusal) as refused:
            dealers.change_dealer(session, MACHINE, row.id, details, NOW)
    assert refused.value == taken
    assert names(foundation) == [HOEKSTRA.name, "Twente"]


@pytest.mark.parametrize(
    ("details", "code"),
    [
        (DealerDetails("1", "x", place="y", postcode="850"), "parties.postcode_invalid"),
        (DealerDetails("1", "x", place="y", postcode="8501 SS"), "parties.postcode_invalid"),
        (
            DealerDetails("1", "x", place="y", postcode="8501 AB", country="BE"),
            "parties.postcode_invalid",
        ),
        (DealerDetails("1", "x", place="y", email="info"), "accounts.email_invalid"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    foundation: Foundation, details: DealerDetails, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        register(foundation, details)
    assert names(foundation) == []


def test_the_list_counts_who_works_and_who_is_served_today(foundation: Foundation) -> None:
    busy, idle = foundation.dealer("busy"), foundation.dealer("Idle")
    foundation.mechanic(busy)
    foundation.mechanic(busy, employed_until=date(2026, 3, 4))
    for _ in range(2):
        foundation.customer(busy, foundation.farm()[0])
    with foundation.database.reading() as session:
        page = dealers.list_dealers(session, OFFICE, TODAY, Wanted(sort="farms", descending=True))
        lines = [(line.dealer.name, line.mechanics, line.farms) for line in page.items]
    assert lines == [("busy", 1, 2), ("Idle", 0, 0)]
    assert names(foundation, sort="name", descending=True) == ["Idle", "busy"]
    assert names(foundation, Actor(1, Role.DEALER, dealer_id=idle.id)) == ["Idle"]


def test_foreign_and_unknown_are_the_same(foundation: Foundation) -> None:
    own, other = foundation.dealer("own"), foundation.dealer("other")
    actor = Actor(1, Role.DEALER, dealer_id=own.id)
    with foundation.database.reading() as session:
        seen = [
            dealers.find_dealer(session, actor, TODAY, public_id)
            for public_id in (own.public_id, other.public_id, "nobody")
        ]
        assert [row.name if row else None for row in seen] == ["own", None, None]
        with pytest.raises(Refusal, match=r"parties\.dealer_unknown"):
            dealers.dealer_by_public_id(session, "nobody")
