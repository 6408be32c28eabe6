"""Two at once: of two corrections one wins, and a correction meets a withdrawal and a scan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.services.reports import revising
from kombeheer.services.scanning.deciding import visit_of_report
from models.reports import Report
from tests.factories import NOW, number
from tests.field import Field, withdrawal
from tests.services.reports.desks import FULL, Desk, assert_charged_right, assert_told
from tests.together import Deed, at_once, codes


def correction(desk: Desk, version: int = 1, **wanted: Any) -> Deed:
    """A correction of a version that was looked at before, in the way of a page."""
    _, present = desk.present()
    actor, database = desk.field.actor, desk.field.foundation.database
    wish = replace(present, **wanted)
    return lambda: database.write(
        lambda session: revising.revise(
            session, actor, desk.report_id, version, wish, "nagekeken", NOW
        )
    )


def test_of_two_corrections_one_wins_and_the_other_is_told(field: Field) -> None:
    desk = Desk(field)
    for version, (one, other) in enumerate([(12, 10), (8, 6), (4, 2)], start=1):
        answers = at_once(
            correction(desk, version, unit_count=one), correction(desk, version, unit_count=other)
        )
        refused = [answer for answer in answers if isinstance(answer, Refusal)]
        assert [answer.code for answer in refused] == ["reports.changed_meanwhile"]
        assert (desk.report().version, desk.report().unit_count in (one, other)) == (
            version + 1,
            True,
        )
    assert_charged_right(field)
    assert_told(desk)


def test_a_correction_meets_a_withdrawal(field: Field) -> None:
    """Either the withdrawal comes later and undoes the correction, or nothing is corrected."""
    for place in range(3):
        desk = Desk(field, 10 + place, sequence=20 + place)
        with field.foundation.database.reading() as session:
            scan = visit_of_report(session, desk.report_id)
        corrected, answers = at_once(
            correction(desk, number=number(40 + place).digits),
            lambda scan=scan, place=place: field.send(withdrawal(scan, 30 + place)),
        )
        assert answers[0]["outcome"] == "accepted"
        report = desk.report()
        assert report.state == "withdrawn"
        told = isinstance(corrected, Refusal)
        assert report.version == (2 if told else 3)
        if told:
            assert corrected.code in ("reports.withdrawn", "reports.changed_meanwhile")
        own = f"dealer:{field.dealer.id}"
        assert (field.account(10 + place), field.account(40 + place)) == (own, own)
    assert_charged_right(field)


def test_a_correction_and_a_scan_want_the_same_number(field: Field) -> None:
    other = field.foundation.installation(dealer=field.dealer)
    for place in range(3):
        desk = Desk(field, 10 + place, sequence=20 + place)
        wanted = 40 + place
        visit = field.visit(wanted, installation=other.public_id, sequence=50 + place)
        corrected, answers = at_once(
            correction(desk, number=number(wanted).digits), lambda visit=visit: field.send(visit)
        )
        outcomes = (isinstance(corrected, Refusal), answers[0]["outcome"])
        assert outcomes in [(True, "accepted"), (False, "queued")]
        holders = [row.id for row in field.rows(Report, serial=wanted)]
        assert len(holders) == 1
    assert_charged_right(field)


def test_a_correction_at_a_site_and_a_scan_there_charge_once(field: Field) -> None:
    """The base goes to the one that stays, whoever was first."""
    second = field.foundation.installation(field.foundation.farm("Samen")[1], dealer=field.dealer)
    for place in range(3):
        desk = Desk(field, 10 + place, sequence=20 + place)
        visit = field.visit(40 + place, sequence=50 + place)
        at_once(
            correction(desk, installation=second.public_id), lambda visit=visit: field.send(visit)
        )
        assert_charged_right(field)


def test_two_reports_of_one_site_are_corrected_at_once(field: Field) -> None:
    first, second = Desk(field, 1), Desk(field, 2, sequence=2)
    answers = at_once(correction(first, unit_count=12), correction(second, unit_count=10))
    assert [answer.version for answer in answers] == [2, 2]
    assert_charged_right(field)


def test_completing_and_correcting_at_once_loses_nothing(field: Field) -> None:
    desk = Desk(field)
    answers = at_once(correction(desk, details=FULL), correction(desk, unit_count=12))
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    assert len(desk.versions()) == desk.report().version == 2


@pytest.mark.parametrize("swapped", [False, True])
def test_two_reports_swap_towards_each_other_without_a_deadlock(
    field: Field, swapped: bool
) -> None:
    """Each wants the number of the other: both are told that it is stuck already."""
    other = field.foundation.installation(dealer=field.dealer)
    one, two = Desk(field, 1), Desk(field, 2, sequence=2, installation=other.public_id)
    deeds = [correction(one, number=number(2).digits), correction(two, number=number(1).digits)]
    answers = at_once(*(deeds[::-1] if swapped else deeds))
    assert codes(answers) == ["stickers.already_applied"] * 2
