"""Drawings and tags: never the only sign, and no text of somebody becomes markup."""

from __future__ import annotations

from flask import Flask

from blueprints.drawings import drawing, tag
from blueprints.security import static_address


def test_a_drawing_is_not_read_aloud(app: Flask) -> None:
    with app.test_request_context():
        sprite = static_address("icons.svg")
        assert drawing("truck", "big") == (
            f'<svg class="icon big" aria-hidden="true"><use href="{sprite}#truck"/></svg>'
        )


def test_a_drawing_is_found_below_the_root_of_the_application(app: Flask) -> None:
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/kom"}):
        assert 'href="/kom/static/icons.svg?v=' in drawing("truck")
    with app.test_request_context():
        assert 'href="/static/icons.svg?v=' in drawing("truck")


def test_the_word_of_a_tag_is_text(app: Flask) -> None:
    with app.test_request_context():
        assert tag("ok", "check", "<b>").startswith('<span class="tag ok"><svg ')
        assert tag("", "check", "<b>").startswith('<span class="tag"><svg ')
        assert tag("", "check", "<b>").endswith("&lt;b&gt;</span>")
