"""Installations: the list, one installation, sites, and what the office changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import words
from blueprints.database import db, write
from blueprints.fields import form_page, stored
from blueprints.files import LIST_FILE, columns_file, paged, subjects_file
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from blueprints.parties.forms import SiteForm
from blueprints.parties.looking import entries, farm_of, found, names_of_dealers
from blueprints.sites.blueprint import blueprint
from blueprints.sites.forms import (
    CeaseForm,
    ConfigurationForm,
    InstallationForm,
    NewInstallationForm,
)
from kombeheer.clock import now_utc, today
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services.listing import Page, Wanted
from kombeheer.services.sites import history, installations, lists, locations
from kombeheer.services.sites.due import Due
from kombeheer.services.sites.leniency import leniency_on
from kombeheer.services.sites.lists import InstallationLine, Shown
from kombeheer.tables.sheets import Column, Kind

AT_FIELD = {
    "parties.postcode_invalid": "postcode",
    "sites.boxes_without_robot": "box_count",
    "sites.one_per_box": "box_count",
    "sites.day_in_future": "from_on",
    "sites.configuration_earlier": "from_on",
    "sites.other_farm": "site",
    "sites.serviced_after": "ceased_on",
}
DUE_COLUMNS = (
    (Column("Bedrijf", width=34), lambda line: line.farm.name),
    (Column("Installatie", width=20), lambda line: line.installation.name),
    (Column("Straat", width=28), lambda line: line.site.street),
    (Column("Postcode", width=10), lambda line: line.site.postcode),
    (Column("Plaats", width=20), lambda line: line.site.place),
    (Column("Telefoon", width=16), lambda line: line.farm.phone),
    (Column("Staltype", width=16), lambda line: str(words.PARLOUR_TYPES[line.parlour_type])),
    (Column("Diersoort", width=10), lambda line: str(words.SPECIES[line.species])),
    (Column("Standen", Kind.COUNT, 9), lambda line: line.configuration.unit_count),
    (
        Column("Laatste beurt", Kind.DAY, 14),
        lambda line: line.major.serviced_on if line.major else None,
    ),
    (Column("Volgende uiterlijk", Kind.DAY, 18), lambda line: line.due_on),
    (Column("Nummer", width=15), lambda line: line.number.printed if line.number else None),
)


def _line(public_id: str) -> InstallationLine:
    """Return the installation an address names, within the scope of who asks."""
    return found(lists.find_installation(db.session(), actor(), today(), public_id))


def _site(public_id: str) -> Any:
    """Return the site and farm an address names, within the scope of who asks."""
    return found(locations.find_site(db.session(), actor(), today(), public_id))


def _asked(filters: Filters, dealer_names: dict[str, str]) -> Callable[[Session, Wanted], Page]:
    """Return how the list is read that the address asks for."""
    query = filters.text("q", gettext("Zoek"))
    due = filters.choice("due", gettext("Beurt"), words.due_words(today()))
    parlour_type = filters.choice("type", gettext("Staltype"), words.PARLOUR_TYPES)
    species = filters.choice("species", gettext("Diersoort"), words.SPECIES)
    dealer = filters.choice("dealer", gettext("Dealer"), dealer_names)
    shown = filters.choice("shown", gettext("Stand"), words.SHOWN)
    present, day = actor(), today()
    return lambda session, page: lists.list_installations(
        session,
        present,
        day,
        page.by_word(type=words.PARLOUR_TYPES),
        query=query,
        dealer=dealer,
        shown=Shown(shown) if shown else Shown.IN_USE,
        parlour_type=ParlourType(parlour_type) if parlour_type else None,
        species=Species(species) if species else None,
        due=Due(due) if due else None,
    )


@blueprint.get("/")
def list_page() -> str:
    """List the installations in use, unless asked for others."""
    filters, dealer_names = Filters(), names_of_dealers()
    page = _asked(filters, dealer_names)(db.session(), wanted())
    return render_template(
        "sites/list_page.html",
        listing=Listing(page, filters, file="sites.list_file"),
        dealers=dealer_names,
        due_words=words.due_words(today()),
        leniency=leniency_on(db.session(), today()),
    )


@blueprint.get(f"/{LIST_FILE}")
def list_file(extension: str) -> Response:
    """Send the installations of the list; those that are due, with the days of their services."""
    filters = Filters()
    read = _asked(filters, names_of_dealers())
    if "due" in filters.values:
        lines = paged(lambda *of: read(*of).items)
        return columns_file(extension, "beurten", DUE_COLUMNS, lines, filters)
    ids = paged(lambda *of: [line.installation.id for line in read(*of).items])
    return subjects_file(extension, "installations", ids)


@blueprint.get("/installations/<public:installation>")
def installation_page(installation: str) -> str:
    """Show one installation: what it is, when it is due, what it was, its services."""
    line, session = _line(installation), db.session()
    return render_template(
        "sites/installation_page.html",
        line=line,
        configurations=history.configurations_of(session, line.installation.id),
        services=history.services_of(session, actor(), line.installation.id),
        entries=entries("installation", installation),
    )


@blueprint.route("/farms/<public:farm>/new-site", methods=["GET", "POST"])
def new_site(farm: str) -> ResponseReturnValue:
    """Register another site of a farm."""
    farm_id, form = farm_of(farm).id, SiteForm()
    if form.validate_on_submit():
        present, now = actor(), now_utc()

        def work(writing: Session) -> str:
            return locations.register_site(writing, present, farm_id, form.site(), now).place

        place = stored(form, work, AT_FIELD)
        if place is not None:
            flash(gettext("De locatie in %(place)s is toegevoegd.", place=place), "ok")
            return redirect(url_for("parties.farm_page", farm=farm))
    return form_page("sites/site_form.html", form, farm=farm_of(farm), site=None)


@blueprint.route("/<public:site>/edit", methods=["GET", "POST"])
def edit_site(site: str) -> ResponseReturnValue:
    """Change where a site is."""
    row, farm = _site(site)
    site_id, farm_id, form = row.id, farm.public_id, SiteForm(obj=row)
    if form.validate_on_submit():
        present, now = actor(), now_utc()

        def work(writing: Session) -> bool:
            locations.change_site(writing, present, site_id, form.site(), now)
            return True

        if stored(form, work, AT_FIELD):
            flash(gettext("De locatie is bijgewerkt."), "ok")
            return redirect(url_for("parties.farm_page", farm=farm_id))
    row, farm = _site(site)
    return form_page("sites/site_form.html", form, farm=farm, site=row)


@blueprint.route("/<public:site>/new-installation", methods=["GET", "POST"])
def new_installation(site: str) -> ResponseReturnValue:
    """Add an installation to a site."""
    row, farm = _site(site)
    form = NewInstallationForm(from_on=today())
    if form.validate_on_submit():
        present, now = actor(), now_utc()

        def work(writing: Session) -> str:
            there, _ = found(locations.find_site(writing, present, today(), site))
            return installations.add_installation(
                writing,
                present,
                there,
                form.name.data,
                form.configuration(),
                form.since(),
                today(),
                now,
            ).public_id

        made = stored(form, work, AT_FIELD)
        if made is not None:
            flash(gettext("De installatie is toegevoegd."), "ok")
            return redirect(url_for("sites.installation_page", installation=made))
        row, farm = _site(site)
    return form_page(
        "sites/configuration_form.html", form, farm=farm, site=row, line=None, present=None
    )


@blueprint.route("/installations/<public:installation>/configure", methods=["GET", "POST"])
def configure(installation: str) -> ResponseReturnValue:
    """Have an installation be something else from a day on, or correct what it is."""
    line = _line(installation)
    installation_id = line.installation.id
    form = ConfigurationForm(obj=line.configuration)
    if form.validate_on_submit():
        present, now = actor(), now_utc()

        def work(writing: Session) -> bool:
            installations.configure(
                writing, present, installation_id, form.configuration(), form.since(), today(), now
            )
            return True

        if stored(form, work, AT_FIELD):
            flash(gettext("De inrichting is bijgewerkt."), "ok")
            return redirect(url_for("sites.installation_page", installation=installation))
    line = _line(installation)
    return form_page(
        "sites/configuration_form.html",
        form,
        farm=line.farm,
        site=line.site,
        line=line,
        present=line.configuration,
    )


@blueprint.route("/installations/<public:installation>/edit", methods=["GET", "POST"])
def edit_installation(installation: str) -> ResponseReturnValue:
    """Give an installation another name, or put it on another site of its farm."""
    line = _line(installation)
    installation_id, form = (
        line.installation.id,
        InstallationForm(name=line.installation.name, site=line.site.public_id),
    )
    sites = locations.sites_of(db.session(), line.farm.id)
    form.site.choices = [
        (one.public_id, ", ".join(filter(None, (one.street, one.place)))) for one in sites
    ]
    if form.validate_on_submit():
        present, now = actor(), now_utc()

        def work(writing: Session) -> bool:
            site, _ = found(locations.find_site(writing, present, today(), form.site.data))
            installations.change_installation(
                writing, present, installation_id, form.name.data, site, now
            )
            return True

        if stored(form, work, AT_FIELD):
            flash(gettext("De installatie is bijgewerkt."), "ok")
            return redirect(url_for("sites.installation_page", installation=installation))
    return form_page("sites/installation_form.html", form, line=_line(installation))


@blueprint.route("/installations/<public:installation>/cease", methods=["GET", "POST"])
def cease(installation: str) -> ResponseReturnValue:
    """Put an installation out of use from a day on, or in use again."""
    line = _line(installation)
    installation_id, form = line.installation.id, CeaseForm(obj=line.installation)
    if form.validate_on_submit():
        present, now, day = actor(), now_utc(), form.ceased_on.data

        def work(writing: Session) -> bool:
            installations.cease(writing, present, installation_id, day, now)
            return True

        if stored(form, work, AT_FIELD):
            words_of = gettext("De installatie is in gebruik.")
            flash(gettext("De installatie is gestopt.") if day else words_of, "ok")
            return redirect(url_for("sites.installation_page", installation=installation))
    return form_page("sites/cease_form.html", form, line=_line(installation))


@blueprint.post("/installations/<public:installation>/check")
def check(installation: str) -> ResponseReturnValue:
    """Note that the office has seen an installation made at a visit."""
    installation_id, present, now = _line(installation).installation.id, actor(), now_utc()
    reason = gettext("Gezien: klopt")
    write(lambda writing: installations.check(writing, present, installation_id, reason, now))
    flash(gettext("Nagekeken: deze installatie klopt."), "ok")
    return redirect(url_for("sites.installation_page", installation=installation))
