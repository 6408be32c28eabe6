"""The blueprint that all routes of this area belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
