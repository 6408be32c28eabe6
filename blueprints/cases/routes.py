"""The office's first page, its list of cases, and deciding one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints import words
from blueprints.cases.forms import DecisionForm
from blueprints.database import db, write
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from kombeheer.clock import now_utc, today
from kombeheer.rules.calendar import AMSTERDAM
from kombeheer.rules.cases import CaseKind
from kombeheer.rules.refusal import Refusal
from kombeheer.services import cases, overview
from kombeheer.wording import sentence

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

BAR_STEP, BAR_WIDTH, PLOT_HEIGHT, PLOT_TOP = 71, 42, 186, 18


@blueprint.get("/today")
def today_page() -> str:
    """Show what waits, what is late, what changed, and the stickers stuck per week."""
    yesterday = datetime.combine(today() - timedelta(days=1), time(), AMSTERDAM)
    found = overview.overview(db.session(), today(), yesterday)
    return render_template(
        "cases/today_page.html",
        day=today(),
        waits=_waits(found),
        late=_late(found),
        visits=found.visits,
        weeks=list(reversed(found.weeks)),
        figure=_figure(found.weeks),
    )


def _waits(found: overview.Overview) -> list[dict[str, Any]]:
    """Return the lines of what waits, the kinds without a case left out."""
    return [
        {
            "label": words.CASE_KINDS[kind],
            "detail": "",
            "count": count,
            "url": url_for("cases.list_page", kind=kind),
        }
        for kind, (count, _) in found.cases.items()
        if count
    ]


def _late(found: overview.Overview) -> list[dict[str, Any]]:
    lines = [
        {
            "label": words.CASE_KINDS[kind],
            "detail": gettext("over de datum waarop u zou beslissen"),
            "count": late,
            "url": url_for("cases.list_page", kind=kind),
        }
        for kind, (_, late) in found.cases.items()
        if late
    ]
    if found.in_transit_late:
        lines.append(
            {
                "label": gettext("Ontvangst niet bevestigd"),
                "detail": gettext("stickers langer dan 14 dagen onderweg"),
                "count": found.in_transit_late,
                "url": url_for("stickers.overview"),
            }
        )
    return lines


def _figure(weeks: list[overview.Week]) -> SimpleNamespace:
    """Return the chart of stickers per week, in units of the drawing."""
    most = max([1, *(week.count for week in weeks), *(week.past for week in weeks)])
    step = _round_step(most)
    top = step * 3
    scale = (PLOT_HEIGHT - PLOT_TOP) / top

    def height(value: int) -> int:
        return round(value * scale)

    bars = []
    for index, week in enumerate(weeks):
        x = 16 + index * BAR_STEP
        y = PLOT_HEIGHT - height(week.count)
        past_y = PLOT_HEIGHT - height(week.past)
        bars.append(
            SimpleNamespace(
                x=x,
                y=y,
                width=BAR_WIDTH,
                height=height(week.count),
                middle=x + BAR_WIDTH // 2,
                label=gettext("wk %(number)s", number=week.number),
                label_y=PLOT_HEIGHT + 20,
                value=week.count,
                value_y=min(y, past_y) - 6,
                present=week.is_present,
                past_y=past_y,
                past_from=x - 6,
                past_to=x + BAR_WIDTH + 6,
            )
        )
    ticks = [
        SimpleNamespace(y=PLOT_HEIGHT - height(step * index), text=step * index)
        for index in range(4)
    ]
    return SimpleNamespace(
        title=gettext("Stickers geplakt per week"),
        description=gettext("Staafdiagram van tien weken; de cijfers staan in de tabel ernaast."),
        width=16 + len(weeks) * BAR_STEP,
        height=212,
        ticks=ticks,
        bars=bars,
    )


def _round_step(most: int) -> int:
    """Return a third of the scale, rounded up to 1, 2 or 5 times a power of ten."""
    wanted = -(-most // 3)
    power = 10 ** (len(str(wanted)) - 1)
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= wanted)


@blueprint.get("/")
def list_page() -> str:
    """List the cases that wait, or those that are decided."""
    filters = Filters()
    kind = filters.choice("kind", gettext("Soort"), words.CASE_KINDS)
    decided = filters.choice("decided", gettext("Stand"), {"1": gettext("Beslist")})
    page = cases.list_cases(db.session(), wanted(), kind=kind, decided=bool(decided))
    rows = [cases.view_of(row) for row in page.items]
    return render_template(
        "cases/list_page.html", listing=Listing(page, filters, rows), today=today()
    )


@blueprint.get("/<int:number>")
def case_page(number: int) -> str:
    """Show one case with all that is known and how to decide it."""
    return _case_page(number, DecisionForm())


def _case_page(number: int, form: DecisionForm) -> str:
    view = cases.show_case(db.session(), number)
    return render_template("cases/case_page.html", view=view, form=form, CaseKind=CaseKind)


@blueprint.post("/<int:number>/open")
def open_case(number: int) -> ResponseReturnValue:
    """Take a case in hand."""
    present, now = actor(), now_utc()
    write(lambda session: cases.open_case(session, present, number, now))
    flash(gettext("De zaak is in behandeling."), "ok")
    return redirect(url_for("cases.case_page", number=number))


@blueprint.post("/<int:number>/decide")
def decide(number: int) -> ResponseReturnValue:
    """Decide a case; a refusal comes back at the reason, and the reason stays."""
    form = DecisionForm()
    present, now, accept = actor(), now_utc(), request.form.get("decision") == "accept"
    reason = form.reason.data or ""
    try:
        write(
            lambda session: cases.decide(
                session, present, number, accept=accept, reason=reason, now=now
            )
        )
    except Refusal as refusal:
        if refusal.code == "cases.unknown":
            raise
        form.reason.errors = [sentence(refusal, gettext)]
        return _case_page(number, form), 422
    flash(gettext("Besloten: zaak %(number)s is klaar.", number=number), "ok")
    return redirect(url_for("cases.list_page"))
