"""Installations: one sticker each, what they were in each period, checked, ceased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.scanning import NewInstallation
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.services.sites import history, installations, registering
from kombeheer.services.sites.installations import Configuration
from models.cases import Case
from models.journal import JournalEntry
from models.sites import Installation, InstallationConfiguration
from tests.factories import NOW, TODAY, Foundation

HERRINGBONE = Configuration(ParlourType.HERRINGBONE, Species.COWS, 24)
ROBOT = Configuration(ParlourType.ROBOT, Species.COWS, 2, box_count=2)
BEGAN, YESTERDAY = date(2020, 1, 1), TODAY - timedelta(days=1)


def add(
    foundation: Foundation, configuration: Configuration = HERRINGBONE, first: date = BEGAN
) -> Installation:
    _, site = foundation.farm()
    with foundation.database.transaction() as session:
        return installations.add_installation(
            session, MACHINE, site, "", configuration, first, TODAY, NOW
        )


def configure(
    foundation: Foundation, row: Installation, configuration: Configuration, first: date
) -> None:
    with foundation.database.transaction() as session:
        installations.configure(session, MACHINE, row.id, configuration, first, TODAY, NOW)


def periods(foundation: Foundation, row: Installation) -> list[tuple[date, date | None, int]]:
    with foundation.database.reading() as session:
        found = history.configurations_of(session, row.id)
        return [(one.from_on, one.until_on, one.unit_count) for one in found]


def actions(foundation: Foundation) -> list[str]:
    with foundation.database.reading() as session:
        return list(session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        (replace(ROBOT, vacuum_pump_count=2), "sites.one_per_box"),
        (replace(ROBOT, cleaning_facility_count=2), "sites.one_per_box"),
        (replace(HERRINGBONE, box_count=1), "sites.boxes_without_robot"),
        (
            replace(HERRINGBONE, delivered_or_renovated_on=TODAY + timedelta(days=1)),
            "sites.day_in_future",
        ),
    ],
)
def test_r42_what_is_no_single_installation_is_refused(
    foundation: Foundation, configuration: Configuration, code: str
) -> None:
    row = add(foundation)
    with pytest.raises(Refusal) as added:
        add(foundation, configuration)
    with pytest.raises(Refusal) as configured:
        configure(foundation, row, configuration, TODAY)
    assert added.value.code == configured.value.code == code
    assert len(periods(foundation, row)) == 1


def test_r42_boxes_that_share_pump_and_cleaner_are_one(foundation: Foundation) -> None:
    row = add(foundation, ROBOT)
    assert row.state == "checked"
    assert periods(foundation, row) == [(BEGAN, None, 2)]


def test_a_change_from_a_day_closes_the_period_before_it(foundation: Foundation) -> None:
    row = add(foundation)
    configure(foundation, row, replace(HERRINGBONE, unit_count=32), YESTERDAY)
    configure(foundation, row, replace(HERRINGBONE, unit_count=40), TODAY)
    assert periods(foundation, row) == [
        (TODAY, None, 40),
        (YESTERDAY, YESTERDAY, 32),
        (BEGAN, YESTERDAY - timedelta(days=1), 24),
    ]
    assert actions(foundation) == ["sites.registered", "sites.configured", "sites.configured"]


def test_the_first_day_of_the_period_itself_corrects_it(foundation: Foundation) -> None:
    row = add(foundation)
    configure(foundation, row, replace(HERRINGBONE, unit_count=26), BEGAN)
    assert periods(foundation, row) == [(BEGAN, None, 26)]
    configure(foundation, row, replace(HERRINGBONE, unit_count=26), TODAY)  # nothing is different
    assert periods(foundation, row) == [(BEGAN, None, 26)]
    assert actions(foundation) == ["sites.registered", "sites.configured"]


def test_days_before_the_period_and_days_to_come_are_refused(foundation: Foundation) -> None:
    row = add(foundation)
    with pytest.raises(Refusal) as refused:
        configure(foundation, row, ROBOT, BEGAN - timedelta(days=1))
    assert refused.value == Refusal(
        "sites.configuration_earlier", day="2019-12-31", from_on="2020-01-01"
    )
    with pytest.raises(Refusal, match=r"sites\.day_in_future"):
        configure(foundation, row, ROBOT, TODAY + timedelta(days=1))
    with pytest.raises(Refusal, match=r"sites\.day_in_future"):
        add(foundation, first=TODAY + timedelta(days=1))


def test_an_installation_stops_after_its_last_service_and_may_go_on(
    foundation: Foundation,
) -> None:
    dealer = foundation.dealer()
    mechanic, row = foundation.mechanic(dealer), add(foundation)
    foundation.report(row, mechanic, dealer, YESTERDAY)
    for day, code in ((YESTERDAY, "sites.serviced_after"), (TODAY, None), (None, None)):
        with foundation.database.transaction() as session:
            if code is not None:
                with pytest.raises(Refusal) as refused:
                    installations.cease(session, MACHINE, row.id, day, NOW)
                assert refused.value.code == code
                continue
            installations.cease(session, MACHINE, row.id, day, NOW)
            assert session.get_one(Installation, row.id).ceased_on == day
    assert actions(foundation) == ["sites.registered", "sites.ceased", "sites.resumed"]


def test_what_the_office_has_seen_is_checked_and_its_case_decided(foundation: Foundation) -> None:
    dealer, office = foundation.dealer(), foundation.user(Role.OFFICE)
    new = NewInstallation("De Wilgen", "Oudega", "robot", "cows", 1)
    with foundation.database.transaction() as session:
        [(number, _, _)] = registering.register_unchecked(
            session, MACHINE, [(new, dealer.id, TODAY)], NOW
        )
    before = len(actions(foundation))
    seen = []
    for _ in range(2):  # a second time nothing changes
        with foundation.database.transaction() as session:
            seen.append(installations.check(session, office, number, "Gezien: klopt", NOW))
    assert seen == [True, False]
    with foundation.database.reading() as session:
        assert session.get_one(Installation, number).state == "checked"
        case = session.scalars(select(Case)).one()
        assert (case.state, case.decision, case.reason, case.decided_by_id) == (
            "decided",
            "accepted",
            "Gezien: klopt",
            office.user_id,
        )
    assert actions(foundation)[before:] == ["sites.checked", "cases.decided"]


def test_an_installation_moves_only_within_its_farm(foundation: Foundation) -> None:
    farm, site = foundation.farm()
    _, foreign = foundation.farm()
    row = foundation.installation(site)
    other = foundation.add(
        type(site)(public_id="other", farm_id=farm.id, place="Joure", created_at=NOW)
    )
    with foundation.database.transaction() as session:
        installations.change_installation(session, MACHINE, row.id, "Robot 2", other, NOW)
    with (
        foundation.database.transaction() as session,
        pytest.raises(Refusal, match=r"sites\.other_farm"),
    ):
        installations.change_installation(session, MACHINE, row.id, "Robot 2", foreign, NOW)
    with foundation.database.reading() as session:
        found = session.get_one(Installation, row.id)
        assert (found.name, found.site_id) == ("Robot 2", other.id)
        kinds = session.scalars(select(InstallationConfiguration.parlour_type)).all()
        assert kinds == ["herringbone"]
