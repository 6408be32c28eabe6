"""The installation that somebody means: by the number on its wall, or by its farm."""

from __future__ import annotations

import pytest

from kombeheer.rules.accounts import Role
from kombeheer.services.reports.whereabouts import CHOICES_MAX, meant, named
from tests.factories import TODAY, number
from tests.field import Field
from tests.services.reports.desks import Desk


def found(field: Field, typed: str, role: Role = Role.DEALER) -> list[str]:
    actor = field.actor if role is Role.DEALER else field.foundation.user(role)
    with field.foundation.database.reading() as session:
        return [one.public_id for one in meant(session, actor, typed, TODAY)]


def test_the_number_on_the_wall_names_it(field: Field) -> None:
    Desk(field)
    for typed in (number(1).digits, number(1).printed, f"https://kom.example/S/{number(1).digits}"):
        assert found(field, typed) == [field.installation.public_id]
    assert found(field, number(2).digits) == []  # stuck nowhere


def test_a_dealer_finds_his_customers_the_office_all(field: Field) -> None:
    stranger = field.foundation.installation()
    own = field.installation.public_id
    assert found(field, "wilgen") == [own]
    assert set(found(field, "wilgen", Role.OFFICE)) == {own, stranger.public_id}
    assert found(field, "wilgen", Role.READER) == []


@pytest.mark.parametrize("typed", ["", "   ", "niemand", "\x00", "99999999999999", "%"])
def test_nothing_is_found_by_what_names_nothing(field: Field, typed: str) -> None:
    assert found(field, typed) == []


def test_there_are_never_more_than_can_be_chosen_from(field: Field) -> None:
    for _ in range(CHOICES_MAX + 3):
        field.foundation.installation(dealer=field.dealer)
    assert len(found(field, "wilgen")) == CHOICES_MAX


def test_those_that_are_named_come_in_that_order(field: Field) -> None:
    other = field.foundation.installation()
    wanted = [other.public_id, "nergens", field.installation.public_id]
    with field.foundation.database.reading() as session:
        told = [one.public_id for one in named(session, wanted)]
    assert told == [other.public_id, field.installation.public_id]
