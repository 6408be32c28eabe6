"""The sites of a farm: within the scope, and indexed with their farm."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE, Actor, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.services.sites import locations
from kombeheer.services.sites.locations import SiteDetails
from models.journal import JournalEntry
from tests.factories import NOW, TODAY, Foundation


def test_a_site_is_registered_and_changed(foundation: Foundation) -> None:
    farm, first = foundation.farm()
    with foundation.database.transaction() as session:
        made = locations.register_site(
            session, MACHINE, farm.id, SiteDetails("Gent", "Kouter 1", "b9000"[1:], "BE"), NOW
        )
        for place in ("Gent", "Gent", "Brugge"):  # the same place is no change
            locations.change_site(
                session, MACHINE, made.id, SiteDetails(place, "Kouter 1", "9000", "BE"), NOW
            )
        assert [site.place for site in locations.sites_of(session, farm.id)] == ["Brugge", "Oudega"]
        entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [(one.action, one.subject_id) for one in entries] == [
        ("sites.site_registered", farm.public_id),
        ("sites.site_changed", farm.public_id),
    ]
    with (
        foundation.database.transaction() as session,
        pytest.raises(Refusal, match=r"parties\.postcode_invalid"),
    ):
        locations.change_site(session, MACHINE, first.id, SiteDetails("Gent", "", "9000"), NOW)


def test_foreign_and_unknown_are_the_same(foundation: Foundation) -> None:
    dealer, (farm, site), (_, foreign) = foundation.dealer(), foundation.farm(), foundation.farm()
    foundation.customer(dealer, farm)
    actor = Actor(1, Role.DEALER, dealer_id=dealer.id)
    with foundation.database.reading() as session:
        assert locations.find_site(session, actor, TODAY, site.public_id) is not None
        for public_id in (foreign.public_id, "nobody"):
            assert locations.find_site(session, actor, TODAY, public_id) is None
