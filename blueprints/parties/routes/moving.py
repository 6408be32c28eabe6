"""Move farms from one dealer to another: choose, see what would happen, confirm."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from blueprints.database import db
from blueprints.fields import place_refusal, stored
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from blueprints.parties.blueprint import blueprint
from blueprints.parties.forms import MoveForm, dealer_choices
from blueprints.parties.looking import active_dealers, dealer_of
from kombeheer.clock import now_utc, today
from kombeheer.rules.refusal import Refusal
from kombeheer.services.parties import dealers, farms, moving
from kombeheer.services.parties.moving import Chosen

CHOSEN_MAX = 500
AT_FIELD = {
    "parties.move_to_itself": "target",
    "parties.dealer_ceased": "target",
    "parties.dealer_unknown": "target",
    "parties.day_in_future": "on",
    "parties.move_before_start": "on",
    "parties.move_nothing": "which",
}


def _form(source: str) -> MoveForm:
    form = MoveForm(request.values)
    others = [one for one in active_dealers() if one.public_id != source]
    form.target.choices = dealer_choices(others, gettext("Kies een dealer"))
    return form


def _ticked() -> list[str]:
    named = request.values.getlist("farms")[:CHOSEN_MAX]
    return [one for one in named if one.isascii() and one.isalnum()]


def _chosen(form: MoveForm) -> Chosen:
    if form.which.data == "every":
        return Chosen(query=request.values.get("q", "")[:100], every=True)
    return Chosen(farms=tuple(_ticked()))


def _page(dealer: str, form: MoveForm) -> str:
    filters, row = Filters(), dealer_of(dealer)
    query = filters.text("q", gettext("Zoek"))
    page = farms.list_farms(
        db.session(), actor(), today(), wanted(), query=query, dealer=row.public_id
    )
    return render_template(
        "parties/move_page.html",
        dealer=row,
        listing=Listing(page, filters, endpoint="parties.move_page"),
        form=form,
        ticked=_ticked(),
        query=query,
    )


@blueprint.get("/dealers/<public:dealer>/move")
def move_page(dealer: str) -> str:
    """Choose which farms of a dealer go to another one, and from when."""
    form = _form(dealer)
    if form.on.data is None and not form.on.raw_data:
        form.on.data = today()
    return _page(dealer, form)


@blueprint.get("/dealers/<public:dealer>/move/preview")
def move_preview(dealer: str) -> ResponseReturnValue:
    """Show how many farms move, which, and when, before anything does."""
    form, source = _form(dealer), dealer_of(dealer)
    if not form.validate():
        return _page(dealer, form), 422
    session = db.session()
    try:
        target = dealers.dealer_by_public_id(session, form.target.data)
        moves = moving.preview(session, source, target, _chosen(form), form.on.data, today())
    except Refusal as refusal:
        place_refusal(form, refusal, AT_FIELD)
        return _page(dealer, form), 422
    return _preview(form, moves)


def _preview(form: MoveForm, moves: moving.FarmMove) -> str:
    return render_template(
        "parties/move_preview.html",
        moves=moves,
        form=form,
        farms=_ticked(),
        query=request.values.get("q", "")[:100],
    )


@blueprint.post("/dealers/<public:dealer>/move")
def move(dealer: str) -> ResponseReturnValue:
    """Move the farms as the preview told; when they are other ones by now, nothing moves."""
    form, count = _form(dealer), request.form.get("count", "")
    expected = int(count) if count.isascii() and count.isdecimal() and len(count) < 8 else -1
    if not form.validate():
        return _page(dealer, form), 422
    present, now, day, chosen = actor(), now_utc(), today(), _chosen(form)
    source_id = dealer_of(dealer).public_id

    def work(writing: Session) -> tuple[int, str]:
        source = dealers.dealer_by_public_id(writing, source_id)
        target = dealers.dealer_by_public_id(writing, form.target.data)
        moved = moving.move_farms(
            writing, present, source, target, chosen, form.on.data, expected, day, now
        )
        return moved, target.name

    done = stored(form, work, AT_FIELD)
    if done is None:
        return _page(dealer, form), 422
    words = ngettext(
        "%(num)s bedrijf is verhuisd naar %(dealer)s.",
        "%(num)s bedrijven zijn verhuisd naar %(dealer)s.",
        done[0],
        dealer=done[1],
    )
    flash(words, "ok")
    return redirect(url_for("parties.dealer_page", dealer=dealer))
