"""Files of tables as people save them, and those that are none: named by line, never computed."""

from __future__ import annotations

import pytest

from kombeheer.rules.imports import LINE_CHARACTERS_MAX, LINES_MAX
from kombeheer.rules.refusal import Refusal
from kombeheer.tables import reading
from tests.tables.opening import Saved, cells, lines, refusal


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
        (b"\xff\xd8\xff\xe0 a photograph", "file_no_table"),
        (b"%PDF-1.7\nnr;naam\n1;x\n", "file_no_table"),
        (b"<HTML><table><tr><td>nr</td></tr></table>", "file_no_table"),
        (b"{\\rtf1 nr;naam}", "file_no_table"),
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


def test_a_file_that_is_too_large_is_not_opened(
    saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FILE_BYTES_MAX", 10)
    assert refusal(saved(b"12345678901")).code == "imports.file_large"
    assert len(lines(saved(b"1234567890"))) == 1
