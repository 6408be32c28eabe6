"""Templates keep to the house: no inline style or script, nothing foreign, words in gettext."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house import tree

TEMPLATES = [path for path in tree.tracked() if path.suffix == ".html"]
FORBIDDEN = {
    "inline style": re.compile(r"\sstyle=|<style"),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)|\son[a-z]+="),
    "another host": re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//"),
    "data address": re.compile(r"data:[a-z]+/"),
    "unescaped": re.compile(r"\|\s*safe\b|autoescape false"),
}
# Words between tags that are not in _(): two letters or more, outside {{ }} and {% %}.
BARE = re.compile(r">[^<{}]*[A-Za-zÀ-ÿ]{3,}[^<{}]*<")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(tree.ROOT)))
def test_a_template_keeps_to_the_house(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    found = {what: rule.findall(text) for what, rule in FORBIDDEN.items() if rule.search(text)}
    assert found == {}
    plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    allowed = {"KOM", "Stichting KOM", "beheer", "Esc", "sticker"}
    bare = {match.strip("<> \n·-") for match in BARE.findall(plain)} - allowed
    assert bare == set()
