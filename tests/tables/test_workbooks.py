"""Spreadsheets as people save them: read in order, never computed, refused when they inflate."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.tables.reading import opened
from tests.tables.opening import Saved, cells, lines, refusal


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_spreadsheet_gives_what_a_csv_would(saved: Saved) -> None:
    content = workbook(
        ("nr", "dag", "graden", "ja"),
        (12, date(2025, 12, 31), 67.5, True),
        (None,),
        ("0012", datetime.fromisoformat("2025-01-02 09:14"), 3.0, False),
    )
    assert cells(saved(content)) == [
        (1, ["nr", "dag", "graden", "ja"]),
        (2, ["12", "2025-12-31", "67.5", "ja"]),
        (4, ["0012", "2025-01-02 09:14:00", "3", "nee"]),
    ]


def test_a_formula_is_told_and_never_computed(saved: Saved) -> None:
    found = lines(saved(workbook(("a", "b"), ('=HYPERLINK("http://x")', "=1+1"))))
    formula = Refusal("imports.formula")
    assert (found[1].cells, found[1].refusals) == (["", ""], {0: formula, 1: formula})


def test_a_formula_that_failed_is_told_where_it_stands(saved: Saved) -> None:
    [_, found] = lines(saved(workbook(("a", "b", "c"), ("#REF!", "#N/A", "#tekst"))))
    assert found.cells == ["", "", "#tekst"]
    assert found.refusals == {
        0: Refusal("imports.cell_failed", value="#REF!"),
        1: Refusal("imports.cell_failed", value="#N/A"),
    }


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("a_x000D_\nb", "a\r\nb"),
        ("a_x000d_", "a"),
        ("_x0041_b", "Ab"),
        ("_x005F_x0041_", "_x0041_"),
        ("_xD83D_", "_xD83D_"),
        ("_x41_", "_x41_"),
    ],
)
def test_a_sign_that_a_spreadsheet_writes_as_its_code(
    saved: Saved, written: str, told: str
) -> None:
    sheet = "xl/worksheets/sheet1.xml"
    cell = b'<c r="A1" t="inlineStr"><is><t>' + written.encode() + b"</t></is></c>"
    content = altered(workbook((1,)), sheet, b'<c r="A1" t="n"><v>1</v></c>', cell)
    assert cells(saved(content)) == [(1, [told])]


def remarks(path: Path) -> list[Refusal]:
    with path.open("rb") as file, opened(file) as table:
        for _ in table.lines:
            pass
        return list(table.remarks)


def saved_book(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_what_is_not_read_of_a_spreadsheet_is_remarked(saved: Saved) -> None:
    book = openpyxl.Workbook()
    book.active.append(["x"] * 200)  # type: ignore[union-attr]
    book.create_sheet("Leeg")
    assert remarks(saved(saved_book(book))) == []
    book.active.cell(3, 201).value = "y"  # type: ignore[union-attr]
    book.active.cell(4, 202).value = "z"  # type: ignore[union-attr]
    book.create_sheet("Oud").cell(7, 2).value = 1
    path = saved(saved_book(book))
    assert remarks(path) == [
        Refusal("imports.pages_beyond", page="Sheet", value="Oud"),
        Refusal("imports.columns_beyond", line=3, most=200),
    ]
    assert len(cells(path)[0][1]) == 200


def test_rows_without_anything_do_not_count_but_do_end(saved: Saved) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])  # type: ignore[union-attr]
    book.active.cell(1_048_576, 1).number_format = "0.00"  # type: ignore[union-attr]
    assert cells(saved(saved_book(book))) == [(1, ["a", "b"])]
    book.active.cell(1_048_576, 1).value = 5  # type: ignore[union-attr]
    content = saved_book(book)
    assert cells(saved(content))[1][0] == 1_048_576
    sheet = "xl/worksheets/sheet1.xml"
    endless = altered(content, sheet, b"1048576", b"999999999999")
    assert refusal(saved(endless)).code == "imports.lines_many"


def test_a_spreadsheet_with_a_damaged_row_says_so(saved: Saved) -> None:
    content = workbook(("a", "b"), (1, 2))
    damaged = altered(content, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="two"')
    assert refusal(saved(damaged)) == Refusal("imports.row_unreadable", line=2)


def altered(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A spreadsheet with something else in one of its files, once."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as whole,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for one in whole.infolist():
            there = whole.read(one)
            assert one.filename != name or old in there
            packed.writestr(one, there.replace(old, new) if one.filename == name else there)
    return buffer.getvalue()


def bomb(name: str, size: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr(name, b"\0" * size)
    return buffer.getvalue()


def test_a_spreadsheet_that_inflates_is_refused_before_it_does(saved: Saved) -> None:
    path = saved(bomb("xl/worksheets/sheet1.xml", 300 * 1024 * 1024))
    assert path.stat().st_size < 1024 * 1024
    assert refusal(path).code == "imports.file_inflates"


def test_an_archive_without_a_workbook_is_no_table(saved: Saved) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("content.xml", "<x/>")
    assert refusal(saved(buffer.getvalue())).code == "imports.file_no_table"


def test_entities_that_multiply_are_not_followed(saved: Saved) -> None:
    inner = [b"&a%d;" % (number - 1) for number in range(1, 7)]
    told = [b'<!ENTITY a0 "' + b"y" * 1000 + b'">']
    told += [b'<!ENTITY a%d "%s">' % (number, one * 40) for number, one in enumerate(inner, 1)]
    doctype = b"<!DOCTYPE x [" + b"".join(told) + b"]>"
    content, sheet = workbook((1,)), "xl/worksheets/sheet1.xml"
    content = altered(content, sheet, b"<worksheet", doctype + b"<worksheet")
    content = altered(content, sheet, b"<v>", b"<v>&a6;")
    assert refusal(saved(content)).code == "imports.file_declares"


def padded(content: bytes) -> bytes:
    """A spreadsheet beside something that cannot be packed, so that it is no hundred times less."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/picture.bin", os.urandom(2 * 1024 * 1024))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("part", "at", "repeated"),
    [
        ("xl/worksheets/sheet1.xml", b"</row>", b"<c/>" * 3_000_000),
        ("xl/styles.xml", b"</cellXfs>", b"<xf/>" * 2_000_000),
    ],
)
def test_a_part_of_which_far_more_would_be_made_is_refused(
    saved: Saved, part: str, at: bytes, repeated: bytes
) -> None:
    content = padded(altered(workbook((1,)), part, at, repeated + at))
    assert refusal(saved(content)).code == "imports.file_inflates"


def test_a_long_page_of_usual_rows_is_read(saved: Saved) -> None:
    content = workbook(*((number, f"{number}" + "x" * 900) for number in range(12_000)))
    assert len(lines(saved(content))) == 12_000


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b'<row r="3"', b'<row r="2"', 2),
        (b'<row r="3"', b'<row r="1"', 1),
        (b'r="A3"', b'r="A9"', 3),
        (b'r="B3"', b'r="A3"', 3),
        (b'<c r="A3" t="n"><v>5</v></c>', b"", None),
    ],
)
def test_rows_and_cells_that_are_not_in_order_are_never_left_out_unseen(
    saved: Saved, old: bytes, new: bytes, line: int | None
) -> None:
    path = saved(altered(workbook((1, 2), (3, 4), (5, 6)), SHEET, old, new))
    if line is None:
        assert cells(path)[-1] == (3, ["", "6"])
    else:
        assert refusal(path) == Refusal("imports.rows_unordered", line=line)


def test_the_first_page_that_people_see_is_read_and_the_others_are_told(saved: Saved) -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    hidden.append(["oud", "1"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Dealers").append(["nr", "naam"])
    path = saved(saved_book(book))
    assert cells(path) == [(1, ["nr", "naam"])]
    assert remarks(path) == [Refusal("imports.pages_beyond", page="Dealers", value="Sheet")]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (12.0, "12"),
        (-3.0, "-3"),
        (67.5, "67.5"),
        (0.1 + 0.2, "0.3"),
        (123456789012345.0, "123456789012345"),
        (datetime.fromisoformat("2025-12-31 00:00:00"), "2025-12-31"),
        (datetime.fromisoformat("2025-12-31 09:14:00"), "2025-12-31 09:14:00"),
    ],
)
def test_a_number_and_a_moment_are_read_as_people_see_them(
    saved: Saved, value: object, told: str
) -> None:
    assert cells(saved(workbook((value,)))) == [(1, [told])]


@pytest.mark.parametrize("number", [b"1234567890123450", b"1.23456789012345E+20"])
def test_a_number_whose_last_digits_are_lost_is_refused(saved: Saved, number: bytes) -> None:
    [line] = lines(saved(altered(workbook((1,)), SHEET, b"<v>1</v>", b"<v>" + number + b"</v>")))
    assert line.refusals is not None
    assert [one.code for one in line.refusals.values()] == ["imports.cell_rounded"]
