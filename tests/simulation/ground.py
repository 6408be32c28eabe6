"""The foundation a run begins with: small, but with something of everything in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role, UserState
from kombeheer.rules.certification import Module
from kombeheer.rules.parties import Period
from kombeheer.rules.scanning import Event
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services import certification
from kombeheer.services.demonstration.scans import Sender
from kombeheer.services.parties import customers, dealers, employments, farms, mechanics
from kombeheer.services.parties.dealers import DealerDetails
from kombeheer.services.sites import installations, locations
from kombeheer.services.sites.installations import Configuration
from kombeheer.services.sites.locations import SiteDetails
from kombeheer.services.stickers import ledger, logistics, series
from models.accounts import User
from models.parties import Dealer as DealerRow
from models.parties import Farm
from models.scanning import Device
from models.sites import Site
from tests.simulation.world import World

DEALERS, MECHANICS, FARMS = 10, 4, 5  # of each dealer: mechanics, farms
STICKERS, LEGACY = 24, 4
LEGACY_DEALERS, LEGACY_WIDTH = 2, 7  # each has a series of his own, with the same numbers in it
SINCE, CERTIFIED_UNTIL, LAPSES_ON = date(2019, 1, 1), date(2029, 12, 31), date(2025, 11, 30)
UNITS = (1, 6, 12, 24, 60, 200)


@dataclass(eq=False, slots=True)
class Phone(Sender):
    """A device with what was scanned on it and not acknowledged yet."""

    unsent: list[Event] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Mechanic:
    """A mechanic with his phone, of the dealer who employs him at first."""

    id: int
    number: str
    phone: Phone


@dataclass(eq=False, slots=True)
class Dealer:
    """A dealer: his desk with a device of its own, and his mechanics."""

    id: int
    public_id: str
    desk: Phone
    mechanics: list[Mechanic] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        """Return who acts at his desk."""
        return self.desk.actor

    @property
    def phones(self) -> list[Phone]:
        """Return every device of his and of his mechanics."""
        return [self.desk, *(one.phone for one in self.mechanics)]


@dataclass(eq=False, slots=True)
class Ground:
    """Everybody who does something."""

    office: Phone
    colleague: Actor
    dealers: list[Dealer] = field(default_factory=list)

    @property
    def phones(self) -> list[Phone]:
        """Return every device of the field."""
        return [phone for dealer in self.dealers for phone in dealer.phones]


def lay_out(world: World) -> Ground:
    """Make the foundation in one transaction."""
    return world.commit(lambda session: _lay_out(session, world))


def _lay_out(session: Session, world: World) -> Ground:
    office = _phone(session, world, "office", Role.OFFICE)
    colleague = _user(session, world, "colleague", Role.OFFICE)
    ground = Ground(office, colleague)
    present = series.make_series(session, office.actor, world.now, f"{world.today.year % 100:02d}")
    last = DEALERS * STICKERS * 2
    for work in (logistics.order, logistics.receive):
        work(session, office.actor, world.now, present.id, 1, last, day=_new_year(world))
    for place in range(DEALERS):
        row = _dealer(session, world, office.actor, place)
        ground.dealers.append(_people(session, world, office.actor, row, place))
        _issue(session, world, office.actor, row, present.id, STICKERS)
        for farm in range(FARMS):
            _farm(session, world, office.actor, row, farm)
    for dealer in ground.dealers[:LEGACY_DEALERS]:
        _old_stock(session, world, office.actor, session.get_one(DealerRow, dealer.id))
    return ground


def _new_year(world: World) -> date:
    return date(world.today.year, 1, 1)


def _user(
    session: Session,
    world: World,
    name: str,
    role: Role,
    dealer_id: int | None = None,
    mechanic_id: int | None = None,
) -> Actor:
    row = User(
        email=f"{name}@kom.example",
        name=name,
        role=role,
        state=UserState.ACTIVE,
        dealer_id=dealer_id,
        mechanic_id=mechanic_id,
        created_at=world.now,
    )
    session.add(row)
    session.flush()
    return Actor(row.id, role, name, dealer_id, mechanic_id)


def _phone(
    session: Session,
    world: World,
    name: str,
    role: Role,
    dealer_id: int | None = None,
    mechanic_id: int | None = None,
) -> Phone:
    actor = _user(session, world, name, role, dealer_id, mechanic_id)
    device = world.chance.uuid()
    session.add(Device(id=device, user_id=actor.user_id, name=name, registered_at=world.now))
    session.flush()
    return Phone(actor, device)


def _dealer(session: Session, world: World, office: Actor, place: int) -> DealerRow:
    details = DealerDetails(number=f"{place + 1:04d}", name=f"Dealer {place + 1}")
    return dealers.register_dealer(session, office, details, world.now)


def _people(session: Session, world: World, office: Actor, row: DealerRow, place: int) -> Dealer:
    """Make a dealer's users and mechanics; the certificate of his last one lapses soon."""
    desk = _phone(session, world, f"dealer{place + 1}", Role.DEALER, dealer_id=row.id)
    dealer = Dealer(row.id, row.public_id, desk)
    for position in range(MECHANICS):
        number = f"{1000 + place * MECHANICS + position}"
        made = mechanics.register_mechanic(
            session, office, world.now, number=number, name=f"Monteur {number}"
        )
        employments.begin_employment(session, office, made.id, row, Period(SINCE), world.now)
        is_last = position == MECHANICS - 1
        certification.enter_certificate(
            session,
            office,
            made.id,
            world.now,
            number=number,
            modules=[Module.AMS] if position == 0 else [],
            valid_from=SINCE,
            valid_until=LAPSES_ON if is_last else CERTIFIED_UNTIL,
        )
        phone = _phone(session, world, f"m{number}", Role.MECHANIC, mechanic_id=made.id)
        dealer.mechanics.append(Mechanic(made.id, number, phone))
    return dealer


def _issue(
    session: Session, world: World, office: Actor, dealer: DealerRow, series_id: int, count: int
) -> None:
    on = _new_year(world)
    logistics.issue(session, office, world.now, dealer.id, series_id, count=count, day=on)
    ledger.append_to_chain(session)  # by its movement the parcel is found
    logistics.confirm(session, office, world.now, dealer.id, day=on)


def _old_stock(session: Session, world: World, office: Actor, dealer: DealerRow) -> None:
    """Give a dealer a few numbers of an old series, without check digits."""
    old = series.make_series(
        session,
        office,
        world.now,
        f"oud{dealer.number}",
        width=LEGACY_WIDTH,
        valid_from=SINCE,
        valid_until=world.today + timedelta(days=365),
    )
    for work in (logistics.order, logistics.receive):
        work(session, office, world.now, old.id, 1, LEGACY, day=_new_year(world))
    _issue(session, world, office, dealer, old.id, LEGACY)


def _farm(session: Session, world: World, office: Actor, dealer: DealerRow, place: int) -> Farm:
    """Make a farm; the first of each dealer has two sites, and two installations on one."""
    farm = register_farm(session, world, office, dealer, f"Hoeve {dealer.number}-{place}")
    first = register_site(session, world, office, farm)
    sites = [first]
    if place == 0:
        sites += [first, register_site(session, world, office, farm)]
    for site in sites:
        register_installation(session, world, office, site, draw_configuration(world))
    return farm


def register_farm(
    session: Session, world: World, office: Actor, dealer: DealerRow, name: str
) -> Farm:
    """Register a farm as a customer of a dealer."""
    farm = farms.register_farm(session, office, world.now, name=name)
    on = world.today
    customers.begin_customer(session, office, farm.id, dealer, on, on, world.now)
    return farm


def register_site(session: Session, world: World, office: Actor, farm: Farm) -> Site:
    """Register a site of a farm."""
    return locations.register_site(session, office, farm.id, SiteDetails("Oudega"), world.now)


def register_installation(
    session: Session, world: World, office: Actor, site: Site, configuration: Configuration
) -> None:
    """Register an installation that has been there for long."""
    installations.add_installation(
        session, office, site, "", configuration, SINCE, world.today, world.now
    )


def draw_configuration(world: World) -> Configuration:
    """Return what an installation may be; most are herringbones for cows."""
    kind = world.chance.choice((*ParlourType, *(ParlourType.HERRINGBONE,) * 6))
    return Configuration(
        kind,
        world.chance.choice((*Species, Species.COWS, Species.COWS)),
        world.chance.choice(UNITS),
        box_count=1 if kind is ParlourType.ROBOT else 0,
        delivered_or_renovated_on=date(2015, 5, 1),
    )
