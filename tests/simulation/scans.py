"""What is scanned: visits with every ending, mistakes of every kind, and withdrawals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from kombeheer.rules.numbers import StickerNumber
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import Ending, Event, EventState, NewInstallation, Visit
from kombeheer.rules.sites import ParlourType
from kombeheer.rules.stickers import AccountKind
from kombeheer.services.demonstration.scans import Writer
from kombeheer.services.stickers.ledger import series_format
from kombeheer.services.stickers.lists import in_account
from models.parties import Customer
from models.scanning import ScanDecision
from models.sites import Installation, InstallationConfiguration, Site
from models.stickers import Sticker, StickerSeries
from tests.simulation.ground import Dealer, Ground, Phone
from tests.simulation.network import Network
from tests.simulation.world import Nothing, World

SENT_AT_ONCE_SHARE = 0.6
AT_THE_PAGE_SHARE = 0.12  # of the scans, by a browser that tells objections at once
OWN_TARGET_SHARE = 0.7
SCANS_OF_A_STOP = (1, 1, 2, 3, 5)
IN_HAND = (AccountKind.DEALER, AccountKind.MECHANIC)
UNREADABLE = (b"", b"   ", b"\xff\xfe", b"geen sticker", b"12", b"9" * 300, b"\x02\x03")


@dataclass(frozen=True, slots=True)
class Scanning:
    """A device in somebody's hand."""

    world: World
    ground: Ground
    dealer: Dealer
    phone: Phone

    @property
    def writer(self) -> Writer:
        """Return what makes its events."""
        return Writer(self.world.chance)

    def mechanic(self) -> str:
        """Return whose number is sent: his own, or of whom he chooses at the desk."""
        for one in self.dealer.mechanics:
            if one.phone is self.phone:
                return one.number
        return self.world.chance.choice(self.dealer.mechanics).number

    def visit(self, **more: Any) -> Visit:
        """Return a visit of today to one of the dealer's installations, which more changes."""
        told: dict[str, Any] = {
            "stop": self.world.chance.uuid(),
            "mechanic": self.mechanic(),
            "service_date": self.world.today,
            "ending": Ending.STICKER,
            **more,
        }
        if not {"installation", "previous", "new_installation"} & set(told):
            told["installation"] = self.world.pick(customers(self.world, self.dealer))
        return Visit(**told)

    def event(self, visit: Visit, number: StickerNumber | None) -> Event:
        """Return the event of a visit with a sticker that can be read."""
        return self.writer.visit(self.phone, visit, self.world.now, number)

    def raw_event(self, visit: Visit, raw: bytes) -> Event:
        """Return the event of a visit with whatever was read."""
        made = self.writer.raw_visit(self.phone, visit, self.world.now, "?")
        return self.writer.contradict(made, raw)

    def in_hand(self) -> StickerNumber:
        """Return a number that this dealer could stick today."""
        wanted = or_(*map(in_account, IN_HAND)) & (Sticker.dealer_id == self.dealer.id)
        return number_where(self.world, wanted & is_valid(self.world.today))


def is_valid(day: date) -> ColumnElement[bool]:
    """Return the condition that a number is of a series that is valid on a day."""
    return (StickerSeries.valid_from <= day) & (StickerSeries.valid_until >= day)


def number_where(world: World, condition: ColumnElement[bool]) -> StickerNumber:
    """Return a number that meets a condition on sticker and series."""
    rows = world.rows(
        select(StickerSeries, Sticker.serial)
        .join(StickerSeries, StickerSeries.id == Sticker.series_id)
        .where(condition)
        .order_by(Sticker.series_id, Sticker.serial)
    )
    series, serial = world.pick(rows)
    return series_format(series).number(serial)


def customers(world: World, dealer: Dealer, *conditions: ColumnElement[bool]) -> list[str]:
    """Return the installations of a dealer's farms that are in use, by public id."""
    wanted = conditions or (Installation.ceased_on.is_(None),)
    rows = world.rows(
        select(Installation.public_id)
        .join(Site, Site.id == Installation.site_id)
        .join(Customer, Customer.farm_id == Site.farm_id)
        .where(Customer.dealer_id == dealer.id, Customer.until_on.is_(None), *wanted)
        .order_by(Installation.id)
    )
    return [row.public_id for row in rows]


def _sticker(scan: Scanning) -> Event:
    return scan.event(scan.visit(), scan.in_hand())


def _geen_kom(scan: Scanning) -> Event:
    return scan.event(scan.visit(ending=Ending.GEEN_KOM), None)


def _kb(scan: Scanning) -> Event:
    return scan.event(scan.visit(ending=Ending.KB), None)


def _by_previous(scan: Scanning) -> Event:
    """Find the installation by the sticker that is on it, of whichever dealer."""
    used = number_where(scan.world, in_account(AccountKind.APPLIED))
    return scan.event(scan.visit(previous=used.digits), scan.in_hand())


def _new_installation(scan: Scanning) -> Event:
    place = scan.world.chance.randint(1, 12)  # some farms are made twice, and merged later
    kinds = (ParlourType.HERRINGBONE, ParlourType.ROTARY, ParlourType.TIE_STALL)
    new = NewInstallation(
        f"Nieuwe Hoeve {place}", "Oudega", scan.world.chance.choice(kinds), "cows", 12
    )
    number = scan.in_hand() if scan.world.chance.happens(0.7) else None
    ending = Ending.GEEN_KOM if number is None else Ending.STICKER
    return scan.event(scan.visit(new_installation=new, ending=ending), number)


def _of_another_dealer(scan: Scanning) -> Event:
    theirs = or_(*map(in_account, IN_HAND)) & (Sticker.dealer_id != scan.dealer.id)
    return scan.event(scan.visit(), number_where(scan.world, theirs))


def _used_already(scan: Scanning) -> Event:
    own = in_account(AccountKind.APPLIED) & (Sticker.dealer_id == scan.dealer.id)
    return scan.event(scan.visit(), number_where(scan.world, own))


def _from_anywhere(scan: Scanning) -> Event:
    """Scan a number that is in stock, on its way, lost, sent back, or wherever."""
    kinds = [kind for kind in AccountKind if kind not in (*IN_HAND, AccountKind.APPLIED)]
    return scan.event(scan.visit(), number_where(scan.world, or_(*map(in_account, kinds))))


def _twice_the_same(scan: Scanning) -> Event:
    """Scan once more what waits on the device, for another installation or the same one."""
    told = [one for one in scan.phone.unsent if one.visit is not None and one.raw.strip()]
    earlier = scan.world.pick(told)
    assert earlier.visit is not None
    same = scan.world.chance.happens(0.5)
    visit = replace(earlier.visit, mechanic=scan.mechanic()) if same else scan.visit()
    return scan.raw_event(visit, earlier.raw)


def _unreadable(scan: Scanning) -> Event:
    return scan.raw_event(scan.visit(), scan.world.chance.choice(UNREADABLE))


def _mistyped(scan: Scanning) -> Event:
    digits = scan.in_hand().digits
    return scan.raw_event(scan.visit(), (digits[:-1] + str((int(digits[-1]) + 1) % 10)).encode())


def _unknown_number(scan: Scanning) -> Event:
    number = scan.in_hand()
    highest = 10**number.format.width - 1
    unknown = number.format.number(highest - scan.world.chance.randint(0, 999))
    return scan.event(scan.visit(), unknown)


def _number_with_mark(scan: Scanning) -> Event:
    ending = scan.world.chance.choice((Ending.KB, Ending.GEEN_KOM))
    return scan.raw_event(scan.visit(ending=ending), scan.in_hand().digits.encode())


def _lapsed(scan: Scanning) -> Event:
    """Send the work of the one whose certificate lapses."""
    visit = scan.visit(mechanic=scan.dealer.mechanics[-1].number)
    return scan.event(visit, scan.in_hand())


def _of_another_mechanic(scan: Scanning) -> Event:
    other = scan.world.chance.choice(scan.ground.dealers)
    numbers = [one.number for one in other.mechanics] + ["9999"]
    visit = scan.visit(mechanic=scan.world.chance.choice(numbers))
    return scan.event(visit, scan.in_hand())


def _ceased(scan: Scanning) -> Event:
    place = scan.world.pick(customers(scan.world, scan.dealer, Installation.ceased_on.is_not(None)))
    return scan.event(scan.visit(installation=place), scan.in_hand())


def _unknown_installation(scan: Scanning) -> Event:
    where = scan.world.chance.choice(({"installation": "nergens"}, {"previous": "2500099999"}))
    return scan.event(scan.visit(**where), scan.in_hand())


def _robot(scan: Scanning) -> Event:
    """Service a robot, which asks the module."""
    is_robot = InstallationConfiguration.parlour_type == ParlourType.ROBOT
    robots = select(InstallationConfiguration.installation_id).where(is_robot)
    place = scan.world.pick(customers(scan.world, scan.dealer, Installation.id.in_(robots)))
    return scan.event(scan.visit(installation=place), scan.in_hand())


def _other_day(scan: Scanning) -> Event:
    """Tell a day in the future, long ago, or some days ago, as when it was forgotten."""
    days = scan.world.chance.choice((1, 30, -400, -367, -366, -30, -3, -1))
    day = scan.world.today + timedelta(days=days)
    return scan.event(scan.visit(service_date=day), scan.in_hand())


def _misread(scan: Scanning) -> Event:
    """Send what the edge could not read as a scan."""
    event = scan.event(scan.visit(), scan.in_hand())
    wrong = Refusal("scanning.field_invalid", field="visit", value="-", expected="een bezoek")
    return replace(event, visit=None, kind="", source="", defect=wrong)


def _id_again(scan: Scanning) -> Event:
    """Use the id of another scan of this device, which waits still."""
    earlier = scan.world.pick(scan.phone.unsent)
    return scan.writer.contradict(earlier, b"2600000197")


def _withdrawal(scan: Scanning) -> Event:
    """Undo a scan: of one's own company, mostly; or of anybody, or one that nobody knows."""
    statement = select(ScanDecision.event_id).order_by(ScanDecision.event_id)
    if scan.world.chance.happens(OWN_TARGET_SHARE):
        own = ScanDecision.dealer_id == scan.dealer.id
        statement = statement.where(own, ScanDecision.state != EventState.REJECTED)
    known = [row.event_id for row in scan.world.rows(statement)]
    target = scan.world.pick([*known, scan.world.chance.uuid()])
    return scan.writer.withdraw(scan.phone, target, scan.world.now)


def _withdrawal_unsent(scan: Scanning) -> Event:
    """Undo a scan that the device has not sent yet, or does not know to have arrived."""
    earlier = scan.world.pick(scan.phone.unsent)
    return scan.writer.withdraw(scan.phone, earlier.id, scan.world.now)


SCANS: dict[Callable[[Scanning], Event], int] = {
    _sticker: 44,
    _geen_kom: 6,
    _kb: 8,
    _by_previous: 8,
    _new_installation: 4,
    _of_another_dealer: 3,
    _used_already: 3,
    _from_anywhere: 3,
    _twice_the_same: 4,
    _unreadable: 2,
    _mistyped: 2,
    _unknown_number: 2,
    _number_with_mark: 2,
    _lapsed: 3,
    _of_another_mechanic: 3,
    _ceased: 2,
    _unknown_installation: 2,
    _robot: 4,
    _other_day: 4,
    _misread: 1,
    _id_again: 2,
    _withdrawal: 8,
    _withdrawal_unsent: 2,
}


def scan_name(draw: Callable[[Scanning], Event]) -> str:
    """Return what a kind of scan is called."""
    return f"scan.{draw.__name__.strip('_')}"


def scan(world: World, ground: Ground, network: Network) -> None:
    """Have somebody scan one thing or some; the device sends it now, or keeps it."""
    dealer = world.chance.choice(ground.dealers)
    scanning = Scanning(world, ground, dealer, world.chance.choice(dealer.phones))
    is_page = world.chance.happens(AT_THE_PAGE_SHARE)
    for _ in range(world.chance.choice(SCANS_OF_A_STOP)):
        draw = world.chance.choices(list(SCANS), weights=list(SCANS.values()))[0]
        try:
            event = draw(scanning)
        except Nothing:
            continue
        world.tally.acts[scan_name(draw)] += 1
        if is_page:
            network.receive(scanning.phone, [event], person_decides=False)
        else:
            scanning.phone.unsent.append(event)
    if is_page:
        world.tally.acts["scan.at_the_page"] += 1
    elif world.chance.happens(SENT_AT_ONCE_SHARE):
        network.send(scanning.phone)


def send(world: World, ground: Ground, network: Network) -> None:
    """Have a device send what it kept."""
    network.send(world.pick([phone for phone in ground.phones if phone.unsent]))
