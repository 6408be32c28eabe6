from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from kombeheer.rules.accounts import MACHINE
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import Details, ServiceKind
from kombeheer.rules.scanning import Ending
from kombeheer.rules.sites import ParlourType, Species
from kombeheer.rules.stickers import Account, AccountKind
from kombeheer.services.reports.past import PastReport, store_past
from models.billing import ChargeRow
from models.cases import Case
from models.journal import JournalEntry
from models.parties import Customer, Dealer, Mechanic
from models.reports import Report, ReportDetail
from models.scanning import ScanEvent
from models.sites import Installation
from models.stickers import Document, Movement, Sticker, StickerSeries
from tests.factories import NOW, Foundation
from tests.field import assert_sound
from tests.queries import asked

TOLD = Details(
    delivered_on=date(1998, 5, 1),
    rubrics_comply=True,
    wash_start=Decimal("70.0"),
    wash_end=Decimal("45.5"),
    is_dry=True,
    is_visible=True,
    is_near=True,
)


class Past:
    """A dealer of 2002 with his stickers and one installation, and reports of then."""

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.dealer: Dealer = foundation.dealer()
        self.mechanic: Mechanic = foundation.mechanic(
            self.dealer, certified=(date(2000, 1, 1), date(2004, 1, 1))
        )
        self.series: StickerSeries = foundation.series("02")
        foundation.stickers(self.series, self.dealer)
        self.installation: Installation = foundation.installation(dealer=self.dealer)
        self.count = 0

    def report(self, serial: int | None, day: date = date(2002, 5, 6), **more: Any) -> PastReport:
        self.count += 1
        made = PastReport(
            f"past{self.count}",
            ServiceKind.MAJOR,
            Ending.GEEN_KOM if serial is None else Ending.STICKER,
            day,
            self.installation.site_id,
            self.installation.id,
            ParlourType.HERRINGBONE,
            Species.COWS,
            24,
            self.mechanic.id,
            self.dealer.id,
            None if serial is None else self.series.id,
            serial,
            None if serial is None else Account(AccountKind.DEALER, self.dealer.id),
            day,
            None,
        )
        return replace(made, **more)

    def store(self, *reports: PastReport) -> list[str]:
        """Store them; return the statements that it took."""
        database = self.foundation.database
        with asked(database.writer) as statements, database.transaction() as session:
            store_past(session, MACHINE, NOW, reports)
        return statements

    def rows(self, model: Any, **wanted: Any) -> list[Any]:
        with self.foundation.database.reading() as session:
            return list(session.scalars(select(model).filter_by(**wanted)))

    def charges(self) -> list[tuple[str, str, int]]:
        rows = self.rows(ChargeRow)
        return sorted((row.report_id, row.item, row.amount_cents) for row in rows)


@pytest.fixture
def past(foundation: Foundation) -> Past:
    return Past(foundation)


def test_a_report_of_before_has_its_version_movement_charges_and_customer(past: Past) -> None:
    past.store(past.report(7, details=TOLD))
    [report], [detail] = past.rows(Report), past.rows(ReportDetail)
    assert (report.state, report.version, report.batch_id) == ("complete", 1, None)
    assert (detail.norm, detail.limits_from) == ("iso_1996", date(2002, 1, 1))
    assert detail.template == "MAR-2002"
    [version] = past.rows(Document, id="past1")
    said = json.loads(version.content)
    assert (version.note, version.reference) == ("taken_over", "past1")
    assert (said["serial"], said["wash_end"], said["service_date"]) == (7, "45.5", "2002-05-06")
    [movement] = past.rows(Movement, kind="apply")
    assert (movement.document_id, movement.effective_on) == ("past1", date(2002, 5, 6))
    [sticker] = past.rows(Sticker, serial=7)
    assert sticker.account == f"applied:{past.installation.id}"
    assert past.charges() == [("past1", "base", 1000), ("past1", "surcharge", 1080)]
    assert past.rows(ScanEvent) == past.rows(Case) == []
    assert_sound(past.foundation.database)


def test_nothing_was_charged_before_the_first_tariff_and_nothing_was_marked(past: Past) -> None:
    past.store(past.report(None, date(2001, 12, 31), ending=Ending.UNMARKED))
    [report] = past.rows(Report)
    assert (report.ending, report.state) == ("unmarked", "complete")  # R36: nothing was asked yet
    assert past.charges() == []
    assert_sound(past.foundation.database)


def test_r46_the_levies_of_what_the_dealer_verified_do_not_ask_a_number(past: Past) -> None:
    told = replace(TOLD, jars_verified=12, meters_verified=2, remark="lek")
    past.store(past.report(None, details=told))
    assert past.charges() == [("past1", "jar", 240), ("past1", "meter", 130)]
    assert_sound(past.foundation.database)


def test_r49_what_is_charged_once_is_charged_to_the_first_of_them(past: Past) -> None:
    first, second = past.report(1), past.report(2)
    past.store(first, second)
    past.store(past.report(3))
    base = [told for told in past.charges() if told[1] == "base"]
    assert base == [("past1", "base", 1000)]
    assert_sound(past.foundation.database)


def test_a_customer_of_then_stays_as_he_is_and_a_new_one_begins_with_his_first(past: Past) -> None:
    ended = past.rows(Customer)[0].farm_id
    with past.foundation.database.transaction() as session:
        [known] = session.scalars(select(Customer))
        known.until_on = date(2024, 12, 31)
    other = past.foundation.installation()
    there = {"installation_id": other.id, "site_id": other.site_id}
    past.store(
        past.report(1),
        past.report(2, date(2002, 9, 2), **there),
        past.report(3, date(2002, 3, 4), **there),
    )
    found = {one.farm_id: (one.from_on, one.until_on) for one in past.rows(Customer)}
    assert found.pop(ended) == (date(2024, 1, 1), date(2024, 12, 31))
    assert list(found.values()) == [(date(2002, 3, 4), None)]


def test_a_number_that_is_not_there_stores_nothing(past: Past) -> None:
    elsewhere = Account(AccountKind.MECHANIC, past.mechanic.id)
    with pytest.raises(Refusal, match=r"stickers\.moved_meanwhile"):
        past.store(past.report(2), past.report(1, source=elsewhere))
    assert past.rows(Report) == []
    assert_sound(past.foundation.database)


def test_many_take_as_many_statements_as_few_and_one_line_in_the_journal(past: Past) -> None:
    few = past.store(*(past.report(serial, details=TOLD) for serial in range(1, 11)))
    many = past.store(*(past.report(serial, details=TOLD) for serial in range(11, 61)))
    assert len(many) == len(few)
    with past.foundation.database.reading() as session:
        told = session.execute(
            select(func.count()).where(JournalEntry.action == "reports.taken_over")
        ).scalar_one()
    assert told == 2
    assert_sound(past.foundation.database)


def test_no_report_is_nothing_at_all(past: Past) -> None:
    assert past.store() == []
