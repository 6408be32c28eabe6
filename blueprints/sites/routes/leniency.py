"""Periods of leniency as agreed with KKM: the list with the form that adds one, and shortening."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.database import db
from blueprints.fields import form_page, stored
from blueprints.files import LIST_FILE, columns_file
from blueprints.guard import actor
from blueprints.listing import file_links
from blueprints.parties.looking import found
from blueprints.sites.blueprint import blueprint
from blueprints.sites.forms import LeniencyForm, ShorterLeniencyForm
from kombeheer.clock import now_utc, today
from kombeheer.rules.calendar import day_of
from kombeheer.services.sites import leniency
from kombeheer.tables.sheets import Column, Kind
from kombeheer.wording import day_text

AT_FIELD = {
    "sites.leniency_longer": "until_on",
    "sites.leniency_overlaps": "from_on",
    "sites.leniency_reversed": "until_on",
}
# Of (period, who recorded it).
COLUMNS = (
    (Column("Van", Kind.DAY, 12), lambda row: row[0].from_on),
    (Column("Tot en met", Kind.DAY, 12), lambda row: row[0].until_on),
    (Column("Reden", width=50), lambda row: row[0].reason),
    (Column("Bewijsstuk", width=40), lambda row: row[0].document),
    (Column("Vastgelegd", Kind.DAY, 12), lambda row: day_of(row[0].recorded_at)),
    (Column("Door", width=26), lambda row: row[1]),
)


@blueprint.route("/leniency", methods=["GET", "POST"])
def leniency_page() -> ResponseReturnValue:
    """List the periods of leniency, and record one that was agreed."""
    form = LeniencyForm()
    if form.validate_on_submit():
        present, now = actor(), now_utc()
        wanted, document = form.leniency(), form.document.data

        def work(writing: Session) -> bool:
            leniency.add_period(writing, present, wanted, document, now)
            return True

        if stored(form, work, AT_FIELD):
            flash(gettext("De coulance is vastgelegd."), "ok")
            return redirect(url_for("sites.leniency_page"))
    return form_page(
        "sites/leniency_page.html",
        form,
        periods=leniency.periods(db.session()),
        today=today(),
        files=file_links("sites.leniency_file"),
    )


@blueprint.get(f"/leniency/{LIST_FILE}")
def leniency_file(extension: str) -> Response:
    """Send the periods of leniency as a file."""
    return columns_file(extension, "coulance", COLUMNS, lambda session: [leniency.periods(session)])


@blueprint.route("/leniency/<int:period>/shorten", methods=["GET", "POST"])
def shorten_leniency(period: int) -> ResponseReturnValue:
    """Have a period of leniency end on an earlier day."""
    found(leniency.find_period(db.session(), period))
    form = ShorterLeniencyForm()
    if form.validate_on_submit():
        present, now = actor(), now_utc()
        day, reason = form.until_on.data, form.reason.data

        def work(writing: Session) -> bool:
            leniency.shorten_period(writing, present, period, day, reason, now)
            return True

        if stored(form, work, AT_FIELD):
            flash(gettext("De coulance eindigt op %(day)s.", day=day_text(day)), "ok")
            return redirect(url_for("sites.leniency_page"))
    row = found(leniency.find_period(db.session(), period))
    return form_page("sites/leniency_form.html", form, period=row)
