"""One report as its page and its forms tell it: what it says, what follows, what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import Regulation, regulation_on
from kombeheer.rules.reports import (
    Details,
    Norm,
    NormVerdict,
    ReportState,
    ServiceKind,
    complete_by,
    correctable_until,
    ends_too_cold,
    is_repaired_late,
    missing,
    norm_verdict,
    restarts_interval,
    starts_too_cold,
    template_on,
)
from kombeheer.rules.scanning import EventKind, EventState
from kombeheer.rules.sites import Interval, Leniency, ParlourType, interval_on, service_due_on
from kombeheer.services.billing import locking
from kombeheer.services.reports.lists import ReportView, VersionView, show_report
from kombeheer.services.reports.revision import Revision, present_revision
from kombeheer.services.reports.scope import in_scope
from kombeheer.services.sites.configurations import is_present
from kombeheer.services.sites.history import IS_MAJOR
from models.cases import Case
from models.reports import PaperBatch, Report, ReportDetail
from models.scanning import ScanDecision, ScanEvent
from models.sites import InstallationConfiguration, LeniencyPeriod


@dataclass(frozen=True, slots=True)
class Previous:
    """The major service before a report, and how the report kept its term.

    Args:
        report_id: None when it is not the reader's own.
        due_on: the last day on which the next one was in time.
    """

    serviced_on: date
    report_id: str | None
    due_on: date
    kept: Interval


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report with all that follows from it.

    Args:
        lacking: what it asks for before it is complete; nothing of one that was withdrawn.
        known_delivery_on: as it is on file of the installation.
        locked_until: the last day of the closed period that it lies in.
        correctable_until: the last day on which who made it may correct it himself.
        waiting_withdrawal: whether somebody asked the office to undo it.
    """

    view: ReportView
    versions: Sequence[VersionView]
    revision: Revision
    lacking: tuple[Refusal, ...]
    verdict: NormVerdict
    limits_from: date
    template: str
    regulation: Regulation
    previous: Previous | None
    batch: PaperBatch | None
    cases: Sequence[Case]
    known_delivery_on: date | None
    locked_until: date | None
    correctable_until: date
    waiting_withdrawal: bool

    @property
    def details(self) -> Details:
        """Return what was measured and told."""
        return self.revision.details

    @property
    def starts_too_cold(self) -> bool:
        """Tell whether the main wash began too cold."""
        return starts_too_cold(self.details, self.regulation)

    @property
    def ends_too_cold(self) -> bool:
        """Tell whether the main wash ended too cold."""
        return ends_too_cold(self.details, self.regulation)

    @property
    def is_repaired_late(self) -> bool:
        """Tell whether a repair came after its deadline."""
        return is_repaired_late(self.details, self.revision.service_date)

    @property
    def is_late(self) -> bool:
        """Tell whether the service came after the day on which it was due."""
        return self.previous is not None and self.previous.kept is not Interval.IN_TIME

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether the visit was undone."""
        return self.view.report.state == ReportState.WITHDRAWN

    @property
    def days_to_receipt(self) -> int:
        """Return how many days passed from the service to its receipt."""
        report = self.view.report
        return (report.received_on - report.service_date).days

    @property
    def complete_by(self) -> date:
        """Return the last day on which it is completed in time."""
        return complete_by(self.view.report.received_on, self.regulation)

    @property
    def has_details(self) -> bool:
        """Tell whether anything is asked beside how it ended."""
        return self.revision.kind is not ServiceKind.LIMITED

    def office_decides(self, actor: Actor, today: date) -> bool:
        """Tell whether a correction by this actor would wait for the office."""
        if actor.role is Role.OFFICE:
            return False
        return self.locked_until is not None or today > self.correctable_until


def show_page(session: Session, actor: Actor, report_id: str) -> ReportPage:
    """Return a report with what follows from it, in a number of queries that does not grow.

    Raises:
        Refusal: `reports.unknown`, also for one outside the scope.
    """
    view, versions = show_report(session, actor, report_id)
    report = view.report
    revision, regulation = present_revision(session, report), regulation_on(report.service_date)
    withdrawn = report.state == ReportState.WITHDRAWN
    details = revision.details
    stored = session.get(ReportDetail, report.id)
    verdict = norm_verdict(details, regulation)
    if stored is not None:  # by which it was judged (R44b)
        verdict = NormVerdict(Norm(stored.norm), verdict.complies)
    is_robot = revision.parlour_type is ParlourType.ROBOT
    services = {(report.dealer_id, report.service_date)}
    return ReportPage(
        view,
        versions,
        revision,
        () if withdrawn else missing(revision.service(), details, regulation),
        verdict,
        stored.limits_from if stored is not None else regulation.valid_from,
        stored.template if stored is not None else template_on(is_robot, regulation),
        regulation,
        _previous(session, actor, report, revision),
        None if report.batch_id is None else session.get(PaperBatch, report.batch_id),
        _cases(session, report),
        _delivery(session, report),
        locking.locked_until(session, services),
        correctable_until(report.service_date, regulation),
        _waits(session, report),
    )


def _previous(
    session: Session, actor: Actor, report: Report, revision: Revision
) -> Previous | None:
    """Return the major service before a major one; anything else has no term to keep.

    The term is that of the kind that the installation was of on the day of the report.
    """
    if not restarts_interval(revision.kind):
        return None
    found = session.execute(
        select(Report.service_date, Report.id, in_scope(actor))
        .where(
            Report.installation_id == report.installation_id,
            IS_MAJOR,
            Report.service_date < report.service_date,
        )
        .order_by(Report.service_date.desc(), Report.recorded_at.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    on, report_id, is_own = found
    kind, regulation = revision.parlour_type, regulation_on(on)
    lenient = session.execute(
        select(LeniencyPeriod.from_on, LeniencyPeriod.until_on).where(
            LeniencyPeriod.from_on <= report.service_date,
            LeniencyPeriod.until_on >= report.service_date,
        )
    )
    kept = interval_on(
        on, report.service_date, kind, regulation, [Leniency(*period) for period in lenient]
    )
    due_on = service_due_on(on, kind, regulation)
    return Previous(on, report_id if is_own else None, due_on, kept)


def _cases(session: Session, report: Report) -> Sequence[Case]:
    """Return what waits about a report, and every correction that was asked, for who asked it."""
    shown = or_(Case.state != CaseState.DECIDED, Case.kind == CaseKind.CORRECTION_WAITING)
    return (
        session.execute(
            select(Case).where(Case.report_id == report.id, shown).order_by(Case.due_on, Case.id)
        )
        .scalars()
        .all()
    )


def _delivery(session: Session, report: Report) -> date | None:
    return session.execute(
        select(InstallationConfiguration.delivered_or_renovated_on).where(
            is_present(report.installation_id)
        )
    ).scalar()


def _waits(session: Session, report: Report) -> bool:
    """Tell whether a withdrawal of this report waits for the office."""
    found = session.execute(
        select(ScanDecision.event_id)
        .join(ScanEvent, ScanEvent.id == ScanDecision.event_id)
        .where(
            ScanDecision.report_id == report.id,
            ScanDecision.state == EventState.WAITING,
            ScanEvent.kind == EventKind.WITHDRAW,
        )
        .limit(1)
    )
    return found.first() is not None
