"""A real server and a real Chromium."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from waitress.server import create_server

from blueprints import guard
from kombeheer.clock import now_utc
from kombeheer.rules.accounts import Actor
from kombeheer.services.accounts import login
from tests import chromium
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


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application, served by waitress on a free port of this machine."""
    server = create_server(
        app, host="127.0.0.1", port=0, threads=8, clear_untrusted_proxy_headers=True
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    found = browser.new_context(base_url=address, locale="nl-NL", service_workers="block")
    found.set_default_timeout(30_000)
    yield found
    found.close()


@pytest.fixture
def sign_in(app: Flask, foundation: Foundation, context: BrowserContext) -> Callable[[Actor], Page]:
    """Return a page of a browser in which a user has logged in."""

    def signed(actor: Actor) -> Page:
        assert actor.user_id is not None
        with foundation.database.transaction() as session:
            token = login.open_session(session, actor.user_id, "Chromium", "127.0.0.1", now_utc())
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookie = serializer.dumps({guard.SESSION_KEY: token})
        context.add_cookies(
            [
                {
                    "name": app.config["SESSION_COOKIE_NAME"],
                    "value": cookie,
                    "domain": "127.0.0.1",
                    "path": "/",
                }
            ]
        )
        return context.new_page()

    return signed
