"""What protects every answer: headers, tokens against forged forms, static files by version.

Cookies never open /api/, so it needs no such token; a program's key never opens a page.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import Unauthorized
from werkzeug.utils import safe_join

from blueprints.addresses import local_path
from blueprints.guard import is_api, signed_in
from blueprints.permissions import PERMISSIONS, Open
from kombeheer.config import Settings
from kombeheer.rules.imports import FILE_BYTES_MAX

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class NamedHost:
    """Answers 400 to a host that is no name, before the addresses of a page are made of it."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            environ.get("HTTP_HOST", "").encode("idna")
        except UnicodeError:
            start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"Dit adres heeft geen leesbare naam. Controleer het deel voor de eerste /.\n"]
        return self.application(environ, start_response)


CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), serial=(self), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
HTTPS_ONLY = "max-age=31536000; includeSubDomains"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
FONTS = "fonts/"  # named by the stylesheet, so without a version; they never change
# What may be sent where it is more than elsewhere: a file, and what a form has around it.
BODY_BYTES_MAX = {"imports.try_file": FILE_BYTES_MAX + 1024 * 1024}

_csrf = CSRFProtect()


@lru_cache(maxsize=256)
def _hash(file: str, changed_at_ns: int) -> str:
    return sha256(Path(file).read_bytes()).hexdigest()[:12]


def static_version(app: Flask, filename: str) -> str:
    """Return what tells this content of a static file from another; '' when there is no file."""
    found = safe_join(str(app.static_folder), filename)
    if found is None or not Path(found).is_file():
        return ""
    return _hash(found, Path(found).stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _static_address(_folder: str, _root: str, filename: str) -> str:
    return url_for("static", filename=filename, v=static_version(current_app, filename) or None)


def static_address(filename: str) -> str:
    """Return where a static file is, with its version, which only changes while one develops."""
    address = _static_address.__wrapped__ if current_app.debug else _static_address
    return address(str(current_app.static_folder), request.script_root, filename)


def _cache_of_static(response: Response) -> str:
    filename = str((request.view_args or {})["filename"])
    if response.status_code not in (200, 206, 304):
        return "no-store"
    version = request.args.get("v")
    is_this_one = version is not None and version == static_version(current_app, filename)
    return FOR_EVER if is_this_one or filename.startswith(FONTS) else ASK_AGAIN


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    settings: Settings = current_app.extensions["settings"]
    if settings.is_https:
        response.headers["Strict-Transport-Security"] = HTTPS_ONLY
    if request.endpoint == "static":
        response.headers["Cache-Control"] = _cache_of_static(response)
    elif PERMISSIONS.get(request.endpoint or "") is not Open.PUBLIC or signed_in() is not None:
        response.headers["Cache-Control"] = "no-store"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _check_form() -> None:
    if request.endpoint in BODY_BYTES_MAX:  # behind the guard: not for anybody who passes by
        request.max_content_length = BODY_BYTES_MAX[request.endpoint]
    if request.endpoint and not is_api() and current_app.config["WTF_CSRF_ENABLED"]:
        _csrf.protect()


def local_referrer() -> str | None:
    """Return the page of ours from which this was sent, as a path; None from elsewhere."""
    came_from = urlsplit(request.referrer or "")
    if not came_from.netloc or came_from.netloc != request.host:
        return None
    return local_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""))


def _entered() -> list[str]:
    """Return the free text that was sent, so that nobody has to think it up again.

    Only of a form of our own: another site must not put words on our page. A form that takes a file
    has none, and may be larger than is read here.
    """
    if local_referrer() is None or request.endpoint in BODY_BYTES_MAX:
        return []
    return [
        value.strip()[:2000]
        for name, value in request.form.items(multi=True)
        if "password" not in name and name != "csrf_token" and " " in value.strip()
    ]


def _not_taken(title: str, sentence: str, way: tuple[str, str], status: int) -> ResponseReturnValue:
    page = render_template(
        "errors/not_taken.html",
        title=title,
        sentence=sentence,
        kept=[gettext("Er is niets vastgelegd.")],
        ways=[way],
        number=None,
        entered=_entered(),
    )
    return page, status


def _too_old(_error: CSRFError) -> ResponseReturnValue:
    return _not_taken(
        gettext("Uw scherm was te oud"),
        gettext(
            "Sinds u deze pagina opende is er opnieuw ingelogd, of de pagina kwam niet van hier. "
            "Ga terug en probeer het opnieuw."
        ),
        (gettext("Terug naar de pagina"), local_referrer() or url_for("start.page")),
        400,
    )


def _lapsed(error: Unauthorized) -> ResponseReturnValue:
    if is_api():
        return error.get_response()
    return _not_taken(
        gettext("U bent niet meer ingelogd"),
        gettext(
            "U was te lang weg, of deze sessie is op een ander toestel beëindigd. "
            "Log in en probeer het opnieuw."
        ),
        (gettext("Log in"), url_for("accounts.log_in", next=local_referrer())),
        401,
    )


def init_app(app: Flask) -> None:
    """Protect every answer; after the guard, so that who asks is known."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # asked below, for all but /api/
    app.config["WTF_CSRF_SSL_STRICT"] = False  # no other site can plant a __Host- cookie
    _csrf.init_app(app)
    app.before_request(_check_form)
    app.after_request(_add_headers)
    app.jinja_env.globals["static"] = static_address
    app.register_error_handler(CSRFError, _too_old)
    app.register_error_handler(Unauthorized, _lapsed)
