"""Installations for programs: GET /api/v1/installations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request

from blueprints import cursors
from blueprints.database import db
from blueprints.guard import actor
from blueprints.openapi import describes
from blueprints.sites.schemas import InstallationItem, InstallationList
from kombeheer.clock import today
from kombeheer.services.sites import lists
from kombeheer.services.sites.lists import InstallationLine

blueprint = Blueprint("sites_api", __name__, url_prefix="/api/v1")


def _items(lines: Sequence[InstallationLine]) -> list[dict[str, Any]]:
    return [
        InstallationItem(
            id=line.installation.public_id,
            farm=line.farm.name,
            place=line.site.place,
            postcode=line.site.postcode,
            parlour_type=line.parlour_type,
            species=line.species,
            units=line.configuration.unit_count,
            boxes=line.configuration.box_count,
            state=line.installation.state,
            number=line.number.digits if line.number is not None else None,
            due_on=line.due_on,
        ).model_dump(mode="json")
        for line in lines
    ]


@blueprint.get("/installations")
@describes(
    "Installaties in gebruik",
    gives=InstallationList,
    query={**cursors.QUERY, "q": "woorden van het bedrijf: naam, UBN, plaats of postcode"},
)
def list_installations() -> Response:
    """Return the installations in use that one may see, in a fixed order."""
    limit, after = cursors.read_limit(), cursors.read_cursor()
    lines = lists.installations_after(
        db.session(),
        actor(),
        today(),
        after[0] if after else 0,
        limit + 1,
        request.args.get("q", "")[:100],
    )
    return jsonify(cursors.answer(lines, limit, lambda line: [line.installation.id], _items))
