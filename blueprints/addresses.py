"""Keys in addresses: what no row can have as its key is not found, and never reaches the database.

`<int:…>` is the key of a row, `<public:…>` the name by which others know it. And which addresses
that somebody hands us are our own.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Map

KEY_MAX = 2**63 - 1


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


def init_app(app: Flask) -> None:
    """Let `<int:…>` and `<public:…>` mean such keys in every address; before any is made."""
    app.url_map.converters["int"] = KeyConverter
    app.url_map.converters["public"] = PublicIdConverter
