"""Modules become one path."""

from __future__ import annotations

from kombeheer.printing.drawing import runs, svg


def test_runs_are_the_dark_stretches() -> None:
    assert list(runs([True, True, False, True])) == [(0, 2), (3, 1)]
    assert list(runs([False, False])) == []


def test_a_drawing_has_its_quiet_zone_and_its_title() -> None:
    drawing = svg([[True, False]], 3, 4, "a < b")
    assert 'viewBox="0 0 10 11"' in drawing
    assert "<title>a &lt; b</title>" in drawing
    assert 'd="M4 4h1v3h-1z"' in drawing
