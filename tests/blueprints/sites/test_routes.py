"""Sites and installations, seen from a browser."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.rules.scanning import NewInstallation
from kombeheer.services.sites import registering
from models.cases import Case
from models.sites import Installation, InstallationConfiguration
from tests.clients import Browser, sent, wrongs
from tests.factories import NOW, TODAY, Foundation
from tests.field import Clock

LAYOUT = {
    "parlour_type": "herringbone",
    "species": "cows",
    "unit_count": "24",
    "vacuum_pump_count": "1",
    "cleaning_facility_count": "1",
    "box_count": "0",
    "from_on": "2026-03-01",
}


def count(foundation: Foundation, table: Any) -> int:
    with foundation.database.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_types_are_sorted_by_the_words_that_people_read(
    app: Flask, foundation: Foundation, clock: Clock
) -> None:
    dealer = foundation.dealer()
    for parlour_type in ("herringbone", "robot", "rotary", "tie_stall"):
        foundation.installation(parlour_type=parlour_type, dealer=dealer)
    office = Browser(app, foundation.user(Role.OFFICE))
    words = ["Draaimelkstal", "Grupstal", "Robot", "Visgraat"]
    page = office.get("/sites/?sort=type").text
    shown = page[page.index("<tbody>") :]
    assert sorted(words, key=shown.index) == words
    page = office.get("/sites/?sort=type&desc=1").text
    shown = page[page.index("<tbody>") :]
    assert sorted(words, key=shown.index) == words[::-1]


SEEN = {  # one's own, a foreign one, and changing it
    Role.OFFICE: (200, 200, 200),
    Role.INSPECTOR: (200, 200, 403),
    Role.DEALER: (200, 404, 403),
    Role.MECHANIC: (200, 404, 403),
    Role.READER: (403, 403, 403),
}


def test_each_role_sees_its_own_and_only_the_office_changes(
    app: Flask, foundation: Foundation, clock: Clock
) -> None:
    dealer, page = foundation.dealer(), "/sites/installations/"
    mechanic, row = foundation.mechanic(dealer), foundation.installation(dealer=dealer)
    other = foundation.installation(dealer=foundation.dealer())
    for role, (own, foreign, change) in SEEN.items():
        user = foundation.user(
            role,
            dealer=dealer if role is Role.DEALER else None,
            mechanic=mechanic if role is Role.MECHANIC else None,
        )
        browser = Browser(app, user)
        assert browser.get(page + row.public_id).status_code == own, role
        assert browser.get(page + other.public_id).status_code == foreign, role
        if foreign == 404:
            unknown = browser.get(f"{page}nobody")
            assert unknown.data == browser.get(page + other.public_id).data
            assert "1 t/m 1 van 1" in browser.get("/sites/").text
        for what in ("configure", "edit", "cease"):
            assert browser.get(f"{page}{row.public_id}/{what}").status_code == change, role


def test_a_site_and_an_installation_are_added(office: Browser, foundation: Foundation) -> None:
    farm, _ = foundation.farm()
    page = f"/parties/farms/{farm.public_id}"
    new = f"/sites/farms/{farm.public_id}/new-site"
    assert wrongs(sent(office, new, country="NL").text) == ["Vul de plaats in."]
    assert sent(office, new, place="Joure", postcode="8501ab", country="NL").location == page
    text = office.get(page).text
    assert "8501 AB Joure" in text
    [address] = re.findall(r"/sites/\w+/new-installation(?=.{0,300}Joure)", text, re.DOTALL)[-1:]
    made = sent(office, address, **LAYOUT, name="Stal 2")
    text = office.get(made.location).text
    assert "Stal 2, Veehouderij De Wilgen" in text
    assert "Nog geen beurt" in text
    edited = sent(
        office, address.replace("new-installation", "edit"), place="Heerenveen", country="NL"
    )
    assert edited.location == page
    assert "Heerenveen" in office.get("/search?q=heerenveen").text


WRONG = [
    ("unit_count", "0", "“0” kan hier niet. Geef een heel getal van 1 tot en met 200."),
    (
        "unit_count",
        str(10**9),
        "“1000000000” kan hier niet. Geef een heel getal van 1 tot en met 200.",
    ),
    (
        "unit_count",
        "24,5\x00",
        "“24,5·” kan hier niet. Geef een heel getal van 1 tot en met 200.",
    ),
    ("unit_count", "", "Vul in hoeveel standen er zijn."),
    ("parlour_type", "", "Kies het staltype."),
    ("parlour_type", "carousel", "Kies het staltype."),
    ("species", "yaks", "Kies de diersoort."),
    ("box_count", "2", "Alleen een robot heeft boxen, en hier staan er 2."),
    ("from_on", "2026-03-06", "vr 6 maart 2026 moet nog komen."),
    ("from_on", "2009-12-31", "do 31 december 2009 ligt voor het begin"),
    ("delivered_or_renovated_on", "2026-02-30", "“2026-02-30” is geen bestaande dag."),
]


def test_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(
    office: Browser, foundation: Foundation
) -> None:
    row = foundation.installation()
    address = f"/sites/installations/{row.public_id}/configure"
    for field, typed, words in WRONG:
        answer = sent(office, address, **{**LAYOUT, "vacuum_pump_count": "7", field: typed})
        assert answer.status_code == 422, field
        [wrong] = wrongs(answer.text)
        assert wrong.startswith(words)
        assert 'value="7"' in answer.text
    assert count(foundation, InstallationConfiguration) == 1


def test_r42_a_robot_with_pumps_of_its_own_is_more_than_one(
    office: Browser, foundation: Foundation
) -> None:
    row = foundation.installation()
    address = f"/sites/installations/{row.public_id}/configure"
    robot = {**LAYOUT, "parlour_type": "robot", "box_count": "3"}
    [wrong] = wrongs(sent(office, address, **{**robot, "vacuum_pump_count": "2"}).text)
    assert wrong.startswith("3 boxen met 2 vacuümpompen en 1 reinigingsinstallaties zijn 3")
    assert sent(office, address, **robot).status_code == 302
    page = office.get(f"/sites/installations/{row.public_id}").text
    assert "Daarvoor" in page
    assert "1 jan 2010 t/m 28 feb 2026" in page


def test_what_was_made_at_a_visit_is_seen_by_the_office(
    office: Browser, foundation: Foundation
) -> None:
    new = NewInstallation("De Wilgen", "Oudega", "robot", "cows", 1)
    with foundation.database.transaction() as session:
        registering.register_unchecked(
            session, MACHINE, [(new, foundation.dealer().id, TODAY)], NOW
        )
    assert "nog niet nagekeken" in office.get("/sites/?shown=unchecked").text
    with foundation.database.reading() as session:
        row = session.scalars(select(Installation)).one()
    page = f"/sites/installations/{row.public_id}"
    assert "Gezien: klopt" in office.get(page).text
    for _ in range(2):
        assert office.send(f"{page}/check", f"{page}/cease").location == page
    assert "Gezien: klopt" not in office.get(page).text
    with foundation.database.reading() as session:
        assert session.scalars(select(Case.state)).one() == "decided"
    assert "Geen installatie gevonden" in office.get("/sites/?shown=unchecked").text


def test_an_installation_gets_a_name_stops_and_goes_on(
    office: Browser, foundation: Foundation
) -> None:
    _, site = foundation.farm()
    _, foreign = foundation.farm()
    row = foundation.installation(site)
    page = f"/sites/installations/{row.public_id}"
    for wrong in (foreign.public_id, "nobody", ""):
        answer = sent(office, f"{page}/edit", name="Robot 2", site=wrong)
        assert wrongs(answer.text) == ["Kies een locatie van dit bedrijf."]
    assert sent(office, f"{page}/edit", name="Robot 2", site=site.public_id).location == page
    assert "Robot 2" in office.get(page).text
    assert sent(office, f"{page}/cease", ceased_on="2026-03-01").location == page
    assert "Buiten gebruik sinds zo 1 maart 2026" in office.get(page).text
    assert "Geen installatie gevonden" in office.get("/sites/").text
    assert sent(office, f"{page}/cease", ceased_on="").location == page
    assert "Buiten gebruik" not in office.get(page).text
