"""What is on its way: the dealer confirms it, the office takes it back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.database import db
from blueprints.fields import form_page, stored
from blueprints.guard import actor
from blueprints.stickers.blueprint import blueprint, document_id
from blueprints.stickers.forms import PartForm, TakeBackForm, at_fields
from kombeheer.clock import now_utc, today
from kombeheer.rules.numbers import range_text
from kombeheer.services.stickers import life, logistics, places, series
from kombeheer.services.stickers.ledger import series_format
from kombeheer.services.stickers.places import Parcel
from models.stickers import Document, StickerSeries


def _parcel(document: str) -> tuple[Parcel, list[StickerSeries]]:
    """Return a dealer's own parcel with the series in it; 404 when nothing of it is on its way."""
    dealer_id = actor().dealer_id
    if dealer_id is None:
        abort(404)
    found = places.parcels(db.session(), dealer_id, document_id(document))
    if not found:
        abort(404)
    wanted = {piece.series_id for piece in found[0].pieces}
    return found[0], [one for one in series.all_series(db.session()) if one.id in wanted]


def _ranges(parcel: Parcel, every: Sequence[StickerSeries]) -> list[str]:
    known = {one.id: series_format(one) for one in every}
    return [range_text(known[piece.series_id], piece.first, piece.last) for piece in parcel.pieces]


def _parcel_page(document: str, form: PartForm) -> ResponseReturnValue:
    parcel, every = _parcel(document)
    form.offer(every)
    return form_page(
        "stickers/parcel_page.html", form, parcel=parcel, ranges=_ranges(parcel, every)
    )


@blueprint.get("/parcels/<document>")
def parcel_page(document: str) -> ResponseReturnValue:
    """Show what is on its way, to confirm all of it or a part."""
    return _parcel_page(document, PartForm())


@blueprint.post("/parcels/<document>/confirm")
def confirm(document: str) -> ResponseReturnValue:
    """Confirm that a whole parcel has come."""
    present, now = actor(), now_utc()
    if present.dealer_id is None:
        abort(404)
    dealer_id = present.dealer_id

    def work(writing: Session) -> str:
        return logistics.confirm(
            writing, present, now, dealer_id, document_id=document_id(document)
        ).reference

    form = PartForm()
    made = stored(form, work, {})
    if made is None:
        flash(form.form_errors[0], "bad")
    else:
        flash(gettext("Ontvangst bevestigd: %(paper)s.", paper=made), "ok")
    return redirect(url_for("stickers.overview"))


@blueprint.post("/parcels/<document>/part")
def confirm_part(document: str) -> ResponseReturnValue:
    """Confirm that a range of a parcel has come."""
    parcel, every = _parcel(document)
    form = PartForm()
    form.offer(every)
    if form.validate_on_submit() and (wanted := form.wanted(every)) is not None:
        present, now = actor(), now_utc()

        def work(writing: Session) -> str:
            return logistics.confirm(
                writing,
                present,
                now,
                parcel.dealer_id,
                document_id=parcel.document_id,
                wanted=wanted,
            ).reference

        made = stored(form, work, at_fields(form))
        if made is not None:
            flash(gettext("Ontvangst bevestigd: %(paper)s.", paper=made), "ok")
            return redirect(url_for("stickers.overview"))
    return _parcel_page(document, form)


@blueprint.route("/documents/<document>/take-back", methods=["GET", "POST"])
def take_back(document: str) -> ResponseReturnValue:
    """Take back an issue that is still on its way, with a reason."""
    session = db.session()
    paper, lines = life.document_lines(session, actor(), today(), document_id(document))
    to = next((one.target.holder_id for one in lines if one.kind == "issue"), None)
    found = places.parcels(session, to, paper.id) if paper is not None and to is not None else []
    if paper is None or to is None or not found:
        return render_template("stickers/absent_page.html", shown=None), 404
    form = TakeBackForm()
    if form.validate_on_submit():
        present, now, reason = actor(), now_utc(), form.reason.data or ""
        dealer_id, paper_id = to, paper.id

        def work(writing: Session) -> Document:
            return logistics.take_back_issue(writing, present, now, dealer_id, paper_id, reason)

        made = stored(form, work, at_fields(form))
        if made is not None:
            flash(gettext("Teruggedraaid op %(paper)s.", paper=made.reference), "ok")
            return redirect(url_for("stickers.document_page", document=made.id))
    every = series.all_series(session)
    return form_page(
        "stickers/take_back_form.html",
        form,
        paper=paper,
        dealer=lines[0].target_holder,
        parcel=found[0],
        ranges=_ranges(found[0], every),
    )
