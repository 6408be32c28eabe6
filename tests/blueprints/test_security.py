"""What protects every answer: headers, tokens against forged forms, caching."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from blueprints.security import HEADERS, static_address, static_version
from kombeheer.app import create_app
from kombeheer.config import Settings
from kombeheer.rules.accounts import Role
from models.accounts import ApiToken
from tests.clients import Browser, token_of_page
from tests.factories import Foundation

SECRET = "a secret key for the tests, of enough signs"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
ANSWERS = [
    ("/accounts/log-in", 200),
    ("/", 302),
    ("/accounts/mine", 302),
    ("/nowhere", 404),
    ("/healthz", 200),
    ("/api/v1/openapi.json", 200),
    ("/api/v1/scans/1", 401),
    ("/static/css/house.css", 200),
    ("/static/nothing.css", 404),
    ("/accounts/invitation/x", 410),
]


@pytest.fixture
def office(app: Flask, foundation: Foundation) -> Browser:
    return Browser(app, foundation.user(Role.OFFICE))


@pytest.fixture
def https_app(database_url: str) -> Iterator[Flask]:
    made = create_app(Settings(database_url, SECRET, "https://kom.example"))
    yield made
    made.extensions["database"].dispose()


@pytest.mark.parametrize(("address", "status"), ANSWERS)
def test_every_answer_has_every_header(app: Flask, address: str, status: int) -> None:
    answer = app.test_client().get(address, buffered=True)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(("address", "status"), ANSWERS)
def test_over_https_browsers_are_told_to_stay_there(
    https_app: Flask, address: str, status: int
) -> None:
    answer = https_app.test_client().get(address, base_url="https://kom.example", buffered=True)
    assert answer.status_code == status
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_the_cookie_is_for_this_host_and_no_script(app: Flask, https_app: Flask) -> None:
    local = app.test_client().get("/accounts/log-in").headers["Set-Cookie"]
    assert local.startswith("kom=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(local.split("; "))
    page = https_app.test_client().get("/accounts/log-in", base_url="https://kom.example")
    secure = page.headers["Set-Cookie"]
    assert secure.startswith("__Host-kom=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(secure.split("; "))
    assert "Domain" not in secure


@pytest.mark.parametrize("address", ["/accounts/mine", "/accounts/users/", "/journal/", "/x"])
def test_what_stands_behind_the_log_in_is_not_kept(office: Browser, address: str) -> None:
    assert office.get(address).headers["Cache-Control"] == "no-store"


# ---------- forged forms


def test_every_post_of_a_page_wants_its_token(app: Flask, office: Browser) -> None:
    skipped = {"static"}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith("/api/"):
            continue
        values = dict.fromkeys(rule.arguments, 1)
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
        answer = office.client.post(address)
        refused_by_right = answer.status_code == 403
        assert answer.status_code == 400 or refused_by_right or rule.endpoint in skipped, rule


@pytest.mark.parametrize("token", ["", "x", "from another browser"])
def test_a_forged_form_changes_nothing_and_gets_a_page(
    app: Flask, foundation: Foundation, office: Browser, token: str
) -> None:
    if token == "from another browser":
        token = token_of_page(Browser(app).get("/accounts/log-in"))
    office.get("/accounts/mine")
    fields = {"name": "mijn lange naam", "csrf_token": token}
    headers = {"Referer": "http://localhost/accounts/mine"}
    answer = office.client.post("/accounts/mine/tokens", data=fields, headers=headers)
    assert answer.status_code == 400
    assert "Uw scherm was te oud" in answer.text
    assert "mijn lange naam" in answer.text
    assert 'href="/accounts/mine"' in answer.text
    with foundation.database.reading() as session:
        assert session.query(ApiToken).count() == 0


def test_a_forged_form_of_another_site_puts_no_words_on_our_page(office: Browser) -> None:
    headers = {"Referer": "https://elders.example/accounts/mine"}
    answer = office.client.post(
        "/accounts/mine/tokens", data={"name": "bel dit nummer nu"}, headers=headers
    )
    assert (answer.status_code, "bel dit nummer" in answer.text) == (400, False)
    assert "elders.example" not in answer.text


def test_programs_need_no_such_token(app: Flask, foundation: Foundation) -> None:
    dealer = foundation.dealer()
    key = foundation.token(foundation.user(Role.DEALER, dealer=dealer))
    headers = {"Authorization": f"Bearer {key}"}
    answer = app.test_client().post("/api/v1/devices", json={"name": "bus"}, headers=headers)
    assert answer.status_code == 201


# ---------- static files


def test_a_static_file_is_kept_for_ever_under_its_version(app: Flask) -> None:
    with app.test_request_context():
        address = static_address("css/house.css")
    assert address == f"/static/css/house.css?v={static_version(app, 'css/house.css')}"
    answer = app.test_client().get(address, buffered=True)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize(
    ("address", "cache"),
    [
        ("css/house.css", "no-cache"),
        ("css/house.css?v=an-older-one", "no-cache"),
        ("js/visit.js", "no-cache"),
        ("fonts/kom-sans-latin.woff2", "public, max-age=31536000, immutable"),
        ("css/nothing.css", "no-store"),
        ("css/nothing.css?v=", "no-store"),
    ],
)
def test_without_its_version_it_is_asked_again(app: Flask, address: str, cache: str) -> None:
    answer = app.test_client().get(f"/static/{address}", buffered=True)
    assert answer.headers["Cache-Control"] == cache


def test_another_content_has_another_version(tmp_path: Path) -> None:
    app = Flask("static", static_folder=str(tmp_path))
    file = tmp_path / "a.css"
    versions = set()
    for number, text in enumerate(("one", "two")):
        file.write_text(text)
        os_time = 1_700_000_000 + number
        import os

        os.utime(file, (os_time, os_time))
        versions.add(static_version(app, "a.css"))
    assert len(versions) == 2
    assert static_version(app, "../secret") == static_version(app, "nothing") == ""


@pytest.mark.parametrize("host", ["a..b", ".a", "a" * 64, "a..b:8000"])
def test_a_host_that_is_no_name_gets_a_sentence(app: Flask, host: str) -> None:
    answer = app.test_client().get("/healthz", headers={"Host": host})
    assert answer.status_code == 400
    assert "geen leesbare naam" in answer.text
