"""How long a session lasts, and what becomes of one that no longer does."""

from __future__ import annotations

import pytest
from flask import Flask

from kombeheer.rules.accounts import Actor, Role
from models.accounts import LoginSession
from tests.clients import Browser, is_log_in
from tests.factories import Foundation
from tests.field import Clock

MINE = "/accounts/mine"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stands = Clock()
    monkeypatch.setattr("kombeheer.clock.datetime", stands)
    return stands


@pytest.fixture
def reader(foundation: Foundation, clock: Clock) -> Actor:
    return foundation.user(Role.READER)


def test_a_session_ends_after_12_hours_without_use(app: Flask, reader: Actor, clock: Clock) -> None:
    browser = Browser(app, reader)
    clock.pass_by(hours=11, minutes=59)
    assert browser.get(MINE).status_code == 200
    clock.pass_by(hours=11, minutes=59)
    assert browser.get(MINE).status_code == 200, "its use counts from the last request"
    clock.pass_by(hours=12)
    assert is_log_in(browser.get(MINE))
    clock.pass_by(hours=-12)
    assert is_log_in(browser.get(MINE)), "the cookie is gone"


def test_a_session_ends_after_30_days_whatever_its_use(
    app: Flask, reader: Actor, clock: Clock
) -> None:
    browser = Browser(app, reader)
    for _ in range(59):
        clock.pass_by(hours=11, minutes=59)
        assert browser.get(MINE).status_code == 200
    clock.pass_by(hours=11)
    assert browser.get(MINE).status_code == 200
    clock.pass_by(hours=3)
    assert is_log_in(browser.get(MINE))


def test_its_use_is_written_down_at_most_every_five_minutes(
    app: Flask, foundation: Foundation, reader: Actor, clock: Clock
) -> None:
    browser = Browser(app, reader)

    def seen_after(**time: float) -> float:
        clock.pass_by(**time)
        browser.get(MINE)
        with foundation.database.reading() as session:
            seen_at = session.get_one(LoginSession, browser.session_id).seen_at
        return (clock.moment - seen_at).total_seconds()

    assert seen_after(minutes=5) == 300
    assert seen_after(seconds=1) == 0


def test_somebody_who_was_away_too_long_is_told_so_and_comes_back(
    app: Flask, reader: Actor, clock: Clock
) -> None:
    browser = Browser(app, reader)
    clock.pass_by(hours=13)
    assert browser.get(f"{MINE}?a=1").location == "/accounts/log-in?next=/accounts/mine?a%3D1"
    assert "U was te lang weg" in browser.get("/accounts/log-in").text


def test_what_he_wrote_in_a_form_is_shown_and_nothing_is_done(
    app: Flask, reader: Actor, clock: Clock
) -> None:
    browser, text = Browser(app, reader), "een lange naam die <b>ik</b> bedacht"
    browser.get(MINE)
    clock.pass_by(hours=13)
    headers = {"Referer": f"http://localhost{MINE}"}
    fields = {"name": text, "password": "een geheim woord"}
    answer = browser.client.post("/accounts/mine/tokens", data=fields, headers=headers)
    assert answer.status_code == 401
    assert "een lange naam die &lt;b&gt;ik&lt;/b&gt; bedacht" in answer.text
    assert "een geheim woord" not in answer.text
    assert 'href="/accounts/log-in?next=/accounts/mine"' in answer.text
    from_elsewhere = browser.client.post("/accounts/mine/tokens", data=fields)
    assert "bedacht" not in from_elsewhere.text, "another site puts no words on our page"


@pytest.mark.parametrize("cookie", ["", "x", "kom_niets", 12, ["a"], "\x00"])
def test_a_cookie_that_names_no_session_opens_nothing(
    app: Flask, foundation: Foundation, cookie: object
) -> None:
    browser = Browser(app)
    with browser.client.session_transaction() as held:
        held["login"] = cookie
    assert is_log_in(browser.get(MINE))


def test_a_cookie_that_was_tampered_with_opens_nothing(app: Flask, reader: Actor) -> None:
    browser = Browser(app, reader)
    found = browser.client.get_cookie("kom")
    assert found is not None
    browser.client.set_cookie("kom", found.value[:-4] + "AAAA")
    assert is_log_in(browser.get(MINE))
