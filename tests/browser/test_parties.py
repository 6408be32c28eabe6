"""The pages of parties and sites in a real browser: whole for axe, and never wider than it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from kombeheer.clock import now_utc, today
from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.parties import IdentifierKind
from kombeheer.rules.scanning import NewInstallation
from kombeheer.services.parties import identifiers
from kombeheer.services.sites import registering
from models.certification import Certificate
from models.parties import Customer, Employment
from models.reports import Report
from models.sites import Installation
from tests.factories import Foundation

pytestmark = pytest.mark.browser
SIZES = [(1440, 900), (390, 844), (320, 640)]


class Scene:
    """A foundation with something on every page, and the addresses of its pages."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.dealer = foundation.dealer("Hoekstra Melktechniek", street="Zuiderhogeweg 12")
        self.target = foundation.dealer("Melktechniek Twente", ceased_on=date(2099, 1, 1))
        self.mechanic = foundation.mechanic(self.dealer, modules=("ams",))
        self.farm, self.site = foundation.farm("Maatschap Veenstra-Hofstra en Zonen")
        self.double, _ = foundation.farm("Veenstra")
        foundation.customer(self.dealer, self.farm)
        self.installation = foundation.installation(self.site)
        with foundation.database.transaction() as session:
            kind = IdentifierKind.KBO
            identifiers.add_identifier(
                session, MACHINE, self.farm.id, kind, "0403.019.261", now_utc()
            )
            new = NewInstallation("Nieuw bedrijf", "Joure", "robot", "cows", 1)
            registering.register_unchecked(
                session, MACHINE, [(new, self.dealer.id, today())], now_utc()
            )
            session.add(
                Report(
                    id="report",
                    version=1,
                    state="incomplete",
                    ending="geen_kom",
                    service_date=date(2025, 3, 1),
                    stop="stop",
                    installation_id=self.installation.id,
                    mechanic_id=self.mechanic.id,
                    dealer_id=self.dealer.id,
                    recorded_at=now_utc(),
                )
            )

    def pages(self) -> list[str]:
        """Every page of the office in these areas."""
        with self.foundation.database.reading() as session:
            unchecked = session.scalars(
                select(Installation.public_id).where(Installation.state == "unchecked")
            ).one()
            employment = session.scalars(select(Employment.id)).one()
            certificate = session.scalars(select(Certificate.id)).one()
            customer = session.scalars(
                select(Customer.id).where(Customer.farm_id == self.farm.id)
            ).one()
        dealer = f"/parties/dealers/{self.dealer.public_id}"
        mechanic = f"/parties/mechanics/{self.mechanic.public_id}"
        farm = f"/parties/farms/{self.farm.public_id}"
        one = f"/sites/installations/{self.installation.public_id}"
        certificates = f"/certification/mechanics/{self.mechanic.public_id}/certificates"
        moving = f"target={self.target.public_id}&on=2024-02-01&which=chosen"
        return [
            *("/parties/dealers/", "/parties/dealers/new", dealer, f"{dealer}/edit"),
            *(f"{dealer}/move", f"{dealer}/move/preview?{moving}&farms={self.farm.public_id}"),
            *("/parties/mechanics/", "/parties/mechanics/new", mechanic, f"{mechanic}/edit"),
            *(f"{mechanic}/employments/new", f"{mechanic}/employments/{employment}"),
            *(f"{certificates}/new", f"{certificates}/{certificate}"),
            *(
                "/parties/farms/?q=veenstra&state=active",
                "/parties/farms/new",
                farm,
                f"{farm}/edit",
            ),
            *(f"{farm}/identifiers", f"{farm}/dealers", f"{farm}/dealers/{customer}/end"),
            *(f"{farm}/merge", f"{farm}/merge/{self.double.public_id}"),
            *("/sites/", "/sites/?due=late", one, f"/sites/installations/{unchecked}"),
            *(f"{one}/configure", f"{one}/edit", f"{one}/cease"),
            *(
                f"/sites/{self.site.public_id}/edit",
                f"/sites/{self.site.public_id}/new-installation",
            ),
            f"/sites/farms/{self.farm.public_id}/new-site",
            *("/search", "/search?q=ve", "/search?q=zzz"),
        ]


@pytest.fixture
def scene(foundation: Foundation) -> Scene:
    return Scene(foundation)


def complaints(page: Page, address: str) -> list[str]:
    """What is wrong with a page as it is shown."""
    answer = page.goto(address)
    assert answer is not None
    found = [] if answer.status == 200 else [f"{address}: {answer.status}"]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        found.append(f"{address} scrolls sideways by {wide}")
    wrong = Axe().run(page).response["violations"]
    return found + [f"{address}: {one['id']} {one['nodes'][0]['html'][:100]}" for one in wrong]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
def test_every_page_is_sound(
    scene: Scene, context: BrowserContext, sign_in: Callable[[Actor], Page], size: tuple[int, int]
) -> None:
    page = sign_in(scene.foundation.user(Role.OFFICE))
    page.set_viewport_size({"width": size[0], "height": size[1]})
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    found = [one for address in scene.pages() for one in complaints(page, address)]
    assert found + said == []


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
    assert Axe().run(page).response["violations"] == []
