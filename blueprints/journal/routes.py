"""The journal page of the office: newest first, paged by the id of its entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.database import db
from blueprints.files import LIST_FILE, columns_file
from blueprints.formats import short_moment
from blueprints.journal.telling import told_all
from blueprints.journal.words import SUBJECTS
from blueprints.listing import Filters, file_links
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.accounts import users
from kombeheer.services.listing import FETCH_ROWS
from kombeheer.tables.sheets import Column

blueprint = Blueprint("journal", __name__, url_prefix="/journal")

ROWS = 50
ID_DIGITS_MAX = 18
COLUMNS = (
    (Column("Wanneer", width=24), lambda one: short_moment(one.at)),
    (Column("Wat", width=34), lambda one: one.action),
    (Column("Waarover", width=34), lambda one: one.subject),
    (Column("Door", width=26), lambda one: one.by),
    (Column("Veranderd", width=70), lambda one: "; ".join(one.changes)),
)


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


def _asked(filters: Filters) -> dict[str, Any]:
    """Return which entries the address asks for."""
    return {
        "subject_kind": filters.choice("about", gettext("Waarover"), SUBJECTS),
        "subject_id": filters.text("number", gettext("Nummer"), 64),
        "actor_id": _actor_id(filters.text("by", gettext("Door"), 254)),
    }


@blueprint.get(f"/{LIST_FILE}")
def list_file(extension: str) -> Response:
    """Send the entries of the list as a file, the newest first."""
    filters = Filters()
    asked = _asked(filters)

    def chunks(session: Session) -> Iterator[Sequence[Any]]:
        before = None
        while rows := journal.entries(session, **asked, before=before, limit=FETCH_ROWS):
            yield told_all(session, rows)
            before = rows[-1][0].id

    return columns_file(extension, "dagboek", COLUMNS, chunks, filters)


@blueprint.get("/")
def list_page() -> str:
    """Show who did what, filtered by what it was about and by who did it."""
    filters = Filters()
    asked = _asked(filters)
    before, after = _id("before"), _id("after")
    rows = journal.entries(db.session(), **asked, before=before, after=after, limit=ROWS + 1)
    more = len(rows) > ROWS
    if after is not None:
        rows = rows[-ROWS:]
        older, newer = bool(rows), more
    else:
        rows = rows[:ROWS]
        older, newer = more, before is not None
    entries = told_all(db.session(), rows)
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
        files=file_links("journal.list_file", **filters.values),
    )
