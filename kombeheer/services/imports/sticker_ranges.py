"""Ranges of sticker numbers as a file tells them, and as the register has them.

Part of the import of stickers; nothing is stored here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.numbers import LEGACY_WIDTH_MAX, SERIAL_WIDTH, SeriesFormat, read_serial
from kombeheer.rules.refusal import Refusal, shown_text
from kombeheer.rules.stickers import Account, AccountKind, DocumentKind, MoveKind
from kombeheer.services.stickers.booking import BOOKED_NUMBERS_MAX
from kombeheer.services.stickers.ledger import ranges_of, series_format
from models.parties import Dealer
from models.stickers import Sticker, StickerSeries

_PRINTED = re.compile(rf"[0-9]{{2}}-[0-9]{{{SERIAL_WIDTH}}}(?:-[0-9]{{2}})?")
_NUMBER = f"({_PRINTED.pattern}|[0-9]{{1,{LEGACY_WIDTH_MAX}}})"
_PART = re.compile(rf"{_NUMBER}(?:\s*(?:-|t/?m|tot en met)\s*{_NUMBER})?", re.IGNORECASE)
ALL = "alle"
RANGES_AT_ONCE = 200  # asked for; a database takes no thousand conditions in a row
_PARTS_MAX = 500  # some 20 signs each, of the 20,000 that a line may have
# What became of numbers: the field of its column, the move and its document, the accounts it is in.
FATES: dict[str, tuple[MoveKind, DocumentKind, frozenset[AccountKind]]] = {
    "used": (
        MoveKind.USE,
        DocumentKind.TAKEOVER,
        frozenset({AccountKind.USED, AccountKind.APPLIED}),
    ),
    "spoiled": (
        MoveKind.SPOIL,
        DocumentKind.SPOIL_NOTE,
        frozenset({AccountKind.SPOILED, AccountKind.DESTROYED}),
    ),
    "lost": (MoveKind.LOSE, DocumentKind.STATEMENT, frozenset({AccountKind.LOST})),
    "stolen": (MoveKind.STEAL, DocumentKind.POLICE_REPORT, frozenset({AccountKind.STOLEN})),
    "returned": (
        MoveKind.SEND_BACK,
        DocumentKind.RETURN_NOTE,
        frozenset({AccountKind.RETURN, AccountKind.RETURNED, AccountKind.DESTROYED}),
    ),
}
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A series as a line describes it; `id` is None until it is made."""

    format: SeriesFormat
    valid_from: date | None
    valid_until: date | None
    id: int | None = None


@dataclass(slots=True)
class Plan:
    """What is to be written of a range; `is_new` when its numbers are not known yet."""

    series: Wanted
    first: int
    last: int
    dealer_id: int
    issued_on: date
    is_new: bool = True
    fates: dict[str, list[Range]] = field(default_factory=dict)


def serial_of(text: str, series: SeriesFormat) -> int:
    """Return the serial that a cell means within a series.

    Raises:
        Refusal: as `read_serial`; `imports.number_of_year` for a number as a series of a year
            prints it, in one without check digits.
    """
    if not series.has_check_digits and _PRINTED.fullmatch(text):
        width = series.width
        raise Refusal(
            "imports.number_of_year", value=shown_text(text), series=series.code, width=width
        )
    return read_serial(text, series)


def parts_of(cell: str, span: Range, series: SeriesFormat) -> list[Range]:
    """Return the ranges that a cell tells: `1 t/m 480, 482`, or `alle`.

    With a dash between them two numbers are a range too: `1-480`; `25-000480` is one number.

    Raises:
        Refusal: `imports.numbers_unreadable`, or as `serial_of` of a number as it is printed.
    """
    if cell.casefold() == ALL:
        return [span]
    found = []
    for part in filter(None, (piece.strip() for piece in cell.split(","))):
        match = _PART.fullmatch(part)
        told = [text for text in match.groups() if text] if match else ["0"]
        serials = [serial_of(one, series) if "-" in one else int(one) for one in told]
        first, last = serials[0], serials[-1]
        if not 1 <= first <= last:
            raise Refusal("imports.numbers_unreadable", value=part[:24])
        found.append((first, last))
    return found


def serials_twice(ranges: Iterable[Range]) -> list[int]:
    """Return the serials that stand in more than one of these ranges, sorted, each of them once."""
    twice: list[int] = []
    seen = 0
    for first, last in sorted(ranges):
        told = twice[-1] if twice else 0
        twice += range(max(first, told + 1), min(last, seen) + 1)
        seen = max(seen, last)
    return twice


class Placed(NamedTuple):
    """Where a number is, who answers for it, and when that dealer was issued it."""

    account: Account
    dealer_id: int | None
    issued_on: date | None


def placed_in(
    session: Session, spans: Sequence[tuple[int, int, int]]
) -> dict[tuple[int, int, int], dict[int, Placed]]:
    """Return where the numbers of ranges are, those that are known."""
    found: dict[tuple[int, int, int], dict[int, Placed]] = {}
    waiting = iter(spans)
    while some := list(islice(waiting, RANGES_AT_ONCE)):
        here = or_(
            *(
                (Sticker.series_id == series_id) & Sticker.serial.between(first, last)
                for series_id, first, last in some
            )
        )
        rows = session.execute(
            select(
                Sticker.series_id,
                Sticker.serial,
                Sticker.account,
                Sticker.dealer_id,
                Sticker.issued_on,
            ).where(here)
        ).all()
        for series_id, serial, account, dealer_id, issued_on in rows:
            for span in some:
                if span[0] == series_id and span[1] <= serial <= span[2]:
                    there = Placed(Account.parse(account), dealer_id, issued_on)
                    found.setdefault(span, {})[serial] = there
    return found


def range_lines(session: Session, series_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return the ranges that dealers were issued of series, with what became of the numbers.

    What was returned to the foundation is with no dealer any more, and not among them.
    """
    dealers = dict(session.execute(select(Dealer.id, Dealer.number)).all())
    lines = []
    for series in (session.get_one(StickerSeries, series_id) for series_id in series_ids):
        rows = session.execute(
            select(Sticker.serial, Sticker.account, Sticker.dealer_id, Sticker.issued_on)
            .where(Sticker.series_id == series.id, Sticker.dealer_id.is_not(None))
            .where(Sticker.issued_on.is_not(None))
            .order_by(Sticker.serial)
        )
        lines += [_range_line(series, dealers, span) for span in _spans(rows)]
    return lines


def _spans(rows: Iterable[Any]) -> list[list[Any]]:
    """Return rows, sorted by serial, as runs of one dealer and one day of issue.

    A run that no line of a file can tell is cut.
    """
    spans: list[list[Any]] = []
    expected: tuple[Any, ...] | None = None
    fate, parts = None, 0
    for row in rows:
        before, fate = fate, fate_of(Account.parse(row.account).kind)
        parts += fate not in (None, before)
        goes_on = (row.serial, row.dealer_id, row.issued_on) == expected
        if goes_on and parts <= _PARTS_MAX and len(spans[-1]) < BOOKED_NUMBERS_MAX:
            spans[-1].append(row)
        else:
            spans.append([row])
            parts = 1
        expected = (row.serial + 1, row.dealer_id, row.issued_on)
    return spans


def fate_of(kind: AccountKind) -> str | None:
    """Return the column that tells what became of a number; none while a dealer answers for it.

    One on its way back has not been received yet.
    """
    if kind is AccountKind.RETURN:
        return None
    return next((name for name, (_, _, accounts) in FATES.items() if kind in accounts), None)


def _range_line(
    series: StickerSeries, dealers: Mapping[int, str], span: Sequence[Any]
) -> dict[str, Any]:
    fates: dict[str, list[int]] = {}
    for row in span:
        fate = fate_of(Account.parse(row.account).kind)
        if fate:
            fates.setdefault(fate, []).append(row.serial)
    form = series_format(series)
    line: dict[str, Any] = {
        name: ", ".join(
            f"{first}" if first == last else f"{first} t/m {last}"
            for first, last in ranges_of(serials)
        )
        for name, serials in fates.items()
    }
    return line | {
        "series": form.code,
        "first": str(span[0].serial),
        "last": str(span[-1].serial),
        "dealer": dealers[span[0].dealer_id],
        "issued_on": span[0].issued_on,
        "width": None if form.has_check_digits else form.width,
        "valid_from": None if form.has_check_digits else series.valid_from,
        "valid_until": None if form.has_check_digits else series.valid_until,
    }
