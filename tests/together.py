"""Deeds of several people at the same moment, and what each was told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from kombeheer.rules.refusal import Refusal

Deed = Callable[[], Any]


def at_once(*deeds: Deed) -> list[Any]:
    """What each deed gave, in their order, begun together; a refusal is given back."""
    barrier = Barrier(len(deeds))

    def run(deed: Deed) -> Any:
        barrier.wait()
        try:
            return deed()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def codes(answers: list[Any]) -> list[str]:
    """The code of each answer that is a refusal; empty for what was done."""
    return [answer.code if isinstance(answer, Refusal) else "" for answer in answers]
