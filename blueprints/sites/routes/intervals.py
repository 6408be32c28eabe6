"""How the services of a year kept their terms, beside the year before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints import charts, words
from blueprints.database import db
from blueprints.files import LIST_FILE, columns_file
from blueprints.listing import file_links
from blueprints.reports.terms import UNTOLD
from blueprints.sites.blueprint import blueprint
from blueprints.sites.due import due_lines
from kombeheer.clock import today
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import LatenessCause
from kombeheer.rules.sites import Kept, share_percent
from kombeheer.services.sites import intervals
from kombeheer.services.sites.intervals import IntervalReport
from kombeheer.services.sites.terms import MONTHS_EARLY_MAX, MONTHS_LATE_MAX
from kombeheer.tables.sheets import Column, Kind

# Of (which table of the page, its row, the services of the year, of the year before, that stop).
COLUMNS = (
    (Column("Wat", width=12), lambda row: row[0]),
    (Column("Regel", width=38), lambda row: row[1]),
    (Column("Beurten", Kind.COUNT, 10), lambda row: row[2]),
    (Column("Jaar ervoor", Kind.COUNT, 12), lambda row: row[3]),
    (Column("Waarvan stopt", Kind.COUNT, 14), lambda row: row[4]),
)


@blueprint.get("/intervals")
def intervals_page() -> str:
    """Show how the major services of a year kept their terms, and what caused the late ones."""
    session = db.session()
    first, year, last = _years(session)
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
        causes=_causes(report),
        months=_months(report),
        figure=_figure(report, is_unfinished=year == last),
        today_lines=due_lines(),
        files=file_links("sites.intervals_file", year=year),
    )


def _years(session: Session) -> tuple[int, int, int]:
    """Return the first year there is, the one that the address asks for, and this year."""
    last = today().year
    first = min(intervals.first_year(session) or last, last)
    asked = request.args.get("year", "")
    is_known = asked.isascii() and asked.isdecimal() and len(asked) == len(str(last))
    return first, int(asked) if is_known and first <= int(asked) <= last else last, last


@blueprint.get(f"/intervals/{LIST_FILE}")
def intervals_file(extension: str) -> Response:
    """Send the figures of a year as a file, one table of the page below the other."""
    _, year, _ = _years(db.session())

    def chunks(session: Session) -> list[list[Any]]:
        return [_rows(intervals.interval_report(session, year))]

    return columns_file(extension, f"tijdigheid {year}", COLUMNS, chunks)


def _rows(report: IntervalReport) -> list[Any]:
    lines = [_line(report, kept) for kept in Kept]
    term, cause, month = gettext("Termijn"), gettext("Oorzaak"), gettext("Maand")
    return [
        *((term, str(words.KEPT[x.kept]), x.count, x.past_count, x.stopping) for x in lines),
        *((cause, str(x.word), x.count, x.past, None) for x in _causes(report)),
        *((month, x.word, x.count, x.past, None) for x in _months(report)),
    ]


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


def _causes(report: IntervalReport) -> list[SimpleNamespace]:
    """Return a line for each cause, those that nobody told last."""
    present, past = report.present, report.past
    wanted: list[LatenessCause | None] = [*LatenessCause, None]
    return [
        SimpleNamespace(
            cause=UNTOLD if cause is None else cause,
            word=words.CAUSE_UNTOLD if cause is None else words.LATENESS_CAUSES[cause],
            count=present.causes[cause],
            past=past.causes[cause],
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
