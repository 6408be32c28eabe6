"""A report in a real browser: filled in on a phone in a barn, corrected, its versions compared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kombeheer.rules.accounts import Role
from models.reports import Report, ReportDetail
from tests.browser.conftest import log_in, new_context, served
from tests.browser.soundness import PHONE, assert_sound
from tests.factories import number
from tests.field import Field

pytestmark = pytest.mark.browser


class Barn:
    """A report of the field, and browsers in which its mechanic has logged in."""

    def __init__(self, field: Field, browser: Browser, address: str) -> None:
        self.field, self._browser, self._address = field, browser, address
        self.contexts: list[BrowserContext] = []
        [answer] = field.send(field.visit(1))
        self.report_id: str = answer["report"]
        self.mechanic = field.foundation.user(Role.MECHANIC, mechanic=field.mechanic)

    def page(self, *, script: bool = True) -> Page:
        if script:
            context = new_context(self._browser, self._address)
        else:
            context = self._browser.new_context(
                base_url=self._address, locale="nl-NL", java_script_enabled=False
            )
        self.contexts.append(context)
        assert self.mechanic.user_id is not None
        log_in(self.field.app, self.field.foundation.database, context, self.mechanic.user_id)
        page = context.new_page()
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.goto(f"/reports/{self.report_id}")
        return page

    def report(self) -> Report:
        return self.field.row(Report, id=self.report_id)


@pytest.fixture
def barn(field: Field, browser: Browser) -> Iterator[Barn]:
    with served(field.app) as address:
        made = Barn(field, browser, address)
        yield made
        for context in made.contexts:
            context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_it_is_filled_in_with_a_thumb(barn: Barn, script: bool) -> None:
    page = barn.page(script=script)
    page.get_by_role("link", name="Vul het verslag aan").click()
    page.get_by_label("Opgeleverd of gerenoveerd op").fill("2015-05-01")
    start = page.get_by_label("Begin, °C")
    assert start.get_attribute("inputmode") == "decimal"
    start.fill("70,5")
    page.get_by_label("Einde, °C").fill("45")
    for placing in ("droog", "goed te zien", "binnen 2 meter"):
        target = page.locator("label", has_text=placing)
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44  # a thumb in a glove
        target.click()
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("Het verslag is volledig.")).to_be_visible()
    expect(page.get_by_text("70,5 °C")).to_be_visible()
    assert str(barn.field.row(ReportDetail).wash_start) == "70.5"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_repair_unfolds_what_it_asks(barn: Barn, script: bool) -> None:
    page = barn.page(script=script)
    page.goto(f"/reports/{barn.report_id}/complete")
    visited = page.get_by_label("Dag van het KKM-bezoek")
    expect(visited).to_be_hidden()
    page.locator("label", has_text="Herstel na KKM-bezoek").click()
    expect(visited).to_be_visible()
    page.locator("label", has_text="Grote beurt").click()
    expect(visited).to_be_hidden()


def test_what_went_wrong_is_reached_from_the_top_and_nothing_is_lost(barn: Barn) -> None:
    page = barn.page()
    page.goto(f"/reports/{barn.report_id}/complete")
    page.get_by_label("Begin, °C").fill("65,05")
    page.get_by_label("Opmerking").fill("Boiler\nlekt")
    page.get_by_role("button", name="Bewaar").click()
    page.get_by_role("alert").get_by_role("link", name="Begin, °C").click()
    expect(page.get_by_label("Begin, °C")).to_be_focused()
    expect(page.get_by_label("Begin, °C")).to_have_value("65,05")
    expect(page.get_by_label("Opmerking")).to_have_value("Boiler\nlekt")
    assert_sound(page)


def test_a_mistyped_number_is_scanned_again_and_the_versions_are_compared(barn: Barn) -> None:
    page = barn.page()
    page.get_by_role("link", name="Corrigeer").click()
    page.get_by_label("Waarom verandert dit verslag?").fill("Andere sticker geplakt")
    page.get_by_label("Nummer van de sticker").fill(number(7).digits)
    page.keyboard.press("Enter")  # as a scanner does
    expect(page.get_by_role("heading", name="Versies")).to_be_visible()
    assert barn.report().serial == 7
    page.get_by_role("link", name="Naast elkaar").click()
    region = page.get_by_role("region", name="Versies naast elkaar")
    first = region.locator("tbody th", has_text="Nummer")
    before = first.bounding_box()
    region.evaluate("region => region.scrollLeft = 200")
    after = first.bounding_box()
    assert before is not None
    assert after is not None
    assert before["x"] == after["x"]  # the names stay in view
    expect(region.locator("td.changed")).to_have_count(1)
    expect(region.locator("td.changed")).to_contain_text("gewijzigd")
    assert_sound(page)
