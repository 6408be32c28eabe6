"""Flask, where it does again for every page what is the same on all of them."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request
from flask.templating import Environment

ADDRESSES_MAX = 16_384
VALUE_LENGTH_MAX = 100  # characters; what somebody typed may be long, and is not asked again


class Templates(Environment):
    """Shares its globals with every template, instead of a view of them for each.

    A template that imports another compares the globals of both: of views, name by name.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template; its own only if it is given some."""
        return super().make_globals(d) if d else self.globals


class Application(Flask):
    """Remembers the addresses it made: a list makes a hundred for each page, mostly the same."""

    jinja_environment = Templates

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # By type too: 1, 1.0 and True are equal, and their addresses are not.
        self._remembered = lru_cache(ADDRESSES_MAX, typed=True)(self._made)

    def _made(self, _root: str, endpoint: str, /, **values: Any) -> str:
        return super().url_for(endpoint, **values)

    def url_for(self, endpoint: str, **values: Any) -> str:  # type: ignore[override]
        """Return an address as Flask does, which leaves out what is None; a long one, or one that
        depends on the present page, is made anew.
        """
        values = {name: value for name, value in values.items() if value is not None}
        is_short = all(len(str(value)) <= VALUE_LENGTH_MAX for value in values.values())
        is_plain = not endpoint.startswith(".") and not any(name[0] == "_" for name in values)
        if is_plain and is_short and has_request_context():
            try:
                return self._remembered(request.script_root, endpoint, **values)
            except TypeError:  # a list of values cannot be remembered
                pass
        return super().url_for(endpoint, **values)
