"""Where a visit was: by last year's sticker, or an installation made on the spot; its customers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.cases import Case
from models.parties import Customer, Farm
from models.reports import Report
from models.sites import Installation, InstallationConfiguration, Site
from tests.factories import TODAY, number
from tests.field import Field

ROBOT = {"farm": "Mts. Wiersma", "place": "Jorwert", "type": "robot", "units": 1, "boxes": 1}


def at(event: dict[str, Any], **where: Any) -> dict[str, Any]:
    """The same visit, told in another way where it was."""
    del event["visit"]["installation"]
    event["visit"].update(where)
    return event


def certified_for_robots(field: Field) -> str:
    mechanic = field.foundation.mechanic(field.dealer, "Pier Visser", modules=("ams",))
    return str(mechanic.number)


@pytest.mark.parametrize("frame", ["{}", " {}\r\n", "HTTPS://KOM.EXAMPLE/S/{}", "]C0{}"])
def test_last_year_s_sticker_tells_the_installation(field: Field, frame: str) -> None:
    old = field.foundation.series("25")
    field.foundation.stickers(old, field.dealer, 1, 5)
    field.send(field.visit(raw=number(3, "25").digits, day="2025-12-01"))
    event = at(field.visit(1, sequence=2), previous=frame.format(number(3, "25").digits))
    [answer] = field.send(event)
    assert (answer["outcome"], answer["code"]) == ("accepted", None)
    assert field.row(Report, id=answer["report"]).installation_id == field.installation.id


def test_a_sticker_of_this_very_batch_tells_the_installation(field: Field) -> None:
    first = field.visit(1)
    second = at(field.visit(2, sequence=2), previous=number(1).printed)
    assert [one["outcome"] for one in field.send(first, second)] == ["accepted", "accepted"]
    assert field.account(2) == f"applied:{field.installation.id}"


@pytest.mark.parametrize(
    "previous",
    [
        pytest.param(number(50).digits, id="not stuck anywhere"),
        pytest.param(number(999).digits, id="unknown"),
        pytest.param("0001234", id="unknown legacy number"),
        pytest.param("onzin", id="no number"),
        pytest.param("2600000127", id="check digits wrong"),
        pytest.param("\u0662\u0666", id="other digits"),
    ],
)
def test_decisions_0008_an_unknown_previous_number_waits_for_a_person(
    field: Field, previous: str
) -> None:
    [answer] = field.send(at(field.visit(1), previous=previous))
    assert (answer["outcome"], answer["code"]) == ("queued", "scanning.previous_unknown")
    assert previous in answer["message"]
    assert (field.row(Case).kind, field.row(Case).installation_id) == ("scan_waiting", None)
    assert field.account(1) == f"dealer:{field.dealer.id}"


def test_decisions_0008_a_farm_of_another_dealer_is_served_as_meant(field: Field) -> None:
    other = field.foundation.dealer("Boersma")
    installation = field.foundation.installation(dealer=other)
    farm_id = field.row(Site, id=installation.site_id).farm_id
    [answer] = field.send(field.visit(1, installation=installation.public_id))
    assert (answer["outcome"], answer["code"]) == ("accepted", None)
    assert field.account(1) == f"applied:{installation.id}"
    served = field.rows(Customer, farm_id=farm_id)
    assert {(one.dealer_id, one.until_on) for one in served} == {
        (other.id, None),
        (field.dealer.id, None),
    }


def test_a_registered_service_makes_the_farm_a_customer_once(field: Field) -> None:
    installation = field.foundation.installation()
    farm = field.row(Site, id=installation.site_id).farm_id
    events = [
        field.visit(serial, sequence=serial, installation=installation.public_id)
        for serial in (1, 2, 3)
    ]
    assert {one["outcome"] for one in field.send(*events[:2])} == {"accepted"}
    assert {one["outcome"] for one in field.send(events[2])} == {"accepted"}
    customer = field.row(Customer, farm_id=farm)
    assert (customer.dealer_id, customer.from_on, customer.until_on) == (
        field.dealer.id,
        TODAY,
        None,
    )


def test_a_farm_that_another_dealer_served_becomes_a_customer_of_both(field: Field) -> None:
    elsewhere = field.foundation.dealer("Dijkstra Stalbouw")
    installation = field.foundation.installation(dealer=elsewhere)
    field.send(field.visit(None, ending="kb", installation=installation.public_id))
    farm = field.row(Site, id=installation.site_id).farm_id
    assert {one.dealer_id for one in field.rows(Customer, farm_id=farm)} == {
        elsewhere.id,
        field.dealer.id,
    }


def test_a_scan_that_waits_makes_nobody_a_customer(field: Field) -> None:
    installation = field.foundation.installation()
    field.send(field.visit(999, installation=installation.public_id))
    assert field.rows(Customer, farm_id=field.row(Site, id=installation.site_id).farm_id) == []


def test_a_new_installation_is_unchecked_a_case_and_does_not_hold_up_the_visit(
    field: Field,
) -> None:
    mechanic = certified_for_robots(field)
    new = {**ROBOT, "postcode": "9044 MB", "species": "goats"}
    [answer] = field.send(at(field.visit(1, mechanic=mechanic), new_installation=new))
    assert (answer["outcome"], answer["state"]) == ("accepted", "posted")
    report = field.row(Report)
    made = field.row(Installation, id=report.installation_id)
    assert made.state == "unchecked"
    assert field.account(1) == f"applied:{made.id}"
    site = field.row(Site, id=made.site_id)
    assert (site.place, site.postcode) == ("Jorwert", "9044 MB")
    assert field.row(Farm, id=site.farm_id).name == "Mts. Wiersma"
    kind = field.row(InstallationConfiguration, installation_id=made.id)
    assert (kind.parlour_type, kind.species, kind.unit_count, kind.box_count) == (
        "robot",
        "goats",
        1,
        1,
    )
    assert (kind.from_on, kind.until_on) == (TODAY, None)
    assert field.row(Customer, farm_id=site.farm_id).dealer_id == field.dealer.id
    case = field.row(Case)
    assert (case.kind, case.installation_id, case.event_id) == (
        "installation_unchecked",
        made.id,
        None,
    )
    assert case.due_on == TODAY + timedelta(days=14)


def test_a_new_installation_of_a_scan_that_waits_is_registered_all_the_same(field: Field) -> None:
    event = at(field.visit(999), new_installation={**ROBOT, "type": "tandem", "boxes": 0})
    [answer] = field.send(event)
    assert (answer["outcome"], answer["code"]) == ("queued", "stickers.unknown")
    kinds = {case.kind: case.installation_id for case in field.rows(Case)}
    assert set(kinds) == {"installation_unchecked", "scan_waiting"}
    assert len(set(kinds.values())) == 1


def test_a_repeat_of_a_new_installation_makes_no_second_one(field: Field) -> None:
    event = at(field.visit(1), new_installation={**ROBOT, "type": "tandem", "boxes": 0})
    [first] = field.send(event)
    size = field.sizes()
    [again] = field.send(event)
    assert again == {**first, "repeated": True}
    assert field.sizes() == size


@pytest.mark.parametrize("who", ["not employed", "unknown", "other"])
def test_a_new_installation_of_nobody_s_visit_is_not_made_and_waits(field: Field, who: str) -> None:
    """Without a dealer who answers there is nobody whose customer it would be."""
    mechanic = field.foundation.mechanic(
        field.dealer, "Pier Visser", employed_until=TODAY - timedelta(days=1)
    )
    told = {"not employed": mechanic.number, "unknown": "9999", "other": field.mechanic.number}
    event = at(
        field.visit(1, mechanic=told[who]),
        new_installation={**ROBOT, "type": "tandem", "boxes": 0},
    )
    [answer] = field.phone(mechanic=mechanic).send(event)
    expected = {
        "not employed": "stickers.not_yours",
        "unknown": "scanning.mechanic_unknown",
        "other": "scanning.other_mechanic",
    }
    assert answer["outcome"] == "queued"
    assert answer["code"] in {expected[who], "parties.not_employed"}
    case = field.row(Case)
    assert (case.kind, case.installation_id) == ("scan_waiting", None)
    assert len(field.rows(Installation)) == 1


LAYOUTS: list[tuple[str, dict[str, Any], str | None]] = [
    ("1 box", {"boxes": 1}, None),
    ("boxes not told", {"boxes": 0}, None),
    ("3 boxes 1 pump 1 cleaner", {"boxes": 3}, None),
    ("3 boxes 2 pumps", {"boxes": 3, "vacuum_pumps": 2}, "sites.one_per_box"),
    ("3 boxes 2 cleaners", {"boxes": 3, "cleaning_facilities": 2}, "sites.one_per_box"),
    ("a tie-stall", {"type": "tie_stall", "boxes": 0, "vacuum_pumps": 2}, None),
    ("a tie-stall with boxes", {"type": "tie_stall", "boxes": 2}, "sites.boxes_without_robot"),
]


@pytest.mark.parametrize(
    ("more", "code"), [pytest.param(more, code, id=name) for name, more, code in LAYOUTS]
)
def test_r42_only_what_is_one_installation_can_be_made_as_one(
    field: Field, more: dict[str, Any], code: str | None
) -> None:
    mechanic = certified_for_robots(field)
    event = at(field.visit(1, mechanic=mechanic), new_installation={**ROBOT, **more})
    [answer] = field.send(event)
    outcome = "accepted" if code is None else "refused"
    assert (answer["outcome"], answer["code"]) == (outcome, code)
    assert len(field.rows(Installation)) == (2 if code is None else 1)
    if code == "sites.one_per_box":
        assert "3 installaties, elk met een eigen sticker" in answer["message"]


def test_r12_a_new_robot_asks_for_the_module_too(field: Field) -> None:
    [answer] = field.send(at(field.visit(1), new_installation=ROBOT))
    assert (answer["outcome"], answer["code"]) == ("queued", "certification.module_missing")


def test_several_new_installations_in_one_batch_keep_their_own_sticker(field: Field) -> None:
    events = [
        at(
            field.visit(serial, sequence=serial),
            new_installation={**ROBOT, "type": "tandem", "boxes": 0, "units": serial},
        )
        for serial in (3, 1, 2)
    ]
    assert {one["outcome"] for one in field.send(*events)} == {"accepted"}
    for serial in (1, 2, 3):
        installation_id = int(field.account(serial).partition(":")[2])
        kind = field.row(InstallationConfiguration, installation_id=installation_id)
        assert kind.unit_count == serial
