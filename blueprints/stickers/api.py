"""Stickers for programs: GET /api/v1/stickers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask_babel import gettext

from blueprints import cursors
from blueprints.database import db
from blueprints.guard import actor
from blueprints.openapi import describes
from blueprints.problems import field_invalid
from blueprints.stickers.schemas import StickerItem, StickerList
from kombeheer.clock import today
from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.services.stickers import lists

blueprint = Blueprint("stickers_api", __name__, url_prefix="/api/v1")

_KEY_PARTS = 2  # series and serial
CODE_LENGTH_MAX = 12


def _items(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        StickerItem(
            id=f"{line.series.code}-{line.number.serial_text}",
            number=line.number.digits,
            printed=line.number.printed,
            series=line.series.code,
            serial=line.number.serial,
            account=line.account_text,
            dealer=line.dealer.number if line.dealer is not None else None,
            issued_on=line.issued_on,
        ).model_dump(mode="json")
        for line in lists.lines_of(db.session(), rows)
    ]


def _series() -> str:
    code = request.args.get("series", "")
    if not code.isprintable() or len(code) > CODE_LENGTH_MAX:
        raise field_invalid("series", code, gettext("Geef de code van een serie, zoals 26."))
    return code


def _condition() -> Any:
    text = request.args.get("account", "")
    expected = gettext("Geef bijvoorbeeld stock, dealer of dealer:0118.")
    if not text.isprintable():
        raise field_invalid("account", text, expected)
    try:
        return lists.account_condition(db.session(), text) if text else None
    except Refusal:
        raise field_invalid("account", text, expected) from None


@blueprint.get("/stickers")
@describes(
    "Stickers en waar ze zijn",
    gives=StickerList,
    query={
        **cursors.QUERY,
        "series": "de code van een serie",
        "account": "waar ze zijn: een soort plaats (stock, dealer, applied) of een plaats zelf "
        "(dealer:0118, applied:<installatie>)",
    },
)
def list_stickers() -> Response:
    """Return the stickers that one may see, by series and serial; a dealer sees only his own."""
    present = actor()
    if present.role is Role.READER:
        abort(403)
    limit, after = cursors.read_limit(), cursors.read_cursor(_KEY_PARTS)
    rows = lists.numbers_after(
        db.session(),
        present,
        today(),
        after,
        limit + 1,
        series_code=_series(),
        condition=_condition(),
    )
    return jsonify(
        cursors.answer(rows, limit, lambda row: [row[0].series_id, row[0].serial], _items)
    )
