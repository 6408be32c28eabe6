"""Roles, rights and passwords. The table of routes and rights is blueprints/permissions.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kombeheer.rules.refusal import Refusal

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 128
SESSION_IDLE_MAX = timedelta(hours=12)
SESSION_AGE_MAX = timedelta(days=30)
INVITATION_AGE_MAX = timedelta(days=7)
LOGIN_TRIES_MAX = 10
LOGIN_TRIES_WINDOW = timedelta(minutes=15)


class Role(StrEnum):
    """What somebody is to the foundation.

    Source: decisions/0009
    """

    OFFICE = "office"  # the secretariat
    INSPECTOR = "inspector"  # field staff: all farms, no billing
    DEALER = "dealer"  # own mechanics, stickers, visits
    MECHANIC = "mechanic"  # himself
    READER = "reader"  # KKM, IKM, dairies: status only


class UserState(StrEnum):
    """Whether somebody may log in.

    Source: decisions/0009
    """

    INVITED = "invited"
    ACTIVE = "active"
    LOCKED = "locked"


class Right(StrEnum):
    """Everything that can be allowed, `area:action`, in alphabetical order.

    Source: decisions/0009
    """

    ACCOUNTS_MANAGE = "accounts:manage"
    ACCOUNTS_OWN = "accounts:own"
    CASES_DECIDE = "cases:decide"
    CERTIFICATION_MANAGE = "certification:manage"
    PARTIES_MANAGE = "parties:manage"
    PARTIES_READ = "parties:read"
    REPORTS_READ = "reports:read"
    SCANNING_VISIT = "scanning:visit"
    SITES_MANAGE = "sites:manage"
    SITES_READ = "sites:read"
    STICKERS_CONFIRM = "stickers:confirm"
    STICKERS_ISSUE = "stickers:issue"
    STICKERS_READ = "stickers:read"


_OFFICE = frozenset(Right)
_DEALER = frozenset(
    {
        Right.ACCOUNTS_OWN,
        Right.PARTIES_READ,
        Right.REPORTS_READ,
        Right.SCANNING_VISIT,
        Right.SITES_READ,
        Right.STICKERS_CONFIRM,
        Right.STICKERS_READ,
    }
)
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OFFICE: _OFFICE - {Right.SCANNING_VISIT, Right.STICKERS_CONFIRM},
    Role.INSPECTOR: frozenset(
        {
            Right.ACCOUNTS_OWN,
            Right.PARTIES_READ,
            Right.REPORTS_READ,
            Right.SITES_READ,
            Right.STICKERS_READ,
        }
    ),
    Role.DEALER: _DEALER,
    Role.MECHANIC: _DEALER - {Right.STICKERS_CONFIRM, Right.PARTIES_READ},
    Role.READER: frozenset({Right.ACCOUNTS_OWN, Right.STICKERS_READ}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as a value that every service takes; `user_id` is None for the machine itself.

    Source: decisions/0009
    """

    user_id: int | None
    role: Role
    name: str = ""
    dealer_id: int | None = None
    mechanic_id: int | None = None
    language: str = "nl"

    def may(self, right: Right) -> bool:
        """Tell whether this actor holds a right."""
        return may(self.role, right)


MACHINE = Actor(None, Role.OFFICE, "kombeheer")


def may(role: Role, right: Right) -> bool:
    """Tell whether a role holds a right; which objects it covers is the scope's matter.

    Source: decisions/0009
    """
    return right in RIGHTS[role]


def require_password(password: str, email: str) -> None:
    """Refuse a password that is too short, too long, or the e-mail address itself.

    Raises:
        Refusal: `accounts.password_short`, `accounts.password_long`, `accounts.password_guessable`.

    Source: decisions/0009
    """
    if len(password) < PASSWORD_LENGTH_MIN:
        raise Refusal("accounts.password_short", least=PASSWORD_LENGTH_MIN, length=len(password))
    if len(password) > PASSWORD_LENGTH_MAX:
        raise Refusal("accounts.password_long", most=PASSWORD_LENGTH_MAX, length=len(password))
    plain = password.casefold()
    if plain in {email.casefold(), email.casefold().partition("@")[0]} or len(set(plain)) < 5:
        raise Refusal("accounts.password_guessable")
