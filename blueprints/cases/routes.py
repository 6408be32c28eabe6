"""The office's first page, its list of cases, and deciding one."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints import words
from blueprints.cases.forms import DecisionForm
from blueprints.database import db, write
from blueprints.fields import add_error
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from blueprints.scanning.sending import page_device, page_event
from kombeheer.clock import now_utc, today
from kombeheer.rules.calendar import AMSTERDAM
from kombeheer.rules.cases import CaseKind
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import EventKind
from kombeheer.services import cases, overview
from kombeheer.wording import sentence

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

DECISIONS = ("accept", "reject", "withdraw")
BAR_STEP, BAR_WIDTH, PLOT_HEIGHT, PLOT_TOP = 71, 42, 186, 18
VALUE_HEIGHT = 22  # last year's line so near above a bar would run through its figure


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
                "detail": gettext(
                    "stickers langer dan %(days)s dagen onderweg", days=found.transit_late_days
                ),
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
                value_y=(past_y if 0 < y - past_y < VALUE_HEIGHT else y) - 6,
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
    form = DecisionForm()
    return _case_page(_view(number, form), form)


def _view(number: int, form: DecisionForm) -> cases.CaseView:
    """Return a case, and offer what has to be chosen."""
    view = cases.show_case(db.session(), actor(), today(), number)
    form.offer(view.candidates)
    return view


def _case_page(view: cases.CaseView, form: DecisionForm) -> str:
    token = str(uuid.uuid4())
    return render_template(
        "cases/case_page.html", view=view, form=form, CaseKind=CaseKind, scan_token=token
    )


@blueprint.post("/<int:number>/open")
def open_case(number: int) -> ResponseReturnValue:
    """Take a case in hand."""
    present, now = actor(), now_utc()
    write(lambda session: cases.open_case(session, present, number, now))
    flash(gettext("De zaak is in behandeling."), "ok")
    return redirect(url_for("cases.case_page", number=number))


@blueprint.post("/<int:number>/decide")
def decide(number: int) -> ResponseReturnValue:
    """Decide a case, or withdraw a first claim; what is refused comes back at its field."""
    form = DecisionForm()
    _view(number, form)
    decision = request.form.get("decision")
    if decision not in DECISIONS:
        add_error(form.reason, gettext("Kies met een van de knoppen wat u besluit."))
        return _case_page(_view(number, form), form), 422
    work = _withdraw if decision == "withdraw" else _decide
    try:
        told, address = work(number, form)
    except Refusal as refusal:
        is_about_series = refusal.code == "scanning.series_not_chosen"
        add_error(form.series if is_about_series else form.reason, sentence(refusal, gettext))
        return _case_page(_view(number, form), form), 422
    flash(told, "ok")
    return redirect(address)


def _decide(number: int, form: DecisionForm) -> tuple[str, str]:
    present, now, accept = actor(), now_utc(), request.form.get("decision") == "accept"
    reason, series_id = form.reason.data or "", form.series_id()
    write(
        lambda session: cases.decide(
            session, present, number, accept=accept, reason=reason, now=now, series_id=series_id
        )
    )
    told = gettext("Besloten: zaak %(number)s is klaar.", number=number)
    return told, url_for("cases.list_page")


def _withdraw(number: int, form: DecisionForm) -> tuple[str, str]:
    present, now, reason = actor(), now_utc(), form.reason.data or ""
    first, device_id = cases.first_claim_visit(db.session(), number), page_device()
    withdrawal = page_event(EventKind.WITHDRAW, "", None, first)
    write(
        lambda session: cases.withdraw_first_claim(
            session, present, number, device_id, withdrawal, reason=reason, now=now
        )
    )
    told = gettext("De eerdere vermelding is ingetrokken. Beslis nu over deze scan.")
    return told, url_for("cases.case_page", number=number)
