"""An entry of the journal in words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from blueprints.formats import moment
from blueprints.journal.words import (
    ACTIONS,
    FIELDS,
    ICONS,
    MEASURES,
    PAGES,
    SUBJECTS,
    SWITCHES,
    VALUES,
    YES_NO,
)
from blueprints.stickers.words import place
from kombeheer.rules.calendar import day_of
from kombeheer.rules.stickers import Account
from kombeheer.services.imports.kinds import NAMES
from kombeheer.services.naming import Names, names_in
from kombeheer.wording import SENTENCES, day_text
from models.journal import JournalEntry

DAY_LENGTH = len("2026-03-05")
FACT = re.compile(r"\{\w+\}")
NAMELESS = Names()


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


def _value(name: str, given: Any) -> str:
    if given is None or given in ("", []):
        return gettext("leeg")
    if isinstance(given, bool):
        on, off = (gettext("aan"), gettext("uit")) if name in SWITCHES else YES_NO
        return str(on if given else off)
    if isinstance(given, list):
        return ", ".join(_value(name, one) for one in given)
    text = str(given)
    if name in MEASURES:
        return text.replace(".", ",")
    if text in SENTENCES:
        return _reason(text)
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


def _reason(code: str) -> str:
    """Return what a refusal says first; the facts that it was about are not kept with it."""
    said = gettext(SENTENCES[code]).partition(". ")[0].rstrip(".")
    return FACT.sub("…", said)


def _range(piece: list[Any], names: Names) -> str:
    series_id, first, last, *way = piece  # what was taken over came from nowhere
    series, told = names.series.get(series_id), str(first)
    if first != last:
        told = gettext("%(first)s t/m %(last)s", first=first, last=last)
    accounts = [Account.parse(text) for text in way]
    places = " → ".join(place(account, names.holders.of(account)) for account in accounts)
    if series is None:
        return f"{told} ({places})"
    return gettext(
        "serie %(series)s, %(numbers)s (%(way)s)", series=series, numbers=told, way=places
    )


def _changes(entry: JournalEntry, names: Names) -> list[str]:
    before, after = json.loads(entry.before), json.loads(entry.after)
    lines = []
    for name in sorted({*before, *after}):
        label = FIELDS.get(f"{entry.subject_kind}.{name}") or FIELDS.get(name, name)
        if name == "ranges":
            lines.append(f"{label}: " + ", ".join(_range(piece, names) for piece in after[name]))
            continue
        was, becomes = (
            names.of_field(entry, name, told.get(name)) or _value(name, told.get(name))
            for told in (before, after)
        )
        if name in before and name in after:
            lines.append(f"{label}: {was} → {becomes}")
        elif name in before:
            lines.append(gettext("%(field)s was %(value)s", field=label, value=was))
        elif after[name] is not None:  # what something new does not have, is no news
            lines.append(f"{label}: {becomes}")
    return lines


def _page_of(kind: str, subject_id: str) -> str | None:
    endpoint, argument = PAGES.get(kind, ("", ""))
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **{argument: subject_id})


def _subject(entry: JournalEntry, names: Names) -> str:
    kind, number = entry.subject_kind, entry.subject_id
    called = NAMES.get(number) if kind == "import" else names.subjects.get((kind, number))
    return f"{SUBJECTS.get(kind, kind)} {called or number}"


def told(entry: JournalEntry, name: str | None, names: Names = NAMELESS) -> Told:
    """Return an entry in words; what the machine did has no name."""
    return Told(
        entry.id,
        entry.at,
        name or gettext("KOM-beheer zelf"),
        entry.actor_id,
        str(ACTIONS.get(entry.action, entry.action)),
        ICONS.get(entry.action.partition(".")[0], "pencil"),
        _subject(entry, names),
        _page_of(entry.subject_kind, entry.subject_id),
        _changes(entry, names),
    )


def told_all(session: Session, rows: Sequence[Any]) -> list[Told]:
    """Return (entry, actor's name) in words, with what the ids in them are called."""
    names = names_in(session, [entry for entry, _ in rows])
    return [told(entry, name, names) for entry, name in rows]
