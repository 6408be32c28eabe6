"""`import`: take over a file, try it first, or write an example of what fits; `export` the same."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from xlsxwriter.exceptions import XlsxFileError

from kombeheer import clock
from kombeheer.cli.databases import Refused, opened, require_newest
from kombeheer.config import Settings
from kombeheer.importing import FileRefused, kept, take_over, try_file
from kombeheer.rules.accounts import MACHINE
from kombeheer.services import exports
from kombeheer.services.imports.judging import Chunk
from kombeheer.services.imports.kinds import KINDS, file_label, template
from kombeheer.services.imports.lines import Finding
from kombeheer.services.imports.telling import NEW, Report, Tally, report_sheet
from kombeheer.tables import sheets
from kombeheer.tables.workbooks import pieces

SHOWN_MAX = 200  # lines on a terminal; a report has them all
SHEETS = {".csv": "csv", ".xlsx": "xlsx"}


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Refuse as a sentence what the file system does not let be written."""
    try:
        yield
    except (OSError, XlsxFileError):
        raise Refused(
            f"{path} is niet te schrijven. Kies een map die er is, die ruimte heeft en waarin "
            "geschreven mag worden."
        ) from None


def _require_writable(path: Path | None, read: Path | None = None) -> None:
    """Refuse a file that could not be written in the end, or that is read, before all else."""
    if path is not None:
        if read is not None and path.resolve() == read.resolve():
            raise Refused(f"{path} is het bestand zelf. Geef het verslag een andere naam.")
        with _refusing(path), path.open("ab"):
            pass


def _write(sheet: sheets.Sheet, path: Path) -> None:
    with _refusing(path):
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


def _lines(report: Report) -> Iterator[str]:
    """Yield what is found and changed, as far as a terminal shows it; what is new needs no line."""
    rows = [row for row in report.shown() if row[1] != NEW]
    for line, what, column, value, told, expected in rows:
        where = f"regel {line}" if line else "het bestand"
        place = f", {column}" if column else ""
        shown = f" [{value}]" if value else ""
        hint = f" Verwacht: {expected}." if expected else ""
        yield f"{where}{place}{shown}: {what}: {told}{hint}"
    hidden = report.counts.total() - report.counts[NEW] - len(rows)
    if hidden:
        yield f"En nog {hidden} regels; --report FILE geeft ze allemaal."


def _as_json(
    kind: str, name: str, tally: Tally, report: Report, *, is_trial: bool
) -> Iterator[str]:
    """Yield an object of JSON, row by row: of a file where all is wrong there are a million."""
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
    }
    yield json.dumps(body, ensure_ascii=False, indent=2).removesuffix("\n}") + ',\n  "lines": ['
    between = "\n"
    for row in report.rows():
        told = dict(zip(heads, row, strict=True))
        yield f"{between}    {json.dumps(told, ensure_ascii=False)}"
        between = ",\n"
    yield "\n  ]\n}\n"


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
    "--report",
    "report_path",
    type=click.Path(path_type=Path),
    help="Schrijf elke regel hierin, CSV of XLSX.",
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
    report_path: Path | None,
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
    tells_progress = not as_json and sys.stderr.isatty()
    with (
        opened(Settings.from_environment()) as database,
        closing(Report(SHOWN_MAX)) as report,
        file.open("rb") as content,
        kept(kind, file_label(file), pieces(content)) as source,
    ):
        require_newest(database)
        _require_writable(report_path, file)

        def tell(tally: Tally, told: Chunk | Finding) -> None:
            report.add(tally, told)
            if tells_progress:
                click.echo(f"\r{file.name}: regel {tally.line}", nl=False, err=True)

        try:
            if is_trial:
                tally = try_file(database, MACHINE, clock.now_utc(), source, tell).tally
            else:
                tally = take_over(database, MACHINE, clock.now_utc(), source, tell)
        except FileRefused as refused:
            tally = refused.tally
        if tells_progress:
            click.echo(err=True)
        if as_json:
            lines = _as_json(kind, source.name, tally, report, is_trial=is_trial)
            sys.stdout.writelines(lines)
        else:
            for line in _lines(report) if report_path is None else ():
                click.echo(line)
            click.echo(_summary(tally, is_trial=is_trial))
        if report_path is not None:  # last, so that it is told what was done if it fails
            _write(report_sheet(source.name, report.rows()), report_path)
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
        _require_writable(output)
        with database.reading() as session:
            _give(exports.every(session, MACHINE, clock.today(), kind), output)


def register(main: click.Group) -> None:
    """Add the commands of this area."""
    main.add_command(import_)
    main.add_command(export)
