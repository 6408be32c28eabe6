"""Make a statement: tell a dealer what a period costs, and close it for him.

Every entry of the period that no statement told yet is told by this one, also what was cancelled
and what cancelled it. A closed period can still change; what changes waits for the next version,
also a report that costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, case, cast, func, insert, literal, select, update
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.calendar import day_of
from kombeheer.rules.money import euros
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.statements import Period, require_over
from kombeheer.services import journal
from kombeheer.services.billing.statements import StatementView, Version, made_within
from kombeheer.services.billing.telling import moved_count, of_period, reported
from models.billing import ChargeRow, Statement, StatementReport
from models.parties import Dealer
from models.reports import Report

_DOCUMENT_ID = case(  # as services/reports/versions.document_of names it
    (Report.version == 1, Report.id), else_=Report.id + "-" + cast(Report.version, String)
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What somebody saw before he made a statement.

    Args:
        new_count: entries that no statement told yet.
        moved_count: reports that came or went since the last version; all without one.
        total_cents: of the whole period.
    """

    report_count: int
    new_count: int
    moved_count: int
    total_cents: int

    @property
    def has_news(self) -> bool:
        """Tell whether a version of them tells what none before it did."""
        return bool(self.new_count or self.moved_count)


def figures_of(view: StatementView) -> Figures:
    """Return what a running statement shows."""
    entry_count, cents = view.since.entry_count, view.totals.cents
    return Figures(view.report_count, entry_count, view.moved_count, cents)


def objection(view: StatementView, now: datetime) -> Refusal | None:
    """Return what stands against making a statement of what is shown; None when nothing does."""
    try:
        _require_possible(view.period, list(view.versions), view.other, figures_of(view), now)
    except Refusal as refusal:
        return refusal
    return None


def make_statement(
    session: Session,
    actor: Actor,
    now: datetime,
    public_id: str,
    period: Period,
    seen: Figures,
) -> Statement:
    """Store the next version of a statement; what it tells is what was seen, or nothing is made.

    The dealer is held, so that of two who make it one waits and then sees the other's.

    Raises:
        Refusal: `parties.dealer_unknown`, `billing.period_running`, `billing.period_overlaps`,
            `billing.nothing_new`, `billing.statement_empty` or `billing.statement_changed`.
    """
    dealer = session.execute(
        select(Dealer).where(Dealer.public_id == public_id).with_for_update(key_share=True)
    ).scalar()
    if dealer is None:
        raise Refusal("parties.dealer_unknown")
    made = made_within(session, dealer.id, period)
    versions = [one for one in made if one.period == period]
    other = next((one.period for one in made if one.period != period), None)
    newest = versions[0].id if versions else None
    present, entry_count = _present(session, dealer.id, period, newest)
    _require_possible(period, versions, other, present, now)
    if present != seen:
        raise Refusal("billing.statement_changed")
    statement = Statement(
        dealer_id=dealer.id,
        from_on=period.from_on,
        until_on=period.until_on,
        version=versions[0].version + 1 if versions else 1,
        total_cents=present.total_cents,
        charge_count=entry_count,
        made_at=now,
        made_by_id=actor.user_id,
    )
    session.add(statement)
    session.flush()
    _tell(session, statement, period, present)
    journal.record(
        session,
        actor,
        now,
        "billing.statement_made",
        "dealer",
        public_id,
        after={
            "from_on": period.from_on,
            "until_on": period.until_on,
            "version": statement.version,
            "reports": present.report_count,
            "total": euros(present.total_cents),
        },
    )
    return statement


def _require_possible(
    period: Period,
    versions: list[Version],
    other: Period | None,
    present: Figures,
    now: datetime,
) -> None:
    require_over(period, day_of(now))
    if other is not None:
        raise Refusal(
            "billing.period_overlaps",
            from_on=other.from_on.isoformat(),
            until_on=other.until_on.isoformat(),
        )
    if present.has_news:
        return
    if versions:
        raise Refusal("billing.nothing_new", version=versions[0].version)
    raise Refusal("billing.statement_empty")


def _present(
    session: Session, dealer_id: int, period: Period, newest: int | None
) -> tuple[Figures, int]:
    """Return what the period holds, read at one moment, and how many entries in all."""
    of_entries: Any = select(ChargeRow.id).where(of_period(dealer_id, period))

    def of(column: Any) -> Any:
        return of_entries.with_only_columns(column).scalar_subquery()

    untold = func.sum(case((ChargeRow.statement_id.is_(None), 1), else_=0))
    reports = select(func.count()).select_from(Report).where(reported(dealer_id, period))
    count, new, moved, cents, entries = session.execute(
        select(
            reports.scalar_subquery(),
            of(func.coalesce(untold, 0)),
            moved_count(dealer_id, period, newest),
            of(func.coalesce(func.sum(ChargeRow.amount_cents), 0)),
            of(func.count(ChargeRow.id)),
        )
    ).one()
    return Figures(count, int(new), moved, int(cents)), entries


def _tell(session: Session, statement: Statement, period: Period, wanted: Figures) -> None:
    """Have the entries carry the statement, and keep which reports it told.

    A scan may come between: then what is told is not what was counted, and nothing is made.
    """
    connection, dealer_id = session.connection(), statement.dealer_id
    told = connection.execute(
        update(ChargeRow.core())
        .where(of_period(dealer_id, period), ChargeRow.statement_id.is_(None))
        .values(statement_id=statement.id)
    ).rowcount
    lines = connection.execute(
        insert(StatementReport.core()).from_select(
            ["statement_id", "report_id", "document_id", "service_date"],
            select(literal(statement.id), Report.id, _DOCUMENT_ID, Report.service_date).where(
                reported(dealer_id, period)
            ),
        ),
        execution_options={"preserve_rowcount": True},
    ).rowcount
    present, _ = _present(session, dealer_id, period, statement.id)
    same = (wanted.report_count, wanted.total_cents) == (present.report_count, present.total_cents)
    if (told, lines) != (wanted.new_count, wanted.report_count) or not same or present.has_news:
        raise Refusal("billing.statement_changed")
