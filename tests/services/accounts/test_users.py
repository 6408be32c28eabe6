"""Users: invited, let in, locked, reset."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kombeheer.rules.accounts import MACHINE, Actor, Role, UserState
from kombeheer.rules.refusal import Refusal
from kombeheer.services.accounts import login, tokens, users
from models.accounts import Invitation, User
from models.journal import JournalEntry
from models.transaction import Database
from tests.factories import NOW, PASSWORD, Foundation

NEW_PASSWORD = "drie rode koeien in de wei"


@pytest.fixture
def office(foundation: Foundation) -> Actor:
    return foundation.user(Role.OFFICE)


@pytest.fixture
def reader(foundation: Foundation) -> Actor:
    return foundation.user(Role.READER, email="lezer@kkm.example")


def id_of(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id


def state_of(database: Database, actor: Actor) -> str:
    with database.reading() as session:
        return session.get_one(User, actor.user_id).state


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Jan@KOM.example", "jan@kom.example"),
        ("  jan@kom.example ", "jan@kom.example"),
        ("jan", None),
        ("jan@", None),
        ("", None),
        ("jan@kom.example\x00", None),
    ],
)
def test_an_address_is_kept_in_small_letters(given: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(Refusal, match=r"accounts\.email_invalid"):
            users.checked_email(given)
    else:
        assert users.checked_email(given) == kept


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("belongs", ["", "dealer", "mechanic", "both"])
def test_a_user_belongs_to_what_his_role_says(
    database: Database, foundation: Foundation, role: Role, belongs: str
) -> None:
    dealer = foundation.dealer()
    mechanic = foundation.mechanic(dealer)
    fits = belongs == (role if role in (Role.DEALER, Role.MECHANIC) else "")

    def invite() -> None:
        with database.transaction() as session:
            users.invite(
                session,
                MACHINE,
                NOW,
                email="nieuw@kom.example",
                name="",
                role=role,
                dealer_id=dealer.id if belongs in ("dealer", "both") else None,
                mechanic_id=mechanic.id if belongs in ("mechanic", "both") else None,
            )

    if fits:
        invite()
    else:
        with pytest.raises(Refusal, match=r"accounts\.belongs_wrong"):
            invite()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(User)) == fits


def test_a_link_is_used_once_and_only_the_newest_works(database: Database, reader: Actor) -> None:
    with database.transaction() as session:
        older, newer = (users.new_invitation(session, id_of(reader), NOW) for _ in range(2))
    for token, works in ((older, False), (newer, True), (newer, False)):
        if works:
            with database.transaction() as session:
                users.accept_invitation(session, token, NEW_PASSWORD, NOW)
        else:
            with (
                pytest.raises(Refusal, match=r"accounts\.invitation_invalid"),
                database.transaction() as session,
            ):
                users.accept_invitation(session, token, NEW_PASSWORD, NOW)


def test_a_link_lasts_seven_days(database: Database, reader: Actor) -> None:
    with database.transaction() as session:
        token = users.new_invitation(session, id_of(reader), NOW)
        week = NOW + timedelta(days=7)
        assert users.invited_user(session, token, week - timedelta(seconds=1)).id == reader.user_id
        with pytest.raises(Refusal, match=r"accounts\.invitation_invalid"):
            users.invited_user(session, token, week)


def test_a_link_is_no_use_while_locked_and_is_kept_as_a_hash(
    database: Database, office: Actor, reader: Actor
) -> None:
    with database.transaction() as session:
        token = users.new_invitation(session, id_of(reader), NOW)
        users.set_state(session, office, id_of(reader), UserState.LOCKED, NOW)
    with database.reading() as session:
        assert token not in session.scalars(select(Invitation.token_hash)).all()
        with pytest.raises(Refusal, match=r"accounts\.invitation_invalid"):
            users.invited_user(session, token, NOW)


def test_a_refused_password_leaves_everything_as_it_was(database: Database, reader: Actor) -> None:
    with database.transaction() as session:
        token = users.new_invitation(session, id_of(reader), NOW)
    with (
        pytest.raises(Refusal, match=r"accounts\.password_short"),
        database.transaction() as session,
    ):
        users.accept_invitation(session, token, "kort", NOW)
    with database.reading() as session:
        assert users.invited_user(session, token, NOW).id == reader.user_id
        assert login.password_fits(session, "lezer@kkm.example", PASSWORD) == reader.user_id


def test_a_locked_user_is_let_in_as_what_he_was(
    database: Database, office: Actor, reader: Actor
) -> None:
    def set_state(state: UserState) -> str:
        with database.transaction() as session:
            users.set_state(session, office, id_of(reader), state, NOW)
        return state_of(database, reader)

    assert set_state(UserState.LOCKED) == "locked"
    assert set_state(UserState.ACTIVE) == "active"
    with database.transaction() as session:
        users.reset(session, office, id_of(reader), NOW)
    assert set_state(UserState.LOCKED) == "locked"
    assert set_state(UserState.ACTIVE) == "invited", "he has no password yet"


def test_the_same_state_again_is_no_change(
    database: Database, office: Actor, reader: Actor
) -> None:
    for _ in range(2):
        with database.transaction() as session:
            users.set_state(session, office, id_of(reader), UserState.LOCKED, NOW)
    with database.reading() as session:
        changed = select(func.count()).where(JournalEntry.action == "accounts.state_changed")
        assert session.scalar(changed) == 1


def test_a_reset_stops_password_sessions_and_tokens_for_good(
    database: Database, office: Actor, reader: Actor
) -> None:
    with database.transaction() as session:
        cookie = login.open_session(session, id_of(reader), "agent", "place", NOW)
        key = tokens.create_token(session, reader, id_of(reader), "kassa", NOW)
        link = users.reset(session, office, id_of(reader), NOW)
        users.accept_invitation(session, link, NEW_PASSWORD, NOW)
    with database.reading() as session:
        assert login.signed_in(session, cookie, NOW) is None
        assert tokens.actor_of_token(session.connection(), key) is None
        assert login.password_fits(session, "lezer@kkm.example", PASSWORD) is None
        assert login.password_fits(session, "lezer@kkm.example", NEW_PASSWORD) == reader.user_id


@pytest.mark.parametrize("state", [UserState.LOCKED, UserState.ACTIVE])
def test_nobody_changes_his_own_state_or_resets_himself(
    database: Database, office: Actor, state: UserState
) -> None:
    with database.transaction() as session:
        with pytest.raises(Refusal, match=r"accounts\.not_yourself"):
            users.set_state(session, office, id_of(office), state, NOW)
        with pytest.raises(Refusal, match=r"accounts\.not_yourself"):
            users.reset(session, office, id_of(office), NOW)


def test_a_locked_user_is_not_reset(database: Database, office: Actor, reader: Actor) -> None:
    with database.transaction() as session:
        users.set_state(session, office, id_of(reader), UserState.LOCKED, NOW)
        with pytest.raises(Refusal, match=r"accounts\.user_locked"):
            users.reset(session, office, id_of(reader), NOW)


def test_a_user_is_found_by_his_address(database: Database, reader: Actor) -> None:
    with database.reading() as session:
        assert users.actor_by_email(session, " Lezer@KKM.example ") == reader
        with pytest.raises(Refusal, match=r"accounts\.unknown_user"):
            users.actor_by_email(session, "niemand@kkm.example")
