"""An entry of the journal in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext

from blueprints.formats import moment
from blueprints.journal.words import ACTIONS, FIELDS, ICONS, PAGES, SUBJECTS, VALUES
from kombeheer.rules.calendar import day_of
from kombeheer.wording import day_text
from models.journal import JournalEntry

DAY_LENGTH = len("2026-03-05")


@dataclass(frozen=True, slots=True)
class Told:
    """A journal entry in words; `url` is the page of its subject, None when it has none."""

    id: int
    at: datetime
    by: str
    by_id: int | None
    action: str
    icon: str
    subject: str
    url: str | None
    changes: list[str]

    @property
    def on(self) -> date:
        """Return the day in Amsterdam."""
        return day_of(self.at)


def _value(given: Any) -> str:
    if given is None or given in ("", []):
        return gettext("leeg")
    if isinstance(given, bool):
        return gettext("aan") if given else gettext("uit")
    if isinstance(given, list):
        return ", ".join(_value(one) for one in given)
    text = str(given)
    if len(text) >= DAY_LENGTH and text[4] == text[7] == "-":
        try:
            return _time(text)
        except ValueError:
            return text
    return str(VALUES.get(text, text))


def _time(text: str) -> str:
    if len(text) == DAY_LENGTH:
        return day_text(date.fromisoformat(text))
    instant = datetime.fromisoformat(text)
    return text if instant.tzinfo is None else moment(instant)


def _range(piece: list[Any]) -> str:
    _series, first, last, *way = piece  # from where to where; what was taken over came from nowhere
    return gettext("%(first)s t/m %(last)s (%(way)s)", first=first, last=last, way=" → ".join(way))


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    lines = []
    for name in sorted({*before, *after}):
        label = FIELDS.get(name, name)
        if name == "ranges":
            lines.append(f"{label}: " + ", ".join(_range(piece) for piece in after[name]))
        elif name in before and name in after:
            lines.append(f"{label}: {_value(before[name])} → {_value(after[name])}")
        elif name in before:
            was = _value(before[name])
            lines.append(gettext("%(field)s was %(value)s", field=label, value=was))
        else:
            lines.append(f"{label}: {_value(after[name])}")
    return lines


def _page_of(kind: str, subject_id: str) -> str | None:
    endpoint, argument = PAGES.get(kind, ("", ""))
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **{argument: subject_id})


def told(entry: JournalEntry, name: str | None) -> Told:
    """Return an entry in words; what the machine did has no name."""
    return Told(
        entry.id,
        entry.at,
        name or gettext("KOM-beheer zelf"),
        entry.actor_id,
        str(ACTIONS.get(entry.action, entry.action)),
        ICONS.get(entry.action.partition(".")[0], "pencil"),
        f"{SUBJECTS.get(entry.subject_kind, entry.subject_kind)} {entry.subject_id}",
        _page_of(entry.subject_kind, entry.subject_id),
        _changes(json.loads(entry.before), json.loads(entry.after)),
    )
