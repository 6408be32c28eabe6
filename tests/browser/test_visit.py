"""Visits with nothing but the keyboard, as a scanner and a mechanic type them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kombeheer.clock import today
from kombeheer.rules.accounts import Actor, Role
from models.reports import Report
from tests.factories import Foundation, number

pytestmark = pytest.mark.browser
YEAR = f"{today():%y}"
LAST_YEAR = f"{today().year - 1 - 2000:02d}"


@pytest.fixture
def barn(foundation: Foundation) -> SimpleNamespace:
    """A mechanic with stickers of this year, and two farms with last year's sticker on the wall."""
    dealer = foundation.dealer()
    mechanic = foundation.mechanic(dealer)
    old = foundation.series(LAST_YEAR)
    foundation.stickers(old, dealer, 1, 10)
    new = foundation.series(YEAR)
    foundation.stickers(new, dealer, 1, 20)
    farms = []
    for serial, name in ((1, "Veehouderij De Wilgen"), (2, "Maatschap Dijkstra")):
        farm, site = foundation.farm(name)
        foundation.customer(dealer, farm)
        installation = foundation.installation(site)
        foundation.move(
            "apply",  # type: ignore[arg-type]
            old,
            serial,
            serial,
            f"dealer:{dealer.id}",
            f"applied:{installation.id}",
            dealer,
            on=date(today().year - 1, 3, 11),
        )
        farms.append(installation)
    other = foundation.dealer("Janssen Stalservice")
    foundation.stickers(new, other, 101, 110)
    actor = foundation.user(Role.MECHANIC, mechanic=mechanic)
    return SimpleNamespace(
        foundation=foundation, dealer=dealer, mechanic=mechanic, actor=actor, farms=farms
    )


def ready(page: Page) -> None:
    """Wait, as people do, until the page can be typed in."""
    expect(page.locator("#scan")).to_be_focused()


def scan(page: Page, digits: str) -> None:
    """Type as a keyboard scanner does: fast, with Enter."""
    ready(page)
    page.keyboard.type(digits, delay=8)
    page.keyboard.press("Enter")


def last_years(serial: int) -> str:
    return number(serial, LAST_YEAR).digits


def this_years(serial: int) -> str:
    return number(serial, YEAR).digits


def at_the_endings(barn: SimpleNamespace, sign_in: SignIn) -> Page:
    """The page of a mechanic who has scanned last year's sticker and has to say how it ends."""
    page = sign_in(barn.actor)
    page.goto("/scanning/visit")
    scan(page, last_years(1))
    page.get_by_role("heading", name="Hoe eindigt dit bezoek?").wait_for()
    return page


def reports(barn: SimpleNamespace) -> list[tuple[str, str]]:
    with barn.foundation.database.reading() as session:
        rows = session.execute(select(Report.ending, Report.state).order_by(Report.recorded_at))
        return [(ending, state) for ending, state in rows]


SignIn = Callable[[Actor], Page]


def test_two_scans_and_the_next_scan_opens_the_next_visit(
    barn: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in(barn.actor)
    page.goto("/scanning/visit")
    scan(page, last_years(1))
    expect(page.get_by_role("heading", name="Hoe eindigt dit bezoek?")).to_be_visible()
    expect(page.get_by_text("Veehouderij De Wilgen, Oudega").first).to_be_visible()
    scan(page, this_years(1))
    expect(page.get_by_role("status").get_by_text("Bezoek vastgelegd")).to_be_visible()
    scan(page, last_years(2))
    expect(page.get_by_text("Maatschap Dijkstra, Oudega").first).to_be_visible()
    assert reports(barn) == [("sticker", "incomplete")]


@pytest.mark.parametrize(("key", "ending"), [("2", "geen_kom"), ("3", "kb")])
def test_the_other_endings_take_one_scan_and_one_key(
    barn: SimpleNamespace, sign_in: SignIn, key: str, ending: str
) -> None:
    page = sign_in(barn.actor)
    page.goto("/scanning/visit")
    scan(page, last_years(1))
    expect(page.get_by_role("heading", name="Hoe eindigt dit bezoek?")).to_be_visible()
    ready(page)
    page.keyboard.press(key)
    expect(page.locator(".endings .chosen")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("Bezoek vastgelegd")).to_be_visible()
    assert reports(barn) == [(ending, "complete" if ending == "kb" else "incomplete")]


def test_an_objection_comes_before_the_sticker_is_stuck_and_another_one_resolves_it(
    barn: SimpleNamespace, sign_in: SignIn
) -> None:
    page = at_the_endings(barn, sign_in)
    scan(page, this_years(101))
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("is niet aan uw bedrijf uitgegeven")
    expect(alert).to_contain_text("Het bezoek is nog niet vastgelegd; uw scan is bewaard.")
    assert "Janssen" not in page.content()
    assert reports(barn) == []
    scan(page, this_years(3))
    expect(page.get_by_role("status").get_by_text("Bezoek vastgelegd")).to_be_visible()
    assert reports(barn) == [("sticker", "incomplete")]


def test_an_objection_can_be_laid_before_the_office(barn: SimpleNamespace, sign_in: SignIn) -> None:
    page = at_the_endings(barn, sign_in)
    scan(page, this_years(101))
    button = page.get_by_role("button", name="Toch deze: leg voor aan KOM")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("Voorgelegd aan KOM")).to_be_visible()
    assert reports(barn) == []


def test_the_last_visit_can_be_undone_and_its_sticker_used_again(
    barn: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in(barn.actor)
    page.goto("/scanning/visit")
    for _ in range(2):
        scan(page, last_years(1))
        page.get_by_role("heading", name="Hoe eindigt dit bezoek?").wait_for()
        scan(page, this_years(5))
        expect(page.get_by_role("status").get_by_text("Bezoek vastgelegd")).to_be_visible()
        if reports(barn)[-1][1] == "incomplete" and len(reports(barn)) == 1:
            page.get_by_role("button", name="Maak dit bezoek ongedaan").focus()
            page.keyboard.press("Enter")
            expect(page.get_by_text("Het bezoek is ongedaan gemaakt.")).to_be_visible()
    assert sorted(reports(barn)) == [("sticker", "incomplete"), ("sticker", "withdrawn")]


def test_escape_goes_a_step_back_and_loses_nothing(barn: SimpleNamespace, sign_in: SignIn) -> None:
    page = at_the_endings(barn, sign_in)
    ready(page)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Scan de nieuwe sticker").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="Hoe eindigt dit bezoek?").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="Scan de sticker van vorig jaar").wait_for()


def test_an_installation_without_a_sticker_is_found_by_name_in_three_acts(
    barn: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in(barn.actor)
    page.goto("/scanning/visit")
    ready(page)
    page.keyboard.type("dijk")
    page.keyboard.press("Enter")
    choice = page.get_by_role("link", name="Maatschap Dijkstra, Oudega")
    choice.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hoe eindigt dit bezoek?")).to_be_visible()


def test_a_farm_and_installation_are_made_on_the_spot(
    barn: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in(barn.actor)
    page.goto("/scanning/visit")
    ready(page)
    page.keyboard.type("Nieuwe Hoeve")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Nieuwe installatie").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Naam van het bedrijf")).to_have_value("Nieuwe Hoeve")
    page.get_by_label("Plaats").fill("Sneek")
    page.get_by_label("Standen").fill("12")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hoe eindigt dit bezoek?").wait_for()
    expect(page.get_by_text("KOM kijkt haar nog na")).to_be_visible()
    scan(page, this_years(7))
    expect(page.get_by_role("status").get_by_text("Bezoek vastgelegd")).to_be_visible()
    assert reports(barn) == [("sticker", "incomplete")]


def test_a_visit_runs_without_script(barn: SimpleNamespace, sign_in: SignIn) -> None:
    page = sign_in(barn.actor)
    page.route("**/*.js*", lambda route: route.abort())
    page.goto("/scanning/visit")
    scan(page, last_years(1))
    page.get_by_role("heading", name="Hoe eindigt dit bezoek?").wait_for()
    ready(page)
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Bezoek vastgelegd")).to_be_visible()
    assert reports(barn) == [("kb", "complete")]


def test_a_number_typed_slowly_is_no_ending(barn: SimpleNamespace, sign_in: SignIn) -> None:
    page = at_the_endings(barn, sign_in)
    ready(page)
    page.keyboard.type(this_years(1)[:1])
    page.wait_for_timeout(1_500)
    page.keyboard.type(this_years(1)[1:])
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("Bezoek vastgelegd")).to_be_visible()
    assert reports(barn) == [("sticker", "incomplete")]


def test_last_years_sticker_scanned_twice_records_nothing(
    barn: SimpleNamespace, sign_in: SignIn
) -> None:
    page = at_the_endings(barn, sign_in)
    scan(page, last_years(1))
    expect(page.get_by_role("alert")).to_contain_text("zit al op deze installatie")
    assert reports(barn) == []


def asked(barn: SimpleNamespace, sign_in: SignIn) -> Page:
    """The page of a mechanic who has scanned a sticker for a day before the last service there."""
    barn.foundation.report(barn.farms[0], barn.mechanic, barn.dealer, today(), "kb")
    page = sign_in(barn.actor)
    page.goto("/scanning/settings")
    page.fill("#service_date", (today() - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Begin de bezoeken").click()
    scan(page, last_years(1))
    page.get_by_role("heading", name="Hoe eindigt dit bezoek?").wait_for()
    scan(page, this_years(1))
    expect(page.get_by_role("alert")).to_contain_text("ligt voor de laatste beurt")
    expect(page.get_by_role("alert")).to_contain_text(this_years(1))
    expect(page.get_by_role("button", name="Ja, het klopt")).to_be_focused()
    return page


def test_a_day_before_the_last_service_is_asked_and_enter_says_yes(
    barn: SimpleNamespace, sign_in: SignIn
) -> None:
    page = asked(barn, sign_in)
    assert reports(barn) == [("kb", "complete")]
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("Bezoek vastgelegd")).to_be_visible()
    assert sorted(reports(barn)) == [("kb", "complete"), ("sticker", "incomplete")]


def test_a_scan_never_says_yes_to_a_question(barn: SimpleNamespace, sign_in: SignIn) -> None:
    page = asked(barn, sign_in)
    page.keyboard.type(this_years(2), delay=8)
    expect(page.locator("#scan")).to_have_value(this_years(2))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(this_years(2))
    assert reports(barn) == [("kb", "complete")]
    page.get_by_role("button", name="Ja, het klopt").press("Enter")
    expect(page.get_by_role("status").get_by_text("Bezoek vastgelegd")).to_be_visible()
    assert sorted(reports(barn)) == [("kb", "complete"), ("sticker", "incomplete")]


def test_the_last_visit_is_undone_from_the_next_one_and_from_its_report(
    barn: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in(barn.actor)
    page.goto("/scanning/visit")
    for position in (1, 2):
        scan(page, last_years(position))
        page.get_by_role("heading", name="Hoe eindigt dit bezoek?").wait_for()
        scan(page, this_years(position))
        page.get_by_role("status").get_by_text("Bezoek vastgelegd").wait_for()
    scan(page, last_years(1))
    page.get_by_role("button", name="Maak het laatste ongedaan").click()
    expect(page.get_by_text("Het bezoek is ongedaan gemaakt.")).to_be_visible()
    page.goto("/reports/")
    page.get_by_role("link", name="Veehouderij De Wilgen").first.click()
    page.get_by_role("button", name="Maak dit bezoek ongedaan").click()
    expect(page.get_by_text("Het bezoek is ongedaan gemaakt.")).to_be_visible()
    assert sorted(reports(barn)) == [("sticker", "withdrawn"), ("sticker", "withdrawn")]
