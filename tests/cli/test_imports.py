"""`import` from the terminal: template, trial, report, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kombeheer.cli.main import main
from kombeheer.services.imports.kinds import KINDS

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


def test_as_json(tmp_path: Path) -> None:
    told = json.loads(run("import", "dealers", saved(tmp_path, DEALERS), "--json").stdout)
    assert (told["new"], told["written"], told["dry_run"]) == (2, True, False)
    assert [line["what"] for line in told["lines"]] == ["nieuw", "nieuw"]
    told = json.loads(run("import", "dealers", saved(tmp_path, "x\n1"), "--json").stdout)
    assert (told["errors"], told["written"], told["lines"][0]["line"]) == (1, False, 1)


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
