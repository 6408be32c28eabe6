"""Which dealers serve a farm: the page of a farm's dealers, a new one, and a last day."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.database import db
from blueprints.fields import form_page, stored
from blueprints.guard import actor
from blueprints.parties.blueprint import blueprint
from blueprints.parties.forms import CustomerForm, LastDayForm, dealer_choices
from blueprints.parties.looking import active_dealers, farm_of, found
from kombeheer.clock import now_utc, today
from kombeheer.services.parties import customers, dealers

AT_FIELD = {
    "parties.customer_overlaps": "dealer",
    "parties.dealer_ceased": "dealer",
    "parties.dealer_unknown": "dealer",
    "parties.day_in_future": "from_on",
    "parties.farm_ceased": "from_on",
}
AT_LAST_DAY = {"parties.day_in_future": "until_on", "parties.period_backward": "until_on"}


@blueprint.route("/farms/<public:farm>/dealers", methods=["GET", "POST"])
def customers_page(farm: str) -> ResponseReturnValue:
    """Show which dealers serve a farm, and have another one serve it."""
    farm_id, form = farm_of(farm).id, CustomerForm(from_on=today())
    form.dealer.choices = dealer_choices(active_dealers(), gettext("Kies een dealer"))
    if form.validate_on_submit():
        present, now, day = actor(), now_utc(), form.from_on.data

        def work(writing: Session) -> str:
            dealer = dealers.dealer_by_public_id(writing, form.dealer.data)
            customers.begin_customer(writing, present, farm_id, dealer, day, today(), now)
            return dealer.name

        name = stored(form, work, AT_FIELD)
        if name is not None:
            flash(gettext("%(dealer)s bedient dit bedrijf.", dealer=name), "ok")
            return redirect(url_for("parties.customers_page", farm=farm))
    return form_page(
        "parties/customers_page.html",
        form,
        farm=farm_of(farm),
        customers=customers.customers_of(db.session(), actor(), today(), farm_id),
    )


@blueprint.route("/farms/<public:farm>/dealers/<int:number>/end", methods=["GET", "POST"])
def end_customer(farm: str, number: int) -> ResponseReturnValue:
    """Have a dealer no longer serve a farm after a last day."""
    row = farm_of(farm)
    present_ones = customers.customers_of(db.session(), actor(), today(), row.id)
    customer, dealer = found(next((pair for pair in present_ones if pair[0].id == number), None))
    farm_id, name, form = row.id, dealer.name, LastDayForm(until_on=today())
    since = customer.from_on
    if form.validate_on_submit():
        present, now, day = actor(), now_utc(), form.until_on.data

        def work(writing: Session) -> bool:
            customers.end_customer(writing, present, farm_id, number, day, today(), now)
            return True

        if stored(form, work, AT_LAST_DAY):
            flash(gettext("%(dealer)s bedient dit bedrijf niet meer.", dealer=name), "ok")
            return redirect(url_for("parties.customers_page", farm=farm))
    return form_page(
        "parties/customer_end.html", form, farm=farm_of(farm), dealer=name, since=since
    )
