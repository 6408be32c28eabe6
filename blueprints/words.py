"""The Dutch word for every value that people see. One place, used by pages and forms."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from blueprints.texts import lazy as _l
from kombeheer.rules.accounts import Role, UserState
from kombeheer.rules.cases import CaseKind, CaseOwner, CaseState
from kombeheer.rules.certification import Country, Module
from kombeheer.rules.parties import IdentifierKind
from kombeheer.rules.regulation import regulation_on
from kombeheer.rules.reports import BatchState, LatenessCause, Norm, ReportState, ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import InstallationState, Kept, ParlourType, Species
from kombeheer.services.parties.mechanics import Certified
from kombeheer.services.sites.due import Due
from kombeheer.services.sites.lists import Shown
from kombeheer.services.sites.terms import MONTHS_EARLY_MAX, MONTHS_LATE_MAX, Services

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
    Ending.UNMARKED: _l("Van vóór de stickers"),
}
REPORT_STATES = {
    ReportState.INCOMPLETE: _l("Onvolledig"),
    ReportState.COMPLETE: _l("Volledig"),
    ReportState.WITHDRAWN: _l("Ongedaan gemaakt"),
}
BATCH_STATES = {BatchState.OPEN: _l("Open"), BatchState.CLOSED: _l("Gesloten")}
SERVICE_KINDS = {
    ServiceKind.MAJOR: _l("Grote beurt"),
    ServiceKind.LIMITED: _l("Beperkte beurt"),
    ServiceKind.REPAIR: _l("Herstel na KKM-bezoek"),
}
NORMS = {
    Norm.ISO_1984: _l("ISO-norm van 1984"),
    Norm.ISO_1996: _l("ISO-norm van 1996 (TNA-'96)"),
    Norm.IN_FORCE: _l("ISO-norm die nu geldt"),
}
LATENESS_CAUSES = {
    LatenessCause.FARMER: _l("Uitgesteld door de veehouder"),
    LatenessCause.BACKLOG: _l("Achterstand bij de dealer"),
    LatenessCause.EPIDEMIC: _l("Dierziekte"),
    LatenessCause.CEASING: _l("Het bedrijf gaat stoppen"),
    LatenessCause.OTHER: _l("Iets anders"),
}
# What a report says, field by field: in its history, the journal, a correction that waits.
REPORT_FIELDS = {
    "kind": _l("soort"),
    "ending": _l("uitkomst"),
    "number": _l("nummer"),
    "service_date": _l("datum van de beurt"),
    "mechanic": _l("monteur"),
    "dealer": _l("dealer"),
    "installation": _l("installatie"),
    "parlour_type": _l("staltype"),
    "species": _l("diersoort"),
    "unit_count": _l("standen"),
    "received_on": _l("ontvangen"),
    "delivered_on": _l("opgeleverd of gerenoveerd op"),
    "pump_made_on": _l("vacuümpomp gemaakt op"),
    "rubrics_comply": _l("rubriek 1 en 2 voldoen"),
    "rubrics_comply_earlier": _l("rubriek 1 en 2 voldoen aan ISO 1984"),
    "norm": _l("norm"),
    "limits_from": _l("grenzen geldig sinds"),
    "template": _l("model van het verslag"),
    "wash_start": _l("begin hoofdreiniging"),
    "wash_end": _l("einde hoofdreiniging"),
    "wash_judgement": _l("beoordeling reiniging"),
    "is_dry": _l("sticker zit droog"),
    "is_visible": _l("sticker is zichtbaar"),
    "is_near": _l("sticker zit dicht bij de pomp"),
    "kkm_visited_on": _l("bezoek van KKM"),
    "repair_by": _l("hersteltermijn"),
    "stamped_on": _l("KOM-stempel van"),
    "stamp_initials": _l("paraaf bij het stempel"),
    "remark": _l("opmerking"),
    "advice": _l("advies"),
    "advises_coming_norm": _l("advies over de komende norm"),
    "lateness_cause": _l("waarom later dan de termijn"),
    "jars_verified": _l("meetglazen geijkt"),
    "meters_verified": _l("melkmeters geijkt"),
    "state": _l("stand"),
}
CASE_KINDS = {
    CaseKind.SCAN_WAITING: _l("Scan om te beslissen"),
    CaseKind.STICKER_CLAIMED_TWICE: _l("Twee bedrijven, één nummer"),
    CaseKind.INSTALLATION_UNCHECKED: _l("Nieuwe installatie nakijken"),
    CaseKind.REPORT_INCOMPLETE: _l("Verslag niet op tijd aangevuld"),
    CaseKind.REPORT_CONTRADICTS: _l("Verslag klopt niet met KOM"),
    CaseKind.CORRECTION_WAITING: _l("Correctie om te beslissen"),
}
CASE_OWNERS = {CaseOwner.OFFICE: _l("KOM"), CaseOwner.DEALER: _l("De dealer")}
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
CERTIFYING_COUNTRIES = {Country.NL: _l("Nederland"), Country.BE: _l("België")}
SHOWN = {
    Shown.UNCHECKED: _l("Nog na te kijken"),
    Shown.STOPPING: _l("Laatste dag bekend"),
    Shown.CEASED: _l("Gestopt"),
}
KEPT = {
    Kept.ABOUT: _l("Op tijd of bijna"),
    Kept.TOLERATED: _l("Te laat, gedoogd"),
    Kept.LENIENT: _l("Voorbij, met coulance"),
    Kept.BEYOND: _l("Voorbij de termijn"),
}
COUNTED = {
    Services.COUNTED: _l("Met een eerdere beurt"),
    Services.LATE: _l("Na de uiterste dag"),
    Services.FIRST: _l("Eerste beurt"),
}
CAUSE_UNTOLD = _l("Niet verteld")
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
        Due.BEYOND: gettext("Voorbij de termijn"),
        Due.TOLERATED: gettext("Te laat, gedoogd"),
        Due.SOON: gettext("Binnen %(months)s maanden", months=months),
        Due.NEVER: gettext("Nog geen beurt"),
    }


def month_words() -> dict[int, str]:
    """Return the words for when a service came, by month counted from its due date."""
    most = MONTHS_LATE_MAX - 1
    late = gettext("Meer dan %(months)s maanden te laat", months=most)
    return {
        MONTHS_EARLY_MAX: gettext("Meer dan een maand te vroeg"),
        -1: gettext("In de maand daarvoor"),
        0: gettext("In de laatste maand van de termijn"),
        **{
            month: gettext("In maand %(month)s na de uiterste dag", month=month)
            for month in range(1, MONTHS_LATE_MAX)
        },
        MONTHS_LATE_MAX: late,
    }
