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
from blueprints.formats import short_day
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
    "certification.changed": _l("Certificaat verbeterd"),
    "certification.entered": _l("Certificaat ingevoerd"),
    "parties.changed": _l("Gegevens gewijzigd"),
    "parties.customer_begun": _l("Dealer bedient dit bedrijf"),
    "parties.customer_ended": _l("Dealer bedient dit bedrijf niet meer"),
    "parties.employment_begun": _l("In dienst gekomen"),
    "parties.employment_changed": _l("Dienstverband gewijzigd"),
    "parties.employment_ended": _l("Uit dienst gegaan"),
    "parties.farm_merged": _l("Opgegaan in een ander bedrijf"),
    "parties.farm_moved": _l("Naar een andere dealer verhuisd"),
    "parties.farm_taken_in": _l("Samengevoegd met een dubbel bedrijf"),
    "parties.farms_moved": _l("Bedrijven verhuisd"),
    "parties.identifier_added": _l("Nummer toegevoegd"),
    "parties.identifier_removed": _l("Nummer weggehaald"),
    "parties.registered": _l("Toegevoegd"),
    "scanning.device_registered": _l("Toestel aangemeld"),
    "scanning.received": _l("Scan ontvangen"),
    "sites.ceased": _l("Installatie gestopt"),
    "sites.changed": _l("Naam of locatie gewijzigd"),
    "sites.checked": _l("Installatie nagekeken"),
    "sites.configured": _l("Inrichting gewijzigd"),
    "sites.registered": _l("Toegevoegd"),
    "stickers.series_made": _l("Stickerserie gemaakt"),
    "sites.resumed": _l("Installatie weer in gebruik"),
    "sites.site_changed": _l("Adres gewijzigd"),
    "sites.site_registered": _l("Locatie toegevoegd"),
}
SUBJECTS: dict[str, Any] = {
    "case": _l("Zaak"),
    "dealer": _l("Dealer"),
    "device": _l("Toestel"),
    "document": _l("Bewijsstuk"),
    "farm": _l("Bedrijf"),
    "installation": _l("Installatie"),
    "mechanic": _l("Monteur"),
    "movement": _l("Verplaatsing"),
    "report": _l("Verslag"),
    "scan_event": _l("Scan"),
    "session": _l("Sessie"),
    "site": _l("Locatie"),
    "sticker": _l("Sticker"),
    "sticker_series": _l("Stickerserie"),
    "token": _l("Toegangssleutel"),
    "user": _l("Gebruiker"),
}
FIELDS: dict[str, Any] = {
    "box_count": _l("boxen"),
    "ceased_on": _l("gestopt op"),
    "certificate": _l("certificaat"),
    "cleaning_facility_count": _l("reinigingsinstallaties"),
    "count": _l("aantal"),
    "country": _l("land"),
    "customers": _l("dealers"),
    "decision": _l("besluit"),
    "delivered_or_renovated_on": _l("opgeleverd of gerenoveerd op"),
    "double": _l("dubbel bedrijf"),
    "email": _l("e-mailadres"),
    "farm": _l("bedrijf"),
    "from_on": _l("sinds"),
    "herd": _l("beslagnummer"),
    "identifiers": _l("nummers"),
    "kbo": _l("KBO-nummer"),
    "keys_on": _l("toetsen"),
    "kvk": _l("KvK-nummer"),
    "merged_into": _l("opgegaan in"),
    "modules": _l("modules"),
    "name": _l("naam"),
    "number": _l("nummer"),
    "parlour_type": _l("staltype"),
    "pe": _l("PE-nummer"),
    "phone": _l("telefoon"),
    "place": _l("plaats"),
    "reason": _l("reden"),
    "role": _l("rol"),
    "site": _l("locatie"),
    "site_id": _l("locatie"),
    "sites": _l("locaties"),
    "species": _l("diersoort"),
    "state": _l("stand"),
    "street": _l("straat"),
    "ubn": _l("UBN"),
    "unchecked": _l("nog na te kijken"),
    "unit_count": _l("standen"),
    "until_on": _l("laatste dag"),
    "vacuum_pump_count": _l("vacuümpompen"),
    "valid_from": _l("geldig vanaf"),
    "valid_until": _l("geldig t/m"),
}
VALUES: dict[str, Any] = {
    **{str(value): word for value, word in words.ROLES.items()},
    **{str(value): word for value, word in words.USER_STATES.items()},
    **{str(value): word for value, word in words.CASE_STATES.items()},
    **{str(value): word for value, word in words.COUNTRIES.items()},
    **{str(value): word for value, word in words.INSTALLATION_STATES.items()},
    **{str(value): word for value, word in words.MODULES.items()},
    **{str(value): word for value, word in words.PARLOUR_TYPES.items()},
    **{str(value): word for value, word in words.SPECIES.items()},
}
PUBLIC_PAGES = {
    "dealer": "parties.dealer_page",
    "farm": "parties.farm_page",
    "installation": "sites.installation_page",
    "mechanic": "parties.mechanic_page",
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
    if isinstance(given, list):
        return ", ".join(_value(one) for one in given) or gettext("geen")
    try:
        return short_day(date.fromisoformat(str(given)))
    except ValueError:
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
    elif entry.subject_kind in PUBLIC_PAGES:
        page = PUBLIC_PAGES[entry.subject_kind]
        url = url_for(page, **{entry.subject_kind: entry.subject_id})
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
