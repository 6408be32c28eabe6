"""Roles, rights and passwords. The table of routes and rights is blueprints/permissions.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kombeheer.rules.refusal import Refusal

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 128
PASSWORD_OWN_SIGNS_MIN = 8  # beside what everybody tries first
SESSION_IDLE_MAX = timedelta(hours=12)
SESSION_AGE_MAX = timedelta(days=30)
INVITATION_AGE_MAX = timedelta(days=7)
LOGIN_TRIES_MAX = 10
LOGIN_TRIES_WINDOW = timedelta(minutes=15)


_LOOKALIKES = str.maketrans("@04135$!", "aoaiessi")
_KEY_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)
_TRIED_FIRST = (
    *("admin", "administrator", "beheer", "beheerder", "changeme", "dealer", "geheim", "herfst"),
    *("inloggen", "kom", "kombeheer", "lente", "letmein", "login", "monteur", "passw", "password"),
    *("secret", "secretariaat", "stichting", "sticker", "toegang", "wachtwoord", "welcome"),
    *("welkom", "winter", "zomer"),
)


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
    BILLING_MANAGE = "billing:manage"
    BILLING_READ = "billing:read"
    CASES_DECIDE = "cases:decide"
    CASES_READ = "cases:read"
    CERTIFICATION_MANAGE = "certification:manage"
    IMPORTS_MANAGE = "imports:manage"
    PARTIES_MANAGE = "parties:manage"
    PARTIES_READ = "parties:read"
    REPORTS_READ = "reports:read"
    REPORTS_REGISTER = "reports:register"
    REPORTS_WRITE = "reports:write"
    SCANNING_READ = "scanning:read"
    SCANNING_VISIT = "scanning:visit"
    SITES_MANAGE = "sites:manage"
    SITES_READ = "sites:read"
    SITES_SURVEY = "sites:survey"
    STICKERS_CONFIRM = "stickers:confirm"
    STICKERS_HAND_OUT = "stickers:hand_out"
    STICKERS_ISSUE = "stickers:issue"
    STICKERS_READ = "stickers:read"


_OFFICE = frozenset(Right)
_DEALER = frozenset(
    {
        Right.ACCOUNTS_OWN,
        Right.BILLING_READ,
        Right.CASES_READ,
        Right.PARTIES_READ,
        Right.REPORTS_READ,
        Right.REPORTS_WRITE,
        Right.SCANNING_READ,
        Right.SCANNING_VISIT,
        Right.SITES_READ,
        Right.STICKERS_CONFIRM,
        Right.STICKERS_HAND_OUT,
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
            Right.SITES_SURVEY,
            Right.STICKERS_READ,
        }
    ),
    Role.DEALER: _DEALER,
    Role.MECHANIC: _DEALER
    - {
        Right.BILLING_READ,
        Right.CASES_READ,
        Right.PARTIES_READ,
        Right.STICKERS_CONFIRM,
        Right.STICKERS_HAND_OUT,
    },
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
    """Refuse a password that is too short, too long, or soon guessed.

    Soon guessed is one that repeats itself, or of which little is left without the words that
    everybody tries first, rows of keys, years, and the parts of the e-mail address.

    Raises:
        Refusal: `accounts.password_short`, `accounts.password_long`, `accounts.password_guessable`.

    Source: decisions/0009
    """
    if len(password) < PASSWORD_LENGTH_MIN:
        raise Refusal("accounts.password_short", least=PASSWORD_LENGTH_MIN, length=len(password))
    if len(password) > PASSWORD_LENGTH_MAX:
        raise Refusal("accounts.password_long", most=PASSWORD_LENGTH_MAX, length=len(password))
    plain = password.casefold()
    unit = re.fullmatch(r"(.+?)\1+", plain)
    repeats = unit is not None and len(unit[1]) < PASSWORD_LENGTH_MIN
    spelled = plain.translate(_LOOKALIKES)
    own = {part for part in re.split(r"[@._+-]", email.casefold()) if len(part) > 3}
    least = min(_own_signs(plain, own), _own_signs(spelled, own))
    if repeats or least < PASSWORD_OWN_SIGNS_MIN or len(set(plain)) < 5:
        raise Refusal("accounts.password_guessable")


def _own_signs(plain: str, own: set[str]) -> int:
    """Return how many signs are left without what everybody tries first."""
    for word in sorted({*_TRIED_FIRST, *own}, key=len, reverse=True):
        plain = plain.replace(word, " ")
    plain = re.sub(r"(19|20)\d\d", " ", plain)
    in_row: set[int] = set()
    for start in range(len(plain) - 3):
        four = plain[start : start + 4]
        if any(four in row or four[::-1] in row for row in _KEY_ROWS):
            in_row.update(range(start, start + 4))
    return sum(not sign.isspace() for place, sign in enumerate(plain) if place not in in_row)
