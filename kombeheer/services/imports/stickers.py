"""Take over sticker ranges: to whom they were issued in which year, and which of them were used.

A line is one range of one series. Numbers that were used stand on the account `used` until the
report that tells where comes in; what was lost, spoiled, stolen or sent back is told by number.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kombeheer.rules.imports import LINE_CHARACTERS_MAX, Outcome
from kombeheer.rules.numbers import (
    LEGACY_WIDTH_MAX,
    LEGACY_WIDTH_MIN,
    SERIAL_WIDTH,
    SeriesFormat,
    range_text,
)
from kombeheer.rules.refusal import Refusal
from kombeheer.rules.stickers import Account, AccountKind
from kombeheer.services.imports import columns, references
from kombeheer.services.imports.judging import Change, Importer, Judged
from kombeheer.services.imports.lines import Record
from kombeheer.services.imports.sticker_ranges import (
    FATES,
    Placed,
    Plan,
    Range,
    Wanted,
    fate_of,
    parts_of,
    placed_in,
    range_lines,
    serial_of,
    serials_twice,
)
from kombeheer.services.imports.sticker_takeover import Takeover
from kombeheer.services.stickers.booking import BOOKED_NUMBERS_MAX
from kombeheer.services.stickers.ledger import ranges_of, ranges_text, series_format
from kombeheer.services.stickers.series import described, is_year_code
from models.stickers import StickerSeries


def _numbers(head: str, name: str, expected: str, example: str = "") -> columns.Column:
    return columns.text(head, name, LINE_CHARACTERS_MAX, expected, example)


class StickerImporter(Importer):
    """Ranges of sticker numbers, each issued to one dealer."""

    kind = "stickers"
    names: ClassVar = {"dealer": references.DEALER}
    columns = (
        columns.key(
            "serie",
            "series",
            12,
            "de serie: twee cijfers van het jaar, of een eigen code",
            "25",
            required=True,
        ),
        columns.key("eerste", "first", 20, "het eerste nummer", "1", required=True),
        columns.key("laatste", "last", 20, "het laatste nummer", "500", required=True),
        columns.key(
            "dealer", "dealer", 12, "het nummer van een dealer die bekend is", "118", required=True
        ),
        columns.day(
            "uitgegeven_op", "issued_on", "de dag van uitgifte", "05-12-2024", required=True
        ),
        _numbers(
            "gebruikt", "used", "geplakt: nummers als 1 t/m 480, 482; of alle", "1 t/m 480, 482"
        ),
        _numbers("bedorven", "spoiled", "onbruikbaar geworden: nummers", "481"),
        _numbers("vermist", "lost", "vermist: nummers"),
        _numbers("gestolen", "stolen", "gestolen: nummers"),
        _numbers("ingeleverd", "returned", "teruggestuurd en ontvangen: nummers", "483 t/m 500"),
        columns.count(
            "cijfers",
            "width",
            "van een serie zonder controlecijfers",
            LEGACY_WIDTH_MIN,
            LEGACY_WIDTH_MAX,
            "",
        ),
        columns.day("geldig_van", "valid_from", "van een serie zonder controlecijfers", ""),
        columns.day("geldig_tot", "valid_until", "van een serie zonder controlecijfers", ""),
    )

    def __init__(self, session: Session, *more: Any, **told: Any) -> None:
        super().__init__(session, *more, **told)
        rows = session.execute(select(StickerSeries)).scalars()
        self._series = {
            row.code: Wanted(series_format(row), row.valid_from, row.valid_until, row.id)
            for row in rows
        }
        self._ranges: dict[str, list[tuple[int, int, int]]] = {}  # first, last, line

    def key(self, record: Record) -> Any:
        """Return the series and the first number."""
        return record.get("series"), record.get("first")

    def judge(self, groups: Sequence[Judged]) -> None:
        """Read each range, and compare its numbers with where they are."""
        dealers = references.dealers(self.session, [one.records[0].get("dealer") for one in groups])
        for one in groups:
            record = one.records[0]
            for more in one.records[1:]:
                one.refuse("imports.line_twice", more, first=one.line)
            number = record.get("dealer")
            if number not in dealers:
                self.refuse_unknown(one, record, "dealer", number)
            series = self._series_of(one)
            span = self._span(one, series) if series is not None else None
            if series is None or span is None or number not in dealers:
                continue
            issued_on = record.get("issued_on")
            one.subject = _called(series.format, span)
            one.plan = Plan(series, *span, dealers[number].id, issued_on)
            one.plan.fates = self._fates(one, series, span)
            if issued_on > self.today:
                one.refuse(
                    "stickers.day_impossible",
                    None,
                    self.of["issued_on"],
                    issued_on,
                    day=issued_on.isoformat(),
                )
        self._compare([one for one in groups if one.plan is not None and not one.has_errors])

    def _series_of(self, one: Judged) -> Wanted | None:
        """Return the series of a line, as it is known or as the line describes it."""
        record, column = one.records[0], self.of["series"]
        code, width = record.get("series"), record.get("width")
        days = record.get("valid_from"), record.get("valid_until")
        known = self._series.get(code)
        if known is not None:
            if width not in (None, known.format.width) and known.format.has_check_digits:
                self._of_year(one, code, width)
            elif width not in (None, known.format.width):
                facts = {"series": code, "width": known.format.width}
                one.refuse("imports.series_other_width", None, self.of["width"], width, **facts)
            for name, told, there in (
                ("valid_from", days[0], known.valid_from),
                ("valid_until", days[1], known.valid_until),
            ):
                if told is not None and there is not None and told != there:
                    facts_ = {"series": code, "day": there.isoformat()}
                    one.refuse("imports.series_other_days", None, self.of[name], told, **facts_)
            return known
        is_of_year = is_year_code(code)
        if not is_of_year and (width is None or None in days):
            one.refuse("imports.series_unknown", None, column, code, series=code)
            return None
        try:
            form, *_ = described(code, None if is_of_year else width, *days)
        except Refusal as refusal:
            place = "valid_until" if refusal.code == "stickers.series_period_reversed" else "series"
            one.object(refusal, record, self.of[place], record.get(place))
            return None
        if is_of_year and width not in (None, SERIAL_WIDTH):
            self._of_year(one, code, width)
        self._series[code] = Wanted(form, *days)
        return self._series[code]

    def _of_year(self, one: Judged, code: str, width: int) -> None:
        """Refuse another width than that of a series of a year: an old one has its own code."""
        refusal = Refusal(
            "imports.series_of_year", series=code, width=SERIAL_WIDTH, example=f"{code}-oud"
        )
        one.object(refusal, None, self.of["width"], width)

    def _span(self, one: Judged, series: Wanted) -> Range | None:
        """Return the first and last serial; a range shares no number with an earlier line."""
        record, found = one.records[0], []
        for name in ("first", "last"):
            try:
                found.append(serial_of(record.get(name), series.format))
            except Refusal as refusal:
                one.object(refusal, record, self.of[name], record.get(name))
        if len(found) < 2:
            return None
        first, last = found
        if last < first or last - first >= BOOKED_NUMBERS_MAX:
            code = "imports.range_backward" if last < first else "imports.range_large"
            one.refuse(code, None, self.of["last"], record.get("last"), most=BOOKED_NUMBERS_MAX)
            return None
        ranges = self._ranges.setdefault(series.format.code, [])
        for other_first, other_last, line in ranges:
            if other_first <= last and first <= other_last and line != one.line:
                shared = range(max(first, other_first), min(last, other_last) + 1)
                told = ranges_text(shared, series=series.format)
                one.refuse(
                    "imports.range_overlaps", None, self.of["first"], told, numbers=told, first=line
                )
                return None
        insort(ranges, (first, last, one.line))
        return first, last

    def _fates(self, one: Judged, series: Wanted, span: Range) -> dict[str, list[Range]]:
        """Return what became of which numbers; each within the range, and of one fate."""
        record, taken, found = one.records[0], list[Range](), dict[str, list[Range]]()
        for name in FATES:
            cell, column = record.get(name) or "", self.of[name]
            try:
                parts = parts_of(cell, span, series.format)
            except Refusal as refusal:
                one.object(refusal, record, column, cell)
                continue
            outside = [part for part in parts if part[0] < span[0] or part[1] > span[1]]
            if outside:
                told = ", ".join(f"{first} t/m {last}" for first, last in outside[:8])
                one.refuse("imports.numbers_outside", None, column, told, numbers=told)
                continue
            twice = serials_twice([*taken, *parts])
            if twice:
                told = ranges_text(twice, series=series.format)
                one.refuse("imports.numbers_twice", None, column, told, numbers=told)
                continue
            taken += parts
            serials = [n for first, last in sorted(parts) for n in range(first, last + 1)]
            found[name] = ranges_of(serials)
        return found

    def _compare(self, groups: Sequence[Judged]) -> None:
        """Compare with where the numbers are now; those not of this dealer are told by number."""
        spans = [
            (one.plan.series.id, one.plan.first, one.plan.last)
            for one in groups
            if one.plan.series.id is not None
        ]
        present = placed_in(self.session, spans)
        for one in groups:
            plan: Plan = one.plan
            there = present.get((plan.series.id or 0, plan.first, plan.last), {})
            if not there:
                continue
            plan.is_new = False
            series = plan.series.format
            count = plan.last - plan.first + 1
            absent = [n for n in range(plan.first, plan.last + 1) if n not in there]
            if len(there) != count:
                told = ranges_text(absent, series=series)
                one.refuse("imports.range_partly_known", None, self.of["first"], told, numbers=told)
                continue
            others = sorted(
                serial
                for serial, known in there.items()
                if known.dealer_id not in (plan.dealer_id, None)
            )
            if others:
                told = ranges_text(others, series=series)
                one.refuse("imports.range_of_other", None, self.of["dealer"], told, numbers=told)
            day = next((known.issued_on for known in there.values() if known.issued_on), None)
            if day is not None:
                self.remark_stays(one, "issued_on", day)
            self._stays(one, there)
            for name, (_, _, accounts) in FATES.items():
                plan.fates[name] = self._moves_to(one, name, accounts, there)
            one.outcome = Outcome.CHANGED if one.changes else Outcome.SAME

    def _stays(self, one: Judged, there: Mapping[int, Placed]) -> None:
        """Remark on numbers that the line has with its dealer, and of which more is known."""
        record, plan = one.records[0], one.plan
        told = {
            serial
            for ranges in plan.fates.values()
            for first, last in ranges
            for serial in range(first, last + 1)
        }
        stays: dict[str, list[int]] = {}
        for serial, known in sorted(there.items()):
            name = fate_of(known.account.kind)
            if name and serial not in told and (name in record.values or known.dealer_id is None):
                stays.setdefault(name, []).append(serial)
        for name, serials in stays.items():
            column, shown = self.of[name], ranges_text(serials, series=plan.series.format)
            refusal = Refusal("imports.numbers_stay", what=column.head, numbers=shown)
            one.object(refusal, record, column, shown, is_remark=True)

    def _moves_to(
        self,
        one: Judged,
        name: str,
        accounts: frozenset[AccountKind],
        there: Mapping[int, Placed],
    ) -> list[Range]:
        """Return which numbers are still with the dealer, and tell those that are elsewhere."""
        plan, series = one.plan, one.plan.series.format
        serials = [n for first, last in plan.fates.get(name, ()) for n in range(first, last + 1)]
        at_dealer = Account(AccountKind.DEALER, plan.dealer_id)
        moving = [serial for serial in serials if there[serial].account == at_dealer]
        wrong = [
            serial
            for serial in serials
            if there[serial].account != at_dealer and there[serial].account.kind not in accounts
        ]
        column = self.of[name]
        if wrong:
            told = ranges_text(wrong, series=series)
            one.refuse("imports.numbers_elsewhere", None, column, told, numbers=told)
        if moving:
            told = ranges_text(moving, series=series)
            one.changes.append(Change(one.line, column.head, None, told))
        return ranges_of(moving)

    def write(self, new: Sequence[Any], changed: Sequence[Any]) -> None:
        """Post ranges that are new, and what became of others since."""
        plans = [*new, *changed]
        Takeover(self.session, self.actor, self.now, self.file_name, self._series).post(plans)

    @classmethod
    def lines_of(cls, session: Session, ids: Sequence[Any]) -> list[dict[str, Any]]:
        """Return a line for each range that a dealer was issued of these series."""
        return range_lines(session, ids)


def _called(series: SeriesFormat, span: Range) -> str:
    """Return what a range is called: `25-000001 t/m 000500`; of an old series with its code."""
    told = range_text(series, *span)
    return told if series.has_check_digits else f"{series.code}: {told}"
