"""Tariffs: the list, and a new one in two steps: what last year would have cost, then for good."""

from __future__ import annotations

from datetime import date

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.billing import words
from blueprints.billing.blueprint import blueprint
from blueprints.billing.forms import AT_FIELD, TariffForm
from blueprints.database import db
from blueprints.fields import form_page, place_refusal, stored
from blueprints.files import LIST_FILE, columns_file
from blueprints.guard import actor
from blueprints.listing import file_links
from kombeheer.clock import now_utc, today
from kombeheer.rules.refusal import Refusal
from kombeheer.services.billing import previewing, tariffs
from kombeheer.tables.sheets import Column, Kind
from kombeheer.wording import day_text

COLUMNS = (
    (Column("Vanaf", Kind.DAY, 12), lambda one: one.tariff.valid_from),
    (Column("Tot en met", Kind.DAY, 12), lambda one: one.until_on),
    (Column("Stand", width=20), lambda one: str(words.HOLDINGS[one.holding][2])),
    (Column("Basiskosten", Kind.CENTS, 14), lambda one: one.tariff.base_cents),
    (
        Column("Basiskosten: hoe vaak", width=38),
        lambda one: words.once(one.tariff.base_scope, one.tariff.base_period),
    ),
    (Column("Stand, koeien", Kind.CENTS, 14), lambda one: one.tariff.cow_cents),
    (Column("Stand, geiten", Kind.CENTS, 14), lambda one: one.tariff.goat_cents),
    (Column("Stand, schapen", Kind.CENTS, 15), lambda one: one.tariff.sheep_cents),
    (
        Column("Toeslag: hoe vaak", width=38),
        lambda one: words.once(one.tariff.surcharge_scope, one.tariff.surcharge_period),
    ),
    (Column("Melkglas", Kind.CENTS, 12), lambda one: one.tariff.jar_cents),
    (Column("Melkmeter", Kind.CENTS, 12), lambda one: one.tariff.meter_cents),
    (Column("Opmerking", width=40), lambda one: one.remark),
)


@blueprint.get(f"/tariffs/{LIST_FILE}")
def tariffs_file(extension: str) -> Response:
    """Send every tariff with all its items as a file."""
    day = today()
    return columns_file(
        extension, "tarieven", COLUMNS, lambda session: [tariffs.list_tariffs(session, day)]
    )


@blueprint.get("/tariffs")
def tariffs_page() -> str:
    """List every tariff with all its items, and which holds today."""
    return render_template(
        "billing/tariffs_page.html",
        tariffs=tariffs.list_tariffs(db.session(), today()),
        told=words,
        files=file_links("billing.tariffs_file"),
    )


@blueprint.route("/tariffs/new", methods=["GET", "POST"])
def new_tariff() -> ResponseReturnValue:
    """Add a tariff: fill it in, see what last year would have cost, and only then store it."""
    form = TariffForm()
    if request.method == "GET":
        _propose(form)
        return _form_page(form)
    step = request.form.get("step", "")
    if step == "change":
        return _form_page(form)
    if form.validate():
        if step == "store":
            return _store(form)
        try:
            tariffs.require_possible(db.session(), form.wanted())
        except Refusal as refusal:
            place_refusal(form, refusal, AT_FIELD)
        else:
            return _preview_page(form)
    return _form_page(form)


def _propose(form: TariffForm) -> None:
    """Fill in the present prices, from next New Year on."""
    day = today()
    present = tariffs.present_tariff(db.session(), day)
    if present is not None:
        form.fill_in(present)
    if day.year < 2099:
        form.valid_from.data = date(day.year + 1, 1, 1)


def _form_page(form: TariffForm) -> ResponseReturnValue:
    return form_page("billing/tariff_form.html", form)


def _preview_page(form: TariffForm) -> str:
    wanted = form.wanted()
    return render_template(
        "billing/tariff_preview.html",
        form=form,
        wanted=wanted,
        preview=previewing.preview_year(db.session(), wanted, today().year - 1),
        told=words,
        kept=[(name, request.form.get(name, "")) for name in form.data if name != "csrf_token"],
    )


def _store(form: TariffForm) -> ResponseReturnValue:
    present, now = actor(), now_utc()

    def work(writing: Session) -> date:
        return tariffs.add_tariff(
            writing, present, now, form.wanted(), form.remark.data or ""
        ).valid_from

    made = stored(form, work, AT_FIELD)
    if made is None:
        return _form_page(form)
    flash(gettext("Het tarief vanaf %(day)s staat vast.", day=day_text(made)), "ok")
    return redirect(url_for("billing.tariffs_page"))
