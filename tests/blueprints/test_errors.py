"""What goes wrong in HTTP itself: a program reads a code and what to do, people a page."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.exceptions import default_exceptions


@pytest.mark.parametrize(
    ("status", "code", "what_now"),
    [
        (400, "api.bad_request", "stuur het opnieuw"),
        (403, "api.not_allowed", "Vraag het secretariaat"),
        (404, "api.not_found", "Zie /api/v1/openapi.json"),
        (405, "api.method_not_allowed", "Zie /api/v1/openapi.json"),
        (413, "api.body_too_large", "Stuur minder scans"),
        (415, "api.bad_request", "Vergelijk het met /api/v1/openapi.json"),
        (431, "api.bad_request", "er is niets bewaard"),
    ],
)
def test_an_error_of_http_is_told_to_a_program_with_what_to_do(
    house: Flask, status: int, code: str, what_now: str
) -> None:
    with house.test_request_context("/api/v1/scans", method="POST"):
        answer = house.make_response(house.handle_user_exception(default_exceptions[status]()))
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json is not None
    assert answer.json["code"] == code
    assert what_now in answer.json["detail"]
