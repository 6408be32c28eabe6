"""What goes wrong becomes a page or a problem document; never a traceback, never a bare 500."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from blueprints.guard import is_api
from blueprints.problems import problem
from kombeheer.rules.refusal import Refusal
from kombeheer.wording import sentence
from models.transaction import UNAVAILABLE

_log = logging.getLogger(__name__)
_API_CODES = {
    403: "api.not_allowed",
    404: "api.not_found",
    405: "api.method_not_allowed",
    413: "api.body_too_large",
}


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if is_api():
        return problem(refusal)
    page = render_template(
        "errors/error.html",
        title=gettext("Dat kan niet"),
        sentence=sentence(refusal, gettext),
        kept=[gettext("Er is niets vastgelegd.")],
        ways=[(gettext("Naar het begin"), "/")],
        number=None,
    )
    reason = refusal.code.partition(".")[2]
    is_absent = reason.startswith("unknown") or reason.endswith("_unknown")
    return page, 404 if is_absent else 409


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    # What HTTP itself asks for, such as Allow of a 405.
    headers = {name: text for name, text in error.get_headers() if name != "Content-Type"}
    if is_api():
        answer = problem(Refusal(_API_CODES.get(status, "api.bad_request")), status)
        answer.headers.update(headers)
        return answer
    titles = {
        403: gettext("Dit mag u hier niet"),
        404: gettext("Deze pagina is er niet"),
        413: gettext("Dat is te groot"),
    }
    page = render_template(
        "errors/error.html",
        title=titles.get(status, gettext("Dat lukte niet")),
        sentence=gettext("Controleer het adres, of ga terug naar waar u was."),
        kept=[],
        ways=[(gettext("Naar het begin"), "/")],
        number=None,
    )
    return page, status, headers


def _unavailable(error: Exception) -> ResponseReturnValue:
    _log.error("the database did not answer: %s", getattr(error, "orig", error))
    if is_api():
        return problem(Refusal("api.unavailable"))
    page = render_template(
        "errors/error.html",
        title=gettext("Even niet bereikbaar"),
        sentence=gettext(
            "Onze gegevens zijn nu niet bereikbaar. Probeer het over een minuut opnieuw."
        ),
        kept=[gettext("Er is niets half vastgelegd.")],
        ways=[(gettext("Probeer opnieuw"), "")],
        number=None,
    )
    return page, 503


def _unexpected(error: Exception) -> ResponseReturnValue:
    number = "F-" + secrets.token_hex(4).upper()
    _log.exception("unexpected error %s", number, exc_info=error)
    if is_api():
        return problem(Refusal("api.unexpected", number=number))
    page = render_template(
        "errors/error.html",
        title=gettext("Er ging iets mis bij ons"),
        sentence=gettext("Dit konden wij niet afmaken."),
        kept=[gettext("Er is niets half vastgelegd.")],
        ways=[(gettext("Naar het begin"), "/")],
        number=number,
    )
    return page, 500


def init_app(app: Flask) -> None:
    """Catch refusals, HTTP errors, a database that is away, and what nobody foresaw."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    for away in UNAVAILABLE:
        app.register_error_handler(away, _unavailable)
    app.register_error_handler(Exception, _unexpected)
