"""Whatever is put in an address or a form of the visit: never a 5xx, and nothing half recorded."""

from __future__ import annotations

import pytest

from kombeheer.rules.accounts import Role
from models.reports import Report
from models.scanning import ScanDecision
from models.sites import Installation
from tests.clients import Browser
from tests.factories import number
from tests.field import Field

VISIT = "/scanning/visit"
ODD = ["a\x00b", "\x1b[31m\u202e", "x" * 5_000, "%'\\{0}", "💧" * 100]


@pytest.fixture
def browser(shared_field: Field) -> Browser:
    return Browser(shared_field.app, shared_field.actor)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd)[:20])
def test_no_odd_text_breaks_a_page_of_the_visit(
    shared_field: Field, browser: Browser, odd: str
) -> None:
    public_id, before = shared_field.installation.public_id, len(shared_field.rows(Installation))
    here = f"{VISIT}/{public_id}"
    for name in ("q", "done"):
        page = browser.client.get(VISIT, query_string={name: odd}, headers=browser.headers)
        assert page.status_code < 500, name
    via = browser.client.get(here, query_string={"via": odd}, headers=browser.headers)
    assert via.status_code < 500
    for address in (f"{VISIT}/{odd}", f"{VISIT}/{odd}/sticker"):
        assert browser.client.get(address, headers=browser.headers).status_code < 500, address
    for address, fields in (
        (VISIT, {"raw": odd}),
        (here, {"raw": odd}),
        (here, {"ending": odd}),
        (f"{here}/sticker", {"raw": odd, "insist": odd}),
        (f"{VISIT}/undo", {"event": odd}),
        ("/scanning/settings", {"mechanic": odd, "service_date": odd}),
        ("/scanning/new-installation", {"farm": odd, "place": odd, "parlour_type": odd}),
    ):
        answer = browser.send(address, here, **fields)
        assert answer.status_code < 500, (address, fields)
    assert len(shared_field.rows(Installation)) == before
    assert shared_field.rows(Report) == []


@pytest.mark.parametrize("unseen", ["\x00", " \x00\x1b ", "\u200b", "\u202e"], ids=ascii)
def test_what_cannot_be_seen_identifies_nothing_and_lists_nobody(
    shared_field: Field, browser: Browser, unseen: str
) -> None:
    answer = browser.send(VISIT, VISIT, raw=unseen)
    assert answer.status_code == 422
    assert "is geen stickernummer. Scan de sticker opnieuw" in answer.text
    searched = browser.client.get(VISIT, query_string={"q": unseen}, headers=browser.headers)
    for page in (answer, searched):
        assert shared_field.installation.public_id not in page.text
    found = browser.client.get(VISIT, query_string={"q": "\x00 "}, headers=browser.headers)
    assert shared_field.installation.public_id not in found.text


@pytest.mark.parametrize("odd", ["a\x00b", "x" * 65, "%'{0}"])
def test_a_page_with_an_odd_token_records_its_visit_once(field: Field, odd: str) -> None:
    browser = Browser(field.app, field.actor)
    here = f"{VISIT}/{field.installation.public_id}"
    for _ in range(2):
        fields = {"raw": number(1).digits, "scan_token": odd}
        assert browser.send(f"{here}/sticker", here, **fields).status_code == 302
    assert field.row(Report).serial == 1
    assert {row.outcome for row in field.rows(ScanDecision)} == {"accepted"}


NEW = {
    "farm": "Hoeve",
    "place": "Oudega",
    "parlour_type": "tandem",
    "species": "cows",
    "unit_count": "8",
    "box_count": "0",
    "vacuum_pump_count": "1",
    "cleaning_facility_count": "1",
}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        pytest.param({}, 302, id="a tandem"),
        pytest.param({"box_count": "2"}, 422, id="a tandem with boxes"),
        pytest.param({"parlour_type": "robot", "box_count": "3"}, 302, id="3 boxes, 1 pump"),
        pytest.param(
            {"parlour_type": "robot", "box_count": "3", "vacuum_pump_count": "2"},
            422,
            id="3 boxes, 2 pumps",
        ),
    ],
)
def test_r42_only_what_is_one_installation_can_be_made_on_the_page(
    field: Field, more: dict[str, str], status: int
) -> None:
    browser = Browser(field.app, field.actor)
    answer = browser.send("/scanning/new-installation", VISIT, **{**NEW, **more})
    assert answer.status_code == status
    assert len(field.rows(Installation)) == (2 if status == 302 else 1)


@pytest.mark.parametrize(
    "event_id",
    [
        pytest.param("", id="none"),
        pytest.param("onzin", id="no uuid"),
        pytest.param("00000000-0000-4000-8000-000000000000", id="unknown"),
        pytest.param("x" * 65, id="too long"),
        pytest.param("a\x00b", id="unseen"),
        pytest.param("%'\\{0}", id="odd"),
    ],
)
def test_an_undo_of_nothing_is_told_and_not_stored(field: Field, event_id: str) -> None:
    browser = Browser(field.app, field.actor)
    before = field.sizes()
    answer = browser.send(f"{VISIT}/undo", VISIT, event=event_id)
    assert answer.location == VISIT
    assert "is bij KOM niet bekend" in browser.get(VISIT).text
    assert field.grown(before) == {}


def test_an_undo_of_another_dealer_s_visit_is_told_and_not_stored(field: Field) -> None:
    visit = field.visit(1)
    field.send(visit)
    stranger = field.foundation.dealer("Boersma")
    field.foundation.mechanic(stranger, "Anna Visser")
    browser = Browser(field.app, field.foundation.user(Role.DEALER, dealer=stranger))
    before = field.sizes()
    browser.send(f"{VISIT}/undo", VISIT, event=visit["id"])
    assert field.grown(before) == {}
    assert field.account(1) == f"applied:{field.installation.id}"


def test_a_visit_by_page_is_undone_by_its_id(field: Field) -> None:
    browser = Browser(field.app, field.actor)
    here = f"{VISIT}/{field.installation.public_id}"
    done = browser.send(here, here, raw=number(1).digits).location
    event_id = done.partition("done=")[2]
    browser.send(f"{VISIT}/undo", done, event=event_id)
    assert "is ongedaan gemaakt" in browser.get(VISIT).text
    assert field.account(1) == f"dealer:{field.dealer.id}"
