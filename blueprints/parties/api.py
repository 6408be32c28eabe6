"""Mechanics for programs: GET /api/v1/mechanics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify

from blueprints import cursors
from blueprints.database import db
from blueprints.guard import actor
from blueprints.openapi import describes
from blueprints.parties.schemas import MechanicItem, MechanicList
from kombeheer.clock import today
from kombeheer.services.parties import mechanics
from kombeheer.services.parties.mechanics import MechanicLine

blueprint = Blueprint("parties_api", __name__, url_prefix="/api/v1")


def _items(lines: Sequence[MechanicLine]) -> list[dict[str, Any]]:
    return [
        MechanicItem(
            id=line.mechanic.public_id,
            mechanic=line.mechanic.number,
            name=line.mechanic.name,
            certified_until=line.certified_until,
            modules=list(line.modules),
            public_url=None,
        ).model_dump(mode="json")
        for line in lines
    ]


@blueprint.get("/mechanics")
@describes("Monteurs", gives=MechanicList, query=cursors.QUERY)
def list_mechanics() -> Response:
    """Return the mechanics one may see, in a fixed order."""
    limit, after = cursors.read_limit(), cursors.read_cursor()
    lines = mechanics.mechanics_after(
        db.session(), actor(), today(), after[0] if after else 0, limit + 1
    )
    return jsonify(cursors.answer(lines, limit, lambda line: [line.mechanic.id], _items))
