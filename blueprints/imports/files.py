"""Examples of what fits, and reports of runs, as files."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Response
from sqlalchemy.orm import Session

from blueprints.files import LIST_FILE, Made, columns_file, of_sheet, paged, send
from blueprints.formats import short_moment
from blueprints.guard import actor
from blueprints.imports import words
from blueprints.imports.blueprint import blueprint
from kombeheer.clock import today
from kombeheer.rules.imports import Part
from kombeheer.services import exports
from kombeheer.services.imports import runs
from kombeheer.services.imports.kinds import NAMES, template
from kombeheer.services.imports.telling import report_sheet
from kombeheer.tables.sheets import Column

COLUMNS = (
    (Column("Bestand", width=34), lambda row: row[0].file_name),
    (Column("Wat", width=16), lambda row: words.kind_name(row[0].kind)),
    (Column("Stand", width=20), lambda row: str(words.state_of(row[0])[2])),
    (Column("Gevonden", width=26), lambda row: words.found(row[0])),
    (Column("Gevraagd", width=24), lambda row: short_moment(row[0].asked_at)),
    (Column("Door", width=26), lambda row: row[1] or ""),
)


@blueprint.get("/examples/<kind>.<any(csv, xlsx):extension>")
def example_file(kind: str, extension: str) -> Response:
    """Send an example of a kind of file: its heads and a line that fits."""
    sheet = template(kind)
    name = f"voorbeeld-{NAMES[kind]}"
    return send(lambda session, running: of_sheet(sheet, name, extension, session, running))


@blueprint.get(f"/{LIST_FILE}")
def list_file(extension: str) -> Response:
    """Send every run as a file, the newest first."""
    chunks = paged(lambda session, page: runs.list_runs(session, page).items)
    return columns_file(extension, "overgenomen bestanden", COLUMNS, chunks)


@blueprint.get("/now/<kind>.<any(csv, xlsx):extension>")
def present_file(kind: str, extension: str) -> Response:
    """Send all that there is of a kind, as the import reads it back."""
    present, day = actor(), today()

    def make(session: Session, running: ExitStack) -> Made:
        sheet = exports.every(session, present, day, kind)
        return of_sheet(sheet, f"{NAMES[kind]}-{day.isoformat()}", extension, session, running)

    return send(make)


@blueprint.get("/<public:run>/report.<any(csv, xlsx):extension>")
def report_file(run: str, extension: str) -> Response:
    """Send the report of a run, every line of it."""

    def make(session: Session, running: ExitStack) -> Made:
        found = runs.run_of(session, run)
        sheet = report_sheet(found.file_name, runs.rows(session, found.id, Part.REPORT))
        name = f"verslag-{NAMES[found.kind]}-{found.public_id}"
        return of_sheet(sheet, name, extension, session, running)

    return send(make)
