"""Who asks, and may he: one check before every request, from the table of permissions."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Flask, abort, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.database import database, db
from blueprints.permissions import PERMISSIONS, Open
from kombeheer.clock import now_utc
from kombeheer.rules.accounts import Actor, Right
from kombeheer.rules.refusal import Refusal
from kombeheer.services.accounts import login, tokens

SESSION_KEY = "login"


def actor() -> Actor:
    """Return who asks; only behind a permission that is not public."""
    return cast(Actor, g.actor)


def signed_in() -> login.SignedIn | None:
    """Return the live session of a browser, or None."""
    return cast("login.SignedIn | None", g.get("signed_in"))


def is_api() -> bool:
    """Tell whether the answer is for a program."""
    return request.path.startswith("/api/")


def may(right: str) -> bool:
    """Tell whether the present user holds a right; for templates."""
    present = g.get("actor")
    return present is not None and present.may(Right(right))


def _identify_program() -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        with database().glance.connect() as glance:
            g.actor = tokens.actor_of_token(glance, token.strip())


def _identify_browser(now: datetime) -> None:
    token = session.get(SESSION_KEY)
    if not token:
        return
    found = login.signed_in(db.session(), str(token), now)
    if found is None:
        session.pop(SESSION_KEY, None)
        g.has_lapsed = True
        return
    g.signed_in, g.actor = found, found.actor
    # Who only reads does not wait for an import that writes: he is seen at his next page.
    if now - found.seen_at > login.SEEN_EVERY and not database().is_writing:
        database().write(lambda writing: login.touch_session(writing, found.session_id, now))


def _to_log_in() -> ResponseReturnValue:
    """Ask for a log-in and come back here; what was sent in a form is shown, not thrown away."""
    if request.method not in ("GET", "HEAD"):
        abort(401)
    if g.get("has_lapsed"):
        flash(gettext("U was te lang weg, of deze sessie is beëindigd. Log opnieuw in."), "warn")
    where = request.full_path.removesuffix("?")
    return redirect(url_for("accounts.log_in", next=None if where == "/" else where))


def check() -> ResponseReturnValue | None:
    """Let a request through, send it to the log-in, or refuse it."""
    if request.endpoint is None:
        return None
    permission = PERMISSIONS[request.endpoint]
    g.actor = g.signed_in = None
    if request.endpoint == "static":
        return None
    if is_api():
        if permission is Open.PUBLIC:
            return None
        _identify_program()
        if g.actor is None:
            raise Refusal("accounts.token_invalid")
    else:
        _identify_browser(now_utc())
    if permission is Open.PUBLIC:
        return None
    if g.actor is None:
        return _to_log_in()
    if isinstance(permission, Right) and not g.actor.may(permission):
        abort(403)
    return None


def init_app(app: Flask) -> None:
    """Put the check before every request, and refuse to start with a route that has no row."""
    app.before_request(check)
    app.jinja_env.globals["may"] = may
    missing = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - set(PERMISSIONS))
    assert not missing, f"no permission row in blueprints/permissions.py for: {missing}"
