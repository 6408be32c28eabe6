"""Answers for programs that went wrong: application/problem+json with the refusal's code."""

from __future__ import annotations

import json

from flask import Response
from flask_babel import gettext

from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.wording import sentence

STATUS = {
    "accounts.token_invalid": 401,
    "accounts.device_not_yours": 403,
    "api.batch_too_large": 413,
    "api.body_too_large": 413,
    "api.not_found": 404,
    "api.not_allowed": 403,
    "api.method_not_allowed": 405,
    "api.unavailable": 503,
    "api.unexpected": 500,
}


def field_invalid(field: str, value: str, expected: str) -> Refusal:
    """Return the refusal that names a field of a request, what was in it, and what should be."""
    told = shown_text(value.strip()) or "-"
    return Refusal("api.field_invalid", field=field, value=told, expected=expected)


def problem(refusal: Refusal, status: int | None = None, **more: object) -> Response:
    """Return a refusal as a problem document; `status` unless the code has its own."""
    number = status or STATUS.get(refusal.code, 400)
    body = {
        "type": f"urn:kombeheer:{refusal.code}",
        "title": refusal.code,
        "status": number,
        "code": refusal.code,
        "detail": sentence(refusal, gettext),
        **more,
    }
    answer = Response(json.dumps(body), status=number, mimetype="application/problem+json")
    if number == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
