"""The list of visits, one report, its versions side by side, and undoing it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints import words
from blueprints.billing import words as charge_words
from blueprints.database import db
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from blueprints.reports.blueprint import blueprint
from blueprints.reports.telling import label, temperature, value_text, why
from blueprints.reports.terms import TERM_FILTERS, term_asked
from blueprints.scanning.sending import page_event, send
from kombeheer.clock import today
from kombeheer.rules.accounts import Right
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import EventKind
from kombeheer.services.billing.explaining import charges_of_report
from kombeheer.services.reports import comparing, counting, lists, scope, showing
from kombeheer.services.scanning.deciding import visit_of_report
from kombeheer.wording import sentence

FIRST_YEAR = 2002  # of the numbered stickers
UNSEEN = ("counts", *TERM_FILTERS)  # asked by a figure elsewhere, and kept by the form


@blueprint.get("/")
def list_page() -> str:
    """List the visits that were registered, with both counts of a year."""
    filters, session, present = Filters(), db.session(), actor()
    years = {str(year): year for year in range(today().year, FIRST_YEAR - 1, -1)}
    chosen = filters.choice("year", gettext("Jaar"), years)
    year = int(chosen) if chosen else None
    counts = year is not None and filters.choice(
        "counts", gettext("Telt mee"), {"1": gettext("als beurt van de monteur")}
    )
    page = lists.list_reports(
        session,
        present,
        wanted(),
        query=filters.text("q", gettext("Bedrijf")),
        ending=filters.choice("ending", gettext("Uitkomst"), words.ENDINGS),
        state=filters.choice("state", gettext("Stand"), words.REPORT_STATES),
        kind=filters.choice("kind", gettext("Soort"), words.SERVICE_KINDS),
        mechanic=filters.text("mechanic", gettext("Monteur"), most=16),
        year=year,
        counts=bool(counts),
        term=term_asked(filters),
    )
    rows = [lists.view_of(row) for row in page.items]
    told = year or today().year
    return render_template(
        "reports/list_page.html",
        listing=Listing(page, filters, rows),
        year=told,
        years=[(year, year) for year in years],
        unseen={name: filters.values[name] for name in UNSEEN if name in filters.values},
        totals=counting.totals_of_year(session, present, told),
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
