"""Prove the charges: those that stand follow from the reports, and every entry adds up.

Reads only, in memory that does not grow with the data. Who was charged first keeps it, so that
several outcomes can be right: each key stands once, on a report that gives a reason for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from kombeheer.rules.billing import Charge, ChargeState, Key, Tariff, charges_of
from kombeheer.rules.money import euros
from kombeheer.rules.reports import ReportState
from kombeheer.rules.stickers import DocumentKind
from kombeheer.services.billing.charging import load_tariffs
from kombeheer.services.billing.streaming import FETCH_ROWS, FarmCharges, farms
from kombeheer.services.stickers.findings import Finding, Findings
from models.billing import ChargeRow, Statement
from models.reports import Report
from models.stickers import Document

_SAME = ("item", "scope", "period", "report_id", "dealer_id", "service_date", "series_id", "serial")


@dataclass(frozen=True, slots=True)
class ChargeProof:
    """How many charges stand and what they come to, in cents; and what does not hold."""

    charges: int
    cents: int
    findings: list[Finding]


def prove(session: Session) -> ChargeProof:
    """Check every invariant of the charges; each finding names the first row that breaks it."""
    findings = Findings()
    _check_amounts(session, findings)
    _check_cancelled(session, findings)
    _check_counters(session, findings)
    _check_twice(session, findings)
    _check_papers(session, findings)
    count, cents = 0, 0
    try:
        tariffs = load_tariffs(session)
        for place, farm in enumerate(farms(session)):
            _check_farm(findings, farm, tariffs, place)
            count += len(farm.standing)
            cents += sum(one.amount_cents for one in farm.standing.values())
        _check_left(session, findings)
    except ValueError as error:  # what SQLite keeps and nobody can read, such as a day that is none
        findings.add("billing.check_unreadable", "charge", "?", error, "", order=(0,))
    return ChargeProof(count, cents, findings.all())


def check(session: Session) -> list[Finding]:
    """Return what does not hold; an empty list when all does."""
    return prove(session).findings


def _told(charge: Charge) -> str:
    """Return a charge in one line, for a finding."""
    number = "" if charge.number is None else f" nr {charge.number[0]}/{charge.number[1]}"
    return (
        f"{charge.item} {charge.scope} {charge.period}: {charge.quantity} x "
        f"{euros(charge.unit_cents)}, dealer {charge.dealer_id}{number}"
    )


def _check_farm(
    findings: Findings, farm: FarmCharges, tariffs: Sequence[Tariff], place: int
) -> None:
    """Each key with a reason stands, on a report that gives it, with what the tariff says."""
    claims: dict[Key, dict[str, Charge]] = {}
    for report in farm.reports:
        for claim in charges_of(report, tariffs):
            claims.setdefault(claim.key, {})[claim.report_id] = claim
    for id_, charge in farm.standing.items():
        due = claims.get(charge.key, {}).get(charge.report_id)
        if due is None:
            findings.add("billing.check_groundless", "charge", id_, _told(charge), "", order=(id_,))
        elif due != charge:
            findings.add(
                "billing.check_differs", "charge", id_, _told(charge), _told(due), order=(id_,)
            )
    standing = {charge.key for charge in farm.standing.values()}
    for key, claimed in claims.items():
        if key not in standing:
            first = next(iter(claimed.values()))
            findings.add(
                "billing.check_missing", "report", first.report_id, "", _told(first), order=(place,)
            )


def _check_left(session: Session, findings: Findings) -> None:
    """No charge stands for a report that was withdrawn, or is not there."""
    rows = _streamed(
        session,
        select(ChargeRow.id, ChargeRow.item, ChargeRow.scope, ChargeRow.period)
        .outerjoin(Report, Report.id == ChargeRow.report_id)
        .where(
            ChargeRow.state == ChargeState.STANDING,
            or_(Report.id.is_(None), Report.state == ReportState.WITHDRAWN),
        )
        .order_by(ChargeRow.id),
    )
    for row in rows:
        found = f"{row.item} {row.scope} {row.period}"
        findings.add("billing.check_groundless", "charge", row.id, found, "", order=(row.id,))


def _streamed(session: Session, statement: Executable) -> Iterable[Any]:
    return session.execute(statement.execution_options(yield_per=FETCH_ROWS))


def _check_amounts(session: Session, findings: Findings) -> None:
    """An amount is quantity times price, below zero for a counter-entry and for nothing else."""
    expected = ChargeRow.quantity * ChargeRow.unit_cents
    is_counter = ChargeRow.state == ChargeState.COUNTER
    rows = _streamed(
        session,
        select(ChargeRow.id, ChargeRow.state, ChargeRow.amount_cents, expected.label("expected"))
        .where(
            or_(
                and_(is_counter, ChargeRow.amount_cents != -expected),
                and_(~is_counter, ChargeRow.amount_cents != expected),
            )
        )
        .order_by(ChargeRow.id),
    )
    for row in rows:
        sign = -1 if row.state == ChargeState.COUNTER else 1
        findings.add(
            "billing.check_amount",
            "charge",
            row.id,
            euros(row.amount_cents),
            euros(sign * row.expected),
            order=(row.id,),
        )


def _check_cancelled(session: Session, findings: Findings) -> None:
    """What was cancelled has one entry that counters it, about the same and as much below zero."""
    counter = aliased(ChargeRow)
    fits = and_(
        counter.amount_cents == -ChargeRow.amount_cents,
        *(getattr(counter, name).is_not_distinct_from(getattr(ChargeRow, name)) for name in _SAME),
    )
    rows = _streamed(
        session,
        select(
            ChargeRow.id,
            ChargeRow.amount_cents,
            func.count(counter.id).label("counters"),
            func.min(counter.id).label("first"),
        )
        .outerjoin(counter, and_(counter.counters == ChargeRow.id, fits))
        .where(ChargeRow.state == ChargeState.CANCELLED)
        .group_by(ChargeRow.id, ChargeRow.amount_cents)
        .having(func.count(counter.id) != 1)
        .order_by(ChargeRow.id),
    )
    for row in rows:
        findings.add(
            "billing.check_cancelled",
            "charge",
            row.id,
            row.counters or "er niet, of anders",
            euros(row.amount_cents),
            order=(row.id,),
        )


def _check_counters(session: Session, findings: Findings) -> None:
    """An entry that counters one names one that was cancelled."""
    undone = aliased(ChargeRow)
    rows = _streamed(
        session,
        select(ChargeRow.id, ChargeRow.counters, undone.state)
        .outerjoin(undone, undone.id == ChargeRow.counters)
        .where(
            ChargeRow.state == ChargeState.COUNTER,
            or_(undone.id.is_(None), undone.state != ChargeState.CANCELLED),
        )
        .order_by(ChargeRow.id),
    )
    for row in rows:
        found = row.state or "er niet"
        findings.add(
            "billing.check_counter", "charge", row.id, found, row.counters, order=(row.id,)
        )


def _check_twice(session: Session, findings: Findings) -> None:
    """What is charged once stands once."""
    key = (ChargeRow.item, ChargeRow.scope, ChargeRow.period)
    rows = _streamed(
        session,
        select(*key, func.max(ChargeRow.id).label("last"))
        .where(ChargeRow.state == ChargeState.STANDING)
        .group_by(*key)
        .having(func.count() > 1)
        .order_by(func.max(ChargeRow.id)),
    )
    for row in rows:
        found = f"{row.item} {row.scope} {row.period}"
        findings.add("billing.check_twice", "charge", row.last, found, 1, order=(row.last,))


def _check_papers(session: Session, findings: Findings) -> None:
    """An entry cites a version of its report, and stands on a statement of its dealer and day."""
    rows = _streamed(
        session,
        select(ChargeRow.id, ChargeRow.report_id, ChargeRow.document_id)
        .outerjoin(
            Document,
            and_(
                Document.id == ChargeRow.document_id,
                Document.kind == DocumentKind.REPORT,
                Document.reference == ChargeRow.report_id,
            ),
        )
        .where(Document.id.is_(None))
        .order_by(ChargeRow.id),
    )
    for row in rows:
        findings.add(
            "billing.check_document",
            "charge",
            row.id,
            row.document_id,
            row.report_id,
            order=(row.id,),
        )
    rows = _streamed(
        session,
        select(ChargeRow.id, ChargeRow.dealer_id, ChargeRow.service_date, ChargeRow.statement_id)
        .outerjoin(
            Statement,
            and_(
                Statement.id == ChargeRow.statement_id,
                Statement.dealer_id == ChargeRow.dealer_id,
                Statement.from_on <= ChargeRow.service_date,
                Statement.until_on >= ChargeRow.service_date,
            ),
        )
        .where(ChargeRow.statement_id.is_not(None), Statement.id.is_(None))
        .order_by(ChargeRow.id),
    )
    for row in rows:
        findings.add(
            "billing.check_statement",
            "charge",
            row.id,
            f"dealer {row.dealer_id}, {row.service_date}",
            row.statement_id,
            order=(row.id,),
        )
