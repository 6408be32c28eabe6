"""Merge doubles: choose the farm or mechanic that stays, see what moves, confirm."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.database import db, write
from blueprints.guard import actor
from blueprints.listing import Filters
from blueprints.parties.blueprint import blueprint
from blueprints.parties.looking import farm_of, mechanic_of
from blueprints.parties.routes.farms import told
from kombeheer.clock import now_utc, today
from kombeheer.rules.refusal import Refusal
from kombeheer.services import certification
from kombeheer.services.listing import Wanted
from kombeheer.services.parties import (
    employments,
    farms,
    mechanics,
    merging,
    merging_mechanics,
)
from models.parties import Farm, Mechanic

CHOICES_SHOWN = 20


def merged_words(name: str) -> str:
    """Return what is said once a double of this name has gone into another."""
    return gettext(
        "%(name)s is hiermee samengevoegd. Wat erbij stond, staat in het dagboek.", name=name
    )


def _farm(public_id: str) -> Farm:
    """Return a farm that is still itself: an old page must not merge the one it went into."""
    row = farm_of(public_id)
    if row.public_id != public_id:
        raise Refusal("parties.merged_already", farm=row.name)
    return row


def _mechanic(public_id: str) -> Mechanic:
    """Return a mechanic who is still himself, for the same reason."""
    row = mechanic_of(public_id)
    if row.public_id != public_id:
        raise Refusal("parties.mechanic_merged_already", mechanic=row.name)
    return row


@blueprint.get("/farms/<public:farm>/merge")
def merge_page(farm: str) -> str:
    """Choose with which farm a double is merged: those alike, or those found."""
    row, session = farm_of(farm), db.session()
    query = Filters().text("q", gettext("Zoek"))
    if query:
        lines = farms.list_farms(session, actor(), today(), Wanted(), query=query).items
        lines = [line for line in lines if line.farm.id != row.id][:CHOICES_SHOWN]
    else:
        lines = farms.lines_of(session, actor(), merging.candidates(session, row.id))
    return render_template("parties/merge_page.html", farm=row, lines=lines, query=query, told=told)


@blueprint.get("/farms/<public:farm>/merge/<public:into>")
def merge_preview(farm: str, into: str) -> str:
    """Show what moves from a double to the farm that stays, before anything does."""
    session = db.session()
    moves = merging.preview(session, _farm(farm), _farm(into))
    double, stays = farms.lines_of(session, actor(), [moves.double, moves.farm])
    return render_template(
        "parties/merge_preview.html", moves=moves, double=double, stays=stays, told=told
    )


@blueprint.post("/farms/<public:farm>/merge/<public:into>")
def merge(farm: str, into: str) -> ResponseReturnValue:
    """Merge a double into the farm that stays."""
    double, stays, present, now, day = _farm(farm), _farm(into), actor(), now_utc(), today()
    double_id, stays_id, name = double.id, stays.id, double.name

    def work(writing: Session) -> str:
        return merging.merge_farms(writing, present, double_id, stays_id, day, now).public_id

    made = write(work)
    flash(merged_words(name), "ok")
    return redirect(url_for("parties.farm_page", farm=made))


@blueprint.get("/mechanics/<public:mechanic>/merge")
def merge_mechanic_page(mechanic: str) -> str:
    """Choose with which mechanic a double is merged: those alike, or those found."""
    row, session = mechanic_of(mechanic), db.session()
    query = Filters().text("q", gettext("Zoek"))
    if query:
        lines = mechanics.list_mechanics(session, actor(), today(), Wanted(), query=query).items
        lines = [line for line in lines if line.mechanic.id != row.id][:CHOICES_SHOWN]
    else:
        alike = [one.id for one in merging_mechanics.candidates(session, row)]
        lines = mechanics.lines_of(session, actor(), today(), alike)
    return render_template(
        "parties/merge_mechanic_page.html", mechanic=row, lines=lines, query=query
    )


@blueprint.get("/mechanics/<public:mechanic>/merge/<public:into>")
def merge_mechanic_preview(mechanic: str, into: str) -> str:
    """Show what moves from a double to the mechanic that stays, before anything does."""
    session, stays = db.session(), _mechanic(into)
    moves = merging_mechanics.preview(session, _mechanic(mechanic), stays)
    return render_template(
        "parties/merge_mechanic_preview.html",
        moves=moves,
        present=employments.employments_of(session, actor(), today(), stays.id),
        certificates=certification.certificates_of(session, stays.id),
    )


@blueprint.post("/mechanics/<public:mechanic>/merge/<public:into>")
def merge_mechanic(mechanic: str, into: str) -> ResponseReturnValue:
    """Merge a double into the mechanic that stays."""
    double, stays, present, now = _mechanic(mechanic), _mechanic(into), actor(), now_utc()
    double_id, stays_id, name = double.id, stays.id, f"{double.name} ({double.number})"

    def work(writing: Session) -> str:
        return merging_mechanics.merge_mechanics(
            writing, present, double_id, stays_id, now
        ).public_id

    made = write(work)
    flash(merged_words(name), "ok")
    return redirect(url_for("parties.mechanic_page", mechanic=made))
