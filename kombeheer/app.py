"""Put the application together. Not here: anything that decides."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

import blueprints.register
import blueprints.security
from blueprints.application import Application
from blueprints.database import db
from kombeheer.config import ROOT, Settings
from models.transaction import Database

BODY_BYTES_MAX = 8 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings, or for those of the environment."""
    chosen = settings or Settings.from_environment()
    app = Application("kombeheer", template_folder=str(ROOT / "templates"))
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        SQLALCHEMY_DATABASE_URI=chosen.database_url,
        SESSION_COOKIE_NAME="__Host-kom" if chosen.is_https else "kom",
        SESSION_COOKIE_SECURE=chosen.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=BODY_BYTES_MAX,
        MAX_FORM_MEMORY_SIZE=BODY_BYTES_MAX,
        BABEL_DEFAULT_LOCALE="nl",
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=86_400,
    )
    app.extensions["settings"] = chosen
    app.extensions["database"] = Database(chosen.database_url)
    app.wsgi_app = blueprints.security.NamedHost(app.wsgi_app)  # type: ignore[method-assign]
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.init_app(app)
    Babel(app, locale_selector=blueprints.register.chosen_language)
    blueprints.register.register(app)
    return app
