"""Tokens for programs: made for a user, shown once, kept as a hash."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role, UserState
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from models.accounts import ApiToken, User

TOKEN_PREFIX = "kom_"  # noqa: S105  a prefix by which a leaked token is recognised, no secret

_BY_TOKEN = (
    select(
        User.id,
        User.role,
        User.name,
        User.dealer_id,
        User.mechanic_id,
        User.language,
    )
    .join(ApiToken, ApiToken.user_id == User.id)
    .where(
        ApiToken.token_hash == bindparam("hash"),
        ApiToken.revoked_at.is_(None),
        User.state == UserState.ACTIVE,
    )
)


def token_hash(token: str) -> str:
    """Return what is stored of a token: it has 256 bits of its own, so a plain hash is enough."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def actor_of_token(glance: Connection, token: str) -> Actor | None:
    """Return who a token acts for; None when unknown, revoked or of a locked user."""
    row = glance.execute(_BY_TOKEN, {"hash": token_hash(token)}).first()
    if row is None:
        return None
    return Actor(row.id, Role(row.role), row.name, row.dealer_id, row.mechanic_id, row.language)


def create_token(session: Session, actor: Actor, user_id: int, name: str, now: datetime) -> str:
    """Return a new token for a user; this is the only time it is known."""
    if not name.strip():
        raise Refusal("accounts.token_name_missing")
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        user_id=user_id, name=name.strip()[:80], token_hash=token_hash(token), created_at=now
    )
    session.add(row)
    session.flush()
    journal.record(
        session, actor, now, "accounts.token_made", "token", row.id, after={"name": row.name}
    )
    return token


def tokens_of(session: Session, user_id: int) -> Sequence[ApiToken]:
    """Return a user's tokens that still work, the newest first."""
    return (
        session.execute(
            select(ApiToken)
            .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
            .order_by(ApiToken.id.desc())
        )
        .scalars()
        .all()
    )


def revoke_token(
    session: Session, actor: Actor, token_id: int, now: datetime, *, of_user: int
) -> None:
    """Stop a token of `of_user`.

    Raises:
        Refusal: `accounts.unknown_token` when it is not that user's.
    """
    row = session.get(ApiToken, token_id)
    if row is None or row.user_id != of_user:
        raise Refusal("accounts.unknown_token")
    if row.revoked_at is None:
        row.revoked_at = now
        journal.record(session, actor, now, "accounts.token_revoked", "token", row.id)


def revoke_all_tokens(session: Session, user_id: int, now: datetime) -> None:
    """Stop every token of a user."""
    session.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
