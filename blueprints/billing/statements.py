"""Statements: of every dealer in a period, of one of them, what changed since, making one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from blueprints.billing import statement_words, words
from blueprints.billing.blueprint import blueprint
from blueprints.billing.forms import MakeForm
from blueprints.database import db
from blueprints.fields import form_page, stored
from blueprints.files import LIST_FILE, columns_file, paged
from blueprints.guard import actor, may
from blueprints.listing import Filters, Listing, wanted
from kombeheer.clock import now_utc, today
from kombeheer.rules.accounts import Role
from kombeheer.rules.calendar import FIRST_DAY, LAST_DAY, day_of
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.statements import (
    Part,
    Period,
    latest_quarter,
    part_of,
    period_of,
    require_period,
)
from kombeheer.services.billing import closing, statement_lines, statements
from kombeheer.services.billing.statement_changes import list_changes
from kombeheer.services.billing.statements import StatementView, Told
from kombeheer.services.listing import Wanted
from kombeheer.tables.sheets import Column, Kind
from kombeheer.wording import day_text

YEARS_OFFERED = 10
COLUMNS = (
    (Column("Dealer", width=34), lambda line: line.dealer.name),
    (Column("Nummer", width=10), lambda line: line.dealer.number),
    (Column("Totaal", Kind.CENTS, 14), lambda line: line.total_cents),
    (Column("Stand", width=18), lambda line: str(statement_words.TOLD_CHOICES[line.state])),
    (Column("Versie", Kind.COUNT, 8), lambda line: line.version),
    (Column("Gemaakt", Kind.DAY, 12), lambda line: line.made_at and day_of(line.made_at)),
)
CHANGE_COLUMNS = (
    (Column("Bedrijf", width=34), lambda one: one.farm),
    (Column("Plaats", width=20), lambda one: one.place),
    (Column("Datum", Kind.DAY, 12), lambda one: one.service_date),
    (Column("Vervalt", Kind.CENTS, 12), lambda one: one.cancelled_cents),
    (Column("Komt erbij", Kind.CENTS, 12), lambda one: one.added_cents),
    (Column("Samen", Kind.CENTS, 12), lambda one: one.total_cents),
    (Column("Verslag", width=22), lambda one: statement_words.moved(one.moved)),
)


def _day(filters: Filters, name: str, label: str) -> date | None:
    """Return a day of the address; one that does not exist is left out."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    if not FIRST_DAY <= found <= LAST_DAY:
        return None
    filters.choice(name, label, {request.args[name]: day_text(found)})
    return found


def _usual() -> Period:
    """Return the period of an address without one: the office bills, a dealer looks ahead."""
    if may("billing:manage"):
        return latest_quarter(today())
    return period_of(today().year, Part.YEAR)


def chosen_period(filters: Filters) -> Period:
    """Return the period that an address asks for: a part of a year, or any days.

    Raises:
        Refusal: `billing.period_reversed`.
    """
    usual = _usual()
    years = {str(year): str(year) for year in range(FIRST_DAY.year, LAST_DAY.year + 1)}
    year = filters.choice("year", gettext("Jaar"), years)
    part = filters.choice("part", gettext("Deel"), statement_words.PARTS)
    period = usual
    if year or part:
        chosen = Part(part) if part else Part.YEAR
        period = period_of(int(year or usual.from_on.year), chosen)
    first = _day(filters, "from", gettext("Van"))
    last = _day(filters, "until", gettext("Tot en met"))
    return require_period(first or period.from_on, last or period.until_on)


def _shown(filters: Filters) -> tuple[Period, Refusal | None]:
    """Return the chosen period, or the usual one with what is wrong with the chosen."""
    try:
        return chosen_period(filters), None
    except Refusal as refusal:
        return _usual(), refusal


def address_of(period: Period) -> dict[str, str]:
    """Return a period as the arguments of an address."""
    return {"from": period.from_on.isoformat(), "until": period.until_on.isoformat()}


def period_tools(period: Period) -> dict[str, Any]:
    """Return what the fields to choose a period offer, and what stands in them."""
    part, year = part_of(period), period.from_on.year
    offered = sorted({year, *range(today().year - YEARS_OFFERED + 1, today().year + 1)})
    return {
        "years": [(str(one), str(one)) for one in reversed(offered)],
        "parts": [(str(one), name) for one, name in statement_words.PARTS.items()],
        "year": str(year),
        "part": part or Part.YEAR,
        "from": "" if part else period.from_on.isoformat(),
        "until": "" if part else period.until_on.isoformat(),
    }


def _asked(filters: Filters) -> dict[str, Any]:
    """Return which dealers the address asks for."""
    state = filters.choice("state", gettext("Stand"), statement_words.TOLD_CHOICES)
    query = "" if actor().role is Role.DEALER else filters.text("q", gettext("Dealer"))
    return {"query": query, "state": Told(state) if state else None}


@blueprint.get(f"/{LIST_FILE}")
def statements_file(extension: str) -> Response:
    """Send the dealers of a period with their totals as a file."""
    present, filters = actor(), Filters()
    period, asked = chosen_period(filters), _asked(filters)

    def lines(session: Session, page: Wanted) -> Sequence[Any]:
        return statements.list_dealers(session, present, page, period, **asked)[1]

    return columns_file(extension, "afrekeningen", COLUMNS, paged(lines), filters)


@blueprint.get("/")
def statements_page() -> ResponseReturnValue:
    """List the dealers of a period with their totals; a dealer sees himself."""
    present, filters = actor(), Filters()
    period, refusal = _shown(filters)
    asked = _asked(filters)
    page, lines = statements.list_dealers(db.session(), present, wanted(), period, **asked)
    return render_template(
        "billing/statements_page.html",
        listing=Listing(page, filters, lines, file="billing.statements_file"),
        made=statements.latest_made(db.session(), present, asked["query"]),
        period=period,
        refusal=refusal,
        chosen=period_tools(period),
        told=statement_words,
        address_of=address_of,
    ), 200 if refusal is None else 422


def version_asked(filters: Filters | None = None) -> int | None:
    """Return the version that the address asks for; None for the running statement."""
    asked = request.args.get("version", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 7):
        return None
    if filters is not None:
        filters.values["version"] = asked
    return int(asked)


def _view(dealer: str, filters: Filters) -> StatementView:
    period = chosen_period(filters)
    filters.chosen.clear()  # the period is the page itself, no filter of its list
    version = version_asked(filters)
    return statements.show_statement(db.session(), actor(), dealer, period, version)


@blueprint.get("/statements/<public:dealer>")
def statement_page(dealer: str) -> str:
    """Show the statement of a dealer and period: totals, versions, what changed, every report."""
    filters = Filters()
    view = _view(dealer, filters)
    query = filters.text("q", gettext("Bedrijf"))
    page, lines = statement_lines.list_lines(db.session(), view, wanted(), query)
    return render_template(
        "billing/statement_page.html",
        listing=Listing(page, filters, lines),
        view=view,
        query=query,
        objection=closing.objection(view, now_utc()) if may("billing:manage") else None,
        is_over=view.period.is_over(today()),
        here=address_of(view.period),
        told=statement_words,
        items=words.ITEMS,
    )


@blueprint.get("/statements/<public:dealer>/changes")
def statement_changes(dealer: str) -> str:
    """List the reports for which something changed since the last version, or since one before."""
    filters = Filters()
    view = _view(dealer, filters)
    page, changes = list_changes(db.session(), view, wanted())
    return render_template(
        "billing/statement_changes.html",
        listing=Listing(page, filters, changes, file="billing.changes_file"),
        view=view,
        here=address_of(view.period),
        told=statement_words,
    )


@blueprint.get(f"/statements/<public:dealer>/changes/{LIST_FILE}")
def changes_file(dealer: str, extension: str) -> Response:
    """Send the reports for which something changed as a file."""
    present, filters = actor(), Filters()
    period, version = chosen_period(filters), version_asked()
    view = statements.show_statement(db.session(), present, dealer, period, version)

    def lines(session: Session, page: Wanted) -> Sequence[Any]:
        return list_changes(session, view, page)[1]

    return columns_file(extension, "wijzigingen", CHANGE_COLUMNS, paged(lines), filters)


@blueprint.route("/statements/<public:dealer>/make", methods=["GET", "POST"])
def make_statement(dealer: str) -> ResponseReturnValue:
    """Tell what a statement would say and that it closes its period; then make it."""
    filters, form = Filters(), MakeForm()
    period = chosen_period(filters)
    if form.is_submitted():
        present, now, seen = actor(), now_utc(), form.seen()

        def work(writing: Session) -> int:
            return closing.make_statement(writing, present, now, dealer, period, seen).version

        version = stored(form, work, {})
        if version is not None:
            flash(gettext("Versie %(version)s is gemaakt.", version=version), "ok")
            here = address_of(period)
            return redirect(url_for("billing.statement_page", dealer=dealer, **here))
    view = statements.show_statement(db.session(), actor(), dealer, period)
    objection = closing.objection(view, now_utc())
    figures = closing.figures_of(view)
    form.show(figures)
    return form_page(
        "billing/statement_make.html",
        form,
        view=view,
        figures=figures,
        objection=objection,
        here=address_of(period),
        reports=ngettext("%(num)s verslag", "%(num)s verslagen", figures.report_count),
        told=statement_words,
        items=words.ITEMS,
    )
