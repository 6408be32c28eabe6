"""The journal page of the office: newest first, paged by the id of its entries."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from blueprints.database import db
from blueprints.journal.telling import told
from blueprints.journal.words import SUBJECTS
from blueprints.listing import Filters
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.accounts import users

blueprint = Blueprint("journal", __name__, url_prefix="/journal")

ROWS = 50
ID_DIGITS_MAX = 18


def _id(name: str) -> int | None:
    text = request.args.get(name, "")
    known = text.isascii() and text.isdecimal() and len(text) <= ID_DIGITS_MAX
    return int(text) if known else None


def _address(filters: Filters, drop: str = "", **more: int) -> str:
    kept = {name: value for name, value in filters.values.items() if name != drop}
    return url_for("journal.list_page", **kept, **more)


def _actor_id(email: str) -> int | None:
    """Return the id of who has this address; 0, which nobody has, when there is none."""
    if not email:
        return None
    try:
        return users.actor_by_email(db.session(), email).user_id
    except Refusal:
        return 0


@blueprint.get("/")
def list_page() -> str:
    """Show who did what, filtered by what it was about and by who did it."""
    filters = Filters()
    kind = filters.choice("about", gettext("Waarover"), SUBJECTS)
    number = filters.text("number", gettext("Nummer"), 64)
    email = filters.text("by", gettext("Door"), 254)
    before, after = _id("before"), _id("after")
    rows = journal.entries(
        db.session(),
        subject_kind=kind,
        subject_id=number,
        actor_id=_actor_id(email),
        before=before,
        after=after,
        limit=ROWS + 1,
    )
    more = len(rows) > ROWS
    if after is not None:
        rows = rows[-ROWS:]
        older, newer = bool(rows), more
    else:
        rows = rows[:ROWS]
        older, newer = more, before is not None
    entries = [told(entry, name) for entry, name in rows]
    return render_template(
        "journal/list_page.html",
        entries=entries,
        kinds=[("", gettext("Alles")), *SUBJECTS.items()],
        chosen=filters.values,
        listing=SimpleNamespace(
            filters=filters.chosen, url=lambda drop: _address(filters, drop=drop)
        ),
        older=_address(filters, before=entries[-1].id) if older and entries else None,
        newer=_address(filters, after=entries[0].id) if newer and entries else None,
        newest=_address(filters),
    )
