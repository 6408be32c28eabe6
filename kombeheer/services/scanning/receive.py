"""The one way in for scans: store, judge, write. A scan by page is a batch of one.

A batch is one transaction. On an unexpected error it is undone and taken again one event at a time,
each in a savepoint of its own, and the culprit waits for a person as `scanning.unexpected`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import day_of
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import Event, EventKind, Outcome, Verdict, report_id_for
from kombeheer.services.scanning import devices, judging, posting, withdrawing
from kombeheer.services.scanning.judging import Judged, Known
from kombeheer.services.scanning.store import Answer, known_answers, store_new
from kombeheer.services.stickers import ledger
from models.transaction import UNAVAILABLE

_log = logging.getLogger(__name__)
Work = Callable[[Session], list[Answer]]


def receive(
    write: Callable[[Work], list[Answer]],
    actor: Actor,
    device_id: str,
    events: Sequence[Event],
    now: datetime,
    *,
    person_decides: bool = True,
) -> list[Answer]:
    """Store, judge and post up to 500 events; return an answer for each, in the same order.

    Args:
        write: runs work in a transaction of its own and commits it.
        device_id: the device that sends them.
        person_decides: False while the mechanic still holds the sticker (the visit page): what
            would wait for a person is then refused with its objection, and nothing is recorded.

    Raises:
        Refusal: `accounts.device_not_yours`; nothing is stored.
    """
    failure: Exception | None = None

    def together(session: Session) -> list[Answer]:
        return receive_in(session, actor, device_id, events, now, person_decides=person_decides)

    def apart(session: Session) -> list[Answer]:
        devices.require_own(session, actor, device_id)
        _log.error(
            "a batch of %d events failed; taking them one by one", len(events), exc_info=failure
        )
        return receive_in(
            session, actor, device_id, events, now, person_decides=person_decides, one_by_one=True
        )

    try:
        return write(together)
    except UNAVAILABLE:
        raise  # the database is away, or too busy after three attempts
    except Exception as error:  # noqa: BLE001  one event must never lose the others
        failure = error
    return write(apart)


def receive_in(
    session: Session,
    actor: Actor,
    device_id: str,
    events: Sequence[Event],
    now: datetime,
    *,
    person_decides: bool = True,
    one_by_one: bool = False,
) -> list[Answer]:
    """Do what `receive` does inside a transaction of the caller's, which an error must undo."""
    new_ids = store_new(session, actor, device_id, events, now)
    fresh: list[Event] = []
    repeats: list[int] = []
    for position, event in enumerate(events):
        if event.id in new_ids:
            new_ids.remove(event.id)
            fresh.append(event)
        else:
            repeats.append(position)
    post = _post_one_by_one if one_by_one else _judge_and_write
    judged = post(session, actor, fresh, now, person_decides=person_decides) if fresh else {}
    again = known_answers(session, device_id, [events[position] for position in repeats], now)
    answers = {position: again[index] for index, position in enumerate(repeats)}
    return [
        answers[position] if position in answers else _answer(judged[event.id])
        for position, event in enumerate(events)
    ]


def _answer(one: Judged) -> Answer:
    return Answer(
        one.event.id,
        one.verdict.outcome,
        one.state,
        False,
        one.verdict.objections,
        one.number,
        one.report_id,
    )


def _post_one_by_one(
    session: Session, actor: Actor, events: Sequence[Event], now: datetime, *, person_decides: bool
) -> dict[str, Judged]:
    judged: dict[str, Judged] = {}
    for event in sorted(events, key=_order):
        one = _post_alone(session, actor, event, now, person_decides=person_decides)
        judged[event.id] = one
        if one.withdraws is not None and one.withdraws.event_id in judged:
            judged[one.withdraws.event_id].withdrawn = True
    return judged


def _post_alone(
    session: Session, actor: Actor, event: Event, now: datetime, *, person_decides: bool
) -> Judged:
    """Post one event; when it fails again it waits for a person, and the others go on."""
    try:
        with session.begin_nested():
            judged = _judge_and_write(session, actor, [event], now, person_decides=person_decides)
            ledger.append_to_chain(session)  # now, for the next event may take its sticker back
            return judged[event.id]
    except UNAVAILABLE:
        raise  # a deadlock or a lost connection: the whole transaction is tried again
    except Exception:  # noqa: BLE001  what was scanned is kept, whatever went wrong
        _log.exception("event %s failed unexpectedly and waits for a person", event.id)
        ledger.forget_pending(session)
    unexpected = Verdict(Outcome.QUEUED, (Refusal("scanning.unexpected", id=event.id),))
    culprit = Judged(event, unexpected, dealer_id=actor.dealer_id)
    with session.begin_nested():
        posting.write(session, Known(actor, now), [culprit])
    return culprit


def _order(event: Event) -> tuple[str, int, str]:
    return (event.origin_device, event.sequence, event.id)


def _judge_and_write(
    session: Session, actor: Actor, events: Sequence[Event], now: datetime, *, person_decides: bool
) -> dict[str, Judged]:
    known = Known(actor, now)
    keys = withdrawing.load_targets(session, known, events)
    judging.load(session, known, events, keys)
    if known.targets:
        withdrawing.attach_stickers(session, known, day_of(now))
    awaited = {event.corrects for event in events if event.kind == EventKind.WITHDRAW}
    judged = []
    for event in sorted(events, key=_order):
        if event.kind == EventKind.WITHDRAW:
            one = withdrawing.judge_withdrawal(known, event, person_decides=person_decides)
        else:
            one = judging.judge_visit(known, event, person_decides=person_decides)
        if one.posts and one.report_id is None and one.event.kind == EventKind.VISIT:
            one.report_id = report_id_for(event.id)
        if event.id in awaited:
            known.targets[event.id] = withdrawing.target_of(one)
        judged.append(one)
    posting.write(session, known, judged)
    return {one.event.id: one for one in judged}
