"""Stacks of paper reports: open one, close it when it fits the count, list them.

Not here: what a batch holds (receipts) and how a line gets into it (paper).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.calendar import day_of
from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.rules.reports import BatchState
from kombeheer.rules.stickers import DocumentKind
from kombeheer.services import journal, listing, search
from kombeheer.services.reasons import reason_line
from kombeheer.services.reports.receipts import STANDS, total_of
from kombeheer.services.stickers.documents import named_document
from models.parties import Dealer
from models.reports import PaperBatch, Report

COUNT_MIN, COUNT_MAX = 1, 500
AVERAGE_DAYS = 365  # of the past, over which a dealer's average is taken
_ENTERED = (
    select(func.count())
    .where(Report.batch_id == PaperBatch.id, STANDS)
    .correlate(PaperBatch)
    .scalar_subquery()
)
_ORDERS: Mapping[str, list[listing.Order]] = {
    "received": [PaperBatch.received_on],
    "reference": [PaperBatch.reference],
    "dealer": [Dealer.name],
}


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch in the list.

    Args:
        entered: reports in it that stand, those that wait for a decision apart.
        days: average from service to receipt; None while it is empty.
    """

    batch: PaperBatch
    dealer: Dealer
    entered: int
    days: float | None


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a batch may be seen: the dealer's own, or all."""
    if actor.role in (Role.OFFICE, Role.INSPECTOR):
        return true()
    if actor.role is Role.DEALER:
        return PaperBatch.dealer_id == actor.dealer_id
    return false()


def find_batch(session: Session, actor: Actor, reference: str) -> tuple[PaperBatch, Dealer]:
    """Return a batch in scope and its dealer.

    Raises:
        Refusal: `reports.batch_unknown`, also for one outside the scope.
    """
    row = None
    if reference.isprintable():  # else no database takes it
        row = session.execute(
            select(PaperBatch, Dealer)
            .join(Dealer, Dealer.id == PaperBatch.dealer_id)
            .where(PaperBatch.reference == reference, in_scope(actor))
        ).first()
    if row is None:
        raise Refusal("reports.batch_unknown", number=shown_text(reference))
    return row[0], row[1]


def hold_open(session: Session, batch_id: int) -> PaperBatch:
    """Return a batch that takes lines, and stays open until the commit.

    Raises:
        Refusal: `reports.batch_closed`.
    """
    batch = session.get_one(PaperBatch, batch_id, with_for_update={"read": True})
    if batch.state != BatchState.OPEN:
        raise Refusal("reports.batch_closed", number=batch.reference)
    return batch


def open_batch(
    session: Session,
    actor: Actor,
    dealer_id: int,
    received_on: date,
    announced_count: int,
    now: datetime,
) -> PaperBatch:
    """Open a batch for a stack that came in: whose, when, and how many sheets were counted.

    Raises:
        Refusal: `reports.batch_day_in_future`, `reports.batch_count_impossible`.
    """
    if received_on > day_of(now):
        raise Refusal("reports.batch_day_in_future", day=received_on.isoformat())
    if not COUNT_MIN <= announced_count <= COUNT_MAX:
        raise Refusal(
            "reports.batch_count_impossible",
            value=announced_count,
            least=COUNT_MIN,
            most=COUNT_MAX,
        )
    document = named_document(session, actor, now, DocumentKind.PAPER_BATCH, received_on)
    batch = PaperBatch(
        document_id=document.id,
        reference=document.reference,
        dealer_id=dealer_id,
        received_on=received_on,
        announced_count=announced_count,
        state=BatchState.OPEN,
        opened_at=now,
        opened_by_id=actor.user_id,
    )
    session.add(batch)
    session.flush()
    after = {"dealer": dealer_id, "received_on": received_on, "count": announced_count}
    journal.record(
        session, actor, now, "reports.batch_opened", "paper_batch", batch.reference, after=after
    )
    return batch


def close_batch(
    session: Session, actor: Actor, reference: str, reason: str, now: datetime
) -> PaperBatch:
    """Close a batch; when it does not fit the stack the reason is kept.

    Raises:
        Refusal: `reports.batch_closed`, `reports.batch_differs` without a reason,
            `reports.reason_long`.
    """
    batch, _ = find_batch(session, actor, reference)
    session.refresh(batch, with_for_update=True)
    if batch.state != BatchState.OPEN:
        raise Refusal("reports.batch_closed", number=batch.reference)
    line, found = reason_line(reason, "reports.reason_long"), total_of(session, batch)
    if not found.fits and not line:
        raise Refusal("reports.batch_differs", count=found.done, announced=found.announced)
    changes = journal.changed_fields(
        batch,
        {
            "state": BatchState.CLOSED,
            "closed_at": now,
            "closed_by_id": actor.user_id,
            "difference_reason": "" if found.fits else line,
        },
    )
    journal.record_changes(
        session, actor, now, "reports.batch_closed", "paper_batch", reference, changes
    )
    return batch


def reopen_batch(session: Session, actor: Actor, reference: str, now: datetime) -> PaperBatch:
    """Have a batch take lines again; who and when stands in the journal.

    Raises:
        Refusal: `reports.batch_open_already`.
    """
    batch, _ = find_batch(session, actor, reference)
    session.refresh(batch, with_for_update=True)
    if batch.state != BatchState.CLOSED:
        raise Refusal("reports.batch_open_already", number=batch.reference)
    wanted = {
        "state": BatchState.OPEN,
        "closed_at": None,
        "closed_by_id": None,
        "difference_reason": "",
    }
    changes = journal.changed_fields(batch, wanted)
    journal.record_changes(
        session, actor, now, "reports.batch_reopened", "paper_batch", reference, changes
    )
    return batch


def list_batches(
    session: Session, actor: Actor, wanted: listing.Wanted, *, query: str = "", state: str = ""
) -> tuple[listing.Page, list[BatchLine]]:
    """Return one page of the batches in scope, the newest first unless sorted otherwise."""
    statement = (
        select(PaperBatch, Dealer, _ENTERED)
        .join(Dealer, Dealer.id == PaperBatch.dealer_id)
        .where(in_scope(actor))
    )
    if query:
        named = search.matches(Dealer.id, search.SubjectKind.DEALER, query)
        numbered = PaperBatch.reference == query.upper()
        statement = statement.where(numbered if named is None else or_(numbered, named))
    if state:
        statement = statement.where(PaperBatch.state == state)
    if wanted.sort is None:
        wanted = replace(wanted, sort="received", descending=True)
    page = listing.read_page(session, statement, PaperBatch.id, _ORDERS, wanted)
    days = _average_days(session, [batch.id for batch, _, _ in page.items])
    return page, [
        BatchLine(batch, dealer, entered, days.get(batch.id))
        for batch, dealer, entered in page.items
    ]


def _days(session: Session) -> ColumnElement[Any]:
    """Return the days from service to receipt of the paper, as this database counts them."""
    if session.get_bind().dialect.name == "sqlite":
        return func.julianday(PaperBatch.received_on) - func.julianday(Report.service_date)
    return PaperBatch.received_on - Report.service_date


def _average_days(session: Session, batch_ids: Collection[int]) -> dict[int, float]:
    rows = session.execute(
        select(PaperBatch.id, func.avg(_days(session)))
        .join(Report, Report.batch_id == PaperBatch.id)
        .where(PaperBatch.id.in_(batch_ids), STANDS)
        .group_by(PaperBatch.id)
    )
    return {batch_id: float(days) for batch_id, days in rows}


def average_days(
    session: Session, actor: Actor, today: date, limit: int = 50
) -> list[tuple[Dealer, int, float]]:
    """Return per dealer in scope how many sheets came in a year, and their average days.

    Who takes longest stands first.
    """
    days = func.avg(_days(session))
    ranked = (
        select(PaperBatch.dealer_id, func.count().label("count"), days.label("days"))
        .join(Report, Report.batch_id == PaperBatch.id)
        .where(
            in_scope(actor),
            STANDS,
            PaperBatch.received_on > today - timedelta(days=AVERAGE_DAYS),
        )
        .group_by(PaperBatch.dealer_id)
        .subquery()
    )
    rows = session.execute(
        select(Dealer, ranked.c.count, ranked.c.days)
        .join(ranked, ranked.c.dealer_id == Dealer.id)
        .order_by(ranked.c.days.desc(), Dealer.name)
        .limit(limit)
    )
    return [(dealer, count, float(average)) for dealer, count, average in rows]
