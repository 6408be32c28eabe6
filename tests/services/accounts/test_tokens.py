"""Keys of programs."""

from __future__ import annotations

import pytest

from kombeheer.rules.accounts import MACHINE, Actor, Role, UserState
from kombeheer.rules.refusal import Refusal
from kombeheer.services.accounts import tokens, users
from models.transaction import Database
from tests.factories import NOW, Foundation


@pytest.fixture
def owner(foundation: Foundation) -> Actor:
    return foundation.user(Role.DEALER, dealer=foundation.dealer())


def make(database: Database, owner: Actor, name: str = "kassa") -> str:
    assert owner.user_id is not None
    with database.transaction() as session:
        return tokens.create_token(session, owner, owner.user_id, name, NOW)


def acts_for(database: Database, key: str) -> Actor | None:
    with database.reading() as session:
        return tokens.actor_of_token(session.connection(), key)


def test_a_key_acts_for_its_user_with_his_rights(database: Database, owner: Actor) -> None:
    key = make(database, owner)
    assert key.startswith("kom_")
    assert len(key) == len("kom_") + 43, "256 bits"
    assert acts_for(database, key) == owner
    assert acts_for(database, key + "x") is None
    assert acts_for(database, "") is None
    assert acts_for(database, "\ud800") is None


def test_a_key_of_a_locked_user_waits_with_him(database: Database, owner: Actor) -> None:
    key = make(database, owner)
    assert owner.user_id is not None
    for state, works in ((UserState.LOCKED, False), (UserState.ACTIVE, True)):
        with database.transaction() as session:
            users.set_state(session, MACHINE, owner.user_id, state, NOW)
        assert (acts_for(database, key) is not None) is works


def test_a_revoked_key_is_off_the_list_and_stays_revoked(database: Database, owner: Actor) -> None:
    assert owner.user_id is not None
    first, second = make(database, owner, "eerste"), make(database, owner, "tweede")
    with database.transaction() as session:
        [row] = [one for one in tokens.tokens_of(session, owner.user_id) if one.name == "eerste"]
        for _ in range(2):
            tokens.revoke_token(session, owner, row.id, NOW, of_user=owner.user_id)
    with database.reading() as session:
        assert [one.name for one in tokens.tokens_of(session, owner.user_id)] == ["tweede"]
    assert (acts_for(database, first), acts_for(database, second)) == (None, owner)


def test_the_key_of_another_user_is_unknown(
    database: Database, foundation: Foundation, owner: Actor
) -> None:
    key, other = make(database, owner), foundation.user(Role.READER)
    assert owner.user_id is not None
    assert other.user_id is not None
    with database.transaction() as session:
        [row] = tokens.tokens_of(session, owner.user_id)
        for number in (row.id, row.id + 1):
            with pytest.raises(Refusal, match=r"accounts\.unknown_token"):
                tokens.revoke_token(session, other, number, NOW, of_user=other.user_id)
    assert acts_for(database, key) == owner


@pytest.mark.parametrize("name", ["", "   "])
def test_a_key_without_a_name_is_refused(database: Database, owner: Actor, name: str) -> None:
    with pytest.raises(Refusal, match=r"accounts\.token_name_missing"):
        make(database, owner, name)
