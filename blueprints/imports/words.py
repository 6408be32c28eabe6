"""The Dutch for kinds of files, how far a run is, and the lines of its report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import format_decimal, gettext, ngettext

from blueprints.texts import lazy as _l
from kombeheer.rules.imports import RunState
from kombeheer.rules.refusal import Refusal
from kombeheer.services.imports.columns import Column
from kombeheer.services.imports.kinds import KINDS
from kombeheer.services.imports.telling import CHANGE, ERROR, NEW, REMARK
from kombeheer.wording import sentence
from models.imports import ImportRun

Tag = tuple[str, str, Any]  # kind, icon and word of a state

# Each kind of file with its name and what stands in it.
ABOUT: dict[str, tuple[Any, Any]] = {
    "dealers": (_l("Dealers"), _l("Wie monteurs in dienst heeft en stickers krijgt.")),
    "mechanics": (_l("Monteurs"), _l("Met hun dienstverbanden en certificaten.")),
    "farms": (_l("Bedrijven"), _l("Met hun nummers (UBN, KvK, België) en hun dealers.")),
    "sites": (_l("Locaties"), _l("Waar een bedrijf melkt.")),
    "installations": (_l("Installaties"), _l("Wat er staat en stond, met standen en diersoort.")),
    "stickers": (_l("Stickers"), _l("Reeksen per dealer en jaar, en welke nummers gebruikt zijn.")),
    "reports": (_l("Verslagen"), _l("Beurten van vroeger, met nummer, monteur en metingen.")),
}
# The list that a kind of file fills.
LISTS = {
    "dealers": "parties.dealers_page",
    "mechanics": "parties.mechanics_page",
    "farms": "parties.farms_page",
    "sites": "sites.list_page",
    "installations": "sites.list_page",
    "stickers": "stickers.overview",
    "reports": "reports.list_page",
}
STATES: dict[RunState, Tag] = {
    RunState.WAITING: ("info", "clock", _l("Wacht op zijn beurt")),
    RunState.READING: ("info", "clock", _l("Wordt gelezen")),
    RunState.WRITING: ("info", "clock", _l("Wordt ingevoerd")),
    RunState.DONE: ("ok", "check", _l("Ingevoerd")),
    RunState.REFUSED: ("bad", "octagon-x", _l("Fouten gevonden")),
    RunState.FAILED: ("bad", "octagon-alert", _l("Mislukt")),
}
ROWS: dict[str, Tag] = {
    ERROR: ("bad", "octagon-x", _l("Fout")),
    REMARK: ("warn", "triangle-alert", _l("Let op")),
    CHANGE: ("info", "pencil", _l("Wijziging")),
    NEW: ("ok", "plus", _l("Nieuw")),
}


# What columns of a kind must tell together: the sentences that refuse a line without.
TOGETHER = {
    "mechanics": ("imports.employment_incomplete", "imports.certificate_incomplete"),
    "farms": ("imports.farm_nameless",),
    "installations": ("imports.days_backward",),
}


def columns(kind: str) -> Sequence[Column]:
    """Return the columns of a kind of file."""
    return KINDS[kind].columns


def together(kind: str) -> list[str]:
    """Return what columns of a kind of file must tell together, in sentences."""
    return [sentence(Refusal(code), gettext) for code in TOGETHER.get(kind, ())]


def state_of(run: ImportRun) -> Tag:
    """Return how far a run is."""
    if run.state == RunState.DONE and not run.new_count + run.changed_count:
        return "", "circle-slash", gettext("Niets nieuws")
    if run.state == RunState.DONE and run.is_trial:
        return "warn", "check", gettext("Geprobeerd")
    return STATES[RunState(run.state)]


def kind_name(kind: str) -> str:
    """Return the name of a kind of file."""
    return str(ABOUT[kind][0])


def next_kind(kind: str) -> str | None:
    """Return the kind of file that builds on this one; None for the last."""
    kinds = list(KINDS)
    return next(iter(kinds[kinds.index(kind) + 1 :]), None)


def found(run: ImportRun) -> str:
    """Return what a run changes, in words; its errors when it has any."""
    if run.error_count:
        count = format_decimal(run.error_count)
        return ngettext("%(count)s fout", "%(count)s fouten", run.error_count, count=count)
    new, changed = format_decimal(run.new_count), format_decimal(run.changed_count)
    told = {
        gettext("%(count)s nieuw", count=new): run.new_count,
        gettext("%(count)s gewijzigd", count=changed): run.changed_count,
    }
    return ", ".join(words for words, count in told.items() if count)


def read(run: ImportRun) -> str:
    """Return how far a run was read, in words."""
    if run.state == RunState.WRITING:
        return gettext("Alles is gelezen en klopt; nu wordt het ingevoerd.")
    if not run.line_count:
        return gettext("Het bestand wordt geopend.")
    line, total = format_decimal(run.line_count), format_decimal(run.total_lines)
    if run.total_lines < run.line_count:
        return gettext("%(line)s regels gelezen", line=line)
    return gettext("%(line)s van %(total)s regels gelezen", line=line, total=total)


def figures(run: ImportRun) -> list[tuple[str, str, int, str]]:
    """Return the counts of a run: name, word, count, and what it means when there are any."""
    return [
        ("new", gettext("Nieuw"), run.new_count, ""),
        ("changed", gettext("Gewijzigd"), run.changed_count, ""),
        ("same", gettext("Onveranderd"), run.same_count, ""),
        ("errors", gettext("Fouten"), run.error_count, "bad"),
        ("remarks", gettext("Opmerkingen"), run.remark_count, "warn"),
    ]
