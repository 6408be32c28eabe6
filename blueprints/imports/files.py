"""Examples of what fits, and reports of runs, as files."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Response
from sqlalchemy.orm import Session

from blueprints.files import Made, of_sheet, send
from blueprints.imports.blueprint import blueprint
from kombeheer.rules.imports import Part
from kombeheer.services.imports import runs
from kombeheer.services.imports.kinds import NAMES, template
from kombeheer.services.imports.telling import report_sheet


@blueprint.get("/examples/<kind>.<any(csv, xlsx):ending>")
def example_file(kind: str, ending: str) -> Response:
    """Send an example of a kind of file: its heads and a line that fits."""
    sheet = template(kind)
    name = f"voorbeeld-{NAMES[kind]}"
    return send(lambda session, running: of_sheet(sheet, name, ending, session, running))


@blueprint.get("/<public:run>/report.<any(csv, xlsx):ending>")
def report_file(run: str, ending: str) -> Response:
    """Send the report of a run, every line of it."""

    def make(session: Session, running: ExitStack) -> Made:
        found = runs.run_of(session, run)
        sheet = report_sheet(found.file_name, runs.rows(session, found.id, Part.REPORT))
        name = f"verslag-{NAMES[found.kind]}-{found.public_id}"
        return of_sheet(sheet, name, ending, session, running)

    return send(make)
