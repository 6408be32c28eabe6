"""The Dutch word for every value that people see. One place, used by pages and forms."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from kombeheer.rules.accounts import Role, UserState
from kombeheer.rules.cases import CaseKind, CaseState
from kombeheer.rules.certification import Module
from kombeheer.rules.parties import IdentifierKind
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import ReportState
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import InstallationState, ParlourType, Species
from kombeheer.services.parties.mechanics import Certified
from kombeheer.services.sites.lists import Due, Shown

PARLOUR_TYPES = {
    ParlourType.HERRINGBONE: _l("Visgraat"),
    ParlourType.SIDE_BY_SIDE: _l("Zij-aan-zij"),
    ParlourType.ROBOT: _l("Robot"),
    ParlourType.ROTARY: _l("Draaimelkstal"),
    ParlourType.TIE_STALL: _l("Grupstal"),
    ParlourType.TANDEM: _l("Tandem"),
    ParlourType.TRIGON: _l("Trigoon"),
    ParlourType.DIAMOND: _l("Ruit"),
    ParlourType.ROTOPOL: _l("Rotopol"),
    ParlourType.PASTURE_WAGON: _l("Weidemelkwagen"),
}
SPECIES = {Species.COWS: _l("koeien"), Species.GOATS: _l("geiten"), Species.SHEEP: _l("schapen")}
ENDINGS = {
    Ending.STICKER: _l("Goedgekeurd"),
    Ending.GEEN_KOM: _l("Geen KOM"),
    Ending.KB: _l("kb"),
}
REPORT_STATES = {
    ReportState.INCOMPLETE: _l("Onvolledig"),
    ReportState.COMPLETE: _l("Volledig"),
    ReportState.WITHDRAWN: _l("Ongedaan gemaakt"),
}
CASE_KINDS = {
    CaseKind.SCAN_WAITING: _l("Scan om te beslissen"),
    CaseKind.STICKER_CLAIMED_TWICE: _l("Twee bedrijven, één nummer"),
    CaseKind.INSTALLATION_UNCHECKED: _l("Nieuwe installatie nakijken"),
}
CASE_STATES = {
    CaseState.RAISED: _l("Nieuw"),
    CaseState.OPENED: _l("In behandeling"),
    CaseState.DECIDED: _l("Beslist"),
}
ROLES = {
    Role.OFFICE: _l("Secretariaat"),
    Role.INSPECTOR: _l("Buitendienst"),
    Role.DEALER: _l("Dealer"),
    Role.MECHANIC: _l("Monteur"),
    Role.READER: _l("Lezer"),
}
USER_STATES = {
    UserState.INVITED: _l("Uitgenodigd"),
    UserState.ACTIVE: _l("Actief"),
    UserState.LOCKED: _l("Geblokkeerd"),
}
IDENTIFIER_KINDS = {
    IdentifierKind.UBN: _l("UBN"),
    IdentifierKind.KVK: _l("KvK-nummer"),
    IdentifierKind.KBO: _l("KBO-nummer"),
    IdentifierKind.PE: _l("PE-nummer"),
    IdentifierKind.HERD: _l("Beslagnummer"),
}
COUNTRIES = {
    "NL": _l("Nederland"),
    "BE": _l("België"),
    "DE": _l("Duitsland"),
    "FR": _l("Frankrijk"),
    "LU": _l("Luxemburg"),
}
INSTALLATION_STATES = {
    InstallationState.UNCHECKED: _l("nog niet nagekeken"),
    InstallationState.CHECKED: _l("nagekeken"),
}
MODULES = {Module.AMS: _l("AMS (robot)")}
SHOWN = {Shown.UNCHECKED: _l("Nog na te kijken"), Shown.CEASED: _l("Gestopt")}
IN_USE = {"active": _l("In bedrijf"), "ceased": _l("Gestopt")}


def certified_words(day: date) -> dict[Certified, str]:
    """Return how a mechanic may stand with his certificate, with the term of that day."""
    months = regulation_on(day).certificate_expiring_months
    return {
        Certified.VALID: gettext("Geldig"),
        Certified.EXPIRING: gettext("Loopt af binnen %(months)s maanden", months=months),
        Certified.EXPIRED: gettext("Verlopen"),
        Certified.NONE: gettext("Nooit gehad"),
    }


def due_words(day: date) -> dict[Due, str]:
    """Return when a next service may be due, with the term of that day."""
    months = regulation_on(day).service_soon_months
    return {
        Due.LATE: gettext("Te laat"),
        Due.SOON: gettext("Binnen %(months)s maanden", months=months),
        Due.NEVER: gettext("Nog geen beurt"),
    }
