"""Periods of leniency as agreed with KKM: the list with the form that adds one, and shortening."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.database import db
from blueprints.fields import form_page, stored
from blueprints.guard import actor
from blueprints.parties.looking import found
from blueprints.sites.blueprint import blueprint
from blueprints.sites.forms import LeniencyForm, ShorterLeniencyForm
from kombeheer.clock import now_utc, today
from kombeheer.services.sites import leniency
from kombeheer.wording import day_text

AT_FIELD = {
    "sites.leniency_longer": "until_on",
    "sites.leniency_overlaps": "from_on",
    "sites.leniency_reversed": "until_on",
}


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
        "sites/leniency_page.html", form, periods=leniency.periods(db.session()), today=today()
    )


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
