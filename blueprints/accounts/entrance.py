"""What log-in, invitation and password change share: asking a password, opening a session."""

from __future__ import annotations

from flask import current_app, request, session, url_for
from sqlalchemy.orm import Session

from blueprints.database import db, write
from blueprints.guard import SESSION_KEY, signed_in
from kombeheer.clock import now_utc
from kombeheer.config import Settings
from kombeheer.rules.accounts import PASSWORD_LENGTH_MAX
from kombeheer.services.accounts import login


def place() -> str:
    """Return the address from which is asked."""
    return request.remote_addr or ""


def ask_password(email: str, password: str) -> tuple[int | None, int]:
    """Return whose password this is, or None, and how many tries are left.

    Raises:
        Refusal: `accounts.too_many_tries`.
    """
    now = now_utc()
    left = write(lambda writing: login.begin_try(writing, email, place(), now))
    known = login.password_fits(db.session(), email, password[: PASSWORD_LENGTH_MAX + 1])
    return known, left


def enter(user_id: int, email: str) -> None:
    """Open a session for somebody who proved who he is; whatever this browser held before ends."""
    now, before = now_utc(), signed_in()
    agent = "".join(sign for sign in request.user_agent.string if sign.isprintable())

    def work(writing: Session) -> str:
        login.forget_tries(writing, email, place())
        if before is not None:
            login.end_session(
                writing, before.actor, before.session_id, now, of_user=before.actor.user_id or 0
            )
        return login.open_session(writing, user_id, agent, place(), now)

    token = write(work)
    session.clear()
    session[SESSION_KEY] = token


def invitation_link(token: str) -> str:
    """Return the whole address of an invitation; on one's own machine, where it is served now."""
    settings: Settings = current_app.extensions["settings"]
    base = request.host_url.rstrip("/") if settings.is_local else settings.public_url
    return base + url_for("accounts.accept_invitation", token=token)
