"""Three robots that were made on the spot in the last days, and wait for the office.

They are stored as a visit to something new stores them, but with public ids from the seed.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from kombeheer.rules.cases import CaseKind
from kombeheer.rules.scanning import Ending, Outcome, Visit
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services import journal
from kombeheer.services.cases.raising import case_row, raise_cases
from kombeheer.services.demonstration.chance import Chance
from kombeheer.services.demonstration.days import instant
from kombeheer.services.demonstration.logistics import dealer_actor, with_dealer, with_mechanic
from kombeheer.services.demonstration.plan import Dealer, Farm, Installation, Site
from kombeheer.services.demonstration.scans import Batch, send
from kombeheer.services.demonstration.scene import Scene, Work
from kombeheer.services.demonstration.storing import store_farms
from kombeheer.services.sites.installations import Configuration

FARM_NAMES = ("Melkveebedrijf Nieuwland", "VOF De Nije Stâl", "Maatschap Vooruit")
HOUR = 18


def make_newcomers(scene: Scene, day: date) -> Work:
    """Return the making of a robot for each of the first three dealers, with its first service."""
    chance = Chance(scene.wish.seed, "newcomers")
    farms: list[Farm] = []
    batches: list[Batch] = []
    for dealer, name in zip(scene.people.dealers, FARM_NAMES, strict=False):
        mechanic = scene.steady_mechanic(dealer, ams=True)
        series = scene.series_on(day)
        taken = scene.supply.take(series, [with_mechanic(mechanic), with_dealer(dealer)])
        assert taken is not None
        farm = _farm(chance, dealer, name, day)
        installation = farm.sites[0].installations[0]
        installation.sticker = series.format.number(taken[0])
        visit = Visit(chance.uuid(), mechanic.number, day, Ending.STICKER, installation.public_id)
        sender = scene.fieldwork.senders.get(mechanic, scene.fieldwork.senders[dealer])
        captured = instant(day, 15, 10 * len(farms))
        event = scene.fieldwork.writer.visit(sender, visit, captured, installation.sticker)
        farms.append(farm)
        batches.append(Batch(sender, (event,), (Outcome.ACCEPTED,)))

    def work(session: Session) -> None:
        moment = instant(day, HOUR)
        store_farms(session, scene.wish, farms)
        for farm in farms:
            _raise_case(session, farm, moment)
        send(session, batches, moment)

    return work


def _farm(chance: Chance, dealer: Dealer, name: str, day: date) -> Farm:
    robot = Configuration(ParlourType.ROBOT, Species.COWS, 1, box_count=1)
    site = Site(chance.public_id(), "", "", dealer.place, "NL")
    site.installations = [Installation(chance.public_id(), robot, day, is_checked=False)]
    return Farm(chance.public_id(), name, dealer, [], [site], began_on=day)


def _raise_case(session: Session, farm: Farm, moment: datetime) -> None:
    [site] = farm.sites
    [installation] = site.installations
    kind, dealer_id = CaseKind.INSTALLATION_UNCHECKED, farm.dealer.id
    raise_cases(
        session, [case_row(kind, moment, installation_id=installation.id, dealer_id=dealer_id)]
    )
    journal.record(
        session,
        dealer_actor(farm.dealer),
        moment,
        "sites.registered",
        "installation",
        installation.public_id,
        after={"farm": farm.name, "place": site.place, "unchecked": True},
    )
