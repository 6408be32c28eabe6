"""Parties and sites in a real browser; test_looks.py looks at each of their pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from kombeheer.clock import now_utc
from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.parties import IdentifierKind
from kombeheer.services.parties import identifiers
from models.parties import Dealer, Farm
from models.sites import Installation
from tests.browser.soundness import assert_sound
from tests.factories import Foundation

pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True)
class Scene:
    """A dealer with one customer, who has an identifier and an installation."""

    foundation: Foundation
    dealer: Dealer
    farm: Farm
    installation: Installation


@pytest.fixture
def scene(foundation: Foundation) -> Scene:
    dealer = foundation.dealer("Hoekstra Melktechniek", street="Zuiderhogeweg 12")
    farm, site = foundation.farm("Maatschap Veenstra-Hofstra en Zonen")
    foundation.customer(dealer, farm)
    with foundation.database.transaction() as session:
        kind = IdentifierKind.KBO
        identifiers.add_identifier(session, MACHINE, farm.id, kind, "0403.019.261", now_utc())
    return Scene(foundation, dealer, farm, foundation.installation(site))


def test_a_number_leads_from_any_page_to_its_farm(
    scene: Scene, sign_in: Callable[[Actor], Page]
) -> None:
    page = sign_in(scene.foundation.user(Role.DEALER, dealer=scene.dealer))
    page.goto("/sites/")
    page.keyboard.press("/")
    page.keyboard.type("0403.019.261")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=scene.farm.name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(scene.farm.name)


def test_what_went_wrong_is_reached_by_its_link(
    scene: Scene, sign_in: Callable[[Actor], Page]
) -> None:
    page = sign_in(scene.foundation.user(Role.OFFICE))
    page.goto(f"/sites/installations/{scene.installation.public_id}/configure")
    page.get_by_label("Boxen").fill("3")
    page.get_by_label("Standen").fill("31")
    page.get_by_role("button", name="Bewaar").click()
    page.get_by_role("alert").get_by_role("link", name="Boxen").click()
    expect(page.get_by_label("Boxen")).to_be_focused()
    expect(page.get_by_label("Boxen")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Standen")).to_have_value("31")
    assert_sound(page)
