"""What the ids that stand in entries of the journal are called, found for many entries at once.

Not here: words for kinds, fields and values (blueprints/journal).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kombeheer.rules.stickers import Account
from kombeheer.services.stickers import holders
from kombeheer.services.stickers.holders import Holders
from models.accounts import User
from models.journal import JournalEntry
from models.parties import Dealer, Farm, Mechanic
from models.reports import Report
from models.sites import Installation, Site
from models.stickers import StickerSeries

_BY_USER = "_by_id"  # a field that ends so is the id of a user
# Fields that hold the id of a subject, with its kind; of what an entry is about itself, None.
_REFERRING: Mapping[str, str | None] = {
    "double": None,
    "installation": "installation",
    "merged_into": None,
    "report": "report",
    "site": "site",
}
# Of each kind of subject that has a name: its id, and what it is called.
_CALLED: Mapping[str, Any] = {
    "dealer": select(Dealer.public_id, Dealer.name),
    "farm": select(Farm.public_id, Farm.name),
    "installation": select(Installation.public_id, Farm.name, Site.place)
    .join(Site, Site.id == Installation.site_id)
    .join(Farm, Farm.id == Site.farm_id),
    "mechanic": select(Mechanic.public_id, Mechanic.name),
    "report": select(Report.id, Farm.name, Site.place)
    .join(Site, Site.id == Report.site_id)
    .join(Farm, Farm.id == Site.farm_id),
    "site": select(Site.public_id, Site.street, Site.place),
    "sticker_series": select(StickerSeries.id, StickerSeries.code),
    "user": select(User.id, User.name),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called; one that is not there has no name.

    Args:
        subjects: by kind and id, as an entry tells them.
        users, series: by id.
        holders: those behind accounts.
    """

    subjects: Mapping[tuple[str, str], str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)
    series: Mapping[int, str] = field(default_factory=dict)
    holders: Holders = field(default_factory=Holders)

    def of_field(self, entry: JournalEntry, name: str, value: object) -> str | None:
        """Return what the id in a field of an entry is called."""
        if name in _REFERRING:
            return self.subjects.get((_REFERRING[name] or entry.subject_kind, str(value)))
        if not isinstance(value, int):
            return None
        holder = self.holders.dealers.get(value) if name == "dealer" else None
        return holder.name if holder else self.users.get(value) if name.endswith(_BY_USER) else None


def names_in(session: Session, entries: Sequence[JournalEntry]) -> Names:
    """Return what the ids in entries are called, in at most one query for each kind of id."""
    subjects: dict[str, set[str]] = {}
    users, series, dealers = set[int](), set[int](), set[int]()
    accounts: set[Account] = set()
    for entry in entries:
        subjects.setdefault(entry.subject_kind, set()).add(entry.subject_id)
        for told in (json.loads(entry.before), json.loads(entry.after)):
            for name, value in told.items():
                if name in _REFERRING and isinstance(value, str):
                    kind = _REFERRING[name] or entry.subject_kind
                    subjects.setdefault(kind, set()).add(value)
                elif name.endswith(_BY_USER) and isinstance(value, int):
                    users.add(value)
                elif name == "dealer" and isinstance(value, int):
                    dealers.add(value)
            for series_id, _first, _last, *way in told.get("ranges", ()):
                series.add(series_id)
                accounts |= {Account.parse(place) for place in way}
    return Names(
        {
            (kind, subject_id): called
            for kind, ids in subjects.items()
            for subject_id, called in _called(session, kind, ids).items()
        },
        _by_number(session, "user", users),
        _by_number(session, "sticker_series", series),
        holders.load(session, accounts, dealers),
    )


def _called(session: Session, kind: str, ids: set[str]) -> dict[str, str]:
    """Return what subjects of a kind are called, by their ids; nothing for a kind without names."""
    if kind not in _CALLED or not ids:
        return {}
    statement: Select[Any] = _CALLED[kind]
    key = statement.selected_columns[0]
    known: list[Any] = list(ids) if key.type.python_type is str else [int(one) for one in ids]
    rows = session.execute(statement.where(key.in_(known)))
    return {str(subject_id): ", ".join(filter(None, parts)) for subject_id, *parts in rows}


def _by_number(session: Session, kind: str, ids: set[int]) -> dict[int, str]:
    found = _called(session, kind, {str(one) for one in ids})
    return {int(number): called for number, called in found.items()}
