"""Every blueprint, and what is the same around every request."""

from __future__ import annotations

from flask import Flask, g

from blueprints import (
    addresses,
    drawings,
    errors,
    formats,
    guard,
    health,
    navigation,
    openapi,
    security,
    start,
    texts,
)
from blueprints.accounts import routes as accounts
from blueprints.accounts import users
from blueprints.billing import routes as billing
from blueprints.cases import routes as cases
from blueprints.certification import routes as certification
from blueprints.imports import routes as imports
from blueprints.journal import routes as journal
from blueprints.parties import api as parties_api
from blueprints.parties import routes as parties
from blueprints.reports import routes as reports
from blueprints.scanning import api as scanning_api
from blueprints.scanning import routes as scanning
from blueprints.search import routes as search
from blueprints.sites import api as sites_api
from blueprints.sites import routes as sites
from blueprints.stickers import api as stickers_api
from blueprints.stickers import public as stickers_public
from blueprints.stickers import routes as stickers

BLUEPRINTS = (
    health.blueprint,
    openapi.blueprint,
    start.blueprint,
    accounts.blueprint,
    users.blueprint,
    billing.blueprint,
    cases.blueprint,
    certification.blueprint,
    imports.blueprint,
    journal.blueprint,
    parties.blueprint,
    parties_api.blueprint,
    reports.blueprint,
    scanning.blueprint,
    scanning_api.blueprint,
    search.blueprint,
    sites.blueprint,
    sites_api.blueprint,
    stickers.blueprint,
    stickers_api.blueprint,
    stickers_public.blueprint,
)


def chosen_language() -> str:
    """Return the language of whoever asks; Dutch unless he chose another."""
    present = g.get("actor")
    return present.language if present is not None else "nl"


def register(app: Flask) -> None:
    """Put every blueprint in, then the guard that wants them all known."""
    addresses.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.init_app(app)
    formats.init_app(app)
    texts.init_app(app)
    drawings.init_app(app)
    navigation.init_app(app)
    guard.init_app(app)
    security.init_app(app)
