"""A real server and a real Chromium."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from waitress.server import create_server

from blueprints import guard
from kombeheer.clock import now_utc
from kombeheer.rules.accounts import Actor
from kombeheer.services.accounts import login
from models.transaction import Database
from tests import chromium
from tests.conftest import make_app
from tests.factories import Foundation

expect.set_options(timeout=20_000)  # a busy machine is no failure


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=str(chromium.path()), args=list(chromium.ARGUMENTS)
        )
        yield found
        found.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of an application, served by waitress on a free port of this machine."""
    server = create_server(
        app, host="127.0.0.1", port=0, threads=8, clear_untrusted_proxy_headers=True
    )
    over = threading.Event()

    def run() -> None:
        try:
            server.run()
        except OSError:  # it was looking at what is closed by now
            if not over.is_set():
                raise

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    over.set()
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def app(database: Database) -> Flask:
    """An application of its own: a page may still be loading when the next test begins."""
    return make_app(database)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


def new_context(browser: Browser, address: str) -> BrowserContext:
    """A browser that has never been here."""
    made = browser.new_context(base_url=address, locale="nl-NL", service_workers="block")
    made.set_default_timeout(30_000)
    return made


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    found = new_context(browser, address)
    yield found
    found.close()


def log_in(app: Flask, database: Database, context: BrowserContext, user_id: int) -> None:
    """Give a browser the cookie of somebody who has logged in."""
    with database.transaction() as session:
        token = login.open_session(session, user_id, "Chromium", "127.0.0.1", now_utc())
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = {
        "name": app.config["SESSION_COOKIE_NAME"],
        "value": serializer.dumps({guard.SESSION_KEY: token}),
        "domain": "127.0.0.1",
        "path": "/",
    }
    context.add_cookies([cookie])


@pytest.fixture
def sign_in(app: Flask, foundation: Foundation, context: BrowserContext) -> Callable[[Actor], Page]:
    """Return a page of a browser in which a user has logged in."""

    def signed(actor: Actor) -> Page:
        assert actor.user_id is not None
        log_in(app, foundation.database, context, actor.user_id)
        return context.new_page()

    return signed
