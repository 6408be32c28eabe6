"""The office's first page: each number opens the list of the very same cases."""

from __future__ import annotations

import re

from flask import Flask

from kombeheer.rules.accounts import Role
from kombeheer.services.cases import moving
from models.cases import Case
from tests.clients import Browser
from tests.factories import NOW, Foundation
from tests.services.cases.desk import Desk

LINE = re.compile(
    r'<li><a href="(/cases/\?[^"]+)"><span>([^<]+)(?:<small>[^<]*</small>)?</span><b>(\d+)</b>'
)


def lines(office: Browser) -> dict[str, tuple[str, int]]:
    """Address to label and number, of every line about cases."""
    page = office.get("/cases/today").text
    found = LINE.findall(page)
    return {address.replace("&amp;", "&"): (label.strip(), int(n)) for address, label, n in found}


def test_an_empty_foundation_begins_with_taking_over(app: Flask, foundation: Foundation) -> None:
    office = Browser(app, foundation.user(Role.OFFICE))
    page = office.get("/cases/today").text
    assert "Er staat nog niets in KOM-beheer" in page
    [first, *_] = re.findall(r'<a class="btn main" href="([^"]+)"', page)
    assert first == "/imports/"
    assert office.get(first).status_code == 200
    assert "Wacht op u" not in page
    foundation.dealer()
    page = office.get("/cases/today").text
    assert "Er staat nog niets" not in page
    assert "Wacht op u" in page


def test_new_kinds_wait_on_whoever_s_move_they_are(desk: Desk) -> None:
    desk.contradicting()
    desk.report(2, day="2026-03-04")
    desk.raise_overdue()
    desk.field.send(desk.field.visit(998, sequence=8), desk.field.visit(999, sequence=9))
    office = Browser(desk.field.app, desk.office)
    case_id = desk.field.rows(Case, kind="scan_waiting")[0].id
    desk.field.foundation.database.write(
        lambda session: moving.ask_dealer(session, desk.office, case_id, "Welk nummer?", NOW)
    )
    found = lines(office)
    assert found == {
        "/cases/?kind=scan_waiting&owner=office": ("Scan om te beslissen", 1),
        "/cases/?kind=report_contradicts&owner=office": ("Verslag klopt niet met KOM", 1),
        "/cases/?kind=scan_waiting&owner=dealer": ("Scan om te beslissen", 1),
        "/cases/?kind=report_incomplete&owner=dealer": ("Verslag niet op tijd aangevuld", 2),
    }
    for address, (_, number) in found.items():
        page = office.get(address).text
        assert len(re.findall(r'<th scope="row"><div><a href="/cases/\d+"', page)) == number


def test_what_is_late_stands_apart_with_its_list(desk: Desk) -> None:
    desk.incomplete()
    desk.field.send(desk.field.visit(999, sequence=9))
    desk.field.clock.pass_by(days=29)
    office = Browser(desk.field.app, desk.office)
    late = {address: told for address, told in lines(office).items() if "late=1" in address}
    assert late == {
        "/cases/?kind=scan_waiting&owner=office&late=1": ("Scan om te beslissen", 1),
    }
    desk.field.clock.pass_by(days=1)
    office = Browser(desk.field.app, desk.office)
    late = {address: told for address, told in lines(office).items() if "late=1" in address}
    assert late["/cases/?kind=report_incomplete&owner=dealer&late=1"] == (
        "Verslag niet op tijd aangevuld",
        1,
    )
