"""Find the pages that somebody can come to, by following the links from page to page."""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from urllib.parse import parse_qsl, quote_plus, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from tests.bench.load import SECONDS_TO_ANSWER

ASKED = ("", "sort", "desc sort", "page", "q")
READ_OF_KIND = 3  # so many pages of each kind are read for the links on them
SEARCHED = ("vof", "hoeve", "maatschap", "de boer", "hoekstra", "8614")
Read = Callable[[str], bytes | None]
_LINK = re.compile(rb'href="(/[^"#]*)"')


def crawl(app: Flask, read: Read, most: int) -> dict[str, list[str]]:
    """Return some addresses of each kind of page that one person comes to, `most` at the most.

    Args:
        read: returns the page at an address; None for what is no page, of which nothing is read.

    A kind is a route, and apart from it that route sorted, on another page, or asked for words, as
    `sites.list_page sort`. A file, a picture and what leads elsewhere is no page.
    """
    routes = app.url_map.bind("127.0.0.1")
    seen: dict[str, list[str]] = {}
    found: dict[str, list[str]] = {}
    waiting = deque(_starts(app))
    while waiting:
        address = waiting.popleft()
        kind = kind_of(routes, address)
        known = seen.setdefault(kind, []) if kind else []
        if kind is None or address in known or len(known) >= most:
            continue
        known.append(address)
        page = read(address)
        if page is not None:
            found.setdefault(kind, []).append(address)
            if len(known) <= READ_OF_KIND:
                waiting.extend(_links(page))
    return dict(sorted(found.items()))


def reader(port: int, cookie: str) -> Read:
    """Return what reads the pages of a server."""

    def read(address: str) -> bytes | None:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS_TO_ANSWER)
        try:
            connection.request("GET", address, headers={"Cookie": cookie, "Accept": "text/html"})
            answer = connection.getresponse()
            is_page = answer.status == 200 and answer.headers.get_content_type() == "text/html"
            return answer.read() if is_page else None
        finally:
            connection.close()

    return read


def kind_of(routes: MapAdapter, address: str) -> str | None:
    """Return the kind of page at an address; None for what is a program's, filtered, or absent."""
    parts = urlsplit(address)
    try:
        endpoint, _ = routes.match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    if endpoint == "static" or parts.path.startswith("/api/"):
        return None
    asked = " ".join(sorted({name for name, _ in parse_qsl(parts.query)}))
    return f"{endpoint} {asked}".strip() if asked in ASKED else None


def _starts(app: Flask) -> Iterator[str]:
    """Yield every route that needs nothing to be named, and some searches."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            yield rule.rule
    for words in SEARCHED:
        yield f"/search?q={quote_plus(words)}"


def _links(body: bytes) -> Iterator[str]:
    for found in _LINK.findall(body):
        yield html.unescape(found.decode("utf-8", "replace"))
