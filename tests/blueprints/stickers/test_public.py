"""The page behind the QR code: what it answers, on both sides of each day, and what it keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select, update

from kombeheer.rules.accounts import MACHINE, Role
from kombeheer.services.cases import deciding, moving
from models.cases import Case
from models.reports import Report
from models.sites import Installation
from tests.factories import NOW, number
from tests.field import Field, withdrawal


def at(field: Field, day: date) -> None:
    field.clock.moment = datetime.combine(day, time(12), UTC)


def page(field: Field, asked: str, path: str = "/s/") -> str:
    answer = field.app.test_client().get(path + asked)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert answer.status_code in (200, 404)
    return answer.text


def verdict(field: Field, asked: str) -> str:
    """The one word on top."""
    text = page(field, asked)
    return text.partition("<h1>")[2].partition("</h1>")[0]


NUMBER = number(1).digits


def test_a_stuck_sticker_is_valid_until_its_next_service_is_late(field: Field) -> None:
    field.send(field.visit())
    text = page(field, NUMBER)
    assert "<h1>Geldig</h1>" in text
    assert "tot en met vr 5 maart 2027" in text
    assert "visgraat, 24 standen, koeien" in text
    assert "Antwoord van do 5 maart 2026, 10.14.00 uur" in text
    assert "De Wilgen" not in text
    assert "Hoekstra" not in text
    at(field, date(2027, 3, 5))
    assert verdict(field, NUMBER) == "Geldig"
    at(field, date(2027, 3, 6))
    assert verdict(field, NUMBER) == "Verlopen"


def test_a_robot_is_valid_for_six_months(field: Field) -> None:
    mechanic = field.foundation.mechanic(field.dealer, "Sjoerd", modules=("ams",))
    robot = field.foundation.installation(parlour_type="robot", dealer=field.dealer)
    field.send(field.visit(installation=robot.public_id, mechanic=mechanic.number))
    at(field, date(2026, 9, 5))
    assert verdict(field, NUMBER) == "Geldig"
    at(field, date(2026, 9, 6))
    assert verdict(field, NUMBER) == "Verlopen"


@pytest.mark.parametrize("ending", ["sticker", "geen_kom"])
def test_only_the_latest_major_service_counts(field: Field, ending: str) -> None:
    field.send(field.visit(day="2026-03-04"))
    field.send(field.visit(2 if ending == "sticker" else None, ending=ending, sequence=2))
    text = page(field, NUMBER)
    assert "<h1>Niet meer in gebruik</h1>" in text
    assert "geen KOM" not in text.lower()


def repaired(field: Field, serial: int | None, day: str, ending: str = "sticker") -> None:
    """A repair after a visit of KKM, entered as a visit and then told to be one."""
    sequence = 10 + len(field.rows(Report))
    field.send(field.visit(serial, day=day, ending=ending, sequence=sequence))
    with field.foundation.database.transaction() as session:
        last = select(Report.id).order_by(Report.service_date.desc()).limit(1)
        session.execute(
            update(Report).where(Report.id == last.scalar_subquery()).values(kind="repair")
        )


def test_r76_the_sticker_of_a_repair_is_good_until_the_interval_it_belongs_to_ends(
    field: Field,
) -> None:
    field.send(field.visit(None, ending="geen_kom", day="2026-01-05"))
    repaired(field, 2, "2026-03-02")
    text = page(field, number(2).digits)
    assert "<h1>Geldig</h1>" in text
    assert "Goedgekeurd op ma 2 maart 2026." in text
    assert "tot en met di 5 januari 2027" in text
    at(field, date(2027, 1, 5))
    assert verdict(field, number(2).digits) == "Geldig"
    at(field, date(2027, 1, 6))
    assert verdict(field, number(2).digits) == "Verlopen"


def test_r76_a_repair_supersedes_the_sticker_of_the_service(field: Field) -> None:
    field.send(field.visit(day="2026-03-02"))
    repaired(field, 2, "2026-03-04")
    text = page(field, NUMBER)
    assert "<h1>Niet meer in gebruik</h1>" in text
    assert "het laatste herstel" in text
    assert "tot en met di 2 maart 2027" in page(field, number(2).digits)


def test_r38_a_repair_that_ends_in_geen_kom_leaves_no_sticker_valid(field: Field) -> None:
    field.send(field.visit(day="2026-03-02"))
    repaired(field, None, "2026-03-04", "geen_kom")
    assert verdict(field, NUMBER) == "Niet meer in gebruik"


def test_q16_a_repair_alone_counts_from_itself_and_a_service_after_it_from_its_own_day(
    field: Field,
) -> None:
    repaired(field, 2, "2026-03-02")
    assert "tot en met di 2 maart 2027" in page(field, number(2).digits)
    field.send(field.visit(3, day="2026-03-04", sequence=20))
    assert verdict(field, number(2).digits) == "Niet meer in gebruik"
    assert "tot en met do 4 maart 2027" in page(field, number(3).digits)


def test_a_minor_service_changes_nothing(field: Field) -> None:
    field.send(field.visit(day="2026-03-04"))
    field.send(field.visit(None, ending="kb", sequence=2))
    assert verdict(field, NUMBER) == "Geldig"


def test_a_service_that_was_withdrawn_leaves_nothing(field: Field) -> None:
    event = field.visit(day="2026-03-04")
    field.send(event)
    later = field.visit(2, sequence=2)
    field.send(later)
    field.send(withdrawal(later, 3))
    assert verdict(field, NUMBER) == "Geldig"
    field.send(withdrawal(event, 4))
    assert verdict(field, NUMBER) == "Niet in gebruik"


def test_on_an_installation_that_has_stopped_nothing_is_valid(field: Field) -> None:
    field.send(field.visit())
    with field.foundation.database.transaction() as session:
        stop = update(Installation).where(Installation.id == field.installation.id)
        session.execute(stop.values(ceased_on=date(2026, 3, 6)))
    assert verdict(field, NUMBER) == "Geldig"
    at(field, date(2026, 3, 6))
    assert verdict(field, NUMBER) == "Niet in gebruik"


def test_it_is_disputed_only_while_the_office_looks_into_it(field: Field) -> None:
    field.send(field.visit())
    other = field.foundation.installation(dealer=field.dealer)
    field.send(field.visit(installation=other.public_id, sequence=2))
    case = field.row(Case, kind="sticker_claimed_twice")
    assert verdict(field, NUMBER) == "Geldig"
    with field.foundation.database.transaction() as session:
        moving.open_case(session, MACHINE, case.id, NOW)
    text = page(field, NUMBER)
    assert "<h1>Betwist</h1>" in text
    assert "do 5 maart 2026" in text
    assert "uiterlijk do 19 maart 2026" in text
    office = field.foundation.user(Role.OFFICE)
    with field.foundation.database.transaction() as session:
        deciding.decide(session, office, case.id, accept=False, reason="misscan", now=NOW)
    assert verdict(field, NUMBER) == "Geldig"


@pytest.mark.parametrize(
    ("asked", "expected", "status"),
    [
        (number(50).digits, "Niet in gebruik", 200),
        (number(812_345).digits, "Onbekend", 404),
        ("2600123422", "Nummer klopt niet", 404),
        ("26-001234-22", "Nummer klopt niet", 404),
        ("1234567", "Onbekend", 404),
        ("abc", "Geen stickernummer", 404),
        ("1%00", "Geen stickernummer", 404),
        ("9" * 400, "Geen stickernummer", 404),
    ],
)
def test_what_is_not_on_an_installation(
    field: Field, asked: str, expected: str, status: int
) -> None:
    assert verdict(field, asked) == expected
    assert field.app.test_client().get(f"/s/{asked}").status_code == status


def test_dashes_and_capitals_lead_to_the_same_answer(field: Field) -> None:
    for asked in (NUMBER, number(1).printed):
        for path in ("/s/", "/S/"):
            assert "<h1>Niet in gebruik</h1>" in page(field, asked, path)


def test_wrong_digits_come_back_to_be_mended(field: Field) -> None:
    text = page(field, "26-001234-22")
    assert 'class="plate wrong"' in text
    assert 'value="2600123422"' in text


def test_the_form_leads_to_the_number(field: Field) -> None:
    client = field.app.test_client()
    assert "<form" in page(field, "")
    answer = client.get("/s/", query_string={"n": number(1).printed})
    assert (answer.status_code, answer.location) == (302, f"/s/{NUMBER}")
    assert "<h1>Geen stickernummer</h1>" in page(field, "?n=<b>x")
    assert "&lt;b&gt;x" in page(field, "?n=<b>x")


def test_old_numbers_that_two_series_share_are_not_guessed(field: Field) -> None:
    foundation = field.foundation
    for code in ("oud01", "oud02"):
        series = foundation.series(code, legacy_width=7)
        foundation.stickers(series, field.dealer, 1, 5)
    assert verdict(field, "0000001") == "Niet in gebruik"
