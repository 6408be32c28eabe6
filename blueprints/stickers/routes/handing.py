"""What a dealer's mechanics hold: a range goes to one of them, or back to the dealer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.database import db
from blueprints.fields import form_page, stored
from blueprints.guard import actor
from blueprints.parties.looking import active_dealers, dealer_of
from blueprints.stickers.blueprint import blueprint
from blueprints.stickers.forms import HandOutForm, at_fields
from blueprints.stickers.routes.booking import prefill
from blueprints.stickers.routes.numbers import IN_HAND
from kombeheer.clock import now_utc, today
from kombeheer.rules.numbers import range_text
from kombeheer.rules.stickers import AccountKind
from kombeheer.services.parties.dealers import mechanics_of
from kombeheer.services.stickers import lists, moving, series
from kombeheer.services.stickers.ledger import series_format
from models.parties import Dealer
from models.stickers import Document, StickerSeries


@blueprint.get("/hand-out")
def hand_out_start() -> ResponseReturnValue:
    """Let the office choose whose stickers; lead a dealer to his own."""
    own = actor().dealer_id
    choices = [one for one in active_dealers() if own in (None, one.id)]
    if len(choices) == 1:
        return redirect(url_for("stickers.hand_out", dealer=choices[0].public_id))
    lines = [
        {
            "label": one.name,
            "detail": f"{one.place} ({one.number})",
            "count": None,
            "url": url_for("stickers.hand_out", dealer=one.public_id),
        }
        for one in choices
    ]
    return render_template("stickers/hand_out_start.html", lines=lines)


@blueprint.route("/hand-out/<public:dealer>", methods=["GET", "POST"])
def hand_out(dealer: str) -> ResponseReturnValue:
    """Hand a range out to one of a dealer's mechanics, to another of them, or take it in again."""
    row = dealer_of(dealer)
    every = series.all_series(db.session())
    mechanics = [one for one, _ in mechanics_of(db.session(), row.id, today())]
    form = HandOutForm()
    form.offer(every)
    form.offer_holders(row, mechanics)
    prefill(form, every)
    if request.method == "GET":
        form.holder.data = request.args.get("holder", "")
    if form.validate_on_submit() and (wanted := form.wanted(every)) is not None:
        present, now, paper, dealer_id = actor(), now_utc(), form.paper(), row.id
        mechanic_id = next((one.id for one in mechanics if one.public_id == form.holder.data), None)

        def work(writing: Session) -> Document:
            return moving.hand_range(
                writing, present, now, dealer_id, *wanted, mechanic_id, **paper
            )

        made = stored(form, work, at_fields(form))
        if made is not None:
            flash(gettext("Verplaatst op overdracht %(paper)s.", paper=made.reference), "ok")
            return redirect(url_for("stickers.hand_out", dealer=dealer))
    row = dealer_of(dealer)
    return form_page("stickers/hand_out_form.html", form, dealer=row, held=_held(row, every))


def _held(dealer: Dealer, every: Sequence[StickerSeries]) -> list[dict[str, Any]]:
    """Return by who holds them the ranges a dealer answers for; each fills in the form."""
    found: dict[str, dict[str, Any]] = {}
    rows = lists.held_ranges(db.session(), {dealer.id}, IN_HAND)
    for one in every:
        for account, holder, ranges in rows.get(one.id, ()):
            taken_in = account.kind is AccountKind.MECHANIC
            place = found.setdefault(
                str(account),
                {"who": holder.name if holder else "", "taken_in": taken_in, "ranges": []},
            )
            for first, last in ranges:
                values = {"series": one.code, "first": first, "last": last}
                if taken_in:
                    values["holder"] = dealer.public_id
                place["ranges"].append(
                    {
                        "text": range_text(series_format(one), first, last),
                        "count": last - first + 1,
                        "url": url_for("stickers.hand_out", dealer=dealer.public_id, **values),
                    }
                )
    return list(found.values())
