"""What changes in the register: farms, sites, installations, who serves and who employs whom."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.certification import Module
from kombeheer.rules.parties import Period
from kombeheer.services import certification
from kombeheer.services.parties import employments, merging, merging_mechanics, moving
from kombeheer.services.sites import installations
from models.certification import Certificate
from models.parties import Dealer as DealerRow
from models.parties import Employment, Farm
from models.parties import Mechanic as MechanicRow
from models.sites import Installation, Site
from tests.simulation.ground import (
    Ground,
    draw_configuration,
    register_farm,
    register_installation,
    register_site,
)
from tests.simulation.network import Acts, Network
from tests.simulation.world import World

WRONG_SHARE = 0.1
DAYS_BACK_MAX = 20


def make_farm(world: World, ground: Ground, _network: Network) -> None:
    """Register a farm with a site and an installation."""
    dealer, office = world.chance.choice(ground.dealers), ground.office.actor
    name, setup = f"Hoeve {world.chance.randint(1, 30)}", draw_configuration(world)

    def work(session: Session) -> None:
        row = session.get_one(DealerRow, dealer.id)
        farm = register_farm(session, world, office, row, name)
        site = register_site(session, world, office, farm)
        register_installation(session, world, office, site, setup)

    world.write(work)


def add_to_farm(world: World, ground: Ground, _network: Network) -> None:
    """Register another site of a farm, with an installation."""
    setup, office = draw_configuration(world), ground.office.actor
    farm_id = world.pick(world.rows(select(Farm.id).order_by(Farm.id))).id

    def work(session: Session) -> None:
        site = register_site(session, world, office, session.get_one(Farm, farm_id))
        register_installation(session, world, office, site, setup)

    world.write(work)


def merge_farms(world: World, ground: Ground, _network: Network) -> None:
    """Merge a farm that may be the same into another one; any two, now and then."""
    farms = world.rows(select(Farm.id).where(Farm.merged_into_id.is_(None)).order_by(Farm.id))
    kept = world.pick(farms).id
    others = [row.id for row in world.rows(select(Farm.id).order_by(Farm.id))]
    if not world.chance.happens(WRONG_SHARE):
        with world.database.reading() as session:
            others = [row.id for row in merging.candidates(session, kept)]
    double = world.pick(others)
    world.write(
        lambda session: merging.merge_farms(
            session, ground.office.actor, double, kept, world.today, world.now
        )
    )


def merge_mechanics(world: World, ground: Ground, _network: Network) -> None:
    """Merge two mechanics, of one dealer mostly, who both go on scanning."""
    dealer, other = world.chance.choice(ground.dealers), world.chance.choice(ground.dealers)
    if not world.chance.happens(WRONG_SHARE):
        other = dealer
    kept, double = world.chance.choice(dealer.mechanics), world.chance.choice(other.mechanics)
    world.write(
        lambda session: merging_mechanics.merge_mechanics(
            session, ground.office.actor, double.id, kept.id, world.now
        )
    )


def move_farms(world: World, ground: Ground, _network: Network) -> None:
    """Move some farms from one dealer to another."""
    source, target = world.chance.choice(ground.dealers), world.chance.choice(ground.dealers)
    farms = world.rows(select(Farm.public_id).order_by(Farm.id))
    chosen = moving.Chosen(tuple(row.public_id for row in world.chance.sample(farms, 8)))
    on = world.today - timedelta(days=world.chance.randint(-1, DAYS_BACK_MAX))
    wrong = int(world.chance.happens(WRONG_SHARE))

    def work(session: Session) -> None:
        rows = [session.get_one(DealerRow, one.id) for one in (source, target)]
        seen = moving.preview(session, *rows, chosen, on, world.today)
        moving.move_farms(
            session,
            ground.office.actor,
            *rows,
            chosen,
            on,
            seen.count + wrong,
            world.today,
            world.now,
        )

    world.write(work)


def end_employment(world: World, ground: Ground, _network: Network) -> None:
    """Have a mechanic leave, when he has no stickers any more."""
    still = select(Employment.id).where(Employment.until_on.is_(None)).order_by(Employment.id)
    employment_id = world.pick(world.rows(still)).id
    until_on = world.today + timedelta(days=world.chance.choice((-3, 0, 0, 5)))

    def work(session: Session) -> None:
        row = session.get_one(Employment, employment_id)
        period = Period(row.from_on, until_on)
        employments.set_period(session, ground.office.actor, employment_id, period, world.now)

    world.write(work)


def begin_employment(world: World, ground: Ground, _network: Network) -> None:
    """Have a dealer employ a mechanic, who may have another dealer still."""
    dealer = world.chance.choice(ground.dealers)
    employed = select(Employment.mechanic_id).where(Employment.until_on.is_(None))
    statement = select(MechanicRow.id).where(MechanicRow.merged_into_id.is_(None))
    if not world.chance.happens(WRONG_SHARE):
        statement = statement.where(MechanicRow.id.not_in(employed))
    mechanic_id = world.pick(world.rows(statement.order_by(MechanicRow.id))).id
    from_on = world.today + timedelta(days=world.chance.choice((-2, 0, 1, 7)))
    world.write(
        lambda session: employments.begin_employment(
            session,
            ground.office.actor,
            mechanic_id,
            session.get_one(DealerRow, dealer.id),
            Period(from_on),
            world.now,
        )
    )


def certify(world: World, ground: Ground, _network: Network) -> None:
    """Enter a certificate of another year, with or without the module, mostly where it lapsed."""
    valid = select(Certificate.mechanic_id).where(Certificate.valid_until >= world.today)
    statement = select(MechanicRow.id).where(MechanicRow.merged_into_id.is_(None))
    if not world.chance.happens(WRONG_SHARE):
        statement = statement.where(MechanicRow.id.not_in(valid))
    mechanic_id = world.pick(world.rows(statement.order_by(MechanicRow.id))).id
    number = f"C{world.chance.randint(1, 999)}"
    modules = [Module.AMS] if world.chance.happens(0.5) else []
    until = world.today + timedelta(days=world.chance.choice((-1, 30, 365)))
    world.write(
        lambda session: certification.enter_certificate(
            session,
            ground.office.actor,
            mechanic_id,
            world.now,
            number=number,
            modules=modules,
            valid_from=world.today,
            valid_until=until,
        )
    )


def _installation(world: World, *, ceased: bool | None = None) -> int:
    statement = select(Installation.id).order_by(Installation.id)
    if ceased is not None:
        stopped = Installation.ceased_on.is_not(None)
        statement = statement.where(stopped if ceased else ~stopped)
    found: int = world.pick(world.rows(statement)).id
    return found


def configure(world: World, ground: Ground, _network: Network) -> None:
    """Have an installation be something else, from a day on."""
    installation_id, setup = _installation(world), draw_configuration(world)
    from_on = world.today - timedelta(days=world.chance.randint(-1, DAYS_BACK_MAX))
    world.write(
        lambda session: installations.configure(
            session,
            ground.office.actor,
            installation_id,
            setup,
            from_on,
            world.today,
            world.now,
        )
    )


def move_installation(world: World, ground: Ground, _network: Network) -> None:
    """Put an installation on another site of its farm, or by mistake of another one."""
    wanted = select(Installation.id, Site.farm_id).join(Site, Site.id == Installation.site_id)
    rows = world.rows(wanted.order_by(Installation.id))
    sites = world.rows(select(Site.id, Site.farm_id).order_by(Site.id))
    several = {site.farm_id for site in sites if sum(s[1] == site.farm_id for s in sites) > 1}
    moved = world.pick([row for row in rows if row.farm_id in several])
    if not world.chance.happens(WRONG_SHARE):
        sites = [site for site in sites if site.farm_id == moved.farm_id]
    site_id = world.pick(sites).id
    world.write(
        lambda session: installations.change_installation(
            session,
            ground.office.actor,
            moved.id,
            "",
            session.get_one(Site, site_id),
            world.now,
        )
    )


def cease(world: World, ground: Ground, _network: Network) -> None:
    """Put an installation out of use."""
    installation_id = _installation(world, ceased=False)
    day = world.today - timedelta(days=world.chance.randint(-3, DAYS_BACK_MAX))
    world.write(
        lambda session: installations.cease(
            session, ground.office.actor, installation_id, day, world.now
        )
    )


def resume(world: World, ground: Ground, _network: Network) -> None:
    """Put an installation in use again."""
    installation_id = _installation(world, ceased=True)
    world.write(
        lambda session: installations.cease(
            session, ground.office.actor, installation_id, None, world.now
        )
    )


ACTS: Acts = {
    "register.make_farm": (make_farm, 1),
    "register.add_to_farm": (add_to_farm, 1),
    "register.merge_farms": (merge_farms, 3),
    "register.merge_mechanics": (merge_mechanics, 1),
    "register.move_farms": (move_farms, 2),
    "register.end_employment": (end_employment, 1),
    "register.begin_employment": (begin_employment, 2),
    "register.certify": (certify, 3),
    "register.configure": (configure, 2),
    "register.move_installation": (move_installation, 3),
    "register.cease": (cease, 2),
    "register.resume": (resume, 2),
}
