"""A person decides about a scan that waits: it is posted after all, or rejected, with a reason."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.calendar import day_of, microseconds
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import (
    Ending,
    Event,
    EventKind,
    EventState,
    Outcome,
    Verdict,
    report_id_for,
    require_transition,
    visit_from_fields,
)
from kombeheer.rules.stickers import (
    Account,
    AccountKind,
    DocumentKind,
    MoveKind,
    Movement,
)
from kombeheer.services.scanning import judging, posting, withdrawing
from kombeheer.services.scanning.judging import Judged, Known
from kombeheer.services.scanning.lookup import load_installations
from kombeheer.services.stickers import ledger
from models.accounts import User
from models.scanning import ScanDecision, ScanEvent
from models.sites import Installation
from models.stickers import Document


def stored_event(row: ScanEvent) -> Event:
    """Return an event as it was received, with its visit when it has one."""
    fields = json.loads(row.body)
    told = fields.get("visit")
    readable = isinstance(told, dict) and "mechanic" in told and "stop" in told
    return Event(
        row.id,
        row.origin_device,
        row.sequence,
        row.captured_at,
        row.source,
        row.kind,
        bytes(row.raw),
        visit_from_fields(told) if readable else None,
        row.corrects,
        row.body,
    )


def lock(session: Session, event_id: str) -> None:
    """Keep what was decided about a scan as it is; taken before its case, as a withdrawal does."""
    session.execute(
        select(ScanDecision.event_id).where(ScanDecision.event_id == event_id).with_for_update()
    )


def _waiting(session: Session, event_id: str) -> tuple[ScanEvent, ScanDecision, User]:
    found = session.execute(
        select(ScanEvent, ScanDecision, User)
        .join(ScanDecision, ScanDecision.event_id == ScanEvent.id)
        .join(User, User.id == ScanEvent.user_id)
        .where(ScanEvent.id == event_id)
        .with_for_update(of=ScanDecision)
    ).one()
    return found[0], found[1], found[2]


def visit_of_report(session: Session, report_id: str) -> str:
    """Return the id of the event that made a report, as its first version tells."""
    first = select(Document.content).where(Document.id == report_id)
    return str(json.loads(session.execute(first).scalar_one())["event"])


def reject(session: Session, event_id: str) -> None:
    """Leave a waiting scan without effect; what was sent stays stored.

    Raises:
        Refusal: `scanning.state_final` when it no longer waits.
    """
    _, decision, _ = _waiting(session, event_id)
    require_transition(EventState(decision.state), EventState.REJECTED)
    decision.state = EventState.REJECTED


def post_waiting(
    session: Session,
    actor: Actor,
    event_id: str,
    now: datetime,
    *,
    series_id: int | None = None,
) -> str | None:
    """Post a waiting visit or withdrawal after all; return its report's public id, if it has one.

    The objections are set aside by the person who decides; the ledger's own law is not: the
    sticker must be with the dealer, or on its way to him (it is then confirmed first).

    Args:
        series_id: which series is meant, when the digits fit more than one.

    Raises:
        Refusal: `scanning.state_final`, `scanning.series_not_chosen`, or one of
            `scanning.cannot_post_…` naming what is missing.
    """
    row, decision, user = _waiting(session, event_id)
    require_transition(EventState(decision.state), EventState.POSTED)
    event = stored_event(row)
    if event.kind == EventKind.WITHDRAW:
        return _post_withdrawal(session, actor, event, now)
    if event.visit is None:
        raise Refusal("scanning.cannot_post_visit", id=event_id)
    sender = Actor(user.id, Role(user.role), user.name, user.dealer_id, user.mechanic_id)
    if event.visit.service_date > day_of(now):
        raise Refusal("scanning.date_doubtful", day=event.visit.service_date.isoformat())
    known = Known(sender, now)
    judging.load(session, known, [event])
    judged = judging.judge_visit(known, event)
    if judged.sticker is not None and judged.source is not None:
        judged.sticker.account = judged.source  # nothing objects any more; not stuck yet
    _choose_series(known, judged, series_id)
    if judged.mechanic is None:
        raise Refusal("scanning.mechanic_unknown", mechanic=event.visit.mechanic)
    judged.dealer_id = judged.mechanic.dealer_on(event.visit.service_date) or decision.dealer_id
    _place(session, judged, decision)
    if judged.dealer_id is None:
        day = event.visit.service_date.isoformat()
        raise Refusal("parties.not_employed", mechanic=event.visit.mechanic, day=day)
    judged.new_installation = None
    judged.verdict = Verdict(Outcome.ACCEPTED)
    judged.report_id = report_id_for(event_id)
    known.actor = actor
    if event.visit.ending is Ending.STICKER:
        _bring_to_hand(session, known, judged)
    posting.post_late(session, known, judged)
    session.execute(
        update(ScanDecision)
        .where(ScanDecision.event_id == event_id)
        .values(
            state=EventState.POSTED,
            report_id=judged.report_id,
            dealer_id=judged.dealer_id,
            installation_id=judged.installation.id if judged.installation else None,
            number=judged.number,
            series_id=judged.sticker.series_id if judged.sticker else None,
            serial=judged.sticker.serial if judged.sticker else None,
        )
    )
    return judged.report_id


def _post_withdrawal(session: Session, actor: Actor, event: Event, now: datetime) -> str | None:
    """Undo what a withdrawal names: the person who decides may, whoever sent it.

    Raises:
        Refusal: `scanning.target_unknown`, `scanning.nothing_to_withdraw` or
            `scanning.sticker_moved_on`.
    """
    known = Known(actor, now)
    keys = withdrawing.load_targets(session, known, [event])
    judging.load(session, known, [event], keys)
    withdrawing.attach_stickers(session, known, day_of(now))
    judged = withdrawing.judge_withdrawal(known, event, person_decides=False)
    if judged.verdict.outcome is not Outcome.ACCEPTED:
        raise judged.verdict.objections[0]
    posting.withdraw_late(session, known, judged)
    session.execute(
        update(ScanDecision)
        .where(ScanDecision.event_id == event.id)
        .values(state=EventState.POSTED, report_id=judged.report_id)
    )
    return judged.report_id


def _choose_series(known: Known, judged: Judged, series_id: int | None) -> None:
    """Set the number that a person chose among those that the digits may mean."""
    found = known.candidates(judged.event.raw)
    if len(found) < 2:
        return
    judged.sticker = next((one for one in found if one.series_id == series_id), None)
    if judged.sticker is None:
        raise Refusal("scanning.series_not_chosen", value=judged.number)
    judged.number = judged.sticker.number.digits


def _place(session: Session, judged: Judged, decision: ScanDecision) -> None:
    """Set the installation: the one that was found or made when the scan came in."""
    if decision.installation_id is None:
        raise Refusal("scanning.cannot_post_installation", id=judged.event.id)
    public_id = session.get_one(Installation, decision.installation_id).public_id
    dealers = [judged.dealer_id] if judged.dealer_id is not None else []
    [judged.installation] = load_installations(session, [public_id], [], dealers)


def _bring_to_hand(session: Session, known: Known, judged: Judged) -> None:
    """Have the sticker where it can be applied from, or say why it cannot be."""
    sticker = judged.sticker
    if sticker is None:
        raise Refusal("scanning.cannot_post_number", value=judged.number)
    hand = Account(AccountKind.DEALER, judged.dealer_id)
    if sticker.account == Account(AccountKind.TRANSIT, judged.dealer_id):
        visit = judged.event.visit
        assert visit is not None
        document = ledger.new_document(
            session,
            known.actor.user_id,
            known.now,
            DocumentKind.RECEIPT,
            f"scan {judged.event.id}",
            visit.service_date,
        )
        move = Movement(
            MoveKind.CONFIRM,
            sticker.series_id,
            sticker.serial,
            sticker.serial,
            sticker.account,
            hand,
            judged.dealer_id,
            visit.service_date.isoformat(),
            microseconds(known.now),
            known.actor.user_id,
            document.id,
        )
        ledger.post(session, [move], DocumentKind.RECEIPT)
        sticker.account = hand
    held = sticker.account.kind in (AccountKind.DEALER, AccountKind.MECHANIC)
    if not held or sticker.dealer_id != judged.dealer_id:
        raise Refusal("scanning.cannot_post_sticker", number=sticker.number.printed)
    judged.source = sticker.account
