"""Every route × every role: who may not is stopped before anything is done or read.

Who reaches what is written down by hand in tests/blueprints/reach.py; what each role holds is a
table of its own in tests/rules/test_accounts.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Blueprint, Flask
from werkzeug.routing import AnyConverter, Rule

from blueprints import guard
from blueprints.addresses import PublicIdConverter
from blueprints.permissions import PERMISSIONS, Open
from kombeheer.rules.accounts import Actor, Right, Role, may
from tests.blueprints.reach import ANYBODY, REACHES, SIGNED_IN
from tests.clients import Browser, is_log_in
from tests.factories import Foundation

NOBODY = "anonymous"
WHO = [NOBODY, *Role]
# Where the page itself allows less than its right: to a reader, a sticker by its number only.
NARROWER = {("stickers_api.list_stickers", Role.READER)}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to one route, with arguments that name nothing there is."""

    endpoint: str
    method: str
    address: str

    @property
    def is_api(self) -> bool:
        return self.address.startswith("/api/")


def invented(rule: Rule) -> dict[str, object]:
    """Arguments of a rule that name nothing."""
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        kinds = {"IntegerConverter": 999_999, "KeyConverter": 999_999}
        kind = type(converter).__name__
        is_public = isinstance(converter, PublicIdConverter)
        values[name] = kinds.get(kind, "zzzzzzzzzzzzzz" if is_public else "9" * 10)
        if isinstance(converter, AnyConverter):
            values[name] = min(converter.items)
    return values


def requests_of(app: Flask) -> Iterator[Asked]:
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                address = adapter.build(rule.endpoint, invented(rule), method=method)
                yield Asked(rule.endpoint, method, address)


def expected(asked: Asked, who: str) -> str:
    """Whether somebody is let through, sent to the log-in (or told to), or refused."""
    if asked.endpoint in ANYBODY:
        return "through"
    if who == NOBODY:
        return "unknown"
    if (asked.endpoint, who) in NARROWER:
        return "refused"
    return "through" if asked.endpoint in SIGNED_IN | REACHES[Role(who)] else "refused"


def outcome(asked: Asked, answer: object) -> str:
    status = answer.status_code  # type: ignore[attr-defined]
    if status == 401 or is_log_in(answer):  # type: ignore[arg-type]
        # The log-out itself leads there, and is no refusal.
        return "through" if asked.endpoint == "accounts.log_out" else "unknown"
    return "refused" if status == 403 else f"error {status}" if status >= 500 else "through"


@pytest.fixture
def actor(foundation: Foundation, request: pytest.FixtureRequest) -> Actor | None:
    who = request.param
    if who == NOBODY:
        return None
    dealer = foundation.dealer()
    foundation.series()
    mechanic = foundation.mechanic(dealer)
    return foundation.user(
        Role(who),
        dealer=dealer if who == Role.DEALER else None,
        mechanic=mechanic if who == Role.MECHANIC else None,
    )


@pytest.mark.parametrize(("actor", "who"), [(who, who) for who in WHO], indirect=["actor"])
def test_who_may_not_is_stopped_on_every_route(
    app: Flask, foundation: Foundation, actor: Actor | None, who: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # so that nothing but the guard stops it
    key = None if actor is None else foundation.token(actor)
    wrong = []
    for asked in list(requests_of(app)):
        if asked.is_api:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            client = app.test_client()
            answer = client.open(asked.address, method=asked.method, headers=headers, json={})
        else:
            client = Browser(app, actor).client
            answer = client.open(asked.address, method=asked.method)
        found = outcome(asked, answer)
        if found != expected(asked, who):
            wrong.append((asked.endpoint, asked.method, answer.status_code, expected(asked, who)))
    assert wrong == []


def test_a_route_without_a_row_stops_the_start(app: Flask) -> None:
    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/forgotten", "page", lambda: "")
    bare = Flask("bare")
    bare.register_blueprint(forgotten)
    with pytest.raises(AssertionError, match=r"forgotten\.page"):
        guard.init_app(bare)


def test_every_row_is_of_a_route(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set(PERMISSIONS) - endpoints == set()


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_what_is_written_down_and_nothing_else(role: Role) -> None:
    reached = {
        name for name, row in PERMISSIONS.items() if isinstance(row, Right) and may(role, row)
    }
    assert reached == REACHES[role]


def test_what_is_open_is_written_down() -> None:
    assert {name for name, row in PERMISSIONS.items() if row is Open.PUBLIC} == ANYBODY
    assert {name for name, row in PERMISSIONS.items() if row is Open.SIGNED_IN} == SIGNED_IN


@pytest.mark.parametrize("role", list(Role))
def test_a_browser_that_is_logged_in_does_not_open_the_interface_of_programs(
    app: Flask, foundation: Foundation, role: Role
) -> None:
    dealer = foundation.dealer() if role is Role.DEALER else None
    mechanic = foundation.mechanic(None) if role is Role.MECHANIC else None
    browser = Browser(app, foundation.user(role, dealer=dealer, mechanic=mechanic))
    for asked in [one for one in requests_of(app) if one.is_api]:
        answer = browser.client.open(asked.address, method=asked.method, json={})
        assert answer.status_code == (200 if asked.endpoint in ANYBODY else 401), asked


def test_a_key_does_not_open_pages(app: Flask, foundation: Foundation) -> None:
    key = foundation.token(foundation.user(Role.OFFICE))
    headers = {"Authorization": f"Bearer {key}"}
    for asked in [one for one in requests_of(app) if not one.is_api]:
        if asked.endpoint not in ANYBODY:
            answer = app.test_client().open(asked.address, method=asked.method, headers=headers)
            assert is_log_in(answer) or answer.status_code == 401, asked


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer kom_that-nobody-has", "Bearer é\x80"]
)
def test_a_key_that_is_none_gets_a_problem_document(
    app: Flask, foundation: Foundation, header: str
) -> None:
    answer = app.test_client().get("/api/v1/scans/1", headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"]) == (401, "accounts.token_invalid")
