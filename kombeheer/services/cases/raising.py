"""Raise a case: the one way in which anything asks for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, insert, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kombeheer.rules.calendar import day_of
from kombeheer.rules.cases import OWNERS, CaseKind, CaseState, case_due_on
from kombeheer.rules.regulation import regulation_on, regulations
from kombeheer.rules.reports import ReportState
from models.cases import Case
from models.reports import Report

Row = dict[str, Any]
_RAISE_ONCE = {
    "sqlite": sqlite.insert(Case.core()).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Case.core()).on_conflict_do_nothing(),
}


def case_row(kind: CaseKind, now: datetime, **about: Any) -> Row:
    """Return the row of a new case; `about` names columns: the records it is about, `content`."""
    today = day_of(now)
    return {
        "kind": kind,
        "state": CaseState.RAISED,
        "owner": OWNERS[kind],
        "event_id": None,
        "report_id": None,
        "installation_id": None,
        "dealer_id": None,
        "series_id": None,
        "serial": None,
        "content": "",
        "raised_at": now,
        "due_on": case_due_on(today, regulation_on(today)),
        "reason": "",
        **about,
    }


def raise_cases(session: Session, rows: Sequence[Row]) -> None:
    """Store new cases."""
    if rows:
        session.execute(insert(Case.core()), rows)


def raise_once(session: Session, rows: Sequence[Row]) -> None:
    """Store new cases about reports, except where one of that kind about that report is open."""
    if rows:
        session.execute(_RAISE_ONCE[session.get_bind().dialect.name], rows)


def raise_overdue(session: Session, now: datetime) -> int:
    """Raise a case for each report that was not completed in time; return how many there are new.

    It is the dealer's move. What the office has closed is not raised again for that version of
    the report, and of two who do this at once one raises it.
    """
    today = day_of(now)
    row = case_row(CaseKind.REPORT_INCOMPLETE, now)
    of_report = {
        "report_id": Report.id,
        "installation_id": Report.installation_id,
        "dealer_id": Report.dealer_id,
        "series_id": Report.series_id,
        "serial": Report.serial,
        "content": _version_told(),
    }
    columns = Case.core().columns
    wanted = {
        name: of_report.get(name, literal(value, columns[name].type)) for name, value in row.items()
    }
    found: Select[Any] = select(*wanted.values()).where(
        Report.state == ReportState.INCOMPLETE, _is_overdue(today), ~_is_known()
    )
    statement = _RAISE_ONCE[session.get_bind().dialect.name].from_select(
        list(wanted), found, include_defaults=False
    )
    counted = statement.execution_options(preserve_rowcount=True)  # else it is not told
    return session.connection().execute(counted).rowcount


def _version_told() -> ColumnElement[str]:
    """Return, in SQL, the content of a case about a report: of which version it is."""
    return literal('{"version": ').concat(cast(Report.version, String)).concat("}")


def _is_known() -> ColumnElement[bool]:
    """Return the condition that there is a case already: open, or decided for this version."""
    return (
        select(Case.id)
        .where(
            Case.report_id == Report.id,
            Case.kind == CaseKind.REPORT_INCOMPLETE,
            or_(Case.state != CaseState.DECIDED, Case.content == _version_told()),
        )
        .exists()
    )


def _is_overdue(today: date) -> ColumnElement[bool]:
    """Return the condition that the last day to complete a report has passed.

    It is `rules.reports.complete_by` turned round, so that an index finds them: per regulation,
    that of the service date, the days of receipt that are too long ago.
    """
    known = [*regulations(), None]
    parts = []
    for present, following in pairwise(known):
        assert present is not None
        first = today - timedelta(days=present.report_completion_days)  # still in time
        part = [Report.received_on < first]
        if present is not known[0]:
            part.append(Report.service_date >= present.valid_from)
        if following is not None:
            part.append(Report.service_date < following.valid_from)
        parts.append(and_(*part))
    return or_(*parts)
