"""A correction that only the office may decide about waits as a case, with all that was wanted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.cases.raising import case_row, raise_once
from kombeheer.services.reports.revision import Revision, as_text, from_text
from models.cases import Case
from models.reports import Report


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction as it was asked for, of which version of the report, and why."""

    revision: Revision
    version: int
    reason: str


def propose(
    session: Session, actor: Actor, report: Report, wanted: Revision, reason: str, now: datetime
) -> int:
    """Keep a correction as a case for the office; return the number of the case.

    Raises:
        Refusal: `reports.correction_waits` when one waits already.
    """
    kind = CaseKind.CORRECTION_WAITING
    waiting = select(Case.id).where(
        Case.report_id == report.id, Case.kind == kind, Case.state != CaseState.DECIDED
    )
    if session.execute(waiting).first() is not None:
        raise Refusal("reports.correction_waits", number=report.id)
    content = {"revision": as_text(wanted), "version": report.version, "reason": reason}
    row = case_row(
        kind,
        now,
        report_id=report.id,
        dealer_id=report.dealer_id,
        installation_id=report.installation_id,
        series_id=report.series_id,
        serial=report.serial,
        content=journal.as_text(content),
    )
    raise_once(session, [row])
    case_id = session.execute(waiting).scalar_one()
    journal.record(
        session,
        actor,
        now,
        "reports.correction_proposed",
        "report",
        report.id,
        after={"case": case_id, "reason": reason},
    )
    return case_id


def proposal_of(case: Case) -> Proposal:
    """Return the correction that a case keeps."""
    told = json.loads(case.content)
    return Proposal(from_text(told["revision"]), told["version"], told["reason"])
