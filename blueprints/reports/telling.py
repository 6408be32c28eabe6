"""What a report says, field by field, in words: its history, and a correction that waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from blueprints import words
from blueprints.texts import lazy as _l
from kombeheer.services.reports.lists import VersionView
from kombeheer.services.reports.versions import ENTERED, SCANNED, TAKEN_OVER, WITHDRAWN
from kombeheer.wording import day_text

_WORDS: dict[str, Mapping[Any, Any]] = {
    "kind": words.SERVICE_KINDS,
    "ending": words.ENDINGS,
    "parlour_type": words.PARLOUR_TYPES,
    "species": words.SPECIES,
    "norm": words.NORMS,
    "lateness_cause": words.LATENESS_CAUSES,
    "state": words.REPORT_STATES,
}
_TEMPERATURES = frozenset({"wash_start", "wash_end"})
_ENDINGS_OF_DAYS = ("_on", "_from", "_by", "_date")


NOTES = {
    SCANNED: _l("gescand bij het bezoek"),
    ENTERED: _l("aangevuld"),
    WITHDRAWN: _l("ongedaan gemaakt"),
    TAKEN_OVER: _l("overgenomen uit de oude administratie"),
}


def why(version: VersionView) -> str:
    """Return why there is a version: the reason somebody gave, or what happened."""
    return version.reason or str(NOTES.get(version.version.note, ""))


def temperature(value: Decimal | str | None) -> str:
    """Return a temperature as `65,0`, as a form and a page show it; empty for none."""
    return "" if value is None or value == "" else f"{Decimal(value):.1f}".replace(".", ",")


def label(name: str) -> str:
    """Return what a field of a report is called, as a heading."""
    told = str(words.REPORT_FIELDS[name])
    return told[:1].upper() + told[1:]


def value_text(name: str, value: Any) -> str:
    """Return a value of a field in words, also one that was kept as plain JSON; empty for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("ja") if value else gettext("nee")
    if name in _TEMPERATURES:
        return f"{temperature(value)} °C"
    if name in _WORDS:
        return str(_WORDS[name].get(value, value))
    if name.endswith(_ENDINGS_OF_DAYS):
        return day_text(value if isinstance(value, date) else date.fromisoformat(str(value)))
    return str(value)
