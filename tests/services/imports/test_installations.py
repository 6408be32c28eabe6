"""Installations taken over with what they were from when on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models.sites import InstallationConfiguration
from tests.services.imports.taking import Register

HEAD = "kenmerk;locatie;naam;staltype;diersoort;standen;boxen;vacuumpompen;vanaf;gestopt_op"
LINE = "I;R-1-1;;visgraat;koeien;24;;;14-05-2012;"


@pytest.fixture
def with_site(register: Register) -> Register:
    return register.prepare("installations")


def take(register: Register, *lines: str) -> list[tuple[int, str, str]]:
    return register.take("installations", "\n".join((HEAD, *lines))).found


@pytest.mark.parametrize(
    ("before", "after", "column", "code"),
    [
        ("R-1-1", "R-9", "locatie", "imports.site_unknown"),
        ("visgraat", "carrousel", "staltype", "imports.word_unknown"),
        ("koeien", "paarden", "diersoort", "imports.word_unknown"),
        ("24", "0", "standen", "imports.count_outside"),
        ("24", "201", "standen", "imports.count_outside"),
        ("24", "24,5", "standen", "imports.count_unreadable"),
        ("14-05-2012", "30-02-2012", "vanaf", "imports.day_unreadable"),
        ("14-05-2012", "06-03-2026", "vanaf", "sites.day_in_future"),
        ("24;;", "24;3;", "vanaf", "sites.boxes_without_robot"),
        ("2012;", "2012;13-05-2012", "gestopt_op", "imports.ceased_before"),
    ],
)
def test_a_bad_cell_is_named(
    with_site: Register, before: str, after: str, column: str, code: str
) -> None:
    assert (2, column, code) in take(with_site, LINE.replace(before, after, 1))
    assert with_site.counts()["installation"] == 0


@pytest.mark.parametrize("is_known", [False, True])
def test_an_installation_under_two_names_is_told(with_site: Register, *, is_known: bool) -> None:
    if is_known:
        assert take(with_site, LINE) == []
    found = take(with_site, LINE.replace("24", "10"), LINE.replace("I;", ";").replace("24", "12"))
    assert (3, "", "imports.line_twice") in found
    assert with_site.counts()["installation"] == is_known


def test_boxes_with_pumps_of_their_own_are_several_installations(with_site: Register) -> None:
    line = "I;R-1-1;;robot;koeien;3;3;3;14-05-2012;"
    assert take(with_site, line) == [(2, "vanaf", "sites.one_per_box")]
    assert take(with_site, line.replace("3;3;3", "3;3;1")) == []


def periods(register: Register) -> list[tuple[date, date | None, str]]:
    row = InstallationConfiguration
    with register.database.reading() as session:
        found = session.execute(
            select(row.from_on, row.until_on, row.parlour_type).order_by(row.from_on)
        )
        return [tuple(one) for one in found]


def test_what_it_was_lasts_until_the_day_before_the_next(with_site: Register) -> None:
    robot = "I;R-1-1;;robot;koeien;1;1;;01-01-2020;"
    assert take(with_site, LINE, robot) == []
    assert periods(with_site) == [
        (date(2012, 5, 14), date(2019, 12, 31), "herringbone"),
        (date(2020, 1, 1), None, "robot"),
    ]
    again = with_site.take("installations", "\n".join((HEAD, LINE, robot)))
    assert again.counts == (0, 0, 1)


def test_lines_of_one_installation_go_forward(with_site: Register) -> None:
    robot = "I;R-1-1;;robot;koeien;1;1;;14-05-2012;"
    assert take(with_site, LINE, robot) == [(3, "vanaf", "imports.days_backward")]


def test_a_newer_file_shows_a_renovation_and_the_end(with_site: Register) -> None:
    take(with_site, LINE)
    newer = "I;R-1-1;Oude stal;visgraat;koeien;32;;;14-05-2012;31-12-2025"
    taken = with_site.take("installations", f"{HEAD}\n{newer}")
    assert taken.changes == [
        (2, "naam", "was: leeg; wordt: Oude stal"),
        (2, "gestopt_op", "was: leeg; wordt: 31-12-2025"),
        (2, "standen", "was: 24; wordt: 32"),
    ]
    assert with_site.take("installations", f"{HEAD}\n{newer}").counts == (0, 0, 1)


def test_what_it_was_before_cannot_be_changed_afterwards(with_site: Register) -> None:
    take(with_site, LINE)
    older = "I;R-1-1;;grupstal;koeien;12;;;01-01-2000;"
    assert take(with_site, older, LINE) == [(2, "vanaf", "sites.configuration_earlier")]
    assert len(periods(with_site)) == 1


def test_several_on_one_site_are_told_apart_by_name(with_site: Register) -> None:
    line = ";R-1-1;{};visgraat;koeien;24;;;14-05-2012;"
    assert take(with_site, line.format("Links"), line.format("Rechts")) == []
    assert with_site.counts()["installation"] == 2
    assert take(with_site, line.format("links"), line.format("links")) == [
        (3, "vanaf", "imports.days_backward")
    ]


def test_another_site_of_its_farm_is_told_with_the_one_before(with_site: Register) -> None:
    with_site.take("sites", "kenmerk;bedrijf;straat;plaats\nR-1-2;R-1;Hemdijk 9;Sneek")
    take(with_site, LINE)
    taken = with_site.take("installations", f"{HEAD}\n{LINE.replace('R-1-1', 'R-1-2')}")
    assert taken.changes == [(2, "locatie", "was: R-1-1; wordt: R-1-2")]


def test_a_period_that_begins_later_is_told_as_added(with_site: Register) -> None:
    take(with_site, LINE)
    robot = "I;R-1-1;;robot;koeien;1;1;;01-01-2020;"
    taken = with_site.take("installations", "\n".join((HEAD, LINE, robot)))
    assert taken.changes == [(3, "vanaf", "erbij: 01-01-2020")]


def test_what_a_faulty_line_names_is_looked_up_all_the_same(with_site: Register) -> None:
    faulty = LINE.replace("R-1-1", "R-9").replace("visgraat", "stal")
    codes = {code for _, _, code in take(with_site, faulty)}
    assert codes == {"imports.word_unknown", "imports.site_unknown"}
