"""A browser in words."""

from __future__ import annotations

import pytest
from flask import Flask

from blueprints.accounts.browsers import browser_name

AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox op Linux",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/150.0.0.0 Safari/537.36": "Chrome op Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0": "Edge op Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari op iPhone",
    "Mozilla/5.0 (Linux; Android 15; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet op Android",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Safari/605.1.15": "Safari op Mac",
    "curl/8.0": "Onbekende browser",
    "": "Onbekende browser",
}


@pytest.fixture(scope="module")
def bare_app() -> Flask:
    """Enough of an application for its words."""
    from flask_babel import Babel

    app = Flask("words")
    Babel(app, default_locale="nl")
    return app


@pytest.mark.parametrize(("agent", "words"), AGENTS.items(), ids=AGENTS.values())
def test_a_browser_is_recognised_by_its_user(bare_app: Flask, agent: str, words: str) -> None:
    with bare_app.test_request_context():
        assert browser_name(agent) == words
