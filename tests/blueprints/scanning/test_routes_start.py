"""What the first page of a visit tells beside the scan field: what is done, what is left to do."""

from __future__ import annotations

import pytest

from kombeheer.rules.accounts import Role
from models.reports import Report
from tests.clients import Browser
from tests.factories import TODAY, number
from tests.field import Field

VISIT = "/scanning/visit"
TO_COMPLETE = "Verslagen aan te vullen"


@pytest.fixture
def browser(field: Field) -> Browser:
    return Browser(field.app, field.actor)


def test_a_visit_ends_with_the_way_to_complete_its_report(field: Field, browser: Browser) -> None:
    here = f"{VISIT}/{field.installation.public_id}"
    done = browser.send(here, here, raw=number(1).digits)
    page = browser.get(done.location).text
    assert f'href="/reports/{field.row(Report).id}/complete"' in page
    assert "Bekijk het verslag" not in page


def test_reports_that_lack_something_are_counted_until_they_do_not(
    field: Field, browser: Browser
) -> None:
    assert TO_COMPLETE not in browser.get(VISIT).text
    here = f"{VISIT}/{field.installation.public_id}"
    browser.send(here, here, raw=number(1).digits)
    page = browser.get(VISIT).text
    assert TO_COMPLETE in page
    assert 'href="/reports/?state=incomplete"' in page
    listed = browser.get("/reports/?state=incomplete").text
    assert listed.count('<th scope="row">') == 1
    report = f"/reports/{field.row(Report).id}"
    browser.send(f"{report}/withdraw", report, scan_token="a")
    assert TO_COMPLETE not in browser.get(VISIT).text


def test_what_the_office_keys_from_paper_is_no_visit_of_today(
    field: Field, browser: Browser
) -> None:
    office = Browser(field.app, field.foundation.user(Role.OFFICE))
    new = "/reports/batches/new"
    batch = office.send(
        new,
        new,
        dealer=str(field.dealer.id),
        received_on=TODAY.isoformat(),
        announced_count="1",
    ).location
    line = {
        "token": "een",
        "service_date": "4-3",
        "mechanic": field.mechanic.number,
        "installation": "wilgen",
        "number": "g",
        "unit_count": "",
        "delivered_on": "010515",
        "wash_start": "72,5",
        "wash_end": "45",
        "placing": "",
        "remark": "Rubriek 1",
        "advice": "",
    }
    assert office.send(batch, batch, **line).status_code == 303
    assert field.row(Report).batch_id is not None
    page = browser.get(VISIT).text
    assert "Nog geen bezoeken." in page
    assert "Maak het laatste ongedaan" not in page
