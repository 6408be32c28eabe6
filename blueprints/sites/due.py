"""How many installations are late or soon due, as lines that open their lists."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from blueprints import words
from blueprints.database import db
from blueprints.guard import actor
from kombeheer.clock import today
from kombeheer.services.sites import lists
from kombeheer.services.sites.due import Due


def due_lines(dealer: str = "", which: Collection[Due] = tuple(Due)) -> list[dict[str, Any]]:
    """Return a line for each way in which installations stand; those without one are left out.

    Args:
        dealer: public id of a dealer whose farms alone count, for who sees those of others.
    """
    names = words.due_words(today())
    counted = lists.due_counts(db.session(), actor(), today(), dealer, which)
    return [
        {
            "label": gettext("Beurt: %(state)s", state=str(names[due])[0].lower() + names[due][1:]),
            "detail": _detail(one),
            "count": one.count,
            "url": url_for("sites.list_page", due=due, dealer=dealer or None, sort="due_on"),
        }
        for due, one in counted.items()
        if one.count
    ]


def _detail(counted: lists.DueCount) -> str:
    if not counted.stopping:
        return ""
    return str(ngettext("waarvan %(num)s stopt", "waarvan %(num)s stoppen", counted.stopping))
