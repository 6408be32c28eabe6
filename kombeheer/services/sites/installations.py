"""Installations as the office adds, changes, checks and ceases them.

What an installation is has dates: a change from a day closes the period before it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.sites import InstallationState, ParlourType, Species, configuration_objection
from kombeheer.services import journal
from kombeheer.services.reports import contradictions
from kombeheer.services.sites.configurations import is_present
from kombeheer.services.sites.history import last_service_on
from models.base import new_public_id
from models.cases import Case
from models.sites import Installation, InstallationConfiguration, Site


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an installation is: kind, size, and when it was delivered or renovated."""

    parlour_type: ParlourType
    species: Species
    unit_count: int
    vacuum_pump_count: int = 1
    cleaning_facility_count: int = 1
    box_count: int = 0
    delivered_or_renovated_on: date | None = None


def require_configuration(configuration: Configuration, from_on: date, today: date) -> None:
    """Refuse a configuration that is no single installation, or days that have not come yet.

    Raises:
        Refusal: `sites.one_per_box`, `sites.boxes_without_robot`, `sites.day_in_future`.
    """
    objection = configuration_objection(
        configuration.parlour_type,
        configuration.box_count,
        configuration.vacuum_pump_count,
        configuration.cleaning_facility_count,
    )
    if objection is not None:
        raise objection
    for day in (from_on, configuration.delivered_or_renovated_on):
        if day is not None and day > today:
            raise Refusal("sites.day_in_future", day=day.isoformat(), today=today.isoformat())


def add_installation(
    session: Session,
    actor: Actor,
    site: Site,
    name: str,
    configuration: Configuration,
    from_on: date,
    today: date,
    now: datetime,
) -> Installation:
    """Add an installation to a site, checked already; refuses as `require_configuration` does."""
    require_configuration(configuration, from_on, today)
    installation = Installation(
        public_id=new_public_id(),
        site_id=site.id,
        name=name,
        state=InstallationState.CHECKED,
        created_at=now,
    )
    session.add(installation)
    session.flush()
    session.add(
        InstallationConfiguration(
            installation_id=installation.id, from_on=from_on, **asdict(configuration)
        )
    )
    session.flush()
    journal.record(
        session,
        actor,
        now,
        "sites.registered",
        "installation",
        installation.public_id,
        after=journal.filled({"name": name, "from_on": from_on, **asdict(configuration)}),
    )
    return installation


def present_configuration(session: Session, installation_id: int) -> InstallationConfiguration:
    """Return what an installation is now: the one period that is open."""
    return session.execute(
        select(InstallationConfiguration).where(is_present(installation_id))
    ).scalar_one()


def configure(
    session: Session,
    actor: Actor,
    installation_id: int,
    configuration: Configuration,
    from_on: date,
    today: date,
    now: datetime,
) -> None:
    """Have an installation be something else from a day on, which closes the period before it.

    The first day of the present period itself corrects that period. Where a report contradicted
    what was on file and does not any more, that case is decided.

    Raises:
        Refusal: as `require_configuration`, or `sites.configuration_earlier` for a day before the
            present period.
    """
    require_configuration(configuration, from_on, today)
    installation = session.get_one(Installation, installation_id, with_for_update=True)
    present = present_configuration(session, installation_id)
    if from_on < present.from_on:
        raise Refusal(
            "sites.configuration_earlier",
            day=from_on.isoformat(),
            from_on=present.from_on.isoformat(),
        )
    wanted = asdict(configuration)
    if from_on == present.from_on:
        changes = journal.changed_fields(present, wanted)
    else:
        changes = {
            name: (getattr(present, name), value)
            for name, value in wanted.items()
            if getattr(present, name) != value
        }
        if changes:
            present.until_on = from_on - timedelta(days=1)
            session.flush()
            session.add(
                InstallationConfiguration(
                    installation_id=installation_id, from_on=from_on, **wanted
                )
            )
    session.flush()
    journal.record_changes(
        session,
        actor,
        now,
        "sites.configured",
        "installation",
        installation.public_id,
        {"from_on": (present.from_on, from_on), **changes} if changes else {},
    )
    contradictions.decide_resolved(session, actor, installation_id, now)


def change_installation(
    session: Session, actor: Actor, installation_id: int, name: str, site: Site, now: datetime
) -> None:
    """Give an installation another name, or put it on another site of the same farm.

    Raises:
        Refusal: `sites.other_farm`.
    """
    installation = session.get_one(Installation, installation_id, with_for_update=True)
    present = session.get_one(Site, installation.site_id)
    if site.farm_id != present.farm_id:
        raise Refusal("sites.other_farm")
    changes = journal.changed_fields(installation, {"name": name})
    if journal.changed_fields(installation, {"site_id": site.id}):
        changes["site"] = (present.place, site.place)
    session.flush()
    journal.record_changes(
        session, actor, now, "sites.changed", "installation", installation.public_id, changes
    )


def cease(
    session: Session,
    actor: Actor,
    installation_id: int,
    ceased_on: date | None,
    now: datetime,
) -> None:
    """Put an installation out of use from a day on; None puts it in use again.

    Raises:
        Refusal: `sites.serviced_after` when a service is registered on that day or later.
    """
    installation = session.get_one(Installation, installation_id, with_for_update=True)
    if ceased_on is not None:
        last = last_service_on(session, installation_id)
        if last is not None and last >= ceased_on:
            raise Refusal(
                "sites.serviced_after", day=last.isoformat(), ceased_on=ceased_on.isoformat()
            )
    changes = journal.changed_fields(installation, {"ceased_on": ceased_on})
    session.flush()
    action = "sites.resumed" if ceased_on is None else "sites.ceased"
    journal.record_changes(
        session, actor, now, action, "installation", installation.public_id, changes
    )


def check(session: Session, actor: Actor, installation_id: int, reason: str, now: datetime) -> bool:
    """Note that the office has seen an installation made at a visit, and decide its case.

    Returns:
        False when it was checked already, and nothing changed.
    """
    installation = session.get_one(Installation, installation_id, with_for_update=True)
    changes: dict[str, Any] = journal.changed_fields(
        installation, {"state": InstallationState.CHECKED}
    )
    session.flush()
    journal.record_changes(
        session, actor, now, "sites.checked", "installation", installation.public_id, changes
    )
    waiting = session.execute(
        select(Case)
        .where(
            Case.installation_id == installation_id,
            Case.kind == CaseKind.INSTALLATION_UNCHECKED,
            Case.state != CaseState.DECIDED,
        )
        .with_for_update()
    ).scalars()
    for case in waiting:
        decided = journal.changed_fields(
            case,
            {
                "state": CaseState.DECIDED,
                "decision": "accepted",
                "reason": reason,
                "decided_at": now,
                "decided_by_id": actor.user_id,
            },
        )
        journal.record_changes(session, actor, now, "cases.decided", "case", case.id, decided)
    session.flush()
    return bool(changes)
