"""What the application remembers is what Flask would make anew."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from flask import Flask, render_template_string, url_for
from werkzeug.routing import MapAdapter


def test_an_address_is_that_of_its_own_values(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("parties.farms_page", page=1) == "/parties/farms/?page=1"
        assert url_for("parties.farms_page", page=True) == "/parties/farms/?page=True"
        assert url_for("parties.farms_page", page="1") == "/parties/farms/?page=1"
        assert url_for("parties.farms_page", q=["a", "b"]) == "/parties/farms/?q=a&q=b"
        assert url_for("parties.farms_page", _anchor="x") == "/parties/farms/#x"
    with app.test_request_context(base_url="https://kom.example/beheer/"):
        assert url_for("parties.farms_page", page=1) == "/beheer/parties/farms/?page=1"
        assert url_for("parties.farms_page", _external=True) == (
            "https://kom.example/beheer/parties/farms/"
        )


def test_an_address_is_made_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    made: list[str] = []
    asked = request.node.name  # by no other test
    build = MapAdapter.build

    def counted(adapter: MapAdapter, endpoint: str, *rest: Any, **more: Any) -> str:
        made.append(endpoint)
        return build(adapter, endpoint, *rest, **more)

    monkeypatch.setattr(MapAdapter, "build", counted)
    with app.test_request_context():
        for _ in range(3):
            url_for("parties.farms_page", q=asked, page=None)
            app.url_for("parties.farms_page", q=asked)
        assert made == ["parties.farms_page"]
        for _ in range(3):
            url_for("parties.farms_page", q=asked, _anchor="x")
        assert len(made) == 4


def test_what_somebody_made_long_is_not_remembered(app: Flask) -> None:
    with app.test_request_context():
        tracemalloc.start()
        for number in range(2_000):
            url_for("accounts.log_in", next=f"/{number}/{'x' * 8_000}")
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert kept < 2_000_000  # 2,000 of 8 kB each


def test_a_short_name_is_one_of_the_present_area(app: Flask) -> None:
    with app.test_request_context("/parties/farms/"):
        assert url_for(".dealers_page") == "/parties/dealers/"
    with app.test_request_context("/accounts/users/"):
        assert url_for(".list_page") == "/accounts/users/"
    with app.test_request_context("/journal/"):
        assert url_for(".list_page") == "/journal/"


def test_templates_share_their_globals_and_keep_their_own(app: Flask) -> None:
    with app.test_request_context():
        app.jinja_env.globals["shared"] = "of all"
        asked = "{{ shared }} {{ own }}"
        assert app.jinja_env.from_string(asked, {"own": "mine"}).render() == "of all mine"
        assert render_template_string(asked) == "of all "
        assert "own" not in app.jinja_env.globals
