"""Tries, passwords and sessions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from kombeheer.rules.accounts import LOGIN_TRIES_MAX, Actor, Role, UserState
from kombeheer.rules.refusal import Refusal
from kombeheer.services.accounts import login
from models.accounts import LoginAttempt, LoginSession, User
from models.journal import JournalEntry
from models.transaction import Database
from tests.factories import NOW, PASSWORD, Foundation

EMAIL, HERE, THERE = "lezer@kkm.example", "192.0.2.1", "192.0.2.2"


@pytest.fixture
def reader(foundation: Foundation) -> Actor:
    return foundation.user(Role.READER, email=EMAIL)


def id_of(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id


def try_once(database: Database, place: str = HERE, email: str = EMAIL, **later: float) -> int:
    with database.transaction() as session:
        return login.begin_try(session, email, place, NOW + timedelta(**later))


def open_session(database: Database, actor: Actor, **later: float) -> str:
    with database.transaction() as session:
        now = NOW + timedelta(**later)
        return login.open_session(session, id_of(actor), "agent", HERE, now)


def is_live(database: Database, token: str, **later: float) -> bool:
    with database.reading() as session:
        return login.signed_in(session, token, NOW + timedelta(**later)) is not None


def test_decisions_0009_ten_tries_in_fifteen_minutes(database: Database) -> None:
    assert [try_once(database) for _ in range(10)] == list(range(9, -1, -1))
    with pytest.raises(Refusal) as caught:
        try_once(database, minutes=15)
    assert caught.value == Refusal("accounts.too_many_tries", minutes=15)
    assert try_once(database, minutes=15, seconds=1) == 9


def test_tries_count_per_address_and_place(database: Database) -> None:
    for _ in range(LOGIN_TRIES_MAX):
        try_once(database)
    assert try_once(database, THERE) == 9
    assert try_once(database, email="ander@kkm.example") == 9
    with pytest.raises(Refusal):
        try_once(database, email=f" {EMAIL.upper()} ")


def test_a_refused_try_does_not_make_one_wait_longer(database: Database) -> None:
    for _ in range(LOGIN_TRIES_MAX):
        try_once(database)
    with pytest.raises(Refusal):
        try_once(database, minutes=14)
    assert try_once(database, minutes=15, seconds=1) == 9


def test_tries_that_come_all_at_once_are_counted_one_by_one(database: Database) -> None:
    def attempt(_number: int) -> bool:
        try:
            database.write(lambda session: login.begin_try(session, EMAIL, HERE, NOW))
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(12) as threads:
        let_through = list(threads.map(attempt, range(36)))
    assert sum(let_through) == LOGIN_TRIES_MAX


def test_what_no_longer_counts_is_forgotten(database: Database) -> None:
    try_once(database)
    try_once(database, minutes=16)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 1
    with database.transaction() as session:
        login.forget_tries(session, EMAIL, HERE)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 0


@pytest.mark.parametrize(
    ("email", "password", "fits"),
    [
        (EMAIL, PASSWORD, True),
        (f" {EMAIL.upper()} ", PASSWORD, True),
        (EMAIL, PASSWORD.upper(), False),
        (EMAIL, f"{PASSWORD} ", False),
        (EMAIL, "", False),
        ("niemand@kkm.example", PASSWORD, False),
    ],
)
def test_a_password_fits_its_own_user_only(
    database: Database, reader: Actor, email: str, password: str, fits: bool
) -> None:
    with database.reading() as session:
        found = login.password_fits(session, email, password)
    assert found == (reader.user_id if fits else None)


@pytest.mark.parametrize("state", [UserState.INVITED, UserState.LOCKED])
def test_a_password_of_who_may_not_come_in_fits_nobody(
    database: Database, reader: Actor, state: UserState
) -> None:
    with database.transaction() as session:
        session.execute(update(User).where(User.id == reader.user_id).values(state=state))
    with database.reading() as session:
        assert login.password_fits(session, EMAIL, PASSWORD) is None


def test_for_an_unknown_address_a_hash_is_checked_all_the_same(
    database: Database, reader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    class Counting:
        """Stands in for the hasher."""

        def verify(self, known: str, password: str) -> bool:
            checked.append(known)
            return login.PasswordHasher(memory_cost=1024, time_cost=1, parallelism=1).verify(
                known, password
            )

        def hash(self, password: str) -> str:
            return login.PasswordHasher(memory_cost=1024, time_cost=1, parallelism=1).hash(password)

    monkeypatch.setattr(login, "hasher", Counting())
    login._stand_in_hash.cache_clear()
    with database.reading() as session:
        for email in (EMAIL, "niemand@kkm.example"):
            assert login.password_fits(session, email, "niet dit wachtwoord") is None
    assert len(checked) == 2
    assert all(one.startswith("$argon2id$") for one in checked)
    login._stand_in_hash.cache_clear()


def test_decisions_0009_a_session_lasts_12_hours_idle_and_30_days_at_most(
    database: Database, reader: Actor
) -> None:
    token = open_session(database, reader)
    assert is_live(database, token, hours=11, minutes=59, seconds=59)
    assert not is_live(database, token, hours=12)
    with database.transaction() as session:
        session.execute(update(LoginSession).values(seen_at=NOW + timedelta(days=29, hours=23)))
    assert is_live(database, token, days=29, hours=23, minutes=59)
    assert not is_live(database, token, days=30)


def test_ending_all_but_one(database: Database, reader: Actor) -> None:
    kept, *others = [open_session(database, reader, minutes=minute) for minute in range(3)]
    with database.transaction() as session:
        found = login.signed_in(session, kept, NOW)
        assert found is not None
        login.end_sessions(session, reader, id_of(reader), NOW, but=found.session_id)
    assert [is_live(database, token) for token in (kept, *others)] == [True, False, False]


def test_ending_a_session_twice_is_told_once(database: Database, reader: Actor) -> None:
    open_session(database, reader)
    for _ in range(2):
        with database.transaction() as session:
            [found] = session.scalars(select(LoginSession.id))
            login.end_session(session, reader, found, NOW, of_user=id_of(reader))
    with database.reading() as session:
        ended = select(func.count()).where(JournalEntry.action == "accounts.session_ended")
        assert session.scalar(ended) == 1


def test_the_session_of_another_user_is_unknown(
    database: Database, foundation: Foundation, reader: Actor
) -> None:
    token, other = open_session(database, reader), foundation.user(Role.READER)
    with database.transaction() as session:
        [found] = session.scalars(select(LoginSession.id))
        with pytest.raises(Refusal, match=r"accounts\.unknown_session"):
            login.end_session(session, other, found, NOW, of_user=id_of(other))
    assert is_live(database, token)


def test_sessions_are_listed_the_one_used_last_first(database: Database, reader: Actor) -> None:
    for minute in (5, 90, 30):
        open_session(database, reader, minutes=minute)
    with database.reading() as session:
        rows = login.sessions_of(session, id_of(reader), NOW + timedelta(hours=12, minutes=20))
    assert [(row.seen_at - NOW).seconds // 60 for row in rows] == [90, 30]


def test_a_long_agent_is_cut_to_what_fits(database: Database, reader: Actor) -> None:
    with database.transaction() as session:
        login.open_session(session, id_of(reader), "x" * 5000, "y" * 100, NOW)
        row = session.scalars(select(LoginSession)).one()
    assert (len(row.agent), len(row.address)) == (200, 45)
