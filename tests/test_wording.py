"""Refusals in words: days as people read them, and what people typed as they typed it."""

from __future__ import annotations

import ast

import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.wording import is_day, sentence
from tests.house import tree


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (Refusal("scanning.date_doubtful", day="2026-03-05"), "do 5 maart 2026 kan niet"),
        (Refusal("sites.installation_ceased", ceased_on="2026-03-05"), "op do 5 maart 2026."),
        (Refusal("scanning.unreadable", value="2026-03-05"), "'2026-03-05' is geen"),
        (Refusal("scanning.unreadable", value="2026-02-31"), "'2026-02-31' is geen"),
        (Refusal("stickers.series_code_unusable", value="2026-03-05"), "De code 2026-03-05 is"),
        (Refusal("parties.not_employed", mechanic="2026-03-05", day="2026-03-06"), "r 2026-03-05"),
        (Refusal("parties.not_employed", mechanic="2026-03-05", day="2026-03-06"), "vr 6 maart"),
        (Refusal("scanning.date_doubtful", day="…"), "… kan niet"),
    ],
)
def test_only_a_day_is_told_as_a_day(refusal: Refusal, told: str) -> None:
    assert told in sentence(refusal)


def calls_of_refusal() -> list[ast.Call]:
    return [
        node
        for path in tree.sources()
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refusal"
    ]


def test_every_day_in_a_refusal_is_named_as_a_day() -> None:
    written = ".isoformat()"
    facts = [fact for call in calls_of_refusal() for fact in call.keywords if fact.arg]
    days = [fact.arg for fact in facts if ast.unparse(fact.value).endswith(written)]
    assert len(days) > 20
    assert [name for name in days if not is_day(name)] == []
