"""Log in and out: passwords, failed tries, sessions that can be listed and ended."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import (
    LOGIN_TRIES_MAX,
    LOGIN_TRIES_WINDOW,
    SESSION_AGE_MAX,
    SESSION_IDLE_MAX,
    Actor,
    Role,
    UserState,
)
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.accounts.tokens import token_hash
from models.accounts import LoginAttempt, LoginSession, User
from models.parties import Dealer, Mechanic

SEEN_EVERY = timedelta(minutes=5)

hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session with its user, as the edge needs it on every request."""

    actor: Actor
    session_id: int
    email: str
    organisation: str
    keys_on: bool
    seen_at: datetime


@cache
def _stand_in_hash() -> str:
    """Return a hash to check when nobody has the address, so that the answer takes as long."""
    return hasher.hash(secrets.token_urlsafe())


def actor_of_user(user: User | Row[*tuple[Any, ...]]) -> Actor:
    """Return a user as the value that services take."""
    return Actor(
        user.id, Role(user.role), user.name, user.dealer_id, user.mechanic_id, user.language
    )


def _attempt_key(email: str, address: str) -> str:
    """Count tries for this address from this place, so that nobody can lock another one out."""
    return sha256(f"{email.strip().lower()}|{address}".encode()).hexdigest()


def begin_try(session: Session, email: str, address: str, now: datetime) -> int:
    """Count a try before its password is looked at; return how many are left after it.

    Counted first, and one at a time, so that tries sent all at once are not all let through.

    Raises:
        Refusal: `accounts.too_many_tries`.
    """
    key = _attempt_key(email, address)
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        lock = int.from_bytes(bytes.fromhex(key[:16]), signed=True)
        session.execute(select(func.pg_advisory_xact_lock(lock)))
    session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - LOGIN_TRIES_WINDOW))
    tries = session.execute(
        select(func.count()).select_from(LoginAttempt).where(LoginAttempt.key == key)
    ).scalar_one()
    if tries >= LOGIN_TRIES_MAX:
        minutes = int(LOGIN_TRIES_WINDOW.total_seconds() // 60)
        raise Refusal("accounts.too_many_tries", minutes=minutes)
    session.add(LoginAttempt(key=key, at=now))
    return LOGIN_TRIES_MAX - tries - 1


def forget_tries(session: Session, email: str, address: str) -> None:
    """Start counting anew: the password fitted."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.key == _attempt_key(email, address)))


def password_fits(session: Session, email: str, password: str) -> int | None:
    """Return the id of the active user whose password this is, or None.

    Takes as long for an address that nobody has.
    """
    user = session.execute(
        select(User.id, User.password_hash, User.state).where(User.email == email.strip().lower())
    ).first()
    known = user.password_hash if user is not None and user.password_hash else _stand_in_hash()
    try:
        hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return None
    if user is None or user.password_hash is None or user.state != UserState.ACTIVE:
        return None
    return int(user.id)


def open_session(session: Session, user_id: int, agent: str, address: str, now: datetime) -> str:
    """Start a session for a user whose password fitted; return its token."""
    user = session.get_one(User, user_id)
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        user_id=user.id,
        token_hash=token_hash(token),
        agent=agent[:200],
        address=address[:45],
        created_at=now,
        seen_at=now,
    )
    session.add(row)
    session.flush()
    journal.record(session, actor_of_user(user), now, "accounts.logged_in", "session", row.id)
    return token


# Asked at every page, so it is put together once.
_SIGNED_IN = (
    select(
        *(User.id, User.role, User.name, User.dealer_id, User.mechanic_id, User.language),
        *(User.email, User.keys_on),
        LoginSession.id.label("session_id"),
        LoginSession.seen_at,
        Dealer.name.label("dealer_name"),
        Mechanic.number.label("mechanic_number"),
    )
    .join(LoginSession, LoginSession.user_id == User.id)
    .outerjoin(Dealer, Dealer.id == User.dealer_id)
    .outerjoin(Mechanic, Mechanic.id == User.mechanic_id)
    .where(
        LoginSession.token_hash == bindparam("token_hash"),
        LoginSession.ended_at.is_(None),
        LoginSession.seen_at > bindparam("seen_after"),
        LoginSession.created_at > bindparam("created_after"),
        User.state == UserState.ACTIVE,
    )
)


def signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Return the live session behind a cookie's token; None when it ended, was idle or too old."""
    told = {
        "token_hash": token_hash(token),
        "seen_after": now - SESSION_IDLE_MAX,
        "created_after": now - SESSION_AGE_MAX,
    }
    row = session.connection().execute(_SIGNED_IN, told).first()
    if row is None:
        return None
    organisation = row.dealer_name or row.mechanic_number or ""
    return SignedIn(
        actor_of_user(row), row.session_id, row.email, organisation, row.keys_on, row.seen_at
    )


def touch_session(session: Session, session_id: int, now: datetime) -> None:
    """Note that a session is in use; the edge asks it at most every five minutes."""
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now))


def sessions_of(session: Session, user_id: int, now: datetime) -> Sequence[LoginSession]:
    """Return a user's live sessions, the one used last first."""
    return (
        session.execute(
            select(LoginSession)
            .where(
                LoginSession.user_id == user_id,
                LoginSession.ended_at.is_(None),
                LoginSession.seen_at > now - SESSION_IDLE_MAX,
                LoginSession.created_at > now - SESSION_AGE_MAX,
            )
            .order_by(LoginSession.seen_at.desc())
        )
        .scalars()
        .all()
    )


def end_session(
    session: Session, actor: Actor, session_id: int, now: datetime, *, of_user: int
) -> None:
    """End one session of `of_user`; one that ended already stays ended.

    Raises:
        Refusal: `accounts.unknown_session` when it is not that user's.
    """
    row = session.get(LoginSession, session_id)
    if row is None or row.user_id != of_user:
        raise Refusal("accounts.unknown_session")
    if row.ended_at is None:
        row.ended_at = now
        journal.record(session, actor, now, "accounts.session_ended", "session", row.id)


def end_all_sessions(
    session: Session, user_id: int, now: datetime, *, but: int | None = None
) -> None:
    """End every session of a user, at once and everywhere; `but` is one that goes on."""
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.user_id == user_id,
            LoginSession.ended_at.is_(None),
            LoginSession.id != (but or 0),
        )
        .values(ended_at=now)
    )


def end_sessions(
    session: Session, actor: Actor, user_id: int, now: datetime, *, but: int | None = None
) -> None:
    """End a user's sessions because somebody asks it: himself, or the office."""
    end_all_sessions(session, user_id, now, but=but)
    journal.record(session, actor, now, "accounts.sessions_ended", "user", user_id)
