"""Merge a double into the mechanic that stays: what he has moves, and he is found by both numbers.

Employments, certificates, registered services and users go over; the double keeps his row and
points to the one that stays, so that his old address and the scans with his number lead on. What
was recorded of him (movements, versions of reports, the journal) stays as it was recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.parties import Period, overlapping, united
from kombeheer.rules.refusal import Refusal
from kombeheer.services import journal
from kombeheer.services.parties import indexing
from kombeheer.services.parties.doubles import (
    contact_to_fill,
    locked_pair,
    move_rows,
    point_to,
    record_merge,
)
from kombeheer.services.parties.employments import OPEN, require_emptied
from models.accounts import User
from models.certification import Certificate
from models.parties import Dealer, Employment, Mechanic
from models.reports import Report

CANDIDATES_MAX = 20


@dataclass(frozen=True, slots=True)
class MechanicMerge:
    """What moves from a double to the mechanic that stays."""

    double: Mechanic
    mechanic: Mechanic
    employments: Sequence[tuple[Employment, Dealer]]
    certificates: Sequence[Certificate]
    users: Sequence[User]
    reports: int
    contact: dict[str, str]


def candidates(session: Session, mechanic: Mechanic) -> Sequence[Mechanic]:
    """Return who may be the same as this mechanic: the same name, e-mail address or telephone."""
    alike = func.lower(Mechanic.name) == mechanic.name.lower()
    if mechanic.email:
        alike |= Mechanic.email == mechanic.email
    if mechanic.phone:
        alike |= Mechanic.phone == mechanic.phone
    return (
        session.execute(
            select(Mechanic)
            .where(Mechanic.id != mechanic.id, Mechanic.merged_into_id.is_(None), alike)
            .order_by(Mechanic.name, Mechanic.number)
            .limit(CANDIDATES_MAX)
        )
        .scalars()
        .all()
    )


def _employments(session: Session, mechanic_id: int) -> list[tuple[Employment, Dealer]]:
    rows = session.execute(
        select(Employment, Dealer)
        .join(Dealer, Dealer.id == Employment.dealer_id)
        .where(Employment.mechanic_id == mechanic_id)
        .order_by(Employment.from_on)
    )
    return [(row, dealer) for row, dealer in rows]


def _period(row: Employment) -> Period:
    return Period(row.from_on, row.until_on)


def _require_two(double: Mechanic, mechanic: Mechanic) -> None:
    if double.id == mechanic.id:
        raise Refusal("parties.merge_mechanic_with_himself", mechanic=mechanic.name)
    for one in (double, mechanic):
        if one.merged_into_id is not None:
            raise Refusal("parties.mechanic_merged_already", mechanic=one.name)


def _require_one_dealer_at_a_time(
    session: Session, double: Mechanic, mechanic: Mechanic
) -> Sequence[tuple[Employment, Dealer]]:
    """Return the double's employments, which may overlap those with the same dealer only."""
    present = _employments(session, mechanic.id)
    moved = _employments(session, double.id)
    for row, dealer in moved:
        others = {_period(one): other for one, other in present if other.id != dealer.id}
        clash = overlapping(_period(row), others)
        if clash is not None:
            raise Refusal(
                "parties.merge_employments_overlap",
                double=double.number,
                double_dealer=dealer.name,
                double_from=row.from_on.isoformat(),
                double_until=row.until_on.isoformat() if row.until_on else OPEN,
                mechanic=mechanic.number,
                dealer=others[clash].name,
                present_from=clash.from_on.isoformat(),
                present_until=clash.until_on.isoformat() if clash.until_on else OPEN,
            )
    return moved


def preview(session: Session, double: Mechanic, mechanic: Mechanic) -> MechanicMerge:
    """Return what `merge_mechanics` would do now.

    Raises:
        Refusal: `parties.merge_mechanic_with_himself`, `parties.mechanic_merged_already`,
            `parties.merge_employments_overlap` when the two worked for different dealers on one
            day, `parties.double_holds_stickers` while stickers stand on the double's name.
    """
    _require_two(double, mechanic)
    employments = _require_one_dealer_at_a_time(session, double, mechanic)
    require_emptied(session, double, "parties.double_holds_stickers")
    certificates = session.execute(
        select(Certificate)
        .where(Certificate.mechanic_id == double.id)
        .order_by(Certificate.valid_from)
    ).scalars()
    users = session.execute(
        select(User).where(User.mechanic_id == double.id).order_by(User.email)
    ).scalars()
    reports = select(func.count()).select_from(Report).where(Report.mechanic_id == double.id)
    return MechanicMerge(
        double,
        mechanic,
        employments,
        certificates.all(),
        users.all(),
        session.execute(reports).scalar_one(),
        contact_to_fill(double, mechanic),
    )


def _move_employments(session: Session, double: Mechanic, mechanic: Mechanic) -> None:
    """Move the double's employments; those that overlap with one dealer become one."""
    rows = [row for one in (mechanic, double) for row, _ in _employments(session, one.id)]
    wanted: list[tuple[Employment, Period]] = []
    for dealer_id in sorted({row.dealer_id for row in rows}):
        of_dealer = [row for row in rows if row.dealer_id == dealer_id]
        for period in united(map(_period, of_dealer)):
            kept, *taken_in = (row for row in of_dealer if _period(row).overlaps(period))
            wanted.append((kept, period))
            for row in taken_in:
                session.delete(row)
    session.flush()  # first, for a mechanic has one open employment at the most
    for row, period in wanted:
        row.mechanic_id, row.from_on, row.until_on = mechanic.id, period.from_on, period.until_on
    session.flush()


def _told(row: Employment, dealer: Dealer) -> str:
    return f"{dealer.name} ({row.from_on} t/m {row.until_on or OPEN})"


def merge_mechanics(
    session: Session, actor: Actor, double_id: int, mechanic_id: int, now: datetime
) -> Mechanic:
    """Merge a double into the mechanic that stays; return that one. Refuses as `preview` does."""
    double, mechanic = locked_pair(session, Mechanic, double_id, mechanic_id)
    moves = preview(session, double, mechanic)
    told: dict[str, Any] = {
        "number": double.number,
        "employments": [_told(row, dealer) for row, dealer in moves.employments],
        "certificates": [one.number for one in moves.certificates],
        "users": [one.email for one in moves.users],
        "reports": moves.reports,
    }
    _move_employments(session, double, mechanic)
    move_rows(session, (Certificate, User, Report), "mechanic_id", double_id, mechanic_id)
    point_to(session, double, mechanic)
    filled = journal.changed_fields(mechanic, moves.contact)
    session.flush()
    for one in (double, mechanic):
        indexing.index_mechanic(session, one)
    record_merge(session, actor, now, double, mechanic, told, filled)
    return mechanic
