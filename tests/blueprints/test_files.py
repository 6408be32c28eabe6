"""Every list as a file: the whole of it, with its filters and order, for who may see the list."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote

import openpyxl
import pytest
from flask import Flask

from blueprints.files import CSV, XLSX
from kombeheer.services.accounts import users
from kombeheer.services.demonstration.users import DEALER, INSPECTOR, MECHANIC, OFFICE
from kombeheer.services.imports.kinds import KINDS
from models.transaction import Database
from tests import demonstration
from tests.clients import Browser
from tests.conftest import BACKENDS, make_app
from tests.field import Clock
from tests.queries import asked

# Each list, and of what the import takes its kind.
LISTS = {
    "/parties/dealers/": "dealers",
    "/parties/mechanics/": "mechanics",
    "/parties/farms/": "farms",
    "/sites/": "installations",
    "/reports/": "reports",
    "/stickers/": "stickers",
    "/sites/?due=soon&sort=due_on&desc=1": "",
    "/reports/?state=withdrawn": "",
    "/reports/?ending=geen_kom&state=complete": "",
    "/reports/batches/": "",
    "/stickers/numbers?sort=account": "",
    "/stickers/numbers?account=applied": "",
    "/cases/": "",
    "/cases/?decided=1": "",
    "/billing/?year=2026": "",
    "/billing/tariffs": "",
    "/accounts/users/?sort=role": "",
    "/journal/": "",
    "/sites/leniency": "",
    "/sites/intervals": "",
}
OWN = (*list(LISTS)[:6], "/stickers/numbers?sort=account", "/cases/", "/billing/?year=2026")
Rows = list[list[str]]


@pytest.fixture(scope="module", params=BACKENDS)
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The demonstration, which the tests of this file only read."""
    folder, standing = tmp_path_factory.mktemp("files"), Clock(demonstration.MOMENT)
    with (
        pytest.MonkeyPatch.context() as patch,
        demonstration.built(request.param, request, folder) as database,
    ):
        patch.setattr("kombeheer.clock.datetime", standing)
        yield make_app(database)


def database_of(app: Flask) -> Database:
    found: Database = app.extensions["database"]
    return found


def browser_of(app: Flask, email: str) -> Browser:
    with database_of(app).reading() as session:
        actor = users.actor_by_email(session, email)
    return Browser(app, actor)


@pytest.fixture(scope="module")
def office(app: Flask) -> Browser:
    return browser_of(app, OFFICE)


def links(page: str) -> list[str]:
    """The addresses of the files that a page offers."""
    return [unescape(one) for one in re.findall(r'<a href="([^"]+)" download>(?:CSV|XLSX)<', page)]


def csv_rows(browser: Browser, address: str) -> Rows:
    answer = browser.get(address)
    assert (answer.status_code, answer.content_type) == (200, CSV), address
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))


def xlsx_rows(browser: Browser, address: str) -> Rows:
    """The lines of a spreadsheet from its heads on; none holds a formula."""
    answer = browser.get(address)
    assert (answer.status_code, answer.content_type) == (200, XLSX), address
    page = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    cells = list(page.iter_rows(min_row=page.auto_filter.ref and page[page.freeze_panes].row - 1))
    assert "f" not in {cell.data_type for row in cells for cell in row}
    return [["" if cell.value is None else str(cell.value) for cell in row] for row in cells]


def counted(page: str) -> int | None:
    """How many a page says that there are."""
    found = re.search(r"t/m [\d.]+ van ([\d.]+)", page)
    return int(found[1].replace(".", "")) if found else None


@pytest.mark.parametrize("address", LISTS)
def test_a_list_offers_all_of_itself(office: Browser, address: str) -> None:
    page = office.get(address).text
    assert len(links(page)) == 2, address
    as_csv, as_xlsx = links(page)
    heads, *rows = csv_rows(office, as_csv)
    found = xlsx_rows(office, as_xlsx)
    assert found[0] == heads
    assert len(found) - 1 == len(rows) > 0
    kind = LISTS[address]
    if kind:
        assert heads == [column.head for column in KINDS[kind].columns]
    if (count := counted(page)) is not None:
        subjects = {tuple(row[:1]) for row in rows} if kind else rows
        assert len(subjects) == count - (_withdrawn(office) if kind == "reports" else 0)


def test_the_list_of_reports_says_which_ones_a_download_lacks(office: Browser) -> None:
    for query in ("", "?ending=sticker", "?year=2026&ending=sticker"):
        page = office.get(f"/reports/{query}").text
        [address] = re.findall(r'ongedaan is gemaakt\.\s*<a href="([^"]+)">', page)
        apart = office.get(unescape(address)).text
        assert "ongedaan is gemaakt." not in apart
        rows = csv_rows(office, links(page)[0])
        subjects = {tuple(row[:1]) for row in rows[1:]}
        assert len(subjects) + (counted(apart) or 0) == counted(page), query


def _withdrawn(office: Browser) -> int:
    """How many reports of the list are none any more."""
    return counted(office.get("/reports/?state=withdrawn").text) or 0


def test_no_cell_of_a_csv_begins_as_a_formula(office: Browser) -> None:
    for address in LISTS:
        for row in csv_rows(office, links(office.get(address).text)[0]):
            for cell in row:
                is_amount = re.fullmatch(r"-\d+,\d\d", cell)
                assert is_amount or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_filter_and_order_of_the_page_are_those_of_the_file(office: Browser) -> None:
    address = "/parties/dealers/?sort=number&desc=1"
    [as_csv, _] = links(office.get(address).text)
    numbers = [row[0] for row in csv_rows(office, as_csv)[1:]]
    assert numbers == sorted(numbers, reverse=True)
    [as_csv, _] = links(office.get("/sites/?type=robot").text)
    heads, *rows = csv_rows(office, as_csv)
    place = heads.index("staltype")
    assert {row[place] for row in rows} >= {"robot"}
    assert len(rows) < len(csv_rows(office, "/sites/list.csv")) - 1


def test_an_empty_list_has_heads_and_nothing_to_offer(office: Browser) -> None:
    assert links(office.get("/parties/farms/?q=bestaatniet").text) == []
    assert len(csv_rows(office, "/parties/farms/list.csv?q=bestaatniet")) == 1
    assert office.get("/parties/farms/list.pdf").status_code == 404


@pytest.mark.parametrize("address", OWN)
def test_a_dealer_gets_only_his_own(app: Flask, address: str) -> None:
    own, every = browser_of(app, DEALER), browser_of(app, OFFICE)
    page = own.get(address).text
    [as_csv, as_xlsx] = links(page)
    heads, *rows = csv_rows(own, as_csv)
    assert len(xlsx_rows(own, as_xlsx)) == len(rows) + 1
    all_rows = csv_rows(every, as_csv)[1:]
    assert 0 < len(rows) < len(all_rows)
    [number] = {row[0] for row in csv_rows(own, "/parties/dealers/list.csv")[1:]}
    for column in ("dealer", "dealers"):
        if column in heads:
            place = heads.index(column)
            assert {row[place] for row in rows} <= {number, ""}
            assert len({row[place] for row in all_rows}) > 1
    if (count := counted(page)) is not None:
        assert len({tuple(row[:1]) for row in rows}) == count


@pytest.mark.parametrize("email", [INSPECTOR, DEALER, MECHANIC])
def test_who_may_not_see_a_list_gets_no_file_of_it(app: Flask, email: str) -> None:
    browser = browser_of(app, email)
    for address in LISTS:
        path = address.partition("?")[0].rstrip("/") + "/"
        status = browser.get(address).status_code
        assert browser.get(f"{path}list.csv").status_code == status, address


def test_a_file_asks_no_more_for_more_rows(app: Flask, office: Browser) -> None:
    few, many = (
        _asked(app, office, f"/stickers/numbers/list.csv{query}")
        for query in ("?q=1", "?account=applied")
    )
    assert few == many
    name = csv_rows(office, "/parties/farms/list.csv")[1][1]
    one = _asked(app, office, f"/parties/farms/list.csv?q={quote(name)}")
    assert one == _asked(app, office, "/parties/farms/list.csv")


def _asked(app: Flask, browser: Browser, address: str) -> int:
    with asked(database_of(app).reader) as statements:
        assert browser.get(address).status_code == 200
    return len(statements)


@pytest.mark.parametrize("address", [one for one in LISTS if "?" not in one])
def test_every_choice_of_every_filter_opens_and_goes_out(office: Browser, address: str) -> None:
    form = re.search(r'<form class="tools".*?</form>', office.get(address).text, re.DOTALL)
    selects = re.findall(
        r'<select[^>]*name="(\w+)">(.*?)</select>', form[0] if form else "", re.DOTALL
    )
    for name, options in selects:
        for value in re.findall(r'<option value="([^"]+)"', options)[:12]:
            chosen = f"{address}?{name}={quote(unescape(value))}"
            page = office.get(chosen)
            assert page.status_code == 200, chosen
            for link in links(page.text)[:1]:
                assert office.get(link).status_code == 200, link
