"""Sites of farms taken over, known by key or by address."""

from __future__ import annotations

import pytest

from tests.services.imports.taking import LINES, Register

HEAD = "kenmerk;bedrijf;straat;postcode;plaats"


def take(register: Register, *lines: str) -> list[tuple[int, str, str]]:
    return register.take("sites", "\n".join((HEAD, *lines))).found


@pytest.fixture
def with_farms(register: Register) -> Register:
    register.take("farms", "kenmerk;naam\nR-1;Hoekstra\nR-2;De Wilgen")
    return register


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("S;R-9;Hemdijk 4;8601 XA;Sneek", "bedrijf", "imports.farm_unknown"),
        ("S;R-1;Hemdijk 4;8601;Sneek", "postcode", "parties.postcode_invalid"),
        ("S;R-1;Hemdijk 4;8601 XA;", "plaats", "imports.cell_empty"),
        ("S;R-1;Hemdijk 4;8601 XA;" + "p" * 300, "plaats", "imports.text_long"),
    ],
)
def test_a_bad_cell_is_named(with_farms: Register, line: str, column: str, code: str) -> None:
    assert take(with_farms, line) == [(2, column, code)]
    assert with_farms.counts()["site"] == 0


def test_the_same_address_again_is_the_same_site(with_farms: Register) -> None:
    line = ";R-1;Hemdijk 4;8601 XA;Sneek"
    found = take(with_farms, line, line)
    assert found == [(3, "", "imports.line_twice")]
    assert take(with_farms, line) == []
    assert with_farms.take("sites", f"{HEAD}\n;R-1;hemdijk 4;8601xa;SNEEK").counts == (0, 1, 0)
    assert with_farms.counts()["site"] == 1


def test_two_keys_at_one_address_are_two_sites(with_farms: Register) -> None:
    assert take(with_farms, "A;R-1;Hemdijk 4;;Sneek", "B;R-1;Hemdijk 4;;Sneek") == []
    assert with_farms.counts()["site"] == 2


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("second", [";R-1;Hemdijk 4;;Sneek", "B;R-1;Hemdijk 4;;Sneek"])
def test_a_site_under_two_names_is_told(
    with_farms: Register, second: str, *, is_known: bool
) -> None:
    first = "A;R-1;Hemdijk 4;;Sneek"
    if is_known:
        take(with_farms, first.replace("A;", ";"))
    told = [(3, "", "imports.line_twice")]
    two = second.startswith("B") and not is_known  # two sites at one address
    assert take(with_farms, first, second) == ([] if two else told)
    assert with_farms.counts()["site"] == (2 if two else is_known)


def test_a_site_stays_with_its_farm(with_farms: Register) -> None:
    take(with_farms, "S;R-1;Hemdijk 4;;Sneek")
    assert take(with_farms, "S;R-2;Hemdijk 4;;Sneek") == [(2, "bedrijf", "imports.site_of_other")]


def test_a_farm_is_found_by_the_place_of_a_new_site(register: Register) -> None:
    register.prepare("sites")
    before = register.counts()["search_term"]
    assert register.take("sites", LINES["sites"]).counts == (1, 0, 0)
    assert register.counts()["search_term"] > before


def test_what_a_faulty_line_names_is_looked_up_all_the_same(with_farms: Register) -> None:
    assert take(with_farms, "S;R-9;Hemdijk 4;8601 XA;") == [
        (2, "plaats", "imports.cell_empty"),
        (2, "bedrijf", "imports.farm_unknown"),
    ]
