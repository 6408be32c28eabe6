"""`import` from the terminal: template, trial, report, exit codes."""

from __future__ import annotations

import json
import tracemalloc
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kombeheer.cli.imports import SHOWN_MAX, _as_json
from kombeheer.cli.main import main
from kombeheer.rules.refusal import Refusal
from kombeheer.services.imports.kinds import KINDS
from kombeheer.services.imports.lines import Finding
from kombeheer.services.imports.telling import Report, Tally

DEALERS = "nummer;naam\n118;Boersma\n119;De Jong\n"


@pytest.fixture(autouse=True)
def _database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KOMBEHEER_DATABASE_URL", f"sqlite:///{tmp_path / 'kom.sqlite'}")
    monkeypatch.setenv("KOMBEHEER_SECRET_KEY", "a secret key for the tests, of enough signs")
    assert run("upgrade").exit_code == 0


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def saved(folder: Path, content: str) -> str:
    path = folder / "in.csv"
    path.write_text(content)
    return str(path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_of_each_kind_on_standard_output_and_in_a_file(
    kind: str, tmp_path: Path
) -> None:
    shown = run("import", kind, "--template")
    assert shown.exit_code == 0
    heads = [column.head for column in KINDS[kind].columns]
    assert shown.stdout.lstrip("\ufeff").splitlines()[0] == ";".join(heads)
    file = tmp_path / "template.xlsx"
    assert run("import", kind, "--template", "-o", str(file)).exit_code == 0
    cells = [cell.value for row in openpyxl.load_workbook(file).active.iter_rows() for cell in row]
    assert set(heads) <= set(cells)


def test_a_trial_and_then_the_import_itself(tmp_path: Path) -> None:
    file = saved(tmp_path, DEALERS)
    tried = run("import", "dealers", file, "--dry-run")
    assert (tried.exit_code, "er is niets ingevoerd" in tried.stdout) == (0, True)
    done = run("import", "dealers", file)
    assert (done.exit_code, "2 nieuw" in done.stdout) == (0, True)
    again = run("import", "dealers", file)
    assert (again.exit_code, "0 nieuw, 0 gewijzigd, 2 onveranderd" in again.stdout) == (0, True)


def test_a_bad_line_is_told_with_line_column_value_and_what_was_expected(tmp_path: Path) -> None:
    file = saved(tmp_path, DEALERS + "120;" + "x" * 300 + "\n")
    refused = run("import", "dealers", file)
    assert refused.exit_code == 1
    [line, *_, summary] = refused.stdout.splitlines()
    assert line.startswith(f"regel 4, naam [{'x' * 24}…]: fout: De tekst heeft 300 tekens")
    assert line.endswith("Verwacht: de naam van het bedrijf, hoogstens 120 tekens.")
    assert summary.endswith("Er is niets ingevoerd.")
    assert "2 nieuw" in run("import", "dealers", file, "--dry-run").stdout


def test_a_spreadsheet_tells_of_what_failed_in_it_and_what_is_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("nummer", "naam"), ("118", "#REF!")):
        book.active.append(row)
    book.create_sheet("Oud").append(["x"])
    path = tmp_path / "in.xlsx"
    book.save(path)
    told = run("import", "dealers", str(path))
    assert told.exit_code == 1
    assert told.stdout.splitlines()[:2] == [
        "regel 2, naam: fout: Hier staat #REF!: een formule die mislukt is. Verbeter haar, of typ "
        "de waarde zelf. Verwacht: de naam van het bedrijf, hoogstens 120 tekens.",
        "het bestand: let op: Alleen blad Sheet is gelezen. Er staat ook iets op: Oud.",
    ]


def test_as_json(tmp_path: Path) -> None:
    told = json.loads(run("import", "dealers", saved(tmp_path, DEALERS), "--json").stdout)
    assert (told["new"], told["written"], told["dry_run"]) == (2, True, False)
    assert [line["what"] for line in told["lines"]] == ["nieuw", "nieuw"]
    told = json.loads(run("import", "dealers", saved(tmp_path, "x\n1"), "--json").stdout)
    assert (told["errors"], told["written"], told["lines"][0]["line"]) == (1, False, 1)


def test_a_million_findings_as_json_take_no_more_memory_than_a_few() -> None:
    counts = []
    for count in (100, 100_000):
        tally = Tally()
        with closing(Report(SHOWN_MAX)) as report:
            for line in range(count):
                report.add(tally, Finding(line + 1, "naam", "x", Refusal("imports.cell_empty")))
            tracemalloc.start()
            try:
                told = _as_json("dealers", "in.csv", tally, report, is_trial=True)
                assert sum(piece.count('"line":') for piece in told) == count
                counts.append(tracemalloc.get_traced_memory()[1])
            finally:
                tracemalloc.stop()
    assert counts[1] < counts[0] + 512 * 1024


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_report_of_every_line(tmp_path: Path, ending: str) -> None:
    report = tmp_path / f"report.{ending}"
    run("import", "dealers", saved(tmp_path, DEALERS + "120;\n"), "--report", str(report))
    if ending == "xlsx":
        rows = openpyxl.load_workbook(report).active.iter_rows(values_only=True)
        lines = [[str(cell or "") for cell in row] for row in rows if row[1]]
    else:
        text = report.read_text(encoding="utf-8-sig")
        lines = [line.split(";") for line in text.splitlines()]
    assert [line[:3] for line in lines] == [
        ["Regel", "Soort", "Kolom"],
        ["2", "nieuw", ""],
        ["3", "nieuw", ""],
        ["4", "fout", "naam"],
    ]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_imported(
    tmp_path: Path, ending: str
) -> None:
    file, nowhere = saved(tmp_path, DEALERS), str(tmp_path / "nowhere" / f"report.{ending}")
    refused = run("import", "dealers", file, "--report", nowhere)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"{nowhere} is niet te schrijven. Kies een map")
    assert "2 nieuw" in run("import", "dealers", file, "--dry-run").stdout
    for command in (("import", "dealers", "--template"), ("export", "dealers")):
        refused = run(*command, "-o", nowhere)
        assert (refused.exit_code, "is niet te schrijven" in refused.stderr) == (1, True)


def test_a_report_that_fails_in_the_end_is_told_after_what_was_done(tmp_path: Path) -> None:
    done = run("import", "dealers", saved(tmp_path, DEALERS), "--report", "/dev/full")
    assert (done.exit_code, done.stdout.endswith("Alles is ingevoerd.\n")) == (1, True)
    assert "/dev/full is niet te schrijven" in done.stderr


def test_the_report_never_stands_on_the_file_itself(tmp_path: Path) -> None:
    file = saved(tmp_path, DEALERS)
    done = run("import", "dealers", file, "--dry-run", "--report", file)
    assert done.exit_code == 1
    assert "is het bestand zelf" in done.stderr
    assert Path(file).read_text() == DEALERS


def test_errors_are_shown_before_changes_and_the_rest_is_counted(tmp_path: Path) -> None:
    count = SHOWN_MAX + 50
    run("import", "dealers", saved(tmp_path, _dealers("Oud", count)))
    told = run("import", "dealers", saved(tmp_path, _dealers("Nieuw", count) + "9999;\n"))
    lines = told.stdout.splitlines()
    assert lines[0].startswith(f"regel {count + 2}, naam: fout")
    assert lines[1].startswith("regel 2, naam [Nieuw]: wijziging")
    assert (len(lines), lines[-2][:13]) == (SHOWN_MAX + 2, "En nog 51 reg")


def _dealers(name: str, count: int) -> str:
    return "nummer;naam\n" + "".join(f"{number};{name}\n" for number in range(1, count + 1))


def test_a_file_that_is_judged_again_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = iter(range(10))  # as if somebody wrote each time it is asked
    monkeypatch.setattr("kombeheer.importing.journal.count_entries", lambda _: next(marks))
    told = json.loads(run("import", "dealers", saved(tmp_path, DEALERS), "--json").stdout)
    assert next(marks) == 3
    assert (told["new"], [line["line"] for line in told["lines"]]) == (2, [2, 3])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("import",), 2),
        (("import", "cows", "x.csv"), 2),
        (("import", "dealers"), 2),
        (("import", "dealers", "nowhere.csv"), 1),
    ],
)
def test_wrong_use_and_a_file_that_is_not_there(arguments: tuple[str, ...], code: int) -> None:
    assert run(*arguments).exit_code == code
