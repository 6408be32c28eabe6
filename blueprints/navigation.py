"""The menu of each role, and what every page behind the log-in shows of its user."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, get_template_attribute, request, url_for
from markupsafe import Markup

from blueprints import words
from blueprints.formats import moment
from blueprints.guard import signed_in
from blueprints.permissions import PERMISSIONS
from blueprints.texts import lazy as _l
from blueprints.texts import translations
from kombeheer.clock import now_utc
from kombeheer.rules.accounts import Right, Role, may
from kombeheer.services.accounts.login import SignedIn

RAILS_MAX = 1_024


@dataclass(frozen=True, slots=True)
class Way:
    """A line of the menu: where it leads, how it is called, its drawing."""

    endpoint: str
    label: Any
    icon: str


TODAY = Way("cases.today_page", _l("Vandaag"), "sun")
CASES = Way("cases.list_page", _l("Zaken"), "inbox")
VISIT = Way("scanning.visit_start", _l("Bezoek"), "scan-barcode")
STICKERS = Way("stickers.overview", _l("Stickers"), "tag")
MECHANICS = Way("parties.mechanics_page", _l("Monteurs"), "users")
DEALERS = Way("parties.dealers_page", _l("Dealers"), "truck")
FARMS = Way("parties.farms_page", _l("Bedrijven"), "house")
INSTALLATIONS = Way("sites.list_page", _l("Installaties"), "gauge")
BILLING = Way("billing.statements_page", _l("Facturatie"), "receipt")
REPORTS = Way("reports.list_page", _l("Verslagen"), "file-text")
PAPER = Way("reports.batches_page", _l("Papier"), "keyboard")
FIND = Way("search.find", _l("Zoek"), "search")
USERS = Way("users.list_page", _l("Gebruikers"), "badge-check")
IMPORTS = Way("imports.list_page", _l("Overnemen"), "upload")
JOURNAL = Way("journal.list_page", _l("Dagboek"), "list-checks")
MINE = Way("accounts.mine", _l("Mijn toegang"), "key-round")

# In the order of use; what is not there, or not open to the role, is left out.
MENUS: dict[Role, tuple[Way, ...]] = {
    Role.OFFICE: (
        TODAY,
        CASES,
        STICKERS,
        MECHANICS,
        REPORTS,
        PAPER,
        BILLING,
        FARMS,
        INSTALLATIONS,
        DEALERS,
        USERS,
        IMPORTS,
        JOURNAL,
        MINE,
    ),
    Role.INSPECTOR: (FARMS, INSTALLATIONS, REPORTS, MECHANICS, STICKERS, DEALERS, MINE),
    Role.DEALER: (
        VISIT,
        STICKERS,
        FARMS,
        REPORTS,
        CASES,
        MECHANICS,
        INSTALLATIONS,
        PAPER,
        BILLING,
        MINE,
    ),
    Role.MECHANIC: (VISIT, REPORTS, FARMS, STICKERS, MINE),
    Role.READER: (FIND, MINE),
}
ORGANISATIONS = {
    Role.OFFICE: _l("Secretariaat KOM"),
    Role.INSPECTOR: _l("Buitendienst KOM"),
    Role.READER: _l("Alleen lezen"),
}


def is_open(endpoint: str, role: Role) -> bool:
    """Tell whether there is such a page and this role may see it."""
    permission = PERMISSIONS.get(endpoint)
    if endpoint not in current_app.view_functions or permission is None:
        return False
    return not isinstance(permission, Right) or may(role, permission)


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip("/") + "/")


def menu(role: Role) -> list[dict[str, Any]]:
    """Return the lines of a role's menu; the nearest one above the present page is `current`."""
    ways = [way for way in MENUS[role] if is_open(way.endpoint, role)]
    addresses = {way.endpoint: url_for(way.endpoint) for way in ways}
    path = request.script_root + request.path
    above = [name for name in addresses if _is_below(path, addresses[name])]
    same_area = [name for name in addresses if name.partition(".")[0] == request.blueprint]
    exact = [request.endpoint] if request.endpoint in addresses else []
    nearest = sorted(above, key=lambda name: -len(addresses[name]))
    current = next(iter([*exact, *nearest, *same_area]), None)
    return [
        {
            "endpoint": way.endpoint,
            "address": addresses[way.endpoint],
            "label": way.label,
            "icon": way.icon,
            "current": way.endpoint == current,
        }
        for way in ways
    ]


def _organisation(present: SignedIn) -> Any:
    if present.actor.role is Role.MECHANIC:
        return f"{words.ROLES[Role.MECHANIC]} {present.organisation}"
    return present.organisation or ORGANISATIONS[present.actor.role]


def _rail(_root: str, _texts: Any, role: Role, _rule: str) -> Markup:
    shown: Markup = get_template_attribute("_macros/rail.html", "rail")(menu(role))
    return shown


def rail(role: Role) -> Markup:
    """Return the menu as it stands beside the present page: one for all pages of an endpoint."""
    rule = request.url_rule.rule if request.url_rule else request.path
    remembered = current_app.extensions["rail"]
    shown: Markup = remembered(request.script_root, translations(), role, rule)
    return shown


def _page() -> dict[str, Any]:
    """Return what templates/base.html reads; nothing for who has not logged in."""
    present = signed_in()
    if present is None:
        return {}
    return {
        "current_user": {
            "name": present.actor.name,
            "email": present.email,
            "organisation": _organisation(present),
        },
        "rail": rail(present.actor.role),
        "printed_at": moment(now_utc()),
        "keys": "on" if present.keys_on else "off",
        "language": present.actor.language,
    }


def init_app(app: Flask) -> None:
    """Give every template the menu and its user."""
    app.extensions["rail"] = lru_cache(RAILS_MAX)(_rail)
    app.context_processor(_page)
