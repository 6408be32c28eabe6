"""What a service report says, when it is complete, and what stands against it.

What follows from what was measured (the norm, the template, whether it is complete) is worked out
here and never typed. Not here: how a visit ends (rules/scanning) and what it costs (rules/billing).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kombeheer.rules.calendar import add_months
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import Regulation

TEXT_LENGTH_MAX = 2_000
INITIALS_LENGTH_MAX = 8
UNITS_MIN, UNITS_MAX = 1, 200
VERIFIED_MAX = 400
WATER_CELSIUS_MIN, WATER_CELSIUS_MAX = Decimal(0), Decimal(100)


class ReportState(StrEnum):
    """A scan registers a report as incomplete; it counts for the ten, never for the graded five.

    Source: R69, decisions/0007
    """

    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    WITHDRAWN = "withdrawn"


class BatchState(StrEnum):
    """Whether paper reports are still being entered in a batch.

    Source: R68
    """

    OPEN = "open"
    CLOSED = "closed"


class ServiceKind(StrEnum):
    """What was done: a major service, a limited one, or a repair after a visit of KKM.

    Source: R31, R39, R75
    """

    MAJOR = "major"
    LIMITED = "limited"
    REPAIR = "repair"


class Norm(StrEnum):
    """The set of norms an installation was tested by.

    Source: R44
    """

    ISO_1984 = "iso_1984"
    ISO_1996 = "iso_1996"
    IN_FORCE = "iso_in_force"


class LatenessCause(StrEnum):
    """Why a service came later than it should.

    Source: R33, R35
    """

    FARMER = "farmer"  # put it off
    BACKLOG = "backlog"  # of the dealer
    EPIDEMIC = "epidemic"  # nobody was let in
    CEASING = "ceasing"  # the farm is about to stop
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Details:
    """What completes a report: everything that is measured or told, nothing that follows from it.

    Args:
        delivered_on: when the installation was delivered or renovated.
        pump_made_on: on the type plate of the vacuum pump, where its age matters.
        rubrics_comply: rubrics 1 and 2 meet the norm; asked only while there is a transition.
        rubrics_comply_earlier: they meet the norm before that one; None when it was not tried.
        wash_start, wash_end: of the main wash, in degrees Celsius with at most one decimal.
        wash_judgement: the best possible judgement when they could not be measured.
        is_dry, is_visible, is_near: how the sticker is placed; near is not too far from the pump.
        kkm_visited_on, repair_by, stamped_on, stamp_initials: of a repair after a visit of KKM.
        jars_verified, meters_verified: by the dealer, with this service.

    Source: R37, R41, R44, R45, R75
    """

    delivered_on: date | None = None
    pump_made_on: date | None = None
    rubrics_comply: bool | None = None
    rubrics_comply_earlier: bool | None = None
    wash_start: Decimal | None = None
    wash_end: Decimal | None = None
    wash_judgement: str = ""
    is_dry: bool = False
    is_visible: bool = False
    is_near: bool = False
    kkm_visited_on: date | None = None
    repair_by: date | None = None
    stamped_on: date | None = None
    stamp_initials: str = ""
    remark: str = ""
    advice: str = ""
    advises_coming_norm: bool = False
    lateness_cause: LatenessCause | None = None
    jars_verified: int = 0
    meters_verified: int = 0


@dataclass(frozen=True, slots=True)
class Service:
    """What a report is about, as far as its details depend on it.

    Args:
        has_number: whether it ends with a sticker.
        is_kb: whether `kb` stands in its place; with neither that is `geen KOM`.

    Source: R40
    """

    kind: ServiceKind
    has_number: bool
    is_kb: bool
    service_date: date


@dataclass(frozen=True, slots=True)
class NormVerdict:
    """By which norm an installation was tested, and whether rubrics 1 and 2 complied.

    `complies` is None when nobody has told it: after the transition the ending of the visit does.

    Source: R44
    """

    norm: Norm
    complies: bool | None


def may_use_earlier_norm(details: Details, regulation: Regulation) -> bool:
    """Tell whether the norm before this one may be tried, by the age of the installation.

    The age is that of its vacuum pump, else the date of delivery or renovation. The regulation is
    the one of the service date, so that the transition ends by itself.

    Source: R44, R44a
    """
    born = details.pump_made_on or details.delivered_on
    before = regulation.transition_before
    return before is not None and born is not None and born < before


def norm_verdict(details: Details, regulation: Regulation) -> NormVerdict:
    """Return by which norm an installation was tested and how that went.

    First the norm in force; only when that fails and the age allows it the one before.

    Source: R44, R44b
    """
    norm, earlier = Norm(regulation.norm), regulation.transition_norm
    if earlier is None:
        return NormVerdict(norm, None)
    tried, failed = details.rubrics_comply_earlier, details.rubrics_comply is False
    if failed and tried is not None and may_use_earlier_norm(details, regulation):
        return NormVerdict(Norm(earlier), tried)
    return NormVerdict(norm, details.rubrics_comply)


def template_on(is_robot: bool, regulation: Regulation) -> str:
    """Return the name of the report template that was in use for this kind of installation.

    Source: R72
    """
    return regulation.report_template_ams if is_robot else regulation.report_template


def starts_too_cold(details: Details, regulation: Regulation) -> bool:
    """Tell whether a measured main wash starts too cold; the limit itself is so.

    Source: R45
    """
    start = details.wash_start
    return start is not None and start <= regulation.wash_start_above_celsius


def ends_too_cold(details: Details, regulation: Regulation) -> bool:
    """Tell whether a measured main wash ends too cold; the limit itself is so.

    Source: R45
    """
    end = details.wash_end
    return end is not None and end <= regulation.wash_end_above_celsius


def wash_deviates(details: Details, regulation: Regulation) -> bool:
    """Tell whether a measured main wash starts or ends too cold.

    Source: R45
    """
    return starts_too_cold(details, regulation) or ends_too_cold(details, regulation)


def missing(service: Service, details: Details, regulation: Regulation) -> tuple[Refusal, ...]:
    """Return what a report still lacks, each as the sentence that asks for it; empty: complete.

    A limited service asks nothing more than its mark. Whatever is tested against the norm needs
    the date of delivery and the main wash: both temperatures, or a judgement in their place. A
    deviation needs a remark and an advice, a sticker its place, `geen KOM` a remark, and a repair
    the visit of KKM, its deadline and, with a sticker, the stamp. What was done before the first
    regulation is asked nothing of what came with it.

    Source: R36, R37, R41, R44, R44a, R45, R75
    """
    if service.kind is ServiceKind.LIMITED or service.service_date < regulation.valid_from:
        return ()
    found: list[Refusal] = []
    if details.delivered_on is None:
        found.append(Refusal("reports.needs_delivery_date"))
    if regulation.transition_norm is not None and details.rubrics_comply is None:
        found.append(Refusal("reports.needs_norm_result"))
    measured = details.wash_start is not None and details.wash_end is not None
    if not measured and not details.wash_judgement:
        found.append(Refusal("reports.needs_wash"))
    if wash_deviates(details, regulation) and (not details.remark or not details.advice):
        start, end = regulation.wash_start_above_celsius, regulation.wash_end_above_celsius
        found.append(Refusal("reports.needs_wash_advice", start=start, end=end))
    if service.has_number and not (details.is_dry and details.is_visible and details.is_near):
        metres = regulation.sticker_distance_max_metres
        found.append(Refusal("reports.needs_placing", metres=metres))
    if not service.has_number and not details.remark:
        found.append(Refusal("reports.needs_remark"))
    if service.kind is ServiceKind.REPAIR:
        if details.kkm_visited_on is None or details.repair_by is None:
            found.append(Refusal("reports.needs_kkm_visit"))
        stamped = details.stamped_on is not None and details.stamp_initials
        if service.has_number and not stamped:
            found.append(Refusal("reports.needs_stamp"))
    return tuple(found)


def _later(first: date | None, second: date | None) -> bool:
    return first is not None and second is not None and first > second


def objections(
    service: Service, details: Details, today: date, regulation: Regulation
) -> tuple[Refusal, ...]:
    """Return what cannot be true of a report, each with its values; such a report is not stored.

    Returns:
        `reports.kind_without_mark` when kind and mark do not fit; `reports.delivered_later`,
        `reports.kkm_visit_later`, `reports.deadline_earlier`, `reports.stamp_earlier` and
        `reports.day_in_future` for days that do not follow each other;
        `reports.number_without_norm` for a sticker on what does not comply;
        `reports.earlier_norm_closed` when that norm was tried and may not be;
        `reports.temperature_impossible`, `reports.units_verified_impossible`.

    Source: R39, R40, R44, R45, R75
    """
    day, found = service.service_date, list[Refusal]()
    if (service.kind is ServiceKind.LIMITED) != service.is_kb:
        found.append(Refusal("reports.kind_without_mark"))

    def follows(code: str, earlier: date | None, later: date | None) -> None:
        if _later(earlier, later):
            assert earlier is not None and later is not None
            found.append(Refusal(code, day=later.isoformat(), other_on=earlier.isoformat()))

    follows("reports.delivered_later", details.delivered_on, day)
    follows("reports.delivered_later", details.pump_made_on, day)
    follows("reports.kkm_visit_later", details.kkm_visited_on, day)
    follows("reports.deadline_earlier", details.kkm_visited_on, details.repair_by)
    follows("reports.stamp_earlier", day, details.stamped_on)
    follows("reports.day_in_future", details.stamped_on, today)
    for value in (details.wash_start, details.wash_end):
        if value is not None and not WATER_CELSIUS_MIN <= value <= WATER_CELSIUS_MAX:
            found.append(Refusal("reports.temperature_impossible", value=str(value)))
    for count in (details.jars_verified, details.meters_verified):
        if not 0 <= count <= VERIFIED_MAX:
            found.append(Refusal("reports.units_verified_impossible", value=count))
    verdict = norm_verdict(details, regulation)
    if service.has_number and verdict.complies is False:
        found.append(Refusal("reports.number_without_norm"))
    tried = details.rubrics_comply_earlier is not None and regulation.transition_norm is not None
    if tried and not may_use_earlier_norm(details, regulation):
        assert regulation.transition_before is not None
        limit = regulation.transition_before.isoformat()
        found.append(Refusal("reports.earlier_norm_closed", built_from=limit))
    return tuple(found)


def state_of(service: Service, details: Details | None, regulation: Regulation) -> ReportState:
    """Return whether a report that stands is complete; one without details seldom is.

    Source: R37, R44a, R45, R75
    """
    lacking = missing(service, details or Details(), regulation)
    return ReportState.INCOMPLETE if lacking else ReportState.COMPLETE


def is_repaired_late(details: Details, service_date: date) -> bool:
    """Tell whether a repair came after the deadline that followed from the visit of KKM.

    The day of the deadline is in time.

    Source: R41
    """
    return details.repair_by is not None and service_date > details.repair_by


def require_one_mark(
    number: str, marks: Collection[str], service_date: date, marked_from: date
) -> None:
    """Refuse a report whose place for the number holds none or more than one of the three.

    Args:
        number: as it was scanned or typed, empty when there is none.
        marks: `geen KOM` and `kb`, those that were given.
        marked_from: the first day of the numbered stickers; an older report may have neither.

    Raises:
        Refusal: `reports.mark_missing`, `reports.two_marks`.

    Source: R36, R40
    """
    count = len(set(marks)) + (1 if number else 0)
    if count > 1:
        told = ", ".join([*([number] if number else []), *sorted(set(marks))])
        raise Refusal("reports.two_marks", value=told[:60])
    if count == 0 and service_date >= marked_from:
        raise Refusal("reports.mark_missing")


def restarts_interval(kind: ServiceKind) -> bool:
    """Tell whether the next service is counted from this one: only from a major one (Q16).

    `geen KOM` restarts it too, for the service was done.

    Source: R31, R38, R39
    """
    return kind is ServiceKind.MAJOR


def counts_as_service(kind: ServiceKind, state: ReportState, regulation: Regulation) -> bool:
    """Tell whether a report counts towards the services a mechanic does in a year (Q2).

    Source: R5
    """
    if state is ReportState.WITHDRAWN:
        return False
    return kind is not ServiceKind.LIMITED or regulation.kb_counts_as_service


def may_be_graded(kind: ServiceKind, state: ReportState) -> bool:
    """Tell whether a report may be among the five that are assessed.

    Source: R8, R69
    """
    return kind is not ServiceKind.LIMITED and state is ReportState.COMPLETE


def complete_by(received_on: date, regulation: Regulation) -> date:
    """Return the last day on which a report is completed in time.

    Source: decisions/0007
    """
    return date.fromordinal(received_on.toordinal() + regulation.report_completion_days)


def correctable_until(service_date: date, regulation: Regulation) -> date:
    """Return the last day on which who made a report may correct it without the office.

    Source: R71
    """
    return add_months(service_date, regulation.correction_window_months)
