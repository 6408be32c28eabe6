"""Years of a foundation of revision 0004: stickers, their movements, and services with reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from kombeheer.rules.calendar import microseconds
from kombeheer.rules.numbers import SeriesFormat
from kombeheer.rules.stickers import (
    EMPTY_CHAIN,
    Account,
    MoveKind,
    Movement,
    canonical_text,
    chain_hash,
)
from tests.migrations.loading import Loader, Row, Size

MOVEMENT = (
    *("chain_number", "kind", "series_id", "first_serial", "last_serial", "source_account"),
    *("target_account", "dealer_id", "effective_on", "recorded_at", "actor_id", "document_id"),
    *("counters", "canonical", "hash"),
)
DOCUMENT = (
    *("id", "kind", "reference", "version", "dated_on", "recorded_at", "actor_id", "note"),
    "content",
)
REPORT = (
    *("id", "version", "state", "ending", "service_date", "stop", "installation_id"),
    *("mechanic_id", "dealer_id", "series_id", "serial", "recorded_at"),
)


class Years:
    """Year after year: a series that is ordered, delivered, issued, and used at services."""

    def __init__(self, loader: Loader, size: Size) -> None:
        self._loader = loader
        self._size = size
        self._number, self._hash = 0, EMPTY_CHAIN

    def load(self) -> None:
        """Store every year, and the head of the chain."""
        for series_id, year in enumerate(self._size.years, 1):
            self._load_year(series_id, year)
        self._loader.run(
            f"UPDATE chain_head SET chain_number = {self._number}, hash = '{self._hash}'"
        )

    def _load_year(self, series_id: int, year: int) -> None:
        size, series = self._size, SeriesFormat(f"{year % 100:02d}")
        first_day = date(year, 1, 1)
        self._loader.load(
            "sticker_series",
            ("id", "code", "width", "has_check_digits", "shape", "valid_from", "valid_until"),
            [
                (
                    *(series_id, series.code, series.width, True, series.shape),
                    *(first_day, date(year, 12, 31)),
                )
            ],
        )
        services = list(self._services(series_id, year))
        documents, moves, reports = [], [], []
        for kind, document in (
            (MoveKind.ORDER, "print_order"),
            (MoveKind.DELIVER, "delivery_note"),
            (MoveKind.ISSUE, "packing_list"),
            (MoveKind.CONFIRM, "receipt"),
        ):
            at = datetime(year, 1, 1, 9, tzinfo=UTC)
            id_ = f"{document}{year}"
            documents.append((id_, document, id_, 1, first_day, at, None, "", ""))
            moves += self._supply(kind, series_id, at, id_)
        for service in services:
            documents += service.documents()
            moves += service.moves()
            reports.append(service.report())
        held = {one.serial: one for one in services if one.serial and not one.withdrawn}
        self._loader.load(
            "sticker",
            ("series_id", "serial", "account", "dealer_id", "issued_on"),
            (
                (series_id, serial, *self._account(held.get(serial), serial), first_day)
                for serial in range(1, size.share * size.dealers + 1)
            ),
        )
        self._loader.load("document", DOCUMENT, documents)
        self._loader.load("document_number", ("kind", "year", "last"), [("print_order", year, 1)])
        self._loader.load("movement", MOVEMENT, self._chained(moves))
        self._loader.load("report", REPORT, reports)

    def _account(self, service: Service | None, serial: int) -> tuple[str, int]:
        dealer = (serial - 1) // self._size.share + 1
        return (f"applied:{service.farm}" if service else f"dealer:{dealer}"), dealer

    def _supply(self, kind: MoveKind, series_id: int, at: datetime, id_: str) -> Iterator[Movement]:
        share, last = self._size.share, self._size.share * self._size.dealers
        whole = {MoveKind.ORDER: ("origin", "printer"), MoveKind.DELIVER: ("printer", "stock")}
        ranges = [
            ((n - 1) * share + 1, n * share, "stock", f"transit:{n}", n)
            if kind is MoveKind.ISSUE
            else ((n - 1) * share + 1, n * share, f"transit:{n}", f"dealer:{n}", n)
            for n in range(1, self._size.dealers + 1)
        ]
        if kind in whole:
            ranges = [(1, last, *whole[kind], None)]
        for first, end, source, target, dealer in ranges:
            yield Movement(
                *(kind, series_id, first, end, Account.parse(source), Account.parse(target)),
                *(dealer, at.date().isoformat(), microseconds(at), None, id_),
            )

    def _services(self, series_id: int, year: int) -> Iterator[Service]:
        size = self._size
        used = dict.fromkeys(range(1, size.dealers + 1), 0)
        for n in range(size.services):
            farm = n % size.farms + 1
            dealer = farm % size.dealers + 1
            ending = {13: "kb", 14: "geen_kom"}.get(n % 15, "sticker")
            serial = None
            if ending == "sticker":
                assert used[dealer] < size.share, "more numbers a year are needed"
                used[dealer] += 1
                serial = (dealer - 1) * size.share + used[dealer]
            day = date(year, 1, 2) + timedelta(days=n * 300 // size.services)
            withdrawn = n % 15 == 7
            yield Service(f"r{year}x{n}", series_id, serial, ending, day, farm, dealer, withdrawn)

    def _chained(self, moves: Iterable[Movement]) -> Iterator[Row]:
        """Give each movement its place; one that undoes counters the one before it."""
        for told in moves:
            self._number += 1
            undoes = told.counters is not None
            move = replace(told, counters=self._number - 1) if undoes else told
            text = canonical_text(self._number, move)
            self._hash = chain_hash(self._hash, text)
            recorded_at = datetime.fromtimestamp(move.recorded_us / 1_000_000, UTC)
            yield (
                *(self._number, move.kind.value, move.series_id, move.first, move.last),
                *(str(move.source), str(move.target), move.dealer_id),
                *(date.fromisoformat(move.effective_on), recorded_at, move.actor_id),
                *(move.document_id, move.counters, text, self._hash),
            )


@dataclass(frozen=True, slots=True)
class Service:
    """A visit as it was recorded then; one that was withdrawn has a second version."""

    id: str
    series_id: int
    serial: int | None
    ending: str
    day: date
    farm: int
    dealer: int
    withdrawn: bool

    @property
    def at(self) -> datetime:
        """Return when it came in."""
        return datetime(self.day.year, self.day.month, self.day.day, 10, tzinfo=UTC)

    @property
    def mechanic(self) -> int:
        """Return who did it."""
        return self.dealer * 2 - self.farm % 2

    def report(self) -> Row:
        """Return its row; every one was incomplete then."""
        series_id = self.series_id if self.serial else None
        state, version = ("withdrawn", 2) if self.withdrawn else ("incomplete", 1)
        return (
            *(self.id, version, state, self.ending, self.day, f"{self.farm}:{self.day}"),
            *(self.farm, self.mechanic, self.dealer, series_id, self.serial, self.at),
        )

    def documents(self) -> list[Row]:
        """Return its versions, which told less than they do now."""
        told = {
            "id": self.id,
            "version": 1,
            "state": "incomplete",
            "ending": self.ending,
            "service_date": self.day.isoformat(),
            "installation_id": self.farm,
            "mechanic_id": self.mechanic,
            "dealer_id": self.dealer,
            "series_id": self.series_id if self.serial else None,
            "serial": self.serial,
        }
        rest = (self.day, self.at, None)
        first = (self.id, "report", self.id, 1, *rest, "scan", json.dumps(told))
        if not self.withdrawn:
            return [first]
        told |= {"version": 2, "state": "withdrawn"}
        id_ = f"{self.id}-2"
        return [first, (id_, "report", self.id, 2, *rest, "withdrawn", json.dumps(told))]

    def moves(self) -> list[Movement]:
        """Return how its number came there, and back when it was withdrawn."""
        if self.serial is None:
            return []
        held, applied = (
            Account.parse(f"dealer:{self.dealer}"),
            Account.parse(f"applied:{self.farm}"),
        )
        what = (MoveKind.APPLY, self.series_id, self.serial, self.serial)
        when = (self.dealer, self.day.isoformat(), microseconds(self.at), None)
        found = [Movement(*what, held, applied, *when, self.id)]
        if self.withdrawn:
            found.append(Movement(*what, applied, held, *when, f"{self.id}-2", counters=0))
        return found
