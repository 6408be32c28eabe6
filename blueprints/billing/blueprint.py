"""The blueprint that all routes of billing belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("billing", __name__, url_prefix="/billing")
