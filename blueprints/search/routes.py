"""One field that finds: a scanned sticker leads to its page, words to parties."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.database import db
from blueprints.guard import actor
from blueprints.parties.looking import sees_all
from blueprints.parties.routes.farms import told
from kombeheer.clock import today
from kombeheer.services.parties import finding

blueprint = Blueprint("search", __name__)

QUERY_LENGTH_MAX = 200


@blueprint.get("/search")
def find() -> ResponseReturnValue:
    """Find dealers, mechanics and farms; a sticker number that exists leads to its page."""
    query = request.args.get("q", "").strip()[:QUERY_LENGTH_MAX]
    digits = finding.sticker_digits(db.session(), actor(), query) if query else None
    if digits is not None:
        return redirect(url_for("stickers.number", digits=digits))
    found = finding.find(db.session(), actor(), today(), query) if query else None
    return render_template(
        "search/find.html", query=query, found=found, told=told, sees_all=sees_all()
    )
