"""Every version of a report side by side: one line for each field, one value for each version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.services.reports.lists import ReportView, VersionView, show_report
from kombeheer.services.reports.revision import DETAILS
from kombeheer.services.stickers.ledger import number_of
from models.parties import Dealer, Farm, Mechanic
from models.sites import Installation, Site
from models.stickers import StickerSeries

FIELDS = (
    *("kind", "ending", "number", "service_date", "mechanic", "dealer", "installation"),
    *("parlour_type", "species", "unit_count", "received_on"),
    *("norm", "limits_from", "template", *DETAILS, "state"),
)

# What follows from the details is told with the first of them; that changed nothing.
DERIVED = frozenset({"norm", "limits_from", "template"})


@dataclass(frozen=True, slots=True)
class Line:
    """What each version says in one field, and whether that differs from the version before it."""

    name: str
    values: tuple[Any, ...]
    changed: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The versions of a report, the newest first, and every field that one of them tells."""

    view: ReportView
    versions: Sequence[VersionView]
    lines: Sequence[Line]


def compare(session: Session, actor: Actor, report_id: str) -> Comparison:
    """Return the versions of a report side by side, in a number of queries that does not grow.

    Raises:
        Refusal: `reports.unknown`, also for one outside the scope.
    """
    view, versions = show_report(session, actor, report_id)
    names = _names(session, [one.content for one in versions])
    told = [_told(one.content, names) for one in versions]
    lines = []
    for name in FIELDS:
        values = tuple(None if one[name] == "" else one[name] for one in told)  # empty is untold
        if all(value in (None, False) for value in values) and name in DETAILS:
            continue
        earlier = (*values[1:], values[-1])  # the first version changed nothing
        changed = tuple(
            new != old and not (old is None and name in DERIVED)
            for new, old in zip(values, earlier, strict=True)
        )
        lines.append(Line(name, values, changed))
    return Comparison(view, versions, lines)


@dataclass(frozen=True, slots=True)
class _Names:
    mechanics: Mapping[int, str]
    dealers: Mapping[int, str]
    installations: Mapping[int, str]
    series: Mapping[int, StickerSeries]


def _names(session: Session, contents: Sequence[Mapping[str, Any]]) -> _Names:
    """Return what versions name by id."""

    def ids(name: str) -> list[int]:
        return sorted({one[name] for one in contents if one.get(name) is not None})

    mechanics = session.execute(
        select(Mechanic.id, Mechanic.name, Mechanic.number).where(
            Mechanic.id.in_(ids("mechanic_id"))
        )
    )
    dealers = session.execute(select(Dealer.id, Dealer.name).where(Dealer.id.in_(ids("dealer_id"))))
    installations = session.execute(
        select(Installation.id, Farm.name, Site.place, Installation.name)
        .join(Site, Site.id == Installation.site_id)
        .join(Farm, Farm.id == Site.farm_id)
        .where(Installation.id.in_(ids("installation_id")))
    )
    series = session.execute(
        select(StickerSeries).where(StickerSeries.id.in_(ids("series_id")))
    ).scalars()
    return _Names(
        {mechanic_id: f"{name} ({number})" for mechanic_id, name, number in mechanics},
        {dealer.id: dealer.name for dealer in dealers},
        {
            installation_id: ", ".join(part for part in (farm, place, name) if part)
            for installation_id, farm, place, name in installations
        },
        {one.id: one for one in series},
    )


def _told(content: Mapping[str, Any], names: _Names) -> dict[str, Any]:
    """Return what one version says by the names of the fields."""
    number = number_of(names.series.get(content.get("series_id") or 0), content.get("serial"))
    degrees = {
        name: f"{Decimal(content[name]):.1f}"  # however many digits it was told with
        for name in ("wash_start", "wash_end")
        if content.get(name) is not None
    }
    return (
        {name: content.get(name) for name in FIELDS}
        | degrees
        | {
            "number": number.printed if number is not None else "",
            "mechanic": names.mechanics.get(content["mechanic_id"], ""),
            "dealer": names.dealers.get(content["dealer_id"], ""),
            "installation": names.installations.get(content["installation_id"], ""),
        }
    )
