"""Users as the office sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kombeheer.rules.accounts import Role, UserState
from kombeheer.rules.refusal import Refusal
from kombeheer.services.accounts import directory, login, users
from kombeheer.services.listing import PAGE_ROWS, Wanted
from models.transaction import Database
from tests.factories import NOW, Foundation


def emails(database: Database, query: str = "", role: str = "", state: str = "") -> list[str]:
    with database.reading() as session:
        page = directory.list_users(session, query, role, state, Wanted(sort="email"))
        return [user.email.partition("@")[0] for user, *_ in page.items]


def test_users_are_found_by_a_part_of_name_or_address(
    database: Database, foundation: Foundation
) -> None:
    dealer = foundation.dealer("Hoekstra Melktechniek")
    foundation.user(Role.DEALER, dealer=dealer, email="ans@hoekstra.example")
    foundation.user(Role.OFFICE, email="bert_jan@kom.example")
    foundation.user(Role.OFFICE, email="bertxjan@kom.example")
    assert emails(database) == ["ans", "bert_jan", "bertxjan"]
    assert emails(database, "BERT") == ["bert_jan", "bertxjan"]
    assert emails(database, "bert_jan") == ["bert_jan"], "an underscore is itself"
    assert emails(database, "hoekstra.example") == ["ans"]
    assert emails(database, role="dealer") == ["ans"]
    assert emails(database, role="dealer", state="locked") == []


def test_a_row_tells_the_dealer_the_mechanic_and_when_last_seen(
    database: Database, foundation: Foundation
) -> None:
    dealer = foundation.dealer()
    mechanic = foundation.mechanic(dealer)
    first = foundation.user(Role.DEALER, dealer=dealer)
    foundation.user(Role.MECHANIC, mechanic=mechanic)
    with database.transaction() as session:
        assert first.user_id is not None
        for hours in (3, 1):
            now = NOW + timedelta(hours=hours)
            login.open_session(session, first.user_id, "agent", "place", now)
    with database.reading() as session:
        page = directory.list_users(session, "", "", "", Wanted(sort="role"))
        told = [tuple(row)[1:] for row in page.items]
    assert told == [
        (dealer.name, None, NOW + timedelta(hours=3)),
        (None, mechanic.number, None),
    ]


def test_a_long_list_is_paged(database: Database, foundation: Foundation) -> None:
    for number in range(PAGE_ROWS + 1):
        foundation.user(Role.READER, email=f"lezer{number:03d}@kkm.example")
    with database.reading() as session:
        page = directory.list_users(session, "", "", "", Wanted(page=2, sort="email"))
        assert [user.email for user, *_ in page.items] == [f"lezer{PAGE_ROWS:03d}@kkm.example"]
        assert (page.total, page.pages) == (PAGE_ROWS + 1, 2)


def test_one_user_with_all_that_lets_him_in(database: Database, foundation: Foundation) -> None:
    dealer = foundation.dealer()
    actor = foundation.user(Role.DEALER, dealer=dealer)
    foundation.token(actor)
    assert actor.user_id is not None
    with database.transaction() as session:
        login.open_session(session, actor.user_id, "agent", "place", NOW)
    with database.reading() as session:
        view = directory.show_user(session, actor.user_id, NOW)
        assert view is not None
        assert view.dealer is not None
        assert (view.dealer.number, view.mechanic) == (dealer.number, None)
        assert (len(view.sessions), len(view.tokens)) == (1, 1)
        actions = [entry.action for entry, _ in view.entries]
        assert actions == ["accounts.logged_in", "accounts.invited"]
        assert directory.show_user(session, actor.user_id + 1, NOW) is None


def test_an_open_link_is_told_until_when(database: Database, foundation: Foundation) -> None:
    office, reader = foundation.user(Role.OFFICE), foundation.user(Role.READER)
    assert reader.user_id is not None
    with database.transaction() as session:
        users.reset(session, office, reader.user_id, NOW)
    with database.reading() as session:
        view = directory.show_user(session, reader.user_id, NOW)
        assert view is not None
        assert (view.link_until, view.user.state) == (NOW + timedelta(days=7), UserState.INVITED)
        later = directory.show_user(session, reader.user_id, NOW + timedelta(days=7))
        assert later is not None
        assert later.link_until is None


def test_numbers_of_dealers_and_mechanics(database: Database, foundation: Foundation) -> None:
    dealer = foundation.dealer()
    kept, double = foundation.mechanic(dealer), foundation.mechanic(dealer)
    with database.transaction() as session:
        session.merge(double).merged_into_id = kept.id
    with database.reading() as session:
        assert directory.dealer_id_of(session, dealer.number) == dealer.id
        assert directory.mechanic_id_of(session, kept.number) == kept.id
        assert directory.mechanic_id_of(session, double.number) == kept.id
        with pytest.raises(Refusal, match=r"accounts\.unknown_dealer"):
            directory.dealer_id_of(session, "99")
        with pytest.raises(Refusal, match=r"accounts\.unknown_mechanic"):
            directory.mechanic_id_of(session, dealer.number)
