"""What scanners, cameras and people give, and the digits in it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kombeheer.rules.refusal import Refusal
from scanners.reading import SHOWN_CHARACTERS, mistyped, read_digits, read_keys, shown

DIGITS = "2600123413"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"2600123413", id="as it is scanned"),
        pytest.param(b"26-001234-13", id="as it is printed"),
        pytest.param(b"26 001234 13", id="with spaces"),
        pytest.param(b"26.001234.13", id="with dots"),
        pytest.param(b"  2600123413  ", id="spaces around it"),
        pytest.param(b"2600123413\r\n", id="enter after it"),
        pytest.param(b"\t2600123413\t", id="tabs"),
        pytest.param(b"\x022600123413\x03", id="STX and ETX"),
        pytest.param(b"2600123413\x00", id="NUL after it"),
        pytest.param(b"\x0026\x00001234\x0013", id="NUL in between"),
        pytest.param(b"\x1d2600123413", id="FNC1 as group separator"),
        pytest.param(b"26--001234  13", id="doubled separators"),
        pytest.param(b"]C02600123413", id="AIM, Code 128"),
        pytest.param(b"]C12600123413", id="AIM, GS1-128"),
        pytest.param(b"]Q12600123413", id="AIM, QR"),
        pytest.param(b"]d22600123413", id="AIM, Data Matrix"),
        pytest.param(b"]C0 26-001234-13\r\n", id="AIM and separators"),
        pytest.param(b"\x02]C02600123413\x03", id="AIM after STX"),
        pytest.param(b"https://kom.example/s/2600123413", id="address, lower case"),
        pytest.param(b"HTTPS://KOM.EXAMPLE/S/26-001234-13", id="address, upper case"),
        pytest.param(b"HTTPS://KOM.EXAMPLE:8443/S/2600123413", id="address with a port"),
        pytest.param(b"http://127.0.0.1:8000/s/2600123413", id="address with digits in it"),
        pytest.param(b"https://kom.example/s/2600123413?v=2", id="address with a question"),
        pytest.param(b"https://kom.example/s/2600123413#top", id="address with a fragment"),
        pytest.param(b"https://kom.example/s/2600123413/", id="address with a slash"),
        pytest.param(b"https://example.org/s/1/s/2600123413", id="the last of two"),
        pytest.param(b"]Q1HTTPS://KOM.EXAMPLE/S/2600123413\r", id="AIM and address"),
        pytest.param(b"/s/2600123413", id="only the path"),
    ],
)
def test_every_way_to_write_a_number_gives_its_digits(raw: bytes) -> None:
    assert read_digits(raw) == DIGITS


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b" \r\n", id="white space"),
        pytest.param(b"\x00", id="NUL alone"),
        pytest.param(b"--", id="dashes"),
        pytest.param(b"/s/-", id="an address without a number"),
        pytest.param(b"https://kom.example/c/2600123413", id="another page of ours"),
        pytest.param(b"https://kom.example/", id="our front page"),
        pytest.param(b"26O0123413", id="a letter O"),
        pytest.param(b"+2600123413", id="a sign"),
        pytest.param(b"2600123413,", id="a comma"),
        pytest.param(b"1e9", id="an exponent"),
        pytest.param(b"0x26", id="hexadecimal"),
        pytest.param(b"]C0", id="only an AIM prefix"),
        pytest.param(b"]Z02600123413", id="an unknown AIM prefix"),
        pytest.param("２６００１２３４１３".encode(), id="full-width digits"),
        pytest.param("٢٦٠٠١٢٣٤١٣".encode(), id="Arabic digits"),
        pytest.param("²⁶00123413".encode(), id="superscript digits"),
        pytest.param("2600123413\u00a0".encode(), id="a no-break space"),
        pytest.param("\ufeff2600123413".encode(), id="a byte order mark"),
        pytest.param(b"2600123413\xff", id="no UTF-8"),
        pytest.param(b"\xed\xa0\x80", id="a lone surrogate"),
        pytest.param(b"\xed\xa0\xbd2600123413\xed\xb8\x80", id="two of them"),
        pytest.param("2600123413".encode("utf-16"), id="UTF-16"),
        pytest.param(b"1" * 13, id="13 digits"),
        pytest.param(b"2600123413 2600123516", id="two numbers"),
        pytest.param(b"1" * 10_000, id="10 kB of digits"),
        pytest.param(b" " * 10_000 + b"2600123413", id="10 kB of spaces before it"),
        pytest.param(b"2600123413" + b" " * 10_000, id="10 kB of spaces after it"),
    ],
)
def test_what_is_no_run_of_1_to_12_digits_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        read_digits(raw)
    assert caught.value.code == "scanning.unreadable"
    assert str(caught.value.facts["value"]).isprintable()


@pytest.mark.parametrize(
    ("raw", "readable"),
    [
        pytest.param(b"1", True, id="1 digit"),
        pytest.param(b"1" * 12, True, id="12 digits"),
        pytest.param(b"1" * 13, False, id="13 digits"),
        pytest.param(b"2600123413".ljust(256), True, id="256 bytes"),
        pytest.param(b"2600123413".ljust(257), False, id="257 bytes"),
    ],
)
def test_the_longest_that_is_read(raw: bytes, readable: bool) -> None:
    if readable:
        assert read_digits(raw).isdecimal()
        return
    with pytest.raises(Refusal):
        read_digits(raw)


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        pytest.param(b"2600123413", [("kom26", 1234), ("plain10", 2600123413)], id="checked"),
        pytest.param(b"2600123414", [("plain10", 2600123414)], id="check digits do not fit"),
        pytest.param(b"0012345", [("plain7", 12345)], id="legacy of 7"),
        pytest.param(b"123", [("plain3", 123)], id="legacy of 3"),
        pytest.param(b"123456789012", [("plain12", 123456789012)], id="legacy of 12"),
    ],
)
def test_digits_stand_for_every_series_that_they_fit(
    raw: bytes, keys: list[tuple[str, int]]
) -> None:
    assert read_keys(raw) == (raw.decode(), keys)


@pytest.mark.parametrize("raw", [b"1", b"12", b"000", b"0000000000", b"000000000000"])
def test_digits_that_no_sticker_can_have_are_told_as_such(raw: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        read_keys(raw)
    assert caught.value == Refusal("stickers.digits_wrong", value=raw.decode())


@pytest.mark.parametrize(
    ("digits", "told"),
    [
        ("2600123413", False),
        ("2600123414", True),
        ("2600123431", True),
        ("1" * 9, False),
        ("1" * 10, True),
        ("1" * 11, False),
    ],
)
def test_ten_digits_whose_check_digits_do_not_fit_are_mistyped(digits: str, told: bool) -> None:
    assert mistyped(*read_keys(digits.encode())) is told


PIECES = st.sampled_from(
    [b"]C0", b"]Q1", b"/s/", b"/S/", b"https://", b"26", b"001234", b"13", b"-", b" ", b"\x00"]
)
SCANS = st.binary(max_size=600) | st.lists(PIECES | st.binary(max_size=3), max_size=12).map(
    b"".join
)


def read(raw: bytes) -> tuple[str, list[tuple[str, int]]] | Refusal:
    try:
        return read_keys(raw)
    except Refusal as refusal:
        return refusal


@given(SCANS)
@example(b"/s/" * 100)
@example(b"\xed\xa0\x80")
def test_anything_gives_digits_or_a_refusal_and_nothing_else(raw: bytes) -> None:
    found = read(raw)
    if isinstance(found, Refusal):
        assert found.code in {"scanning.unreadable", "stickers.digits_wrong"}
        assert str(found.facts["value"]).isprintable()
        return
    digits, keys = found
    assert digits.isascii()
    assert digits.isdecimal()
    assert 1 <= len(digits) <= 12
    assert all(serial > 0 for _, serial in keys)


@given(st.integers(1, 999_999), st.sampled_from(["{}", "]C0{}", " {}\r\n", "HTTPS://K.NL/S/{}"]))
def test_a_number_is_read_from_whatever_stands_around_it(serial: int, frame: str) -> None:
    digits = f"26{serial:06d}77"
    assert read_digits(frame.format(digits).encode()) == digits


@given(st.binary(max_size=200))
def test_what_is_shown_is_short_and_printable(raw: bytes) -> None:
    text = shown(raw)
    assert len(text) <= SHOWN_CHARACTERS + 1
    assert text.isprintable()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(b"onzin", "onzin", id="as it is"),
        pytest.param(b"a\x00b\x1bc", "a·b·c", id="control characters"),
        pytest.param("a\u202eb".encode(), "a·b", id="a sign that turns the direction"),
        pytest.param(b"\xed\xa0\x80", "\ufffd\ufffd\ufffd", id="a lone surrogate"),
        pytest.param(b"x" * 24, "x" * 24, id="24 signs"),
        pytest.param(b"x" * 25, "x" * 24 + "…", id="25 signs"),
        pytest.param("é".encode() * 10_000, "é" * 24 + "…", id="20 kB"),
        pytest.param(b"", "", id="nothing"),
    ],
)
def test_a_scan_is_shown_so_that_it_cannot_harm_a_page(raw: bytes, expected: str) -> None:
    assert shown(raw) == expected
