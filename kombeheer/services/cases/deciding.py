"""Decide a case, with a reason; what follows depends on its kind (services/cases/handlers)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import Event, Outcome
from kombeheer.services import journal
from kombeheer.services.cases.handlers import HANDLERS, Decision
from kombeheer.services.cases.moving import change, held_case
from kombeheer.services.cases.scope import in_scope
from kombeheer.services.cases.showing import first_claim
from kombeheer.services.reasons import required_reason
from kombeheer.services.scanning import deciding
from kombeheer.services.scanning.receive import receive_in
from models.cases import Case


def first_claim_visit(session: Session, case_id: int) -> str:
    """Return the id of the visit that holds the number which a waiting scan claims too.

    Raises:
        Refusal: `cases.unknown`, `cases.decided_already` or `cases.claimed_once`.
    """
    case = session.get(Case, case_id)
    if case is None:
        raise Refusal("cases.unknown", number=case_id)
    if case.state == CaseState.DECIDED:
        raise Refusal("cases.decided_already", number=case_id)
    first = first_claim(session, case)
    if first is None:
        raise Refusal("cases.claimed_once", number=case_id)
    return deciding.visit_of_report(session, first.report.id)


def withdraw_first_claim(
    session: Session,
    actor: Actor,
    case_id: int,
    device_id: str,
    withdrawal: Event,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Withdraw the visit that holds a number, so that the scan that waits can be posted.

    It goes the way of every scan, by counter-movement and a new version of the report; the case
    stays open.

    Args:
        device_id: of the browser that sends it.
        withdrawal: the scan that undoes `first_claim_visit`.

    Raises:
        Refusal: `cases.reason_missing`, `cases.reason_long`, `cases.decided_already`,
            `cases.claimed_once` when the number stands on another visit by now, or why it cannot be
            withdrawn; nothing is stored then.
    """
    line = required_reason(reason, "cases.reason_missing", "cases.reason_long")
    event_id = session.execute(select(Case.event_id).where(Case.id == case_id)).scalar()
    if event_id is not None:
        deciding.lock(session, event_id)
    session.execute(select(Case.id).where(Case.id == case_id).with_for_update())
    if first_claim_visit(session, case_id) != withdrawal.corrects:
        raise Refusal("cases.claimed_once", number=case_id)
    [answer] = receive_in(session, actor, device_id, [withdrawal], now, person_decides=False)
    if answer.outcome != Outcome.ACCEPTED:
        raise answer.objections[0]
    journal.record(
        session,
        actor,
        now,
        "cases.first_claim_withdrawn",
        "case",
        case_id,
        after={"report": answer.report, "reason": line},
    )


def decide(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    accept: bool,
    reason: str,
    now: datetime,
    series_id: int | None = None,
) -> None:
    """Decide a case: to accept does what it asks, to reject leaves everything as it is.

    A scan is posted, an installation is checked, a correction is made; an incomplete report and
    one that contradicts are closed as they stand.

    Args:
        series_id: which series is meant, when the digits of the scan fit more than one.

    Raises:
        Refusal: `cases.unknown`, `cases.reason_missing`, `cases.reason_long`,
            `cases.decided_already`, `cases.nothing_to_reject` or `cases.only_closed` for what
            cannot be rejected, `cases.proposal_overtaken`, or why a scan cannot be posted or a
            report corrected; nothing is decided then.
    """
    line = required_reason(reason, "cases.reason_missing", "cases.reason_long")
    known = session.execute(
        select(Case.kind, Case.event_id, Case.report_id, Case.installation_id).where(
            Case.id == case_id, in_scope(actor)
        )
    ).first()
    if known is None:
        raise Refusal("cases.unknown", number=case_id)
    handler = HANDLERS[CaseKind(known.kind)]
    handler.lock(session, known)
    case = held_case(session, actor, case_id)
    work = handler.accept if accept else handler.reject
    if work is None:
        raise Refusal(handler.not_rejected)
    wanted = {
        "state": CaseState.DECIDED,
        "decision": "accepted" if accept else "rejected",
        "reason": line,
        "decided_at": now,
        "decided_by_id": actor.user_id,
    }
    change(session, actor, now, "cases.decided", case, wanted)
    work(session, actor, case, Decision(line, now, series_id))
    session.flush()
