"""Files of tables as people save them, and those that are none: named by line, never computed."""

from __future__ import annotations

import io
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
    assert (found[1].cells, found[1].formulas) == (["", ""], frozenset({0, 1}))


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
    buffer = io.BytesIO()
    sheet = "xl/worksheets/sheet1.xml"
    with (
        zipfile.ZipFile(io.BytesIO(workbook(("a", "b"), (1, 2)))) as whole,
        zipfile.ZipFile(buffer, "w") as packed,
    ):
        for one in whole.infolist():
            content = whole.read(one)
            if one.filename == sheet:
                content = content.replace(b"<worksheet", doctype + b"<worksheet", 1)
                content = content.replace(b"<v>", b"<v>&a6;", 1)
            packed.writestr(one, content)
    assert refusal(saved(buffer.getvalue())).code == "imports.line_unreadable"


def test_a_file_that_is_too_large_is_not_opened(
    saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FILE_BYTES_MAX", 10)
    assert refusal(saved(b"12345678901")).code == "imports.file_large"
    assert len(lines(saved(b"1234567890"))) == 1
