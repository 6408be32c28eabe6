"""The sticker account of a dealer and series: what came in, where it went, what he still has.

Computed from the movements by the day on which they happened, as known now; a counter-movement
takes back what it undoes. Not here: the statement of a year and its closing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kombeheer.rules.stickers import AccountKind, Movement
from kombeheer.services.stickers.replay import State, Step, take, windows
from kombeheer.services.stickers.spans import Spans, joined
from models.stickers import Movement as MovementRow

Range = tuple[int, int]


class Post(StrEnum):
    """The lines of the account; `HANDED_TO` and `HANDED_FROM` are within `RECEIVED`."""

    OPENING = "opening"
    RECEIVED = "received"
    APPLIED = "applied"
    SPOILED = "spoiled"
    LOST = "lost"
    STOLEN = "stolen"
    RETURNED = "returned"
    CLOSING = "closing"
    HANDED_TO = "handed_to"
    HANDED_FROM = "handed_from"


SPENT = (Post.APPLIED, Post.SPOILED, Post.LOST, Post.STOLEN, Post.RETURNED)
_POST_OF = {
    AccountKind.DEALER: Post.CLOSING,
    AccountKind.MECHANIC: Post.CLOSING,
    AccountKind.USED: Post.APPLIED,
    AccountKind.APPLIED: Post.APPLIED,
    AccountKind.SPOILED: Post.SPOILED,
    AccountKind.LOST: Post.LOST,
    AccountKind.STOLEN: Post.STOLEN,
    AccountKind.RETURN: Post.RETURNED,
}
Place = tuple[int, Post]
Flow = tuple[int, Post, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: how many, and which; `undone` are taken off again, so count is the difference."""

    count: int = 0
    ranges: tuple[Range, ...] = ()
    undone: tuple[Range, ...] = ()


@dataclass(slots=True)
class Balance:
    """The account of one dealer in one series from `since` (or the very first day) to `until`."""

    dealer_id: int
    series_id: int
    since: date | None
    until: date | None
    lines: dict[Post, Line] = field(default_factory=dict)

    def count(self, post: Post) -> int:
        """Return how many stand on one line."""
        return self.lines[post].count if post in self.lines else 0

    @property
    def expected_closing(self) -> int:
        """Return opening + received - applied - spoiled - lost - stolen - returned."""
        spent = sum(self.count(post) for post in SPENT)
        return self.count(Post.OPENING) + self.count(Post.RECEIVED) - spent


def place_of(state: State | None) -> Place | None:
    """Return whose account and which line a number stands on; None with the foundation."""
    if state is None or state.dealer_id is None:
        return None
    post = _POST_OF.get(state.account.kind)
    return None if post is None else (state.dealer_id, post)


def flows(move: Movement, step: Step) -> Iterator[Flow]:
    """Yield what a step adds to which line; a counter-movement yields what it takes off again."""
    if move.counters is None:
        yield from _forward(step.before, step.after)
        return
    for dealer_id, post, sign in _forward(step.after, step.before):
        yield dealer_id, post, -sign


def _forward(before: State | None, after: State | None) -> Iterator[Flow]:
    source, target = place_of(before), place_of(after)
    if source == target:
        return
    if target is None:
        assert source is not None
        yield from _leaves(source, after)
    elif source is None:
        yield from _enters(target)
    elif source[0] == target[0]:
        yield from _spent(source, -1)
        yield from _spent(target, 1)
    else:
        yield from _spent(source, -1)
        yield source[0], Post.RECEIVED, -1
        yield source[0], Post.HANDED_TO, 1
        yield target[0], Post.HANDED_FROM, 1
        yield from _enters(target)


def _enters(target: Place) -> Iterator[Flow]:
    yield target[0], Post.RECEIVED, 1
    yield from _spent(target, 1)


def _leaves(source: Place, after: State | None) -> Iterator[Flow]:
    """What went back stays counted as returned, and what is destroyed as what it was."""
    dealer_id, post = source
    if after is not None and after.account.kind is AccountKind.TRANSIT:
        yield from _spent(source, -1)
        yield dealer_id, Post.RECEIVED, -1
    elif post in (Post.CLOSING, Post.LOST, Post.STOLEN):
        yield from _spent(source, -1)
        yield dealer_id, Post.RETURNED, 1


def _spent(place: Place, sign: int) -> Iterator[Flow]:
    if place[1] is not Post.CLOSING:
        yield place[0], place[1], sign


class _Tally:
    """What flowed within one series, by line, as ranges with a sign."""

    def __init__(self) -> None:
        self.ranges: dict[Place, list[tuple[int, int, int]]] = defaultdict(list)

    def add(self, dealer_id: int, post: Post, first: int, last: int, sign: int) -> None:
        """Add a range to a line, or with sign -1 take it off again."""
        self.ranges[(dealer_id, post)].append((first, last, sign))


def _line(pieces: Iterable[tuple[int, int, int]]) -> Line:
    """Return signed ranges as one line; a number that came twice stands there twice."""
    edges: dict[int, int] = defaultdict(int)
    for first, last, sign in pieces:
        edges[first] += sign
        edges[last + 1] -= sign
    there: list[Range] = []
    undone: list[Range] = []
    count = depth = 0
    previous = 0
    for edge in sorted(edges):
        if depth and edge > previous:
            count += depth * (edge - previous)
            (there if depth > 0 else undone).extend([(previous, edge - 1)] * abs(depth))
        depth += edges[edge]
        previous = edge
    return Line(count, tuple(joined(there)), tuple(joined(undone)))


def balances(
    session: Session,
    until: date | None = None,
    since: date | None = None,
    *,
    dealer_id: int | None = None,
    series_id: int | None = None,
) -> list[Balance]:
    """Return the account of every dealer and series that had a sticker, at the end of `until`.

    Args:
        until: the last day that counts; None for all that is known.
        since: the first day of the period, whose opening is what was in hand the day before; None
            for an account from the very beginning, with an opening of 0.

    Received is net of hand-overs between dealers, which stand apart; a number that was lost on its
    way counts as received and lost. Returned counts from when it was sent back.
    """
    found = []
    for series, (first, last) in _series_of(session, dealer_id, series_id).items():
        tally = _Tally()
        for window in windows(session, series, first, last):
            _follow(tally, window.moves, window.first, window.last, since, until)
        found += _account(tally, series, since, until, dealer_id)
    return found


def _series_of(
    session: Session, dealer_id: int | None, series_id: int | None
) -> Mapping[int, Range]:
    """Return in which series, from which serial to which, the wanted dealers had stickers."""
    row = MovementRow
    statement = (
        select(row.series_id, func.min(row.first_serial), func.max(row.last_serial))
        .where(row.dealer_id.is_not(None))
        .group_by(row.series_id)
        .order_by(row.series_id)
    )
    if dealer_id is not None:
        own = or_(row.dealer_id == dealer_id, row.source_account == f"dealer:{dealer_id}")
        statement = statement.where(own)
    if series_id is not None:
        statement = statement.where(row.series_id == series_id)
    return {series: (first, last) for series, first, last in session.execute(statement)}


def _follow(
    tally: _Tally,
    moves: Iterable[tuple[int, Movement]],
    first: int,
    last: int,
    since: date | None,
    until: date | None,
) -> None:
    """Add a window: what flowed up to `until`, less what had flowed before `since`."""
    end = until.isoformat() if until is not None else "9999-12-31"
    before = (since - timedelta(days=1)).isoformat() if since is not None else ""
    now: Spans[State] = Spans()
    then: Spans[State] = Spans()
    for _, move in moves:
        if move.effective_on <= end:
            for step in take(now, move, first, last):
                for dealer_id, post, sign in flows(move, step):
                    tally.add(dealer_id, post, step.first, step.last, sign)
        if move.effective_on <= before:
            for step in take(then, move, first, last):
                for dealer_id, post, sign in flows(move, step):
                    tally.add(dealer_id, post, step.first, step.last, -sign)
    for post, spans in ((Post.CLOSING, now), (Post.OPENING, then)):
        for start, stop, state in spans:
            place = place_of(state)
            if place is not None and place[1] is Post.CLOSING:
                tally.add(place[0], post, start, stop, 1)


def _account(
    tally: _Tally, series_id: int, since: date | None, until: date | None, only: int | None
) -> list[Balance]:
    dealers = sorted({dealer_id for dealer_id, _ in tally.ranges})
    found = []
    for dealer_id in dealers:
        if only not in (None, dealer_id):
            continue
        balance = Balance(dealer_id, series_id, since, until)
        for post in Post:
            balance.lines[post] = _line(tally.ranges.get((dealer_id, post), ()))
        found.append(balance)
    return found
