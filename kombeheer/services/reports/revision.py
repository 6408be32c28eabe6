"""What a report should say from now on, as one value: what a form sends and a case keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import (
    Details,
    LatenessCause,
    Service,
    ServiceKind,
    norm_verdict,
    template_on,
)
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services.stickers.ledger import number_of
from models.parties import Mechanic
from models.reports import Report, ReportDetail
from models.sites import Installation
from models.stickers import StickerSeries

DETAILS = tuple(field.name for field in fields(Details))
# What a report is about. To change it is a correction, however little was filled in yet.
ABOUT = (
    *("ending", "number", "service_date", "mechanic", "installation"),
    *("parlour_type", "species", "unit_count"),
)
# What its charges follow from.
CHARGED = frozenset({*ABOUT, "jars_verified", "meters_verified"})


@dataclass(frozen=True, slots=True)
class Revision:
    """A whole report as somebody wants it.

    Args:
        number: of the sticker, as it was scanned or typed; empty with another ending.
        mechanic: his number.
        installation: its public id.
        parlour_type, species, unit_count: of the installation on the service date.
    """

    kind: ServiceKind
    ending: Ending
    number: str
    service_date: date
    mechanic: str
    installation: str
    parlour_type: ParlourType
    species: Species
    unit_count: int
    details: Details

    def service(self) -> Service:
        """Return what the rules of completeness ask of it."""
        return Service(
            self.kind,
            self.ending is Ending.STICKER,
            self.ending is Ending.KB,
            self.service_date,
        )

    def values(self) -> dict[str, Any]:
        """Return every field by name, those of the details beside the others."""
        told = {name: getattr(self, name) for name in ("kind", *ABOUT)}
        return told | {name: getattr(self.details, name) for name in DETAILS}


def changed(before: Revision, after: Revision) -> dict[str, tuple[Any, Any]]:
    """Return {field: (before, after)} of what differs."""
    old, new = before.values(), after.values()
    return {name: (old[name], new[name]) for name in old if old[name] != new[name]}


def details_of(row: ReportDetail | None) -> Details:
    """Return stored details as a value; empty when nobody filled any in."""
    if row is None:
        return Details()
    told = {name: getattr(row, name) for name in DETAILS}
    cause = told["lateness_cause"]
    return replace(Details(**told), lateness_cause=LatenessCause(cause) if cause else None)


def present_revision(session: Session, report: Report) -> Revision:
    """Return what a report says now."""
    mechanic, installation = session.execute(
        select(Mechanic.number, Installation.public_id)
        .join(Installation, Installation.id == report.installation_id)
        .where(Mechanic.id == report.mechanic_id)
    ).one()
    series = None if report.series_id is None else session.get(StickerSeries, report.series_id)
    number = number_of(series, report.serial)
    return Revision(
        ServiceKind(report.kind),
        Ending(report.ending),
        number.digits if number is not None else "",
        report.service_date,
        mechanic,
        installation,
        ParlourType(report.parlour_type),
        Species(report.species),
        report.unit_count,
        details_of(session.get(ReportDetail, report.id)),
    )


def detail_values(details: Details, parlour_type: str, service_date: date) -> dict[str, Any]:
    """Return details as their columns, with the norm and template that they were judged by."""
    regulation = regulation_on(service_date)
    return {name: getattr(details, name) for name in DETAILS} | {
        "norm": norm_verdict(details, regulation).norm,
        "limits_from": regulation.valid_from,
        "template": template_on(parlour_type == ParlourType.ROBOT, regulation),
    }


def as_text(revision: Revision) -> str:
    """Return a revision as JSON text, days as ISO text and temperatures as decimals."""
    return json.dumps(asdict(revision), ensure_ascii=True, sort_keys=True, default=str)


def from_text(text: str) -> Revision:
    """Return the revision that was kept as JSON text."""
    told = json.loads(text)
    details = told.pop("details")
    return Revision(
        ServiceKind(told.pop("kind")),
        Ending(told.pop("ending")),
        told["number"],
        date.fromisoformat(told["service_date"]),
        told["mechanic"],
        told["installation"],
        ParlourType(told["parlour_type"]),
        Species(told["species"]),
        told["unit_count"],
        details_from(details),
    )


def details_from(told: Mapping[str, Any]) -> Details:
    """Return the details that were kept as plain JSON values."""
    values = dict(told)
    for name in ("delivered_on", "pump_made_on", "kkm_visited_on", "repair_by", "stamped_on"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    for name in ("wash_start", "wash_end"):
        values[name] = Decimal(values[name]) if values[name] is not None else None
    cause = values["lateness_cause"]
    return Details(**{**values, "lateness_cause": LatenessCause(cause) if cause else None})
