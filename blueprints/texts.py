"""Texts and numbers in the reader's language, which is found once for a request, not at every word.

Not here: gettext for a sentence that Python puts together; that is flask_babel's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from flask import Flask, g, has_app_context
from flask_babel import get_domain, get_locale
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape


def translations() -> Any:
    """Return the texts of the reader's language."""
    try:
        return g.translations
    except (AttributeError, RuntimeError):  # not found yet, or there is no reader
        found = get_domain().get_translations()
        if has_app_context():
            g.translations = found
        return found


@lru_cache(maxsize=4096)
def _text(spoken: Any, text: str) -> str:
    return str(spoken.gettext(text))


@lru_cache(maxsize=4096)
def _bare(spoken: Any, text: str) -> Markup:
    return Markup(_text(spoken, text)) % {}  # noqa: S704  # of a template or a catalogue


def say(text: str, /, **values: Any) -> Markup:
    """Return a text of a template in the reader's language, its `%(name)s` filled and escaped."""
    if not values:
        return _bare(translations(), text)
    shown = {
        name: value if isinstance(value, int) else escape(value) for name, value in values.items()
    }
    return Markup(_text(translations(), text) % shown)  # noqa: S704


def _plain(text: str, values: dict[str, Any]) -> str:
    said = _text(translations(), text)
    return said % values if values else said


def lazy(text: str, /, **values: Any) -> LazyString:
    """Return a text that becomes one of the reader's language where it is shown."""
    return LazyString(_plain, text, values)


@lru_cache(maxsize=4096)
def _number(locale: Locale | None, value: Any) -> str:
    return format_decimal(value, locale=locale)


def number_text(value: Any) -> str:
    """Return a number as its reader writes it: 12.345."""
    locale = g.get("number_locale")
    if locale is None:
        locale = g.number_locale = get_locale()
    return _number(locale, value)


def init_app(app: Flask) -> None:
    """Give templates these instead of what looks its language up at each word."""
    app.jinja_env.globals.update(_=say, gettext=say)
    app.jinja_env.filters["numberformat"] = number_text
