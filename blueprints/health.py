"""Whether this process can do its work: one look at the database."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from blueprints.database import database

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Return 200 when the database answers, else 503."""
    try:
        with database().glance.connect() as connection:
            connection.execute(text("SELECT chain_number FROM chain_head")).scalar_one()
    except SQLAlchemyError:
        return jsonify(status="unavailable"), 503
    return jsonify(status="ok"), 200
