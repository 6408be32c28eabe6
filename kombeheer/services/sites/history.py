"""What happened to installations: the latest major service, all services, what they were before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.reports import ReportState
from kombeheer.rules.scanning import Ending
from kombeheer.services.reports import in_scope
from kombeheer.services.stickers.ledger import number_of
from kombeheer.services.stickers.scope import own_dealers, sees_all
from models.parties import Dealer, Mechanic
from models.reports import Report
from models.sites import InstallationConfiguration
from models.stickers import StickerSeries

IS_MAJOR = (Report.state != ReportState.WITHDRAWN) & Report.ending.in_(
    [Ending.STICKER, Ending.GEEN_KOM]
)
SERVICES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class MajorService:
    """The latest service that restarted the interval, and the sticker it ended with, if any."""

    serviced_on: date
    ending: Ending
    dealer_id: int
    number: StickerNumber | None


@dataclass(frozen=True, slots=True)
class Service:
    """A registered service as the history of its installation tells it."""

    report: Report
    mechanic: Mechanic
    dealer: Dealer
    number: StickerNumber | None

    @property
    def ending(self) -> Ending:
        """Return how it ended."""
        return Ending(self.report.ending)

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether it was undone."""
        return self.report.state == ReportState.WITHDRAWN


def latest_services(session: Session, installation_ids: Collection[int]) -> dict[int, MajorService]:
    """Return the latest major service of each installation that had one, in one query."""
    place = func.row_number().over(
        partition_by=Report.installation_id,
        order_by=[Report.service_date.desc(), Report.recorded_at.desc(), Report.id],
    )
    ranked = (
        select(Report.id, place.label("place"))
        .where(Report.installation_id.in_(installation_ids), IS_MAJOR)
        .subquery()
    )
    rows = session.execute(
        select(
            Report.installation_id,
            Report.service_date,
            Report.ending,
            Report.dealer_id,
            Report.serial,
            StickerSeries,
        )
        .join(ranked, ranked.c.id == Report.id)
        .outerjoin(StickerSeries, StickerSeries.id == Report.series_id)
        .where(ranked.c.place == 1)
    )
    return {
        installation_id: MajorService(
            serviced_on, Ending(ending), dealer_id, number_of(series, serial)
        )
        for installation_id, serviced_on, ending, dealer_id, serial, series in rows
    }


def latest_services_told(
    session: Session, actor: Actor, today: date, installation_ids: Collection[int]
) -> dict[int, MajorService]:
    """Return the latest major services as an actor may read them.

    That a service was done, when and how it ended is told to whoever serves the farm; its number
    only to the dealer who did it and his mechanics, and to who sees all.
    """
    latest = latest_services(session, installation_ids)
    if sees_all(actor):
        return latest
    own = own_dealers(session, actor, today)
    return {
        key: one if one.dealer_id in own else replace(one, number=None)
        for key, one in latest.items()
    }


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
