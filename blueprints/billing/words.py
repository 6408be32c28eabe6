"""The Dutch for what is charged, for what and how often, and how amounts are written."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from blueprints.texts import lazy as _l
from kombeheer.rules.billing import ChargeItem, ChargePeriod, ChargeScope, ChargeState
from kombeheer.services.billing.tariffs import Holding

ITEMS: dict[ChargeItem, Any] = {
    ChargeItem.BASE: _l("Basiskosten"),
    ChargeItem.SURCHARGE: _l("Toeslag per stand"),
    ChargeItem.JAR: _l("Afdracht melkglazen"),
    ChargeItem.METER: _l("Afdracht melkmeters"),
}
# By the name of the price in a tariff.
PRICES: dict[str, Any] = {
    "base_cents": _l("Basiskosten"),
    "cow_cents": _l("Toeslag per stand, koeien"),
    "goat_cents": _l("Toeslag per stand, geiten"),
    "sheep_cents": _l("Toeslag per stand, schapen"),
    "jar_cents": _l("Afdracht per melkglas"),
    "meter_cents": _l("Afdracht per melkmeter"),
}
SCOPES: dict[ChargeScope, Any] = {
    ChargeScope.SITE: _l("locatie"),
    ChargeScope.INSTALLATION: _l("installatie"),
    ChargeScope.REPORT: _l("verslag"),
}
PERIODS: dict[ChargePeriod, Any] = {
    ChargePeriod.DAY: _l("bezoek (dezelfde dag)"),
    ChargePeriod.YEAR: _l("kalenderjaar"),
}
STATES: dict[ChargeState, Any] = {
    ChargeState.STANDING: _l("In rekening"),
    ChargeState.CANCELLED: _l("Vervallen"),
    ChargeState.COUNTER: _l("Tegenboeking"),
}
HOLDINGS: dict[Holding, tuple[str, str, Any]] = {
    Holding.PRESENT: ("ok", "check", _l("Geldt nu")),
    Holding.COMING: ("info", "clock", _l("Nog niet begonnen")),
    Holding.PAST: ("", "circle-slash", _l("Voorbij")),
}


def once(scope: str, period: str) -> str:
    """Return for what and how often an item is charged: `eenmaal per locatie en kalenderjaar`."""
    if scope == ChargeScope.REPORT:
        return gettext("voor elk verslag")
    when = gettext("bezoek") if period == ChargePeriod.DAY else gettext("kalenderjaar")
    return gettext(
        "eenmaal per %(scope)s en %(period)s", scope=SCOPES[ChargeScope(scope)], period=when
    )
