"""What a batch of paper reports came to: its total, its sheets, and the receipt for the dealer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.cases import CaseState
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.reports import ReportState
from kombeheer.rules.scanning import VISIT_ENDINGS, Ending
from kombeheer.services import journal
from kombeheer.services.stickers.ledger import number_of
from models.accounts import User
from models.billing import ChargeRow
from models.cases import Case
from models.journal import JournalEntry
from models.parties import Dealer, Farm, Mechanic
from models.reports import PaperBatch, Report
from models.sites import Installation, Site
from models.stickers import StickerSeries

JOINED = "reports.joined_batch"
STANDS = Report.state != ReportState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Total:
    """What a batch holds by now, to compare with the stack.

    Args:
        laid: sheets laid before KOM that still wait; they were dealt with too.
        rejected: sheets that KOM has set aside.
    """

    announced: int
    entered: int
    laid: int
    rejected: int
    endings: Mapping[Ending, int]
    unit_count: int
    amount_cents: int

    @property
    def done(self) -> int:
        """Return how many sheets of the stack were dealt with."""
        return self.entered + self.laid + self.rejected

    @property
    def fits(self) -> bool:
        """Tell whether that is the whole stack, and no more."""
        return self.done == self.announced


@dataclass(frozen=True, slots=True)
class SheetView:
    """A report of a batch with the names of what it is about.

    Args:
        days: from service to receipt of the paper.
    """

    report: Report
    farm: str
    place: str
    mechanic: str
    mechanic_number: str
    number: StickerNumber | None
    days: int

    @property
    def stands(self) -> bool:
        """Tell whether it was not undone."""
        return self.report.state != ReportState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class LaidView:
    """A sheet that waits for a decision of KOM, or was set aside by it."""

    case_id: int
    raised_at: datetime
    farm: str
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """A batch as its dealer gets it back in writing."""

    batch: PaperBatch
    dealer: Dealer
    total: Total
    sheets: list[SheetView]
    laid: list[LaidView]
    entered_by: list[str]
    closed_by: str

    @property
    def median_days(self) -> float | None:
        """Return the days from service to receipt that half of the sheets kept to."""
        return median(sheet.days for sheet in self.sheets) if self.sheets else None

    @property
    def longest_days(self) -> int | None:
        """Return the most days from service to receipt."""
        return max((sheet.days for sheet in self.sheets), default=None)


def paper_content(reference: str) -> str:
    """Return how the content of a case begins that keeps a sheet of this batch."""
    return journal.as_text({"batch": reference}).removesuffix("}")


def _laid(batch: PaperBatch) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on the sheets of a batch that wait for KOM or were set aside."""
    waits = or_(Case.state != CaseState.DECIDED, Case.decision == "rejected")
    begins = Case.content.startswith(paper_content(batch.reference), autoescape=True)
    return Case.dealer_id == batch.dealer_id, begins, waits


def total_of(session: Session, batch: PaperBatch) -> Total:
    """Return what a batch holds by now, in three queries."""
    rows = session.execute(
        select(Report.ending, func.count(), func.sum(Report.unit_count))
        .where(Report.batch_id == batch.id, STANDS)
        .group_by(Report.ending)
    ).all()
    charged = session.execute(
        select(func.coalesce(func.sum(ChargeRow.amount_cents), 0))
        .join(Report, Report.id == ChargeRow.report_id)
        .where(Report.batch_id == batch.id)
    ).scalar_one()
    laid = Counter(session.execute(select(Case.state).where(*_laid(batch))).scalars())
    rejected = laid.pop(CaseState.DECIDED, 0)
    endings = {Ending(ending): count for ending, count, _ in rows}
    return Total(
        batch.announced_count,
        sum(endings.values()),
        laid.total(),
        rejected,
        {ending: endings.get(ending, 0) for ending in VISIT_ENDINGS},
        sum(units for _, _, units in rows),
        int(charged),
    )


def sheets_of(session: Session, batch: PaperBatch, limit: int | None = None) -> list[SheetView]:
    """Return the reports of a batch, the last one first, those that were withdrawn too."""
    joined = (
        select(func.max(JournalEntry.id)).where(*_joining()).correlate(Report).scalar_subquery()
    )
    rows = session.execute(
        select(Report, Farm.name, Site.place, Mechanic, StickerSeries)
        .join(Site, Site.id == Report.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .join(Mechanic, Mechanic.id == Report.mechanic_id)
        .outerjoin(StickerSeries, StickerSeries.id == Report.series_id)
        .where(Report.batch_id == batch.id)
        .order_by(joined.desc())
        .limit(limit)
    )
    return [
        SheetView(
            report,
            farm,
            place,
            mechanic.name,
            mechanic.number,
            number_of(series, report.serial),
            (batch.received_on - report.service_date).days,
        )
        for report, farm, place, mechanic, series in rows
    ]


def _joining() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an entry of the journal tells how a report came into a batch."""
    return (
        JournalEntry.subject_kind == "report",
        JournalEntry.subject_id == Report.id,
        JournalEntry.action == JOINED,
    )


def laid_of(session: Session, batch: PaperBatch) -> list[LaidView]:
    """Return the sheets of a batch that wait for KOM, or were set aside."""
    rows = session.execute(
        select(Case.id, Case.raised_at, Farm.name, Case.state)
        .outerjoin(Installation, Installation.id == Case.installation_id)
        .outerjoin(Site, Site.id == Installation.site_id)
        .outerjoin(Farm, Farm.id == Site.farm_id)
        .where(*_laid(batch))
        .order_by(Case.id.desc())
    )
    return [
        LaidView(case_id, raised_at, farm or "", state == CaseState.DECIDED)
        for case_id, raised_at, farm, state in rows
    ]


def receipt_of(session: Session, batch: PaperBatch, dealer: Dealer) -> Receipt:
    """Return a batch as its dealer gets it back, in the order it was entered."""
    names = session.execute(
        select(User.name)
        .join(JournalEntry, JournalEntry.actor_id == User.id)
        .join(Report, and_(*_joining()))
        .where(Report.batch_id == batch.id)
        .distinct()
        .order_by(User.name)
    )
    closed_by = session.get(User, batch.closed_by_id) if batch.closed_by_id else None
    return Receipt(
        batch,
        dealer,
        total_of(session, batch),
        [one for one in reversed(sheets_of(session, batch)) if one.stands],
        laid_of(session, batch),
        list(names.scalars()),
        closed_by.name if closed_by is not None else "",
    )
