"""Refusals in words: days as people read them, and what people typed as they typed it."""

from __future__ import annotations

import ast
import re
from string import Formatter

import pytest

from kombeheer.rules.refusal import Refusal
from kombeheer.sentences import lines
from kombeheer.wording import SENTENCES, is_day, sentence
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


ADDRESSED = re.compile(
    r"\b(u|uw|je|jij|jouw)\b|\b(Scan|Pak|Plak|Toets)\b|(bel|[Vv]raag|meld bij|aan) KOM\b"
)
JUDGING = {"sticker_objection", "certificate_objection", "objections", "require_one_mark"}


def codes_of_lines() -> set[str]:
    """What may be said of a line: by the imports themselves, and by the rules that they ask."""
    found = set(lines.SENTENCES)
    for path in tree.sources("kombeheer"):
        name, parsed = tree.name(path), tree.syntax(path)
        asked: list[ast.AST] = [parsed] if name.startswith("kombeheer.services.imports") else []
        if name.startswith("kombeheer.rules."):
            asked += [
                node
                for node in ast.walk(parsed)
                if (isinstance(node, ast.FunctionDef) and node.name in JUDGING)
                or (isinstance(node, ast.Assign) and "_NOT_USABLE" in ast.unparse(node.targets[0]))
            ]
        found |= {
            node.value
            for one in asked
            for node in ast.walk(one)
            if isinstance(node, ast.Constant) and node.value in SENTENCES
        }
    return found


def test_what_is_said_of_a_line_is_said_to_who_mends_the_file() -> None:
    codes = codes_of_lines()
    assert {"stickers.declared_lost", "certification.not_certified"} < codes
    told = {code: lines.SENTENCES.get(code, SENTENCES[code]) for code in codes}
    assert {code: text for code, text in told.items() if ADDRESSED.search(text)} == {}


def test_a_sentence_of_a_line_is_that_of_a_refusal_with_no_other_facts() -> None:
    for code, text in lines.SENTENCES.items():
        assert facts_in(text) <= facts_in(SENTENCES[code]), code
    refusal = Refusal("stickers.not_yours", number="26-000001-26")
    assert "uw bedrijf" in sentence(refusal)
    assert "de dealer van deze regel" in sentence(refusal, of_line=True)
    assert sentence(Refusal("imports.cell_empty"), of_line=True).startswith("Deze kolom is leeg")


def facts_in(text: str) -> set[str | None]:
    return {name for _, name, *_ in Formatter().parse(text) if name}
