"""What the visit page says while the sticker is still in the hand, and the ways out it gives."""

from __future__ import annotations

import pytest

from kombeheer.rules.accounts import Role
from models.cases import Case
from models.reports import Report
from models.scanning import ScanDecision
from tests.clients import Browser
from tests.factories import number
from tests.field import Field

VISIT = "/scanning/visit"
ABROAD = (
    "De monteur is op do 5 maart 2026 voor dit werk alleen in België gecertificeerd. "
    "Hij mag het doen, maar met een Belgisch verslag en zonder KOM-sticker."
)


@pytest.mark.parametrize("ending", ["sticker", "geen_kom", "kb"])
def test_q17_a_mechanic_certified_in_belgium_is_told_before_he_sticks(
    field: Field, ending: str
) -> None:
    browser = Browser(field.app, field.actor)
    belgian = field.foundation.mechanic(field.dealer, "Bram Maes", country="be")
    settings = "/scanning/settings"
    chosen = {"mechanic": belgian.number, "service_date": "2026-03-05"}
    assert browser.send(settings, settings, **chosen).status_code == 302
    here = f"{VISIT}/{field.installation.public_id}"
    is_stuck = ending == "sticker"
    address = f"{here}/sticker" if is_stuck else here
    fields = {"raw": number(1).digits} if is_stuck else {"ending": ending}
    refused = browser.send(address, here, **fields)
    assert refused.status_code == 422
    assert ABROAD in refused.text
    assert "leg voor aan KOM" in refused.text
    assert field.rows(Report) == []
    assert field.rows(Case) == []
    insisted = browser.send(address, here, **fields, insist="1")
    assert insisted.status_code == 302
    assert "Voorgelegd aan KOM" in browser.get(insisted.location).text
    assert field.row(Case).kind == "scan_waiting"
    assert field.row(ScanDecision, state="waiting").outcome == "queued"
    assert field.rows(Report) == []
    office = Browser(field.app, field.foundation.user(Role.OFFICE))
    assert ABROAD in office.get(f"/cases/{field.row(Case).id}").text
