"""What happened to installations: the latest major service, all services, what they were before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import ReportState, ServiceKind, restarts_interval
from kombeheer.rules.scanning import Ending
from kombeheer.services.listing import Order
from kombeheer.services.reports.scope import in_scope
from kombeheer.services.stickers.ledger import number_of
from kombeheer.services.stickers.scope import own_dealers, sees_all
from models.parties import Dealer, Mechanic
from models.reports import Report
from models.sites import InstallationConfiguration
from models.stickers import StickerSeries

_RESTARTING = [kind for kind in ServiceKind if restarts_interval(kind)]


def is_major(report: type[Report]) -> ColumnElement[bool]:
    """Return the condition that a report stands and restarts the interval (R31, Q16)."""
    restarts = or_(*(report.kind == kind for kind in _RESTARTING))
    return and_(report.state != ReportState.WITHDRAWN, restarts)


IS_MAJOR = is_major(Report)
# What decides which sticker counts (R36, R76).
IS_MEASURED = (Report.state != ReportState.WITHDRAWN) & (Report.kind != ServiceKind.LIMITED)
SERVICES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class MeasuredService:
    """A major service or a repair; its number is None after `geen KOM`, or when it is untold."""

    serviced_on: date
    kind: ServiceKind
    ending: Ending
    dealer_id: int
    number: StickerNumber | None


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest services of one installation that mean something later on.

    Args:
        major: what the interval is counted from; None when there was none.
        measured: the same one, or a repair since: its sticker is the one that counts.
    """

    major: MeasuredService | None
    measured: MeasuredService

    @property
    def number(self) -> StickerNumber | None:
        """Return the sticker that counts; None when the last one ended without one, or untold."""
        return self.measured.number


@dataclass(frozen=True, slots=True)
class Service:
    """A registered service as the history of its installation tells it."""

    report: Report
    mechanic: Mechanic
    dealer: Dealer
    number: StickerNumber | None

    @property
    def kind(self) -> ServiceKind:
        """Return what was done."""
        return ServiceKind(self.report.kind)

    @property
    def ending(self) -> Ending:
        """Return how it ended."""
        return Ending(self.report.ending)

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether it was undone."""
        return self.report.state == ReportState.WITHDRAWN


def _latest() -> Any:
    newest: list[Order] = [Report.service_date.desc(), Report.recorded_at.desc(), Report.id]
    one, kind = Report.installation_id, Report.kind
    ranked = (
        select(
            Report.id,
            func.row_number().over(partition_by=one, order_by=newest).label("place"),
            func.row_number().over(partition_by=[one, kind], order_by=newest).label("of_kind"),
        )
        .where(one.in_(bindparam("installations", expanding=True)), IS_MEASURED)
        .subquery()
    )
    told = (one, Report.service_date, kind, Report.ending, Report.dealer_id, Report.serial)
    return (
        select(*told, StickerSeries)
        .join(ranked, ranked.c.id == Report.id)
        .outerjoin(StickerSeries, StickerSeries.id == Report.series_id)
        .where(or_(ranked.c.place == 1, (kind == ServiceKind.MAJOR) & (ranked.c.of_kind == 1)))
        .order_by(ranked.c.place.desc())
    )


_LATEST = _latest()


def latest_services(session: Session, installation_ids: Collection[int]) -> dict[int, Latest]:
    """Return the latest services of each installation that was ever measured, in one query."""
    rows = session.execute(_LATEST, {"installations": list(installation_ids)})
    found: dict[int, Latest] = {}
    for installation_id, serviced_on, done, ending, dealer_id, serial, series in rows:
        number = number_of(series, serial)
        made = MeasuredService(serviced_on, ServiceKind(done), Ending(ending), dealer_id, number)
        major = found[installation_id].major if installation_id in found else None
        is_major = made.kind is ServiceKind.MAJOR
        found[installation_id] = Latest(made if is_major else major, made)
    return found


def latest_services_told(
    session: Session, actor: Actor, today: date, installation_ids: Collection[int]
) -> dict[int, Latest]:
    """Return the latest services as an actor may read them.

    That a service was done, when and how it ended is told to whoever serves the farm; its number
    only to the dealer who did it and his mechanics, and to who sees all.
    """
    latest = latest_services(session, installation_ids)
    if sees_all(actor):
        return latest
    own = own_dealers(session, actor, today)

    def told(one: MeasuredService) -> MeasuredService:
        return one if one.dealer_id in own else replace(one, number=None)

    return {
        key: Latest(told(one.major) if one.major is not None else None, told(one.measured))
        for key, one in latest.items()
    }


def last_service_on(
    session: Session, installation_id: int, *, besides: str | None = None
) -> date | None:
    """Return the day of the last service that stands at an installation, of whatever kind.

    Args:
        besides: a report that is left out.
    """
    statement = select(func.max(Report.service_date)).where(
        Report.installation_id == installation_id, Report.state != ReportState.WITHDRAWN
    )
    if besides is not None:
        statement = statement.where(Report.id != besides)
    return session.execute(statement).scalar()


def before_the_last(day: date, last_on: date | None) -> Refusal | None:
    """Return the question whether a service was before the last one that is registered there."""
    if last_on is None or last_on <= day:
        return None
    return Refusal("reports.before_the_last", day=day.isoformat(), last_on=last_on.isoformat())


def services_of(session: Session, actor: Actor, installation_id: int) -> list[Service]:
    """Return the services of an installation that are the actor's own, the newest first."""
    rows = session.execute(
        select(Report, Mechanic, Dealer, StickerSeries)
        .join(Mechanic, Mechanic.id == Report.mechanic_id)
        .join(Dealer, Dealer.id == Report.dealer_id)
        .outerjoin(StickerSeries, StickerSeries.id == Report.series_id)
        .where(Report.installation_id == installation_id, in_scope(actor))
        .order_by(Report.service_date.desc(), Report.recorded_at.desc())
        .limit(SERVICES_SHOWN)
    )
    return [
        Service(report, mechanic, dealer, number_of(series, report.serial))
        for report, mechanic, dealer, series in rows
    ]


def configurations_of(
    session: Session, installation_id: int
) -> Sequence[InstallationConfiguration]:
    """Return what an installation was in each period, the present one first."""
    return (
        session.execute(
            select(InstallationConfiguration)
            .where(InstallationConfiguration.installation_id == installation_id)
            .order_by(InstallationConfiguration.from_on.desc())
        )
        .scalars()
        .all()
    )
