"""Whole numbers in addresses are keys of rows: one too large for the database is not found."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

KEY_MAX = 2**63 - 1


class KeyConverter(IntegerConverter):
    """A whole number that both databases can hold."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=KEY_MAX)


def init_app(app: Flask) -> None:
    """Let `<int:…>` in every address mean such a key; before any address is made."""
    app.url_map.converters["int"] = KeyConverter
