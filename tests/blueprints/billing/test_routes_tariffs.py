"""The tariffs on screen: the list, the form, the preview that stores nothing, and the charges."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from kombeheer.rules.accounts import Role
from kombeheer.services.billing.charging import load_tariffs
from kombeheer.services.billing.tariffs import PRICES
from models.billing import TariffRow
from models.journal import JournalEntry
from tests.clients import Browser
from tests.factories import number
from tests.field import Field
from tests.queries import asked
from tests.services.billing.till import Till

NEW = "/billing/tariffs/new"
FILLED = {
    "valid_from": "2027-01-01",
    "base_cents": "27,00",
    "base_scope": "site",
    "base_period": "year",
    "cow_cents": "0,28",
    "goat_cents": "0,14",
    "sheep_cents": "0.15",
    "surcharge_scope": "installation",
    "surcharge_period": "year",
    "jar_cents": "0,26",
    "meter_cents": "0,80",
    "remark": "Bestuur, 3 maart 2026",
}


@pytest.fixture
def till(field: Field) -> Till:
    return Till(field, date(2026, 3, 5))


@pytest.fixture
def office(till: Till) -> Browser:
    return Browser(till.field.app, till.office)


def text_of(page: str) -> str:
    """What a page says, without its tags, every space a plain one."""
    main = page[page.index("<main") :]
    plain = unescape(re.sub(r"<[^>]+>", " ", main)).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", plain)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the second step."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


def tariff_count(till: Till) -> int:
    return len(till.field.rows(TariffRow))


def test_the_list_shows_every_item_and_which_holds(office: Browser) -> None:
    told = text_of(office.get("/billing/tariffs").text)
    assert "Vanaf za 1 januari 2022 Geldt nu" in told
    assert "Vanaf di 1 januari 2002 Voorbij" in told
    for amount in ("€ 26,05", "€ 0,26", "€ 0,13", "€ 0,25", "€ 0,78", "€ 10,00", "€ 0,45"):
        assert amount in told
    assert "eenmaal per locatie en kalenderjaar" in told
    assert "eenmaal per locatie en bezoek" in told
    assert "vr 31 december 2021" in told
    assert "Een tarief verandert nooit" in told


def test_a_dealer_reads_the_list_and_adds_none(till: Till) -> None:
    browser = Browser(till.field.app, till.field.actor)
    page = browser.get("/billing/tariffs").text
    assert "€\N{NO-BREAK SPACE}26,05" in page
    assert NEW not in page
    assert browser.get(NEW).status_code == 403
    assert browser.send(NEW, step="store", **FILLED).status_code == 403
    assert tariff_count(till) == 2


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.READER, Role.MECHANIC])
def test_who_has_no_business_with_money_sees_none(till: Till, role: Role) -> None:
    mechanic = till.mechanic if role is Role.MECHANIC else None
    user = till.field.foundation.user(role, mechanic=mechanic)
    assert Browser(till.field.app, user).get("/billing/tariffs").status_code == 403


def test_the_form_proposes_the_present_prices_from_new_year(office: Browser) -> None:
    page = office.get(NEW).text
    assert 'value="26,05"' in page
    assert 'value="2027-01-01"' in page
    assert '<option selected value="installation">' in page
    assert "verandert nooit meer" in page


def test_the_preview_stores_nothing_and_keeps_all_values(till: Till, office: Browser) -> None:
    till.go_to(date(2025, 6, 2))
    till.visit()
    till.go_to(date(2026, 3, 5))
    shown = office.send(NEW, NEW, step="preview", **FILLED)
    assert shown.status_code == 200
    assert hidden(shown.text) == FILLED
    told = text_of(shown.text)
    assert "+€ 1,43 over heel 2025" in told
    assert "In rekening staat € 32,29 voor 1 verslag" in told
    assert "Toeslag per stand, koeien nu 24, € 6,24 24 € 6,24 24 € 6,72 +€ 0,48" in told
    assert "Hoekstra Melktechniek" in told
    assert tariff_count(till) == 2
    assert till.field.rows(JournalEntry, action="billing.tariff_added") == []


def test_the_second_button_stores_what_the_preview_showed(till: Till, office: Browser) -> None:
    kept = hidden(office.send(NEW, NEW, step="preview", **FILLED).text)
    done = office.send(NEW, NEW, step="store", **kept)
    assert (done.status_code, done.location) == (302, "/billing/tariffs")
    told = text_of(office.get("/billing/tariffs").text)
    assert "Het tarief vanaf vr 1 januari 2027 staat vast." in told
    assert "Vanaf vr 1 januari 2027 Nog niet begonnen" in told
    assert "Bestuur, 3 maart 2026" in told
    with till.field.foundation.database.reading() as session:
        assert load_tariffs(session)[-1].prices() == (2700, 28, 14, 15, 26, 80)
    entry = office.get("/journal/").text
    assert "Tarief vastgesteld" in entry


def test_what_was_filled_in_can_be_changed_from_the_preview(office: Browser) -> None:
    kept = hidden(office.send(NEW, NEW, step="preview", **FILLED).text)
    page = office.send(NEW, NEW, step="change", **kept)
    assert page.status_code == 200
    assert 'value="27,00"' in page.text
    assert 'value="0.15"' in page.text
    assert 'value="Bestuur, 3 maart 2026"' in page.text


def test_an_empty_year_says_so_and_still_stores(till: Till, office: Browser) -> None:
    shown = office.send(NEW, NEW, step="preview", **FILLED)
    assert "In 2025 is niets in rekening gebracht" in shown.text
    assert "Stel dit tarief vast" in shown.text


@pytest.fixture(scope="module")
def shared_till(shared_field: Field) -> Till:
    """For what stores nothing."""
    return Till(shared_field, date(2026, 3, 5))


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("valid_from", "", "Vul de dag in waarop dit tarief begint."),
        ("valid_from", "2027-02-30", "“2027-02-30” is geen bestaande dag."),
        ("valid_from", "1949-12-31", "za 31 december 1949 kan hier niet."),
        ("valid_from", "2022-01-01", "Vanaf za 1 januari 2022 geldt al een ander tarief"),
        ("base_cents", "", "Vul een bedrag in, of 0,00 als dit niets kost."),
        ("base_cents", "gratis", "“gratis” is geen bedrag."),
        ("cow_cents", "-0,26", "“-0,26” is geen bedrag."),
        ("jar_cents", "0,255", "“0,255” is geen bedrag."),
        ("meter_cents", "10.000,00", "Een prijs van 10.000,00 kan niet."),
        ("base_scope", "farm", "Kies waarvoor dit eenmaal telt."),
        ("surcharge_period", "", "Kies binnen welke tijd dit eenmaal telt."),
        ("remark", "x" * 201, "Dit zijn 201 tekens"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_all_is_kept(
    shared_till: Till, name: str, typed: str, told: str
) -> None:
    browser = Browser(shared_till.field.app, shared_till.office)
    for step in ("preview", "store", ""):
        page = browser.send(NEW, NEW, step=step, **{**FILLED, name: typed})
        assert page.status_code == 422
        at_field = page.text[page.text.index(f'id="{name}-wrong"') :]
        assert told in unescape(at_field[: at_field.index("</div>")])
        assert "Wat u invulde staat er nog." in page.text
        for other in set(PRICES) - {name}:
            assert f'value="{FILLED[other]}"' in page.text
    assert tariff_count(shared_till) == 2


@pytest.mark.parametrize("name", sorted({*FILLED}))
def test_a_field_that_was_not_sent_at_all_is_asked(shared_till: Till, name: str) -> None:
    browser = Browser(shared_till.field.app, shared_till.office)
    sent = {other: typed for other, typed in FILLED.items() if other != name}
    page = browser.send(NEW, NEW, step="preview", **sent)
    assert page.status_code == (200 if name == "remark" else 422)


def test_a_first_day_before_a_charged_service_tells_the_last_such_day(
    till: Till, office: Browser
) -> None:
    till.visit()
    page = office.send(NEW, NEW, step="preview", **{**FILLED, "valid_from": "2026-01-01"})
    assert page.status_code == 422
    assert "Kies een latere dag dan do 5 maart 2026." in page.text


def test_a_visit_between_preview_and_storing_is_told_at_the_field(
    till: Till, office: Browser
) -> None:
    filled = {**FILLED, "valid_from": "2026-03-01"}
    kept = hidden(office.send(NEW, NEW, step="preview", **filled).text)
    till.visit()
    page = office.send(NEW, NEW, step="store", **kept)
    assert page.status_code == 422
    assert "is al afgerekend" in page.text
    assert tariff_count(till) == 2


def test_the_report_page_tells_what_it_was_charged(till: Till, office: Browser) -> None:
    first, second = till.visit(), till.visit()
    till.revise(first, unit_count=12)
    told = text_of(office.get(f"/reports/{first}").text)
    assert "Samen € 29,17" in told
    assert "1 × € 26,05, tarief vanaf 1 jan 2022 · eenmaal voor deze locatie in 2026" in told
    assert f"{number(1).printed}" in told
    assert "Tegenboeking: Toeslag per stand −€ 6,24" in told
    page = office.get(f"/reports/{second}")
    assert "al in rekening bij" in page.text
    assert f"/reports/{first}" in page.text


def test_a_dealer_never_reads_another_dealer_s_name_in_his_costs(till: Till) -> None:
    dealer, mechanic, phone = till.other()
    first = till.visit()
    [theirs] = till.send(till.event(raw=number(501).digits, mechanic=mechanic.number), phone=phone)
    page = Browser(till.field.app, phone.actor).get(f"/reports/{theirs}").text
    assert "al in rekening bij" in page
    assert first not in page
    assert till.field.dealer.name not in page
    assert dealer.name in page


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.MECHANIC])
def test_who_may_not_see_money_sees_no_costs_on_a_report(till: Till, role: Role) -> None:
    report = till.visit()
    mechanic = till.mechanic if role is Role.MECHANIC else None
    user = till.field.foundation.user(role, mechanic=mechanic)
    page = Browser(till.field.app, user).get(f"/reports/{report}")
    assert page.status_code == 200
    assert "€" not in page.text


def test_the_list_and_the_preview_ask_the_same_however_much_there_is(
    till: Till, office: Browser
) -> None:
    def counted() -> int:
        with asked(till.field.foundation.database.reader) as statements:
            office.send(NEW, NEW, step="preview", **FILLED)
        return len([one for one in statements if one.startswith("SELECT")])

    till.go_to(date(2025, 6, 2))
    till.visit()
    till.go_to(date(2026, 3, 5))
    before = counted()
    till.go_to(date(2025, 6, 2))
    till.send(*(till.event(till.installation()) for _ in range(5)))
    till.go_to(date(2026, 3, 5))
    assert counted() == before
