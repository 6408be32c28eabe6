"""Taking a file over on the web: what fits, trying it, its report, importing it."""

from __future__ import annotations

import html
import io
import re
import threading
import time
import zipfile

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from blueprints.imports.words import TOGETHER
from kombeheer.import_runs import SHOWN_MAX
from kombeheer.rules.accounts import Role
from kombeheer.rules.imports import FILE_BYTES_MAX
from kombeheer.services.imports.kinds import KINDS
from kombeheer.wording import SENTENCES
from models.imports import ImportRun
from models.parties import Dealer
from models.transaction import Database
from tests.clients import Browser, token_of_page, wrongs
from tests.factories import Foundation
from tests.field import Clock

HEAD = "nummer;naam;plaats\n"
SOUND = f"{HEAD}118;Boersma Melktechniek;Joure\n119;Hoekstra Melktechniek;Sneek\n"
FAULTY = f"{SOUND}118;Boersma Melktechniek;Joure\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
MIB = 1024 * 1024


def send(
    office: Browser, content: bytes | str, name: str = "dealers.csv", kind: str = "dealers"
) -> TestResponse:
    """Choose a file, and press the button."""
    body = content.encode() if isinstance(content, str) else content
    fields = {
        "csrf_token": token_of_page(office.get("/imports/")),
        "kind": kind,
        "file": (io.BytesIO(body), name),
    }
    return office.client.post("/imports/", data=fields, headers=office.headers)


def over(office: Browser, answer: TestResponse) -> str:
    """The page of a run when it is over."""
    assert answer.status_code == 302, answer.text
    for thread in threading.enumerate():
        if thread.name == "imports":
            thread.join(60)
    return office.get(answer.location).text


def verdict(page: str) -> str:
    found = re.search(r"<h2>(.*?)</h2>\s*<p>", page, re.DOTALL)
    assert found, page
    return found[1]


def inflating() -> bytes:
    """A spreadsheet of little, that becomes much."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b" " * (40 * MIB))
    return packed.getvalue()


def test_what_can_be_taken_over_stands_in_order_with_an_example_of_each(office: Browser) -> None:
    page = office.get("/imports/").text
    assert re.findall(r"/imports/examples/(\w+)\.csv", page) == list(KINDS)
    assert "Nog niets overgenomen" in page
    for kind in KINDS:
        for ending in ("csv", "xlsx"):
            answer = office.get(f"/imports/examples/{kind}.{ending}")
            assert answer.status_code == 200
            heads = [one.head for one in KINDS[kind].columns]
            if ending == "csv":
                assert answer.text.splitlines()[0].lstrip("\ufeff").split(";") == heads
            else:
                cells = list(load_workbook(io.BytesIO(answer.data)).active.values)
                assert list(cells[2]) == heads
    assert office.get("/imports/examples/nothing.csv").status_code == 404


COLUMN = re.compile(
    r'<tr><th scope="row">(\S+)\s*(<div class="fold-in"><b>verplicht</b></div>)?\s*'
    r'<div class="fold-in">([^<]*)</div>\s*(?:<div class="fold-in">Voorbeeld: ([^<]*)</div>)?</th>'
    r'\s*<td class="fold">(ja)?</td>\s*<td class="fold">([^<]*)</td>\s*'
    r'<td class="fold nowrap">([^<]*)</td></tr>'
)


def test_the_page_tells_what_each_column_may_hold_as_the_import_reads_it(office: Browser) -> None:
    page = html.unescape(office.get("/imports/").text)
    for kind, one in KINDS.items():
        found = re.search(
            rf'<details class="columns" id="columns-{kind}">.*?</details>', page, re.DOTALL
        )
        assert found, kind
        told = COLUMN.findall(found[0])
        expected = [
            (column.head, column.is_required, column.expected, column.example)
            for column in one.columns
        ]
        assert [
            (head, bool(need), what, such) for head, _, _, _, need, what, such in told
        ] == expected
        on_a_phone = [(head, bool(need), what, such) for head, need, what, such, *_ in told]
        assert on_a_phone == expected
        required = sum(column.is_required for column in one.columns)
        assert f"{len(one.columns)} kolommen,\n{required} verplicht" in found[0]
        for code in TOGETHER.get(kind, ()):
            assert f"<p>{SENTENCES[code]}</p>" in found[0]
    assert TOGETHER.keys() <= KINDS.keys()


def test_the_columns_of_the_kind_that_one_is_about_to_choose_stand_open(office: Browser) -> None:
    opened = r'<details class="columns" id="columns-(\w+)" open>'
    for query, kinds in (("", []), ("?kind=farms", ["farms"]), ("?kind=x", [])):
        assert re.findall(opened, office.get(f"/imports/{query}").text) == kinds


def test_the_most_that_fits_is_told_as_it_is_refused(office: Browser) -> None:
    assert f"hoogstens {FILE_BYTES_MAX // MIB} MB" in office.get("/imports/").text


@pytest.mark.parametrize("count", [SHOWN_MAX - 1, SHOWN_MAX, SHOWN_MAX + 1])
def test_a_long_report_says_that_it_shows_the_first_rows(office: Browser, count: int) -> None:
    lines = "".join(f"{number};Dealer {number};Joure\n" for number in range(1, count + 1))
    page = over(office, send(office, HEAD + lines))
    assert page.count("Nieuw</span>") >= min(count, SHOWN_MAX)
    assert (f"De eerste {SHOWN_MAX}," in page) == (count >= SHOWN_MAX)


def test_a_file_is_tried_and_then_imported(office: Browser, database: Database) -> None:
    answer = send(office, SOUND)
    page = over(office, answer)
    assert verdict(page) == "Geen fouten"
    assert "Nu invoeren: 2 nieuw" in page
    with database.reading() as session:
        assert session.query(Dealer).count() == 0
    page = over(office, office.send(f"{answer.location}/enter", answer.location))
    assert verdict(page) == "Ingevoerd: 2 nieuw"
    assert "Verder met: Monteurs" in page
    with database.reading() as session:
        assert session.query(Dealer).count() == 2
    listed = office.get("/imports/").text
    assert "dealers.csv" in listed
    assert "Ingevoerd" in listed
    told = office.get("/journal/").text
    for action in ("Bestand geprobeerd", "Bestand laten invoeren", "Bestand overgenomen"):
        assert action in told
    page = over(office, send(office, SOUND))
    assert verdict(page) == "Niets nieuws"
    assert "Nu invoeren" not in page
    page = over(office, send(office, SOUND.replace("Sneek", "Heeg")))
    assert "Nu invoeren: 1 gewijzigd" in page
    assert "was: Sneek; wordt: Heeg" in page


def test_a_file_with_errors_is_told_line_by_line(office: Browser) -> None:
    answer = send(office, FAULTY)
    page = over(office, answer)
    assert verdict(page) == "1 fout: er is niets overgenomen"
    assert "Dit staat ook op regel 2" in page
    assert "/imports/?kind=dealers" in page
    assert "Nu invoeren" not in page
    report = office.get(f"{answer.location}/report.csv")
    lines = report.text.splitlines()
    assert lines[0].lstrip("\ufeff") == "Regel;Soort;Kolom;Waarde;Melding;Verwacht"
    told = [line.split(";")[:2] for line in lines[1:]]
    assert told == [["2", "nieuw"], ["3", "nieuw"], ["4", "fout"]]
    book = load_workbook(io.BytesIO(office.get(f"{answer.location}/report.xlsx").data))
    assert [row[1] for row in book.active.values][-2:] == ["nieuw", "fout"]
    refused = office.send(f"{answer.location}/enter", "/imports/")
    assert "Kies het bestand opnieuw" in office.get(refused.location).text


def test_how_far_a_run_is_can_be_asked_by_a_script(office: Browser) -> None:
    answer = send(office, SOUND)
    over(office, answer)
    told = office.get(f"{answer.location}/progress").json
    assert told is not None
    assert (told["is_over"], told["line"], told["words"]["new"]) == (True, 3, "2")
    assert office.get("/imports/zzzzzzzzzzzzzz/progress").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "", "Kies een bestand."),
        (b"", "leeg.csv", "Het bestand is leeg."),
        (PNG, "foto.png", "Dit is geen CSV en geen XLSX."),
        (b"PK\x03\x04 niets", "kapot.xlsx", "Het bestand is beschadigd"),
        (inflating(), "bom.xlsx", "Het bestand wordt uitgepakt"),
        ("kenmerk;naam;ubn;dealers\nR-1;Hoekstra;1234567;118\n", "b.csv", "soort Bedrijven"),
        ("wat;anders\n1;2\n", "c.csv", "De kop van het bestand is niet herkend"),
    ],
)
def test_what_will_not_do_is_told_at_once_and_the_kind_stays(
    office: Browser, database: Database, content: bytes, name: str, told: str
) -> None:
    answer = send(office, content, name, "mechanics")
    assert answer.status_code == 422
    assert told in " ".join(wrongs(answer.text))
    assert re.search(r'<option selected value="mechanics">', answer.text)
    with database.reading() as session:
        assert session.query(ImportRun).count() == 0


@pytest.mark.parametrize("kind", ["", "nothing"])
def test_a_kind_that_does_not_exist_is_asked_again(office: Browser, kind: str) -> None:
    answer = send(office, SOUND, kind=kind)
    assert answer.status_code == 422
    assert wrongs(answer.text) == ["Kies wat er in het bestand staat."]


def test_a_file_that_is_too_large_is_told_on_the_page(office: Browser) -> None:
    told = ["Het bestand is groter dan 64 MB. Verdeel het, bijvoorbeeld per jaar."]
    fields = {
        "csrf_token": token_of_page(office.get("/imports/")),
        "kind": "farms",
        "file": FileStorage(io.BytesIO(b"a" * (FILE_BYTES_MAX + 1)), "bedrijven.csv"),
    }
    stream, length, boundary = stream_encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    with stream:
        answer = office.client.post(
            "/imports/",
            headers=office.headers,
            content_type=kind,
            input_stream=stream,
            content_length=length,
        )
    assert (answer.status_code, wrongs(answer.text)) == (422, told)
    assert '<option selected value="farms">' in answer.text
    announced = {"CONTENT_LENGTH": str(2 * FILE_BYTES_MAX)}  # not even read
    answer = office.client.post(
        "/imports/?kind=sites",
        headers=office.headers,
        content_type=kind,
        environ_overrides=announced,
    )
    assert (answer.status_code, wrongs(answer.text)) == (413, told)
    assert '<option selected value="sites">' in answer.text


def test_a_name_is_never_a_path(office: Browser) -> None:
    page = over(office, send(office, SOUND, "../../etc/<b>wacht\x07woord</b>.csv"))
    assert "<h1>b&gt;.csv</h1>" in page or "&lt;b&gt;" in page
    assert "etc" not in page


def test_who_was_away_too_long_is_told_so_however_large_his_file_is(app: Flask) -> None:
    answer = app.test_client().post(
        "/imports/",
        headers={"Referer": "http://localhost/imports/"},
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(20 * MIB)},
    )
    assert (answer.status_code, "U bent niet meer ingelogd" in answer.text) == (401, True)


def test_a_form_of_elsewhere_is_not_taken(office: Browser, database: Database) -> None:
    fields = {"kind": "dealers", "file": (io.BytesIO(SOUND.encode()), "dealers.csv")}
    assert office.client.post("/imports/", data=fields).status_code == 400
    with database.reading() as session:
        assert session.query(ImportRun).count() == 0


def test_a_run_that_nobody_does_any_more_is_taken_up_by_who_looks(
    office: Browser, database: Database, clock: Clock
) -> None:
    answer = send(office, SOUND)
    over(office, answer)
    with database.transaction() as session:
        run = session.query(ImportRun).one()
        run.state, run.claimed_until, run.ended_at = "reading", clock.moment, None
    page = office.get(answer.location).text
    assert "Wordt gelezen" in page
    assert "<progress" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    clock.pass_by(seconds=1)
    assert not office.get(f"{answer.location}/progress").json["is_over"]
    assert verdict(over(office, answer)) == "Geen fouten"


def test_reading_goes_on_while_somebody_writes_for_long(
    office: Browser, app: Flask, clock: Clock
) -> None:
    clock.pass_by(hours=1)  # so that the session is seen anew
    with app.extensions["database"].transaction():
        begun = time.monotonic()
        assert office.get("/imports/").status_code == 200
        assert time.monotonic() - begun < 10  # a writer would have waited twice as long


def test_who_is_not_of_the_office_sends_nothing(app: Flask, foundation: Foundation) -> None:
    dealer = Browser(app, foundation.user(Role.DEALER, dealer=foundation.dealer()))
    assert dealer.get("/imports/").status_code == 403
    assert dealer.send("/imports/").status_code == 403


def test_the_list_of_files_goes_out_as_one(office: Browser) -> None:
    over(office, send(office, SOUND))
    over(office, send(office, FAULTY, name="fout.csv"))
    page = office.get("/imports/").text
    assert 'href="/imports/list.csv"' in page
    lines = office.get("/imports/list.csv").get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines[0] == "Bestand;Wat;Stand;Gevonden;Gevraagd;Door"
    told = [line.split(";")[:4] for line in lines[1:]]
    assert told == [
        ["fout.csv", "Dealers", "Fouten gevonden", "1 fout"],
        ["dealers.csv", "Dealers", "Geprobeerd", "2 nieuw"],
    ]
    assert office.get("/imports/list.xlsx").mimetype.endswith("sheet")


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_a_kind_goes_out_and_changes_nothing_when_it_comes_back(
    office: Browser, kind: str
) -> None:
    over(office, send(office, SOUND))
    assert f'href="/imports/now/{kind}.csv"' in office.get("/imports/").text
    sent = office.get(f"/imports/now/{kind}.csv")
    assert (sent.status_code, sent.mimetype) == (200, "text/csv")
    page = over(office, send(office, sent.data, f"{kind}.csv", kind))
    assert verdict(page) == "Niets nieuws", page
    assert office.get("/imports/now/nothing.csv").status_code in (400, 404, 409)
