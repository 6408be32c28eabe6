"""What is measured: kombeheer and the floor, each with its requests and what a right answer is.

Every scan goes to a sticker that was never scanned, dealer after dealer.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Sequence
from typing import Any, Protocol

from kombeheer.clock import now_utc, today
from kombeheer.rules.numbers import SeriesFormat
from tests.bench import load, seeding
from tests.bench.seeding import DEALERS, LARGE_DEALERS, STICKERS_PER_DEALER

UPLOAD_EVENTS = 500


class WrongAnswerError(Exception):
    """An answer was not that of a fresh, accepted scan: the figures would mean nothing."""


class Contestant(Protocol):
    """An application that is served and takes scans."""

    name: str
    port: int
    process: int

    def scans(self, count: int) -> list[bytes]:
        """Return so many requests of one scan each."""

    def upload(self) -> bytes:
        """Return one request of 500 scans of one dealer."""

    def require_scans(self, answered: load.Answered) -> None:
        """Refuse answers other than: accepted, now, for the first time."""

    def require_upload(self, answered: load.Answered) -> None:
        """Refuse an upload that was not accepted in whole."""


def _require(fine: bool, name: str, status: int, body: bytes) -> None:
    if not fine:
        raise WrongAnswerError(f"{name} answered {status}: {body[:600].decode('utf-8', 'replace')}")


class Stock:
    """Hands out stickers as (position of the dealer, how many he used before)."""

    def __init__(self) -> None:
        small = DEALERS - LARGE_DEALERS
        self._single = itertools.count()
        self._small = small
        self._uploads = itertools.count()

    def next_single(self) -> tuple[int, int]:
        """Return the next sticker of the next small dealer."""
        used, position = divmod(next(self._single), self._small)
        assert used < STICKERS_PER_DEALER, "out of stickers: seed more of them"
        return LARGE_DEALERS + position, used

    def next_upload(self) -> list[tuple[int, int]]:
        """Return 500 stickers of the next large dealer."""
        used, position = divmod(next(self._uploads), LARGE_DEALERS)
        first = used * UPLOAD_EVENTS
        assert first + UPLOAD_EVENTS <= STICKERS_PER_DEALER, "out of stickers: seed more of them"
        return [(position, first + n) for n in range(UPLOAD_EVENTS)]


class Kombeheer:
    """The application itself: each scan its own request, or 500 in one."""

    def __init__(
        self,
        port: int,
        process: int,
        dealers: Sequence[seeding.SeededDealer],
        name: str = "kombeheer",
    ) -> None:
        self.name, self.port, self.process = name, port, process
        self._dealers = dealers
        self._stock = Stock()
        self._series = SeriesFormat(seeding.series_code())
        self._day, self._moment = today().isoformat(), now_utc().isoformat()

    def _event(self, position: int, used: int) -> dict[str, Any]:
        dealer = self._dealers[position]
        return {
            "id": str(uuid.uuid4()),
            "sequence": used + 1,
            "captured_at": self._moment,
            "source": "wedge",
            "kind": "visit",
            "raw": self._series.number(dealer.first_serial + used).digits,
            "corrects": None,
            "visit": {
                "id": str(uuid.uuid4()),
                "installation": dealer.installations[used % len(dealer.installations)],
                "mechanic": dealer.mechanics[used % len(dealer.mechanics)],
                "service_date": self._day,
                "ending": "sticker",
            },
        }

    def _request(self, stickers: Sequence[tuple[int, int]]) -> bytes:
        dealer = self._dealers[stickers[0][0]]
        body = {
            "device": dealer.device,
            "sent_at": self._moment,
            "app": "bench",
            "backlog": len(stickers),
            "events": [self._event(*sticker) for sticker in stickers],
        }
        return load.post("/api/v1/scans", json.dumps(body).encode(), dealer.token)

    def scans(self, count: int) -> list[bytes]:
        """Return so many requests of one scan each."""
        return [self._request([self._stock.next_single()]) for _ in range(count)]

    def upload(self) -> bytes:
        """Return one request of 500 scans of one dealer, at 500 installations."""
        return self._request(self._stock.next_upload())

    def _require(self, answered: load.Answered, events: int) -> None:
        for status, body in zip(answered.statuses, answered.bodies, strict=True):
            answers = json.loads(body)["answers"] if status == 200 else []
            posted = [
                one
                for one in answers
                if (one["outcome"], one["state"], one["code"]) == ("accepted", "posted", None)
                and one["report"]
                and not one["repeated"]
            ]
            _require(len(posted) == events, self.name, status, body)

    def require_scans(self, answered: load.Answered) -> None:
        """Refuse answers other than: accepted without a remark, and posted."""
        self._require(answered, 1)

    def require_upload(self, answered: load.Answered) -> None:
        """Refuse an upload of which not every scan was posted."""
        self._require(answered, UPLOAD_EVENTS)


class Floor:
    """The floor by one of its two routes for a scan; several share one served application."""

    def __init__(self, port: int, process: int, path: str, stock: Stock) -> None:
        self.name, self.port, self.process = path, port, process
        self._stock = stock

    def _scan(self, position: int, used: int) -> dict[str, Any]:
        by = position * seeding.MECHANICS_PER_DEALER + used % seeding.MECHANICS_PER_DEALER
        return {
            "number": str(1 + position * STICKERS_PER_DEALER + used),
            "dealer": position + 1,
            "mechanic": by + 1,
            "nonce": str(uuid.uuid4()),
            "remark": "serviced, 62 dB, all present",
        }

    def scans(self, count: int) -> list[bytes]:
        """Return so many requests of one scan each."""
        requests = []
        for _ in range(count):
            sticker = self._stock.next_single()
            body = json.dumps(self._scan(*sticker)).encode()
            requests.append(load.post(self.name, body, seeding.floor_token(sticker[0])))
        return requests

    def upload(self) -> bytes:
        """Return one request of 500 scans of one dealer."""
        scans = [self._scan(*sticker) for sticker in self._stock.next_upload()]
        return load.post("/scans", json.dumps({"scans": scans}).encode())

    def require_scans(self, answered: load.Answered) -> None:
        """Refuse answers other than: recorded now."""
        for status, body in zip(answered.statuses, answered.bodies, strict=True):
            fine = status == 201 and json.loads(body)["status"] == "ok"
            _require(fine, self.name, status, body)

    def require_upload(self, answered: load.Answered) -> None:
        """Refuse an upload of which not every scan was recorded."""
        status, body = answered.statuses[0], answered.bodies[0]
        results = json.loads(body)["results"] if status == 200 else []
        _require(results == ["ok"] * UPLOAD_EVENTS, self.name, status, body)
