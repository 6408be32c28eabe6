"""Farms taken over, known by key or by any of their numbers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.imports import Reference
from models.parties import Customer, FarmIdentifier
from tests.services.imports.taking import Register

HEAD = "kenmerk;naam;ubn;kvk;kbo;gestopt_op;dealers"
HOEKSTRA = "R-1;Maatschap Hoekstra;1234567;12345678;;;"


def take(register: Register, *lines: str) -> list[tuple[int, str, str]]:
    return register.take("farms", "\n".join((HEAD, *lines))).found


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (";Hoekstra;;;;;", "kenmerk", "imports.farm_nameless"),
        ("R-1;Hoekstra;12345678;;;;", "ubn", "parties.ubn_invalid"),
        ("R-1;Hoekstra;;1234567;;;", "kvk", "parties.kvk_invalid"),
        ("R-1;Hoekstra;;;0403.019.262;;", "kbo", "parties.kbo_mistyped"),
        ("R-1;Hoekstra;;;;;118", "dealers", "imports.dealer_unknown"),
        ("R-1;Hoekstra;;;;30-02-2020;", "gestopt_op", "imports.day_unreadable"),
        ("R-1;" + "n" * 300 + ";;;;;", "naam", "imports.text_long"),
        ("x" * 41 + ";Hoekstra;;;;;", "kenmerk", "imports.text_long"),
    ],
)
def test_a_bad_cell_is_named(register: Register, line: str, column: str, code: str) -> None:
    assert (2, column, code) in take(register, line)
    assert register.counts()["farm"] == 0


def test_a_number_on_two_lines(register: Register) -> None:
    found = take(register, HOEKSTRA, "R-2;De Wilgen;UBN 1234567;;;;")
    assert found == [(3, "ubn", "imports.number_twice")]


def test_a_known_farm_under_two_names_is_told(register: Register) -> None:
    take(register, HOEKSTRA)
    found = take(register, "R-1;Hoekstra;;;;;", ";Maatschap;;12345678;;;")
    assert (3, "", "imports.line_twice") in found


def test_a_farm_may_have_several_numbers_of_a_kind(register: Register) -> None:
    assert take(register, 'R-1;Hoekstra;"1234567, 7654321";;;;') == []
    assert register.counts()["farm_identifier"] == 2


def test_a_number_of_another_farm_is_a_contradiction(register: Register) -> None:
    take(register, HOEKSTRA, "R-2;De Wilgen;7654321;;;;")
    assert take(register, "R-2;De Wilgen;1234567;;;;") == [(2, "ubn", "parties.identifier_taken")]
    found = take(register, ';Wie?;"1234567, 7654321";;;;')
    assert [code for _, _, code in found][:1] == ["imports.numbers_of_several"]


def test_a_farm_is_found_by_a_number_and_gets_its_key(register: Register) -> None:
    take(register, ";Hoekstra;1234567;;;;")
    taken = register.take("farms", f"{HEAD}\n{HOEKSTRA}")
    assert taken.counts == (0, 1, 0)
    assert taken.changes == [
        (2, "naam", "was: Hoekstra; wordt: Maatschap Hoekstra"),
        (2, "kenmerk", "was: leeg; wordt: R-1"),
        (2, "kvk", "erbij: 12345678"),
    ]
    with register.database.reading() as session:
        assert session.execute(select(Reference.reference)).scalars().all() == ["R-1"]
        assert len(session.execute(select(FarmIdentifier)).all()) == 2
    assert register.take("farms", f"{HEAD}\n{HOEKSTRA}").counts == (0, 0, 1)


def test_another_key_for_a_known_farm_is_a_contradiction(register: Register) -> None:
    take(register, HOEKSTRA)
    found = take(register, HOEKSTRA.replace("R-1", "R-9"))
    assert found == [(2, "kenmerk", "imports.reference_other")]


def test_it_becomes_a_customer_of_its_dealers_and_is_found(register: Register) -> None:
    register.take("dealers", "nummer;naam\n118;Boersma\n119;De Jong")
    assert take(register, 'R-1;Hoekstra;1234567;;;;"118, 119"') == []
    with register.database.reading() as session:
        assert len(session.execute(select(Customer)).all()) == 2
    assert register.counts()["search_term"] > 2


def test_a_dealer_is_told_as_added(register: Register) -> None:
    register.take("dealers", "nummer;naam\n118;Boersma\n119;De Jong")
    take(register, "R-1;Hoekstra;1234567;;;;118")
    taken = register.take("farms", f'{HEAD}\nR-1;Hoekstra;1234567;;;;"118, 119"')
    assert taken.changes == [(2, "dealers", "erbij: 119")]


def test_what_a_faulty_line_names_is_looked_up_all_the_same(register: Register) -> None:
    register.take("dealers", "nummer;naam\n118;Boersma")
    found = take(register, 'R-1;;1234567;;;;"118, 120"')
    assert found == [(2, "naam", "imports.cell_empty"), (2, "dealers", "imports.dealer_unknown")]


@pytest.mark.parametrize("line", ["Totaal;;25300;;;;", ";TOTAAL;25300;;;;", "Subtotaal;x;;;;;"])
def test_a_line_of_totals_is_no_farm(register: Register, line: str) -> None:
    assert take(register, HOEKSTRA, line) == [(3, "", "imports.total_row")]
    assert take(register, "R-3;Totaal Vee;;;;;") == []
