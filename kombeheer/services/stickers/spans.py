"""Ranges of serials that each carry a value: put a range, look what lies in a range.

A series of a million numbers is a handful of ranges until they are stuck one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Spans(Generic[Value]):
    """Ranges without overlap, both ends included, in order."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._rest: list[tuple[int, Value]] = []  # last, value

    def __iter__(self) -> Iterator[tuple[int, int, Value]]:
        for first, (last, value) in zip(self._firsts, self._rest, strict=True):
            yield first, last, value

    def pieces(self, first: int, last: int) -> list[tuple[int, int, Value | None]]:
        """Return what lies from `first` to `last`, in order; None where nothing does."""
        found: list[tuple[int, int, Value | None]] = []
        reached = first
        for index in range(self._from(first), len(self._firsts)):
            start = self._firsts[index]
            end, value = self._rest[index]
            if start > last:
                break
            if start > reached:
                found.append((reached, start - 1, None))
            found.append((max(start, first), min(end, last), value))
            reached = end + 1
        if reached <= last:
            found.append((reached, last, None))
        return found

    def put(self, first: int, last: int, value: Value) -> None:
        """Have the whole range carry `value`, whatever it carried before."""
        start = self._from(first)
        end = start
        firsts: list[int] = []
        rest: list[tuple[int, Value]] = []
        while end < len(self._firsts) and self._firsts[end] <= last:
            old_first, (old_last, old) = self._firsts[end], self._rest[end]
            if old_first < first:
                firsts.append(old_first)
                rest.append((first - 1, old))
            if old_last > last:
                firsts.append(last + 1)
                rest.append((old_last, old))
            end += 1
        at = 1 if firsts and firsts[0] < first else 0
        firsts.insert(at, first)
        rest.insert(at, (last, value))
        self._firsts[start:end] = firsts
        self._rest[start:end] = rest

    def _from(self, serial: int) -> int:
        """Return the index of the first range that ends at `serial` or later."""
        index = bisect_right(self._firsts, serial)
        if index and self._rest[index - 1][0] >= serial:
            return index - 1
        return index


def joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges in order, those that touch as one; ranges that overlap stay apart."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and found[-1][1] == first - 1:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found
