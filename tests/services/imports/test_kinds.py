"""Every kind: templates that fit together, the same file again, all or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kombeheer.services.billing import checking as charges
from kombeheer.services.imports.kinds import KINDS, template
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
def test_every_required_cell_that_is_empty_is_named(register: Register, kind: str) -> None:
    register.prepare(kind)
    required = [one.head for one in KINDS[kind].columns if one.is_required]
    head = ";".join([*required, "kenmerk" if "kenmerk" not in required else "x"])
    empty = ";".join("" for _ in required)
    taken = register.take(kind, f"{head}\n{empty};iets")
    errors = [(line, column) for line, column, code in taken.found if code == "imports.cell_empty"]
    assert errors == [(2, name) for name in required]
