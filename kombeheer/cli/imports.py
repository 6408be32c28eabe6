"""`import`: take over a file, try it first, or write an example of what fits; `export` the same."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from kombeheer import clock
from kombeheer.cli.databases import Refused, opened, require_newest
from kombeheer.config import Settings
from kombeheer.importing import FileRefused, Source, take_over, try_file
from kombeheer.rules.accounts import MACHINE
from kombeheer.services import exports
from kombeheer.services.imports.judging import Chunk
from kombeheer.services.imports.kinds import KINDS, file_label, template
from kombeheer.services.imports.lines import Finding
from kombeheer.services.imports.telling import (
    CHANGE,
    ERROR,
    NEW,
    REMARK,
    Spool,
    Tally,
    finding_row,
    report_sheet,
    rows_of,
)
from kombeheer.tables import sheets
from kombeheer.wording import sentence

SHOWN_MAX = 200  # lines on a terminal; a report has them all
SHEETS = {".csv": "csv", ".xlsx": "xlsx"}


class Telling:
    """What is told while a file is read: progress, the first findings, and a report of all."""

    def __init__(self, path: Path, *, is_quiet: bool) -> None:
        self.shown: list[sheets.Row] = []
        self.hidden = 0
        self.spool = Spool()
        self._is_quiet, self._name = is_quiet, path.name

    def __call__(self, tally: Tally, told: Chunk | Finding) -> None:
        """Hear of a chunk, or of what ends the reading."""
        found = [finding_row(told, sentence)] if isinstance(told, Finding) else ()
        for row in found or rows_of(told, sentence):  # type: ignore[arg-type]
            self.spool.add(row)
            if row[1] in (ERROR, REMARK, CHANGE) and len(self.shown) < SHOWN_MAX:
                self.shown.append(row)
            elif row[1] != NEW:
                self.hidden += 1
        if not self._is_quiet and sys.stderr.isatty():
            click.echo(f"\r{self._name}: regel {tally.line}", nl=False, err=True)


def _write(sheet: sheets.Sheet, path: Path) -> None:
    if SHEETS.get(path.suffix.lower()) == "xlsx":
        sheets.write_xlsx(sheet, path)
        return
    with path.open("wb") as file:
        file.writelines(sheets.csv_pieces(sheet))


def _give(sheet: sheets.Sheet, output: Path | None) -> None:
    """Write a table to a file by its ending, or as CSV to standard output."""
    if output is not None:
        _write(sheet, output)
        return
    for piece in sheets.csv_pieces(sheet):
        click.echo(piece, nl=False)


def _lines(rows: list[sheets.Row]) -> Iterator[str]:
    for line, what, column, value, told, expected in rows:
        where = f"regel {line}" if line else "het bestand"
        place = f", {column}" if column else ""
        shown = f" [{value}]" if value else ""
        hint = f" Verwacht: {expected}." if expected else ""
        yield f"{where}{place}{shown}: {what}: {told}{hint}"


def _as_json(kind: str, name: str, tally: Tally, told: Telling, *, is_trial: bool) -> str:
    heads = ("line", "what", "column", "value", "told", "expected")
    body: dict[str, Any] = {
        "kind": kind,
        "file": name,
        "dry_run": is_trial,
        "written": not is_trial and not tally.errors,
        "new": tally.new,
        "changed": tally.changed,
        "same": tally.same,
        "errors": tally.errors,
        "remarks": tally.remarks,
        "lines": [dict(zip(heads, row, strict=True)) for row in told.spool.rows()],
    }
    return json.dumps(body, ensure_ascii=False, indent=2, default=str)


def _summary(tally: Tally, *, is_trial: bool) -> str:
    counts = f"{tally.new} nieuw, {tally.changed} gewijzigd, {tally.same} onveranderd"
    found = f"{tally.errors} fouten, {tally.remarks} opmerkingen"
    if tally.errors:
        return f"{counts}; {found}. Er is niets ingevoerd."
    if is_trial:
        return f"{counts}; {found}. Dit was een proef: er is niets ingevoerd."
    return f"{counts}; {found}. Alles is ingevoerd."


@click.command(name="import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--dry-run", "is_trial", is_flag=True, help="Probeer het; er wordt niets ingevoerd.")
@click.option("--template", "wants_template", is_flag=True, help="Geef een voorbeeldbestand (CSV).")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="Schrijf het voorbeeld hierin."
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="Schrijf elke regel hierin, CSV of XLSX."
)
@click.option("--json", "as_json", is_flag=True, help="Vertel het als JSON.")
@click.pass_context
def import_(
    context: click.Context,
    kind: str,
    file: Path | None,
    is_trial: bool,
    wants_template: bool,
    output: Path | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """Neem een bestand over: alles of niets, met een verslag per regel."""
    if wants_template:
        _give(template(kind), output)
        return
    if file is None:
        raise click.UsageError("Geef een bestand, of --template voor een voorbeeld.")
    if not file.is_file():
        raise Refused(f"{file} is er niet, of is geen bestand.")
    source = Source(kind, file, file_label(file))
    told = Telling(file, is_quiet=as_json)
    with ExitStack() as stack:
        stack.callback(told.spool.close)
        database = stack.enter_context(opened(Settings.from_environment()))
        require_newest(database)
        try:
            if is_trial:
                tally = try_file(database, MACHINE, clock.now_utc(), source, told).tally
            else:
                tally = take_over(database, MACHINE, clock.now_utc(), source, told)
        except FileRefused as refused:
            tally = refused.tally
        if not as_json and sys.stderr.isatty():
            click.echo(err=True)
        if report is not None:
            _write(report_sheet(source.name, told.spool.rows()), report)
        if as_json:
            click.echo(_as_json(kind, source.name, tally, told, is_trial=is_trial))
        else:
            for line in _lines(told.shown if report is None else []):
                click.echo(line)
            if told.hidden and report is None:
                click.echo(f"En nog {told.hidden} regels; --report FILE geeft ze allemaal.")
            click.echo(_summary(tally, is_trial=is_trial))
    context.exit(1 if tally.errors else 0)


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Schrijf het hierin, CSV of XLSX naar zijn uitgang; anders CSV op het scherm.",
)
def export(kind: str, output: Path | None) -> None:
    """Geef alles van een soort als bestand, zoals `import` het onveranderd terugleest."""
    if output is not None and output.suffix.lower() not in SHEETS:
        raise click.UsageError("Geef een bestand dat op .csv of .xlsx eindigt.")
    with opened(Settings.from_environment()) as database:
        require_newest(database)
        with database.reading() as session:
            _give(exports.every(session, MACHINE, clock.today(), kind), output)


def register(main: click.Group) -> None:
    """Add the commands of this area."""
    main.add_command(import_)
    main.add_command(export)
