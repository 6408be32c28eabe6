"""Lines of paper: stored as a scan and filled in, refused, asked about, or laid before KOM."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kombeheer.rules.accounts import Role
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.reports import Details
from kombeheer.services.cases import deciding
from kombeheer.services.reports import batches, paper, receipts
from kombeheer.services.reports.paper import Entered
from kombeheer.services.reports.places import find_places, place_of
from kombeheer.services.reports.sheets import Sheet
from kombeheer.services.scanning import devices
from models.billing import ChargeRow
from models.cases import Case
from models.parties import FarmIdentifier
from models.reports import Report, ReportDetail
from models.sites import InstallationConfiguration
from models.stickers import Document
from tests.factories import NOW, TODAY, number
from tests.field import Field
from tests.services.reports.desks import FULL

YESTERDAY = date(2026, 3, 4)


class Desk:
    """The office with a stack of the field's dealer that came in today."""

    def __init__(self, field: Field, count: int = 2) -> None:
        self.field, self.database = field, field.foundation.database
        self.office = field.foundation.user(Role.OFFICE)
        self.lines = itertools.count(1)
        with self.database.transaction() as session:
            self.device = devices.register(session, self.office, "balie", NOW).id
            made = batches.open_batch(session, self.office, field.dealer.id, TODAY, count, NOW)
            self.batch_id, self.reference = made.id, made.reference

    def sheet(self, serial: int | None = 1, **more: Any) -> Sheet:
        """A whole line about the field's installation, of yesterday."""
        with self.database.reading() as session:
            public_id = more.pop("installation", self.field.installation.public_id)
            place = place_of(session, public_id, self.field.dealer.id)
        values: dict[str, Any] = {
            "service_date": YESTERDAY,
            "mechanic": self.field.mechanic.number,
            "number": "" if serial is None else number(serial).digits,
            "details": FULL,
        }
        return Sheet(f"line{next(self.lines)}", place=place, **{**values, **more})

    def enter(self, sheet: Sheet, **more: Any) -> Entered:
        with self.database.transaction() as session:
            return paper.enter_line(
                session, self.office, self.device, self.batch_id, sheet, NOW, **more
            )

    def codes(self, sheet: Sheet, **more: Any) -> tuple[list[str], list[str]]:
        """What stands against a line, and what is asked; nothing was stored."""
        before = self.field.sizes()
        entered = self.enter(sheet, **more)
        assert self.field.grown(before) == {}
        assert not entered.is_stored
        looked = entered.looked
        return [one.code for one in looked.against], [one.code for one in looked.asked]

    def question(self, sheet: Sheet) -> str:
        """What a line asks that is looked at and not stored: to be confirmed as it stands."""
        with self.database.reading() as session:
            batch, _ = batches.find_batch(session, self.office, self.reference)
            return paper.look(session, self.office, batch, sheet, NOW).question

    def total(self) -> receipts.Total:
        with self.database.reading() as session:
            batch, _ = batches.find_batch(session, self.office, self.reference)
            return receipts.total_of(session, batch)


def test_a_line_is_a_whole_report_of_its_batch(field: Field) -> None:
    desk = Desk(field)
    entered = desk.enter(desk.sheet(unit_count=24))
    report = field.row(Report)
    assert (entered.report_id, entered.state, entered.completes) == (report.id, "complete", False)
    assert (report.batch_id, report.received_on) == (desk.batch_id, TODAY)
    assert (report.service_date, report.ending) == (YESTERDAY, "sticker")
    assert field.account(1) == f"applied:{field.installation.id}"
    assert field.row(ReportDetail).wash_end == Decimal("45.5")
    assert sum(row.amount_cents for row in field.rows(ChargeRow)) == 3229
    assert field.rows(Case) == []
    total = desk.total()
    assert (total.entered, total.done, total.fits) == (1, 1, False)
    assert (total.unit_count, total.amount_cents) == (24, 3229)


@pytest.mark.parametrize(("mark", "ending"), [("geen KOM", "geen_kom"), ("kb", "kb")])
def test_a_mark_takes_no_number_and_costs_nothing(field: Field, mark: str, ending: str) -> None:
    desk = Desk(field)
    details = Details() if mark == "kb" else replace(FULL, remark="pomp versleten")
    entered = desk.enter(desk.sheet(None, marks=(mark,), details=details))
    assert (entered.state, field.row(Report).ending) == ("complete", ending)
    assert field.account(1) == f"dealer:{field.dealer.id}"
    assert desk.total().amount_cents == 0


def test_a_line_sent_twice_is_stored_once(field: Field) -> None:
    desk = Desk(field)
    sheet = desk.sheet()
    first, second = desk.enter(sheet), desk.enter(sheet)
    assert first.report_id == second.report_id == field.row(Report).id
    assert desk.total().entered == 1


def test_what_the_mechanic_scanned_is_completed_by_its_paper(field: Field) -> None:
    [answer] = field.send(field.visit(1, day="2026-03-04"))
    desk = Desk(field)
    entered = desk.enter(desk.sheet())
    assert (entered.report_id, entered.completes, entered.state) == (
        answer["report"],
        True,
        "complete",
    )
    report = field.row(Report)
    assert (report.batch_id, report.version) == (desk.batch_id, 2)


def test_geen_kom_that_was_scanned_is_completed_too(field: Field) -> None:
    [answer] = field.send(field.visit(None, ending="geen_kom", day="2026-03-04"))
    desk = Desk(field)
    details = replace(FULL, remark="pomp versleten")
    entered = desk.enter(desk.sheet(None, marks=("geen KOM",), details=details))
    assert (entered.report_id, entered.completes) == (answer["report"], True)
    assert field.row(Report).state == "complete"


def test_a_scan_that_says_something_else_is_asked_about(field: Field) -> None:
    field.send(field.visit(1, day="2026-03-05"))
    desk = Desk(field)
    sheet = desk.sheet(unit_count=20)
    assert desk.codes(sheet) == ([], ["reports.paper_day_differs", "reports.paper_differs"])
    question = desk.question(sheet)
    desk.enter(sheet, confirmed=question)
    report = field.row(Report)
    assert (report.service_date, report.unit_count) == (YESTERDAY, 20)
    last = field.row(Document, id=f"{report.id}-2")
    assert last.note == desk.reference


def test_the_same_paper_again_is_told_where_it_is(field: Field) -> None:
    desk = Desk(field)
    desk.enter(desk.sheet())
    against, _ = desk.codes(desk.sheet())
    assert against == ["reports.paper_entered_already"]


@pytest.mark.parametrize(
    ("changes", "against"),
    [
        ({"marks": ("kb",)}, ["reports.two_marks"]),
        ({"number": "", "marks": ("geen KOM", "kb")}, ["reports.two_marks"]),
        ({"service_date": date(2026, 3, 6)}, ["reports.service_after_receipt"]),
        ({"unit_count": 0}, ["reports.units_impossible"]),
        ({"unit_count": 201}, ["reports.units_impossible"]),
        ({"mechanic": "9999"}, ["scanning.mechanic_unknown"]),
        ({"number": "niets"}, ["scanning.unreadable"]),
        ({"number": "2600000199"}, ["stickers.check_digits_wrong"]),
        ({"number": number(5000).digits}, ["stickers.unknown"]),
        ({"details": replace(FULL, delivered_on=TODAY)}, ["reports.delivered_later"]),
        ({"details": replace(FULL, wash_end=Decimal(101))}, ["reports.temperature_impossible"]),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    field: Field, changes: dict[str, Any], against: list[str]
) -> None:
    desk = Desk(field)
    found, _ = desk.codes(desk.sheet(**changes))
    assert [code for code in found if code in against] == against
    assert "reports.two_marks" not in found or found == ["reports.two_marks"]


def test_a_line_without_a_mark_is_refused(field: Field) -> None:
    desk = Desk(field)
    with pytest.raises(Refusal, match=r"reports\.mark_missing"):
        desk.enter(desk.sheet(None))


def test_a_mechanic_of_another_dealer_that_day_is_refused_though_the_number_is_his(
    field: Field,
) -> None:
    other = field.foundation.dealer("Janssen Stalservice")
    mechanic = field.foundation.mechanic(other, "Piet Prins")
    field.foundation.stickers(field.series, other, 201, 210)
    desk = Desk(field)
    sheet = desk.sheet(201, mechanic=mechanic.number)
    assert desk.codes(sheet)[0] == ["reports.mechanic_of_other_dealer"]
    assert desk.codes(sheet, lays=True)[0] == ["reports.mechanic_of_other_dealer"]


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        (date(2026, 3, 2), ["reports.before_the_last"]),
        (date(2026, 3, 3), ["reports.serviced_that_day"]),
        (date(2026, 3, 4), []),
    ],
)
def test_a_date_before_the_last_one_is_asked_about(
    field: Field, day: date, asked: list[str]
) -> None:
    desk = Desk(field)
    details = replace(FULL, remark="pomp versleten")
    first = desk.sheet(None, marks=("geen KOM",), service_date=date(2026, 3, 3), details=details)
    assert desk.enter(first).is_stored
    sheet = desk.sheet(2, service_date=day)
    if not asked:
        assert desk.enter(sheet).is_stored
        return
    assert desk.codes(sheet) == ([], asked)
    question = desk.question(sheet)
    assert desk.codes(sheet, confirmed="iets anders") == ([], asked)
    assert desk.enter(sheet, confirmed=question).is_stored
    assert len(field.rows(Report)) == 2


def test_units_and_delivery_that_differ_are_asked_about_and_become_a_case(field: Field) -> None:
    with field.foundation.database.transaction() as session:
        session.execute(
            select(InstallationConfiguration)
        ).scalar_one().delivered_or_renovated_on = date(2010, 1, 1)
    desk = Desk(field)
    sheet = desk.sheet(unit_count=20)
    assert desk.codes(sheet) == ([], ["reports.units_differ", "reports.delivery_differs"])
    question = desk.question(sheet)
    desk.enter(sheet, confirmed=question)
    assert field.row(Report).unit_count == 20
    assert field.row(Case).kind == "report_contradicts"
    assert desk.total().amount_cents == 2605 + 520


def test_what_the_paper_lacks_is_asked_and_stays_incomplete(field: Field) -> None:
    desk = Desk(field)
    sheet = desk.sheet(details=Details(wash_start=Decimal(60), wash_end=Decimal(50)))
    assert desk.codes(sheet) == (
        [],
        ["reports.needs_delivery_date", "reports.needs_wash_advice", "reports.needs_placing"],
    )


def test_an_objection_is_laid_before_kom_with_all_that_was_typed(field: Field) -> None:
    field.foundation.stickers(field.series, field.dealer, 301, 310, confirmed=False)
    desk = Desk(field)
    sheet = desk.sheet(301, unit_count=20, details=replace(FULL, remark="nieuwe tepelvoeringen"))
    assert desk.codes(sheet)[0] == ["stickers.not_received"]
    entered = desk.enter(sheet, lays=True)
    assert entered.report_id is None
    assert field.rows(Report) == []
    case = field.row(Case)
    assert (case.id, case.dealer_id) == (entered.case_id, field.dealer.id)
    total = desk.total()
    assert (total.entered, total.laid, total.done) == (0, 1, 1)
    with desk.database.transaction() as session:
        deciding.decide(session, desk.office, case.id, accept=True, reason="ligt er wel", now=NOW)
    report = field.row(Report)
    assert (report.batch_id, report.state, report.unit_count) == (desk.batch_id, "complete", 20)
    assert field.row(ReportDetail).remark == "nieuwe tepelvoeringen"
    total = desk.total()
    assert (total.entered, total.laid, total.rejected, total.done) == (1, 0, 0, 1)


def test_q17_a_line_of_a_belgian_mechanic_is_laid_before_kom(field: Field) -> None:
    belgian = field.foundation.mechanic(field.dealer, "Bram Maes", country="be")
    desk = Desk(field)
    sheet = desk.sheet(mechanic=belgian.number)
    assert desk.codes(sheet)[0] == ["certification.certified_abroad"]
    entered = desk.enter(sheet, lays=True)
    assert (entered.report_id, field.row(Case).id) == (None, entered.case_id)
    assert (field.rows(Report), field.rows(ChargeRow)) == ([], [])
    assert field.account(1) == f"dealer:{field.dealer.id}"
    assert (desk.total().entered, desk.total().laid) == (0, 1)


def test_what_kom_sets_aside_was_dealt_with_too(field: Field) -> None:
    desk = Desk(field, count=1)
    entered = desk.enter(desk.sheet(5000), lays=True)
    assert entered.case_id is not None
    with desk.database.transaction() as session:
        deciding.decide(
            session, desk.office, entered.case_id, accept=False, reason="bestaat niet", now=NOW
        )
    total = desk.total()
    assert (total.entered, total.laid, total.rejected, total.fits) == (0, 0, 1, True)


def test_what_can_never_follow_cannot_be_laid(field: Field) -> None:
    desk = Desk(field)
    assert desk.codes(desk.sheet(number="2600000199"), lays=True)[0] == [
        "stickers.check_digits_wrong"
    ]


def test_a_closed_batch_takes_no_lines(field: Field) -> None:
    desk = Desk(field, count=1)
    desk.enter(desk.sheet())
    with desk.database.transaction() as session:
        batches.close_batch(session, desk.office, desk.reference, "", NOW)
    with pytest.raises(Refusal, match=r"reports\.batch_closed"):
        desk.enter(desk.sheet(2))
    with pytest.raises(Refusal, match=r"reports\.batch_closed"):
        take_back(desk, field.row(Report).id)


def take_back(desk: Desk, report_id: str) -> bool:
    with desk.database.transaction() as session:
        return paper.take_back(
            session, desk.office, desk.device, desk.batch_id, report_id, "undo1", NOW
        )


def test_a_line_is_taken_back_with_its_number_and_its_charges(field: Field) -> None:
    desk = Desk(field)
    desk.enter(desk.sheet())
    assert take_back(desk, field.row(Report).id)
    assert field.row(Report).state == "withdrawn"
    assert field.account(1) == f"dealer:{field.dealer.id}"
    total = desk.total()
    assert (total.entered, total.amount_cents) == (0, 0)
    assert desk.enter(desk.sheet()).is_stored


def test_a_scan_leaves_the_batch_and_stays(field: Field) -> None:
    field.send(field.visit(1, day="2026-03-04"))
    desk = Desk(field)
    desk.enter(desk.sheet())
    assert not take_back(desk, field.row(Report).id)
    assert (field.row(Report).state, field.row(Report).batch_id) == ("complete", None)
    assert desk.enter(desk.sheet()).completes
    with desk.database.reading() as session:
        batch, _ = batches.find_batch(session, desk.office, desk.reference)
        assert len(receipts.sheets_of(session, batch)) == 1


def test_a_report_of_another_batch_is_not_taken_back(field: Field) -> None:
    desk, other = Desk(field), Desk(field)
    desk.enter(desk.sheet())
    with pytest.raises(Refusal, match=r"reports\.unknown"):
        take_back(other, field.row(Report).id)


def test_an_installation_is_found_by_number_ubn_and_words(field: Field) -> None:
    desk = Desk(field)
    desk.enter(desk.sheet())
    foundation = field.foundation
    _, site = foundation.farm("Maatschap Dijkstra", "Oudega")
    second = foundation.installation(site)
    foundation.add(FarmIdentifier(farm_id=site.farm_id, kind="ubn", value="NL-1234"))
    with desk.database.reading() as session:

        def found(typed: str) -> list[str]:
            return [one.public_id for one in find_places(session, typed, field.dealer.id)]

        assert found(number(1).digits) == [field.installation.public_id]
        assert found(number(1).printed) == [field.installation.public_id]
        assert found("nl-1234") == [second.public_id]
        assert found("dijk") == [second.public_id]
        assert found("oudega") == [field.installation.public_id, second.public_id]
        for typed in ("niemand", number(2).digits, "2600000199"):
            with pytest.raises(Refusal):
                find_places(session, typed, field.dealer.id)
