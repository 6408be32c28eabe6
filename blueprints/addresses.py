"""Keys in addresses: what no row can have as its key is not found, and never reaches the database.

`<int:…>` is the key of a row, `<public:…>` the name by which others know it. And which addresses
that somebody hands us are our own, and that one is made once for all the rows that lead there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, has_request_context, request
from werkzeug.routing import BaseConverter, IntegerConverter, Map

KEY_MAX = 2**63 - 1
ADDRESSES_MAX = 16_384


class KeyConverter(IntegerConverter):
    """A whole number that both databases can hold."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=KEY_MAX)


class PublicIdConverter(BaseConverter):
    """A public id: small letters and digits."""

    regex = "[a-z0-9]{1,32}"


def local_path(address: str | None) -> str | None:
    """Return an address only when it is a page of ours, as a path: we lead people nowhere else."""
    if not address or not address.startswith("/") or address.startswith(("//", "/api/")):
        return None
    if "\\" in address or not address.isprintable():
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


class Application(Flask):
    """Remembers the addresses it made: a list makes a hundred for each page, mostly the same."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # By type too: 1, 1.0 and True are equal, and their addresses are not.
        self._remembered = lru_cache(ADDRESSES_MAX, typed=True)(self._made)

    def _made(self, _root: str, endpoint: str, /, **values: Any) -> str:
        return super().url_for(endpoint, **values)

    def url_for(self, endpoint: str, **values: Any) -> str:  # type: ignore[override]
        """Return an address as Flask does; one for the present page alone is made anew."""
        is_plain = not endpoint.startswith(".") and not any(name[0] == "_" for name in values)
        if is_plain and has_request_context():
            try:
                return self._remembered(request.script_root, endpoint, **values)
            except TypeError:  # a list of values cannot be remembered
                pass
        return super().url_for(endpoint, **values)


def init_app(app: Flask) -> None:
    """Let `<int:…>` and `<public:…>` mean such keys in every address; before any is made."""
    app.url_map.converters["int"] = KeyConverter
    app.url_map.converters["public"] = PublicIdConverter
