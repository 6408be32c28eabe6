"""Parlour types, species, and how many installations (and so stickers) stand on a site."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from kombeheer.rules.calendar import add_months
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import Regulation


class ParlourType(StrEnum):
    """The kinds of milking parlour of the foundation's own count.

    Source: R84
    """

    ROTARY = "rotary"
    TIE_STALL = "tie_stall"
    TANDEM = "tandem"
    ROBOT = "robot"
    ROTOPOL = "rotopol"
    DIAMOND = "diamond"
    HERRINGBONE = "herringbone"
    TRIGON = "trigon"
    SIDE_BY_SIDE = "side_by_side"
    PASTURE_WAGON = "pasture_wagon"


class Species(StrEnum):
    """Whose milk an installation draws; the surcharge depends on it.

    Source: R47
    """

    COWS = "cows"
    GOATS = "goats"
    SHEEP = "sheep"


class InstallationState(StrEnum):
    """Whether the office has looked at an installation that was made on the spot.

    Source: decisions/0006
    """

    UNCHECKED = "unchecked"
    CHECKED = "checked"


def stickers_required(
    parlour_type: ParlourType, boxes: int, vacuum_pumps: int, cleaning_facilities: int
) -> int:
    """Return as how many installations, each with report and sticker, a configuration counts.

    Only a robot has boxes. Several boxes are one installation when they share one vacuum pump and
    one cleaning facility; else each box is one.

    Source: R42
    """
    if parlour_type is not ParlourType.ROBOT or boxes <= 1:
        return 1
    return 1 if vacuum_pumps == 1 and cleaning_facilities == 1 else boxes


def configuration_objection(
    parlour_type: ParlourType, boxes: int, vacuum_pumps: int, cleaning_facilities: int
) -> Refusal | None:
    """Return why a configuration cannot be one installation with one sticker, or None.

    `sites.boxes_without_robot` when anything but a robot has boxes, `sites.one_per_box` when its
    boxes are installations of their own.

    Source: R42
    """
    if boxes and parlour_type is not ParlourType.ROBOT:
        return Refusal("sites.boxes_without_robot", boxes=boxes)
    required = stickers_required(parlour_type, boxes, vacuum_pumps, cleaning_facilities)
    if required == 1:
        return None
    return Refusal(
        "sites.one_per_box",
        boxes=boxes,
        pumps=vacuum_pumps,
        facilities=cleaning_facilities,
        required=required,
    )


def service_due_on(serviced_on: date, parlour_type: ParlourType, regulation: Regulation) -> date:
    """Return the last day on which the next major service is in time.

    Source: R31
    """
    robot = parlour_type is ParlourType.ROBOT
    months = regulation.service_interval_ams_months if robot else regulation.service_interval_months
    return add_months(serviced_on, months)


def first_day_in_time(day: date, parlour_type: ParlourType, regulation: Regulation) -> date:
    """Return the earliest service date whose due date is `day` or later.

    So a service before it is late on `day`; lists ask the database with it.

    Source: R31
    """
    robot = parlour_type is ParlourType.ROBOT
    months = regulation.service_interval_ams_months if robot else regulation.service_interval_months
    first = add_months(day, -months)
    while service_due_on(first, parlour_type, regulation) < day:
        first += timedelta(days=1)
    while service_due_on(first - timedelta(days=1), parlour_type, regulation) >= day:
        first -= timedelta(days=1)
    return first


def ams_module_required(parlour_type: ParlourType, day: date, regulation: Regulation) -> bool:
    """Tell whether measuring this installation on `day` asks the AMS module of the mechanic.

    Source: R12
    """
    return parlour_type is ParlourType.ROBOT and day >= regulation.ams_module_from


def installation_objection(ceased_on: date | None, day: date) -> Refusal | None:
    """Return `sites.installation_ceased` when the installation had ceased before or on `day`.

    Source: R34
    """
    if ceased_on is not None and ceased_on <= day:
        return Refusal("sites.installation_ceased", ceased_on=ceased_on.isoformat())
    return None
