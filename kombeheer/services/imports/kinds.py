"""Every kind of file that can be taken over, in the order in which they build on each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kombeheer.rules.refusal import Refusal
from kombeheer.services.imports.columns import Column
from kombeheer.services.imports.dealers import DealerImporter
from kombeheer.services.imports.farms import FarmImporter
from kombeheer.services.imports.installations import InstallationImporter
from kombeheer.services.imports.judging import Importer
from kombeheer.services.imports.mechanics import MechanicImporter
from kombeheer.services.imports.reports import ReportImporter
from kombeheer.services.imports.sites import SiteImporter
from kombeheer.services.imports.stickers import StickerImporter
from kombeheer.tables.sheets import Column as SheetColumn
from kombeheer.tables.sheets import Row, Sheet

KINDS: dict[str, type[Importer]] = {
    one.kind: one
    for one in (
        DealerImporter,
        MechanicImporter,
        FarmImporter,
        SiteImporter,
        InstallationImporter,
        StickerImporter,
        ReportImporter,
    )
}
# Of each kind what it is called on a spreadsheet's page and in a file's name.
NAMES = {
    "dealers": "dealers",
    "mechanics": "monteurs",
    "farms": "bedrijven",
    "sites": "locaties",
    "installations": "installaties",
    "stickers": "stickers",
    "reports": "verslagen",
}


def importer_of(kind: str) -> type[Importer]:
    """Return the importer of a kind.

    Raises:
        Refusal: `imports.kind_unknown`.
    """
    if kind not in KINDS:
        raise Refusal("imports.kind_unknown", value=kind[:24], known=", ".join(KINDS))
    return KINDS[kind]


def others(kind: str) -> Mapping[str, tuple[Column, ...]]:
    """Return the columns of the other kinds of file."""
    return {name: one.columns for name, one in KINDS.items() if name != kind}


def sheet_of(kind: str, rows: Iterator[Row]) -> Sheet:
    """Return a table of one kind, as the import reads it back."""
    columns = [
        SheetColumn(one.head, one.kind, max(12, len(one.head) + 2)) for one in KINDS[kind].columns
    ]
    return Sheet(NAMES[kind].capitalize(), NAMES[kind].capitalize(), (), columns, rows)


def template(kind: str) -> Sheet:
    """Return the example of a kind of file: its heads and a line that shows what fits."""
    example = [column.example or None for column in importer_of(kind).columns]
    return sheet_of(kind, iter([example]))


def file_label(path: Path) -> str:
    """Return the name of a file as it is kept: short and readable, and never empty."""
    name = "".join(sign for sign in path.name if sign.isprintable()).strip()
    return name[-120:] or "zonder naam"
