"""Who employs a mechanic, from when until when: one dealer at a time.

A mechanic who leaves his dealer is emptied first: the dealer answers for what he holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.parties import Period, overlapping, require_forward
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ReportState
from kombeheer.rules.stickers import Account, AccountKind
from kombeheer.services import journal
from kombeheer.services.parties import scope
from kombeheer.services.parties.dealers import require_going
from kombeheer.services.stickers.ledger import range_texts
from models.parties import Dealer, Employment, Mechanic
from models.reports import Report
from models.stickers import Sticker, StickerSeries

RANGES_TOLD = 6
OPEN = "…"  # instead of a last day, in a sentence


def _employments(mechanic_id: int) -> Select[Employment, Dealer]:
    return (
        select(Employment, Dealer)
        .join(Dealer, Dealer.id == Employment.dealer_id)
        .where(Employment.mechanic_id == mechanic_id)
        .order_by(Employment.from_on.desc())
    )


def employments_of(session: Session, actor: Actor, today: date, mechanic_id: int) -> Sequence[Any]:
    """Return (employment, dealer), the newest first; a dealer sees those with himself only."""
    statement = _employments(mechanic_id)
    if actor.role is not Role.MECHANIC:
        statement = statement.where(scope.dealers(actor, today))
    return session.execute(statement).all()


def find_employment(session: Session, mechanic_id: int, employment_id: int) -> Any:
    """Return (employment, dealer) of a mechanic, or None."""
    statement = _employments(mechanic_id).where(Employment.id == employment_id)
    return session.execute(statement).first()


def stickers_held(session: Session, mechanic_id: int) -> tuple[int, list[str]]:
    """Return how many stickers stand on a mechanic's name, and their ranges as text."""
    account = str(Account(AccountKind.MECHANIC, mechanic_id))
    numbers = session.execute(
        select(StickerSeries, Sticker.serial)
        .join(Sticker, Sticker.series_id == StickerSeries.id)
        .where(Sticker.account == account)
        .order_by(Sticker.series_id, Sticker.serial)
    ).all()
    return len(numbers), range_texts((series, serial) for series, serial in numbers)


def holding_dealers(
    session: Session, actor: Actor, today: date, mechanic_id: int
) -> Sequence[Dealer]:
    """Return the dealers the actor sees who answer for a mechanic's stickers."""
    account = str(Account(AccountKind.MECHANIC, mechanic_id))
    answering = select(Sticker.dealer_id).where(Sticker.account == account)
    statement = select(Dealer).where(Dealer.id.in_(answering), scope.dealers(actor, today))
    return session.execute(statement.order_by(Dealer.name)).scalars().all()


def require_emptied(session: Session, mechanic: Mechanic, code: str) -> None:
    """Refuse with this code while stickers stand on a mechanic's name."""
    count, texts = stickers_held(session, mechanic.id)
    if count:
        told = ", ".join(texts[:RANGES_TOLD]) + (", …" if len(texts) > RANGES_TOLD else "")
        raise Refusal(code, mechanic=mechanic.name, count=count, numbers=told)


def _require_free(
    session: Session, mechanic_id: int, wanted: Period, besides: int | None = None
) -> None:
    found = {
        Period(row.from_on, row.until_on): dealer.name
        for row, dealer in session.execute(_employments(mechanic_id))
        if row.id != besides
    }
    clash = overlapping(wanted, found)
    if clash is not None:
        raise Refusal(
            "parties.employment_overlaps",
            dealer=found[clash],
            wanted_from=wanted.from_on.isoformat(),
            wanted_until=wanted.until_on.isoformat() if wanted.until_on else OPEN,
            present_from=clash.from_on.isoformat(),
            present_until=clash.until_on.isoformat() if clash.until_on else OPEN,
        )


def begin_employment(
    session: Session, actor: Actor, mechanic_id: int, dealer: Dealer, period: Period, now: datetime
) -> Employment:
    """Have a dealer employ a mechanic.

    Raises:
        Refusal: `parties.period_backward`, `parties.employment_overlaps` (both periods named),
            `parties.dealer_ceased`.
    """
    require_forward(period)
    require_going(dealer, period.from_on)
    mechanic = session.get_one(Mechanic, mechanic_id, with_for_update=True)
    _require_free(session, mechanic_id, period)
    row = Employment(
        mechanic_id=mechanic_id,
        dealer_id=dealer.id,
        from_on=period.from_on,
        until_on=period.until_on,
    )
    session.add(row)
    session.flush()
    journal.record(
        session,
        actor,
        now,
        "parties.employment_begun",
        "mechanic",
        mechanic.public_id,
        after={"dealer": dealer.name, "from_on": row.from_on, "until_on": row.until_on},
    )
    return row


def set_period(
    session: Session, actor: Actor, employment_id: int, period: Period, now: datetime
) -> None:
    """End an employment, or correct its days.

    Raises:
        Refusal: `parties.period_backward`, `parties.employment_overlaps`,
            `parties.mechanic_holds_stickers` when it is to end while stickers stand on his name,
            `parties.employment_served` when a registered service would fall outside.
    """
    require_forward(period)
    row = session.get_one(Employment, employment_id)
    mechanic = session.get_one(Mechanic, row.mechanic_id, with_for_update=True)
    session.refresh(row)
    _require_free(session, mechanic.id, period, besides=row.id)
    ends = period.until_on is not None
    if ends and (row.until_on is None or _earlier(period.until_on, row.until_on)):
        require_emptied(session, mechanic, "parties.mechanic_holds_stickers")
    _require_services_inside(session, row, period)
    changes = journal.changed_fields(row, {"from_on": period.from_on, "until_on": period.until_on})
    session.flush()
    action = "parties.employment_ended" if ends else "parties.employment_changed"
    journal.record_changes(session, actor, now, action, "mechanic", mechanic.public_id, changes)


def _earlier(day: date | None, other: date) -> bool:
    return day is not None and day < other


def _require_services_inside(session: Session, row: Employment, period: Period) -> None:
    """Refuse days that would leave a service without the dealer who answered for it."""
    services = select(func.min(Report.service_date), func.max(Report.service_date)).where(
        Report.mechanic_id == row.mechanic_id,
        Report.dealer_id == row.dealer_id,
        Report.state != ReportState.WITHDRAWN,
        Report.service_date >= row.from_on,
    )
    if row.until_on is not None:
        services = services.where(Report.service_date <= row.until_on)
    first, last = session.execute(services).one()
    for day in (first, last):
        if day is not None and not period.covers(day):
            raise Refusal("parties.employment_served", day=day.isoformat())
