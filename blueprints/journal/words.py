"""The Dutch for what stands in the journal: actions, subjects, fields; and an entry told in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from blueprints import words
from kombeheer.rules.calendar import day_of
from models.journal import JournalEntry

ACTIONS: dict[str, Any] = {
    "accounts.invited": _l("Gebruiker uitgenodigd"),
    "accounts.keys_set": _l("Toetsen ingesteld"),
    "accounts.logged_in": _l("Ingelogd"),
    "accounts.password_set": _l("Wachtwoord gekozen"),
    "accounts.reset": _l("Nieuwe link gemaakt, oude toegang gestopt"),
    "accounts.session_ended": _l("Sessie beëindigd"),
    "accounts.sessions_ended": _l("Sessies beëindigd"),
    "accounts.state_changed": _l("Stand van gebruiker gewijzigd"),
    "accounts.token_made": _l("Toegangssleutel gemaakt"),
    "accounts.token_revoked": _l("Toegangssleutel ingetrokken"),
    "cases.decided": _l("Zaak beslist"),
    "cases.opened": _l("Zaak in behandeling genomen"),
    "scanning.device_registered": _l("Toestel aangemeld"),
    "scanning.received": _l("Scan ontvangen"),
    "sites.registered": _l("Installatie toegevoegd"),
}
SUBJECTS: dict[str, Any] = {
    "case": _l("Zaak"),
    "dealer": _l("Dealer"),
    "device": _l("Toestel"),
    "farm": _l("Bedrijf"),
    "installation": _l("Installatie"),
    "mechanic": _l("Monteur"),
    "movement": _l("Verplaatsing"),
    "report": _l("Verslag"),
    "scan": _l("Scan"),
    "session": _l("Sessie"),
    "site": _l("Locatie"),
    "sticker": _l("Sticker"),
    "token": _l("Toegangssleutel"),
    "user": _l("Gebruiker"),
}
FIELDS: dict[str, Any] = {
    "email": _l("e-mailadres"),
    "keys_on": _l("toetsen"),
    "name": _l("naam"),
    "role": _l("rol"),
    "state": _l("stand"),
}
VALUES: dict[str, Any] = {
    **{str(value): word for value, word in words.ROLES.items()},
    **{str(value): word for value, word in words.USER_STATES.items()},
    **{str(value): word for value, word in words.CASE_STATES.items()},
}
ICONS = {
    "accounts": "key-round",
    "cases": "inbox",
    "parties": "users",
    "reports": "file-text",
    "scanning": "scan-barcode",
    "sites": "house",
    "stickers": "tag",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A journal entry in words."""

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


def _value(given: object) -> str:
    if given is None or given == "":
        return gettext("leeg")
    if isinstance(given, bool):
        return gettext("aan") if given else gettext("uit")
    return str(VALUES.get(str(given), given))


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    lines = []
    for name in sorted({*before, *after}):
        label = FIELDS.get(name, name)
        if name in before and name in after:
            lines.append(f"{label}: {_value(before[name])} → {_value(after[name])}")
        else:
            lines.append(f"{label}: {_value(before.get(name, after.get(name)))}")
    return lines


def told(entry: JournalEntry, name: str | None) -> Told:
    """Return an entry in words; what the machine did has no name."""
    subject = SUBJECTS.get(entry.subject_kind, entry.subject_kind)
    url = None
    if entry.subject_kind == "user":
        url = url_for("users.user_page", user_id=int(entry.subject_id))
    elif entry.subject_kind == "case":
        url = url_for("cases.case_page", number=int(entry.subject_id))
    return Told(
        entry.id,
        entry.at,
        name or gettext("KOM-beheer zelf"),
        entry.actor_id,
        str(ACTIONS.get(entry.action, entry.action)),
        ICONS.get(entry.action.partition(".")[0], "pencil"),
        f"{subject} {entry.subject_id}",
        url,
        _changes(json.loads(entry.before), json.loads(entry.after)),
    )
