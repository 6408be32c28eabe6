"""Merge doubles and move farms, seen from a browser: nothing without a preview."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from models.parties import Customer, Dealer, Farm
from tests.clients import Browser
from tests.factories import Foundation


def served(foundation: Foundation, dealer: Dealer) -> set[str]:
    with foundation.database.reading() as session:
        return set(
            session.scalars(
                select(Farm.name)
                .join(Customer, Customer.farm_id == Farm.id)
                .where(Customer.dealer_id == dealer.id, Customer.until_on.is_(None))
            )
        )


def test_a_double_is_merged_after_a_preview_and_leads_on(
    office: Browser, foundation: Foundation
) -> None:
    farm, _ = foundation.farm("De Wilgen")
    double, _ = foundation.farm("Wilgenhoeve")
    choose = f"/parties/farms/{double.public_id}/merge"
    preview = f"{choose}/{farm.public_id}"
    for page in (choose, f"{choose}?q=wilgen"):
        assert preview in office.get(page).text
    assert "Wilgenhoeve (Oudega) gaat op in De Wilgen (Oudega)" in office.get(preview).text
    assert office.get(f"/parties/farms/{double.public_id}").status_code == 200
    answer = office.send(preview, preview)
    assert answer.location == f"/parties/farms/{farm.public_id}"
    page = office.get(answer.location).text
    assert "Wilgenhoeve is hiermee samengevoegd. Wat erbij stond, staat in het dagboek." in page
    old = office.get(f"/parties/farms/{double.public_id}")
    assert (old.status_code, old.location) == (302, answer.location)
    assert "De Wilgen" in office.get("/search?q=wilgenhoeve").text
    assert office.get(preview).status_code == 409
    assert office.get(f"/parties/farms/{farm.public_id}/merge/nobody").status_code == 404


def test_a_double_mechanic_is_merged_after_a_preview_and_leads_on(
    office: Browser, foundation: Foundation
) -> None:
    mechanic = foundation.mechanic(foundation.dealer("Hoekstra"), "Jelle")
    double = foundation.mechanic(None, "Jelle")
    choose = f"/parties/mechanics/{double.public_id}/merge"
    preview = f"{choose}/{mechanic.public_id}"
    for page in (choose, f"{choose}?q=jelle"):
        assert preview in office.get(page).text
    assert "Geen monteur gevonden" in office.get(f"{choose}?q=nergens").text
    told = f"Jelle ({double.number}) gaat op in Jelle ({mechanic.number})"
    assert told in office.get(preview).text
    answer = office.send(preview, preview)
    assert answer.location == f"/parties/mechanics/{mechanic.public_id}"
    page = office.get(answer.location).text
    told = (
        f"Jelle ({double.number}) is hiermee samengevoegd. Wat erbij stond, staat in het dagboek."
    )
    assert told in page
    assert "Een dubbele monteur opgenomen" in page
    old = office.get(f"/parties/mechanics/{double.public_id}")
    assert (old.status_code, old.location) == (302, answer.location)
    assert mechanic.public_id in office.get(f"/search?q={double.number}").text
    assert office.get(preview).status_code == 409


def test_farms_move_after_a_preview(office: Browser, foundation: Foundation) -> None:
    source, target = foundation.dealer("Source"), foundation.dealer("Target")
    farms = [foundation.farm(name)[0] for name in ("Aa", "Bee", "Cee")]
    for farm in farms:
        foundation.customer(source, farm)
    page = f"/parties/dealers/{source.public_id}/move"
    assert "De lijst heeft nu 3 bedrijven." in office.get(page).text
    asked = f"target={target.public_id}&on=2026-03-01&which=chosen&farms={farms[0].public_id}"
    preview = f"{page}/preview?{asked}"
    shown = office.get(preview).text
    assert "1 bedrijf gaat naar Target" in shown
    assert "Vanaf zo 1 maart 2026 bedient Target ze" in shown
    assert served(foundation, target) == set()
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown))
    answer = office.send(page, preview, **form)
    assert answer.location == f"/parties/dealers/{source.public_id}"
    assert "1 bedrijf is verhuisd naar Target." in office.get(answer.location).text
    assert served(foundation, target) == {"Aa"}
    again = office.send(page, preview.replace(farms[0].public_id, farms[1].public_id), **form)
    assert again.status_code == 422  # what was shown has moved already
    assert served(foundation, target) == {"Aa"}


CANNOT: list[tuple[dict[str, Any], str]] = [
    ({"target": ""}, "Kies de dealer die ze overneemt."),
    ({"target": "nobody"}, "Kies de dealer die ze overneemt."),
    ({"on": ""}, "Vul de dag in waarop hij ze overneemt."),
    ({"on": "2026-02-30"}, "geen bestaande dag"),
    ({"on": "2026-03-06"}, "moet nog komen"),
    ({"on": "2024-01-01"}, "Kies een dag daarna"),
    ({"which": "chosen"}, "Vink bedrijven aan"),
    ({"which": "chosen", "farms": "\x00"}, "Vink bedrijven aan"),
    ({"q": "nergens"}, "Vink bedrijven aan"),
]


def test_what_cannot_move_comes_back_with_a_sentence(
    office: Browser, foundation: Foundation
) -> None:
    source, target = foundation.dealer("Source"), foundation.dealer("Target")
    foundation.customer(source, foundation.farm()[0])
    page = f"/parties/dealers/{source.public_id}/move/preview"
    for change, words in CANNOT:
        asked = {"target": target.public_id, "on": "2026-03-01", "which": "every", **change}
        answer = office.client.get(page, query_string=asked)
        assert answer.status_code == 422, change
        assert words in answer.text, change
    assert served(foundation, target) == set()


def test_others_that_came_meanwhile_are_not_moved_along(
    office: Browser, foundation: Foundation
) -> None:
    source, target = foundation.dealer("Source"), foundation.dealer("Target")
    foundation.customer(source, foundation.farm("Aa")[0])
    page = f"/parties/dealers/{source.public_id}/move"
    preview = f"{page}/preview?target={target.public_id}&on=2026-03-01&which=every"
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', office.get(preview).text))
    foundation.customer(source, foundation.farm("Bee")[0])
    answer = office.send(page, preview, **form)
    assert answer.status_code == 422
    assert "U zag 1 bedrijven, maar het zijn er nu 2." in answer.text
    for odd in ("", "x", "-1", "9" * 30):
        assert office.send(page, preview, **{**form, "count": odd}).status_code == 422
    assert served(foundation, target) == set()


@pytest.mark.parametrize("kind", ["farms", "mechanics"])
def test_an_old_preview_does_not_merge_the_one_that_stayed(
    office: Browser, foundation: Foundation, kind: str
) -> None:
    names = ("A", "B", "C")
    if kind == "farms":
        double, stays, third = (foundation.farm(name)[0].public_id for name in names)
    else:
        double, stays, third = (foundation.mechanic(None, name).public_id for name in names)
    old = f"/parties/{kind}/{double}/merge/{third}"
    assert office.get(old).status_code == 200
    now = f"/parties/{kind}/{double}/merge/{stays}"
    assert office.send(now, now).status_code == 302
    answer = office.send(old, f"/parties/{kind}/{third}")
    assert answer.status_code == 409
    assert "samengevoegd" in answer.text
    assert office.get(f"/parties/{kind}/{stays}").status_code == 200
