"""How a sticker number is built, checked, printed and read back.

A number of today is two digits of the series year, six digits serial and two check digits
(ISO 7064 mod 97-10): printed `26-001234-13`, scanned as the ten digits `2600123413`. A legacy
series has a declared width and no check digits. Not here: whether a number exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kombeheer.rules.refusal import Refusal, shown_text

_SEPARATORS = re.compile(r"[\s.\-]+")
SERIAL_WIDTH = 6
CHECKED_LENGTH = 10
LEGACY_WIDTH_MIN, LEGACY_WIDTH_MAX = 3, 12


def check_digits(digits: str) -> str:
    """Return the two check digits of `digits` by ISO 7064 mod 97-10.

    Source: decisions/0003
    """
    assert digits.isdecimal() and digits.isascii(), digits
    return f"{98 - int(digits) * 100 % 97:02d}"


def check_digits_fit(digits: str) -> bool:
    """Tell whether the last two digits are the check digits of those before them.

    Source: decisions/0003
    """
    return len(digits) > 2 and digits[-2:] == check_digits(digits[:-2])


@dataclass(frozen=True, slots=True)
class SeriesFormat:
    """How the numbers of one series are written.

    `code` is the series year in two digits, or a legacy series' own name; `width` counts the digits
    of the serial, 6 for a series with check digits and 3 to 12 for a legacy one.

    Source: decisions/0003
    """

    code: str
    width: int = SERIAL_WIDTH
    has_check_digits: bool = True

    @property
    def shape(self) -> str:
        """Name what a run of digits must look like to be of this series: `kom26` or `plain7`."""
        return f"kom{self.code}" if self.has_check_digits else f"plain{self.width}"

    def number(self, serial: int) -> StickerNumber:
        """Return the number with this serial, 1 up to what the width can hold."""
        assert 1 <= serial < 10**self.width, serial
        return StickerNumber(self, serial)


@dataclass(frozen=True, slots=True)
class StickerNumber:
    """One number as people and machines write it; its key is (series, serial).

    Source: decisions/0003
    """

    format: SeriesFormat
    serial: int

    @property
    def series_text(self) -> str:
        """Return the part printed in the coloured field: the series year, `26`."""
        return self.format.code

    @property
    def serial_text(self) -> str:
        """Return the serial with its leading zeros, `001234`."""
        return f"{self.serial:0{self.format.width}d}"

    @property
    def check_text(self) -> str:
        """Return the check digits `13`; empty for a legacy number."""
        if not self.format.has_check_digits:
            return ""
        return check_digits(self.series_text + self.serial_text)

    @property
    def digits(self) -> str:
        """Return what a scanner reads: `2600123413`, or the bare serial of a legacy number."""
        if not self.format.has_check_digits:
            return self.serial_text
        return self.series_text + self.serial_text + self.check_text

    @property
    def printed(self) -> str:
        """Return what people read: `26-001234-13`, or the bare serial of a legacy number."""
        if not self.format.has_check_digits:
            return self.serial_text
        return f"{self.series_text}-{self.serial_text}-{self.check_text}"

    def __str__(self) -> str:
        return self.printed


def possible_keys(digits: str) -> list[tuple[str, int]]:
    """Return every (shape, serial) that a run of digits may stand for, the checked one first.

    A number with check digits comes only when they fit; a legacy one always, for only the series
    that exist decide. An empty list means that no sticker can look like this.

    Source: decisions/0003
    """
    keys = []
    if len(digits) == CHECKED_LENGTH and check_digits_fit(digits) and int(digits[2:8]) > 0:
        keys.append((f"kom{digits[:2]}", int(digits[2:8])))
    if LEGACY_WIDTH_MIN <= len(digits) <= LEGACY_WIDTH_MAX and int(digits) > 0:
        keys.append((f"plain{len(digits)}", int(digits)))
    return keys


def read_serial(text: str, series: SeriesFormat) -> int:
    """Return the serial that people mean by `text` within a series.

    They write the serial (`1234`), the number (`26-001234-13`), or the number as it stands in a
    range (`26-001234`), with or without the dashes.

    Raises:
        Refusal: `stickers.serial_unreadable`, `stickers.serial_outside`, `stickers.other_series` or
            `stickers.check_digits_wrong`.

    Source: decisions/0003
    """
    digits = _SEPARATORS.sub("", text)
    if not (digits.isdecimal() and digits.isascii()):
        raise Refusal("stickers.serial_unreadable", value=shown_text(text))
    if series.has_check_digits and len(digits) in (CHECKED_LENGTH - 2, CHECKED_LENGTH):
        if digits[:2] != series.code:
            raise Refusal("stickers.other_series", value=shown_text(text), series=series.code)
        if len(digits) == CHECKED_LENGTH and not check_digits_fit(digits):
            raise Refusal("stickers.check_digits_wrong", value=shown_text(text))
        digits = digits[2 : 2 + SERIAL_WIDTH]
    highest = 10**series.width - 1
    if len(digits) > series.width or not 1 <= int(digits) <= highest:
        raise Refusal(
            "stickers.serial_outside", value=shown_text(text), series=series.code, highest=highest
        )
    return int(digits)


def range_text(series: SeriesFormat, first: int, last: int) -> str:
    """Return a range as people read it: `26-001201 t/m 001700`, without check digits.

    Source: decisions/0003
    """
    head = f"{series.code}-" if series.has_check_digits else ""
    start, end = f"{first:0{series.width}d}", f"{last:0{series.width}d}"
    return f"{head}{start}" if first == last else f"{head}{start} t/m {end}"
