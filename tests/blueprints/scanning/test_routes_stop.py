"""Several installations of one stop: what a mechanic services at a site on a day is one stop."""

from __future__ import annotations

import pytest

from models.reports import Report
from models.sites import Installation, Site
from tests.clients import Browser
from tests.factories import number
from tests.field import Field

VISIT = "/scanning/visit"


@pytest.fixture
def browser(field: Field) -> Browser:
    return Browser(field.app, field.actor)


def record(browser: Browser, installation: Installation, **fields: str) -> None:
    here = f"{VISIT}/{installation.public_id}"
    assert browser.send(here, here, **fields).status_code == 302


def beside(field: Field) -> Installation:
    """Another installation at the same site."""
    site = field.row(Site, id=field.installation.site_id)
    return field.foundation.installation(site)


def stops(field: Field) -> list[str]:
    return [one.stop for one in sorted(field.rows(Report), key=lambda one: one.recorded_at)]


def test_r42_all_at_one_site_on_one_day_is_one_stop(field: Field, browser: Browser) -> None:
    for serial, installation in enumerate([field.installation, beside(field), beside(field)], 1):
        record(browser, installation, raw=number(serial).digits)
        field.clock.pass_by(minutes=20)
    record(browser, field.installation, ending="kb")
    assert len(stops(field)) == 4
    assert len(set(stops(field))) == 1


def test_r42_another_site_another_day_or_another_mechanic_is_another_stop(
    field: Field, browser: Browser
) -> None:
    record(browser, field.installation, ending="kb")
    farm_id = field.row(Site, id=field.installation.site_id).farm_id
    site = field.foundation.add(
        Site(public_id="elders", farm_id=farm_id, place="Joure", created_at=field.clock.moment)
    )
    record(browser, field.foundation.installation(site), ending="kb")
    settings = "/scanning/settings"
    chosen = {"mechanic": field.mechanic.number, "service_date": "2026-03-04"}
    assert browser.send(settings, settings, **chosen).status_code == 302
    record(browser, field.installation, ending="kb", confirmed="1")
    colleague = field.foundation.mechanic(field.dealer, "Anna Visser")
    chosen["mechanic"] = colleague.number
    assert browser.send(settings, settings, **chosen).status_code == 302
    record(browser, field.installation, ending="kb", confirmed="1")
    assert len(set(stops(field))) == len(stops(field)) == 4
