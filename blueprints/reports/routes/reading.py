"""The list of visits, one report, its versions side by side, and undoing it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import words
from blueprints.billing import words as charge_words
from blueprints.database import db
from blueprints.files import LIST_FILE, columns_file, paged, subjects_file
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from blueprints.reports.blueprint import blueprint
from blueprints.reports.telling import label, temperature, value_text, why
from blueprints.reports.terms import TERM_FILTERS, term_asked
from blueprints.scanning.sending import page_event, send
from kombeheer.clock import today
from kombeheer.rules.accounts import Right
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ReportState
from kombeheer.rules.scanning import EventKind
from kombeheer.services.billing.explaining import charges_of_report
from kombeheer.services.listing import Page, Wanted
from kombeheer.services.reports import comparing, counting, lists, scope, showing
from kombeheer.services.scanning.deciding import visit_of_report
from kombeheer.tables.sheets import Column, Kind
from kombeheer.wording import sentence

FIRST_YEAR = 2002  # of the numbered stickers; a year that one can choose, whatever is registered
UNSEEN = ("counts", *TERM_FILTERS)  # asked by a figure elsewhere, and kept by the form
WITHDRAWN_COLUMNS = (
    (Column("Verslag", width=22), lambda view: view.report.id),
    (Column("Datum", Kind.DAY, 12), lambda view: view.report.service_date),
    (Column("Bedrijf", width=34), lambda view: view.farm),
    (Column("Plaats", width=20), lambda view: view.place),
    (Column("Monteur", width=26), lambda view: view.mechanic.name),
    (Column("Dealer", width=30), lambda view: view.dealer.name),
    (Column("Soort", width=24), lambda view: str(words.SERVICE_KINDS[view.report.kind])),
    (Column("Uitkomst", width=14), lambda view: str(words.ENDINGS[view.report.ending])),
    (Column("Stand", width=16), lambda view: str(words.REPORT_STATES[view.report.state])),
)


def _years() -> dict[str, int]:
    first = min(counting.first_year(db.session(), actor()) or FIRST_YEAR, FIRST_YEAR)
    return {str(year): year for year in range(today().year, first - 1, -1)}


def _asked(filters: Filters) -> Callable[[Session, Wanted], Page]:
    """Return how the list is read that the address asks for."""
    chosen = filters.choice("year", gettext("Jaar"), _years())
    year = int(chosen) if chosen else None
    counts = year is not None and filters.choice(
        "counts", gettext("Telt mee"), {"1": gettext("als beurt van de monteur")}
    )
    asked: dict[str, Any] = {
        "query": filters.text("q", gettext("Bedrijf")),
        "ending": filters.choice("ending", gettext("Uitkomst"), words.ENDINGS),
        "state": filters.choice("state", gettext("Stand"), words.REPORT_STATES),
        "kind": filters.choice("kind", gettext("Soort"), words.SERVICE_KINDS),
        "mechanic": filters.text("mechanic", gettext("Monteur"), most=16),
        "year": year,
        "counts": bool(counts),
        "term": term_asked(filters),
    }
    present = actor()
    return lambda session, page: lists.list_reports(session, present, page, **asked)


@blueprint.get(f"/{LIST_FILE}")
def list_file(extension: str) -> Response:
    """Send the reports of the list as a file; those withdrawn are told apart, in words."""
    filters = Filters()
    read = _asked(filters)
    if filters.values.get("state") == ReportState.WITHDRAWN:
        views = paged(lambda *of: [lists.view_of(row) for row in read(*of).items])
        return columns_file(extension, "ongedaan gemaakt", WITHDRAWN_COLUMNS, views, filters)
    ids = paged(lambda *of: [row[0].id for row in read(*of).items])
    return subjects_file(extension, "reports", ids)


@blueprint.get("/")
def list_page() -> str:
    """List the visits that were registered, with both counts of the year that is asked for."""
    filters, session, present = Filters(), db.session(), actor()
    page = _asked(filters)(session, wanted())
    rows = [lists.view_of(row) for row in page.items]
    told = int(filters.values["year"]) if "year" in filters.values else None
    apart = {**filters.values, "state": ReportState.WITHDRAWN}
    return render_template(
        "reports/list_page.html",
        listing=Listing(page, filters, rows, file="reports.list_file"),
        # Of a list with all states, the file lacks those that were withdrawn.
        apart=None if "state" in filters.values else url_for("reports.list_page", **apart),
        year=told,
        years=[(year, year) for year in _years()],
        unseen={name: filters.values[name] for name in UNSEEN if name in filters.values},
        totals=None if told is None else counting.totals_of_year(session, present, told),
    )


@blueprint.get("/<public:report_id>")
def report_page(report_id: str) -> str:
    """Show one report: what it says, what follows from it, and what it lacks."""
    session, present = db.session(), actor()
    page = showing.show_page(session, present, report_id)
    charged = present.may(Right.BILLING_READ)
    return render_template(
        "reports/report_page.html",
        page=page,
        view=page.view,
        details=page.details,
        is_former=scope.is_former_dealers(session, present, page.view.report, today()),
        office_decides=page.office_decides(present, today()),
        overdue=_is_overdue(page),
        temperature=temperature,
        scan_token=str(uuid.uuid4()),
        charges=charges_of_report(session, present, report_id) if charged else None,
        charge_words=charge_words,
    )


def _is_overdue(page: showing.ReportPage) -> bool:
    return bool(page.lacking) and page.complete_by < today()


@blueprint.get("/<public:report_id>/versions")
def versions_page(report_id: str) -> str:
    """Show every version of a report side by side, the newest first."""
    return render_template(
        "reports/versions_page.html",
        found=comparing.compare(db.session(), actor(), report_id),
        label=label,
        value_text=value_text,
        why=why,
    )


@blueprint.post("/<public:report_id>/withdraw")
def withdraw(report_id: str) -> ResponseReturnValue:
    """Undo a visit; in a closed period the office is asked once somebody insists."""
    page = showing.show_page(db.session(), actor(), report_id)
    if scope.is_former_dealers(db.session(), actor(), page.view.report, today()):
        raise Refusal("reports.former_dealer", number=report_id)
    event = page_event(EventKind.WITHDRAW, "", None, visit_of_report(db.session(), report_id))
    insists = request.form.get("insist") == "1"
    answer = send(event, person_decides=insists)
    if answer.outcome == "accepted":
        told = gettext("Het bezoek is ongedaan gemaakt.")
        if page.view.number is not None:
            told += " " + gettext("Zijn sticker kunt u opnieuw gebruiken.")
        flash(told, "ok")
    elif answer.outcome == "queued":
        flash(gettext("Voorgelegd aan KOM: het bezoek blijft staan tot KOM beslist."), "warn")
    else:
        flash(" ".join(sentence(one, gettext) for one in answer.objections), "bad")
    return redirect(url_for("reports.report_page", report_id=report_id))
