"""Taking files over in a real browser, from a file with an error to a dealer on his list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from kombeheer.rules.accounts import Actor, Role
from tests.browser.soundness import assert_sound, console
from tests.factories import Foundation

pytestmark = pytest.mark.browser
FAULTY = "nummer;naam;plaats;gestopt_op\n118;Boersma Melktechniek;Joure;30-02-2020\n"


def chosen(text: str) -> FilePayload:
    return {"name": "dealers.csv", "mimeType": "text/csv", "buffer": text.encode()}


def test_a_file_is_tried_mended_and_imported(
    sign_in: Callable[[Actor], Page], foundation: Foundation
) -> None:
    page = sign_in(foundation.user(Role.OFFICE))
    said = console(page)
    page.goto("/imports/")
    assert_sound(page)
    page.get_by_label("Bestand").set_input_files(chosen(FAULTY))
    page.get_by_role("button", name="Proberen").click()
    verdict = page.locator(".verdict h2")
    expect(verdict).to_have_text("1 fout: er is niets overgenomen")
    [line] = page.locator("tbody tr").all()
    expect(line).to_contain_text("gestopt_op")
    expect(line).to_contain_text("30-02-2020 is geen dag die bestaat")
    assert_sound(page)
    page.get_by_role("link", name="Kies het verbeterde bestand").click()
    page.get_by_label("Bestand").set_input_files(chosen(FAULTY.replace("30-02-2020", "")))
    page.get_by_role("button", name="Proberen").click()
    page.get_by_role("button", name="Nu invoeren: 1 nieuw").click()
    expect(verdict).to_have_text("Ingevoerd: 1 nieuw")
    assert_sound(page)
    page.get_by_role("link", name="Bekijk de lijst").click()
    page.wait_for_url("**/parties/dealers/")
    expect(page.get_by_role("link", name="Boersma Melktechniek")).to_be_visible()
    assert said == []
