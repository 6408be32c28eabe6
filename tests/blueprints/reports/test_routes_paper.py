"""The paper stack over HTTP, as a browser uses it without script, and what script asks."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from werkzeug.test import TestResponse

from blueprints.reports.paper_forms import read_day, read_marks
from kombeheer.rules.accounts import Actor, Role
from models.cases import Case
from models.reports import PaperBatch, Report, ReportDetail
from models.sites import Site
from tests.clients import Browser
from tests.factories import TODAY, number
from tests.field import Field

LINE = {
    "service_date": "4-3",
    "unit_count": "",
    "delivered_on": "010515",
    "wash_start": "72,5",
    "wash_end": "45",
    "placing": "j",
    "remark": "",
    "advice": "",
}


class Desk:
    """A browser of the office on the page of an open batch."""

    def __init__(self, field: Field, count: int = 2) -> None:
        self.field = field
        self.office = field.foundation.user(Role.OFFICE)
        self.browser = Browser(field.app, self.office)
        made = self.browser.send(
            "/reports/batches/new",
            "/reports/batches/new",
            dealer=str(field.dealer.id),
            received_on=TODAY.isoformat(),
            announced_count=str(count),
        )
        assert made.status_code == 302, made.text
        self.page = made.location

    def line(self, serial: int | None = 1, **more: Any) -> dict[str, str]:
        values = {
            **LINE,
            "mechanic": self.field.mechanic.number,
            "installation": "wilgen",
            "number": "g" if serial is None else number(serial).digits,
            "token": "een",
        }
        return {**values, **more}

    def enter(self, serial: int | None = 1, **more: Any) -> TestResponse:
        return self.browser.send(self.page, self.page, **self.line(serial, **more))

    def post(self, way: str, **fields: str) -> TestResponse:
        return self.browser.send(f"{self.page}/{way}", self.page, **fields)


def hidden(page: TestResponse, name: str) -> str:
    [field] = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page.text)
    found = re.search(r'value="([^"]*)"', field)
    return found[1] if found else ""


def value(page: TestResponse, name: str) -> str:
    return hidden(page, name)


def test_a_line_is_stored_and_the_next_one_waits_with_what_is_kept(field: Field) -> None:
    desk = Desk(field)
    answer = desk.enter()
    assert answer.status_code == 303
    assert field.row(Report).state == "complete"
    page = desk.browser.get(answer.location)
    assert "Vastgelegd: Veehouderij De Wilgen" in page.text
    assert "1 van 2" in page.text
    assert (value(page, "service_date"), value(page, "mechanic")) == ("4-3", field.mechanic.number)
    assert value(page, "number") == ""
    later = desk.browser.get(desk.page)
    assert value(later, "service_date") == "04-03-2026"


@pytest.mark.parametrize(
    ("field_name", "typed", "told"),
    [
        ("service_date", "31-2", "“31-2” is geen bestaande dag"),
        ("service_date", "", "Vul de datum van de beurt in."),
        ("service_date", "06-03-2026", "kan niet na de ontvangst van de stapel"),
        ("mechanic", "9999", "9999"),
        ("mechanic", "", "Vul het nummer van de monteur in."),
        ("installation", "niemand", "Geen installatie gevonden met “niemand”"),
        ("installation", "", "Scan de sticker van vorig jaar"),
        ("number", "", "Op de plaats van het nummer staat niets"),
        ("number", "g k", "staat meer dan een ding"),
        ("number", "2600000110 kb", "staat meer dan een ding"),
        ("unit_count", "0", "0 standen kan niet"),
        ("unit_count", "201", "201 standen kan niet"),
        ("unit_count", "veel", "“veel” is geen aantal"),
        ("delivered_on", "05-03-2026", "ligt na de beurt"),
        ("wash_start", "101", "101 °C kan niet"),
        ("wash_end", "heet", "“heet” is geen temperatuur"),
        ("placing", "q", "“q” kan hier niet"),
        ("remark", "x" * 2001, "2001 tekens"),
    ],
)
def test_a_wrong_value_is_told_with_its_field_and_nothing_is_lost(
    field: Field, field_name: str, typed: str, told: str
) -> None:
    desk = Desk(field)
    before = field.sizes()
    answer = desk.enter(**{field_name: typed})
    assert answer.status_code == 422
    assert told in answer.text
    assert field.grown(before).keys() <= {"device"}
    sent = desk.line(**{field_name: typed})
    for name in sent.keys() - {"token"}:
        assert value(answer, name) == sent[name], name
    assert re.search(rf'<input[^>]*autofocus[^>]*name="{field_name}"', answer.text) or re.search(
        rf'name="{field_name}"[^>]*autofocus', answer.text
    )


def test_what_is_asked_is_confirmed_by_the_same_enter(field: Field) -> None:
    desk = Desk(field)
    answer = desk.enter(unit_count="20")
    assert answer.status_code == 422
    assert "Op het papier staan 20 standen, bij KOM 24." in answer.text
    assert "Ja, leg zo vast" in answer.text
    question = hidden(answer, "question")
    changed = desk.enter(unit_count="21", question=question)
    assert "Op het papier staan 21 standen" in changed.text
    assert desk.enter(unit_count="20", question=question).status_code == 303
    assert field.row(Report).unit_count == 20
    assert field.row(Case).kind == "report_contradicts"


def test_a_farm_with_two_installations_asks_which(field: Field) -> None:
    [site] = field.rows(Site, id=field.installation.site_id)
    second = field.foundation.installation(site)
    desk = Desk(field)
    answer = desk.enter()
    assert answer.status_code == 422
    assert "Kies er een." in answer.text
    assert f'value="{second.public_id}"' in answer.text
    stored = desk.enter(chosen=second.public_id, chosen_for="wilgen")
    assert stored.status_code == 303
    assert field.row(Report).installation_id == second.id
    again = desk.enter(2, chosen=second.public_id, chosen_for="iets anders")
    assert again.status_code == 422


def test_an_objection_can_be_laid_before_kom(field: Field) -> None:
    desk = Desk(field)
    refused = desk.enter(5000)
    assert refused.status_code == 422
    assert "Bij een scan krijgt de monteur te lezen:" in refused.text
    assert "Toch zo: maak er een zaak van" in refused.text
    laid = desk.enter(5000, lay="1")
    assert laid.status_code == 303
    page = desk.browser.get(laid.location)
    assert "Voorgelegd aan KOM." in page.text
    assert "1 van 2" in page.text
    assert field.row(Case).kind == "scan_waiting"


def test_what_can_never_follow_is_not_offered_to_be_laid(field: Field) -> None:
    assert "maak er een zaak van" not in Desk(field).enter(number="2600000199").text


def test_checking_tells_what_is_found_and_stores_nothing(field: Field) -> None:
    desk = Desk(field)
    before = field.sizes()
    told = desk.post("check", **desk.line(5000))
    assert told.status_code == 200
    assert "Veehouderij De Wilgen, Oudega" in told.text
    assert "Jelle de Boer" in told.text
    assert 'data-units="24"' in told.text
    assert "<b>Nummer</b>" in told.text
    early = desk.post("check", installation="wilgen", mechanic=field.mechanic.number)
    assert "Veehouderij De Wilgen, Oudega" in early.text
    assert "Zo kan deze regel niet" not in early.text
    assert field.grown(before) == {}


@pytest.mark.parametrize(
    "name", ["service_date", "mechanic", "installation", "number", "unit_count", "remark"]
)
def test_a_sign_that_cannot_be_seen_is_told_at_its_field(field: Field, name: str) -> None:
    desk = Desk(field)
    typed = {name: "1\x002"}
    assert desk.enter(**typed).status_code == 422
    assert "teken dat niet te zien is" in desk.post("check", **desk.line(**typed)).text
    assert field.rows(Report) == []


def test_script_gets_the_parts_that_change(field: Field) -> None:
    desk = Desk(field)
    desk.browser.headers["X-Part"] = "work"
    answer = desk.enter()
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert 'data-outcome="stored"' in answer.text
    assert "1 van 2" in answer.text
    refused = desk.enter(number="g k")
    assert (refused.status_code, 'data-outcome="refused"' in refused.text) == (422, True)


def test_a_scanned_visit_is_completed_and_the_page_says_so(field: Field) -> None:
    field.send(field.visit(1, day="2026-03-04"))
    desk = Desk(field)
    page = desk.browser.get(desk.enter().location)
    assert "het papier vult zijn verslag aan" in page.text
    assert len(field.rows(Report)) == 1


def test_a_judgement_in_words_stands_in_for_the_temperatures(field: Field) -> None:
    desk = Desk(field)
    assert desk.enter(wash_start="met de hand, goed", wash_end="").status_code == 303
    assert field.row(ReportDetail).wash_judgement == "met de hand, goed"
    assert field.row(Report).state == "complete"


def test_a_line_is_undone(field: Field) -> None:
    desk = Desk(field)
    desk.enter()
    desk.post("undo", report=field.row(Report).id)
    assert field.row(Report).state == "withdrawn"
    assert "Het verslag is ongedaan gemaakt" in desk.browser.get(desk.page).text
    again = desk.post("undo", report="onbekend")
    assert again.status_code == 302


def test_a_batch_closes_with_a_reason_and_opens_again(field: Field) -> None:
    desk = Desk(field)
    desk.enter()
    refused = desk.post("close", reason="")
    assert refused.status_code == 422
    assert "Ingevoerd: 1. In de stapel geteld: 2." in refused.text
    closed = desk.post("close", reason="een blad was blanco")
    assert closed.location == f"{desk.page}/receipt"
    receipt = desk.browser.get(closed.location)
    assert "een blad was blanco" in receipt.text
    late = desk.browser.send(desk.page, "/reports/batches/new", **desk.line(2))
    assert (late.status_code, "neemt geen verslagen meer aan" in late.text) == (422, True)
    assert len(field.rows(Report)) == 1
    desk.post("reopen")
    assert field.row(PaperBatch).state == "open"
    desk.post("reopen")
    assert "is al open" in desk.browser.get(desk.page).text
    assert desk.enter(2, service_date="5-3").status_code == 303


def test_a_batch_that_cannot_close_asks_why_and_keeps_the_line(field: Field) -> None:
    desk = Desk(field)
    desk.enter()
    refused = desk.post("close", reason="")
    assert (value(refused, "service_date"), value(refused, "mechanic")) == (
        "04-03-2026",
        field.mechanic.number,
    )
    [focused] = re.findall(r"<[^>]* autofocus[^>]*>", refused.text)
    assert 'name="reason"' in focused


def test_the_receipt_is_for_the_dealer_too(field: Field) -> None:
    desk = Desk(field)
    desk.enter()
    own = Browser(field.app, field.actor)
    listed = own.get("/reports/batches/")
    assert f'href="{desk.page}/receipt"' in listed.text
    receipt = own.get(f"{desk.page}/receipt").text
    assert "Veehouderij De Wilgen, Oudega" in receipt
    assert "1 dag" in receipt
    assert own.get(desk.page).status_code == 403
    other = field.foundation.dealer("Janssen")
    stranger = Browser(field.app, dealer_user(field, other))
    assert stranger.get(f"{desk.page}/receipt").status_code == 404
    assert desk.page not in stranger.get("/reports/batches/").text


def dealer_user(field: Field, dealer: Any) -> Actor:
    return field.foundation.user(Role.DEALER, dealer=dealer)


def test_a_batch_that_cannot_be_is_refused_at_its_field(field: Field) -> None:
    desk = Desk(field)
    answer = desk.browser.send(
        "/reports/batches/new",
        "/reports/batches/new",
        dealer="",
        received_on="2026-03-06",
        announced_count="0",
    )
    assert answer.status_code == 422
    assert "Kies van wie de stapel is." in answer.text
    later = desk.browser.send(
        "/reports/batches/new",
        "/reports/batches/new",
        dealer=str(field.dealer.id),
        received_on="2026-03-06",
        announced_count="3",
    )
    assert "vr 6 maart 2026 moet nog komen" in later.text
    assert len(field.rows(PaperBatch)) == 1


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("4-3", "2026-03-04"),
        ("0403", "2026-03-04"),
        ("6-3", "2025-03-06"),
        ("050326", "2026-03-05"),
        ("05032026", "2026-03-05"),
        ("5/3/2026", "2026-03-05"),
        ("5 3 26", "2026-03-05"),
        ("2026-03-05", "2026-03-05"),
        ("010696", "1996-06-01"),
        ("29-2", None),
        ("31-02-2026", None),
        ("5", None),
        ("403", None),
        ("5-3-226", None),
        ("dinsdag", None),
        ("5-3-2026-1", None),
        ("²-3", None),
        ("99999999999999999999-1", None),
        ("1-99999999999999999999", None),
    ],
)
def test_a_day_is_typed_short(typed: str, day: str | None) -> None:
    found = read_day(typed, TODAY)
    assert (found.isoformat() if found else None) == day


def test_a_leap_day_without_a_year_may_be_of_last_year() -> None:
    assert read_day("29-2", date(2025, 1, 10)) == date(2024, 2, 29)
    assert read_day("29-2", date(2024, 2, 28)) is None


@pytest.mark.parametrize(
    ("typed", "number_read", "marks"),
    [
        ("g", "", ("geen KOM",)),
        ("Geen KOM", "", ("geen KOM",)),
        ("k", "", ("kb",)),
        ("KB", "", ("kb",)),
        ("g k", "", ("geen KOM", "kb")),
        ("2600000110", "2600000110", ()),
        ("2600000110k", "2600000110", ("kb",)),
        ("https://k.kom.nl/S/26-000001-10", "https://k.kom.nl/S/26-000001-10", ()),
        ("https://k.nl/S/2600000110 g", "https://k.nl/S/2600000110", ("geen KOM",)),
        ("https://k.nl/S/2600000110kb", "https://k.nl/S/2600000110", ("kb",)),
        ("ghttps://k.nl/S/2600000110", "https://k.nl/S/2600000110", ("geen KOM",)),
        ("k.nl/S/2600000110", "k.nl/S/2600000110", ()),
        ("]C12600000110", "]C12600000110", ()),
        ("]C12600000110 g", "]C12600000110", ("geen KOM",)),
        ("koe", "koe", ()),
    ],
)
def test_a_number_or_a_mark_is_read(typed: str, number_read: str, marks: tuple[str, ...]) -> None:
    assert read_marks(typed) == (number_read, marks)
