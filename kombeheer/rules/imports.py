"""Which files can be taken over, how far such a run is, and what a cell of one may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from kombeheer.rules.refusal import Refusal, shown_text

FILE_BYTES_MAX = 64 * 1024 * 1024
UNPACKED_BYTES_MAX = 200 * 1024 * 1024
UNPACKED_TIMES_MAX = 100  # a spreadsheet of the country packs itself some ten times
LINES_MAX = 250_000
LINE_CHARACTERS_MAX = 20_000
YEAR_FIRST, YEAR_LAST = 1900, 2199
_DUTCH = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,9}(?:[.,]\d{1,6})?", re.ASCII)
_YES = frozenset({"ja", "j", "yes", "y", "waar", "true", "1", "x"})
_NO = frozenset({"nee", "n", "no", "onwaar", "false", "0"})

_KEPT_LENGTH = 120  # of a text that is kept: longer ones are no words
_KEPT = 8_192  # of what was read: a file tells the same days, measures and words again and again

Value = TypeVar("Value")


class RunState(StrEnum):
    """How far a run is.

    Source: decisions/0015
    """

    WAITING = "waiting"  # nobody has taken it up, or he who did is gone
    READING = "reading"  # the file is read and judged, nothing is written
    WRITING = "writing"  # all is written, in one transaction
    DONE = "done"
    REFUSED = "refused"  # the file has errors; nothing was written
    FAILED = "failed"  # it went wrong unexpectedly; nothing was written


OPEN_STATES = (RunState.WAITING, RunState.READING, RunState.WRITING)


class Part(StrEnum):
    """What is kept of a run, in pieces.

    Source: decisions/0015
    """

    FILE = "file"
    REPORT = "report"
    SHOWN = "shown"  # those lines of the report that people should see first


class Subject(StrEnum):
    """What an old administration may have a key of its own for.

    Source: decisions/0015
    """

    FARM = "farm"
    SITE = "site"
    INSTALLATION = "installation"
    REPORT = "report"


class Outcome(StrEnum):
    """What a line does.

    Source: decisions/0015
    """

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


def read_text(text: str, most: int) -> str:
    """Return a text on one line.

    Raises:
        Refusal: `imports.text_long`, `imports.text_unreadable` for signs that cannot be shown.

    Source: decisions/0015
    """
    line = " ".join(text.split())
    if len(line) > most:
        raise Refusal("imports.text_long", value=shown_text(line), count=len(line), most=most)
    if not line.isprintable():
        raise Refusal("imports.text_unreadable", value=shown_text(line))
    return line


def read_lines(text: str, most: int) -> str:
    """Return a text of one or more lines, with one kind of line end.

    Raises:
        Refusal: `imports.text_long`, `imports.text_unreadable` for signs that cannot be shown.

    Source: decisions/0015
    """
    told = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(told) > most:
        raise Refusal("imports.text_long", value=shown_text(told), count=len(told), most=most)
    if any(not sign.isprintable() and sign not in "\n\t" for sign in told):
        raise Refusal("imports.text_unreadable", value=shown_text(told))
    return told


@lru_cache(maxsize=_KEPT)
def read_day(text: str) -> date:
    """Return a day written the Dutch way (`31-12-2025`, `31/12/2025`) or as ISO (`2025-12-31`).

    Raises:
        Refusal: `imports.day_unreadable`, also for 30 February and a year of two digits.

    Source: decisions/0015
    """
    found = _ISO.fullmatch(text)
    parts = found.groups() if found else None
    if parts is None:
        found = _DUTCH.fullmatch(text)
        parts = found.groups()[::-1] if found else None
    try:
        if parts is not None and YEAR_FIRST <= int(parts[0]) <= YEAR_LAST:
            return date(*map(int, parts))
    except ValueError:
        pass  # no such day, told below as anything else that is none
    raise Refusal("imports.day_unreadable", value=shown_text(text))


def read_count(text: str) -> int:
    """Return a whole number of at most nine digits, zero or more.

    Raises:
        Refusal: `imports.count_unreadable`.

    Source: decisions/0015
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise Refusal("imports.count_unreadable", value=shown_text(text))
    return int(text)


@lru_cache(maxsize=_KEPT)
def read_decimal(text: str) -> Decimal:
    """Return a number with a decimal comma or point, of at most one digit behind it.

    Raises:
        Refusal: `imports.decimal_unreadable`.

    Source: decisions/0015
    """
    if _DECIMAL.fullmatch(text):
        value = Decimal(text.replace(",", "."))
        if value == round(value, 1):
            return round(value, 1)
    raise Refusal("imports.decimal_unreadable", value=shown_text(text))


@lru_cache(maxsize=_KEPT)
def read_yes_no(text: str) -> bool:
    """Return whether a cell says yes.

    Raises:
        Refusal: `imports.yes_no_unreadable`.

    Source: decisions/0015
    """
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Refusal("imports.yes_no_unreadable", value=shown_text(text))


def read_word(text: str, words: Mapping[str, Value]) -> Value:
    """Return what a word stands for; small and capital letters, spaces and dashes are alike.

    Raises:
        Refusal: `imports.word_unknown`, with the words that are known.

    Source: decisions/0015
    """
    wanted = folded(text)
    for word, value in words.items():
        if folded(word) == wanted:
            return value
    raise Refusal("imports.word_unknown", value=shown_text(text), known=", ".join(words))


def folded(text: str) -> str:
    """Return a head or a word without what people write in different ways.

    Source: decisions/0015
    """
    return _folded_once(text) if len(text) <= _KEPT_LENGTH else _folded(text)


def _folded(text: str) -> str:
    return re.sub(r"[\s_.\-/\ufeff]+", "", text).casefold()


_folded_once = lru_cache(maxsize=_KEPT)(_folded)
