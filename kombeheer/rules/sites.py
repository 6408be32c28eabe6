"""Installations: what they are, how many stand on a site, and when their service is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
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


class Interval(StrEnum):
    """How an installation stands with its next major service, or how a service kept its term.

    Source: R32
    """

    IN_TIME = "in_time"
    TOLERATED = "tolerated"  # late, but within what KKM accepts
    BEYOND = "beyond"  # does not comply


class Kept(StrEnum):
    """How a major service kept its term, as the yearly figure tells it; each is one of these.

    Source: R35
    """

    ABOUT = "about"  # in time, or so little later that it counts as about in time
    TOLERATED = "tolerated"  # later, but within what KKM accepts
    LENIENT = "lenient"  # beyond that, on a day of leniency
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Leniency:
    """A period agreed with KKM in which nobody is beyond the last term; both days included.

    Source: R33
    """

    from_on: date
    until_on: date
    reason: str = ""

    def covers(self, day: date) -> bool:
        """Tell whether `day` lies within it."""
        return self.from_on <= day <= self.until_on


@dataclass(frozen=True, slots=True)
class Term:
    """How the term of an installation stands on a day.

    Args:
        due_on: the last day on which the next major service is in time.
        tolerated_until: the last day on which KKM still accepts it.
        leniency: what alone keeps it from being beyond; None when nothing has to.

    Source: R31, R32, R33
    """

    due_on: date
    tolerated_until: date
    interval: Interval
    leniency: Leniency | None = None


def term_months(parlour_type: ParlourType, regulation: Regulation) -> int:
    """Return how many months after a major service the next one is in time.

    Source: R31
    """
    if parlour_type is ParlourType.ROBOT:
        return regulation.service_interval_ams_months
    return regulation.service_interval_months


def tolerated_months(parlour_type: ParlourType, regulation: Regulation) -> int:
    """Return how many months after a major service KKM still accepts the next one.

    Source: R32
    """
    if parlour_type is ParlourType.ROBOT:
        return regulation.service_tolerated_ams_months
    return regulation.service_tolerated_months


def service_due_on(serviced_on: date, parlour_type: ParlourType, regulation: Regulation) -> date:
    """Return the last day on which the next major service is in time.

    Source: R31
    """
    return add_months(serviced_on, term_months(parlour_type, regulation))


def service_tolerated_until(
    serviced_on: date, parlour_type: ParlourType, regulation: Regulation
) -> date:
    """Return the last day on which KKM still tolerates that the service is late (Q7).

    Source: R32
    """
    return add_months(serviced_on, tolerated_months(parlour_type, regulation))


def term_on(
    serviced_on: date,
    day: date,
    parlour_type: ParlourType,
    regulation: Regulation,
    leniencies: Iterable[Leniency] = (),
) -> Term:
    """Return how a term that began on `serviced_on` stands on `day`, or was kept by a service then.

    The regulation is the one of `serviced_on`.

    Source: R31, R32, R33
    """
    due_on = service_due_on(serviced_on, parlour_type, regulation)
    until = service_tolerated_until(serviced_on, parlour_type, regulation)
    if day <= due_on:
        return Term(due_on, until, Interval.IN_TIME)
    if day <= until:
        return Term(due_on, until, Interval.TOLERATED)
    leniency = next((one for one in leniencies if one.covers(day)), None)
    if leniency is not None:
        return Term(due_on, until, Interval.TOLERATED, leniency)
    return Term(due_on, until, Interval.BEYOND)


def interval_on(
    serviced_on: date,
    day: date,
    parlour_type: ParlourType,
    regulation: Regulation,
    leniencies: Iterable[Leniency] = (),
) -> Interval:
    """Return whether a term that began on `serviced_on` is kept on `day`; see `term_on`.

    Source: R31, R32, R33
    """
    return term_on(serviced_on, day, parlour_type, regulation, leniencies).interval


@dataclass(frozen=True, slots=True)
class Limits:
    """The last days of a term that a major service begins, by how the next one keeps it then.

    Source: R31, R32, R35
    """

    due_on: date
    about_until: date
    tolerated_until: date

    def kept(self, day: date, leniencies: Iterable[Leniency] = ()) -> Kept:
        """Return how a service on `day` keeps the term, for the figure."""
        if day <= self.about_until:
            return Kept.ABOUT
        if day <= self.tolerated_until:
            return Kept.TOLERATED
        return Kept.LENIENT if any(one.covers(day) for one in leniencies) else Kept.BEYOND


def limits_of(serviced_on: date, parlour_type: ParlourType, regulation: Regulation) -> Limits:
    """Return the last days of the term that began on `serviced_on`, by the regulation of that day.

    Source: R31, R32, R35
    """
    due_on = service_due_on(serviced_on, parlour_type, regulation)
    about_until = due_on + timedelta(days=regulation.service_about_days)
    return Limits(
        due_on, about_until, service_tolerated_until(serviced_on, parlour_type, regulation)
    )


def months_late(
    serviced_on: date, day: date, parlour_type: ParlourType, regulation: Regulation
) -> int:
    """Return in which month counted from the due date a service came.

    0 is the last month of the term, its last day included; 1 the first month that is late, -1 the
    month before the last.

    Source: R35
    """
    term = term_months(parlour_type, regulation)
    months = (day.year - serviced_on.year) * 12 + day.month - serviced_on.month
    # A shorter month ends the term sooner, and has no day after that.
    return months - term + (day.day > serviced_on.day)


def is_about_to_stop(
    ceased_on: date | None, day: date, parlour_type: ParlourType, regulation: Regulation
) -> bool:
    """Tell whether an installation serviced on `day` stops before its next service is due.

    Source: R34
    """
    return ceased_on is not None and ceased_on <= service_due_on(day, parlour_type, regulation)


def share_percent(part: int, whole: int) -> Decimal | None:
    """Return a share in per cent, half-up to one decimal of the exact quotient; None of nothing.

    Source: R35
    """
    if not whole:
        return None
    tenths = (2_000 * part + whole) // (2 * whole)
    return Decimal(tenths).scaleb(-1)


def leniency_objection(wanted: Leniency, known: Iterable[Leniency]) -> Refusal | None:
    """Return why a period of leniency cannot be: it ends before it begins, or overlaps another.

    Source: R33
    """
    if wanted.until_on < wanted.from_on:
        return Refusal(
            "sites.leniency_reversed",
            from_on=wanted.from_on.isoformat(),
            until_on=wanted.until_on.isoformat(),
        )
    for one in known:
        if one.from_on <= wanted.until_on and wanted.from_on <= one.until_on:
            return Refusal(
                "sites.leniency_overlaps",
                from_on=one.from_on.isoformat(),
                until_on=one.until_on.isoformat(),
            )
    return None


def shortening_objection(known: Leniency, until_on: date) -> Refusal | None:
    """Return why a leniency cannot end on another day: one may only end earlier, after it began.

    Source: R33
    """
    if until_on < known.from_on:
        return Refusal(
            "sites.leniency_reversed",
            from_on=known.from_on.isoformat(),
            until_on=until_on.isoformat(),
        )
    if until_on >= known.until_on:
        return Refusal(
            "sites.leniency_longer", day=until_on.isoformat(), until_on=known.until_on.isoformat()
        )
    return None


def _first_day(day: date, months: int) -> date:
    """Return the earliest day that is `months` later on `day` or after it."""
    first = add_months(day, -months)
    while add_months(first, months) < day:
        first += timedelta(days=1)
    while add_months(first - timedelta(days=1), months) >= day:
        first -= timedelta(days=1)
    return first


def first_day_in_time(day: date, parlour_type: ParlourType, regulation: Regulation) -> date:
    """Return the earliest service date whose due date is `day` or later.

    So a service before it is late on `day`; lists ask the database with it.

    Source: R31
    """
    return _first_day(day, term_months(parlour_type, regulation))


def first_day_tolerated(day: date, parlour_type: ParlourType, regulation: Regulation) -> date:
    """Return the earliest service date after which KKM accepts that the next is not there yet.

    So one before it is beyond the last term on `day`, but for leniency.

    Source: R32
    """
    return _first_day(day, tolerated_months(parlour_type, regulation))


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
