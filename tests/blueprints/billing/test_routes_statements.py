"""Statements in a browser and as files: the same figures everywhere, and nobody else's."""

from __future__ import annotations

import csv
import gc
import html
import io
import re
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from flask import Flask

from blueprints import files
from blueprints.billing import statement_files
from kombeheer.clock import now_utc
from kombeheer.printing import papers
from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.rules.money import euros
from kombeheer.rules.statements import Period
from kombeheer.services.billing import statements
from kombeheer.tables import sheets
from models.billing import Statement
from tests.clients import Browser
from tests.factories import Foundation
from tests.field import Field
from tests.queries import asked
from tests.services.billing.filling import fill
from tests.services.billing.made import AFTER, Books

QUARTER = "from=2026-01-01&until=2026-03-31"
TOTAL = 3229 + 2605 + 312 + 100 + 156


@pytest.fixture
def books(field: Field) -> Books:
    made = Books(field)
    made.mixed()
    field.clock.moment = AFTER
    return made


@pytest.fixture
def office(books: Books) -> Browser:
    return Browser(books.field.app, books.office)


@pytest.fixture
def address(books: Books) -> str:
    return f"/billing/statements/{books.field.dealer.public_id}"


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def cents(text: str) -> int:
    return int(text.replace(",", ""))


def heads_of(browser: Browser, address: str) -> str:
    """What a spreadsheet says above its table."""
    book = openpyxl.load_workbook(io.BytesIO(browser.get(address).data)).active
    return "\n".join(
        ": ".join(str(cell.value) for cell in row if cell.value is not None)
        for row in book.iter_rows(max_row=7)
    )


def test_page_csv_xlsx_and_pdf_tell_the_same(office: Browser, address: str) -> None:
    assert (
        f'<td class="num">€\N{NO-BREAK SPACE}{euros(TOTAL)}</td>'
        in office.get(f"{address}?{QUARTER}").text
    )
    [heads, *lines, total] = read_csv(office.get(f"{address}/file.csv?{QUARTER}").data)
    assert (heads[11], len(lines)) == ("Totaal", 5)
    book = openpyxl.load_workbook(
        io.BytesIO(office.get(f"{address}/file.xlsx?{QUARTER}").data)
    ).active
    rows = [[cell.value for cell in row] for row in book.iter_rows(min_row=8)]
    pdf = pypdfium2.PdfDocument(office.get(f"{address}/file.pdf?{QUARTER}").data)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    sums = [sum(cents(line[column]) for line in lines) for column in range(7, 12)]
    assert sums == [cents(one) for one in total[7:12]] == [5210, 936, 100, 156, TOTAL]
    assert [round(value * 100) for value in rows[-1][7:12]] == sums
    for column in range(7, 12):
        assert round(sum(row[column] for row in rows[:-1]) * 100) == sums[column - 7]
    assert " ".join(["Totaal", *(euros(one) for one in sums), euros(TOTAL)]) in text
    assert [line[6] for line in lines] == [row[6] for row in rows[:-1]]
    assert [line[12] for line in lines] == [
        *("", "al betaald dit jaar", "geen KOM", "kb", ""),
    ]
    assert [row[0].date() for row in rows[:-1]] == [date.fromisoformat(line[0]) for line in lines]


def test_a_file_is_named_and_typed(office: Browser, address: str) -> None:
    for kind, mimetype in (
        ("csv", "text/csv"),
        ("xlsx", files.XLSX),
        ("pdf", "application/pdf"),
    ):
        answer = office.get(f"{address}/file.{kind}?{QUARTER}")
        assert answer.mimetype == mimetype
        named = f"2026-01-01-2026-03-31-tussenstand.{kind}"
        assert named in answer.headers["Content-Disposition"]
    assert office.get(f"{address}/file.doc?{QUARTER}").status_code == 404


def test_many_lines_come_as_numbered_papers(
    office: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "LINES_AT_MOST", 2)
    answer = office.get(f"{address}/file.pdf?{QUARTER}")
    assert answer.mimetype == "application/zip"
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    assert [name.rpartition("-")[2] for name in packed.namelist()] == ["1.pdf", "2.pdf", "3.pdf"]
    last = pypdfium2.PdfDocument(packed.read(packed.namelist()[-1]))
    assert euros(TOTAL) in last[0].get_textpage().get_text_bounded()


def test_a_farm_that_is_called_a_formula_stays_a_text(books: Books, office: Browser) -> None:
    farm, site = books.field.foundation.farm('=HYPERLINK("http://kwaad.example")')
    books.field.foundation.customer(books.field.dealer, farm)
    installation = books.field.foundation.installation(site)
    books.visit(9, installation=installation.public_id)
    here = f"/billing/statements/{books.field.dealer.public_id}"
    names = [line[1] for line in read_csv(office.get(f"{here}/file.csv?{QUARTER}").data)]
    assert '\'=HYPERLINK("http://kwaad.example")' in names
    content = office.get(f"{here}/file.xlsx?{QUARTER}").data
    [cell] = [
        cell
        for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
        for cell in row
        if "kwaad" in str(cell.value)
    ]
    assert cell.data_type == "s"


def test_the_office_makes_a_statement_after_it_was_told_what_that_means(
    books: Books, office: Browser, address: str
) -> None:
    assert f"{address}/make?" in office.get(f"{address}?{QUARTER}").text
    page = office.get(f"{address}/make?{QUARTER}").text
    assert "5 verslagen, samen €\N{NO-BREAK SPACE}64,02." in page
    assert "is deze periode dicht voor Hoekstra Melktechniek" in page
    answer = office.send(
        f"{address}/make?{QUARTER}",
        f"{address}/make?{QUARTER}",
        reports="5",
        entries="6",
        moved="5",
        cents="6402",
    )
    assert answer.status_code == 302
    page = office.get(answer.location).text
    assert "Versie 1 is gemaakt." in page
    assert "Daarna is er niets veranderd." in page
    assert f"{address}/make" not in page
    assert "Sinds versie 1 is er niets veranderd." in office.get(f"{address}/make?{QUARTER}").text
    assert "versie 1" in office.get(f"/billing/?{QUARTER}").text
    assert "Afrekening gemaakt" in office.get("/journal/").text


@pytest.mark.parametrize(
    "sent",
    [
        {"reports": "4", "entries": "6", "moved": "5", "cents": "6402"},
        {"reports": "5", "entries": "6", "moved": "5", "cents": "6401"},
        {"reports": "5", "entries": "6", "moved": "4", "cents": "6402"},
        {"reports": "vijf", "entries": "6", "moved": "5", "cents": "6402"},
        {},
    ],
)
def test_other_figures_than_those_of_now_are_shown_again(
    books: Books, office: Browser, address: str, sent: dict[str, str]
) -> None:
    make = f"{address}/make?{QUARTER}"
    answer = office.send(make, make, **sent)
    assert answer.status_code == 422
    assert "Intussen is er iets bijgekomen of veranderd." in answer.text
    assert 'name="cents" type="hidden" value="6402"' in answer.text
    assert books.field.rows(Statement) == []


def test_a_period_that_runs_cannot_be_made_and_says_until_when(
    books: Books, office: Browser, address: str
) -> None:
    running = "from=2026-01-01&until=2026-04-02"
    page = office.get(f"{address}?{running}")
    assert "De periode loopt tot en met do 2 april 2026." in page.text
    assert f"{address}/make" not in page.text
    assert "eindigt op do 2 april 2026" in office.get(f"{address}/make?{running}").text
    seen = {"reports": "5", "entries": "6", "moved": "5", "cents": "6402"}
    answer = office.send(f"{address}/make?{running}", **seen)
    assert answer.status_code == 422
    assert "Deze periode loopt nog" in answer.text


def test_other_days_than_those_of_a_made_statement_name_them(
    books: Books, office: Browser, address: str
) -> None:
    books.make()
    page = office.get(f"{address}?from=2026-02-01&until=2026-02-28").text
    assert "van do 1 januari 2026 tot en met di 31 maart 2026" in page
    assert f"{address}/make" not in page


def test_the_files_are_of_the_last_version_until_something_changes(
    books: Books, office: Browser, address: str
) -> None:
    def fetched() -> str:
        [link] = re.findall(
            r'href="([^"]*/file\.csv[^"]*)"', office.get(f"{address}?{QUARTER}").text
        )
        return office.get(html.unescape(link)).headers["Content-Disposition"]

    assert "tussenstand" in fetched()
    books.make()
    assert "versie-1" in fetched()
    books.correct(books.lines()[-1].report_id, unit_count=12)
    assert "tussenstand" in fetched()


def test_what_changed_stands_apart_and_versions_stay(
    books: Books, office: Browser, address: str
) -> None:
    report_id = books.lines()[-1].report_id
    books.make()
    books.correct(report_id, unit_count=12)
    page = office.get(f"{address}?{QUARTER}").text
    assert "Veranderd sinds versie 1: −€\N{NO-BREAK SPACE}3,12" in page
    making = office.get(f"{address}/make?{QUARTER}").text
    assert "Anders dan versie 1: −€\N{NO-BREAK SPACE}3,12" in making
    changes = office.get(f"{address}/changes?{QUARTER}").text
    assert f"/reports/{report_id}" in changes
    assert "−€\N{NO-BREAK SPACE}6,24" in changes
    assert "Sinds versie 1: −€\N{NO-BREAK SPACE}3,12" in heads_of(
        office, f"{address}/file.xlsx?{QUARTER}"
    )
    [heads, *lines, total] = read_csv(office.get(f"{address}/file.csv?{QUARTER}").data)
    assert (heads[13], total[13]) == ("Veranderd", "-3,12")
    assert [line[13] for line in lines] == [*["0,00"] * 4, "-3,12"]
    pdf = pypdfium2.PdfDocument(office.get(f"{address}/file.pdf?{QUARTER}").data)
    assert "veranderd: −€" in pdf[0].get_textpage().get_text_bounded()
    old = office.get(f"{address}?{QUARTER}&version=1").text
    assert euros(TOTAL) in old
    assert euros(TOTAL - 312) not in old
    [*_, total] = read_csv(office.get(f"{address}/file.csv?{QUARTER}&version=1").data)
    assert cents(total[11]) == TOTAL
    answer = office.get(f"{address}/file.csv?{QUARTER}&version=1")
    assert "versie-1.csv" in answer.headers["Content-Disposition"]
    assert office.get(f"{address}?{QUARTER}&version=2").status_code == 404
    assert "Sinds" not in heads_of(office, f"{address}/file.xlsx?{QUARTER}&version=1")
    books.make()
    second = heads_of(office, f"{address}/file.xlsx?{QUARTER}&version=2")
    assert "Sinds versie 1: −€\N{NO-BREAK SPACE}3,12" in second
    assert "Sinds" not in heads_of(office, f"{address}/file.xlsx?{QUARTER}")


def test_a_dealer_sees_and_fetches_his_own_and_makes_none(books: Books, address: str) -> None:
    dealer = Browser(books.field.app, books.field.actor)
    page = dealer.get(f"/billing/?{QUARTER}").text
    assert f"{address}?{QUARTER.replace('&', '&amp;')}" in page
    assert euros(TOTAL) in dealer.get(f"{address}?{QUARTER}").text
    assert f"{address}/make" not in dealer.get(f"{address}?{QUARTER}").text
    assert dealer.get(f"{address}/file.csv?{QUARTER}").status_code == 200
    assert dealer.get(f"{address}/make?{QUARTER}").status_code == 403
    other = books.field.foundation.dealer("Van der Meer Melktechniek")
    stranger = Browser(books.field.app, books.field.foundation.user(Role.DEALER, dealer=other))
    for where in ("", "/changes", "/file.csv", "/file.xlsx", "/file.pdf"):
        answer = stranger.get(f"{address}{where}?{QUARTER}")
        assert answer.status_code == 404, where
        assert "Hoekstra" not in answer.text
    assert "Hoekstra" not in stranger.get(f"/billing/?{QUARTER}").text


PERIODS = {
    "": "1e kwartaal 2026",
    "?year=2025": "2025",
    "?year=2025&part=h2": "2e helft 2025",
    "?year=2025&part=m3": "maart 2025",
    "?part=q2": "2e kwartaal 2026",
    "?from=2026-02-03&until=2026-02-05": "di 3 februari 2026 t/m do 5 februari 2026",
    "?year=2026&from=2026-07-01": "2e helft 2026",
    "?from=2026-02-30&year=x&part=y": "1e kwartaal 2026",
    "?from=9999-12-31": "1e kwartaal 2026",
}


def test_a_period_is_a_part_of_a_year_or_any_days(office: Browser) -> None:
    for address, shown in PERIODS.items():
        assert f"Afrekeningen: {shown}<" in office.get(f"/billing/{address}").text, address


def test_days_in_the_wrong_order_are_told_with_both(office: Browser, address: str) -> None:
    reversed_days = "from=2026-03-31&until=2026-01-01"
    answer = office.get(f"/billing/?{reversed_days}")
    assert answer.status_code == 422
    assert "De periode eindigt op do 1 januari 2026, voor haar begin op di 31 maart" in answer.text
    assert 'value="2026-03-31"' in answer.text
    for where in ("", "/changes", "/make", "/file.csv"):
        assert office.get(f"{address}{where}?{reversed_days}").status_code == 409


def test_a_farm_is_found_on_a_statement_and_the_period_stays(office: Browser, address: str) -> None:
    page = office.get(f"{address}?{QUARTER}&q=wilgen").text
    assert "Veehouderij De Wilgen" in page
    assert '<input type="hidden" name="from" value="2026-01-01">' in page
    assert "Geen bedrijf op deze afrekening" in office.get(f"{address}?{QUARTER}&q=nergens").text


def test_a_page_asks_as_many_queries_for_sixty_reports_as_for_five(
    books: Books, office: Browser, address: str
) -> None:
    def queries() -> int:
        with asked(books.database.reader) as statements:
            assert office.get(f"{address}?{QUARTER}").status_code == 200
        return len(statements)

    before = queries()
    kb = [books.field.visit(None, ending="kb", day="2026-03-04", sequence=n) for n in range(60)]
    books.field.send(*kb)
    assert queries() == before


def test_ten_times_the_lines_of_a_file_take_no_more_memory(
    app: Flask, foundation: Foundation, tmp_path: Path
) -> None:
    dealer, series = foundation.dealer(), foundation.series()
    mechanic, year = foundation.mechanic(dealer), Period(date(2026, 1, 1), date(2026, 12, 31))
    with foundation.database.transaction() as session:
        fill(session, dealer, mechanic, series, 6_000)

    def peak(kind: str, period: Period) -> tuple[int, int]:
        gc.collect()
        tracemalloc.start()
        with app.app_context(), foundation.database.reading() as session:
            view = statements.show_statement(session, MACHINE, dealer.public_id, period)
            sheet = statement_files.sheet_of(session, view, now_utc())
            if kind == "csv":
                size = sum(map(len, sheets.csv_pieces(sheet)))
            else:
                sheets.write_xlsx(sheet, tmp_path / "afrekening.xlsx")
                size = (tmp_path / "afrekening.xlsx").stat().st_size
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 10 * view.report_count
        return most, view.report_count

    for kind in ("csv", "xlsx"):
        peak(kind, year)  # what is loaded once
        few, small = peak(kind, Period(date(2026, 1, 1), date(2026, 2, 4)))
        more, large = peak(kind, year)
        assert large > 9 * small > 5_000
        assert more < 1.5 * few, kind
