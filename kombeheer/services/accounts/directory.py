"""The users as the office sees them: the list, and one user with all that lets him in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import UserState
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.accounts import login, tokens
from kombeheer.services.listing import Order, Page, Wanted, read_page
from models.accounts import ApiToken, Invitation, LoginSession, User
from models.parties import Dealer, Mechanic

ENTRIES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class UserView:
    """A user, whom he acts for, and by what he can come in now."""

    user: User
    dealer: Dealer | None
    mechanic: Mechanic | None
    sessions: Sequence[LoginSession]
    tokens: Sequence[ApiToken]
    link_until: datetime | None
    entries: Sequence[Any]


def list_users(session: Session, query: str, role: str, state: str, wanted: Wanted) -> Page:
    """Return a page of (user, dealer's name, mechanic's number, last seen).

    `query` is a part of a name or an address; an empty filter lets all through.
    """
    seen_at = (
        select(func.max(LoginSession.seen_at))
        .where(LoginSession.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )
    columns: list[Any] = [User, Dealer.name, Mechanic.number, seen_at]
    statement = (
        select(*columns)
        .outerjoin(Dealer, Dealer.id == User.dealer_id)
        .outerjoin(Mechanic, Mechanic.id == User.mechanic_id)
    )
    if query:
        part = query.lower()
        statement = statement.where(
            or_(
                func.lower(User.name).contains(part, autoescape=True),
                User.email.contains(part, autoescape=True),
            )
        )
    if role:
        statement = statement.where(User.role == role)
    if state:
        statement = statement.where(User.state == state)
    orders: dict[str, Sequence[Order]] = {
        "name": [func.lower(User.name)],
        "email": [User.email],
        "role": [User.role, func.lower(User.name)],
        "state": [User.state, func.lower(User.name)],
    }
    return read_page(session, statement, User.id, orders, wanted)


def show_user(session: Session, user_id: int, now: datetime) -> UserView | None:
    """Return one user with his sessions, tokens and journal; None when there is none."""
    row = session.execute(
        select(User, Dealer, Mechanic)
        .outerjoin(Dealer, Dealer.id == User.dealer_id)
        .outerjoin(Mechanic, Mechanic.id == User.mechanic_id)
        .where(User.id == user_id)
    ).first()
    if row is None:
        return None
    user, dealer, mechanic = row
    link_until = session.execute(
        select(func.max(Invitation.expires_at)).where(
            Invitation.user_id == user_id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
    ).scalar()
    return UserView(
        user,
        dealer,
        mechanic,
        login.sessions_of(session, user_id, now) if user.state == UserState.ACTIVE else (),
        tokens.tokens_of(session, user_id),
        link_until,
        journal.entries_of_user(session, user_id, ENTRIES_SHOWN),
    )


def dealer_id_of(session: Session, number: str) -> int:
    """Return the id of the dealer with this number.

    Raises:
        Refusal: `accounts.unknown_dealer`.
    """
    found = session.execute(select(Dealer.id).where(Dealer.number == number)).scalar()
    if found is None:
        raise Refusal("accounts.unknown_dealer", number=number)
    return found


def mechanic_id_of(session: Session, number: str) -> int:
    """Return the id of the mechanic with this number; of a merged one, whom he became.

    Raises:
        Refusal: `accounts.unknown_mechanic`.
    """
    row = session.execute(
        select(Mechanic.id, Mechanic.merged_into_id).where(Mechanic.number == number)
    ).first()
    if row is None:
        raise Refusal("accounts.unknown_mechanic", number=number)
    return int(row.merged_into_id or row.id)
