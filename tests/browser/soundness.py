"""What is wrong with a page as a browser shows it: to axe, in its width, on its console."""

from __future__ import annotations

from collections.abc import Iterable

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": TAGS, "resultTypes": ["violations"]}
WHERE = {"exclude": [["tbody tr:nth-child(n + 13)"]]}  # of long tables, a dozen rows tell enough
AXE = "([where, rules]) => axe.run(where, rules).then(told => told.violations)"
PHONE, DESK = (390, 844), (1280, 800)
# How far the page scrolls sideways, and what stands out of each pane and each frame of a table.
BEYOND = """() => [...document.querySelectorAll("html, main .pane, main .scroll")]
    .map(one => one.scrollWidth - one.clientWidth)"""


def axe_complaints(page: Page) -> list[str]:
    """What axe finds: the rule, and the beginning of each element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in page.evaluate(AXE, [WHERE, RULES])
        for node in one["nodes"]
    ]


def width_complaints(page: Page, sizes: Iterable[tuple[int, int]]) -> list[str]:
    """Where the page does not fit; on a desk every table and pane must hold its own as well."""
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        beyond, *parts = page.evaluate(BEYOND)
        if beyond > 0:
            found.append(f"at {width} the page is {beyond} too wide")
        if width >= DESK[0] and any(one > 0 for one in parts):
            found.append(f"at {width} a part is {max(parts)} too wide")
    return found


def assert_sound(page: Page) -> None:
    """The page as it stands, in its present width and theme, has nothing wrong."""
    size = page.viewport_size
    assert size is not None
    assert axe_complaints(page) == [], page.url
    assert width_complaints(page, [(size["width"], size["height"])]) == [], page.url


def console(page: Page) -> list[str]:
    """What the browser complains of from now on; that a page is a 404 or 422 is no complaint."""
    said: list[str] = []

    def hear(kind: str, text: str) -> None:
        if kind in ("error", "warning") and "the server responded with a status of" not in text:
            said.append(text)

    page.on("console", lambda told: hear(told.type, told.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said
