"""Load all that a batch of events needs, in a number of queries that does not grow with it.

The stickers are locked in (series, serial) order, so that batches wait for each other in one order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.certification import CertificatePeriod, Country, Module
from kombeheer.rules.numbers import SeriesFormat, StickerNumber
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.rules.stickers import Account, AccountKind, StickerFacts
from models.billing import TariffRow
from models.certification import Certificate, CertificateModule
from models.parties import Customer, Employment, Farm, Mechanic
from models.sites import Installation, InstallationConfiguration, Site
from models.stickers import Sticker, StickerSeries

Key = tuple[str, int]

_STICKERS = (
    select(
        Sticker.series_id,
        Sticker.serial,
        Sticker.account,
        Sticker.dealer_id,
        Sticker.issued_on,
        StickerSeries.shape,
        StickerSeries.code,
        StickerSeries.width,
        StickerSeries.has_check_digits,
        StickerSeries.valid_from,
        StickerSeries.valid_until,
    )
    .join(StickerSeries, StickerSeries.id == Sticker.series_id)
    .where(
        StickerSeries.shape.in_(bindparam("shapes", expanding=True)),
        Sticker.serial.in_(bindparam("serials", expanding=True)),
    )
    .order_by(Sticker.series_id, Sticker.serial)
)
_STICKERS_LOCKED = _STICKERS.with_for_update(of=Sticker)
_STAYS = func.coalesce(Mechanic.merged_into_id, Mechanic.id)  # of a double, whom he became
_MECHANICS = (
    select(
        Mechanic.number,
        _STAYS,
        Employment.dealer_id,
        Employment.from_on,
        Employment.until_on,
        Certificate.id,
        Certificate.valid_from,
        Certificate.valid_until,
        Certificate.country,
        CertificateModule.module,
    )
    .outerjoin(Employment, Employment.mechanic_id == _STAYS)
    .outerjoin(Certificate, Certificate.mechanic_id == _STAYS)
    .outerjoin(CertificateModule, CertificateModule.certificate_id == Certificate.id)
    .where(Mechanic.number.in_(bindparam("numbers", expanding=True)))
)
# A merge of this mechanic is awaited; visits of one mechanic do not wait for each other.
_MECHANICS_LOCKED = _MECHANICS.with_for_update(read=True, key_share=True, of=Mechanic)
_NEWEST_TARIFF = select(func.max(TariffRow.id)).scalar_subquery()
_INSTALLATIONS = (
    select(
        Installation.id,
        Installation.public_id,
        Installation.ceased_on,
        Farm.id,
        Farm.ceased_on,
        InstallationConfiguration.from_on,
        InstallationConfiguration.until_on,
        InstallationConfiguration.parlour_type,
        InstallationConfiguration.species,
        InstallationConfiguration.unit_count,
        Site.id,
        _NEWEST_TARIFF,
        Customer.dealer_id,
    )
    .join(Site, Site.id == Installation.site_id)
    .join(Farm, Farm.id == Site.farm_id)
    .join(InstallationConfiguration, InstallationConfiguration.installation_id == Installation.id)
    .outerjoin(
        Customer,
        and_(
            Customer.farm_id == Farm.id,
            Customer.until_on.is_(None),
            Customer.dealer_id.in_(bindparam("dealers", expanding=True)),
        ),
    )
    .where(
        or_(
            Installation.public_id.in_(bindparam("public_ids", expanding=True)),
            Installation.id.in_(bindparam("ids", expanding=True)),
        )
    )
    .order_by(Site.id)
)
# Who settles the charges of a site is awaited; visits at one site do not wait for each other.
_INSTALLATIONS_LOCKED = _INSTALLATIONS.with_for_update(read=True, key_share=True, of=Site)


@dataclass(slots=True)
class KnownSticker:
    """A number as it stands while the batch is judged; `account` changes as events are accepted."""

    series_id: int
    serial: int
    account: Account
    dealer_id: int | None
    issued_on: date | None
    number: StickerNumber
    valid_from: date
    valid_until: date

    def facts(self) -> StickerFacts:
        """Return what the rules ask about this number."""
        return StickerFacts(
            self.number.printed,
            self.account,
            self.dealer_id,
            self.valid_from,
            self.valid_until,
            self.issued_on,
        )


@dataclass(slots=True)
class KnownMechanic:
    """A mechanic with his employments and certificates, those of the past too."""

    id: int
    number: str
    employments: set[tuple[int, date, date | None]] = field(default_factory=set)
    periods: dict[int, tuple[date, date, set[Module], Country]] = field(default_factory=dict)

    def dealer_on(self, day: date) -> int | None:
        """Return the dealer who employs him on `day`, or None."""
        for dealer_id, from_on, until_on in self.employments:
            if from_on <= day and (until_on is None or day <= until_on):
                return dealer_id
        return None

    def certificates(self) -> list[CertificatePeriod]:
        """Return his certificates as the rules take them."""
        return [
            CertificatePeriod(valid_from, valid_until, frozenset(modules), country)
            for valid_from, valid_until, modules, country in self.periods.values()
        ]


@dataclass(frozen=True, slots=True)
class Setup:
    """What an installation was in one period."""

    parlour_type: ParlourType
    species: Species
    unit_count: int


@dataclass(slots=True)
class KnownInstallation:
    """An installation with what it was in each period, and which dealers serve its farm.

    `newest_tariff` is the highest id of a tariff when it was looked up, None when it was not.
    """

    id: int
    public_id: str
    site_id: int
    farm_id: int
    ceased_on: date | None
    setups: dict[date, Setup] = field(default_factory=dict)
    dealers: set[int] = field(default_factory=set)
    newest_tariff: int | None = None

    def setup_on(self, day: date) -> Setup:
        """Return what it was on `day`; before its first period, what it was first."""
        started = [from_on for from_on in self.setups if from_on <= day]
        return self.setups[max(started) if started else min(self.setups)]


def load_stickers(
    session: Session, keys: Iterable[Key], *, lock: bool = True
) -> dict[Key, list[KnownSticker]]:
    """Return every sticker that a (shape, serial) may stand for; locked until the commit."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = session.connection().execute(
        _STICKERS_LOCKED if lock else _STICKERS,
        {
            "shapes": sorted({shape for shape, _ in wanted}),
            "serials": sorted({serial for _, serial in wanted}),
        },
    )
    found: dict[Key, list[KnownSticker]] = {}
    for row in rows:
        key = (row.shape, row.serial)
        if key in wanted:
            series = SeriesFormat(row.code, row.width, row.has_check_digits)
            sticker = KnownSticker(
                row.series_id,
                row.serial,
                Account.parse(row.account),
                row.dealer_id,
                row.issued_on,
                series.number(row.serial),
                row.valid_from,
                row.valid_until,
            )
            found.setdefault(key, []).append(sticker)
    return found


def load_mechanics(
    session: Session, numbers: Iterable[str], *, lock: bool = True
) -> dict[str, KnownMechanic]:
    """Return mechanics by the number that was given, for a merged double the one that stays.

    Locked, nobody is merged or leaves his dealer before the commit. Who was merged while this
    waited for it comes without employments, so that a person looks.
    """
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    found: dict[str, KnownMechanic] = {}
    for (
        number,
        mechanic_id,
        dealer_id,
        employed_from,
        employed_until,
        certificate_id,
        valid_from,
        valid_until,
        country,
        module,
    ) in session.connection().execute(
        _MECHANICS_LOCKED if lock else _MECHANICS, {"numbers": wanted}
    ):
        mechanic = found.setdefault(number, KnownMechanic(mechanic_id, number))
        if dealer_id is not None:
            mechanic.employments.add((dealer_id, employed_from, employed_until))
        if certificate_id is not None:
            period = mechanic.periods.setdefault(
                certificate_id, (valid_from, valid_until, set(), Country(country))
            )
            if module is not None:
                period[2].add(Module(module))
    return found


def hold_farms(
    session: Session,
    public_ids: Iterable[str],
    ids: Iterable[int] = (),
    site_ids: Iterable[int] = (),
) -> None:
    """Hold every site of the farms of installations and sites, for who will settle charges there.

    All at once and in one order: who first shared a site with another, and then wanted it for
    himself, would wait for the other as the other for him.
    """
    there = or_(
        Installation.public_id.in_(sorted(set(public_ids))), Installation.id.in_(sorted(set(ids)))
    )
    sites = select(Installation.site_id).where(there)
    farms = select(Site.farm_id).where(Site.id.in_(sites) | Site.id.in_(sorted(set(site_ids))))
    held = select(Site.id).where(Site.farm_id.in_(farms)).order_by(Site.id)
    session.execute(held.with_for_update())


def load_installations(
    session: Session,
    public_ids: Iterable[str],
    ids: Iterable[int],
    dealers: Iterable[int],
    *,
    lock: bool = True,
) -> list[KnownInstallation]:
    """Return installations by public id or by id, with those of `dealers` that serve the farm.

    Locked, nobody settles the charges of their sites before the commit.
    """
    values: dict[str, Sequence[object]] = {
        "public_ids": sorted(set(public_ids)),
        "ids": sorted(set(ids)),
        "dealers": sorted(set(dealers)),
    }
    if not values["public_ids"] and not values["ids"]:
        return []
    found: dict[int, KnownInstallation] = {}
    for (
        installation_id,
        public_id,
        ceased_on,
        farm_id,
        farm_ceased_on,
        from_on,
        _until_on,
        parlour_type,
        species,
        unit_count,
        site_id,
        newest_tariff,
        dealer_id,
    ) in session.connection().execute(_INSTALLATIONS_LOCKED if lock else _INSTALLATIONS, values):
        ends = [day for day in (ceased_on, farm_ceased_on) if day is not None]
        installation = found.setdefault(
            installation_id,
            KnownInstallation(
                installation_id, public_id, site_id, farm_id, min(ends, default=None)
            ),
        )
        installation.newest_tariff = newest_tariff
        installation.setups[from_on] = Setup(
            ParlourType(parlour_type), Species(species), unit_count
        )
        if dealer_id is not None:
            installation.dealers.add(dealer_id)
    return list(found.values())


def applied_installation(stickers: Sequence[KnownSticker]) -> int | None:
    """Return the installation that the one sticker is stuck on, or None."""
    if len(stickers) == 1 and stickers[0].account.kind is AccountKind.APPLIED:
        return stickers[0].account.holder_id
    return None
