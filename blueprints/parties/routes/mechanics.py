"""Mechanics: the list, one mechanic, his form, and who employs him from when until when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import words
from blueprints.database import db
from blueprints.fields import add_error, form_page, stored
from blueprints.files import LIST_FILE, paged, subjects_file
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from blueprints.parties.blueprint import blueprint
from blueprints.parties.forms import (
    EmploymentForm,
    MechanicForm,
    NewMechanicForm,
    PeriodForm,
    dealer_choices,
)
from blueprints.parties.looking import (
    active_dealers,
    entries,
    found,
    mechanic_of,
    names_of_dealers,
    sees_all,
)
from kombeheer.clock import now_utc, today
from kombeheer.rules.certification import Country, Module
from kombeheer.rules.parties import Period
from kombeheer.rules.regulation import regulation_on
from kombeheer.services import certification
from kombeheer.services.listing import Page, Wanted
from kombeheer.services.parties import dealers, employments, mechanics
from kombeheer.services.parties.mechanics import Certified
from kombeheer.services.reports import counting

AT_FIELD = {
    "parties.mechanic_number_taken": "number",
    "accounts.email_invalid": "email",
    "parties.dealer_unknown": "dealer",
    "parties.dealer_ceased": "dealer",
    "parties.employment_overlaps": "from_on",
    "parties.employment_served": "from_on",
    "parties.mechanic_holds_stickers": "until_on",
    "parties.period_backward": "until_on",
}


def _asked(filters: Filters, dealer_names: dict[str, str]) -> Callable[[Session, Wanted], Page]:
    """Return how the list is read that the address asks for."""
    query = filters.text("q", gettext("Zoek"))
    dealer = filters.choice("dealer", gettext("Dealer"), dealer_names)
    certified_words = words.certified_words(today())
    certified = filters.choice("certified", gettext("Certificaat"), certified_words)
    module = filters.choice("module", gettext("Module"), words.MODULES)
    present, day = actor(), today()
    return lambda session, page: mechanics.list_mechanics(
        session,
        present,
        day,
        page,
        query=query,
        dealer=dealer,
        certified=Certified(certified) if certified else None,
        module=Module(module) if module else None,
    )


@blueprint.get("/mechanics/")
def mechanics_page() -> str:
    """List the mechanics."""
    filters, dealer_names = Filters(), names_of_dealers()
    page = _asked(filters, dealer_names)(db.session(), wanted())
    return render_template(
        "parties/mechanics_page.html",
        listing=Listing(page, filters, file="parties.mechanics_file"),
        dealers=dealer_names,
        certified_words=words.certified_words(today()),
    )


@blueprint.get(f"/mechanics/{LIST_FILE}")
def mechanics_file(extension: str) -> Response:
    """Send the mechanics of the list as a file, with their employments and certificates."""
    read = _asked(Filters(), names_of_dealers())
    ids = paged(lambda *of: [line.mechanic.id for line in read(*of).items])
    return subjects_file(extension, "mechanics", ids)


@blueprint.get("/mechanics/<public:mechanic>")
def mechanic_page(mechanic: str) -> ResponseReturnValue:
    """Show one mechanic: may he work today, for whom, with which certificates and stickers.

    A merged double leads to the one that stays.
    """
    row, session = mechanic_of(mechanic), db.session()
    if row.public_id != mechanic:
        return redirect(url_for("parties.mechanic_page", mechanic=row.public_id))
    certificates = certification.certificates_of(session, row.id)
    valid = [one for one in certificates if one.covers(today())]
    count, ranges = employments.stickers_held(session, row.id)
    served = employments.employments_of(session, actor(), today(), row.id)
    now_with = [
        dealer for one, dealer in served if Period(one.from_on, one.until_on).covers(today())
    ]
    holding = employments.holding_dealers(session, actor(), today(), row.id)
    years = (today().year, today().year - 1)
    counts = [(year, counting.services_in_year(session, [row.id], year)[row.id]) for year in years]
    return render_template(
        "parties/mechanic_page.html",
        mechanic=row,
        certificates=certificates,
        certified_until=max((one.certificate.valid_until for one in valid), default=None),
        modules=sorted({module for one in valid for module in one.modules}),
        countries=sorted({Country(one.certificate.country) for one in valid}),
        today=today(),
        employments=served,
        present=now_with[0].name if now_with else "",
        service_counts=counts,
        services_min=regulation_on(today()).services_per_year_min,
        sticker_count=count,
        sticker_ranges=ranges,
        sticker_dealers=holding or now_with,
        doubles=mechanics.doubles_of(session, row.id) if sees_all() else [],
        entries=entries("mechanic", row.public_id),
    )


@blueprint.route("/mechanics/new", methods=["GET", "POST"])
def new_mechanic() -> ResponseReturnValue:
    """Register a mechanic, with his dealer when that is known."""
    form = NewMechanicForm()
    form.dealer.choices = dealer_choices(active_dealers(), gettext("Nog geen dealer"))
    if form.validate_on_submit():
        made = None
        if form.dealer.data and form.from_on.data is None:
            add_error(form.from_on, gettext("Vul in sinds wanneer hij bij deze dealer werkt."))
        else:
            made = _register(form)
        if made is not None:
            flash(gettext("%(name)s is toegevoegd.", name=form.name.data), "ok")
            return redirect(url_for("parties.mechanic_page", mechanic=made))
    return form_page("parties/mechanic_form.html", form, mechanic=None)


def _register(form: NewMechanicForm) -> str | None:
    present, now, day = actor(), now_utc(), form.from_on.data

    def work(writing: Session) -> str:
        row = mechanics.register_mechanic(writing, present, now, **_details(form))
        if form.dealer.data and day is not None:
            dealer = dealers.dealer_by_public_id(writing, form.dealer.data)
            employments.begin_employment(writing, present, row.id, dealer, Period(day), now)
        return row.public_id

    return stored(form, work, AT_FIELD)


def _details(form: MechanicForm) -> dict[str, Any]:
    return {name: form[name].data for name in ("number", "name", "email", "phone")}


@blueprint.route("/mechanics/<public:mechanic>/edit", methods=["GET", "POST"])
def edit_mechanic(mechanic: str) -> ResponseReturnValue:
    """Change what is written down about a mechanic."""
    row = mechanic_of(mechanic)
    mechanic_id, form = row.id, MechanicForm(obj=row)
    if form.validate_on_submit():
        present, now = actor(), now_utc()

        def work(writing: Session) -> bool:
            mechanics.change_mechanic(writing, present, mechanic_id, now, **_details(form))
            return True

        if stored(form, work, AT_FIELD):
            name = form.name.data
            flash(gettext("De gegevens van %(name)s zijn bijgewerkt.", name=name), "ok")
            return redirect(url_for("parties.mechanic_page", mechanic=mechanic))
    return form_page("parties/mechanic_form.html", form, mechanic=mechanic_of(mechanic))


@blueprint.route("/mechanics/<public:mechanic>/employments/new", methods=["GET", "POST"])
def new_employment(mechanic: str) -> ResponseReturnValue:
    """Have a dealer employ a mechanic."""
    mechanic_id, form = mechanic_of(mechanic).id, EmploymentForm()
    form.dealer.choices = dealer_choices(active_dealers(), gettext("Kies een dealer"))
    if form.validate_on_submit():
        present, now = actor(), now_utc()
        period = Period(form.from_on.data, form.until_on.data)

        def work(writing: Session) -> str:
            dealer = dealers.dealer_by_public_id(writing, form.dealer.data)
            employments.begin_employment(writing, present, mechanic_id, dealer, period, now)
            return dealer.name

        name = stored(form, work, AT_FIELD)
        if name is not None:
            flash(gettext("Het dienstverband bij %(dealer)s staat.", dealer=name), "ok")
            return redirect(url_for("parties.mechanic_page", mechanic=mechanic))
    return form_page(
        "parties/employment_form.html", form, mechanic=mechanic_of(mechanic), dealer=None
    )


@blueprint.route("/mechanics/<public:mechanic>/employments/<int:number>", methods=["GET", "POST"])
def edit_employment(mechanic: str, number: int) -> ResponseReturnValue:
    """End an employment, or correct its days."""
    row = mechanic_of(mechanic)
    employment, dealer = found(employments.find_employment(db.session(), row.id, number))
    mechanic_id, name, form = row.id, dealer.name, PeriodForm(obj=employment)
    if form.validate_on_submit():
        present, now = actor(), now_utc()
        period = Period(form.from_on.data, form.until_on.data)

        def work(writing: Session) -> bool:
            employments.set_period(writing, present, number, period, now)
            return True

        if stored(form, work, AT_FIELD):
            flash(gettext("Het dienstverband bij %(dealer)s is bijgewerkt.", dealer=name), "ok")
            return redirect(url_for("parties.mechanic_page", mechanic=mechanic))
    return form_page(
        "parties/employment_form.html",
        form,
        mechanic=mechanic_of(mechanic),
        dealer=name,
        sticker_dealers=employments.holding_dealers(db.session(), actor(), today(), mechanic_id),
    )
