"""Code 128 of a sticker number: its modules, and a small SVG.

Ten digits are two to a sign in set C, 90 modules with start, check and stop.
"""

from __future__ import annotations

from itertools import groupby

from barcode.codex import Code128

QUIET_MODULES = 10
HEIGHT_MODULES = 40


class _Code128C(Code128):
    """Code 128 that begins in set C and stays there as long as there are two digits.

    The library takes a first pair 99 for a change of set and drops it: series 99 would lose its
    year. That shortening is for texts that do not begin with digits, so it is left out.
    """

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        return encoded


def bars(digits: str) -> str:
    """Return the modules of digits as a text of `1` (bar) and `0` (space), without quiet zone."""
    assert digits.isdecimal() and digits.isascii() and len(digits) > 1, digits
    modules: str = _Code128C(digits).build()[0]
    return modules


def runs(modules: str) -> list[tuple[int, int]]:
    """Return each bar as (place, width) in modules."""
    found, at = [], 0
    for sign, group in groupby(modules):
        width = len(list(group))
        if sign == "1":
            found.append((at, width))
        at += width
    return found


def svg(digits: str, title: str) -> str:
    """Return the bar code with its quiet zone of 10 modules on white, as one path."""
    modules = bars(digits)
    width = len(modules) + 2 * QUIET_MODULES
    path = "".join(
        f"M{at + QUIET_MODULES} 0h{bar}v{HEIGHT_MODULES}h-{bar}z" for at, bar in runs(modules)
    )
    return drawing(width, HEIGHT_MODULES, path, title)


def drawing(width: int, height: int, path: str, title: str) -> str:
    """Return a black path on white with sharp edges, two pixels to a module; the title is plain."""
    assert not set(title) & set("<>&"), title
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width * 2}" height="{height * 2}" role="img" shape-rendering="crispEdges">'
        f'<title>{title}</title><rect width="100%" height="100%" fill="#fff"/>'
        f'<path d="{path}"/></svg>'
    )
