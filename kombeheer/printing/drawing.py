"""Draw rows of dark and light modules as one SVG path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.sax.saxutils import escape


def runs(row: Sequence[bool]) -> Iterable[tuple[int, int]]:
    """Yield (start, length) of each run of dark modules in a row."""
    place = 0
    for dark, group in groupby(row):
        length = len(list(group))
        if dark:
            yield place, length
        place += length


def svg(rows: Sequence[Sequence[bool]], row_height: int, quiet: int, title: str) -> str:
    """Return an SVG of rows of modules, one unit wide each, with a quiet zone around.

    Args:
        row_height: how many units one row is high.
        quiet: how many units of white stand at each side.
        title: what a reader hears.
    """
    width = len(rows[0]) + 2 * quiet
    height = len(rows) * row_height + 2 * quiet
    path = "".join(
        f"M{quiet + start} {quiet + index * row_height}h{length}v{row_height}h-{length}z"
        for index, row in enumerate(rows)
        for start, length in runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'shape-rendering="crispEdges" role="img"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/><path d="{path}"/></svg>'
    )
