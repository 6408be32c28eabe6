"""When services are due on every page where it stands, and the yearly figures."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.rules.calendar import add_months
from kombeheer.rules.sites import Leniency
from kombeheer.services.sites import leniency
from models.sites import Installation
from tests.clients import Browser
from tests.factories import NOW, TODAY, Foundation
from tests.field import Clock

STANDS = [
    (12, 0, "herringbone", "op tijd", "Op tijd", "Volgende grote beurt uiterlijk do 5 maart 2026."),
    (
        *(12, 1, "herringbone", "te laat, gedoogd t/m 4 jun 2026", "Te laat, nog gedoogd"),
        "moest uiterlijk wo 4 maart 2026. KKM gedoogt haar nog tot en met do 4 juni 2026.",
    ),
    (
        *(15, 0, "herringbone", "te laat, gedoogd t/m 5 mrt 2026", "Te laat, nog gedoogd"),
        "KKM gedoogt haar nog tot en met do 5 maart 2026.",
    ),
    (
        *(15, 1, "herringbone", "voorbij de termijn", "Voorbij de termijn"),
        "KKM gedoogde haar tot en met wo 4 maart 2026.",
    ),
    (
        *(6, 1, "robot", "voorbij de termijn", "Voorbij de termijn"),
        "Bij een robot is er geen uitstel.",
    ),
]


class Scene:
    """A dealer whose installations are due at one time or another, and who looks at them."""

    def __init__(self, app: Flask, foundation: Foundation) -> None:
        self.app, self.foundation = app, foundation
        self.dealer = foundation.dealer()
        self.mechanic = foundation.mechanic(self.dealer)
        self.office = Browser(app, foundation.user(Role.OFFICE))
        self.himself = Browser(app, foundation.user(Role.DEALER, dealer=self.dealer))

    def installation(
        self, months: int, days: int = 0, kind: str = "herringbone", ceased_on: date | None = None
    ) -> Installation:
        row = self.foundation.installation(
            dealer=self.dealer, parlour_type=kind, ceased_on=ceased_on
        )
        day = add_months(TODAY, -months) - timedelta(days=days)
        self.foundation.report(row, self.mechanic, self.dealer, day, parlour_type=kind)
        return row

    def lenient(self) -> None:
        with self.foundation.database.transaction() as session:
            agreed = Leniency(TODAY, date(2026, 3, 31), "Mond- en klauwzeer")
            leniency.add_period(session, MACHINE, agreed, "KKM 2026-114", NOW)


@pytest.fixture
def scene(app: Flask, foundation: Foundation, clock: Clock) -> Scene:
    return Scene(app, foundation)


def work(page: str) -> dict[str, tuple[str, str]]:
    """The lines of work on a page: {label: (count, address)}."""
    found = re.findall(
        r'<li><a href="([^"]+)"><span>([^<]+).*?<b>([^<]+)</b>', page.replace("\n", ""), re.DOTALL
    )
    return {label: (count, address.replace("&amp;", "&")) for address, label, count in found}


@pytest.mark.parametrize(("months", "days", "kind", "tag", "title", "words"), STANDS)
def test_r32_how_the_term_stands_is_told_in_words_on_every_page(
    scene: Scene, months: int, days: int, kind: str, tag: str, title: str, words: str
) -> None:
    row = scene.installation(months, days, kind)
    page = f"/sites/installations/{row.public_id}"
    for browser in (scene.office, scene.himself):
        text = browser.get(page).text
        assert f"<h2>{title}</h2>" in text
        assert words in text
        [farm] = set(re.findall(r"/parties/farms/\w+", text))
        for address in (farm, "/sites/"):
            assert tag in browser.get(address).text
    visit = scene.himself.get(f"/scanning/visit/{row.public_id}").text
    assert tag in visit


def test_r33_leniency_says_until_when_and_why(scene: Scene) -> None:
    row = scene.installation(20)
    scene.lenient()
    text = scene.himself.get(f"/sites/installations/{row.public_id}").text
    assert "Te laat, gedoogd door coulance" in text
    assert "Coulance tot en met di 31 maart 2026: Mond- en klauwzeer." in text
    text = scene.himself.get("/sites/").text
    assert "te laat, coulance t/m 31 mrt 2026" in text
    assert "Zolang zij duurt is niemand voorbij de termijn." in text
    text = scene.himself.get(f"/scanning/visit/{row.public_id}").text
    assert "te laat, coulance t/m 31 mrt 2026" in text
    assert "Mond- en klauwzeer" in text
    assert "Geen installatie gevonden" in scene.office.get("/sites/?due=beyond").text


def test_r34_who_will_stop_says_when(scene: Scene) -> None:
    row = scene.installation(20, ceased_on=date(2026, 3, 6))
    text = scene.office.get(f"/sites/installations/{row.public_id}").text
    assert "Voorbij de termijn" in text
    assert "Deze installatie stopt op vr 6 maart 2026." in text
    for address in ("/sites/?due=beyond", "/sites/?shown=stopping"):
        assert "stopt op 6 mrt 2026" in scene.office.get(address).text


def test_each_count_on_a_first_page_opens_its_list(scene: Scene) -> None:
    scene.installation(16)
    scene.installation(16, ceased_on=date(2026, 4, 1))
    scene.installation(13)
    scene.installation(11)
    scene.installation(2)
    foreign = scene.foundation.dealer("Anders")
    scene.foundation.installation(dealer=foreign)
    late = {"Beurt: voorbij de termijn": "2", "Beurt: te laat, gedoogd": "1"}
    soon = {"Beurt: binnen 2 maanden": "1"}
    never = {"Beurt: nog geen beurt": "1"}
    dealer = f"/parties/dealers/{scene.dealer.public_id}"
    for browser, page, expected in (
        (scene.office, "/cases/today", late),
        (scene.himself, "/scanning/visit", late | soon),
        (scene.office, dealer, late | soon),
        (scene.himself, dealer, late | soon),
        (scene.office, "/sites/intervals", late | soon | never),
    ):
        text = browser.get(page).text
        lines = {key: line for key, line in work(text).items() if key.startswith("Beurt: ")}
        assert {key: count for key, (count, _) in lines.items()} == expected, page
        assert "waarvan 1 stopt" in text
        for count, address in lines.values():
            assert f"1 t/m {count} van {count}" in browser.get(address).text, address


def year(scene: Scene) -> None:
    for day in (date(2026, 1, 2), date(2026, 1, 3), date(2026, 3, 2)):
        row = scene.foundation.installation(dealer=scene.dealer)
        for one in (date(2024, 12, 1), day):
            scene.foundation.report(row, scene.mechanic, scene.dealer, one)


def test_r35_the_figures_of_a_year_stand_beside_the_tolerance_they_were_made_with(
    scene: Scene,
) -> None:
    year(scene)
    text = scene.office.get("/sites/intervals").text
    assert "Tijdigheid van beurten in 2026" in text
    assert "0,0\N{NO-BREAK SPACE}% op tijd of bijna" in text
    assert "tot en met 14 dagen na de uiterste dag" in text
    rows = [
        re.sub(r"<[^>]+>|\s+", " ", one) for one in re.findall(r"<tr>.*?</tr>", text, re.DOTALL)
    ]
    told = {" ".join(row.split()) for row in rows}
    space = "\N{NO-BREAK SPACE}"
    assert f"Te laat, gedoogd 2 66,7{space}% – 0".replace(space, " ") in told
    assert f"Voorbij de termijn 1 33,3{space}% – 0".replace(space, " ") in told
    assert f"Niet verteld 3 100,0{space}%".replace(space, " ") in told
    assert 'role="img"' in text
    assert "Nog geen cijfers over 2025" in scene.office.get("/sites/intervals?year=2025").text


@pytest.mark.parametrize("asked", ["", "1999", "2027", "twintig", "٢٠٢٦", "20266", "-1"])
def test_a_year_without_figures_is_the_present_one(scene: Scene, asked: str) -> None:
    year(scene)
    text = scene.office.get(f"/sites/intervals?year={asked}").text
    assert "Tijdigheid van beurten in 2026" in text
    assert "/sites/intervals?year=2025" in text
    assert "/sites/intervals?year=2027" not in text


def test_nothing_registered_yet_says_so(scene: Scene) -> None:
    assert "Nog geen cijfers over 2026" in scene.office.get("/sites/intervals").text
