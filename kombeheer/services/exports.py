"""What is registered, as the lines of a file that the import reads back unchanged.

Each kind has the columns of its import. Not here: which subjects a list holds, and how a file is
written (tables/sheets).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kombeheer.rules.accounts import Actor
from kombeheer.rules.reports import ReportState
from kombeheer.services.imports.kinds import importer_of, sheet_of
from kombeheer.services.listing import FETCH_ROWS
from kombeheer.services.parties import scope
from kombeheer.tables.sheets import Row, Sheet
from models.parties import Dealer, Farm, Mechanic
from models.reports import Report
from models.sites import Installation, Site
from models.stickers import StickerSeries

Line = dict[str, Any]

# The ids of each kind, in the order in which they were registered. A double is the one it went
# into, and a report that was withdrawn is none.
EVERY: dict[str, Select[Any]] = {
    "dealers": select(Dealer.id).order_by(Dealer.id),
    "mechanics": select(Mechanic.id).where(Mechanic.merged_into_id.is_(None)).order_by(Mechanic.id),
    "farms": select(Farm.id).where(Farm.merged_into_id.is_(None)).order_by(Farm.id),
    "sites": select(Site.id).order_by(Site.id),
    "installations": select(Installation.id).order_by(Installation.id),
    "stickers": select(StickerSeries.id).order_by(StickerSeries.valid_from, StickerSeries.id),
    "reports": select(Report.id)
    .where(Report.state != ReportState.WITHDRAWN)
    .order_by(Report.service_date, Report.recorded_at, Report.id),
}
_AT_ONCE = {"stickers": 1}  # a series is some ten thousand numbers


def every(session: Session, actor: Actor, today: date, kind: str) -> Sheet:
    """Return all of a kind as a table; its rows are read while it is written."""
    importer_of(kind)
    count = _AT_ONCE.get(kind, FETCH_ROWS)
    found = session.execute(EVERY[kind].execution_options(yield_per=count)).scalars()
    return of_subjects(session, actor, today, kind, found.partitions(count))


def of_subjects(
    session: Session, actor: Actor, today: date, kind: str, chunks: Iterable[Sequence[Any]]
) -> Sheet:
    """Return subjects of a kind, by their ids, as a table; what an actor may not see is left out.

    Args:
        chunks: some ids at a time; a fixed number of queries is asked for each.
    """
    return sheet_of(kind, _rows(session, actor, today, kind, chunks))


def _rows(
    session: Session, actor: Actor, today: date, kind: str, chunks: Iterable[Sequence[Any]]
) -> Iterator[Row]:
    importer = importer_of(kind)
    own = _own_dealers(session, actor, today)
    hide = _HIDING.get(kind) if own is not None else None
    for ids in chunks:
        lines: Iterable[Line] = importer.lines_of(session, ids)
        if hide is not None:
            lines = hide(lines, own or frozenset())
        for line in lines:
            yield [
                column.shown(line[column.field]) if column.field in line else None
                for column in importer.columns
            ]


def _own_dealers(session: Session, actor: Actor, today: date) -> frozenset[str] | None:
    """Return the numbers of those dealers whose matters an actor may see; None for all."""
    if actor.role in scope.SEES_ALL:
        return None
    seen = select(Dealer.number).where(scope.dealers(actor, today))
    return frozenset(session.execute(seen).scalars())


def _without_other_dealers(lines: Iterable[Line], own: frozenset[str]) -> Iterator[Line]:
    """Yield farms without the other dealers that serve them."""
    for line in lines:
        yield {**line, "dealers": tuple(one for one in line["dealers"] if one in own)}


def _without_other_employments(lines: Iterable[Line], own: frozenset[str]) -> Iterator[Line]:
    """Yield mechanics without what they were elsewhere; each keeps a line."""
    for _, group in groupby(lines, key=itemgetter("number")):
        told = [
            line
            if line.get("dealer") in own
            else {name: line[name] for name in line if name not in _OF_EMPLOYMENT}
            for line in group
        ]
        yield from [line for line in told if {"dealer", "certificate"} & line.keys()] or told[:1]


def _of_own_dealers(lines: Iterable[Line], own: frozenset[str]) -> Iterator[Line]:
    """Yield the ranges of numbers that one's own dealers answer for."""
    return (line for line in lines if line["dealer"] in own)


_OF_EMPLOYMENT = frozenset({"dealer", "from_on", "until_on"})
_HIDING: dict[str, Callable[[Iterable[Line], frozenset[str]], Iterator[Line]]] = {
    "farms": _without_other_dealers,
    "mechanics": _without_other_employments,
    "stickers": _of_own_dealers,
}
