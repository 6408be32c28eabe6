"""Who serves a farm reads that a service was done; its number only who did it, and KOM."""

from __future__ import annotations

import re

import pytest

from kombeheer.rules.accounts import Actor, Right, Role
from models.parties import Customer, Dealer
from models.sites import Site
from tests.clients import Browser
from tests.factories import number
from tests.field import Field

PRINTED, DIGITS = number(1).printed, number(1).digits


@pytest.fixture
def other(field: Field) -> Dealer:
    """Another dealer of the same farm, where the first dealer has stuck number 1."""
    made = field.foundation.dealer("Boersma")
    farm_id = field.row(Site, id=field.installation.site_id).farm_id
    field.foundation.add(Customer(dealer_id=made.id, farm_id=farm_id, from_on=field.clock.moment))
    [answer] = field.send(field.visit(1))
    assert answer["outcome"] == "accepted"
    return made


def readers(field: Field, other: Dealer) -> list[tuple[Actor, bool]]:
    make = field.foundation.user
    theirs = field.foundation.mechanic(other, "Anna Visser")
    colleague = field.foundation.mechanic(field.dealer, "Pier Visser")
    return [
        (make(Role.OFFICE), True),
        (make(Role.INSPECTOR), True),
        (make(Role.DEALER, dealer=field.dealer), True),
        (make(Role.MECHANIC, mechanic=colleague), True),
        (make(Role.DEALER, dealer=other), False),
        (make(Role.MECHANIC, mechanic=theirs), False),
    ]


def test_the_number_of_another_dealer_is_not_told(field: Field, other: Dealer) -> None:
    public_id = field.installation.public_id
    for actor, is_told in readers(field, other):
        browser = Browser(field.app, actor)
        page = browser.get(f"/sites/installations/{public_id}")
        assert page.status_code == 200, actor
        assert "Laatste grote beurt op do 5 maart 2026: Goedgekeurd." in page.text, actor
        assert (PRINTED in page.text or DIGITS in page.text) is is_told, actor
        headers = {"Authorization": f"Bearer {field.foundation.token(actor)}"}
        told = field.app.test_client().get("/api/v1/installations", headers=headers)
        [item] = told.json["items"]
        assert item["number"] == (DIGITS if is_told else None), actor
        assert item["due_on"] == "2027-03-05"
        if actor.may(Right.SCANNING_VISIT):
            settings, mechanic = "/scanning/settings", browser.get("/scanning/settings").text
            chosen = re.findall(r'<option[^>]* value="(\d+)"', mechanic)[0]
            browser.send(settings, settings, mechanic=chosen, service_date="2026-03-05")
            step = browser.get(f"/scanning/visit/{public_id}")
            assert "Laatste beurt" in step.text, actor
            assert (PRINTED in step.text) is is_told, actor


def test_a_number_that_is_not_told_is_still_answered_in_public(field: Field, other: Dealer) -> None:
    browser = Browser(field.app, field.foundation.user(Role.DEALER, dealer=other))
    assert "Geldig" in browser.get(f"/s/{DIGITS}").text


def test_the_number_is_told_again_after_a_service_of_ones_own(field: Field, other: Dealer) -> None:
    field.foundation.stickers(field.series, other, 301, 305)
    mechanic = field.foundation.mechanic(other, "Anna Visser")
    theirs = field.phone(dealer=other)
    [answer] = theirs.send(field.visit(301, mechanic=mechanic.number))
    assert answer["outcome"] == "accepted"
    page = f"/sites/installations/{field.installation.public_id}"
    own = Browser(field.app, theirs.actor).get(page).text
    assert number(301).printed in own
    former = Browser(field.app, field.actor).get(page).text
    assert number(301).printed not in former
