"""The list of visits, and one report."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext

from blueprints import words
from blueprints.database import db
from blueprints.guard import actor
from blueprints.listing import Filters, Listing, wanted
from kombeheer.services import reports

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("/")
def list_page() -> str:
    """List the visits that were registered."""
    filters = Filters()
    page = reports.list_reports(
        db.session(),
        actor(),
        wanted(),
        query=filters.text("q", gettext("Bedrijf")),
        ending=filters.choice("ending", gettext("Uitkomst"), words.ENDINGS),
        state=filters.choice("state", gettext("Stand"), words.REPORT_STATES),
    )
    rows = [reports.view_of(row) for row in page.items]
    return render_template("reports/list_page.html", listing=Listing(page, filters, rows))


@blueprint.get("/<public:report_id>")
def report_page(report_id: str) -> str:
    """Show one report with its versions."""
    view, versions = reports.show_report(db.session(), actor(), report_id)
    return render_template("reports/report_page.html", view=view, versions=versions)
