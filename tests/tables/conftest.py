"""Fixtures: a file with some bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tables.opening import Saved


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    def save(content: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return save
