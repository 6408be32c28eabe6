"""Register farms, sites and installations: by the office, or on the spot and then unchecked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.cases import CaseKind
from kombeheer.rules.scanning import NewInstallation
from kombeheer.rules.sites import InstallationState
from kombeheer.services import journal, search
from kombeheer.services.cases.raising import case_row, raise_cases
from models.base import new_public_id
from models.parties import Customer, Farm
from models.sites import Installation, InstallationConfiguration, Site


def register_unchecked(
    session: Session,
    actor: Actor,
    wanted: Sequence[tuple[NewInstallation, int, date]],
    now: datetime,
) -> list[tuple[int, int, int]]:
    """Register installations made on the spot, with their farm as a customer of the dealer.

    Args:
        wanted: for each the installation, the dealer and the first day it was seen.

    Returns:
        (installation, site and farm id) of each, in the same order. Each becomes a case.
    """
    farms = [Farm(public_id=new_public_id(), name=new.farm, created_at=now) for new, _, _ in wanted]
    session.add_all(farms)
    session.flush()
    sites = [
        Site(
            public_id=new_public_id(),
            farm_id=farm.id,
            place=new.place,
            postcode=new.postcode,
            created_at=now,
        )
        for farm, (new, _, _) in zip(farms, wanted, strict=True)
    ]
    session.add_all(sites)
    session.flush()
    installations = [
        Installation(
            public_id=new_public_id(),
            site_id=site.id,
            state=InstallationState.UNCHECKED,
            created_at=now,
        )
        for site in sites
    ]
    session.add_all(installations)
    session.flush()
    session.add_all(
        InstallationConfiguration(
            installation_id=installation.id,
            from_on=day,
            parlour_type=new.parlour_type,
            species=new.species,
            unit_count=new.unit_count,
            vacuum_pump_count=new.vacuum_pump_count,
            cleaning_facility_count=new.cleaning_facility_count,
            box_count=new.box_count,
        )
        for installation, (new, _, day) in zip(installations, wanted, strict=True)
    )
    session.add_all(
        Customer(dealer_id=dealer_id, farm_id=farm.id, from_on=day)
        for farm, (_, dealer_id, day) in zip(farms, wanted, strict=True)
    )
    session.flush()
    _tell(session, actor, wanted, installations, farms, now)
    return [
        (installation.id, site.id, site.farm_id)
        for installation, site in zip(installations, sites, strict=True)
    ]


def _tell(
    session: Session,
    actor: Actor,
    wanted: Sequence[tuple[NewInstallation, int, date]],
    installations: Sequence[Installation],
    farms: Sequence[Farm],
    now: datetime,
) -> None:
    """Raise a case for each, make the farms findable, and write the journal."""
    kind = CaseKind.INSTALLATION_UNCHECKED
    raise_cases(
        session,
        [
            case_row(kind, now, installation_id=installation.id, dealer_id=dealer_id)
            for installation, (_, dealer_id, _) in zip(installations, wanted, strict=True)
        ],
    )
    search.index(
        session,
        search.SubjectKind.FARM,
        {
            farm.id: (new.farm, new.place, new.postcode)
            for farm, (new, _, _) in zip(farms, wanted, strict=True)
        },
        new=True,
    )
    journal.record_many(
        session,
        actor,
        now,
        "sites.registered",
        "installation",
        [
            (installation.public_id, {}, {"farm": new.farm, "place": new.place, "unchecked": True})
            for installation, (new, _, _) in zip(installations, wanted, strict=True)
        ],
    )


def register_one_unchecked(
    session: Session,
    actor: Actor,
    new: NewInstallation,
    dealer_id: int,
    day: date,
    now: datetime,
) -> str:
    """Register one installation made on the spot; return its public id."""
    [(installation_id, _, _)] = register_unchecked(session, actor, [(new, dealer_id, day)], now)
    return session.get_one(Installation, installation_id).public_id
