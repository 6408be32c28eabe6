"""The journal page, seen from a browser."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from kombeheer.rules.accounts import Actor, Role
from kombeheer.services import journal
from tests.clients import Browser
from tests.factories import NOW, Foundation

JOURNAL = "/journal/"


@pytest.fixture
def office(foundation: Foundation) -> Actor:
    return foundation.user(Role.OFFICE, email="m.postma@kom.example")


def fill(foundation: Foundation, actor: Actor, count: int) -> None:
    changes = [(number, {}, {"name": f"nummer-{number}"}) for number in range(1, count + 1)]
    with foundation.database.transaction() as session:
        journal.record_many(session, actor, NOW, "sites.registered", "installation", changes)


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"naam: nummer-(\d+)", page)]


def test_it_is_leafed_through_by_its_entries(
    app: Flask, foundation: Foundation, office: Actor
) -> None:
    fill(foundation, office, 120)
    browser, only = Browser(app, office), f"{JOURNAL}?about=installation"
    pages, address = [], only
    while address:
        page = browser.get(address).text
        pages.append(shown(page))
        older = re.findall(r'href="([^"]+)" rel="next"', page)
        newer = re.findall(r'href="([^"]+)" rel="prev"', page)
        address = older[0].replace("&amp;", "&") if older else ""
    assert pages == [list(range(120, 70, -1)), list(range(70, 20, -1)), list(range(20, 0, -1))]
    back = browser.get(newer[0].replace("&amp;", "&")).text
    assert shown(back) == pages[1]
    [newest] = re.findall(r'href="([^"]+)">Nieuwste', back)
    assert shown(browser.get(newest).text) == pages[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("about=installation&number=2", [2]),
        ("about=installation&number=4", []),
        ("about=farm", []),
        ("about=nonsense", [3, 2, 1]),
        ("by=m.postma@kom.example", [3, 2, 1]),
        ("by=M.Postma@KOM.example", [3, 2, 1]),
        ("by=niemand@kom.example", []),
        ("by=%00", [3, 2, 1]),
        ("before=nonsense&after=-1", [3, 2, 1]),
        ("before=999999999999999999", [3, 2, 1]),
        ("before=9999999999999999999999", [3, 2, 1]),
        ("before=1", []),
    ],
)
def test_it_is_filtered_by_subject_and_by_actor(
    app: Flask, foundation: Foundation, office: Actor, query: str, expected: list[int]
) -> None:
    fill(foundation, office, 3)
    page = Browser(app, foundation.user(Role.OFFICE)).get(f"{JOURNAL}?{query}")
    assert (page.status_code, shown(page.text)) == (200, expected)


def test_an_entry_tells_who_what_before_and_after(
    app: Flask, foundation: Foundation, office: Actor
) -> None:
    browser, reader = Browser(app, office), foundation.user(Role.READER)
    page = f"/accounts/users/{reader.user_id}"
    browser.send(f"{page}/lock", page)
    text = browser.get(f"{JOURNAL}?about=user").text
    assert "Stand van gebruiker gewijzigd" in text
    assert "stand: Actief → Geblokkeerd" in text
    assert f'<a href="/accounts/users/{office.user_id}">m.postma</a>' in text
    assert f'<a href="{page}">Gebruiker {reader.name}</a>' in text
    assert "KOM-beheer zelf" in text, "what the machine did"


def test_nothing_found_says_so(app: Flask, office: Actor) -> None:
    assert "Niets gevonden" in Browser(app, office).get(f"{JOURNAL}?number=geen").text
