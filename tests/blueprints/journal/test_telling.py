"""An entry of the journal in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from blueprints.journal.telling import told
from models.journal import JournalEntry
from tests.factories import NOW


def entry(action: str, kind: str, subject_id: str, before: Any = None, after: Any = None) -> Any:
    return JournalEntry(
        id=1,
        at=NOW,
        actor_id=None,
        action=action,
        subject_kind=kind,
        subject_id=subject_id,
        before=json.dumps(before or {}),
        after=json.dumps(after or {}),
    )


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"state": "active"}, {"state": "locked"}, ["stand: Actief → Geblokkeerd"]),
        ({"keys_on": True}, {"keys_on": False}, ["toetsen: aan → uit"]),
        ({}, {"ceased_on": "2026-03-05"}, ["gestopt op: do 5 maart 2026"]),
        ({"ceased_on": None}, {"ceased_on": "2026-99-99"}, ["gestopt op: leeg → 2026-99-99"]),
        (
            {"decided_at": None},
            {"decided_at": "2026-03-05 08:14:00+00:00"},
            ["beslist op: leeg → do 5 maart 2026, 09.14 uur"],
        ),
        ({}, {"name": "2026-03-05 is een naam"}, ["naam: 2026-03-05 is een naam"]),
        ({}, {"outcome": "queued"}, ["uitkomst: voorgelegd aan KOM"]),
        ({"phone": "0511 000 000"}, {}, ["telefoon was 0511 000 000"]),
        ({}, {"modules": ["ams"]}, ["modules: AMS (robot)"]),
        ({}, {"modules": []}, ["modules: leeg"]),
        (
            {},
            {"ranges": [[1, 1, 100, "stock", "transit:4"]]},
            ["reeksen: 1 t/m 100 (stock → transit:4)"],
        ),
        (
            {},
            {"ranges": [[1, 1, 500, "dealer:1"]]},  # taken over, so from nowhere
            ["reeksen: 1 t/m 500 (dealer:1)"],
        ),
        ({}, {"something_new": "x"}, ["something_new: x"]),
    ],
)
def test_what_changed_is_told_in_words(
    app: Flask, before: dict[str, Any], after: dict[str, Any], lines: list[str]
) -> None:
    with app.test_request_context():
        found = told(entry("parties.changed", "dealer", "abc", before, after), None)
    assert found.changes == lines
    assert (found.by, found.url) == ("KOM-beheer zelf", "/parties/dealers/abc")


def test_what_has_no_word_yet_is_still_told(app: Flask) -> None:
    with app.test_request_context():
        found = told(entry("schemes.joined", "scheme", "7"), "Marijke")
    assert (found.action, found.subject, found.url) == ("schemes.joined", "scheme 7", None)
