"""How the services of a year kept their terms, beside the year before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from flask import render_template, request
from flask_babel import gettext

from blueprints import charts, words
from blueprints.database import db
from blueprints.reports.terms import UNTOLD
from blueprints.sites.blueprint import blueprint
from blueprints.sites.due import due_lines
from kombeheer.clock import today
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import LatenessCause
from kombeheer.rules.sites import Kept, share_percent
from kombeheer.services.sites import intervals
from kombeheer.services.sites.intervals import IntervalReport, YearOfServices
from kombeheer.services.sites.terms import MONTHS_EARLY_MAX, MONTHS_LATE_MAX


@blueprint.get("/intervals")
def intervals_page() -> str:
    """Show how the major services of a year kept their terms, and what caused the late ones."""
    session, last = db.session(), today().year
    first = min(intervals.first_year(session) or last, last)
    asked = request.args.get("year", "")
    is_known = asked.isascii() and asked.isdecimal() and len(asked) == len(str(last))
    year = int(asked) if is_known and first <= int(asked) <= last else last
    report = intervals.interval_report(session, year)
    return render_template(
        "sites/intervals_page.html",
        year=year,
        earlier=year - 1 if year > first else None,
        later=year + 1 if year < last else None,
        is_unfinished=year == last,
        report=report,
        regulation=regulation_on(date(year, 12, 31)),
        lines=[_line(report, kept) for kept in Kept],
        share=percent_text(share_percent(report.present.kept[Kept.ABOUT], report.present.total)),
        stopping=report.present.stopping_total,
        causes=_causes(report.present),
        months=_months(report),
        figure=_figure(report, is_unfinished=year == last),
        today_lines=due_lines(),
    )


def percent_text(share: Decimal | None) -> str:
    """Return a share as `10,4 %`, and a dash where there is nothing to divide."""
    return "–" if share is None else f"{share:.1f}".replace(".", ",") + "\N{NO-BREAK SPACE}%"


def _line(report: IntervalReport, kept: Kept) -> SimpleNamespace:
    present, past = report.present, report.past
    return SimpleNamespace(
        kept=kept,
        count=present.kept[kept],
        share=percent_text(share_percent(present.kept[kept], present.total)),
        past=percent_text(share_percent(past.kept[kept], past.total)),
        past_count=past.kept[kept],
        stopping=present.stopping[kept],
    )


def _causes(present: YearOfServices) -> list[SimpleNamespace]:
    """Return a line for each cause, those that nobody told last."""
    wanted: list[LatenessCause | None] = [*LatenessCause, None]
    return [
        SimpleNamespace(
            cause=UNTOLD if cause is None else cause,
            word=words.CAUSE_UNTOLD if cause is None else words.LATENESS_CAUSES[cause],
            count=present.causes[cause],
            share=percent_text(share_percent(present.causes[cause], present.late)),
        )
        for cause in wanted
    ]


def _month_short(month: int) -> str:
    """Return a month counted from the due date as it stands under its bar."""
    if month == MONTHS_EARLY_MAX:
        return gettext("eerder")
    if month == MONTHS_LATE_MAX:
        return gettext("later")
    if month == 0:
        return gettext("op tijd")
    return f"+{month}" if month > 0 else f"\N{MINUS SIGN}{-month}"


def _months(report: IntervalReport) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            month=month,
            short=_month_short(month),
            word=word,
            count=report.present.months[month],
            past=report.past.months[month],
        )
        for month, word in words.month_words().items()
    ]


def _figure(report: IntervalReport, *, is_unfinished: bool) -> Any:
    return charts.bar_chart(
        gettext("Beurten naar maand voor of na de uiterste dag"),
        gettext("Staafdiagram van zeven groepen; de cijfers staan in de tabel ernaast."),
        [charts.Bar(one.short, one.count, one.past, is_unfinished) for one in _months(report)],
    )
