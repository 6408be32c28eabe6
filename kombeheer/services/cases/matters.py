"""What a case about a report is about: what it lacks, what contradicts, what would be corrected."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.calendar import day_of
from kombeheer.rules.cases import CaseState
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import correctable_until, missing
from kombeheer.services import journal
from kombeheer.services.billing import locking
from kombeheer.services.reports import contradictions, proposing
from kombeheer.services.reports.revision import changed, details_from, present_revision
from kombeheer.services.scanning.store import objections_from
from models.cases import Case
from models.parties import Farm, Mechanic
from models.reports import Report
from models.sites import Installation, Site

ASKER_LOOKED_BACK = 200  # entries about one report


@dataclass(frozen=True, slots=True)
class SheetTold:
    """What was typed from a paper report that waits: its batch, and every field it fills in."""

    batch: str
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field and its two values: of the report and on file, or before a correction and after.

    Values are as they are stored; a farm or a mechanic is told by name.
    """

    name: str
    told: Any
    known: Any


@dataclass(frozen=True, slots=True)
class Wish:
    """A correction that waits: who asked it, why, and why the office has to decide.

    Args:
        closed_until: the last day of the closed period it touches, None when it touches none.
        correctable_until: the last day on which it could be made at once, None when in time.
        is_overtaken: the report has another version since.
    """

    asked_by: str
    reason: str
    closed_until: date | None
    correctable_until: date | None
    is_overtaken: bool


def sheet_of(case: Case) -> SheetTold | None:
    """Return what a case keeps of a paper report; None when it is of none."""
    told = json.loads(case.content) if case.content else {}
    if "batch" not in told:
        return None
    values = {"unit_count": told["units"], **asdict(details_from(told["wanted"]))}
    filled = ((name, value) for name, value in values.items() if value not in (None, "", 0, False))
    return SheetTold(told["batch"], tuple(filled))


def lacking(session: Session, report: Report) -> tuple[Refusal, ...]:
    """Return what an incomplete report lacks."""
    present = present_revision(session, report)
    regulation = regulation_on(present.service_date)
    return missing(present.service(), present.details, regulation)


def contradicting(
    session: Session, case: Case, report: Report
) -> tuple[tuple[Difference, ...], bool]:
    """Return what contradicts now, and True; what did when the case was raised, when nothing does.

    What was decided is told as it was raised.
    """
    raised = objections_from(json.dumps(json.loads(case.content)["objections"]))
    told = raised
    if case.state != CaseState.DECIDED:
        told = tuple(contradictions.present_contradictions(session, report))
    return tuple(map(_as_difference, told or raised)), bool(told)


def _as_difference(refusal: Refusal) -> Difference:
    """Return what contradicts as a field with its two values."""
    facts = refusal.facts
    if refusal.code == "reports.delivery_differs":
        return Difference("delivered_on", _day(facts["told_on"]), _day(facts["known_on"]))
    if refusal.code == "reports.repaired_late":
        return Difference("repair_by", _day(facts["day"]), _day(facts["repair_until"]))
    return Difference(str(facts["field"]), facts["value"], facts["known"])


def _day(told: object) -> date:
    return date.fromisoformat(str(told))


def wish_of(session: Session, case: Case, report: Report) -> Wish:
    """Return who asked for a correction, why, and why the office has to decide about it."""
    proposal = proposing.proposal_of(case)
    services = {
        (report.dealer_id, report.service_date),
        (report.dealer_id, proposal.revision.service_date),
    }
    last = correctable_until(report.service_date, regulation_on(report.service_date))
    return Wish(
        _asked_by(session, case),
        proposal.reason,
        locking.locked_until(session, services),
        last if day_of(case.raised_at) > last else None,
        report.version != proposal.version,
    )


def wished(session: Session, case: Case, report: Report) -> tuple[Difference, ...]:
    """Return what a correction would change; nothing once it is made, for a version tells that."""
    if case.decision == "accepted":
        return ()
    wanted = proposing.proposal_of(case).revision
    return _named(session, changed(present_revision(session, report), wanted))


def _named(session: Session, differences: dict[str, tuple[Any, Any]]) -> tuple[Difference, ...]:
    """Return changed fields, a mechanic and an installation by their names."""
    names: dict[Any, str] = {}
    if "mechanic" in differences:
        wanted = select(Mechanic.number, Mechanic.name)
        found: Sequence[Any] = session.execute(
            wanted.where(Mechanic.number.in_(differences["mechanic"]))
        ).all()
        names |= {number: f"{name} ({number})" for number, name in found}
    if "installation" in differences:
        rows = session.execute(
            select(Installation.public_id, Installation.name, Farm.name, Site.place)
            .join(Site, Site.id == Installation.site_id)
            .join(Farm, Farm.id == Site.farm_id)
            .where(Installation.public_id.in_(differences["installation"]))
        )
        for public_id, name, farm, place in rows:
            names[public_id] = ", ".join(part for part in (farm, place, name) if part)
    return tuple(
        Difference(name, names.get(after, after), names.get(before, before))
        if name in ("mechanic", "installation")
        else Difference(name, after, before)
        for name, (before, after) in differences.items()
    )


def _asked_by(session: Session, case: Case) -> str:
    """Return the name of who asked for a correction; empty when the journal does not tell."""
    about = journal.entries_about(session, "report", case.report_id, ASKER_LOOKED_BACK)
    for entry, name in about:
        proposed = entry.action == "reports.correction_proposed"
        if proposed and json.loads(entry.after).get("case") == case.id:
            return name or ""
    return ""
