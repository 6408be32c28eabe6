"""A statement over a year of one large dealer, beside the same sums in bare SQL; and its files.

Each file is made in a process of its own, so that its memory can be told.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from blueprints.billing import statement_files
from kombeheer.app import create_app
from kombeheer.clock import now_utc
from kombeheer.config import Settings
from kombeheer.printing import papers
from kombeheer.rules.accounts import MACHINE
from kombeheer.rules.statements import Part, Period, period_of
from kombeheer.services.billing import statements
from kombeheer.tables import sheets
from models import schema
from models.transaction import Database
from tests import postgres
from tests.bench import seeding
from tests.bench.memory import peak_mebibytes
from tests.bench.plan import Plan
from tests.bench.telling import Figure
from tests.factories import Foundation
from tests.services.billing.filling import fill

YEAR = period_of(2026, Part.YEAR)
TENTH = Period(date(2026, 1, 1), date(2026, 2, 6))  # 37 days: some 3,000 of the reports
ROUNDS = 15
RATIO_MAX = 4.0
# What a paper took is let go of some ten parts later, and then no longer grows.
MEMORY_MAX = {"csv": 1.1, "xlsx": 1.1, "pdf": 1.25}
SECRET = "only for measuring, on this machine, for some minutes"
_SUMS = (
    "SELECT item, COUNT(*), SUM(quantity), SUM(amount_cents) FROM charge "
    "WHERE dealer_id = {0} AND service_date BETWEEN {0} AND {0} GROUP BY item"
)
_REPORTS = (
    "SELECT COUNT(*) FROM report WHERE dealer_id = {0} AND service_date BETWEEN {0} AND {0} "
    "AND state <> 'withdrawn'"
)


def figures(plan: Plan) -> list[Figure]:
    """Return the figures on both databases."""
    with postgres.start(durable=True) as server:
        server.create_database("statements")
        found = figures_on(plan, server.url("statements"), "PostgreSQL")
    return found + figures_on(plan, f"sqlite:///{plan.folder / 'statements.sqlite'}", "SQLite")


def figures_on(plan: Plan, url: str, name: str) -> list[Figure]:
    """Fill an empty database and measure; `name` is how the table calls it."""
    database = Database(url)
    try:
        plan.say(f"{name}: a statement over {plan.reports:,} reports")
        schema.upgrade(database)
        foundation = Foundation(database)
        dealer, series = foundation.dealer(), foundation.series()
        mechanic = foundation.mechanic(dealer)
        with database.transaction() as session:
            fill(session, dealer, mechanic, series, plan.reports)
        seeding.settle(url)
        found = [_sums(database, dealer.public_id, dealer.id, name, plan.reports)]
    finally:
        database.dispose()
    for kind in MEMORY_MAX:
        plan.say(f"{name}: as {kind}")
        found += _file_figures(url, dealer.public_id, kind, name, plan.reports)
    return found


def _sums(database: Database, public_id: str, dealer_id: int, name: str, reports: int) -> Figure:
    """Compare the figures of the page with the same sums in bare SQL, in turns."""
    ours, theirs, ratios = [], [], []
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        with database.reading() as session:
            view = statements.show_statement(session, MACHINE, public_id, YEAR)
        between = time.perf_counter()
        cents, count = _bare(database, dealer_id)
        ended = time.perf_counter()
        assert (view.totals.cents, view.report_count) == (cents, count), "not the same sums"
        assert count == reports, count
        ours.append((between - begun) * 1000)
        theirs.append((ended - between) * 1000)
        ratios.append(ours[-1] / theirs[-1])
    medians = [statistics.median(values[1:]) for values in (ours, theirs, ratios)]  # one to warm up
    text = f"{name}: figures of a statement over {reports:,} reports, ms (floor: bare SQL)"
    return Figure(text, *medians, at_most=RATIO_MAX)


def _bare(database: Database, dealer_id: int) -> tuple[int, int]:
    """Return the total and the number of reports, by the driver alone."""
    connection = database.reader.raw_connection()
    mark = "?" if database.is_sqlite else "%s"
    days = [day.isoformat() if database.is_sqlite else day for day in (YEAR.from_on, YEAR.until_on)]
    try:
        cursor = connection.cursor()
        cursor.execute(_SUMS.format(mark), (dealer_id, *days))
        cents = sum(int(row[3]) for row in cursor.fetchall())
        cursor.execute(_REPORTS.format(mark), (dealer_id, *days))
        [count] = cursor.fetchall()
        return cents, count[0]
    finally:
        connection.rollback()
        connection.close()


def _file_figures(url: str, public_id: str, kind: str, name: str, reports: int) -> list[Figure]:
    whole, tenth = (_in_own_process(url, public_id, kind, period) for period in (YEAR, TENTH))
    assert whole["reports"] == reports, whole
    lines = f"{name}: {kind.upper()} of {reports:,} lines"
    beside = f"{tenth['reports']:,.0f} lines"
    memory = whole["peak_mb"] / tenth["peak_mb"]
    return [
        Figure(
            f"{lines}, s (beside: of {beside})",
            whole["seconds"],
            tenth["seconds"],
            whole["seconds"] / tenth["seconds"],
        ),
        Figure(
            f"{lines}, peak memory in MB (beside: of {beside})",
            whole["peak_mb"],
            tenth["peak_mb"],
            memory,
            at_most=MEMORY_MAX[kind],
        ),
    ]


def _in_own_process(url: str, public_id: str, kind: str, period: Period) -> dict[str, float]:
    days = (period.from_on.isoformat(), period.until_on.isoformat())
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench.statements", url, public_id, kind, *days],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(made.stdout)
    return found


def _make(url: str, public_id: str, kind: str, period: Period) -> dict[str, float]:
    """Make a file as a request does, but for sending it; tell what that took."""
    app, now = create_app(Settings(url, SECRET)), now_utc()
    database: Database = app.extensions["database"]
    begun = time.perf_counter()
    with app.app_context(), database.reading() as session, tempfile.TemporaryDirectory() as folder:
        view = statements.show_statement(session, MACHINE, public_id, period)
        if kind == "pdf":
            paper = statement_files.paper_of(session, view, now)
            size = sum(map(len, papers.zip_pieces(papers.parts(paper), now)))
        elif kind == "csv":
            size = sum(map(len, sheets.csv_pieces(statement_files.sheet_of(session, view, now))))
        else:
            path = Path(folder) / "afrekening.xlsx"
            sheets.write_xlsx(statement_files.sheet_of(session, view, now), path)
            size = path.stat().st_size
    seconds = time.perf_counter() - begun
    database.dispose()
    return {
        "seconds": seconds,
        "peak_mb": peak_mebibytes(),
        "reports": view.report_count,
        "bytes": size,
    }


if __name__ == "__main__":
    _url, _dealer, _kind, _first, _last = sys.argv[1:]
    _period = Period(date.fromisoformat(_first), date.fromisoformat(_last))
    print(json.dumps(_make(_url, _dealer, _kind, _period)))
