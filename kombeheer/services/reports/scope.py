"""Who sees which reports, and writes them: the office all, a dealer and a mechanic their own.

The inspector sees all. What a mechanic did for a former dealer he only reads.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ReportState
from kombeheer.services.parties.scope import employers
from models.parties import Employment
from models.reports import Report


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a report may be seen: one's dealer's, one's own, or all."""
    if actor.role in (Role.OFFICE, Role.INSPECTOR):
        return true()
    if actor.role is Role.DEALER:
        return Report.dealer_id == actor.dealer_id
    if actor.role is Role.MECHANIC:
        return Report.mechanic_id == actor.mechanic_id
    return false()


def is_former_dealers(session: Session, actor: Actor, report: Report, today: date) -> bool:
    """Tell whether a report is of a dealer who does not employ this mechanic any more."""
    if actor.role is not Role.MECHANIC:
        return False
    present = employers(actor.mechanic_id, today).where(Employment.dealer_id == report.dealer_id)
    return not session.execute(select(present.exists())).scalar_one()


def require_writable(session: Session, actor: Actor, report: Report, today: date) -> None:
    """Refuse a report that nobody changes any more, or not this actor.

    Raises:
        Refusal: `reports.withdrawn`, or `reports.former_dealer`.
    """
    if report.state == ReportState.WITHDRAWN:
        raise Refusal("reports.withdrawn", number=report.id)
    if is_former_dealers(session, actor, report, today):
        raise Refusal("reports.former_dealer", number=report.id)
