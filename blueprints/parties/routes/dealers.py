"""Dealers: the list, one dealer, and the form that registers and changes him."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import words
from blueprints.database import db
from blueprints.fields import form_page, stored
from blueprints.files import LIST_FILE, paged, subjects_file
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from blueprints.parties.blueprint import blueprint
from blueprints.parties.forms import DealerForm
from blueprints.parties.looking import dealer_of, entries, sees_all
from blueprints.sites.due import due_lines
from kombeheer.clock import now_utc, today
from kombeheer.services.listing import Page, Wanted
from kombeheer.services.parties import dealers

AT_FIELD = {
    "parties.dealer_number_comma": "number",
    "parties.dealer_number_taken": "number",
    "parties.postcode_invalid": "postcode",
    "accounts.email_invalid": "email",
}


def _asked(filters: Filters) -> Callable[[Session, Wanted], Page]:
    """Return how the list is read that the address asks for."""
    query = filters.text("q", gettext("Zoek"))
    state = filters.choice("state", gettext("Stand"), words.IN_USE)
    ceased = state == "ceased" if state else None
    present, day = actor(), today()
    return lambda session, page: dealers.list_dealers(
        session, present, day, page, query=query, ceased=ceased
    )


@blueprint.get("/dealers/")
def dealers_page() -> str:
    """List the dealers."""
    filters = Filters()
    page = _asked(filters)(db.session(), wanted())
    listing = Listing(page, filters, file="parties.dealers_file")
    return render_template("parties/dealers_page.html", listing=listing)


@blueprint.get(f"/dealers/{LIST_FILE}")
def dealers_file(extension: str) -> Response:
    """Send the dealers of the list as a file."""
    read = _asked(Filters())
    ids = paged(lambda *of: [line.dealer.id for line in read(*of).items])
    return subjects_file(extension, "dealers", ids)


@blueprint.get("/dealers/<public:dealer>")
def dealer_page(dealer: str) -> str:
    """Show one dealer with his mechanics and how many farms he serves."""
    row = dealer_of(dealer)
    session = db.session()
    _, farms = dealers.counts(session, row.id, today())
    return render_template(
        "parties/dealer_page.html",
        dealer=row,
        is_ceased=row.ceased_on is not None and row.ceased_on <= today(),
        mechanics=dealers.mechanics_of(session, row.id, today()),
        farms=farms,
        due_lines=due_lines(row.public_id if sees_all() else ""),
        entries=entries("dealer", row.public_id),
    )


@blueprint.route("/dealers/new", methods=["GET", "POST"])
def new_dealer() -> ResponseReturnValue:
    """Register a dealer."""
    form = DealerForm()
    if form.validate_on_submit():
        present, now, details = actor(), now_utc(), form.details()

        def work(writing: Session) -> str:
            return dealers.register_dealer(writing, present, details, now).public_id

        made = stored(form, work, AT_FIELD)
        if made is not None:
            flash(gettext("%(name)s is toegevoegd.", name=details.name), "ok")
            return redirect(url_for("parties.dealer_page", dealer=made))
    return form_page("parties/dealer_form.html", form, dealer=None)


@blueprint.route("/dealers/<public:dealer>/edit", methods=["GET", "POST"])
def edit_dealer(dealer: str) -> ResponseReturnValue:
    """Change what is written down about a dealer."""
    row = dealer_of(dealer)
    dealer_id, form = row.id, DealerForm(obj=row)
    if form.validate_on_submit():
        present, now, details = actor(), now_utc(), form.details()

        def work(writing: Session) -> bool:
            dealers.change_dealer(writing, present, dealer_id, details, now)
            return True

        if stored(form, work, AT_FIELD):
            flash(gettext("De gegevens van %(name)s zijn bijgewerkt.", name=details.name), "ok")
            return redirect(url_for("parties.dealer_page", dealer=dealer))
    return form_page("parties/dealer_form.html", form, dealer=dealer_of(dealer))
