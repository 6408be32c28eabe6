"""Ranges that carry a value behave like a number-by-number dictionary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kombeheer.services.stickers.spans import Spans, joined

RANGES = st.tuples(st.integers(1, 40), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(st.tuples(RANGES, st.sampled_from("abc"))), RANGES)
def test_they_hold_what_was_put_last(
    puts: list[tuple[tuple[int, int], str]], asked: tuple[int, int]
) -> None:
    spans: Spans[str] = Spans()
    plain: dict[int, str] = {}
    for (first, last), value in puts:
        spans.put(first, last, value)
        plain |= dict.fromkeys(range(first, last + 1), value)
    everything = [
        (serial, value) for first, last, value in spans for serial in range(first, last + 1)
    ]
    assert everything == sorted(plain.items())
    pieces = spans.pieces(*asked)
    told = {serial: value for first, last, value in pieces for serial in range(first, last + 1)}
    assert list(told) == list(range(asked[0], asked[1] + 1))
    assert told == {serial: plain.get(serial) for serial in told}


def test_neighbours_are_joined_and_doubles_stay_apart() -> None:
    assert joined([(5, 6), (1, 2), (3, 4)]) == [(1, 6)]
    assert joined([(5, 6), (1, 2), (5, 6)]) == [(1, 2), (5, 6), (5, 6)]
