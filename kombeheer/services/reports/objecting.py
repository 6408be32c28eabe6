"""What a wish about a report names (sticker, mechanic, installation), and all that objects to it.

Everything is looked up before anything is said, so that a form shows every objection at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor, Role
from kombeheer.rules.certification import Module, certificate_objection
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on, regulations
from kombeheer.rules.reports import UNITS_MAX, UNITS_MIN, objections
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ams_module_required, installation_objection
from kombeheer.rules.stickers import sticker_objection
from kombeheer.services.reports.numbers import Place, find_sticker, taken_back_to
from kombeheer.services.reports.revision import Revision, changed
from kombeheer.services.scanning.lookup import (
    KnownInstallation,
    KnownMechanic,
    KnownSticker,
    hold_farms,
    load_installations,
    load_mechanics,
)
from kombeheer.services.sites.configurations import is_present
from kombeheer.services.sites.history import before_the_last, last_service_on
from models.reports import Report
from models.sites import Installation, InstallationConfiguration

SNAPSHOT = ("parlour_type", "species", "unit_count")
# What its dealer, and the objections to who was where that day, follow from.
WHO_AND_WHERE = ("mechanic", "service_date", "installation")


@dataclass(frozen=True, slots=True)
class Found:
    """What a wish names, as the database has it.

    Args:
        wanted: the wish, with what the installation was that day where nothing else was said.
        dealer_id: who employed the mechanic that day.
    """

    wanted: Revision
    mechanic: KnownMechanic
    installation: KnownInstallation
    sticker: KnownSticker | None
    dealer_id: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found, and what objects.

    Args:
        found: None when something that is named does not exist.
        objections: what makes it impossible.
        questions: what is asked first, and may be so all the same.
    """

    found: Found | None
    objections: tuple[Refusal, ...]
    questions: tuple[Refusal, ...]


def look_up(
    session: Session,
    actor: Actor,
    report: Report,
    before: Revision,
    wanted: Revision,
    today: date,
    *,
    lock: bool,
) -> Judgement:
    """Return what a wish names and everything against it.

    Locked, as a scan locks it and in its order: both stickers, the mechanic, the sites.
    """
    wanted = _with_its_delivery(session, before, wanted)
    against: list[Refusal] = _impossible(before, wanted, today)
    try:
        sticker = _sticker(session, report, before, wanted, lock=lock)
    except Refusal as refusal:
        against.append(refusal)
        sticker = None
    if sticker is not None:  # however it was scanned or typed
        wanted = replace(wanted, number=sticker.number.digits)
    day = wanted.service_date
    mechanic = load_mechanics(session, [wanted.mechanic], lock=lock).get(wanted.mechanic)
    if mechanic is None:
        against.append(Refusal("scanning.mechanic_unknown", mechanic=wanted.mechanic[:24]))
    elif mechanic.id == report.mechanic_id:  # also by the number of a double
        wanted = replace(wanted, mechanic=before.mechanic)
    installation = _installation(session, report, wanted, lock=lock)
    if installation is None:
        unknown = wanted.installation[:24]
        against.append(Refusal("scanning.installation_unknown", installation=unknown))
    if mechanic is None or installation is None:
        return Judgement(None, tuple(against), ())
    differences = changed(before, wanted)
    dealer_id: int | None = report.dealer_id
    questions: list[Refusal] = []
    if any(name in differences for name in ("mechanic", "service_date")):
        dealer_id = mechanic.dealer_on(day)
        against += _not_employed(actor, mechanic, dealer_id, day, today)
    if any(name in differences for name in WHO_AND_WHERE):
        doubts = _doubts(mechanic, installation, day)
        # Who made the report cannot set these aside; a person of the office can.
        (questions if actor.role is Role.OFFICE else against).extend(doubts)
        questions += _out_of_order(session, report, installation, before, wanted)
    if sticker is not None and dealer_id is not None:
        against += _against_sticker(session, report, sticker, dealer_id, day, differences, today)
    if dealer_id is None:
        return Judgement(None, tuple(against), tuple(questions))
    wanted = _as_it_was(before, wanted, installation)
    found = Found(wanted, mechanic, installation, sticker, dealer_id)
    return Judgement(found, tuple(against), tuple(questions))


def _with_its_delivery(session: Session, before: Revision, wanted: Revision) -> Revision:
    """Return a wish that names another installation with the date of delivery of that one.

    What somebody says himself stays. A date after the service tells of what came there later;
    without one on file the report asks for it.
    """
    told = wanted.details.delivered_on
    if told is None or before.installation == wanted.installation:
        return wanted
    present = (
        select(Installation.public_id, InstallationConfiguration.delivered_or_renovated_on)
        .join(InstallationConfiguration, is_present(Installation.id))
        .where(Installation.public_id.in_((before.installation, wanted.installation)))
    )
    on_file = {row[0]: row[1] for row in session.execute(present)}
    if told != (before.details.delivered_on or on_file.get(before.installation)):
        return wanted
    day = on_file.get(wanted.installation)
    if day is not None and day > wanted.service_date:
        day = None
    return replace(wanted, details=replace(wanted.details, delivered_on=day))


def _impossible(before: Revision, wanted: Revision, today: date) -> list[Refusal]:
    """Return what nobody can mean; a report of before the stickers stays one, and no other is."""
    day, found = wanted.service_date, list[Refusal]()
    is_old = day < regulations()[0].valid_from
    was_old = before.service_date < regulations()[0].valid_from
    if day > today:
        found.append(Refusal("reports.service_in_future", day=day.isoformat()))
    elif is_old != was_old or (wanted.ending is Ending.UNMARKED and not is_old):
        found.append(Refusal("scanning.date_doubtful", day=day.isoformat()))
    if not UNITS_MIN <= wanted.unit_count <= UNITS_MAX:
        found.append(
            Refusal(
                "reports.units_impossible",
                value=wanted.unit_count,
                least=UNITS_MIN,
                most=UNITS_MAX,
            )
        )
    return [*found, *objections(wanted.service(), wanted.details, today, regulation_on(day))]


def _sticker(
    session: Session, report: Report, before: Revision, wanted: Revision, *, lock: bool
) -> KnownSticker | None:
    """Return the sticker that is wanted; the present one is locked with it."""
    place: Place | None = None
    if report.series_id is not None and report.serial is not None:
        place = (report.series_id, report.serial)
    is_stuck = wanted.ending is Ending.STICKER
    if not is_stuck and place is None:
        return None
    typed = wanted.number if is_stuck else before.number
    sticker = find_sticker(session, typed, before.number, place, lock=lock)
    return sticker if is_stuck else None


def _installation(
    session: Session, report: Report, wanted: Revision, *, lock: bool
) -> KnownInstallation | None:
    """Return the installation; the sites of its farm and of the report's are held, in one order.

    So nobody registers or settles there meanwhile, and two corrections at one farm take turns.
    """
    if lock:
        hold_farms(session, [wanted.installation], site_ids=[report.site_id])
    found = load_installations(session, [wanted.installation], [], [], lock=False)
    return found[0] if found else None


def _not_employed(
    actor: Actor, mechanic: KnownMechanic, dealer_id: int | None, day: date, today: date
) -> list[Refusal]:
    """Return who cannot have been there for this dealer; to a former one only the office moves."""
    if actor.role is Role.MECHANIC and mechanic.id != actor.mechanic_id:
        return [Refusal("scanning.other_mechanic", mechanic=mechanic.number)]
    own = {Role.DEALER: actor.dealer_id, Role.MECHANIC: mechanic.dealer_on(today)}
    if dealer_id is None or own.get(actor.role, dealer_id) != dealer_id:
        told = day.isoformat()
        return [Refusal("parties.not_employed", mechanic=mechanic.number, day=told)]
    return []


def _doubts(mechanic: KnownMechanic, installation: KnownInstallation, day: date) -> list[Refusal]:
    """Return why nobody should have serviced this installation that day, or not he."""
    parlour_type = installation.setup_on(day).parlour_type
    ams = ams_module_required(parlour_type, day, regulation_on(day))
    found = (
        installation_objection(installation.ceased_on, day),
        certificate_objection(mechanic.certificates(), Module.AMS if ams else None, day),
    )
    return [one for one in found if one is not None]


def _out_of_order(
    session: Session,
    report: Report,
    installation: KnownInstallation,
    before: Revision,
    wanted: Revision,
) -> list[Refusal]:
    """Return the question whether a service was before the last one that is registered there."""
    last_on = last_service_on(session, installation.id, besides=report.id)
    question = before_the_last(wanted.service_date, last_on)
    stays = before.installation == wanted.installation
    if question is None or (stays and before_the_last(before.service_date, last_on)):
        return []  # it is not, or was so already
    return [question]


def _against_sticker(
    session: Session,
    report: Report,
    sticker: KnownSticker,
    dealer_id: int,
    day: date,
    differences: Mapping[str, Any],
    today: date,
) -> list[Refusal]:
    """Return what stands against sticking a number, once the present one is back."""
    if not {"number", "ending", *WHO_AND_WHERE} & set(differences):
        return []
    if (sticker.series_id, sticker.serial) == (report.series_id, report.serial):
        sticker = replace(sticker, account=taken_back_to(session, report.id, today))
    objection = sticker_objection(sticker.facts(), dealer_id, day)
    return [] if objection is None else [objection]


def _as_it_was(before: Revision, wanted: Revision, installation: KnownInstallation) -> Revision:
    """Return a wish whose type, species and units are those of the installation that day.

    What somebody says himself stays as he says it; so does what differed from what is on file.
    """
    moved = before.installation != wanted.installation
    if not moved and before.service_date == wanted.service_date:
        return wanted
    then = installation.setup_on(wanted.service_date)
    was = None if moved else installation.setup_on(before.service_date)
    follows = {
        name: getattr(then, name)
        for name in SNAPSHOT
        if getattr(wanted, name) == getattr(before, name)
        and (was is None or getattr(was, name) == getattr(before, name))
    }
    return replace(wanted, **follows)
