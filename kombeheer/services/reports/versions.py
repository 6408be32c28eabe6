"""The versions of a report: each is a document, which tells all that the report said then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import day_of
from kombeheer.rules.stickers import DocumentKind
from kombeheer.services import journal
from models.reports import Report, ReportDetail

Row = dict[str, Any]
# Notes of versions without a reason.
SCANNED, WITHDRAWN, ENTERED, TAKEN_OVER = "scan", "withdrawn", "entered", "taken_over"
NOTES = frozenset({SCANNED, WITHDRAWN, ENTERED, TAKEN_OVER})


def document_of(report_id: str, version: int) -> str:
    """Return the id of the document that one version of a report is."""
    return report_id if version == 1 else f"{report_id}-{version}"


def version_row(actor: Actor, now: datetime, said: Mapping[str, Any], note: str) -> Row:
    """Return the document that a version of a report is.

    Args:
        said: the columns of the report, and of its details when it has them.
        note: why there is this version: a reason somebody gave, or one of the words above.
    """
    content = dict(said)
    content.pop("recorded_at", None)
    return {
        "id": document_of(said["id"], said["version"]),
        "kind": DocumentKind.REPORT,
        "reference": said["id"],
        "version": said["version"],
        "dated_on": day_of(now),
        "recorded_at": now,
        "actor_id": actor.user_id,
        "note": note,
        "content": journal.as_text(content),
    }


def said_by(report: Report, detail: ReportDetail | None) -> Row:
    """Return everything a report says now, as its version tells it."""
    said = {column.name: getattr(report, column.name) for column in Report.core().columns}
    if detail is not None:
        told = {column.name: getattr(detail, column.name) for column in ReportDetail.core().columns}
        del told["report_id"]
        said |= told
    return said


def details_told(session: Session, report_ids: list[str]) -> dict[str, Row]:
    """Return the details of reports that have them, as their versions tell them."""
    if not report_ids:
        return {}
    rows = session.execute(
        select(ReportDetail.core()).where(ReportDetail.report_id.in_(report_ids))
    )
    found = {}
    for row in rows:
        told = dict(row._mapping)
        found[told.pop("report_id")] = told
    return found
