"""What follows from a decision, per kind of case: one table, and what each of its lines does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.cases import CaseKind
from kombeheer.rules.refusal import Refusal
from kombeheer.services.reasons import REASON_LENGTH_MAX
from kombeheer.services.reports import paper, proposing, revising
from kombeheer.services.scanning import deciding
from kombeheer.services.sites import installations
from models.cases import Case
from models.reports import Report
from models.scanning import ScanDecision
from models.sites import Installation


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody of the office decides.

    Args:
        series_id: which series is meant, when the digits of a scan fit more than one.
    """

    reason: str
    now: datetime
    series_id: int | None = None


Work = Callable[[Session, Actor, Case, Decision], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """What a decision about a kind of case does.

    Args:
        lock: holds what is held before the case, in the order of everybody else who holds it.
        accept, reject: what follows; without `reject` there is nothing to reject, and
            `not_rejected` says what to do instead.
    """

    lock: Callable[[Session, Any], None]
    accept: Work
    reject: Work | None = None
    not_rejected: str = "cases.only_closed"


def _lock_scan(session: Session, known: Any) -> None:
    deciding.lock(session, known.event_id)


def _lock_report(session: Session, known: Any) -> None:
    """Hold the scans of a report, as whoever corrects or withdraws it does first."""
    session.execute(
        select(ScanDecision.event_id)
        .where(ScanDecision.report_id == known.report_id)
        .order_by(ScanDecision.event_id)
        .with_for_update()
    )


def _lock_installation(session: Session, known: Any) -> None:
    wanted = select(Installation.id).where(Installation.id == known.installation_id)
    session.execute(wanted.with_for_update())


def _post(session: Session, actor: Actor, case: Case, decision: Decision) -> None:
    """Post a scan that waited; what was typed with it from paper goes onto its report."""
    assert case.event_id is not None
    report_id = deciding.post_waiting(
        session, actor, case.event_id, decision.now, series_id=decision.series_id
    )
    if report_id is not None:
        paper.complete_from_case(session, actor, case, report_id, decision.now)
        case.report_id = report_id


def _turn_down(session: Session, _actor: Actor, case: Case, _decision: Decision) -> None:
    assert case.event_id is not None
    deciding.reject(session, case.event_id)


def _check(session: Session, actor: Actor, case: Case, decision: Decision) -> None:
    assert case.installation_id is not None
    installations.check(session, actor, case.installation_id, decision.reason, decision.now)


def _close_incomplete(session: Session, _actor: Actor, case: Case, _decision: Decision) -> None:
    """Close it for this version of the report; the night raises it again for another one only."""
    version = session.execute(select(Report.version).where(Report.id == case.report_id)).scalar()
    case.content = json.dumps({"version": version})


def _leave(_session: Session, _actor: Actor, _case: Case, _decision: Decision) -> None:
    """Change nothing else: the decision itself is all there is."""


def _correct(session: Session, actor: Actor, case: Case, decision: Decision) -> None:
    """Have a report say what was asked, if it is still the version it was asked of."""
    proposal = proposing.proposal_of(case)
    assert case.report_id is not None
    present = session.execute(select(Report.version).where(Report.id == case.report_id)).scalar()
    if present != proposal.version:
        raise Refusal("cases.proposal_overtaken", number=case.report_id, version=present)
    revising.revise(
        session,
        actor,
        case.report_id,
        proposal.version,
        proposal.revision,
        joined_reason(proposal.reason, decision.reason, case.id),
        decision.now,
    )


def joined_reason(asked: str, decided: str, case_id: int) -> str:
    """Return the reason of a version that was asked for: why it was asked, and why it was granted.

    Both are kept whole with the case; together they may be too long for the version.
    """
    joined = f"{asked} — {decided}"
    if len(joined) <= REASON_LENGTH_MAX:
        return joined
    end = f"… — zaak {case_id}"
    return asked[: REASON_LENGTH_MAX - len(end)] + end


_SCAN = Handler(_lock_scan, _post, _turn_down)
HANDLERS: dict[CaseKind, Handler] = {
    CaseKind.SCAN_WAITING: _SCAN,
    CaseKind.STICKER_CLAIMED_TWICE: _SCAN,
    CaseKind.INSTALLATION_UNCHECKED: Handler(
        _lock_installation, _check, not_rejected="cases.nothing_to_reject"
    ),
    CaseKind.REPORT_INCOMPLETE: Handler(_lock_report, _close_incomplete),
    CaseKind.REPORT_CONTRADICTS: Handler(_lock_report, _leave),
    CaseKind.CORRECTION_WAITING: Handler(_lock_report, _correct, _leave),
}
