"""The blueprint that all routes of cases belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
