"""Store what was planned, set-wise: people first, then farms a thousand at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kombeheer.rules.calendar import day_of
from kombeheer.rules.certification import Module
from kombeheer.rules.sites import InstallationState
from kombeheer.services import search
from kombeheer.services.demonstration.days import Wish, instant
from kombeheer.services.demonstration.plan import Dealer, Farm, Installation, Mechanic
from kombeheer.services.demonstration.supply import Series
from kombeheer.services.parties.indexing import identifier_texts
from kombeheer.services.sites.installations import Configuration
from models.certification import Certificate, CertificateModule
from models.parties import Customer, Employment, FarmIdentifier
from models.parties import Dealer as DealerRow
from models.parties import Farm as FarmRow
from models.parties import Mechanic as MechanicRow
from models.sites import Installation as InstallationRow
from models.sites import InstallationConfiguration
from models.sites import Site as SiteRow
from models.stickers import StickerSeries
from models.writing import insert_numbered, insert_rows


def store_series(session: Session, series: Series) -> None:
    """Store a series of stickers."""
    row = StickerSeries(
        code=series.format.code,
        width=series.format.width,
        has_check_digits=series.format.has_check_digits,
        shape=series.format.shape,
        valid_from=series.valid_from,
        valid_until=series.valid_until,
    )
    session.add(row)
    session.flush()
    series.id = row.id


def store_dealers(session: Session, wish: Wish, dealers: Sequence[Dealer]) -> None:
    """Store the dealers and make them findable."""
    rows = [
        {
            "public_id": dealer.public_id,
            "number": dealer.number,
            "name": dealer.name,
            "street": dealer.street,
            "postcode": dealer.postcode,
            "place": dealer.place,
            "country": "NL",
            "email": f"dealer-{dealer.number}@kom.example",
            "phone": "",
            "created_at": wish.founded,
        }
        for dealer in dealers
    ]
    texts = {}
    for dealer, dealer_id in zip(dealers, insert_numbered(session, DealerRow, rows), strict=True):
        dealer.id = dealer_id
        texts[dealer_id] = (dealer.name, dealer.number, dealer.place, dealer.postcode)
    search.index(session, search.SubjectKind.DEALER, texts, new=True)


def store_mechanics(session: Session, wish: Wish, mechanics: Sequence[Mechanic]) -> None:
    """Store the mechanics with their employments and certificates."""
    rows = [
        {
            "public_id": one.public_id,
            "number": one.number,
            "name": one.name,
            "email": "",
            "phone": "",
            "created_at": wish.founded,
        }
        for one in mechanics
    ]
    for one, mechanic_id in zip(
        mechanics, insert_numbered(session, MechanicRow, rows), strict=True
    ):
        one.id = mechanic_id
    insert_rows(
        session,
        Employment,
        [
            {
                "mechanic_id": one.id,
                "dealer_id": employment.dealer.id,
                "from_on": employment.from_on,
                "until_on": employment.until_on,
            }
            for one in mechanics
            for employment in one.employments
        ],
    )
    certificates = [
        {
            "mechanic_id": one.id,
            "number": one.number,
            "valid_from": one.certified_from,
            "valid_until": one.certified_until,
            "created_at": wish.founded,
        }
        for one in mechanics
    ]
    held = zip(mechanics, insert_numbered(session, Certificate, certificates), strict=True)
    insert_rows(
        session,
        CertificateModule,
        [
            {"certificate_id": certificate_id, "module": Module.AMS}
            for one, certificate_id in held
            if one.has_ams
        ],
    )
    texts = {one.id: (one.name, one.number) for one in mechanics}
    search.index(session, search.SubjectKind.MECHANIC, texts, new=True)


def store_farms(session: Session, wish: Wish, farms: Sequence[Farm]) -> None:
    """Store farms with identifiers, sites, installations and their first dealer."""
    rows = [
        {
            "public_id": farm.public_id,
            "name": farm.name,
            "email": "",
            "phone": "",
            "ceased_on": farm.ceased_on,
            "created_at": _entered(wish, farm),
        }
        for farm in farms
    ]
    for farm, farm_id in zip(farms, insert_numbered(session, FarmRow, rows), strict=True):
        farm.id = farm_id
    insert_rows(
        session,
        FarmIdentifier,
        [
            {"farm_id": farm.id, "kind": kind, "value": value}
            for farm in farms
            for kind, value in farm.identifiers
        ],
    )
    insert_rows(
        session,
        Customer,
        [
            {
                "dealer_id": farm.dealer.id,
                "farm_id": farm.id,
                "from_on": day_of(_entered(wish, farm)),
            }
            for farm in farms
            if farm.ceased_on is None or farm.ceased_on > day_of(_entered(wish, farm))
        ],
    )
    _store_sites(session, wish, farms)
    search.index(
        session,
        search.SubjectKind.FARM,
        {farm.id: _texts(farm) for farm in farms},
        new=True,
    )


def _entered(wish: Wish, farm: Farm) -> datetime:
    return wish.founded if farm.began_on is None else instant(farm.began_on, 18)


def _texts(farm: Farm) -> list[str]:
    texts = [farm.name]
    for kind, value in farm.identifiers:
        texts += identifier_texts(kind, value)
    for site in farm.sites:
        texts += (site.place, site.postcode)
    return texts


def _store_sites(session: Session, wish: Wish, farms: Sequence[Farm]) -> None:
    sites = [(farm, site) for farm in farms for site in farm.sites]
    rows = [
        {
            "public_id": site.public_id,
            "farm_id": farm.id,
            "street": site.street,
            "postcode": site.postcode,
            "place": site.place,
            "country": site.country,
            "created_at": _entered(wish, farm),
        }
        for farm, site in sites
    ]
    for (_, site), site_id in zip(sites, insert_numbered(session, SiteRow, rows), strict=True):
        site.id = site_id
    placed = [
        (site.id, farm, installation) for farm, site in sites for installation in site.installations
    ]
    installations = [
        {
            "public_id": one.public_id,
            "site_id": site_id,
            "name": one.name,
            "state": InstallationState.CHECKED if one.is_checked else InstallationState.UNCHECKED,
            "ceased_on": one.ceased_on,
            "created_at": _entered(wish, farm),
        }
        for site_id, farm, one in placed
    ]
    found = insert_numbered(session, InstallationRow, installations)
    for (_, _, one), installation_id in zip(placed, found, strict=True):
        one.id = installation_id
    insert_rows(
        session,
        InstallationConfiguration,
        [row for _, _, one in placed for row in _configurations(one)],
    )


def _configurations(one: Installation) -> list[dict[str, Any]]:
    """Return what an installation is, and what it was before."""
    if one.earlier is None or one.changed_on is None:
        return [_configuration(one.id, one.configuration, one.from_on, None)]
    last = one.changed_on - timedelta(days=1)
    return [
        _configuration(one.id, one.earlier, one.from_on, last),
        _configuration(one.id, one.configuration, one.changed_on, None),
    ]


def _configuration(
    installation_id: int, configuration: Configuration, from_on: date, until_on: date | None
) -> dict[str, Any]:
    return {
        "installation_id": installation_id,
        "from_on": from_on,
        "until_on": until_on,
        **asdict(configuration),
        "delivered_or_renovated_on": from_on,
    }
