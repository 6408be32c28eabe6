"""Every kind: templates that fit together, the same file again, all or nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kombeheer.rules.accounts import MACHINE
from kombeheer.rules.imports import LINE_CHARACTERS_MAX
from kombeheer.rules.refusal import Refusal
from kombeheer.services.billing import checking as charges
from kombeheer.services.exports import every
from kombeheer.services.imports.kinds import KINDS, file_label, template
from kombeheer.services.stickers import checking as ledger
from kombeheer.tables import sheets
from tests.factories import NOW
from tests.services.imports.taking import LINES, Register

MATTERS = {"journal_entry", "document_number"}  # that a run took place is told, nothing else


def proven(register: Register) -> None:
    with register.database.reading() as session:
        assert ledger.prove(session).findings == []
        assert charges.prove(session).findings == []


def test_templates_can_be_taken_over_in_their_order_and_change_nothing_again(
    register: Register,
) -> None:
    for kind in KINDS:
        content = b"".join(sheets.csv_pieces(template(kind)))
        tried = register.take(kind, content, tries=True)
        assert (tried.counts, tried.found) == ((1, 0, 0), []), kind
        assert register.take(kind, content).counts == (1, 0, 0), kind
        before = register.counts()
        again = register.take(kind, content, now=NOW + timedelta(days=1))
        assert (again.counts, again.found) == ((0, 0, 1), []), kind
        assert register.counts() == before
    proven(register)


# What has zeros in front, or would be a day or a number once a spreadsheet takes it for one.
ZEROS = {
    "dealers": {"nummer": "0118", "naam": "Boersma", "telefoon": "0513412000"},
    "mechanics": {
        "nummer": "0042",
        "naam": "Jan de Vries",
        "dealer": "0118",
        "in_dienst_vanaf": "01-03-2019",
        "certificaat": "00417",
        "geldig_vanaf": "01-06-2019",
        "geldig_tot": "31-12-2027",
    },
    "farms": {"kenmerk": "007", "naam": "Hoekstra", "kvk": "01234567", "dealers": "0118"},
    "sites": {"kenmerk": "0071", "bedrijf": "007", "plaats": "Sneek"},
    "installations": {
        "kenmerk": "1-2",
        "locatie": "0071",
        "staltype": "visgraat",
        "diersoort": "koeien",
        "standen": "24",
        "vanaf": "14-05-2012",
    },
    "stickers": {
        "serie": "05",
        "eerste": "001",
        "laatste": "010",
        "dealer": "0118",
        "uitgegeven_op": "05-12-2004",
        "gebruikt": "1-4",
    },
    "reports": {
        "kenmerk": "00012",
        "datum": "12-03-2025",
        "installatie": "1-2",
        "monteur": "0042",
        "dealer": "0118",
        "KOM-nummer": "geen KOM",
    },
}


def as_typed(text: str, number_format: str) -> str | int | datetime:
    """What a spreadsheet makes of a text that is typed in a cell."""
    if number_format == "@":
        return text
    if text.isdecimal():
        return int(text)
    for form in ("%d-%m-%Y", "%d-%m"):
        with suppress(ValueError):
            return datetime.strptime(text, form)  # noqa: DTZ007  a spreadsheet has no zones
    return text


def test_a_template_that_is_filled_in_keeps_what_was_typed(
    register: Register, tmp_path: Path
) -> None:
    for kind, cells in ZEROS.items():
        path = tmp_path / f"{kind}.xlsx"
        sheets.write_xlsx(template(kind), path)
        book = load_workbook(path)
        page = book.active
        heads = {cell.value: cell for cell in page[3]}
        assert set(cells) <= set(heads)
        for head, text in cells.items():
            column = heads[head].column
            # Of a row where nothing is yet; columns that are alike are told together.
            [below] = [
                one.number_format
                for one in page.column_dimensions.values()
                if one.min <= column <= one.max
            ]
            assert below == page.cell(4, column).number_format, "as the example's"
            page.cell(5, column).value = as_typed(text, below)
        page.delete_rows(4)
        book.save(path)
        taken = register.take(kind, path.read_bytes())
        assert (taken.counts, taken.found) == ((1, 0, 0), []), kind
    with register.database.reading() as session:
        for kind, cells in ZEROS.items():
            sheet = every(session, MACHINE, NOW.date(), kind)
            [row] = list(sheet.rows)
            told = {one.title: cell for one, cell in zip(sheet.columns, row, strict=True)}
            for head in ("nummer", "dealer", "dealers", "certificaat", "kvk", "kenmerk", "serie"):
                assert told.get(head) == cells.get(head), (kind, head)


def test_lines_of_each_kind_fit_together(register: Register) -> None:
    register.prepare()
    proven(register)
    for kind, content in LINES.items():
        assert register.take(kind, content).counts == (0, 0, 1), kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_trial_writes_nothing(register: Register, kind: str) -> None:
    register.prepare(kind)
    before = register.counts()
    assert register.take(kind, LINES[kind], tries=True).counts == (1, 0, 0)
    assert register.counts() == before


@pytest.mark.parametrize("kind", KINDS)
def test_one_bad_line_keeps_all_out(register: Register, kind: str) -> None:
    register.prepare(kind)
    head, _, line = LINES[kind].partition("\n")
    bad = ";".join("" for _ in head.split(";"))
    shifted = f"{line};too;many"
    before = register.counts()
    taken = register.take(kind, "\n".join((head, line, bad, shifted)))
    assert taken.found == [(4, "", "imports.cells_shifted")]
    assert (taken.tally.new, taken.tally.errors) == (1, 1)
    assert register.counts() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_another_kind_is_named(register: Register, kind: str) -> None:
    before = register.counts()
    for other, content in LINES.items():
        if other != kind:
            taken = register.take(kind, content)
            assert taken.codes in (
                ["imports.kind_other"],
                ["imports.column_missing"],
                ["imports.heads_missing"],
            ), other
    assert register.counts() == before


def test_a_template_of_another_kind_is_called_by_its_kind(register: Register) -> None:
    for kind in KINDS:
        for other in KINDS:
            if other != kind:
                content = b"".join(sheets.csv_pieces(template(other)))
                taken = register.take(kind, content)
                assert taken.codes == ["imports.kind_other"], (kind, other)
                assert other in str(taken.rows[0][4])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_expected_of_a_column_is_what_it_reads(kind: str) -> None:
    for column in KINDS[kind].columns:
        if column.example:
            column.read(column.example)
        for word in (column.words or {}).values():
            assert word in column.expected
            column.read(word)
        refused = None
        try:
            column.read("x" * (LINE_CHARACTERS_MAX + 1))
        except Refusal as refusal:
            refused = refusal
        if refused and refused.code == "imports.text_long":
            assert f"hoogstens {refused.facts['most']} tekens" in column.expected, column.head


@pytest.mark.parametrize("kind", KINDS)
def test_every_required_cell_that_is_empty_is_named(register: Register, kind: str) -> None:
    register.prepare(kind)
    required = [one.head for one in KINDS[kind].columns if one.is_required]
    head = ";".join([*required, "kenmerk" if "kenmerk" not in required else "x"])
    empty = ";".join("" for _ in required)
    taken = register.take(kind, f"{head}\n{empty};iets")
    errors = [(line, column) for line, column, code in taken.found if code == "imports.cell_empty"]
    assert errors == [(2, name) for name in required]


def test_what_a_rule_says_is_said_to_who_mends_the_file(register: Register) -> None:
    """At a visit the same rule tells to take another sticker, or to ask the foundation."""
    register.prepare()
    head, _, _ = LINES["reports"].partition("\n")
    early = "M-2;12-03-2018;R-1-1-A;1042;geen KOM"
    taken = register.take("reports", f"{head};dealer\n{early};118", tries=True)
    assert (2, "monteur", "certification.not_certified") in taken.found
    said = next(
        str(row[4]) for row in taken.rows if row[2] == "monteur" and "certificaat" in str(row[4])
    )
    assert said.startswith("Van de monteur is op ma 12 maart 2018 geen geldig certificaat bekend.")


@pytest.mark.parametrize(
    ("name", "label"),
    [("in.csv", "in.csv"), (" ", "zonder naam"), ("\u202e", "zonder naam"), ("a" * 200, "a" * 120)],
)
def test_a_file_is_called_by_its_name_or_by_that_it_has_none(name: str, label: str) -> None:
    assert file_label(Path("folder", name)) == label
