"""Drawings and tags, which stand on a page by the dozen: functions, quicker than macros.

A drawing is one of static/icons.svg. A tag tells a state by an icon, a word and a colour.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, request
from markupsafe import Markup, escape

from blueprints.security import static_address


def _drawn(_root: str, name: str, class_: str) -> Markup:
    around = Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>')
    return around.format(f"icon {class_}".rstrip(), static_address("icons.svg"), name)


_drawn_once = lru_cache(maxsize=512)(_drawn)


def drawing(name: str, class_: str = "") -> Markup:
    """Return a drawing; it is never the only sign of something, so it is not read aloud."""
    return _drawn_once(request.script_root, name, class_)


def tag(kind: str, icon: str, word: object) -> Markup:
    """Return a state in a line or a table cell; kind is ok, warn, bad, info or empty."""
    class_ = f"tag {kind}" if kind else "tag"
    shown = f'<span class="{class_}">{drawing(icon)}{escape(word)}</span>'
    return Markup(shown)  # noqa: S704


def init_app(app: Flask) -> None:
    """Give every template `drawing` and `tag`."""
    app.jinja_env.globals.update(drawing=drawing, tag=tag)
