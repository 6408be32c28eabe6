"""The office's first page: what waits, what is late, what changed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext

from blueprints import charts, words
from blueprints.cases.blueprint import blueprint
from blueprints.database import db
from blueprints.sites.due import due_lines
from kombeheer.clock import today
from kombeheer.rules.calendar import AMSTERDAM
from kombeheer.rules.cases import CaseOwner
from kombeheer.services import overview
from kombeheer.services.cases.lists import Counts
from kombeheer.services.sites.due import Due


@blueprint.get("/today")
def today_page() -> str:
    """Show what waits, what is late, what changed, and the stickers stuck per week."""
    yesterday = datetime.combine(today() - timedelta(days=1), time(), AMSTERDAM)
    found = overview.overview(db.session(), today(), yesterday)
    return render_template(
        "cases/today_page.html",
        day=today(),
        is_begun=found.is_begun,
        waits=_lines(found.cases, CaseOwner.OFFICE, "", late=False),
        with_dealers=_lines(found.with_dealers, CaseOwner.DEALER, "", late=False),
        late=[*_late(found), *due_lines(which=(Due.BEYOND, Due.TOLERATED))],
        visits=found.visits,
        weeks=list(reversed(found.weeks)),
        figure=_figure(found.weeks),
    )


def _lines(counts: Counts, owner: CaseOwner, detail: str, *, late: bool) -> list[dict[str, Any]]:
    """Return a line for each kind of which there are cases; each opens the very same ones."""
    return [
        {
            "label": words.CASE_KINDS[kind],
            "detail": detail,
            "count": number[late],
            "url": url_for("cases.list_page", kind=kind, owner=owner, late="1" if late else None),
        }
        for kind, number in counts.items()
        if number[late]
    ]


def _late(found: overview.Overview) -> list[dict[str, Any]]:
    own = gettext("over de datum waarop u zou beslissen")
    theirs = gettext("de dealer is over zijn datum")
    lines = [
        *_lines(found.cases, CaseOwner.OFFICE, own, late=True),
        *_lines(found.with_dealers, CaseOwner.DEALER, theirs, late=True),
    ]
    if found.in_transit_late:
        lines.append(
            {
                "label": gettext("Ontvangst niet bevestigd"),
                "detail": gettext(
                    "stickers langer dan %(days)s dagen onderweg", days=found.transit_late_days
                ),
                "count": found.in_transit_late,
                "url": url_for("stickers.overview"),
            }
        )
    return lines


def _figure(weeks: list[overview.Week]) -> SimpleNamespace:
    """Return the chart of stickers per week."""
    return charts.bar_chart(
        gettext("Stickers geplakt per week"),
        gettext("Staafdiagram van tien weken; de cijfers staan in de tabel ernaast."),
        [
            charts.Bar(
                gettext("wk %(number)s", number=week.number),
                week.count,
                week.past,
                week.is_present,
            )
            for week in weeks
        ],
    )
