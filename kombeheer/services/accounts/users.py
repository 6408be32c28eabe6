"""Users: invited, let in, locked, reset. The office does it; every step is in the journal."""

from __future__ import annotations

import secrets
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import (
    INVITATION_AGE_MAX,
    Actor,
    Role,
    UserState,
    require_password,
)
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.accounts.login import actor_of_user, end_all_sessions, hasher
from kombeheer.services.accounts.tokens import revoke_all_tokens, token_hash
from models.accounts import Invitation, User


def actor_by_email(session: Session, email: str) -> Actor:
    """Return the active user with this address.

    Raises:
        Refusal: `accounts.unknown_user`.
    """
    row = session.execute(select(User).where(User.email == email.strip().lower())).scalar()
    if row is None:
        raise Refusal("accounts.unknown_user", email=email)
    return actor_of_user(row)


def checked_email(email: str) -> str:
    """Return an e-mail address in small letters.

    Raises:
        Refusal: `accounts.email_invalid`.
    """
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Refusal("accounts.email_invalid", email=email.strip()) from None
    return found.normalized.lower()


def invite(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    email: str,
    name: str,
    role: Role,
    dealer_id: int | None = None,
    mechanic_id: int | None = None,
) -> tuple[User, str]:
    """Make a user without a password; return him and the token of his invitation link.

    Raises:
        Refusal: `accounts.email_invalid`, `accounts.email_taken`, or `accounts.belongs_wrong` when
            a dealer's or mechanic's user lacks his dealer or mechanic, or another role has one.
    """
    address = checked_email(email)
    if session.execute(select(User.id).where(User.email == address)).first() is not None:
        raise Refusal("accounts.email_taken", email=address)
    fits = (role is Role.DEALER) == (dealer_id is not None) and (role is Role.MECHANIC) == (
        mechanic_id is not None
    )
    if not fits:
        raise Refusal("accounts.belongs_wrong", role=role)
    user = User(
        email=address,
        name=name.strip() or address,
        role=role,
        state=UserState.INVITED,
        dealer_id=dealer_id,
        mechanic_id=mechanic_id,
        created_at=now,
    )
    session.add(user)
    session.flush()
    journal.record(
        session,
        actor,
        now,
        "accounts.invited",
        "user",
        user.id,
        after={"email": address, "role": role},
    )
    return user, new_invitation(session, user.id, now)


def new_invitation(session: Session, user_id: int, now: datetime) -> str:
    """Return the token of a new link; earlier links of this user stop working."""
    session.execute(
        update(Invitation)
        .where(Invitation.user_id == user_id, Invitation.used_at.is_(None))
        .values(used_at=now)
    )
    token = secrets.token_urlsafe(32)
    session.add(
        Invitation(
            user_id=user_id,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=now + INVITATION_AGE_MAX,
        )
    )
    return token


def invited_user(session: Session, token: str, now: datetime) -> User:
    """Return whom an invitation link is for.

    Raises:
        Refusal: `accounts.invitation_invalid` when it is unknown, used or too old.
    """
    row = session.execute(
        select(User)
        .join(Invitation, Invitation.user_id == User.id)
        .where(
            Invitation.token_hash == token_hash(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
            User.state != UserState.LOCKED,
        )
    ).scalar()
    if row is None:
        raise Refusal("accounts.invitation_invalid")
    return row


def accept_invitation(session: Session, token: str, password: str, now: datetime) -> User:
    """Set the password of the invited user, use up the link and end his other sessions."""
    user = session.get_one(User, invited_user(session, token, now).id)
    require_password(password, user.email)
    before = user.state
    user.password_hash = hasher.hash(password)
    user.state = UserState.ACTIVE
    session.execute(
        update(Invitation).where(Invitation.token_hash == token_hash(token)).values(used_at=now)
    )
    end_all_sessions(session, user.id, now)
    journal.record(
        session,
        actor_of_user(user),
        now,
        "accounts.password_set",
        "user",
        user.id,
        before={"state": before},
        after={"state": user.state},
    )
    return user


def set_state(
    session: Session, actor: Actor, user_id: int, state: UserState, now: datetime
) -> None:
    """Lock a user or let him in again; locking ends his sessions, his tokens wait with him.

    Raises:
        Refusal: `accounts.not_yourself` when somebody locks himself.
    """
    if user_id == actor.user_id:
        raise Refusal("accounts.not_yourself")
    user = session.get_one(User, user_id)
    before = user.state
    if state is UserState.ACTIVE and user.password_hash is None:
        state = UserState.INVITED
    if before == state:
        return
    user.state = state
    if state is UserState.LOCKED:
        end_all_sessions(session, user_id, now)
    journal.record(
        session,
        actor,
        now,
        "accounts.state_changed",
        "user",
        user_id,
        before={"state": before},
        after={"state": state},
    )


def reset(session: Session, actor: Actor, user_id: int, now: datetime) -> str:
    """Return a new link for a user who lost his password.

    All that let him in before, password, sessions and tokens, stops working for good.

    Raises:
        Refusal: `accounts.not_yourself`, or `accounts.user_locked` when he may not come in at all.
    """
    if user_id == actor.user_id:
        raise Refusal("accounts.not_yourself")
    user = session.get_one(User, user_id)
    if user.state == UserState.LOCKED:
        raise Refusal("accounts.user_locked", email=user.email)
    user.password_hash = None
    user.state = UserState.INVITED
    end_all_sessions(session, user_id, now)
    revoke_all_tokens(session, user_id, now)
    journal.record(session, actor, now, "accounts.reset", "user", user_id)
    return new_invitation(session, user_id, now)


def change_password(
    session: Session, actor: Actor, session_id: int, password: str, now: datetime
) -> None:
    """Set somebody's own new password and end his sessions but this one.

    The edge has asked the old password first.

    Raises:
        Refusal: those of `require_password`.
    """
    user = session.get_one(User, actor.user_id)
    require_password(password, user.email)
    user.password_hash = hasher.hash(password)
    end_all_sessions(session, user.id, now, but=session_id)
    journal.record(session, actor, now, "accounts.password_set", "user", user.id)


def set_keys(session: Session, actor: Actor, keys_on: bool, now: datetime) -> None:
    """Switch the single keys of somebody's own pages on or off."""
    user = session.get_one(User, actor.user_id)
    changes = journal.changed_fields(user, {"keys_on": keys_on})
    journal.record_changes(session, actor, now, "accounts.keys_set", "user", user.id, changes)
