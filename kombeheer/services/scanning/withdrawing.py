"""Judge a withdrawal: what it undoes, and whether this actor may undo it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ReportState
from kombeheer.rules.scanning import (
    Event,
    EventKind,
    EventState,
    Outcome,
    Verdict,
    judge,
    refused,
    report_id_for,
)
from kombeheer.rules.stickers import Account, AccountKind, MoveKind
from kombeheer.services.billing import locking
from kombeheer.services.parties.scope import employed_on
from kombeheer.services.scanning.judging import Judged, Known, Target
from kombeheer.services.scanning.lookup import Key
from models.parties import Employment
from models.reports import Report
from models.scanning import ScanDecision, ScanEvent
from models.stickers import Document, Movement, StickerSeries

_LOCK_TARGETS = (
    select(ScanDecision.event_id)
    .where(ScanDecision.event_id.in_(bindparam("ids", expanding=True)))
    .order_by(ScanDecision.event_id)
    .with_for_update()
)
_TARGETS = (
    select(
        ScanDecision.event_id,
        ScanDecision.state,
        ScanDecision.dealer_id,
        ScanEvent.kind,
        ScanEvent.user_id,
        Report,
        StickerSeries.shape,
        Movement.chain_number,
        Movement.source_account,
    )
    .join(ScanEvent, ScanEvent.id == ScanDecision.event_id)
    .outerjoin(Report, Report.id == ScanDecision.report_id)
    .outerjoin(StickerSeries, StickerSeries.id == Report.series_id)
    .outerjoin(Document, Document.reference == Report.id)  # its versions; the last that applied
    .outerjoin(
        Movement,
        and_(
            Movement.document_id == Document.id,
            Movement.kind == MoveKind.APPLY,
            Movement.counters.is_(None),
        ),
    )
    .where(ScanDecision.event_id.in_(bindparam("ids", expanding=True)))
    .order_by(ScanDecision.event_id, func.coalesce(Movement.chain_number, 0))
)


def load_targets(session: Session, known: Known, events: Sequence[Event]) -> list[Key]:
    """Load what the withdrawals name; return the keys of the stickers to lock with the rest."""
    ids = {
        event.corrects
        for event in events
        if event.kind == EventKind.WITHDRAW and event.corrects and event.defect is None
    }
    if not ids:
        return []
    keys: list[Key] = []
    # Locked by a statement of its own: only the next one sees the report that a decision has made
    # while this one waited for it.
    session.execute(_LOCK_TARGETS, {"ids": sorted(ids)})
    rows: Sequence[Any] = session.execute(_TARGETS, {"ids": sorted(ids)}).all()
    for event_id, state, dealer_id, kind, sender, report, shape, chain_number, source in rows:
        target = Target(event_id, EventState(state), dealer_id, kind, sender_id=sender)
        known.targets[event_id] = target
        # An event that only repeated what was known made no report of its own.
        if report is None or report.id != report_id_for(event_id):
            continue
        target.mechanic_id, target.dealer_id = report.mechanic_id, report.dealer_id
        target.report_id, target.report_version = report.id, report.version
        target.report = {
            column.name: getattr(report, column.name) for column in Report.core().columns
        }
        target.installation_id = report.installation_id
        if source is not None and report.series_id is not None:
            target.chain_number = chain_number
            target.source = Account.parse(source)
            keys.append((str(shape), int(report.serial or 0)))
    if known.actor.role is not Role.OFFICE:
        _close_periods(session, known)
    return keys


def _close_periods(session: Session, known: Known) -> None:
    """Tell of each target in which closed period its service lies."""
    services: dict[tuple[int, date], list[Target]] = {}
    for target in known.targets.values():
        if target.report is not None and target.report["state"] != ReportState.WITHDRAWN:
            service = (target.report["dealer_id"], target.report["service_date"])
            services.setdefault(service, []).append(target)
    locking.hold_dealers(session, {dealer_id for dealer_id, _ in services})
    for service, until_on in locking.locked_services(session, services.keys()).items():
        for target in services[service]:
            target.locked_until = until_on


def attach_stickers(session: Session, known: Known, today: date) -> None:
    """Give each target its locked sticker, and the account it may go back to."""
    for target in known.targets.values():
        if target.source is None or target.report is None:
            continue
        for stickers in known.stickers.values():
            for sticker in stickers:
                place = (sticker.series_id, sticker.serial)
                if place == (target.report["series_id"], target.report["serial"]):
                    target.sticker = sticker
    _send_to_dealer(session, known, today)


def _send_to_dealer(session: Session, known: Known, today: date) -> None:
    """A mechanic who has left his dealer gets no sticker back; the dealer does."""
    held = [
        target
        for target in known.targets.values()
        if target.source is not None and target.source.kind is AccountKind.MECHANIC
    ]
    if not held:
        return
    mechanics = {target.source.holder_id for target in held if target.source}
    employed = session.execute(
        select(Employment.mechanic_id, Employment.dealer_id).where(
            Employment.mechanic_id.in_(mechanics), employed_on(today)
        )
    ).all()
    present = {(mechanic_id, dealer_id) for mechanic_id, dealer_id in employed}
    for target in held:
        assert target.source is not None
        if (target.source.holder_id, target.dealer_id) not in present:
            target.source = Account(AccountKind.DEALER, target.dealer_id)


def _is_own(actor: Actor, target: Target) -> bool:
    if target.judged is not None or actor.role is Role.OFFICE:
        return True
    if target.report is None and target.sender_id == actor.user_id:
        return True  # a report may be another's by now
    if actor.role is Role.MECHANIC:
        return target.mechanic_id is not None and target.mechanic_id == actor.mechanic_id
    return target.dealer_id is not None and target.dealer_id == actor.dealer_id


def judge_withdrawal(known: Known, event: Event, *, person_decides: bool) -> Judged:
    """Return the judgement of one withdrawal; what it undoes is undone in `known` at once.

    Returns:
        refused `scanning.nothing_to_withdraw` when nothing was recorded, as by a withdrawal, or
        `scanning.sticker_moved_on` when the sticker is not where the visit left it; an unknown or
        another dealer's event waits for a person; what is withdrawn already stays so.
    """
    if event.defect is not None:
        return Judged(event, refused(event.defect))
    assert event.corrects is not None
    target = known.targets.get(event.corrects)
    if target is None or not _is_own(known.actor, target):
        unknown = Refusal("scanning.target_unknown", id=event.corrects)
        return Judged(event, judge([unknown], person_decides=person_decides))
    judged = Judged(event, Verdict(Outcome.ACCEPTED), dealer_id=target.dealer_id)
    judged.report_id = target.report_id
    if target.sticker is not None:
        judged.sticker, judged.number = target.sticker, target.sticker.number.digits
    withdrawn = target.report is not None and target.report["state"] == ReportState.WITHDRAWN
    if target.state is EventState.WITHDRAWN or withdrawn:
        told = Refusal("scanning.already_withdrawn", id=event.corrects)
        judged.verdict = Verdict(Outcome.ACCEPTED, (told,))
        return judged
    undid = target.kind == EventKind.WITHDRAW and target.state is EventState.POSTED
    if undid or target.state is EventState.REJECTED:
        judged.verdict = refused(Refusal("scanning.nothing_to_withdraw", id=event.corrects))
        return judged
    if target.locked_until is not None:
        locked = Refusal("reports.period_locked", locked_until=target.locked_until.isoformat())
        verdict = judge([locked], person_decides=person_decides)
        return Judged(
            event,
            verdict,
            number=judged.number,
            dealer_id=target.dealer_id,
            report_id=target.report_id,
        )
    if target.sticker is not None and target.source is not None:
        assert target.installation_id is not None
        applied = Account(AccountKind.APPLIED, target.installation_id)
        if target.sticker.account != applied:
            number = target.sticker.number.printed
            judged.verdict = refused(Refusal("scanning.sticker_moved_on", number=number))
            return judged
        target.sticker.account = target.source
    judged.withdraws = target
    target.state = EventState.WITHDRAWN
    if target.judged is not None:
        target.judged.withdrawn = True
    return judged


def target_of(judged: Judged) -> Target:
    """Return an event judged in this very batch as something that a later one may withdraw."""
    state = {
        Outcome.ACCEPTED: EventState.POSTED,
        Outcome.QUEUED: EventState.WAITING,
    }.get(judged.verdict.outcome, EventState.REJECTED)
    event = judged.event
    target = Target(event.id, state, judged.dealer_id, event.kind, judged=judged)
    if judged.mechanic is not None:
        target.mechanic_id = judged.mechanic.id
    if judged.posts and judged.installation is not None:
        target.report_id, target.report_version = judged.report_id, 1
        target.installation_id = judged.installation.id
        target.sticker, target.source = judged.sticker, judged.source
    return target
