"""The columns of a file of past reports, and what its word for the number means."""

from __future__ import annotations

from typing import Any

from kombeheer.rules.reports import (
    INITIALS_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    UNITS_MAX,
    UNITS_MIN,
    VERIFIED_MAX,
    LatenessCause,
    ServiceKind,
)
from kombeheer.rules.scanning import Ending
from kombeheer.services.imports import columns, references
from kombeheer.services.reports.sheets import MARKS

KINDS = {
    "grote beurt": ServiceKind.MAJOR,
    "beperkte beurt": ServiceKind.LIMITED,
    "herstel": ServiceKind.REPAIR,
}
CAUSES = {
    "veehouder": LatenessCause.FARMER,
    "achterstand": LatenessCause.BACKLOG,
    "epidemie": LatenessCause.EPIDEMIC,
    "stopt": LatenessCause.CEASING,
    "anders": LatenessCause.OTHER,
}
MARK_OF: dict[Ending, str] = {ending: mark for mark, ending in MARKS.items()}
_MARKS = {mark.casefold(): mark for mark in MARKS}
NUMBER_LENGTH_MAX = 40

COLUMNS: tuple[columns.Column, ...] = (
    columns.key(
        "kenmerk",
        "reference",
        references.REFERENCE_LENGTH_MAX,
        "hoe het verslag in uw administratie heet; anders gelden nummer, of installatie en datum",
        "M-2025-00417",
    ),
    columns.day("datum", "service_date", "de dag van de beurt", "12-03-2025", required=True),
    columns.key(
        "installatie",
        "installation",
        references.REFERENCE_LENGTH_MAX,
        "het kenmerk van een installatie die bekend is",
        "R-2041-1-A",
        required=True,
    ),
    columns.key("monteur", "mechanic", 12, "het nummer van de monteur", "1042", required=True),
    columns.key("dealer", "dealer", 12, "het nummer van zijn dealer die dag", "118"),
    columns.word("soort", "kind", "de soort beurt", KINDS),
    columns.key(
        "KOM-nummer",
        "number",
        NUMBER_LENGTH_MAX,
        "het nummer van de sticker, geen KOM of kb; vóór 1-1-2002 leeg",
        "25-000417-23",
    ),
    columns.count("standen", "unit_count", "de melkstellen die dag", UNITS_MIN, UNITS_MAX, "24"),
    columns.word("staltype", "parlour_type", "de soort stal die dag", columns.PARLOUR_TYPES),
    columns.word("diersoort", "species", "wiens melk", columns.SPECIES),
    columns.day("ontvangen_op", "received_on", "wanneer KOM het kreeg", "20-03-2025"),
    columns.day("opgeleverd_op", "delivered_on", "oplevering of renovatie", "14-05-2012"),
    columns.day("pomp_van", "pump_made_on", "fabricage van de vacuümpomp", ""),
    columns.yes_no("voldoet", "rubrics_comply", "rubrieken 1 en 2 voldoen"),
    columns.yes_no("voldoet_aan_1984", "rubrics_comply_earlier", "zij voldoen aan de eerdere norm"),
    columns.decimal("reiniging_begin", "wash_start", "de begintemperatuur", "72,5"),
    columns.decimal("reiniging_eind", "wash_end", "de eindtemperatuur", "45"),
    columns.lines("reiniging_oordeel", "wash_judgement", TEXT_LENGTH_MAX, "zonder meting"),
    columns.yes_no("droog", "is_dry", "de sticker zit droog", "ja", empty=False),
    columns.yes_no("zichtbaar", "is_visible", "de sticker is te zien", "ja", empty=False),
    columns.yes_no("dichtbij", "is_near", "hoogstens 2 m van de pomp", "ja", empty=False),
    columns.day("kkm_bezoek", "kkm_visited_on", "het bezoek van KKM", ""),
    columns.day("herstel_voor", "repair_by", "de hersteltermijn", ""),
    columns.day("gestempeld_op", "stamped_on", "de dag bij het KOM-stempel", ""),
    columns.text("paraaf", "stamp_initials", INITIALS_LENGTH_MAX, "de paraaf bij het stempel"),
    columns.lines("opmerking", "remark", TEXT_LENGTH_MAX, "een opmerking"),
    columns.lines("advies", "advice", TEXT_LENGTH_MAX, "een advies"),
    columns.yes_no("advies_nieuwe_norm", "advises_coming_norm", "met oog daarop", empty=False),
    columns.word("reden_te_laat", "lateness_cause", "waarom de beurt later was", CAUSES, ""),
    columns.count("glazen", "jars_verified", "herijkte glazen", 0, VERIFIED_MAX, "", empty=0),
    columns.count("meters", "meters_verified", "herijkte meters", 0, VERIFIED_MAX, "", empty=0),
)


def mark_in(text: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the number of the sticker, and the marks in its place; both may be empty."""
    told = " ".join((text or "").split())
    mark = _MARKS.get(told.casefold())
    return ("", (mark,)) if mark else (told, ())


def number_cell(ending: Ending, printed: str | None) -> Any:
    """Return what stands on the report in the place of the number."""
    return printed if ending is Ending.STICKER else MARK_OF.get(ending)
