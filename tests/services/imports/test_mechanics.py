"""Mechanics taken over with employments and certificates; nobody under two numbers."""

from __future__ import annotations

import pytest

from tests.services.imports.taking import Register

HEAD = (
    "nummer;naam;e-mail;dealer;in_dienst_vanaf;in_dienst_tot;certificaat;geldig_vanaf;geldig_tot;"
    "modules"
)
JAN = "1042;Jan de Vries;;118;01-03-2019;;C-1042;01-06-2019;31-12-2027;AMS"


@pytest.fixture
def two_dealers(register: Register) -> Register:
    register.take("dealers", "nummer;naam\n118;Boersma\n119;De Jong")
    return register


def take(register: Register, *lines: str, tries: bool = False) -> list[tuple[int, str, str]]:
    return register.take("mechanics", "\n".join((HEAD, *lines)), tries=tries).found


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("1;Jan;;120;01-03-2019;;;;;", "dealer", "imports.dealer_unknown"),
        ("1;Jan;;118;;;;;;", "in_dienst_vanaf", "imports.employment_incomplete"),
        ("1;Jan;;;01-03-2019;;;;;", "dealer", "imports.employment_incomplete"),
        ("1;Jan;;118;01-03-2019;28-02-2019;;;;", "in_dienst_vanaf", "parties.period_backward"),
        ("1;Jan;;118;30-02-2019;;;;;", "in_dienst_vanaf", "imports.day_unreadable"),
        ("1;Jan;;;;;C-1;;;", "geldig_vanaf", "imports.certificate_incomplete"),
        ("1;Jan;;;;;;01-01-2019;31-12-2019;", "certificaat", "imports.certificate_incomplete"),
        ("1;Jan;;;;;C-1;2019-01-02;2019-01-01;", "geldig_tot", "certification.period_backward"),
        ("1;Jan;;;;;C-1;2019-01-01;2019-01-02;XYZ", "modules", "imports.word_unknown"),
    ],
)
def test_a_bad_cell_is_named(two_dealers: Register, line: str, column: str, code: str) -> None:
    assert (2, column, code) in take(two_dealers, line)
    assert two_dealers.counts()["mechanic"] == 0


def test_two_periods_that_share_a_day_and_two_that_follow(two_dealers: Register) -> None:
    old = "1042;Jan de Vries;;118;01-03-2019;31-12-2024;;;;"
    shares = "1042;Jan de Vries;;119;31-12-2024;;;;;"
    follows = "1042;Jan de Vries;;119;01-01-2025;;;;;"
    found = take(two_dealers, old, shares)
    assert {code for _, _, code in found} == {"parties.employment_overlaps"}
    assert take(two_dealers, old, follows) == []
    assert two_dealers.counts()["employment"] == 2


def test_a_newer_file_ends_an_employment_and_begins_the_next(two_dealers: Register) -> None:
    take(two_dealers, JAN)
    ended = JAN.replace("2019;;C", "2019;31-12-2024;C")
    begun = "1042;Jan de Vries;;119;01-01-2025;;;;;"
    taken = two_dealers.take("mechanics", "\n".join((HEAD, ended, begun)))
    assert (taken.counts, taken.found) == ((0, 1, 0), [])
    assert taken.changes == [
        (2, "dealer", "was: vanaf 01-03-2019; wordt: 118 vanaf 01-03-2019 t/m 31-12-2024"),
        (3, "dealer", "erbij: 119 vanaf 01-01-2025"),
    ]
    assert two_dealers.take("mechanics", "\n".join((HEAD, ended, begun))).counts == (0, 0, 1)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1043;Jan de Vries;;118;01-01-2020;;;;;", "imports.mechanic_twice"),
        ("1043;jan  de vries;;118;01-01-2020;;;;;", "imports.mechanic_twice"),
        ("1043;Jan de Vries;;119;01-01-2020;;;;;", None),
        ("1043;J. de Vries;;118;01-01-2020;;;;;", None),
        ("1043;Piet;;;;;C-1042;01-06-2019;31-12-2027;AMS", "imports.certificate_twice"),
    ],
)
def test_a_mechanic_under_two_numbers_in_one_file(
    two_dealers: Register, line: str, code: str | None
) -> None:
    found = take(two_dealers, JAN, line, tries=True)
    assert [one for _, _, one in found] == ([code] if code else [])


def test_an_address_under_two_numbers(two_dealers: Register) -> None:
    one, other = "1;Jan;jan@kom.example;;;;;;;", "2;Piet;JAN@kom.example;;;;;;;"
    assert take(two_dealers, one, other) == [(3, "e-mail", "imports.mechanic_twice")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1043;Jan de Vries;;118;01-01-2020;;;;;", "imports.mechanic_known"),
        ("1043;JAN  de  Vries;;118;01-01-2020;;;;;", "imports.mechanic_known"),
        ("1043;Piet;;;;;C-1042;01-06-2019;31-12-2027;AMS", "imports.certificate_of_other"),
    ],
)
def test_a_mechanic_who_is_known_under_another_number(
    two_dealers: Register, line: str, code: str
) -> None:
    assert take(two_dealers, JAN) == []
    assert [one for _, _, one in take(two_dealers, line)] == [code]


def test_lines_of_one_mechanic_say_the_same_of_him(two_dealers: Register) -> None:
    other = "1042;Jan de Wit;;;;;C-2;01-06-2019;31-12-2020;"
    assert take(two_dealers, JAN, other) == [(3, "naam", "imports.differs_from_line")]


@pytest.mark.parametrize(
    ("cells", "column", "value", "told"),
    [
        ("C-1042;01-07-2019;31-12-2027;AMS", "geldig_vanaf", "01-07-2019", "01-06-2019"),
        ("C-1042;01-06-2019;31-12-2028;AMS", "geldig_tot", "31-12-2028", "31-12-2027"),
        ("C-1042;01-06-2019;31-12-2027;", "modules", None, "ams"),
    ],
)
def test_a_certificate_that_stands_twice_is_told_where_it_differs(
    two_dealers: Register, cells: str, column: str, value: str | None, told: str
) -> None:
    other = f"1042;Jan de Vries;;;;;{cells}"
    taken = two_dealers.take("mechanics", "\n".join((HEAD, JAN, other)))
    assert taken.found == [(3, column, "imports.differs_from_line")]
    [row] = [row for row in taken.rows if row[0] == 3]
    assert row[3] == value
    assert str(row[4]).startswith(f"Dit is anders dan op regel 2: {told}.")


def test_what_a_faulty_line_names_is_looked_up_all_the_same(two_dealers: Register) -> None:
    found = take(two_dealers, "1;Jan;;120;30-02-2019;;;;;", "2;;;118;;;;;;")
    assert found == [
        (2, "in_dienst_vanaf", "imports.day_unreadable"),
        (2, "dealer", "imports.dealer_unknown"),
        (3, "naam", "imports.cell_empty"),
    ]
