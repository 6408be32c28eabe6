"""Log in and out, invitations, and one's own access, seen from a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kombeheer.clock import now_utc
from kombeheer.rules.accounts import MACHINE, Actor, Role, UserState
from kombeheer.services.accounts import users
from models.accounts import LoginSession, User
from models.journal import JournalEntry
from tests.clients import Browser, is_log_in, token_of_page
from tests.factories import PASSWORD, Foundation
from tests.field import Clock

NEW_PASSWORD = "drie rode koeien in de wei"
MINE = "/accounts/mine"


@pytest.fixture
def reader(foundation: Foundation) -> Actor:
    return foundation.user(Role.READER, email="lezer@kkm.example")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stands = Clock()
    monkeypatch.setattr("kombeheer.clock.datetime", stands)
    return stands


def invitation(foundation: Foundation, email: str = "nieuw@kom.example") -> str:
    with foundation.database.transaction() as session:
        _, token = users.invite(
            session, MACHINE, now_utc(), email=email, name="Nieuw", role=Role.OFFICE
        )
    return f"/accounts/invitation/{token}"


# ---------- log in and out


def test_the_right_password_opens_a_session_and_leads_to_the_first_page(
    app: Flask, reader: Actor
) -> None:
    browser = Browser(app)
    assert is_log_in(browser.get("/"))
    answer = browser.log_in(" Lezer@KKM.example ")
    assert (answer.status_code, answer.location) == (302, "/")
    assert browser.get(MINE).status_code == 200


def test_it_leads_to_the_page_that_was_asked(app: Flask, reader: Actor) -> None:
    browser = Browser(app)
    asked = browser.get("/accounts/mine?a=1")
    assert asked.location == "/accounts/log-in?next=/accounts/mine?a%3D1"
    answer = browser.log_in("lezer@kkm.example", onward="/accounts/mine?a=1")
    assert answer.location == "/accounts/mine?a=1"


def test_a_log_in_never_leads_elsewhere(app: Flask, reader: Actor) -> None:
    browser = Browser(app)
    answer = browser.log_in("lezer@kkm.example", onward="//elders.example/")
    assert answer.location == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    app: Flask, foundation: Foundation, reader: Actor
) -> None:
    told = []
    for email in ("lezer@kkm.example", "niemand@kkm.example"):
        answer = Browser(app).log_in(email, "niet dit wachtwoord")
        assert answer.status_code == 422
        assert f'value="{email}"' in answer.text, "the address stays"
        told.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert told[0] == told[1]
    assert "horen niet bij elkaar" in told[0]


def test_a_locked_and_an_invited_user_get_that_answer_too(
    app: Flask, foundation: Foundation, reader: Actor
) -> None:
    assert reader.user_id is not None
    with foundation.database.transaction() as session:
        users.set_state(session, MACHINE, reader.user_id, UserState.LOCKED, now_utc())
    invitation(foundation)
    for email in ("lezer@kkm.example", "nieuw@kom.example"):
        answer = Browser(app).log_in(email)
        assert (answer.status_code, "horen niet bij elkaar" in answer.text) == (422, True)


def test_after_ten_tries_one_waits_and_another_place_need_not(
    app: Flask, reader: Actor, clock: Clock
) -> None:
    browser = Browser(app)
    told = [browser.log_in("lezer@kkm.example", f"poging {number}") for number in range(10)]
    assert {answer.status_code for answer in told} == {422}
    assert "pogingen wacht u" not in told[5].text
    assert "Na nog 3 pogingen wacht u 15 minuten." in told[6].text
    assert "Na nog 1 poging wacht u 15 minuten." in told[8].text
    assert "Dit was de laatste poging" in told[9].text
    waits = browser.log_in("lezer@kkm.example")
    assert (waits.status_code, waits.headers["Retry-After"]) == (429, "900")
    assert "Wacht 15 minuten" in waits.text

    elsewhere = Browser(app)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert elsewhere.log_in("lezer@kkm.example").status_code == 302
    assert browser.log_in("ander@kkm.example", "x").status_code == 422, "another address may try"

    clock.pass_by(minutes=15, seconds=1)
    assert browser.log_in("lezer@kkm.example").status_code == 302


def test_a_fitting_password_starts_the_count_anew(app: Flask, reader: Actor) -> None:
    for _ in range(2):
        browser = Browser(app)
        for number in range(9):
            browser.log_in("lezer@kkm.example", f"poging {number}")
        assert browser.log_in("lezer@kkm.example").status_code == 302


def test_log_in_gives_a_new_session_and_ends_what_the_browser_held(
    app: Flask, foundation: Foundation, reader: Actor
) -> None:
    browser = Browser(app, reader)
    with browser.client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        before = dict(cookie)
    page = browser.get("/accounts/mine/password")
    fields = {"email": "lezer@kkm.example", "password": PASSWORD, "next": ""}
    fields["csrf_token"] = token_of_page(page)
    assert browser.client.post("/accounts/log-in", data=fields).status_code == 302
    with browser.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["login"] != before["login"]
    with foundation.database.reading() as session:
        first = session.get_one(LoginSession, browser.session_id)
        assert first.ended_at is not None


def test_who_is_in_already_is_not_asked_again(app: Flask, reader: Actor) -> None:
    answer = Browser(app, reader).get("/accounts/log-in?next=/accounts/mine")
    assert (answer.status_code, answer.location) == (302, MINE)


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("", "x", "Vul uw e-mailadres in."),
        ("a@b.nl", "", "Vul uw wachtwoord in."),
        ("a\x00@b.nl", "x", "teken dat niet te zien is"),
        ("a" * 300, "x", "300 tekens"),
        ("a@b.nl", "x" * 100_000, "horen niet bij elkaar"),
    ],
)
def test_a_form_that_cannot_be_right_says_so_at_its_field(
    app: Flask, foundation: Foundation, email: str, password: str, sentence: str
) -> None:
    answer = Browser(app).log_in(email, password)
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_log_out_ends_the_session_for_good(
    app: Flask, foundation: Foundation, reader: Actor
) -> None:
    browser = Browser(app, reader)
    with browser.client.session_transaction() as cookie:
        kept = dict(cookie)
    answer = browser.send("/accounts/log-out")
    assert is_log_in(answer)
    assert "U bent uitgelogd." in browser.get("/accounts/log-in").text
    with browser.client.session_transaction() as cookie:
        cookie.update(kept)
    assert is_log_in(browser.get(MINE)), "the old cookie opens nothing"
    with foundation.database.reading() as session:
        actions = session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
        assert actions[-2:] == ["accounts.logged_in", "accounts.session_ended"]


# ---------- invitations


def test_an_invitation_sets_the_password_and_goes_in_once(
    app: Flask, foundation: Foundation
) -> None:
    link, browser = invitation(foundation), Browser(app)
    page = browser.get(link)
    assert "nieuw@kom.example" in page.text
    answer = browser.send(link, link, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")
    assert browser.get(MINE).status_code == 200
    assert Browser(app).log_in("nieuw@kom.example", NEW_PASSWORD).status_code == 302
    used = Browser(app).get(link)
    assert (used.status_code, "Deze link werkt niet meer" in used.text) == (410, True)


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("kort", "kort", "minstens 12"),
        ("Welkom2026!!", "Welkom2026!!", "te makkelijk te raden"),
        (NEW_PASSWORD, NEW_PASSWORD + "!", "niet gelijk"),
        ("", "", "Kies een wachtwoord."),
    ],
)
def test_an_invitation_refuses_a_password_and_still_works(
    app: Flask, foundation: Foundation, password: str, again: str, sentence: str
) -> None:
    link, browser = invitation(foundation), Browser(app)
    answer = browser.send(link, link, password=password, again=again)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert browser.get(link).status_code == 200


def test_an_invitation_of_eight_days_ago_and_one_that_never_was_are_gone(
    app: Flask, foundation: Foundation, clock: Clock
) -> None:
    link = invitation(foundation)
    clock.pass_by(days=6, hours=23)
    assert Browser(app).get(link).status_code == 200
    clock.pass_by(hours=2)
    assert Browser(app).get(link).status_code == 410
    assert Browser(app).get("/accounts/invitation/niets").status_code == 410


# ---------- one's own access


def test_sessions_are_listed_in_words_and_ended_one_by_one(app: Flask, reader: Actor) -> None:
    here, there = Browser(app, reader), Browser(app, reader, agent="Safari/605 iPhone")
    page = here.get(MINE).text
    assert ("Firefox op Linux" in page, "Safari op iPhone" in page) == (True, True)
    answer = here.send(f"/accounts/mine/sessions/{there.session_id}/end")
    assert answer.location == MINE
    assert is_log_in(there.get(MINE)), "at the very next request"
    assert here.get(MINE).status_code == 200


def test_all_other_sessions_end_at_once(app: Flask, reader: Actor) -> None:
    here, there, elsewhere = (Browser(app, reader) for _ in range(3))
    here.send("/accounts/mine/sessions/end-others")
    assert is_log_in(there.get(MINE))
    assert is_log_in(elsewhere.get(MINE))
    assert here.get(MINE).status_code == 200


def test_a_session_or_key_of_somebody_else_does_not_exist(
    app: Flask, foundation: Foundation, reader: Actor
) -> None:
    other = foundation.user(Role.READER)
    theirs = Browser(app, other)
    foundation.token(other)
    mine = Browser(app, reader)
    for address in (
        f"/accounts/mine/sessions/{theirs.session_id}/end",
        "/accounts/mine/sessions/99999999999999999999/end",
        "/accounts/mine/sessions/9223372036854775807/end",
        "/accounts/mine/tokens/1/revoke",
        "/accounts/mine/tokens/999/revoke",
    ):
        assert mine.send(address).status_code == 404, address
    assert theirs.get(MINE).status_code == 200


def test_a_key_is_shown_once_works_and_stops(app: Flask, foundation: Foundation) -> None:
    dealer = foundation.dealer()
    browser = Browser(app, foundation.user(Role.DEALER, dealer=dealer))
    answer = browser.send("/accounts/mine/tokens", name="Melkprogramma")
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    [key] = re.findall(r'value="(kom_[^"]+)"', answer.text)
    again = browser.get(MINE).text
    assert ("Melkprogramma" in again, key in again) == (True, False)
    program = app.test_client()
    headers = {"Authorization": f"Bearer {key}"}
    assert program.get("/api/v1/scans/geen", headers=headers).status_code == 404
    [address] = re.findall(r'action="(/accounts/mine/tokens/\d+/revoke)"', again)
    browser.send(address)
    assert program.get("/api/v1/scans/geen", headers=headers).status_code == 401


@pytest.mark.parametrize(("name", "kept"), [("", ""), ("x" * 81, "x" * 81)])
def test_a_key_needs_a_name_that_fits(app: Flask, reader: Actor, name: str, kept: str) -> None:
    answer = Browser(app, reader).send("/accounts/mine/tokens", name=name)
    assert answer.status_code == 422
    assert f'value="{kept}"' in answer.text
    assert "kom_" not in answer.text


def test_single_keys_are_switched_off_and_on(app: Flask, reader: Actor) -> None:
    browser = Browser(app, reader)
    assert 'data-keys="off"' not in browser.get(MINE).text
    browser.send("/accounts/mine/keys")
    assert 'data-keys="off"' in browser.get(MINE).text
    browser.send("/accounts/mine/keys", keys_on="y")
    assert 'data-keys="off"' not in browser.get(MINE).text


def test_a_new_password_asks_the_old_one_and_ends_the_other_sessions(
    app: Flask, reader: Actor
) -> None:
    page = "/accounts/mine/password"
    here, there = Browser(app, reader), Browser(app, reader)
    answer = here.send(page, page, present=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert answer.location == MINE
    assert here.get(MINE).status_code == 200
    assert is_log_in(there.get(MINE))
    assert Browser(app).log_in("lezer@kkm.example").status_code == 422
    assert Browser(app).log_in("lezer@kkm.example", NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("present", "password", "again", "sentence"),
    [
        ("niet dit", NEW_PASSWORD, NEW_PASSWORD, "niet uw huidige wachtwoord"),
        ("", NEW_PASSWORD, NEW_PASSWORD, "Vul uw huidige wachtwoord in."),
        (PASSWORD, "lezer@kkm.example", "lezer@kkm.example", "te makkelijk te raden"),
        (PASSWORD, NEW_PASSWORD, "anders", "niet gelijk"),
    ],
)
def test_a_new_password_is_refused_at_its_field(
    app: Flask, reader: Actor, present: str, password: str, again: str, sentence: str
) -> None:
    page, browser = "/accounts/mine/password", Browser(app, reader)
    answer = browser.send(page, page, present=present, password=password, again=again)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert Browser(app).log_in("lezer@kkm.example").status_code == 302, "the old one still holds"


def test_the_old_password_cannot_be_guessed_at_leisure(app: Flask, reader: Actor) -> None:
    page, browser = "/accounts/mine/password", Browser(app, reader)
    fields = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    for number in range(10):
        browser.send(page, page, present=f"poging {number}", **fields)
    answer = browser.send(page, page, present=PASSWORD, **fields)
    assert (answer.status_code, "Wacht 15 minuten" in answer.text) == (422, True)


def test_no_secret_is_kept_readable(app: Flask, foundation: Foundation, reader: Actor) -> None:
    browser = Browser(app)
    browser.log_in("lezer@kkm.example")
    with browser.client.session_transaction() as cookie:
        token = cookie["login"]
    with foundation.database.reading() as session:
        assert token not in session.scalars(select(LoginSession.token_hash)).all()
        kept = session.scalars(select(User.password_hash)).all()
        assert all(one is None or one.startswith("$argon2id$") for one in kept)


def test_times_are_told_as_in_amsterdam(app: Flask, reader: Actor, clock: Clock) -> None:
    clock.moment += timedelta(hours=14)
    assert "vr 6 maart 2026, 00.14 uur" in Browser(app, reader).get(MINE).text
