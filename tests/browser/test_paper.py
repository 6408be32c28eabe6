"""A stack of paper keyed by nothing but the keyboard, and how many keys that takes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kombeheer.clock import now_utc, today
from kombeheer.rules.accounts import Actor, Role
from kombeheer.services.reports import batches
from models.parties import Mechanic
from models.reports import Report, ReportDetail
from models.sites import InstallationConfiguration
from models.stickers import Sticker
from tests.browser import soundness
from tests.factories import Foundation, number

pytestmark = pytest.mark.browser
SignIn = Callable[[Actor], Page]
YEAR, LAST_YEAR = f"{today():%y}", f"{today().year - 1 - 2000:02d}"
SHEETS = 100
KEYS_MAX = 12  # of a report, beyond the values themselves
SCANNER_MS = 4


@dataclass
class Keyboard:
    """Types values as they stand on the sheet, and counts every other key."""

    page: Page
    keys: int = 0
    counts: list[int] = field(default_factory=list)

    def value(self, text: str) -> None:
        self.page.keyboard.type(text, delay=SCANNER_MS)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.keys += 1

    def enter(self, text: str) -> None:
        """A value and the Enter behind it, which a scanner sends as well."""
        self.value(text)
        self.press("Enter")

    def finished(self) -> None:
        self.counts.append(self.keys)
        self.keys = 0


@dataclass(frozen=True)
class Paper:
    """What stands on one sheet; empty is what is printed there already, or nothing at all."""

    day: date
    mechanic: str
    previous: str
    mark: str
    units: str = ""
    delivered: str = ""
    start: str = "72,5"
    end: str = "45"
    remark: str = ""
    advice: str = ""


@pytest.fixture
def office(foundation: Foundation) -> SimpleNamespace:
    """A dealer with two mechanics and a hundred farms that all have last year's sticker."""
    dealer = foundation.dealer()
    mechanics = [foundation.mechanic(dealer, name) for name in ("Jelle de Boer", "Siets Vis")]
    old, new = foundation.series(LAST_YEAR), foundation.series(YEAR)
    foundation.stickers(old, dealer, 1, SHEETS)
    foundation.stickers(new, dealer, 1, SHEETS)
    installations = []
    for serial in range(1, SHEETS + 1):
        farm, site = foundation.farm(f"Maatschap {serial}", "Oudega")
        foundation.customer(dealer, farm)
        installations.append(foundation.installation(site).id)
    with foundation.database.transaction() as session:
        for configuration in session.scalars(select(InstallationConfiguration)):
            if configuration.installation_id % 3:
                configuration.delivered_or_renovated_on = date(2012, 6, 1)
    for serial, installation_id in enumerate(installations, 1):
        place = (f"dealer:{dealer.id}", f"applied:{installation_id}", dealer)
        on = date(today().year - 1, 2, 3)
        foundation.move("apply", old, serial, serial, *place, on=on)  # type: ignore[arg-type]
    actor = foundation.user(Role.OFFICE)
    with foundation.database.transaction() as session:
        made = batches.open_batch(session, actor, dealer.id, today(), SHEETS, now_utc())
        reference = made.reference
    return SimpleNamespace(
        foundation=foundation,
        actor=actor,
        mechanics=mechanics,
        installations=installations,
        reference=reference,
    )


def stack(office: SimpleNamespace) -> list[Paper]:
    """A hundred sheets: most end with a number, some differ from what is on file."""
    first, second = (one.number for one in office.mechanics)
    sheets = []
    for place in range(SHEETS):
        serial = place + 1
        sheets.append(
            Paper(
                day=today() - timedelta(days=20 - place // 8),  # changes every eighth sheet
                mechanic=first if place < 60 else second,
                previous=number(serial, LAST_YEAR).digits,
                mark="g" if place % 10 == 4 else "k" if place % 10 == 7 else "",
                units="20" if place % 25 == 3 else "",
                delivered="" if office.installations[place] % 3 else "010612",
                start="64" if place % 20 == 5 else "72,5",
                remark="te koud" if place % 20 == 5 else "pomp" if place % 10 == 4 else "",
                advice="boiler hoger" if place % 20 == 5 else "",
            )
        )
    return sheets


def key_in(page: Page, keyboard: Keyboard, paper: Paper, before: Paper | None, serial: int) -> None:
    """One sheet, with the keys that a person would use."""
    if before is None or (paper.day, paper.mechanic) != (before.day, before.mechanic):
        if before is not None:
            keyboard.press("Escape")
        keyboard.enter(f"{paper.day:%d%m}" if before is None or paper.day != before.day else "")
        keyboard.enter(
            paper.mechanic if before is None or paper.mechanic != before.mechanic else ""
        )
    keyboard.enter(paper.previous)
    keyboard.enter(paper.mark or number(serial, YEAR).digits)
    if paper.mark != "k":
        keyboard.enter(paper.units)
        keyboard.enter(paper.delivered)
        keyboard.enter(paper.start)
        keyboard.enter(paper.end)
        if not paper.mark:
            keyboard.enter("j")
    keyboard.enter(paper.remark)
    keyboard.enter(paper.advice)
    if paper.units:
        expect(page.locator("[data-store]")).to_be_focused()
        keyboard.press("Enter")


def test_a_hundred_sheets_by_keyboard_alone(
    office: SimpleNamespace, sign_in: SignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    page = sign_in(office.actor)
    said = soundness.console(page)
    page.goto(f"/reports/batches/{office.reference}")
    expect(page.locator("#service_date")).to_be_focused()
    keyboard, before = Keyboard(page), None
    sheets = stack(office)
    begun = time.monotonic()
    for place, paper in enumerate(sheets, 1):
        key_in(page, keyboard, paper, before, place)
        keyboard.finished()
        before = paper
    expect(page.get_by_text("100 van 100")).to_be_visible()
    seconds = time.monotonic() - begun
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Sluit de stapel").press("Enter")
    expect(page.get_by_role("heading", name="Ontvangstbewijs")).to_be_visible()
    with capsys.disabled():
        most, total = max(keyboard.counts), sum(keyboard.counts)
        print(
            f"\n{SHEETS} reports: at most {most}, on average {total / SHEETS:.1f} keystrokes "
            f"beyond the values; {seconds / SHEETS:.2f} s a report"
        )
    assert said == []
    assert max(keyboard.counts) <= KEYS_MAX
    assert_entered(office, sheets)


def assert_entered(office: SimpleNamespace, sheets: list[Paper]) -> None:
    """Each sheet is a report that says what stands on it."""
    with office.foundation.database.reading() as session:
        rows = session.execute(
            select(Report, ReportDetail, Mechanic.number)
            .join(Mechanic, Mechanic.id == Report.mechanic_id)
            .outerjoin(ReportDetail, ReportDetail.report_id == Report.id)
        )
        found = {report.installation_id: (report, detail, who) for report, detail, who in rows}
        stuck = session.scalars(select(Sticker.serial).where(Sticker.account.like("applied:%")))
        assert Counter(stuck).total() == SHEETS + sum(not paper.mark for paper in sheets)
    assert len(found) == SHEETS
    for serial, (installation_id, paper) in enumerate(
        zip(office.installations, sheets, strict=True), 1
    ):
        report, detail, mechanic = found[installation_id]
        ending = {"": "sticker", "g": "geen_kom", "k": "kb"}[paper.mark]
        told = (report.service_date, mechanic, report.ending, report.serial, report.state)
        number_used = serial if ending == "sticker" else None
        assert told == (paper.day, paper.mechanic, ending, number_used, "complete"), serial
        assert report.unit_count == int(paper.units or "24")
        if detail is not None:
            assert str(detail.wash_start).replace(".", ",").removesuffix(",0") == paper.start
            assert detail.delivered_on == date(2012, 6, 1)
            assert (detail.remark, detail.advice) == (paper.remark, paper.advice)


@pytest.fixture
def backend() -> str:
    """One database is enough for what a keyboard does."""
    return "sqlite"


@pytest.fixture
def desk(foundation: Foundation) -> SimpleNamespace:
    """A dealer, one farm with two installations, and a batch of two sheets."""
    dealer, other = foundation.dealer(), foundation.dealer("Janssen Stalservice")
    mechanic = foundation.mechanic(dealer)
    series = foundation.series(YEAR)
    foundation.stickers(series, dealer, 1, 20)
    foundation.stickers(series, other, 101, 110)
    farm, site = foundation.farm("Maatschap Dijkstra")
    foundation.customer(dealer, farm)
    installations = [foundation.installation(site, units=units) for units in (12, 24)]
    actor = foundation.user(Role.OFFICE)
    with foundation.database.transaction() as session:
        reference = batches.open_batch(session, actor, dealer.id, today(), 2, now_utc()).reference
    return SimpleNamespace(
        foundation=foundation,
        actor=actor,
        mechanic=mechanic,
        installations=installations,
        reference=reference,
    )


def begun(desk: SimpleNamespace, page: Page) -> Keyboard:
    """A line with its day, its mechanic and the farm, of which two installations may be meant."""
    page.goto(f"/reports/batches/{desk.reference}")
    expect(page.locator("#service_date")).to_be_focused()
    keyboard = Keyboard(page)
    keyboard.enter(f"{today():%d%m}")
    keyboard.enter(desk.mechanic.number)
    keyboard.enter("dijkstra")
    expect(page.locator("[data-choices] input[type=radio]").first).to_be_focused()
    return keyboard


def chosen(desk: SimpleNamespace, page: Page, key: str) -> Keyboard:
    """A line for which the key has said which of the two installations is meant."""
    keyboard = begun(desk, page)
    keyboard.press(key)
    expect(page.locator("#number")).to_be_focused()
    return keyboard


def test_one_of_two_installations_is_chosen_by_its_key(
    desk: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in(desk.actor)
    keyboard = chosen(desk, page, "2")
    expect(page.locator("#unit_count")).to_have_value("24")
    keyboard.enter("k")
    keyboard.press("Enter", 2)
    expect(page.get_by_role("status").get_by_text("Vastgelegd: Maatschap Dijkstra")).to_be_visible()
    expect(page.locator("#installation")).to_be_focused()
    with desk.foundation.database.reading() as session:
        assert session.scalars(select(Report.installation_id)).one() == desk.installations[1].id


def test_a_number_scanned_at_the_open_choice_chooses_nothing(
    desk: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in(desk.actor)
    keyboard = begun(desk, page)
    scanned = number(7, YEAR).digits
    assert scanned.startswith("2")  # the key of the second installation
    keyboard.enter(scanned)
    expect(page.locator("#number")).to_have_value(scanned)
    expect(page.locator("[data-choices] input:checked")).to_have_count(0)
    expect(page.locator("[data-choices] input[type=radio]")).to_have_count(2)


def test_a_repair_unfolds_its_fields_and_no_other_line_does(
    desk: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in(desk.actor)
    keyboard = chosen(desk, page, "1")
    expect(page.locator("#kkm_visited_on")).to_be_hidden()
    keyboard.enter("h" + number(1, YEAR).digits)
    expect(page.locator("#kkm_visited_on")).to_be_visible()
    for value in ("", "010612", "72,5", "45", "j", "", "tepelvoering vernieuwd"):
        keyboard.enter(value)
    expect(page.locator("#kkm_visited_on")).to_be_focused()
    day = today() - timedelta(days=10)
    for value in (f"{day:%d%m}", f"{today():%d%m}", f"{today():%d%m}"):
        keyboard.enter(value)
    soundness.assert_sound(page)
    keyboard.enter("JdB")
    stored = page.get_by_role("status").get_by_text("Vastgelegd: Maatschap Dijkstra")
    expect(stored).to_be_visible()
    page.wait_for_timeout(500)  # what was typed last is not looked up once more: it is stored
    expect(stored).to_be_visible()
    expect(page.locator("#installation")).to_be_focused()
    expect(page.locator("#kkm_visited_on")).to_be_hidden()
    with desk.foundation.database.reading() as session:
        report = session.scalars(select(Report)).one()
        detail = session.scalars(select(ReportDetail)).one()
        assert (report.kind, report.state) == ("repair", "complete")
        told = (detail.kkm_visited_on, detail.repair_by, detail.stamped_on, detail.stamp_initials)
        assert told == (day, today(), today(), "JdB")


def test_an_objection_is_said_while_typing_and_can_be_laid_before_kom(
    desk: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in(desk.actor)
    keyboard = chosen(desk, page, "1")
    keyboard.enter(number(101, YEAR).digits)
    expect(page.get_by_role("status").get_by_text("Zo kan deze regel niet")).to_be_visible()
    soundness.assert_sound(page)
    page.get_by_role("button", name="maak er een zaak van").press("Enter")
    expect(page.get_by_role("status").get_by_text("Voorgelegd aan KOM.")).to_be_visible()
    expect(page.get_by_text("1 van 2")).to_be_visible()
    with desk.foundation.database.reading() as session:
        assert session.scalars(select(Report.id)).all() == []


def test_without_network_the_line_stays_and_is_stored_once(
    desk: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in(desk.actor)
    keyboard = chosen(desk, page, "1")
    keyboard.enter("k")
    page.context.set_offline(True)
    keyboard.press("Enter", 2)
    expect(page.get_by_role("status").get_by_text("Geen verbinding.")).to_be_visible()
    assert page.locator("#number").input_value() == "k"
    page.context.set_offline(False)
    keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("Vastgelegd: Maatschap Dijkstra")).to_be_visible()
    expect(page.get_by_text("1 van 2")).to_be_visible()
