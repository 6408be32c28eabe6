"""Dealers taken over: new, changed, wrong."""

from __future__ import annotations

import pytest

from tests.services.imports.taking import Register

HEAD = "nummer;naam;postcode;land;e-mail;telefoon"


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("118;" + "x" * 300 + ";;;;", "naam", "imports.text_long"),
        ("1234567890123;Boersma;;;;", "nummer", "imports.text_long"),
        ("118;Boersma;85O1 AB;NL;;", "postcode", "parties.postcode_invalid"),
        ("118;Boersma;8501;DE;;", "postcode", "parties.postcode_invalid"),
        ("118;Boersma;;XX;;", "land", "imports.word_unknown"),
        ("118;Boersma;;;geen adres;", "e-mail", "accounts.email_invalid"),
        ("118;Boe\x07rsma;;;;", "naam", "imports.text_unreadable"),
        (";Boersma;;;;", "nummer", "imports.cell_empty"),
        ("1,18;Boersma;;;;", "nummer", "parties.dealer_number_comma"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(
    register: Register, line: str, column: str, code: str
) -> None:
    taken = register.take("dealers", f"{HEAD}\n117;Goed;;;;\n{line}")
    assert taken.found == [(3, column, code)]
    assert register.counts()["dealer"] == 0


def test_a_number_twice_is_named_with_the_first_line(register: Register) -> None:
    content = f"{HEAD}\n118;Boersma;;;;\n118;Boersma Melk;;;;\n119;De Jong;;;;\n118;Boersma;;;;"
    taken = register.take("dealers", content)
    assert taken.found == [(3, "", "imports.line_twice"), (5, "", "imports.line_twice")]


def test_a_newer_file_shows_what_it_changes_and_leaves_other_columns(register: Register) -> None:
    register.take("dealers", f"{HEAD}\n118;Boersma;8501 AB;NL;INFO@Boersma.example;0513 1")
    newer = "nummer;naam;telefoon\n118;Boersma Melktechniek;\n"
    tried = register.take("dealers", newer, tries=True)
    assert tried.counts == (0, 1, 0)
    assert tried.changes == [
        (2, "naam", "was: Boersma; wordt: Boersma Melktechniek"),
        (2, "telefoon", "was: 0513 1; wordt: leeg"),
    ]
    assert register.take("dealers", newer).counts == (0, 1, 0)
    again = f"{HEAD}\n118;Boersma Melktechniek;8501AB;NL;info@boersma.example;"
    assert register.take("dealers", again).counts == (0, 0, 1)
