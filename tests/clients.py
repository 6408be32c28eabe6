"""Browsers without a screen: a test client in which somebody has logged in, and its forms."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blueprints.guard import SESSION_KEY
from kombeheer import clock
from kombeheer.rules.accounts import Actor
from kombeheer.services.accounts import login
from models.transaction import Database
from tests.factories import PASSWORD

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def token_of_page(page: TestResponse) -> str:
    """The token against forged forms that a page gives."""
    found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page.text)
    found = found or re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


class Browser:
    """A client that keeps its cookies and fills in forms as a browser does."""

    def __init__(self, app: Flask, actor: Actor | None = None, *, agent: str = AGENT) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.headers = {"User-Agent": agent}
        if actor is not None:
            self.session_id = self.hold_session(actor)

    def hold_session(self, actor: Actor) -> int:
        """Be logged in, without the log-in page; the id of the session."""
        database: Database = self.app.extensions["database"]
        assert actor.user_id is not None
        with database.transaction() as session:
            agent = self.headers["User-Agent"]
            token = login.open_session(session, actor.user_id, agent, "127.0.0.1", clock.now_utc())
        with self.client.session_transaction() as cookie:
            cookie[SESSION_KEY] = token
        with database.reading() as session:
            found = login.signed_in(session, token, clock.now_utc())
            assert found is not None
            return found.session_id

    def get(self, address: str) -> TestResponse:
        return self.client.get(address, headers=self.headers)

    def send(self, address: str, page: str = "/accounts/mine", **fields: str) -> TestResponse:
        """Send a form with the token that `page` gives."""
        shown = self.get(page)
        assert shown.status_code == 200, (page, shown.status_code, shown.location)
        fields["csrf_token"] = token_of_page(shown)
        referrer = {"Referer": f"http://localhost{page}"}
        return self.client.post(address, data=fields, headers=self.headers | referrer)

    def log_in(
        self, email: str, password: str = PASSWORD, onward: str = "", **more: str
    ) -> TestResponse:
        """Fill in the log-in page."""
        page = "/accounts/log-in" + (f"?next={onward}" if onward else "")
        fields = {"email": email, "password": password, "next": onward, **more}
        return self.send("/accounts/log-in", page, **fields)


def sent(browser: Browser, address: str, **fields: str) -> TestResponse:
    """What a form answers that is sent to the address of its own page."""
    return browser.send(address, address, **fields)


def wrongs(page: str) -> list[str]:
    """The sentences at the fields of a form that came back."""
    return re.findall(r'<p class="wrong">.*?<span>(.*?)</span>', page, re.DOTALL)


def is_log_in(answer: TestResponse) -> bool:
    """Whether an answer sends to the log-in page."""
    return answer.status_code == 302 and answer.location.startswith("/accounts/log-in")
