"""The Dutch for periods, how far a statement is, what changed, and why a report costs nothing."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, ngettext

from blueprints.formats import euro_change
from blueprints.texts import lazy as _l
from kombeheer.rules.statements import NoCharge, Part, Period, part_of
from kombeheer.services.billing.statements import StatementView, Told
from kombeheer.wording import MONTHS, day_text

PARTS: dict[Part, Any] = {
    Part.YEAR: _l("heel het jaar"),
    Part.HALF_1: _l("1e helft"),
    Part.HALF_2: _l("2e helft"),
    Part.QUARTER_1: _l("1e kwartaal"),
    Part.QUARTER_2: _l("2e kwartaal"),
    Part.QUARTER_3: _l("3e kwartaal"),
    Part.QUARTER_4: _l("4e kwartaal"),
    **{part: _l(MONTHS[number]) for number, part in enumerate(list(Part)[7:])},
}
NO_CHARGES: dict[NoCharge, Any] = {
    NoCharge.GEEN_KOM: _l("geen KOM"),
    NoCharge.KB: _l("kb"),
    NoCharge.PAID_THIS_YEAR: _l("al betaald dit jaar"),
    NoCharge.PAID_THIS_DAY: _l("al betaald die dag"),
    NoCharge.NO_TARIFF: _l("nog geen tarief"),
}
# How far a period is for a dealer: kind, icon and word of its tag.
TOLD: dict[Told, tuple[str, str, Any]] = {
    Told.OPEN: ("info", "clock", _l("Nog niet gemaakt")),
    Told.MADE: ("ok", "check", _l("Gemaakt")),
    Told.CHANGED: ("warn", "triangle-alert", _l("Daarna veranderd")),
}
TOLD_CHOICES = {state: word for state, (_, _, word) in TOLD.items()}


def moved(count: int) -> str:
    """Return whether a report came to a statement or went from it; empty for neither."""
    if not count:
        return ""
    return gettext("nieuw verslag") if count > 0 else gettext("staat er niet meer op")


def days(period: Period) -> str:
    """Return the days of a period: `do 1 januari 2026 t/m di 31 maart 2026`."""
    first, last = day_text(period.from_on), day_text(period.until_on)
    return gettext("%(first)s t/m %(last)s", first=first, last=last)


def name_of(period: Period) -> str:
    """Return how a period is called: `1e kwartaal 2026`, `maart 2026`, `2026`, or its days."""
    part = part_of(period)
    if part is None:
        return days(period)
    if part is Part.YEAR:
        return str(period.from_on.year)
    return gettext("%(part)s %(year)s", part=PARTS[part], year=period.from_on.year)


def change_of(view: StatementView) -> str:
    """Return what the newest version does not tell, in money and in reports."""
    told = euro_change(view.since.cents)
    if not view.moved_count:
        return told
    reports = ngettext(
        "%(num)s verslag erbij of vervallen",
        "%(num)s verslagen erbij of vervallen",
        view.moved_count,
    )
    return f"{told}, {reports}"
