"""An entry of the journal in words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from blueprints.journal.telling import told, told_all
from kombeheer.services import journal
from models.journal import JournalEntry
from tests import demonstration
from tests.factories import NOW

# A name of the code, a place such as `dealer:12`, an id of a subject.
UNTOLD = re.compile(r"\b[a-z]+_[a-z_]+\b|\b[a-z]+:\d|\bv[0-9a-f]{18,}\b|\b[a-z]+\.[a-z]+_[a-z]+")


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
            ["reeksen: 1 t/m 100 (in voorraad → onderweg)"],
        ),
        (
            {},
            {"ranges": [[1, 1, 500, "dealer:1"]]},  # taken over, so from nowhere
            ["reeksen: 1 t/m 500 (bij dealer)"],
        ),
        (
            {},
            {"ranges": [[1, 7, 7, "mechanic:1", "spoiled"]]},
            ["reeksen: 7 (bij monteur → onbruikbaar)"],
        ),
        ({"is_dry": False}, {"is_dry": True}, ["sticker zit droog: nee → ja"]),
        ({}, {"wash_start": "72.5"}, ["begin hoofdreiniging: 72,5"]),
        ({}, {"state": "closed"}, ["stand: Gesloten"]),
        ({}, {"code": "stickers.already_applied"}, ["reden: Sticker … zit al op een installatie"]),
        ({}, {"code": None, "report": None}, []),
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


def test_a_file_that_was_taken_over_is_called_by_its_kind(app: Flask) -> None:
    with app.test_request_context():
        found = told(entry("imports.tried", "import", "farms", None, {"file": "b.csv"}), "Marijke")
    assert (found.subject, found.changes) == ("Overname bedrijven", ["bestand: b.csv"])


def test_the_code_of_a_series_is_no_reason(app: Flask) -> None:
    with app.test_request_context():
        found = told(entry("stickers.series_made", "sticker_series", "3", None, {"code": "26"}), "")
    assert found.changes == ["serie: 26"]


def test_everything_that_a_foundation_writes_is_told_in_words(
    app: Flask, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with (
        demonstration.built("sqlite", request, tmp_path) as database,
        database.reading() as session,
        app.test_request_context(),
    ):
        rows = journal.entries(session, limit=10_000)
        kinds = {(row.action, row.subject_kind) for row, _ in rows}
        assert len(kinds) > 15
        for (entry, _), one in zip(rows, told_all(session, rows), strict=True):
            text = "; ".join((one.action, one.subject, *one.changes))
            assert not UNTOLD.search(text.replace(entry.subject_id, "")), (entry.action, text)
            assert one.action != entry.action
