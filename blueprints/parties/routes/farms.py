"""Farms: the list, one farm, its form, and the numbers by which others know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import words
from blueprints.database import db, write
from blueprints.fields import form_page, stored
from blueprints.files import LIST_FILE, paged, subjects_file
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from blueprints.parties.blueprint import blueprint
from blueprints.parties.forms import FarmForm, IdentifierForm, NewFarmForm, dealer_choices
from blueprints.parties.looking import active_dealers, entries, farm_of, names_of_dealers, sees_all
from kombeheer.clock import now_utc, today
from kombeheer.rules.parties import IdentifierKind, shown_identifier
from kombeheer.services.listing import Page, Wanted
from kombeheer.services.parties import customers, dealers, farms, identifiers
from kombeheer.services.sites import lists, locations
from models.parties import FarmIdentifier

AT_FIELD = {
    "accounts.email_invalid": "email",
    "parties.postcode_invalid": "postcode",
    "parties.dealer_unknown": "dealer",
    "parties.dealer_ceased": "dealer",
    "parties.farm_ceased": "ceased_on",
    "parties.ubn_invalid": "value",
    "parties.kvk_invalid": "value",
    "parties.kbo_invalid": "value",
    "parties.kbo_mistyped": "value",
    "parties.pe_invalid": "value",
    "parties.herd_invalid": "value",
    "parties.identifier_taken": "value",
}


def told(one: FarmIdentifier) -> dict[str, Any]:
    """Return a farm's number with its kind in words and as people write it."""
    kind = IdentifierKind(one.kind)
    return {
        "kind": one.kind,
        "value": one.value,
        "label": words.IDENTIFIER_KINDS[kind],
        "shown": shown_identifier(kind, one.value),
    }


def _asked(filters: Filters, dealer_names: dict[str, str]) -> Callable[[Session, Wanted], Page]:
    """Return how the list is read that the address asks for."""
    query = filters.text("q", gettext("Zoek"))
    dealer = filters.choice("dealer", gettext("Dealer"), dealer_names)
    state = filters.choice("state", gettext("Stand"), words.IN_USE)
    ceased = state == "ceased" if state else None
    present, day = actor(), today()
    return lambda session, page: farms.list_farms(
        session, present, day, page, query=query, dealer=dealer, ceased=ceased
    )


@blueprint.get(f"/farms/{LIST_FILE}")
def farms_file(extension: str) -> Response:
    """Send the farms of the list as a file, with their numbers."""
    read = _asked(Filters(), names_of_dealers())
    ids = paged(lambda *of: [line.farm.id for line in read(*of).items])
    return subjects_file(extension, "farms", ids)


@blueprint.get("/farms/")
def farms_page() -> str:
    """List the farms: all of them, or those of one's own dealer."""
    filters, dealer_names = Filters(), names_of_dealers()
    page = _asked(filters, dealer_names)(db.session(), wanted())
    return render_template(
        "parties/farms_page.html",
        listing=Listing(page, filters, file="parties.farms_file"),
        dealers=dealer_names,
        told=told,
        sees_all=sees_all(),
    )


@blueprint.get("/farms/<public:farm>")
def farm_page(farm: str) -> ResponseReturnValue:
    """Show one farm with its installations; a merged double leads to the one that stays."""
    row, session = farm_of(farm), db.session()
    if row.public_id != farm:
        return redirect(url_for("parties.farm_page", farm=row.public_id))
    lines = lists.installations_of_farm(session, actor(), today(), row.id)
    return render_template(
        "parties/farm_page.html",
        farm=row,
        is_ceased=row.ceased_on is not None and row.ceased_on <= today(),
        sites=[
            (site, [line for line in lines if line.site.id == site.id])
            for site in locations.sites_of(session, row.id)
        ],
        identifiers=[
            told(one) for one in identifiers.identifiers_of(session, [row.id]).get(row.id, [])
        ],
        customers=customers.customers_of(session, actor(), today(), row.id),
        doubles=farms.doubles_of(session, row.id) if sees_all() else [],
        entries=entries("farm", row.public_id),
    )


@blueprint.route("/farms/new", methods=["GET", "POST"])
def new_farm() -> ResponseReturnValue:
    """Register a farm with its first site, and if known a number and its dealer."""
    form = NewFarmForm()
    form.dealer.choices = dealer_choices(active_dealers(), gettext("Nog geen dealer"))
    if form.validate_on_submit():
        made = _register(form)
        if made is not None:
            flash(gettext("%(name)s is toegevoegd.", name=form.name.data), "ok")
            return redirect(url_for("parties.farm_page", farm=made))
    return form_page("parties/farm_form.html", form, farm=None)


def _details(form: FarmForm) -> dict[str, Any]:
    return {name: form[name].data for name in ("name", "email", "phone", "ceased_on")}


def _register(form: NewFarmForm) -> str | None:
    present, now, day = actor(), now_utc(), today()
    kind, value = IdentifierKind(form.kind.data), form.value.data

    def work(writing: Session) -> str:
        farm = farms.register_farm(writing, present, now, **_details(form))
        locations.register_site(writing, present, farm.id, form.site(), now)
        if value:
            identifiers.add_identifier(writing, present, farm.id, kind, value, now)
        if form.dealer.data:
            dealer = dealers.dealer_by_public_id(writing, form.dealer.data)
            customers.begin_customer(writing, present, farm.id, dealer, day, day, now)
        return farm.public_id

    return stored(form, work, AT_FIELD)


@blueprint.route("/farms/<public:farm>/edit", methods=["GET", "POST"])
def edit_farm(farm: str) -> ResponseReturnValue:
    """Change what is written down about a farm."""
    row = farm_of(farm)
    farm_id, form = row.id, FarmForm(obj=row)
    if form.validate_on_submit():
        present, now = actor(), now_utc()

        def work(writing: Session) -> bool:
            farms.change_farm(writing, present, farm_id, now, **_details(form))
            return True

        if stored(form, work, AT_FIELD):
            name = form.name.data
            flash(gettext("De gegevens van %(name)s zijn bijgewerkt.", name=name), "ok")
            return redirect(url_for("parties.farm_page", farm=farm))
    return form_page("parties/farm_form.html", form, farm=farm_of(farm))


@blueprint.route("/farms/<public:farm>/identifiers", methods=["GET", "POST"])
def identifiers_page(farm: str) -> ResponseReturnValue:
    """Show the numbers of a farm, and give it another one."""
    farm_id, form = farm_of(farm).id, IdentifierForm()
    if form.validate_on_submit():
        present, now = actor(), now_utc()
        kind, value = IdentifierKind(form.kind.data), form.value.data

        def work(writing: Session) -> bool:
            identifiers.add_identifier(writing, present, farm_id, kind, value, now)
            return True

        if stored(form, work, AT_FIELD):
            flash(gettext("Het nummer staat bij het bedrijf."), "ok")
            return redirect(url_for("parties.identifiers_page", farm=farm))
    rows = identifiers.identifiers_of(db.session(), [farm_id]).get(farm_id, [])
    return form_page(
        "parties/identifiers_page.html",
        form,
        farm=farm_of(farm),
        identifiers=[told(one) for one in rows],
    )


@blueprint.post("/farms/<public:farm>/identifiers/remove")
def remove_identifier(farm: str) -> ResponseReturnValue:
    """Take a number from a farm."""
    farm_id, present, now = farm_of(farm).id, actor(), now_utc()
    kind, value = request.form.get("kind", ""), request.form.get("value", "")
    if kind in set(IdentifierKind) and value.isascii() and value.isalnum():
        write(
            lambda writing: identifiers.remove_identifier(
                writing, present, farm_id, IdentifierKind(kind), value, now
            )
        )
    flash(gettext("Het nummer staat niet meer bij het bedrijf."), "ok")
    return redirect(url_for("parties.identifiers_page", farm=farm))
