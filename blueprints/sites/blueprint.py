"""The blueprint that all routes of this area behind the log-in belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("sites", __name__, url_prefix="/sites")
