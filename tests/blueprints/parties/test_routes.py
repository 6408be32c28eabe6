"""Dealers, mechanics and farms, seen from a browser: scope, forms, what went wrong."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import func, select

from kombeheer.rules.accounts import Role
from kombeheer.rules.stickers import MoveKind
from models.base import Base
from models.parties import Customer, Dealer, Employment, Farm, FarmIdentifier, Mechanic
from tests.clients import Browser, is_log_in, sent, wrongs
from tests.factories import TODAY, Foundation
from tests.field import Clock

DEALERS, MECHANICS, FARMS = "/parties/dealers/", "/parties/mechanics/", "/parties/farms/"
DEALER = {"number": "0118", "name": "Hoekstra", "place": "Drachten", "country": "NL"}
FARM = {"name": "De Wilgen", "kind": "ubn", "place": "Oudega", "country": "NL"}


def count(foundation: Foundation, table: type[Base]) -> int:
    with foundation.database.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


# ---------- scope


class Two:
    """Two dealers with a mechanic and a farm each."""

    def __init__(self, foundation: Foundation) -> None:
        self.own, self.other = foundation.dealer("Own"), foundation.dealer("Other")
        self.mechanics = [foundation.mechanic(one, f"M {one.name}") for one in self.all]
        self.farms = [foundation.farm(f"F {one.name}")[0] for one in self.all]
        for dealer, farm in zip(self.all, self.farms, strict=True):
            foundation.customer(dealer, farm)

    @property
    def all(self) -> list[Dealer]:
        return [self.own, self.other]

    def pages(self, place: int) -> list[str]:
        """Addresses that belong to the own (0) or the other (1) dealer."""
        return [
            DEALERS + self.all[place].public_id,
            MECHANICS + self.mechanics[place].public_id,
            FARMS + self.farms[place].public_id,
        ]


SEEN = {
    Role.OFFICE: ([200, 200, 200], [200, 200, 200]),
    Role.INSPECTOR: ([200, 200, 200], [200, 200, 200]),
    Role.DEALER: ([200, 200, 200], [404, 404, 404]),
    Role.MECHANIC: ([403, 200, 200], [403, 404, 404]),
    Role.READER: ([403, 403, 403], [403, 403, 403]),
}


def test_each_role_sees_its_own_and_nothing_else(
    app: Flask, foundation: Foundation, clock: Clock
) -> None:
    two = Two(foundation)
    for role, (own, foreign) in SEEN.items():
        user = foundation.user(
            role,
            dealer=two.own if role is Role.DEALER else None,
            mechanic=two.mechanics[0] if role is Role.MECHANIC else None,
        )
        browser = Browser(app, user)
        assert [browser.get(page).status_code for page in two.pages(0)] == own, role
        assert [browser.get(page).status_code for page in two.pages(1)] == foreign, role
        if role in (Role.DEALER, Role.MECHANIC):
            unknown = browser.get(FARMS + "nobody")
            assert browser.get(two.pages(1)[2]).data == unknown.data  # not even the page tells
            for page in (FARMS, f"/search?q={two.all[1].name}"):
                assert "Other" not in re.sub(r'value="[^"]*"|“.*?”', "", browser.get(page).text)


def test_who_is_not_logged_in_is_asked_to(app: Flask, foundation: Foundation) -> None:
    two = Two(foundation)
    assert all(is_log_in(Browser(app).get(page)) for page in (*two.pages(0), DEALERS, FARMS))


def test_only_the_office_changes(app: Flask, foundation: Foundation, clock: Clock) -> None:
    two = Two(foundation)
    dealer, mechanic, farm = two.pages(0)
    addresses = [
        f"{DEALERS}new",
        f"{dealer}/edit",
        f"{dealer}/move",
        f"{MECHANICS}new",
        f"{mechanic}/edit",
        f"{mechanic}/employments/new",
        f"{mechanic.replace('parties', 'certification')}/certificates/new",
        f"{FARMS}new",
        f"{farm}/edit",
        f"{farm}/identifiers",
        f"{farm}/dealers",
        f"{farm}/merge",
    ]
    for role, expected in ((Role.OFFICE, 200), (Role.INSPECTOR, 403), (Role.DEALER, 403)):
        user = foundation.user(role, dealer=two.own if role is Role.DEALER else None)
        browser = Browser(app, user)
        statuses = {address: browser.get(address).status_code for address in addresses}
        assert set(statuses.values()) == {expected}, statuses


# ---------- lists


def test_a_list_keeps_its_filter_in_every_address(office: Browser, foundation: Foundation) -> None:
    for number in range(51):
        foundation.farm(f"De Wilgen {number:02d}")
    foundation.farm("De Terp")
    page = office.get(f"{FARMS}?q=wilgen&sort=place&desc=1&state=active").text
    assert "1 t/m 50 van 51" in page
    assert 'aria-sort="descending"' in page
    links = re.findall(r'<th scope="col"[^>]*><a href="([^"]+)"|href="([^"]+)" rel="next"', page)
    for link in map("".join, links):
        assert "q=wilgen" in link
        assert "state=active" in link
    assert "51 t/m 51 van 51" in office.get(f"{FARMS}?q=wilgen&page=99").text
    for odd in ("page=0", "page=-1", "page=x", f"page={10**30}", "sort=x", "dealer=x", "q=%00"):
        assert office.get(f"{FARMS}?{odd}").status_code == 200, odd
    assert "Geen bedrijf gevonden" in office.get(f"{FARMS}?q=nergens").text


def test_an_address_no_row_can_have_is_not_there(office: Browser) -> None:
    for odd in ("%00", "a%00b", "A", "x" * 40, "é", "1;2"):
        for page in (DEALERS, MECHANICS, FARMS):
            assert office.get(page + odd).status_code == 404, odd


# ---------- forms


def test_a_dealer_is_added_and_changed(office: Browser, foundation: Foundation) -> None:
    answer = sent(office, f"{DEALERS}new", **DEALER, postcode="9203tb")
    assert answer.status_code == 302
    page = office.get(answer.location).text
    assert "Hoekstra is toegevoegd." in page
    assert "9203 TB Drachten" in page
    changed = sent(office, f"{answer.location}/edit", **{**DEALER, "name": "Hoekstra en Zoon"})
    assert changed.location == answer.location
    assert "Hoekstra en Zoon" in office.get(f"{DEALERS}?q=zoon").text
    assert count(foundation, Dealer) == 1


WRONG = [
    ("name", "", "Vul de naam van de dealer in."),
    ("name", "   ", "Vul de naam van de dealer in."),
    ("name", "x" * 300, "Dit zijn 300 tekens en er passen er 120. Maak het korter."),
    ("name", "a\x00b", "In “a·b” staat een teken dat niet te zien is (·). Typ het opnieuw."),
    ("number", "x" * 13, "Dit zijn 13 tekens en er passen er 12. Maak het korter."),
    ("number", "0001", "Nummer 0001 is al van Bestaat. Kies een ander nummer."),
    ("postcode", "850", "850 is geen postcode van dit land. Schrijf hem als 8501 AB."),
    ("email", "info", "info is geen e-mailadres. Schrijf het als naam@bedrijf.nl."),
    ("country", "XX", "Kies een land."),
]


def test_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(
    office: Browser, foundation: Foundation
) -> None:
    foundation.dealer("Bestaat", number="0001")
    for field, typed, words in WRONG:
        given = {**DEALER, "street": "Zuiderhogeweg 12", field: typed}
        answer = sent(office, f"{DEALERS}new", **given)
        assert (answer.status_code, wrongs(answer.text)) == (422, [words]), field
        assert f'href="#{field}"' in answer.text
        assert 'value="Zuiderhogeweg 12"' in answer.text
    assert count(foundation, Dealer) == 1


NO_DAYS = {
    "2026-02-30": "“2026-02-30” is geen bestaande dag. Schrijf hem als 05-03-2026.",
    "morgen\x00": "“morgen·” is geen bestaande dag. Schrijf hem als 05-03-2026.",
    "0001-01-01": "ma 1 januari 1 kan hier niet. Kies een dag van 1950 tot en met 2099.",
    "": "Vul de eerste dag in.",
}


def test_a_day_that_does_not_exist_comes_back_as_it_was_typed(
    office: Browser, foundation: Foundation
) -> None:
    dealer, mechanic = foundation.dealer(), foundation.mechanic(None)
    address = f"{MECHANICS}{mechanic.public_id}/employments/new"
    for typed, words in NO_DAYS.items():
        answer = sent(office, address, dealer=dealer.public_id, from_on=typed)
        assert (answer.status_code, wrongs(answer.text)) == (422, [words]), typed
        assert f'<option selected value="{dealer.public_id}">' in answer.text
    assert count(foundation, Employment) == 0


def test_a_mechanic_comes_leaves_and_is_emptied_first(
    office: Browser, foundation: Foundation
) -> None:
    dealer, series = foundation.dealer("Hoekstra"), foundation.series()
    form = {"number": "0231", "name": "Jelle", "dealer": dealer.public_id}
    missing = sent(office, f"{MECHANICS}new", **form)
    assert wrongs(missing.text) == ["Vul in sinds wanneer hij bij deze dealer werkt."]
    assert count(foundation, Mechanic) == 0
    made = sent(office, f"{MECHANICS}new", **form, from_on="01-01-2026")
    page = office.get(made.location).text
    assert "Niet gecertificeerd" in page
    assert "sinds 1 jan 2026" in page
    again = sent(
        office, f"{made.location}/employments/new", dealer=dealer.public_id, from_on="2026-03-01"
    )
    assert "loopt door het dienstverband bij Hoekstra" in wrongs(again.text)[0]
    with foundation.database.reading() as session:
        number = session.scalars(select(Employment.id)).one()
        mechanic = session.scalars(select(Mechanic.id)).one()
    foundation.stickers(series, dealer)
    held = (f"dealer:{dealer.id}", f"mechanic:{mechanic}")
    foundation.move(MoveKind.HAND_OUT, series, 1, 2, *held, dealer)
    address = f"{made.location}/employments/{number}"
    days = {"from_on": "2026-01-01", "until_on": "2026-03-05"}
    refused = sent(office, address, **days)
    assert refused.status_code == 422
    assert "Op naam van Jelle staan nog 2 stickers: 26-000001 t/m 000002" in wrongs(refused.text)[0]
    foundation.move(MoveKind.HAND_IN, series, 1, 2, *reversed(held), dealer)
    assert sent(office, address, **days).status_code == 302
    assert office.get(f"{made.location}/employments/{number + 9}").status_code == 404


def test_a_farm_is_added_with_all_that_is_known(office: Browser, foundation: Foundation) -> None:
    dealer = foundation.dealer()
    form = {**FARM, "value": "UBN 0012345", "postcode": "8614aa", "dealer": dealer.public_id}
    made = sent(office, f"{FARMS}new", **form)
    page = office.get(made.location).text
    for words in ("De Wilgen is toegevoegd.", "12345", "8614 AA Oudega", dealer.name):
        assert words in page
    assert "De Wilgen" in office.get("/search?q=12345").text
    again = sent(office, f"{FARMS}new", **{**form, "name": "Wilgenhoeve", "value": "12345"})
    assert wrongs(again.text) == [
        "12345 staat al bij De Wilgen. Is het hetzelfde bedrijf? Voeg de twee dan samen."
    ]
    assert (count(foundation, Farm), count(foundation, Customer)) == (1, 1)


def test_numbers_are_added_and_taken_away(office: Browser, foundation: Foundation) -> None:
    farm, _ = foundation.farm()
    address = f"{FARMS}{farm.public_id}/identifiers"
    assert sent(office, address, kind="kbo", value="403.019.261").status_code == 302
    for kind, value, words in (
        ("kbo", "403.019.262", "KBO-nummer 0403.019.262 klopt niet"),
        ("kvk", "1", "1 is geen KvK-nummer."),
        ("ubn", "12345678", "12345678 is geen UBN."),
        ("iban", "1", "Kies welk nummer het is."),
    ):
        [wrong] = wrongs(sent(office, address, kind=kind, value=value).text)
        assert wrong.startswith(words)
    assert "0403.019.261" in office.get(address).text
    for value in ("0403019261", "0403019261", "\x00"):
        answer = office.send(f"{address}/remove", address, kind="kbo", value=value)
        assert answer.location == address
    assert count(foundation, FarmIdentifier) == 0


def test_a_dealer_of_a_farm_begins_and_ends(office: Browser, foundation: Foundation) -> None:
    dealer, (farm, _) = foundation.dealer("Hoekstra"), foundation.farm()
    address = f"{FARMS}{farm.public_id}/dealers"
    future = sent(office, address, dealer=dealer.public_id, from_on="2026-03-06")
    assert wrongs(future.text) == [
        "vr 6 maart 2026 moet nog komen. Kies vandaag (do 5 maart 2026) of een eerdere dag."
    ]
    assert sent(office, address, dealer=dealer.public_id, from_on="2026-03-01").status_code == 302
    with foundation.database.reading() as session:
        number = session.scalars(select(Customer.id)).one()
    end = f"{address}/{number}/end"
    [wrong] = wrongs(sent(office, end, until_on="2026-02-01").text)
    assert wrong.startswith("De laatste dag (zo 1 februari 2026) ligt voor de eerste")
    assert sent(office, end, until_on=TODAY.isoformat()).location == address
    assert "1 mrt 2026 t/m 5 mrt 2026" in office.get(address).text
    other, _ = foundation.farm()
    assert office.get(f"{FARMS}{other.public_id}/dealers/{number}/end").status_code == 404


def test_what_happened_to_a_farm_is_told_to_the_office_only(
    app: Flask, office: Browser, foundation: Foundation
) -> None:
    dealer, (farm, _) = foundation.dealer(), foundation.farm()
    foundation.customer(dealer, farm)
    page = f"{FARMS}{farm.public_id}"
    sent(office, f"{page}/edit", name="De Elzen")
    assert "naam: Veehouderij De Wilgen → De Elzen" in office.get(page).text
    seen = Browser(app, foundation.user(Role.DEALER, dealer=dealer)).get(page).text
    assert "De Elzen" in seen
    assert "De Wilgen" not in seen
