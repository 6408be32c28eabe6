"""The sticker desk of the office: make a series, order, receive, issue."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from blueprints.database import db
from blueprints.fields import form_page, stored
from blueprints.guard import actor
from blueprints.stickers.blueprint import blueprint
from blueprints.stickers.forms import IssueForm, RangeForm, SeriesForm, at_fields
from kombeheer.clock import now_utc, today
from kombeheer.rules.numbers import range_text
from kombeheer.rules.stickers import AccountKind
from kombeheer.services.parties.dealers import active_dealers
from kombeheer.services.stickers import lists, logistics, series
from kombeheer.services.stickers.ledger import series_format
from models.stickers import Document, StickerSeries


def _moved(document: Document) -> ResponseReturnValue:
    return redirect(url_for("stickers.document_page", document=document.id))


def prefill(form: FlaskForm, every: Sequence[StickerSeries]) -> StickerSeries | None:
    """Fill a new form in from the address; return its series, the present one if none is named."""
    if request.method == "POST":
        return next((one for one in every if one.code == form.series.data), None)
    present = next((one for one in every if one.valid_from <= today() <= one.valid_until), None)
    wanted = request.args.get("series") or (present.code if present else None)
    chosen = next((one for one in every if one.code == wanted), every[0] if every else None)
    if chosen is not None:
        form.series.data = chosen.code
    for name in ("first", "last"):
        form[name].data = request.args.get(name, "")[:20]
    return chosen


@blueprint.route("/series/new", methods=["GET", "POST"])
def new_series() -> ResponseReturnValue:
    """Make a series."""
    form = SeriesForm()
    if form.validate_on_submit():
        present, now, width = actor(), now_utc(), form.digits()

        def work(writing: Session) -> str:
            return series.make_series(
                writing,
                present,
                now,
                form.code.data or "",
                width=width,
                valid_from=form.valid_from.data,
                valid_until=form.valid_until.data,
            ).code

        made = stored(form, work, at_fields(form)) if not form.errors else None
        if made is not None:
            flash(gettext("Serie %(code)s is gemaakt. Bestel nu de nummers.", code=made), "ok")
            return redirect(url_for("stickers.order", series=made))
    return form_page("stickers/series_form.html", form)


def _booked(
    form: RangeForm, every: Sequence[StickerSeries], book: Callable[..., Document]
) -> Document | None:
    """Return the document on which the range of a form was booked; None when it was not."""
    if not form.validate_on_submit() or (wanted := form.wanted(every)) is None:
        return None
    present, now, paper = actor(), now_utc(), form.paper()

    def work(writing: Session) -> Document:
        return book(writing, present, now, *wanted, **paper)

    return stored(form, work, at_fields(form))


@blueprint.route("/order", methods=["GET", "POST"])
def order() -> ResponseReturnValue:
    """Order numbers at the printer."""
    every = series.all_series(db.session())
    form = RangeForm()
    form.offer(every)
    chosen = prefill(form, every)
    made = _booked(form, every, logistics.order)
    if made is not None:
        flash(gettext("Besteld op %(paper)s.", paper=made.reference), "ok")
        return _moved(made)
    free = [(one.code, logistics.next_free(db.session(), one.id)) for one in every[:4]]
    proposed = next((serial for code, serial in free if chosen and chosen.code == code), None)
    if request.method == "GET" and proposed is not None and not form.first.data:
        form.first.data = str(proposed)
    return form_page("stickers/order_form.html", form, free=free, none=not every)


@blueprint.route("/receive", methods=["GET", "POST"])
def receive() -> ResponseReturnValue:
    """Take a delivery of the printer into stock."""
    every = series.all_series(db.session())
    form = RangeForm()
    form.offer(every)
    prefill(form, every)
    made = _booked(form, every, logistics.receive)
    if made is not None:
        flash(gettext("In voorraad genomen op %(paper)s.", paper=made.reference), "ok")
        return _moved(made)
    return form_page(
        "stickers/receive_form.html", form, waiting=_ranges(every, AccountKind.PRINTER)
    )


def _ranges(every: Sequence[StickerSeries], kind: AccountKind) -> list[dict[str, object]]:
    """Return what lies in one of the foundation's accounts, by series and range."""
    known = {one.id: one for one in every}
    return [
        {
            "code": known[series_id].code,
            "first": first,
            "last": last,
            "text": range_text(series_format(known[series_id]), first, last),
            "count": last - first + 1,
        }
        for series_id, first, last in lists.ranges_in(db.session(), kind)
    ]


@blueprint.route("/issue", methods=["GET", "POST"])
def issue() -> ResponseReturnValue:
    """Send stickers from stock to a dealer."""
    every = series.all_series(db.session())
    form = IssueForm()
    form.offer(every, dealers := active_dealers(db.session(), today()))
    prefill(form, every)
    if request.method == "GET":
        form.dealer.data = request.args.get("dealer", "")
    if form.validate_on_submit() and (wanted := form.wanted(every)) is not None:
        present, now, paper = actor(), now_utc(), form.paper()
        dealer_id = next(one.id for one in dealers if one.number == form.dealer.data)
        series_id, numbers = wanted

        def work(writing: Session) -> Document:
            return logistics.issue(writing, present, now, dealer_id, series_id, **numbers, **paper)

        at = at_fields(form) | ({"stickers.range_large": "count"} if form.count.data else {})
        made = stored(form, work, at)
        if made is not None:
            flash(
                gettext(
                    "Uitgegeven op pakbon %(paper)s. De dealer bevestigt de ontvangst.",
                    paper=made.reference,
                ),
                "ok",
            )
            return _moved(made)
    return form_page("stickers/issue_form.html", form, stock=_ranges(every, AccountKind.STOCK))
