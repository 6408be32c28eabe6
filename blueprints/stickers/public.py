"""What everybody may ask: is this sticker valid? Without log-in, script or cookie."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from blueprints.database import db
from blueprints.stickers import words
from kombeheer.clock import now_utc
from kombeheer.rules.calendar import AMSTERDAM, day_of
from kombeheer.rules.numbers import CHECKED_LENGTH
from kombeheer.services.stickers import standing
from kombeheer.services.stickers.standing import PublicStanding, Standing
from kombeheer.wording import day_text

blueprint = Blueprint("stickers_public", __name__)

TYPED_LENGTH_MAX = 80
_ABSENT = (Standing.UNKNOWN, Standing.WRONG, Standing.UNREADABLE)


def _plate(found: PublicStanding) -> Any:
    """Return what stands on the plate: the number, or the digits as they were typed."""
    if found.number is not None:
        return found.number
    digits = found.typed
    if found.standing is Standing.UNREADABLE:
        return None
    if len(digits) == CHECKED_LENGTH:
        return SimpleNamespace(
            series_text=digits[:2], serial_text=digits[2:8], check_text=digits[8:]
        )
    return SimpleNamespace(series_text="", serial_text=digits, check_text="")


def _answer_page(found: PublicStanding | None) -> Response:
    now = now_utc()
    local = now.astimezone(AMSTERDAM)
    public = urlsplit(current_app.extensions["settings"].public_url)
    page = render_template(
        "stickers/public_page.html",
        answer=found,
        look=words.STANDINGS[found.standing] if found is not None else None,
        plate=_plate(found) if found is not None else None,
        answered_at=f"{day_text(local.date())}, {local:%H.%M.%S} uur",
        host=f"{public.netloc}{public.path}/s/",
        today=day_of(now),
    )
    status = 404 if found is not None and found.standing in _ABSENT else 200
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/S/")
@blueprint.get("/s/")
def entry() -> ResponseReturnValue:
    """Ask for a number, and lead to its answer."""
    typed = request.args.get("n", "").strip()[:TYPED_LENGTH_MAX]
    if not typed:
        return _answer_page(None)
    digits = standing.digits_of(typed)
    if not digits.isdecimal():
        return _answer_page(standing.public_standing(db.session(), typed, day_of(now_utc())))
    return redirect(url_for("stickers_public.sticker", number=digits))


@blueprint.get("/S/<number>")
@blueprint.get("/s/<number>")
def sticker(number: str) -> ResponseReturnValue:
    """Answer what a sticker is worth at this moment."""
    return _answer_page(standing.public_standing(db.session(), number, day_of(now_utc())))
