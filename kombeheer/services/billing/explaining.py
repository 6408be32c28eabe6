"""What a report was charged, why, and why not: each charge explains itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Right, Role
from kombeheer.rules.billing import (
    Charge,
    ChargeItem,
    ChargePeriod,
    ChargeScope,
    ChargeState,
    charges_of,
    tariff_on,
)
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ReportState
from kombeheer.services.billing.charging import billable_of, load_tariffs
from kombeheer.services.reports.scope import in_scope
from kombeheer.services.stickers.ledger import number_of
from models.billing import ChargeRow, TariffRow
from models.parties import Dealer
from models.reports import Report, ReportDetail
from models.stickers import Document, StickerSeries

_PLACES = {str(item): place for place, item in enumerate(ChargeItem)}


@dataclass(frozen=True, slots=True)
class ChargeView:
    """An entry about a report: a charge, or what cancelled one (`amount_cents` below zero).

    Args:
        tariff_from: the first day of the tariff.
        version: of the report, which made the entry necessary.
        dealer: who was charged.
        kind_of_scope, kind_of_period: for what it is charged once.
    """

    id: int
    state: ChargeState
    item: ChargeItem
    kind_of_scope: ChargeScope
    kind_of_period: ChargePeriod
    period: str
    tariff_from: date
    quantity: int
    unit_cents: int
    amount_cents: int
    number: StickerNumber | None
    version: int
    dealer: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PaidView:
    """An item that another report was charged, for the same site or installation and time.

    `report_id` and `dealer` are None when whoever asks may not know them.
    """

    item: ChargeItem
    kind_of_scope: ChargeScope
    kind_of_period: ChargePeriod
    period: str
    service_date: date
    report_id: str | None
    dealer: str | None


@dataclass(frozen=True, slots=True)
class ReportCharges:
    """All that was charged for a report, and what another one was charged in its place.

    Args:
        has_number: only a number is charged base and surcharge.
        has_tariff: whether any tariff held that day.
    """

    charges: Sequence[ChargeView]
    paid: Sequence[PaidView]
    has_number: bool
    has_tariff: bool
    is_withdrawn: bool

    @property
    def total_cents(self) -> int:
        """Return what is due in the end."""
        return sum(one.amount_cents for one in self.charges)

    @property
    def has_several_dealers(self) -> bool:
        """Tell whether more than one dealer was charged, as after a correction of the mechanic."""
        return len({one.dealer for one in self.charges}) > 1


def charges_of_report(session: Session, actor: Actor, report_id: str) -> ReportCharges:
    """Return every entry about a report, the oldest first, what undoes before what replaces.

    A dealer sees what he was charged himself, never another dealer's name or report.

    Raises:
        Refusal: `reports.unknown`, also for one outside the scope and without the right.
    """
    wanted = (
        select(Report, ReportDetail.jars_verified, ReportDetail.meters_verified)
        .outerjoin(ReportDetail, ReportDetail.report_id == Report.id)
        .where(Report.id == report_id, in_scope(actor))
    )
    row = session.execute(wanted).first()
    if row is None or not actor.may(Right.BILLING_READ):
        raise Refusal("reports.unknown", number=report_id[:32])
    report, jars, meters = row
    tariffs = load_tariffs(session)
    entries = _entries(session, actor, report_id)
    due: list[Charge] = []
    if report.state != ReportState.WITHDRAWN:
        due = charges_of(billable_of(report, jars or 0, meters or 0), tariffs)
    standing = {one.item for one in entries if one.state is ChargeState.STANDING}
    open_ = [one for one in due if one.item not in standing]
    return ReportCharges(
        entries,
        _paid(session, actor, open_),
        report.serial is not None,
        tariff_on(report.service_date, tariffs) is not None,
        report.state == ReportState.WITHDRAWN,
    )


def _entries(session: Session, actor: Actor, report_id: str) -> list[ChargeView]:
    wanted = (
        select(ChargeRow, TariffRow, Document.version, StickerSeries, Dealer.name)
        .join(TariffRow, TariffRow.id == ChargeRow.tariff_id)
        .join(Document, Document.id == ChargeRow.document_id)
        .outerjoin(StickerSeries, StickerSeries.id == ChargeRow.series_id)
        .outerjoin(Dealer, Dealer.id == ChargeRow.dealer_id)
        .where(ChargeRow.report_id == report_id)
    )
    if actor.role is not Role.OFFICE:
        wanted = wanted.where(ChargeRow.dealer_id == actor.dealer_id)
    found = [
        ChargeView(
            row.id,
            ChargeState(row.state),
            ChargeItem(row.item),
            ChargeScope(row.scope.partition(":")[0]),
            _period(row.period),
            row.period,
            tariff.valid_from,
            row.quantity,
            row.unit_cents,
            row.amount_cents,
            number_of(series, row.serial),
            version,
            dealer or "",
            row.recorded_at,
        )
        for row, tariff, version, series, dealer in session.execute(wanted)
    ]
    return sorted(found, key=_turn)


def _turn(one: ChargeView) -> tuple[int, datetime, bool, int, int]:
    """Return when an entry comes: a database may number what it stores together in any order."""
    undoes = one.state is ChargeState.COUNTER
    return one.version, one.recorded_at, not undoes, _PLACES[one.item], one.id


def _period(text: str) -> ChargePeriod:
    return ChargePeriod.YEAR if len(text) == 4 else ChargePeriod.DAY


def _paid(session: Session, actor: Actor, due: Sequence[Charge]) -> list[PaidView]:
    """Return who was charged instead, for what a report gives a reason for too."""
    if not due:
        return []
    rows = session.execute(
        select(ChargeRow, Dealer.name)
        .outerjoin(Dealer, Dealer.id == ChargeRow.dealer_id)
        .where(
            ChargeRow.state == ChargeState.STANDING,
            or_(
                *(
                    and_(
                        ChargeRow.item == one.item,
                        ChargeRow.scope == one.scope,
                        ChargeRow.period == one.period,
                    )
                    for one in due
                )
            ),
        )
    ).all()
    found = []
    for row, dealer in sorted(rows, key=lambda pair: _PLACES[pair[0].item]):
        known = actor.role is Role.OFFICE or row.dealer_id == actor.dealer_id
        found.append(
            PaidView(
                ChargeItem(row.item),
                ChargeScope(row.scope.partition(":")[0]),
                _period(row.period),
                row.period,
                row.service_date,
                row.report_id if known else None,
                dealer if known else None,
            )
        )
    return found
