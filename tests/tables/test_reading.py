"""Files of tables as people save them, and those that are none: named by line, never computed."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from kombeheer.rules.imports import LINE_CHARACTERS_MAX, LINES_MAX
from kombeheer.rules.refusal import Refusal
from kombeheer.tables import reading
from kombeheer.tables.reading import Line, opened

Saved = Callable[[bytes], Path]


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    def save(content: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return save


def lines(path: Path) -> list[Line]:
    with opened(path) as table:
        return list(table.lines)


def cells(path: Path) -> list[tuple[int, list[str]]]:
    return [(line.number, list(line.cells)) for line in lines(path)]


def refusal(path: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        lines(path)
    return caught.value


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_csv_that_people_save(saved: Saved, delimiter: str, encoding: str, end: str) -> None:
    text = end.join(delimiter.join(row) for row in (("nr", "naam"), ("1", "Één – bv"), ("2", "")))
    assert cells(saved(text.encode(encoding))) == [
        (1, ["nr", "naam"]),
        (2, ["1", "Één – bv"]),
        (3, ["2", ""]),
    ]


def test_mixed_line_ends_and_empty_lines_keep_their_numbers(saved: Saved) -> None:
    found = cells(saved(b'a;b\r\n1;2\r\r3;4\n\n;;\n"5\r\n6";7\n8;9'))
    assert found == [
        (1, ["a", "b"]),
        (2, ["1", "2"]),
        (4, ["3", "4"]),
        (7, ["5\r\n6", "7"]),
        (9, ["8", "9"]),
    ]


def test_a_guarded_text_is_what_it_was(saved: Saved) -> None:
    assert cells(saved(b"'=1+1;'+31;''-x;'s Gravenhage;=1+1")) == [
        (1, ["=1+1", "+31", "'-x", "'s Gravenhage", "=1+1"])
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "file_old_excel"),
        ("nr;naam".encode("utf-16"), "file_wide"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "file_no_table"),
        (b"PK\x03\x04 no archive", "file_broken"),
    ],
)
def test_what_is_no_table_is_refused_whole(saved: Saved, content: bytes, code: str) -> None:
    assert refusal(saved(content)).code == f"imports.{code}"


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"a;b\n1;2\n" + b"x" * 1_000_000 + b";1\n3;4", "line_long", 3),
        (b'a;b\n1;2\n"open;' + b"y;z\n" * 200_000, "line_unreadable", 3),
        (b'a;b\n"x"y;1\n', "line_unreadable", 2),
        (b"a;b\n1;\x81\n", "line_undecodable", 2),
    ],
)
def test_a_line_that_cannot_be_read_is_named(
    saved: Saved, content: bytes, code: str, line: int
) -> None:
    found = refusal(saved(content))
    assert (found.code, found.facts["line"]) == (f"imports.{code}", line)


E_ACUTE = "é".encode()


@pytest.mark.parametrize(
    ("content", "line", "encoding"),
    [
        (b"a;b\n1;Caf" + E_ACUTE + b"\n2;Caf\xe9\n", 3, "UTF-8"),
        (b"a;b\n1;Caf\xe9\n2;Caf" + E_ACUTE + b"\n", 2, "UTF-8"),
        (b"\xef\xbb\xbfa;b\n1;Caf\xe9\n", 2, "UTF-8"),
        (b"\xef\xbb\xbf\xe9;b\n", 1, "UTF-8"),
        (b"a;b\n1;Caf\xe9\n2;\x81\n", 3, "Windows-1252"),
    ],
)
def test_a_line_that_is_not_written_as_the_rest_is_refused(
    saved: Saved, content: bytes, line: int, encoding: str
) -> None:
    expected = Refusal("imports.line_undecodable", line=line, encoding=encoding)
    assert refusal(saved(content)) == expected


def test_one_wrong_byte_far_into_a_large_file(saved: Saved) -> None:
    sound = b"1;Caf" + E_ACUTE + b"\n"
    assert refusal(saved(sound * 200_000 + b"2;\xe9\n" + sound)).facts["line"] == 200_001


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("title", ["Dealers", "Dealers, stand 1 januari", "Dealers\n\nA, b, c\n"])
def test_what_stands_above_the_heads_does_not_tell_the_delimiter(
    saved: Saved, delimiter: str, title: str
) -> None:
    rows = [("nr", "naam", "plaats"), ("1", "x", "y"), ("2", "", "z")]
    text = title + "\n" + "\n".join(delimiter.join(row) for row in rows)
    assert [found for _, found in cells(saved(text.encode()))][-3:] == [list(row) for row in rows]


@pytest.mark.parametrize(
    "row", ["1;a, b, c, d", '1;"a, b\nc, d\ne, f\ng, h"', "1;a\n2;b, c\n3;d, e, f;g"]
)
def test_texts_do_not_tell_the_delimiter(saved: Saved, row: str) -> None:
    assert cells(saved(f"nr;naam\n{row}\n".encode()))[0] == (1, ["nr", "naam"])


def test_a_line_as_long_as_a_line_may_be(saved: Saved) -> None:
    longest = b"x" * (LINE_CHARACTERS_MAX - 1) + b"\n"
    assert len(lines(saved(longest))[0].cells[0]) == LINE_CHARACTERS_MAX - 1
    assert refusal(saved(b"x" + longest)).code == "imports.line_long"


def test_a_million_lines_are_refused_where_they_are_too_many(saved: Saved) -> None:
    path = saved(b"a;b\n" + b"1;2\n" * 1_000_000)
    found = refusal(path)
    assert (found.code, found.facts["line"]) == ("imports.lines_many", LINES_MAX + 2)


def test_as_many_lines_as_a_file_may_have(saved: Saved) -> None:
    assert len(lines(saved(b"a;b\n" + b"1;2\n" * LINES_MAX))) == LINES_MAX + 1


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
    with opened(path) as table:
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
        Refusal("imports.pages_beyond", value="Oud"),
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


def test_a_file_that_is_too_large_is_not_opened(
    saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FILE_BYTES_MAX", 10)
    assert refusal(saved(b"12345678901")).code == "imports.file_large"
    assert len(lines(saved(b"1234567890"))) == 1
