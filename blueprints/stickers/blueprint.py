"""The blueprint that all routes of this area behind the log-in belong to."""

from __future__ import annotations

import re

from flask import Blueprint, abort

blueprint = Blueprint("stickers", __name__, url_prefix="/stickers")

_DOCUMENT_ID = re.compile(r"[0-9A-Za-z-]{1,32}")


def document_id(text: str) -> str:
    """Return the id of a document in an address; what cannot be one is a 404."""
    if not _DOCUMENT_ID.fullmatch(text):
        abort(404)
    return text
