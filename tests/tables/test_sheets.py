"""Tables as CSV and XLSX, read back by others: what was a number is one, no text is a formula."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kombeheer.rules.refusal import Refusal
from kombeheer.tables.reading import opened
from kombeheer.tables.sheets import (
    Column,
    Kind,
    Row,
    Sheet,
    csv_pieces,
    plain,
    unguarded,
    write_xlsx,
)

COLUMNS = (
    Column("Datum", Kind.DAY),
    Column("Bedrijf"),
    Column("Standen", Kind.COUNT),
    Column("Totaal", Kind.CENTS),
)
ROWS: list[Row] = [
    (date(2026, 3, 5), "Mts. Boonstra; “De Wilgen”", 24, 123450),
    (date(2026, 1, 31), '=HYPERLINK("http://x")', 1200, -45),
    (date(2026, 2, 1), "0012", None, 0),
]
TOTAL: Row = ("Totaal", None, None, 123405)


def sheet(rows: list[Row] | Iterator[Row]) -> Sheet:
    about = [("Dealer", "=Hoekstra"), ("Stand", "versie 1")]
    return Sheet("Regels", "Afrekening", about, COLUMNS, rows, TOTAL)


def written_csv(rows: list[Row]) -> list[list[str]]:
    text = b"".join(csv_pieces(sheet(rows)))
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_is_what_a_dutch_spreadsheet_reads() -> None:
    assert written_csv(ROWS) == [
        ["Datum", "Bedrijf", "Standen", "Totaal"],
        ["2026-03-05", "Mts. Boonstra; “De Wilgen”", "24", "1234,50"],
        ["2026-01-31", '\'=HYPERLINK("http://x")', "1200", "-0,45"],
        ["2026-02-01", "0012", "", "0,00"],
        ["Totaal", "", "", "1234,05"],
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+31 6", "'+31 6"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        ("\x01=1", "'\x01=1"),
        ("'=1", "''=1"),
        ("＝1", "'＝1"),
        ("De=Hoeve", "De=Hoeve"),
        ("'t Hof", "'t Hof"),
        ("een\nregel\n", "een\nregel"),
        ("", ""),
    ],
)
def test_no_text_is_a_formula(text: str, written: str) -> None:
    assert plain(text) == written


def test_xlsx_holds_numbers_and_days_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "afrekening.xlsx"
    write_xlsx(sheet(ROWS), path)
    page = openpyxl.load_workbook(path).active
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert page.title == "Regels"
    assert rows[:3] == [
        ["Afrekening", None, None, None],
        ["Dealer", "=Hoekstra", None, None],
        ["Stand", "versie 1", None, None],
    ]
    assert rows[4:] == [
        ["Datum", "Bedrijf", "Standen", "Totaal"],
        [datetime(2026, 3, 5), ROWS[0][1], 24, 1234.5],  # noqa: DTZ001 - a spreadsheet has no zones
        [datetime(2026, 1, 31), ROWS[1][1], 1200, -0.45],  # noqa: DTZ001
        [datetime(2026, 2, 1), "0012", None, 0],  # noqa: DTZ001
        ["Totaal", None, None, 1234.05],
    ]
    assert {cell.data_type for row in page.iter_rows() for cell in row} == {"s", "n", "d"}
    assert page["D6"].number_format == "#,##0.00"
    assert page.freeze_panes == "A6"
    assert page.auto_filter.ref == "A5:D8"


def test_a_table_without_rows_still_has_heads_and_total(tmp_path: Path) -> None:
    assert written_csv([]) == [
        ["Datum", "Bedrijf", "Standen", "Totaal"],
        [*TOTAL[:1], "", "", "1234,05"],
    ]
    write_xlsx(sheet([]), tmp_path / "leeg.xlsx")
    page = openpyxl.load_workbook(tmp_path / "leeg.xlsx").active
    assert [cell.value for cell in page[6]] == ["Totaal", None, None, 1234.05]


def many(count: int) -> Iterator[Row]:
    return ((date(2026, 1, 1), f"Hoeve {number}", number, number) for number in range(count))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ten_times_the_rows_take_no_more_memory(kind: str, tmp_path: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        if kind == "csv":
            for _ in csv_pieces(sheet(many(count))):
                pass
        else:
            write_xlsx(sheet(many(count)), tmp_path / f"{count}.xlsx")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)  # what is loaded once
    few = peak(4_000)
    assert peak(40_000) < few + 200_000


TEXTS = st.text("=+-@＝＋－＠'\"_x05F;,\t\n <>&é漢0a", max_size=20).map(str.strip)


@given(TEXTS)
def test_any_text_is_read_back_and_is_no_formula(text: str) -> None:
    assert unguarded(plain(text)) == text
    assert not plain(text).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\n"))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@given(texts=st.lists(TEXTS.filter(bool), min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_is_read_back(ending: str, tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / f"texts.{ending}"
    columns = (Column("Nummer", Kind.COUNT), Column("Tekst", width=9))
    page = Sheet("Teksten", "Teksten", (), columns, list(enumerate(texts)))
    if ending == "csv":
        path.write_bytes(b"".join(csv_pieces(page)))
    else:
        write_xlsx(page, path)
        cells = openpyxl.load_workbook(path).active.iter_rows()
        assert "f" not in {cell.data_type for row in cells for cell in row}
    with path.open("rb") as file, opened(file) as table:
        found = [line.cells[1] for line in table.lines if len(line.cells) > 1]
    assert found[-len(texts) :] == texts


def test_a_spreadsheet_that_is_full_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kombeheer.tables.sheets.XLSX_LINES_MAX", 8)
    write_xlsx(sheet(ROWS[:2]), tmp_path / "vol.xlsx")
    with pytest.raises(Refusal, match=r"imports\.lines_beyond_sheet"):
        write_xlsx(sheet(ROWS), tmp_path / "te-vol.xlsx")
