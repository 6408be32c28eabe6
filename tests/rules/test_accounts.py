"""Roles, rights and passwords."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kombeheer.rules import accounts
from kombeheer.rules.accounts import MACHINE, Actor, Right, Role, may, require_password
from kombeheer.rules.refusal import Refusal

# Who may what, as a person would write it down: o(ffice), i(nspector), d(ealer), m(echanic),
# r(eader).
TABLE = {
    "accounts:manage": "o",
    "accounts:own": "oidmr",
    "billing:manage": "o",
    "billing:read": "od",
    "cases:decide": "o",
    "cases:read": "od",
    "certification:manage": "o",
    "imports:manage": "o",
    "parties:manage": "o",
    "parties:read": "oid",
    "reports:read": "oidm",
    "reports:register": "o",
    "reports:write": "odm",
    "scanning:read": "odm",
    "scanning:visit": "dm",
    "sites:manage": "o",
    "sites:read": "oidm",
    "sites:survey": "oi",
    "stickers:confirm": "d",
    "stickers:hand_out": "od",
    "stickers:issue": "o",
    "stickers:read": "oidmr",
}


@pytest.mark.parametrize("right", list(Right))
@pytest.mark.parametrize("role", list(Role))
def test_decisions_0009_each_role_holds_its_rights_and_no_other(role: Role, right: Right) -> None:
    expected = role[0] in TABLE[right]
    assert may(role, right) is expected
    assert Actor(1, role).may(right) is expected


def test_decisions_0009_every_right_is_in_the_table_and_in_alphabetical_order() -> None:
    assert sorted(TABLE) == [right.value for right in Right]


def test_decisions_0009_the_machine_is_nobody_and_acts_for_the_office() -> None:
    assert (MACHINE.user_id, MACHINE.role) == (None, Role.OFFICE)


def test_decisions_0009_the_terms_of_sessions_and_tries() -> None:
    assert timedelta(hours=12) == accounts.SESSION_IDLE_MAX
    assert timedelta(days=30) == accounts.SESSION_AGE_MAX
    assert timedelta(minutes=15) == accounts.LOGIN_TRIES_WINDOW
    assert accounts.LOGIN_TRIES_MAX == 10


EMAIL = "jelle.deboer@hoekstra.example"
SIGNS = (
    "paarden grazen, koeien melken; een os trekt 42 wagens vol hooi naar de grote schuur en weer"
)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        pytest.param(SIGNS[:11], "accounts.password_short", id="11 signs"),
        pytest.param(SIGNS[:12], None, id="12 signs"),
        pytest.param((SIGNS * 2)[:128], None, id="128 signs"),
        pytest.param((SIGNS * 2)[:129], "accounts.password_long", id="129 signs"),
        pytest.param("", "accounts.password_short", id="nothing"),
        pytest.param(EMAIL, "accounts.password_guessable", id="the address"),
        pytest.param(EMAIL.upper(), "accounts.password_guessable", id="the address in capitals"),
        pytest.param("jelle.deboer", "accounts.password_guessable", id="the address before the @"),
        pytest.param("aaaaaaaaaaaa", "accounts.password_guessable", id="one sign"),
        pytest.param("abababababab", "accounts.password_guessable", id="two signs"),
        pytest.param("een lange zin van gewone woorden", None, id="a sentence"),
        pytest.param("wachtwoord123", "accounts.password_guessable", id="what all try first"),
        pytest.param("correct paard batterij niet", None, id="four words"),
        pytest.param("ëén lângé zïn vàn wöórden", None, id="with accents"),
    ],
)
def test_decisions_0009_a_password_is_long_enough_and_not_soon_guessed(
    password: str, code: str | None
) -> None:
    if code is None:
        require_password(password, EMAIL)
        return
    with pytest.raises(Refusal) as caught:
        require_password(password, EMAIL)
    assert caught.value.code == code


def test_decisions_0009_the_refusal_tells_the_length_and_never_the_password() -> None:
    with pytest.raises(Refusal) as caught:
        require_password("te kort", EMAIL)
    assert caught.value.facts == {"least": 12, "length": 7}


@pytest.mark.parametrize(
    ("password", "is_guessable"),
    [
        pytest.param("Welkom2026!!", True, id="a word of all and a year"),
        pytest.param("W@chtw00rd2026", True, id="digits that look like letters"),
        pytest.param("hoekstra2026!!", True, id="a part of the address"),
        pytest.param("qwertyuiop12", True, id="a row of keys"),
        pytest.param("poiuytrewq12", True, id="a row of keys backwards"),
        pytest.param("janssenjanssen", True, id="the same twice"),
        pytest.param("Kom-Beheer-2026", True, id="this very program"),
        pytest.param("welkom2026 abzyvux", True, id="7 signs of its own"),
        pytest.param("welkom2026 abzyvuxw", False, id="8 signs of its own"),
        pytest.param("welkom in mijn stal", False, id="a sentence with such a word"),
        pytest.param("83920174562918", False, id="digits without order"),
        pytest.param("7#9$2k!4%1&8", False, id="signs without order"),
    ],
)
def test_decisions_0009_what_everybody_tries_first_does_not_count(
    password: str, is_guessable: bool
) -> None:
    if not is_guessable:
        require_password(password, EMAIL)
        return
    with pytest.raises(Refusal) as caught:
        require_password(password, EMAIL)
    assert caught.value.code == "accounts.password_guessable"
